//! Batches of which half comes through: a request cut in two, and the answer that says so.

use bytes::Bytes;
use serde_json::{Value, json};

/// What becomes of the second half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// It failed for now, by a fault of the service.
    Failed,
    /// It is refused for good, by a fault of the sender.
    Refused,
}

/// A request cut in two.
#[derive(Debug)]
pub(super) struct Cut {
    /// The first half, `None` when nothing is in it.
    pub(super) request: Option<Bytes>,
    rest: Rest,
}

/// The second half, in the words of the answer.
#[derive(Debug)]
enum Rest {
    /// `BatchGetItem`: what `UnprocessedKeys` is to be; null when every key was read.
    Keys(Value),
    /// `SendMessageBatch`: what `Failed` is to be.
    Messages(Value),
    /// `PublishBatch`: the members of `Failed`.
    Notices(String),
}

/// Name of an entry's parameter in the form that `PublishBatch` sends: this, the entry's number, and the member.
const NOTICE: &str = "PublishBatchRequestEntries.member.";

/// How many messages a request publishes.
pub(super) fn messages(operation: &str, body: &[u8]) -> usize {
    match operation {
        "Publish" => 1,
        "PublishBatch" => std::str::from_utf8(body).map_or(0, |form| form.split('&').filter_map(number).max().unwrap_or(0)),
        _ => 0,
    }
}

/// The number of the entry that a parameter belongs to.
fn number(pair: &str) -> Option<usize> {
    pair.strip_prefix(NOTICE)?.split_once('.')?.0.parse().ok()
}

/// Cuts a request in two; `None` when it is none that can be cut.
pub(super) fn cut(operation: &str, body: &[u8], half: Half) -> Option<Cut> {
    if operation == "PublishBatch" {
        return cut_form(std::str::from_utf8(body).ok()?, half);
    }
    let mut request: Value = serde_json::from_slice(body).ok()?;
    match operation {
        "SendMessageBatch" => {
            let entries = request["Entries"].as_array_mut()?;
            let rest = entries.split_off(entries.len() / 2);
            let failed = rest.iter().map(|entry| json!({"Id": entry["Id"], "SenderFault": half.sender_fault(), "Code": half.code()}));
            let rest = Rest::Messages(failed.collect());
            let request = (!entries.is_empty()).then(|| request.to_string().into());
            Some(Cut { request, rest })
        }
        "BatchGetItem" => {
            let (name, table) = request["RequestItems"].as_object_mut()?.iter_mut().next()?;
            let keys = table["Keys"].as_array_mut()?;
            let mut unread = Value::Null;
            if keys.len() > 1 {
                let rest = keys.split_off(keys.len() / 2);
                let mut whole = table.clone();
                whole["Keys"] = rest.into();
                unread = json!({ name: whole });
            }
            Some(Cut { request: Some(request.to_string().into()), rest: Rest::Keys(unread) })
        }
        _ => None,
    }
}

/// The query protocol: pairs of a form, `PublishBatchRequestEntries.member.1.Id=0` and so on.
fn cut_form(form: &str, half: Half) -> Option<Cut> {
    let entries = form.split('&').filter_map(number).max()?;
    let first = entries / 2;
    let (rest, kept): (Vec<&str>, Vec<&str>) = form.split('&').partition(|pair| number(pair).is_some_and(|number| number > first));
    let ids = rest.iter().filter_map(|pair| pair.split_once('=').filter(|(name, _)| name.ends_with(".Id")));
    // Ids are numbers: nothing in them is to be unescaped.
    let members = ids.map(|(_, id)| {
        let (code, sender_fault) = (half.code(), half.sender_fault());
        format!("<member><Id>{id}</Id><Code>{code}</Code><Message>half of the entries</Message><SenderFault>{sender_fault}</SenderFault></member>")
    });
    let rest = Rest::Notices(members.collect());
    Some(Cut { request: (first > 0).then(|| kept.join("&").into()), rest })
}

impl Half {
    const fn sender_fault(self) -> bool {
        matches!(self, Self::Refused)
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Failed => "InternalError",
            Self::Refused => "InvalidParameter",
        }
    }
}

impl Cut {
    /// The answer to the whole request, from that to its first half; `None` when that one cannot be read.
    pub(super) fn answer(self, first: Option<&[u8]>) -> Option<Bytes> {
        match self.rest {
            Rest::Notices(members) => {
                let first = first.map_or(Some(NOTHING_DONE), |answer| std::str::from_utf8(answer).ok())?;
                // What the emulator says when nothing failed.
                let first = ["<Failed/>", "<Failed />", "<Failed></Failed>"].iter().fold(first.to_owned(), |text, none| text.replace(none, ""));
                let (before, after) = first.split_once("</PublishBatchResult>")?;
                Some(format!("{before}<Failed>{members}</Failed></PublishBatchResult>{after}").into())
            }
            Rest::Messages(failed) => {
                let mut answer: Value = first.map_or(Some(json!({"Successful": []})), |answer| serde_json::from_slice(answer).ok())?;
                answer["Failed"] = failed;
                Some(answer.to_string().into())
            }
            Rest::Keys(unread) => {
                let mut answer: Value = serde_json::from_slice(first?).ok()?;
                if !unread.is_null() {
                    answer["UnprocessedKeys"] = unread;
                }
                Some(answer.to_string().into())
            }
        }
    }
}

/// The answer of SNS to a batch of which nothing was sent.
const NOTHING_DONE: &str = "<PublishBatchResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishBatchResult><Successful/></PublishBatchResult>\
    <ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></PublishBatchResponse>";

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "Action=PublishBatch&Version=2010-03-31&TopicArn=arn%3Aaws&PublishBatchRequestEntries.member.1.Id=0\
        &PublishBatchRequestEntries.member.1.Message=a%26b&PublishBatchRequestEntries.member.2.Id=1&PublishBatchRequestEntries.member.2.Message=c\
        &PublishBatchRequestEntries.member.3.Id=2&PublishBatchRequestEntries.member.3.Message=d";

    #[test]
    fn half_of_a_form_goes_on_and_the_answer_names_the_rest() {
        assert_eq!((messages("PublishBatch", FORM.as_bytes()), messages("Publish", b"Action=Publish"), messages("PutItem", b"{}")), (3, 1, 0));
        let cut = cut("PublishBatch", FORM.as_bytes(), Half::Refused).unwrap();
        assert_eq!(
            cut.request.as_ref().unwrap(),
            "Action=PublishBatch&Version=2010-03-31&TopicArn=arn%3Aaws&PublishBatchRequestEntries.member.1.Id=0&PublishBatchRequestEntries.member.1.Message=a%26b"
        );
        let first = "<R><PublishBatchResult><Successful><member><Id>0</Id></member></Successful><Failed/></PublishBatchResult></R>";
        let member =
            |id| format!("<member><Id>{id}</Id><Code>InvalidParameter</Code><Message>half of the entries</Message><SenderFault>true</SenderFault></member>");
        assert_eq!(
            cut.answer(Some(first.as_bytes())).unwrap(),
            format!(
                "<R><PublishBatchResult><Successful><member><Id>0</Id></member></Successful><Failed>{}{}</Failed></PublishBatchResult></R>",
                member(1),
                member(2)
            )
        );
    }

    #[test]
    fn one_message_of_a_queue_is_not_sent_and_one_key_is_read() {
        let one = cut("SendMessageBatch", br#"{"Entries":[{"Id":"a"}]}"#, Half::Failed).unwrap();
        assert_eq!(one.request, None);
        assert_eq!(one.answer(None).unwrap(), r#"{"Failed":[{"Code":"InternalError","Id":"a","SenderFault":false}],"Successful":[]}"#);
        let request = br#"{"RequestItems":{"t":{"Keys":[1]}}}"#;
        let one = cut("BatchGetItem", request, Half::Failed).unwrap();
        assert_eq!(one.request.as_deref(), Some(&request[..]));
        assert_eq!(one.answer(Some(br#"{"Responses":{}}"#)).unwrap(), r#"{"Responses":{}}"#);
        let two = cut("BatchGetItem", br#"{"RequestItems":{"t":{"Keys":[1,2]}}}"#, Half::Failed).unwrap();
        assert_eq!(two.answer(Some(br"{}")).unwrap(), r#"{"UnprocessedKeys":{"t":{"Keys":[2]}}}"#);
        assert!(cut("PutItem", b"{}", Half::Failed).is_none());
    }
}
