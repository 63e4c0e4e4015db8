//! One message as it leaves for a topic.

use std::{borrow::Cow, collections::BTreeMap};

use crate::plain_text::plain;

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
    /// Body, at most [`MAX_BODY_BYTES`], without characters that act (see [`crate::plain_text`]): text of the log is in it.
    pub body: String,
    /// Message attributes for filter policies: `severity`, `service`, `kind`, `state` and so on.
    pub attributes: BTreeMap<String, String>,
}

impl OutgoingMessage {
    /// A message within the bounds of SNS, of characters that it takes and that do nothing to who reads them.
    pub fn new(topic: &str, subject: &str, body: String, attributes: BTreeMap<String, String>) -> Self {
        Self {
            topic: topic.to_owned(),
            subject: ascii(subject),
            body: bounded(match plain(&body) {
                Cow::Borrowed(_) => body,
                Cow::Owned(plain) => plain,
            }),
            attributes: attributes.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, one_line(&value))).collect(),
        }
    }
}

/// The text in one line.
fn one_line(text: &str) -> String {
    plain(text).replace(['\n', '\t'], " ")
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
    fn neither_body_nor_attributes_act_on_a_reader() {
        let attributes = BTreeMap::from([("service".to_owned(), "a\nb\u{1b}c".to_owned())]);
        let message = OutgoingMessage::new("t", "s", "one\r\ntwo \u{1b}[2J \u{202e}".to_owned(), attributes);
        assert_eq!(message.body, "one\ntwo \u{fffd}[2J \u{fffd}");
        assert_eq!(message.attributes["service"], "a b\u{fffd}c");
    }

    #[test]
    fn a_body_is_bounded_on_a_character() {
        let message = OutgoingMessage::new("t", "s", "é".repeat(MAX_BODY_BYTES), BTreeMap::new());
        assert!(message.body.len() <= MAX_BODY_BYTES);
    }
}
