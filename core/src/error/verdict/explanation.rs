//! An explanation: why an event is what it is, as data and in words. Every text in it is masked and bounded.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Examiner, mention};
use crate::{
    error::{
        classify::{Decision, Evidence, UNKNOWN},
        detect::Fault,
        fingerprint::{Part, explain},
        trace::Exception,
    },
    plan::Retry,
    record::{Level, PlatformFailure, Record},
    severity::Severity,
};

/// Most bytes of a message shown.
pub const MAX_SHOWN_BYTES: usize = 1000;

/// Most exceptions shown, the innermost first.
pub const MAX_SHOWN_EXCEPTIONS: usize = 16;

/// Width of the names in front of the rows.
const NAME_WIDTH: usize = 14;

/// Why an event is what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Whether it is an error.
    pub is_error: bool,
    /// By what evidence it is one, or why it is none.
    pub because: String,
    /// Service; empty when none is known.
    pub service: String,
    /// Level the line names.
    pub level: Option<&'static str>,
    /// Type; empty when none is named.
    #[serde(rename = "type")]
    pub kind: String,
    /// Message.
    pub message: String,
    /// Error code.
    pub code: Option<String>,
    /// HTTP status.
    pub status: Option<u16>,
    /// The exceptions, the root cause first.
    pub exceptions: Vec<ShownException>,
    /// Category, severity and what led to them; none when it is no error.
    #[serde(flatten)]
    pub class: Option<ShownClass>,
    /// Identity of the issue; of an event that is no error, of its message.
    pub fingerprint: String,
    /// What went into it.
    pub parts: Vec<Part>,
    /// Identity that related issues share.
    pub coarse: String,
    /// What went into that one.
    pub coarse_parts: Vec<Part>,
    /// Message with its variable parts replaced.
    pub template: String,
}

/// A class with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownClass {
    /// Category.
    pub category: String,
    /// Severity.
    pub severity: Severity,
    /// Where the severity comes from.
    pub severity_reasons: SeverityReasons,
    /// Rule that decided.
    pub rule: String,
    /// What led to the rule, in words.
    pub evidence: Vec<String>,
    /// Rule of the taxonomy (`unknown` when none matched) over which a rule of the user's was laid.
    pub taxonomy_rule: Option<String>,
    /// Whether a retry can help.
    pub retry: Retry,
    /// What to do first.
    pub first_step: String,
    /// Whether people may be told.
    pub notify: bool,
    /// The rules that matched as well and lost.
    pub lost: Vec<LostRule>,
}

/// Where a severity comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeverityReasons {
    /// Default of the taxonomy's rule.
    pub default: Option<Severity>,
    /// What the level of the line stands for; none when it states no level.
    pub level: Option<Severity>,
    /// Whether a retry that follows lowered it.
    pub lowered_by_retry: bool,
    /// Whether a rule of the user's set it.
    pub set_by_user: bool,
}

/// A rule that matched and lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LostRule {
    /// Id.
    pub rule: String,
    /// What led to it; empty for a rule of the user's.
    pub evidence: Vec<String>,
}

/// One exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownException {
    /// Type; may be empty.
    #[serde(rename = "type")]
    pub kind: String,
    /// Message; may be empty.
    pub message: String,
    /// How many frames were read.
    pub frames: usize,
    /// How many of them are of the application.
    pub in_app: usize,
    /// The application's frame nearest the throw, else the nearest one: `module in function`.
    pub top: Option<String>,
}

impl Examiner {
    pub(super) fn explanation(&self, record: &Record<'_>, fault: Option<&Fault<'_>>) -> Explanation {
        let service = self.service(record);
        let mention = mention(record);
        let grouped = fault.unwrap_or(&mention);
        let explained = explain(grouped, service);
        let decision = fault.map(|fault| self.classifier.decide(fault, service));
        Explanation {
            is_error: fault.is_some(),
            because: because(record, fault),
            service: service.to_owned(),
            level: record.fields.level.map(Level::as_str),
            kind: self.mask(&grouped.kind),
            message: self.shown(&grouped.message),
            code: grouped.code.as_deref().map(|code| self.shown(code)),
            status: grouped.status,
            exceptions: grouped.exceptions.iter().take(MAX_SHOWN_EXCEPTIONS).map(|exception| self.exception(exception)).collect(),
            class: decision.map(|decision| self.class(decision)),
            fingerprint: explained.grouping.fingerprint.as_str().to_owned(),
            parts: self.masked_parts(explained.parts),
            coarse: explained.grouping.coarse.as_str().to_owned(),
            coarse_parts: self.masked_parts(explained.coarse_parts),
            template: self.mask(&explained.grouping.template),
        }
    }

    fn class(&self, decision: Decision) -> ShownClass {
        let in_words = |evidence: &[Evidence]| evidence.iter().map(|evidence| self.mask(&evidence.to_string())).collect();
        let taxonomy_rule = decision.taxonomy.as_ref().map_or(UNKNOWN, |found| &found.rule).to_owned();
        ShownClass {
            severity_reasons: SeverityReasons {
                default: decision.default,
                level: decision.by_level,
                lowered_by_retry: decision.held_by_retry,
                set_by_user: decision.set_by_user,
            },
            evidence: decision.taxonomy.map(|found| in_words(&found.evidence)).unwrap_or_default(),
            taxonomy_rule: decision.user.is_some().then_some(taxonomy_rule),
            lost: decision.lost.iter().map(|lost| LostRule { rule: lost.rule.clone(), evidence: in_words(&lost.evidence) }).collect(),
            category: decision.class.category,
            severity: decision.class.severity,
            rule: decision.class.rule,
            retry: decision.class.retry,
            first_step: decision.class.first_step,
            notify: decision.class.notify,
        }
    }

    fn exception(&self, exception: &Exception<'_>) -> ShownException {
        let own = || exception.frames.iter().filter(|frame| frame.in_app);
        let top = own().next().or(exception.frames.first());
        ShownException {
            kind: self.mask(&exception.kind),
            message: self.shown(&exception.message),
            frames: exception.frames.len(),
            in_app: own().count(),
            top: top.map(|frame| format!("{} in {}", frame.module, frame.function)),
        }
    }

    /// Masked first, then cut: a cut secret could escape its pattern.
    fn shown(&self, text: &str) -> String {
        let text = self.mask(text);
        if text.len() <= MAX_SHOWN_BYTES {
            return text;
        }
        let mut end = MAX_SHOWN_BYTES;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        format!("{} …", text.get(..end).unwrap_or(""))
    }
}

/// The evidence by which an event is an error, or is none.
fn because(record: &Record<'_>, fault: Option<&Fault<'_>>) -> String {
    let fields = &record.fields;
    match (fault, fields.platform, fields.level) {
        (Some(_), Some(platform), _) => {
            let what = match platform {
                PlatformFailure::TimedOut => "ran into its time-out",
                PlatformFailure::OutOfMemory => "ran out of memory",
                PlatformFailure::Exited => "ended",
                PlatformFailure::Init => "failed to start",
            };
            format!("the Lambda platform reports that the function {what}")
        }
        (Some(_), None, Some(level)) if level >= Level::Error => format!("its level is {}", level.as_str()),
        (Some(fault), None, _) if !fault.stack.is_empty() => "it holds a stack trace".to_owned(),
        (Some(fault), None, _) if !fault.kind.is_empty() => format!("it names the error type {}", fault.kind),
        (Some(_), None, _) => "it has the form of an error".to_owned(),
        (None, _, Some(level)) => format!("its level is {}, below ERROR", level.as_str()),
        (None, _, None) => "it has no level, reports no failure and holds no exception; words like `error` in a text are no evidence".to_owned(),
    }
}

impl Explanation {
    /// The explanation in words, a row a fact.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let answer = if self.is_error { "an error" } else { "no error" };
        row(&mut text, answer, &self.because);
        if !self.service.is_empty() {
            row(&mut text, "service", &self.service);
        }
        for (name, value) in [("type", self.kind.as_str()), ("message", &self.message), ("code", self.code.as_deref().unwrap_or(""))] {
            if !value.is_empty() {
                row(&mut text, name, &one_line(value));
            }
        }
        if let Some(status) = self.status {
            row(&mut text, "status", &status.to_string());
        }
        for (index, exception) in self.exceptions.iter().enumerate() {
            row(&mut text, if index == 0 { "exceptions" } else { "" }, &exception.to_text(index));
        }
        if let Some(class) = &self.class {
            class.write(&mut text);
        }
        grouping(&mut text, "fingerprint", &self.fingerprint, &self.parts);
        grouping(&mut text, "related", &self.coarse, &self.coarse_parts);
        row(&mut text, "template", &one_line(&self.template));
        text
    }
}

impl ShownException {
    fn to_text(&self, index: usize) -> String {
        let kind = if self.kind.is_empty() { "(no type)" } else { &self.kind };
        let mut text = if index == 0 { kind.to_owned() } else { format!("inside of {kind}") };
        if !self.message.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(text, ": {}", one_line(&self.message));
        }
        let _ = write!(text, " ({} frames, {} of the application", self.frames, self.in_app);
        if let Some(top) = &self.top {
            let _ = write!(text, ", thrown at {top}");
        }
        text.push(')');
        text
    }
}

impl ShownClass {
    fn write(&self, text: &mut String) {
        row(text, "category", &self.category);
        let by = if self.evidence.is_empty() { "no rule of the taxonomy matched".to_owned() } else { self.evidence.join(", then ") };
        match &self.taxonomy_rule {
            Some(taxonomy) => row(text, "rule", &format!("{} of the config, over {taxonomy} of the taxonomy ({by})", self.rule)),
            None => row(text, "rule", &format!("{} ({by})", self.rule)),
        }
        row(text, "severity", &format!("{}, {}", self.severity, self.severity_reasons.to_text(self.severity)));
        let retry = match self.retry {
            Retry::Yes => "can help",
            Retry::No => "fails again",
            Retry::Maybe => "depends on the operation",
        };
        row(text, "retry", retry);
        if !self.first_step.is_empty() {
            row(text, "first", &self.first_step);
        }
        if !self.notify {
            row(text, "notify", "never, says the rule of the config");
        }
        for (index, lost) in self.lost.iter().enumerate() {
            let why = if lost.evidence.is_empty() { "a later rule of the config".to_owned() } else { lost.evidence.join(", ") };
            row(text, if index == 0 { "lost" } else { "" }, &format!("{} ({why})", lost.rule));
        }
    }
}

impl SeverityReasons {
    fn to_text(&self, severity: Severity) -> String {
        if self.set_by_user {
            return "as the rule of the config says".to_owned();
        }
        let from = match (self.default, self.level) {
            (Some(default), Some(level)) => format!("the higher of {default} (the rule's) and {level} (the level's)"),
            (Some(default), None) => format!("that of the rule, {default}, since the line states no level"),
            (None, Some(level)) => format!("that of the level, {level}"),
            (None, None) => "since there is neither a rule nor a level".to_owned(),
        };
        if self.lowered_by_retry { format!("{from}, lowered to {severity}: the line says that it will be tried again") } else { from }
    }
}

fn grouping(text: &mut String, name: &str, fingerprint: &str, parts: &[Part]) {
    row(text, name, fingerprint);
    for part in parts {
        let value = if part.value.is_empty() { "(none)".to_owned() } else { one_line(&part.value) };
        row(text, "", &format!("{} = {value}", part.name));
    }
}

fn row(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "{name:NAME_WIDTH$}{value}");
}

/// A text of several lines on one, so that each row is one fact.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ⏎ ")
}
