//! Verdict: all that is said of one log event, for those who look at single events: is it an error, which one, of what kind, and why.

mod explanation;

use std::borrow::Cow;

use serde::Serialize;

pub use self::explanation::{Explanation, LostRule, MAX_SHOWN_BYTES, MAX_SHOWN_EXCEPTIONS, SeverityReasons, ShownClass, ShownException};
use super::{
    classify::Classifier,
    detect::{Fault, detect},
    fingerprint::{Part, explain, group},
};
use crate::{
    envelope::LogEvent,
    json::Scratch,
    mask::Masker,
    plan::{LogFormat, Masking, PlanError, TaxonomyRule, UserErrorRule},
    record::{Level, Reader, Record, format::line_format},
    severity::Severity,
};

/// What an event is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether it is an error.
    pub is_error: bool,
    /// Identity of the issue it belongs to; of an event that is no error, of its message.
    pub fingerprint: String,
    /// Identity that related issues share.
    pub coarse: String,
    /// Message with its variable parts replaced, masked.
    pub template: String,
    /// Type; none when it is no error or names none.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Category; none when it is no error, and so are severity and rule.
    pub category: Option<String>,
    /// Severity.
    pub severity: Option<Severity>,
    /// Id of the rule that decided.
    pub rule: Option<String>,
    /// What went into the fingerprint, in order; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<Part>>,
}

/// What the events looked at have in common.
#[derive(Clone, Copy, Debug)]
pub struct Examined<'p> {
    /// The user's rules.
    pub rules: &'p [UserErrorRule],
    /// The taxonomy.
    pub taxonomy: &'p [TaxonomyRule],
    /// What is masked besides the built-in rules.
    pub masking: &'p Masking,
    /// Service they are of; without one it is the service the line names itself.
    pub service: Option<&'p str>,
    /// How the service writes its lines.
    pub format: Option<&'p LogFormat>,
}

/// Looks at single events with the rules of a plan.
#[derive(Debug)]
pub struct Examiner {
    classifier: Classifier,
    masker: Masker,
    /// A reader of lines in a form of their own.
    reader: Option<Reader>,
    service: Option<String>,
}

impl Examiner {
    /// Compiles the rules.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] when a rule, the masking or the form of the lines does not compile.
    pub fn new(examined: Examined<'_>) -> Result<Self, PlanError> {
        let reader = match examined.format {
            Some(LogFormat::Regex(line)) => {
                let format = line_format(&line.pattern, line.time.as_deref()).map_err(|reason| PlanError::Invalid { what: "format".to_owned(), reason })?;
                Some(Reader::new(Some(format)))
            }
            _ => None,
        };
        Ok(Self {
            classifier: Classifier::new(examined.rules, examined.taxonomy)?,
            masker: Masker::new(examined.masking)?,
            reader,
            service: examined.service.map(str::to_owned),
        })
    }

    /// What an event is. Its lines may end in `\n` or `\r`.
    pub fn verdict(&self, event: &str, with_parts: bool) -> Verdict {
        self.look(event, |record, fault| {
            let service = self.service(record);
            let class = fault.map(|fault| self.classifier.classify(fault, service));
            let mention = mention(record);
            let grouped = fault.unwrap_or(&mention);
            let (grouping, parts) = if with_parts {
                let explained = explain(grouped, service);
                (explained.grouping, Some(self.masked_parts(explained.parts)))
            } else {
                (group(grouped, service), None)
            };
            Verdict {
                is_error: fault.is_some(),
                fingerprint: grouping.fingerprint.as_str().to_owned(),
                coarse: grouping.coarse.as_str().to_owned(),
                template: self.mask(&grouping.template),
                kind: fault.map(|fault| fault.kind.as_ref()).filter(|kind| !kind.is_empty()).map(|kind| self.mask(kind)),
                category: class.as_ref().map(|class| class.category.clone()),
                severity: class.as_ref().map(|class| class.severity),
                rule: class.map(|class| class.rule),
                parts,
            }
        })
    }

    /// What an event is and why.
    pub fn explain(&self, event: &str) -> Explanation {
        self.look(event, |record, fault| self.explanation(record, fault))
    }

    fn look<T>(&self, event: &str, see: impl FnOnce(&Record<'_>, Option<&Fault<'_>>) -> T) -> T {
        // A log agent that keeps an event on one line writes `\r` between its lines.
        let text = if event.contains('\r') { Cow::Owned(event.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(event) };
        let event = LogEvent { id: Cow::Borrowed(""), timestamp: 0, message: text };
        let record = self.reader.as_ref().unwrap_or_else(|| Reader::standard()).read(&event, &mut Scratch::default());
        let fault = detect(&record);
        see(&record, fault.as_ref())
    }

    fn service<'s>(&'s self, record: &'s Record<'_>) -> &'s str {
        self.service.as_deref().or(record.fields.service.as_deref()).unwrap_or("")
    }

    fn mask(&self, text: &str) -> String {
        self.masker.mask(text).into_owned()
    }

    fn masked_parts(&self, mut parts: Vec<Part>) -> Vec<Part> {
        for part in &mut parts {
            part.value = self.mask(&part.value);
        }
        parts
    }
}

/// A line that is no error, as something that can be grouped by its message.
fn mention<'a>(record: &'a Record<'_>) -> Fault<'a> {
    Fault {
        message: Cow::Borrowed(record.message()),
        level: record.fields.level.unwrap_or(Level::Info),
        level_assumed: record.fields.level.is_none(),
        ..Fault::default()
    }
}

#[cfg(test)]
mod tests;
