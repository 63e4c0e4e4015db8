//! One message as it leaves for a topic.

use std::{borrow::Cow, collections::BTreeMap};

use crate::plain_text::plain;

/// Longest subject: SNS takes less than 100 characters.
pub const MAX_SUBJECT: usize = 99;

/// Longest body: SNS takes 256 KiB for body and attributes; what is left is for the attributes.
pub const MAX_BODY_BYTES: usize = 250 * 1024;

/// Longest value of an attribute, bytes.
const MAX_ATTRIBUTE_BYTES: usize = 256;

/// Subject of a message whose template gives none.
const NO_SUBJECT: &str = "Skywarden";

/// One message to one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMessage {
    /// Topic name.
    pub topic: String,
    /// Subject: printable ASCII that begins with no space, 1 to [`MAX_SUBJECT`] characters.
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
            attributes: attributes
                .into_iter()
                .map(|(name, value)| (name, cut(one_line(&value), MAX_ATTRIBUTE_BYTES)))
                .filter(|(_, value)| !value.is_empty())
                .collect(),
        }
    }

    /// Bytes SNS counts: body and attributes with their names and types; the subject as well, to be on the safe side.
    pub fn bytes(&self) -> usize {
        let attributes: usize = self.attributes.iter().map(|(name, value)| name.len() + "String".len() + value.len()).sum();
        self.body.len() + self.subject.len() + attributes
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
    if text.is_empty() {
        return NO_SUBJECT.to_owned();
    }
    if text.len() <= MAX_SUBJECT {
        return text;
    }
    format!("{}...", text.get(..MAX_SUBJECT - 3).unwrap_or(""))
}

fn bounded(body: String) -> String {
    if body.len() <= MAX_BODY_BYTES {
        return body;
    }
    let mut body = cut(body, MAX_BODY_BYTES - 32);
    body.push_str("\n… cut at 250 KiB\n");
    body
}

/// The first bytes of a text, ending on a character.
fn cut(mut text: String, bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes));
    text
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
        assert_eq!(OutgoingMessage::new("t", " \n\u{7}", String::new(), BTreeMap::new()).subject, "?");
        assert_eq!(OutgoingMessage::new("t", " \n", String::new(), BTreeMap::new()).subject, NO_SUBJECT);
    }

    #[test]
    fn the_largest_message_is_within_what_sns_takes() {
        let attributes = (0..20).map(|number| (format!("attribute-{number}"), "é".repeat(1000))).collect();
        let message = OutgoingMessage::new("t", &"s".repeat(200), "é".repeat(MAX_BODY_BYTES), attributes);
        assert!(message.attributes.values().all(|value| value.len() == MAX_ATTRIBUTE_BYTES));
        assert!(message.bytes() <= 256 * 1024, "{}", message.bytes());
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
