//! Every kind of message in every format, from facts as the processors make them. The snapshots are read by people, and the documentation shows them.

mod facts;
mod schema;

use std::fmt::Write as _;

use serde_json::Value;

use super::{ChatMessage, History, MAX_SMS, Messages, OutgoingMessage, RenderContext};
use crate::{
    alarm::Datapoint,
    issue::Notice,
    plan::{Plan, TopicFormat},
};
use facts::{Example, examples, plan};

/// The message of an example in a format.
fn message(example: &Example, format: TopicFormat) -> OutgoingMessage {
    message_of(&plan(), example, format)
}

/// The same of a plan.
fn message_of(plan: &Plan, example: &Example, format: TopicFormat) -> OutgoingMessage {
    let messages = Messages::new(&plan.messages).unwrap();
    let looked_up = RenderContext { issues: &example.issues, history: example.history.as_ref() };
    let topic = format!("shop-prod-route-oncall-{}", format.as_str());
    messages.render(&example.entry, looked_up, plan).unwrap().into_iter().find(|message| message.topic == topic).unwrap()
}

#[test]
fn mail() {
    for example in examples() {
        let mail = message(&example, TopicFormat::Text);
        insta::assert_snapshot!(format!("mail_{}", example.name), format!("Subject: {}\n\n{}", mail.subject, mail.body));
    }
}

#[test]
fn phones() {
    let mut all = String::new();
    for example in examples() {
        let text = message(&example, TopicFormat::Sms).body;
        assert!(text.len() <= MAX_SMS && text.is_ascii(), "{text}");
        let _ = writeln!(all, "{}:\n{text}\n", example.name);
    }
    insta::assert_snapshot!("phones", all);
}

#[test]
fn chats() {
    for example in examples() {
        let body = message(&example, TopicFormat::Chat).body;
        let chat: ChatMessage = serde_json::from_str(&body).unwrap();
        assert_eq!(serde_json::to_string(&chat).unwrap(), body, "what was written reads back as it was");
        for text in chat.content.next_steps.iter().chain([&chat.content.title, &chat.content.description, &chat.metadata.summary]) {
            assert_eq!(text.matches('`').count() % 2, 0, "an open code span: {text}");
            assert!(!text.contains(['<', '>', '@']), "a mention or a link of the platform's own: {text}");
        }
        insta::assert_snapshot!(format!("chat_{}", example.name), serde_json::to_string_pretty(&chat).unwrap());
    }
}

/// With members in the order of their names, whatever order the build of `serde_json` keeps.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, sorted(value))).collect::<std::collections::BTreeMap<_, _>>().into_iter().collect()
        }
        Value::Array(values) => values.into_iter().map(sorted).collect(),
        other => other,
    }
}

#[test]
fn programs() {
    let schema: Value = serde_json::from_str(include_str!("../../../../docs/src/reference/message-1.schema.json")).unwrap();
    for example in examples() {
        let body = message(&example, TopicFormat::Json).body;
        let document: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(schema::mistakes(&schema, &document), Vec::<String>::new(), "{}", example.name);
        insta::assert_snapshot!(format!("json_{}", example.name), serde_json::to_string_pretty(&sorted(document)).unwrap());
    }
}

#[test]
fn attributes_are_the_same_in_every_format_and_name_what_there_is_one_of() {
    let mut table = String::new();
    for example in examples() {
        let text = message(&example, TopicFormat::Text);
        for format in [TopicFormat::Chat, TopicFormat::Json] {
            assert_eq!(message(&example, format).attributes, text.attributes);
        }
        let mut sms = message(&example, TopicFormat::Sms).attributes;
        assert_eq!(sms.remove("AWS.SNS.SMS.SMSType").as_deref(), Some("Transactional"));
        assert_eq!(sms, text.attributes);
        let pairs: Vec<String> = text.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let _ = writeln!(table, "{}: {}", example.name, pairs.join(", "));
    }
    insta::assert_snapshot!("attributes", table);
}

#[test]
fn what_has_been_published_is_not_rendered_again_and_routes_share_what_is_alike() {
    let plan = plan();
    let messages = Messages::new(&plan.messages).unwrap();
    let mut example = examples().into_iter().find(|example| example.name == "alarm_firing").unwrap();
    let all = messages.render(&example.entry, RenderContext::default(), &plan).unwrap();
    let topics: Vec<&str> = all.iter().map(|message| message.topic.as_str()).collect();
    assert_eq!(topics.len(), 5);
    let texts: Vec<&str> = all.iter().filter(|message| message.topic.ends_with("-text")).map(|message| message.body.as_str()).collect();
    assert!(texts.len() == 2 && texts[0] == texts[1]);
    example.entry.published = topics.iter().skip(1).map(|topic| (*topic).to_owned()).collect();
    let left = messages.render(&example.entry, RenderContext::default(), &plan).unwrap();
    assert_eq!(left, [all[0].clone()]);
}

#[test]
fn log_text_is_data_in_every_format() {
    let hostile = "{{ project }} {% for x in y %} <!channel> <b>x</b> `rm -rf` [a](http://b) \u{202e}@here";
    let example = facts::with_log_text(hostile);
    let mail = message(&example, TopicFormat::Text).body;
    assert!(mail.contains("{{ project }} {% for x in y %} <!channel> <b>x</b>"), "{mail}");
    let chat: ChatMessage = serde_json::from_str(&message(&example, TopicFormat::Chat).body).unwrap();
    let text = format!("{} {}", chat.content.title, chat.content.description);
    for part in text.split('`').step_by(2) {
        assert!(!part.contains("rm -rf") && !part.contains("channel") && !part.contains("a](http"), "outside of a code span: {part}");
    }
    assert!(!text.contains(['<', '@']), "{text}");
    let json: Value = serde_json::from_str(&message(&example, TopicFormat::Json).body).unwrap();
    // Characters that act are replaced, in every format.
    assert_eq!(json["sample"], hostile.replace('\u{202e}', "\u{fffd}"));
}

/// A link to the console opens in the account somebody is signed in to.
#[test]
fn what_is_in_another_account_says_so_wherever_there_are_links() {
    let schema: Value = serde_json::from_str(include_str!("../../../../docs/src/reference/message-1.schema.json")).unwrap();
    let mut plan = plan();
    plan.sources[0].account = "444455556666".to_owned();
    let mut seen = 0;
    for example in examples() {
        let body = message_of(&plan, &example, TopicFormat::Json).body;
        let document: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(schema::mistakes(&schema, &document), Vec::<String>::new(), "{}", example.name);
        let is_there = document["service"] == plan.sources[0].service.as_str();
        assert_eq!(document["account"], if is_there { "444455556666".into() } else { Value::Null }, "{}", example.name);
        let has_links = |of: &Value| of["account"] == "444455556666" && of["links"].as_array().is_some_and(|links| !links.is_empty());
        // A mail about several services has links for each.
        let in_mail = has_links(&document) || document["sections"].as_array().is_some_and(|sections| sections.iter().any(has_links));
        for (format, expected) in [(TopicFormat::Text, in_mail), (TopicFormat::Chat, has_links(&document))] {
            let text = message_of(&plan, &example, format).body;
            assert_eq!(text.contains("account 444455556666"), expected, "{} {format:?}\n{text}", example.name);
        }
        seen += usize::from(is_there);
    }
    assert!(seen > 2, "{seen}");
    let firing = examples().into_iter().find(|example| example.name == "alarm_firing").unwrap();
    insta::assert_snapshot!("mail_of_another_account", message_of(&plan, &firing, TopicFormat::Text).body);
}

#[test]
fn values_that_could_not_be_read_give_way_to_those_the_change_tells() {
    let mut example = examples().into_iter().find(|example| example.name == "alarm_firing").unwrap();
    let Notice::Alarm(notice) = &mut example.entry.notice else { panic!("no alarm") };
    let trigger = notice.trigger.as_mut().unwrap();
    trigger.datapoints = [8.0, 9.2].map(|value| Datapoint { value: serde_json::Number::from_f64(value).unwrap(), at: None }).into();
    example.history = Some(History { values: vec![None; 12], period_seconds: 300 });
    let body = message(&example, TopicFormat::Text).body;
    assert!(body.contains("▁█ last 9.2 %, lowest 8 %, highest 9.2 %, threshold 5 %, 10 minutes"), "{body}");
}
