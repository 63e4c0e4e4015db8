//! One message as it leaves for a topic.

use std::collections::BTreeMap;

/// Longest subject: SNS takes less than 100 characters.
pub const MAX_SUBJECT: usize = 99;

/// Longest body: SNS takes 256 KiB for body and attributes; what is left is for the attributes.
pub const MAX_BODY_BYTES: usize = 250 * 1024;

/// One message to one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMessage {
    /// Topic name.
    pub topic: String,
    /// Subject: printable ASCII, at most [`MAX_SUBJECT`] characters.
    pub subject: String,
    /// Body, at most [`MAX_BODY_BYTES`].
    pub body: String,
    /// Message attributes for filter policies: `severity`, `service`, `kind`, `state` and so on.
    pub attributes: BTreeMap<String, String>,
}

impl OutgoingMessage {
    /// A message within the bounds of SNS.
    pub fn new(topic: &str, subject: &str, body: String, attributes: BTreeMap<String, String>) -> Self {
        Self {
            topic: topic.to_owned(),
            subject: ascii(subject),
            body: bounded(body),
            attributes: attributes.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        }
    }
}

/// SNS takes a subject of printable ASCII that begins with a letter, digit or punctuation.
fn ascii(subject: &str) -> String {
    let text: String = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().map(|c| if (' '..='~').contains(&c) { c } else { '?' }).collect();
    if text.len() <= MAX_SUBJECT {
        return text;
    }
    format!("{}...", text.get(..MAX_SUBJECT - 3).unwrap_or(""))
}

fn bounded(mut body: String) -> String {
    if body.len() > MAX_BODY_BYTES {
        let mut end = MAX_BODY_BYTES - 32;
        while !body.is_char_boundary(end) {
            end -= 1;
        }
        body.truncate(end);
        body.push_str("\n… cut at 250 KiB\n");
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_of_ascii_within_the_bound() {
        let message = OutgoingMessage::new("t", &format!("é\nnew {}", "x".repeat(200)), String::new(), BTreeMap::new());
        assert!(message.subject.starts_with("? new x"));
        assert_eq!(message.subject.len(), MAX_SUBJECT);
        assert_eq!(OutgoingMessage::new("t", &"y".repeat(99), String::new(), BTreeMap::new()).subject.len(), 99);
    }

    #[test]
    fn a_body_is_bounded_on_a_character() {
        let message = OutgoingMessage::new("t", "s", "é".repeat(MAX_BODY_BYTES), BTreeMap::new());
        assert!(message.body.len() <= MAX_BODY_BYTES);
    }
}
