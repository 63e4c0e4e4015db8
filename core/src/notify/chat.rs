//! Messages to chat channels: custom notifications of Amazon Q Developer in chat applications (formerly AWS Chatbot).
//!
//! The form is AWS's "Custom notifications using Amazon Q Developer in chat applications" (administrator guide). It renders texts in the markup of the
//! platform, Slack's or Teams'. Templates write markup; log text reaches them as inert code spans only, so that no template can let it render.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AlarmView, IssueView, ToldView, head::Head};

/// Longest title, characters. AWS publishes no limits beyond SNS's own; these keep a message readable and inside Slack's 3,000 characters a section.
pub const MAX_TITLE: usize = 250;

/// Longest description, characters.
pub const MAX_DESCRIPTION: usize = 2_800;

/// Longest step, characters: a command with an alarm's name (255) fits.
pub const MAX_STEP: usize = 500;

/// Most steps.
pub const MAX_STEPS: usize = 6;

/// Most issues a message lists; the rest is counted.
pub const MAX_LINES: usize = 10;

/// Longest quotation of a log, characters.
const MAX_QUOTE: usize = 300;

/// The same in one of several lines.
const MAX_LINE_QUOTE: usize = 100;

/// A custom notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatMessage {
    /// `1.0`.
    pub version: String,
    /// `custom`.
    pub source: String,
    /// Id of the message.
    pub id: String,
    /// What people read.
    pub content: ChatContent,
    /// What programs and threads go by.
    pub metadata: ChatMetadata,
}

/// What people read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChatContent {
    /// `client-markdown`.
    pub text_type: String,
    /// One line.
    pub title: String,
    /// The rest.
    pub description: String,
    /// What to do, a step each.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub next_steps: Vec<String>,
    /// Words to find it by.
    pub keywords: Vec<String>,
}

/// What programs and threads go by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChatMetadata {
    /// What belongs into one thread: an issue or an alarm, with what comes of it. A digest has none.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub thread_id: String,
    /// The headline.
    pub summary: String,
    /// `skywarden-issue`, `skywarden-group`, `skywarden-digest`, `skywarden-alarm`.
    pub event_type: String,
    /// The alarm's name or the issue's fingerprint.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub related_resources: Vec<String>,
    /// The same facts as the message attributes.
    pub additional_context: BTreeMap<String, String>,
}

impl ChatMessage {
    /// A notification of rendered texts, each within its bound. The head is quoted.
    pub(super) fn new(head: &Head, title: &str, description: &str, steps: &str, context: &BTreeMap<String, String>) -> Self {
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let steps = steps.lines().map(line).filter(|step| !step.is_empty()).take(MAX_STEPS);
        let keywords = [head.severity.as_str(), head.kind, head.state, &head.category, &head.service];
        Self {
            version: "1.0".to_owned(),
            source: "custom".to_owned(),
            id: head.id.clone(),
            content: ChatContent {
                text_type: "client-markdown".to_owned(),
                title: bounded(&line(title), MAX_TITLE),
                description: bounded(description.trim(), MAX_DESCRIPTION),
                next_steps: steps.map(|step| bounded(&step, MAX_STEP)).collect(),
                keywords: keywords.into_iter().filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            },
            metadata: ChatMetadata {
                thread_id: plain_id(&head.thread),
                summary: bounded(&head.headline, MAX_TITLE),
                event_type: format!("skywarden-{}", head.kind),
                related_resources: Some(head.thread.clone()).filter(|thread| !thread.is_empty()).into_iter().collect(),
                additional_context: context.iter().filter(|(name, _)| !name.starts_with("AWS.")).map(|(name, value)| (name.clone(), value.clone())).collect(),
            },
        }
    }
}

/// An id of plain characters: an alarm's name may hold any.
fn plain_id(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect()
}

/// Text that cannot leave a code span nor begin a mention: the backtick and the characters both platforms read as markup of their own are replaced by
/// ones that look alike.
fn inert(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars()
        .filter(|c| !c.is_control())
        .map(|c| match c {
            '`' => '\'',
            '<' => '‹',
            '>' => '›',
            '@' => '＠',
            other => other,
        })
        .collect()
}

/// Text as a code span of one line; nothing for nothing.
fn code(text: &str) -> String {
    code_within(text, MAX_QUOTE)
}

fn code_within(text: &str, limit: usize) -> String {
    let text = inert(text);
    if text.is_empty() {
        return text;
    }
    let quote: String = if text.chars().count() > limit { text.chars().take(limit).chain(['…']).collect() } else { text };
    format!("`{quote}`")
}

/// Text within a bound. A code span that is cut is closed, so that nothing behind it is swallowed and nothing in it comes out.
fn bounded(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let cut: String = text.chars().take(limit - 2).collect();
    let open = cut.matches('`').count() % 2 == 1;
    if open { format!("{cut}…`") } else { format!("{cut}…") }
}

/// An address without the characters that Slack and Teams read as emphasis or as the end of a link. A browser reads them the same.
fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '*' => out.push_str("%2A"),
            '~' => out.push_str("%7E"),
            '\'' => out.push_str("%27"),
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '|' => out.push_str("%7C"),
            '<' | '>' | '`' | ' ' => {}
            other => out.push(other),
        }
    }
    out
}

impl Head {
    /// The head as a chat template sees it.
    pub(super) fn quoted(&self) -> Self {
        let mut head = self.clone();
        head.subject = if self.quotes_log { code(&self.subject) } else { inert(&self.subject) };
        head.compose();
        for command in [&mut head.show, &mut head.silence, &mut head.reference] {
            *command = code(command);
        }
        // An alarm's is a sentence.
        if head.resolve.starts_with("skywarden ") {
            head.resolve = code(&head.resolve);
        }
        for link in &mut head.links {
            link.url = address(&link.url);
        }
        head
    }
}

impl IssueView {
    /// The view as a chat template sees it: log text as code, no stack.
    pub(super) fn quoted(&self) -> Self {
        Self {
            head: self.head.quoted(),
            error_type: code(&self.error_type),
            template: code(&self.template),
            version: code(&self.version),
            sample: code(&self.sample),
            stack: String::new(),
            request_id: code(&self.request_id),
            ..self.clone()
        }
    }
}

impl AlarmView {
    /// The view as a chat template sees it.
    pub(super) fn quoted(&self) -> Self {
        let children = self.children.iter().map(|child| inert(child)).collect();
        Self { head: self.head.quoted(), alarm: code(&self.alarm), reason: code(&self.reason), children, ..self.clone() }
    }
}

impl ToldView {
    /// The view as a chat template sees it: log text as code, no stack, and not more lines than a chat shows.
    pub(super) fn quoted(&self) -> Self {
        let mut view = Self { head: self.head.quoted(), sample: code(&self.sample), stack: String::new(), ..self.clone() };
        let mut room = MAX_LINES;
        for section in &mut view.sections {
            let lines = section.issues.len();
            section.issues.truncate(room);
            view.unlisted += lines - section.issues.len();
            room -= section.issues.len();
            for line in &mut section.issues {
                line.headline = code_within(&line.headline, MAX_LINE_QUOTE);
            }
            for link in &mut section.links {
                link.url = address(&link.url);
            }
        }
        view.sections.retain(|section| !section.issues.is_empty());
        view
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn log_text_becomes_an_inert_span() {
        assert_eq!(code("a `b` <!channel> <@U1> *bold* _i_\n@here"), "`a 'b' ‹!channel› ‹＠U1› *bold* _i_ ＠here`");
        assert_eq!(code(" \n "), "");
        assert_eq!(code(&"x".repeat(MAX_QUOTE + 1)).chars().count(), MAX_QUOTE + 3);
    }

    #[test]
    fn a_span_that_is_cut_is_closed() {
        assert_eq!(bounded("see `abcdef` now", 9), "see `ab…`");
        assert_eq!(bounded("see `a` now and then", 12), "see `a` no…");
        assert_eq!(bounded("short", 5), "short");
    }

    #[test]
    fn a_link_keeps_its_meaning_without_markup() {
        assert_eq!(address("https://x/#~(a~'b*2f)"), "https://x/#%7E%28a%7E%27b%2A2f%29");
    }

    proptest! {
        #[test]
        fn nothing_leaves_the_span(text in ".*") {
            let span = code(&text);
            if !span.is_empty() {
                let inside = span.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).unwrap();
                prop_assert!(!inside.contains(['`', '<', '>', '@', '\n', '\r']));
            }
        }

        #[test]
        fn cutting_keeps_spans_whole(texts in prop::collection::vec(".{0,20}", 1..8), limit in 10_usize..120) {
            let text: String = texts.iter().map(|text| code(text)).collect::<Vec<_>>().join(" and ");
            let cut = bounded(&text, limit);
            prop_assert!(cut.chars().count() <= limit);
            prop_assert_eq!(cut.matches('`').count() % 2, 0);
        }
    }
}
