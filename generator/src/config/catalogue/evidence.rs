//! Evidence: an error as an example of the catalogue gives it.

use std::borrow::Cow;

use skywarden_core::{error::detect::Fault, plan::PlatformSignal, record::PlatformFailure};
use skywarden_document::{Node, Span, Spanned};

use super::rule::{PLATFORM, TEXT, status};
use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{self, Expected, Fields},
};

/// What is known of an error; empty or absent parts are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Error type.
    pub r#type: String,
    /// Message.
    pub message: String,
    /// Error code.
    pub code: String,
    /// HTTP status of the record.
    pub status: Option<u16>,
    /// Failure the platform reports.
    pub platform: Option<PlatformSignal>,
}

impl Evidence {
    /// The error, as detection would find it in a record of level ERROR.
    pub fn fault(&self) -> Fault<'_> {
        Fault {
            kind: Cow::Borrowed(&self.r#type),
            message: Cow::Borrowed(&self.message),
            code: (!self.code.is_empty()).then_some(Cow::Borrowed(self.code.as_str())),
            status: self.status,
            platform: self.platform.map(|signal| match signal {
                PlatformSignal::TimedOut => PlatformFailure::TimedOut,
                PlatformSignal::OutOfMemory => PlatformFailure::OutOfMemory,
                PlatformSignal::Exited => PlatformFailure::Exited,
                PlatformSignal::Init => PlatformFailure::Init,
            }),
            ..Fault::default()
        }
    }
}

/// A list of at least one; reported when it is empty.
pub(super) fn read_list(node: &Node, findings: &mut Findings) -> Vec<Spanned<Evidence>> {
    let list = Expected { what: "a list of errors", example: "examples: [{ type: KeyError }]" };
    let found = read::each(node, &list, findings, read_one);
    if found.is_empty() && node.value == skywarden_document::Value::List(Vec::new()) {
        findings.push(Finding::error(Code::BadCatalogue, node.span, "this list is empty").hint("give one error at least: each is tested"));
    }
    found
}

fn read_one(node: &Node, findings: &mut Findings) -> Option<Spanned<Evidence>> {
    let expected = Expected { what: "an error as a map", example: "- { type: KeyError, message: \"'id'\" }" };
    let mut fields = Fields::open(node, "an example", &expected, findings)?;
    let mut text = |key, findings: &mut Findings| {
        let text = fields.take(key).and_then(|node| read::text(node, &TEXT, findings));
        text.map(|text| text.value).unwrap_or_default()
    };
    let evidence = Evidence {
        r#type: text("type", findings),
        message: text("message", findings),
        code: text("code", findings),
        status: fields.take("status").and_then(|node| status(node, findings)).map(|status| status.value),
        platform: fields.take("platform").and_then(|node| read::word(node, &PLATFORM, &platform_word(), findings)).map(|word| word.value),
    };
    let span: Span = fields.span();
    fields.finish(findings);
    Some(Spanned::new(evidence, span))
}

pub(super) const fn platform_word() -> Expected {
    Expected { what: "a failure of the platform", example: "platform: timed_out" }
}
