//! Recorded cases: what a pattern is known to do with a message, and whether ours does the same.
//!
//! A file of cases is a JSON array of rows. `pattern` is the only key a row must have. With `error` the pattern is one that
//! `CloudWatch` refuses; otherwise it is accepted, and `matches` says whether `message` matches it and `extracted` which fields
//! `TestMetricFilter` then gives, `$name` or `$1` to text. `evidence` is shown. Other keys are passed over.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use thiserror::Error;

use super::{FilterPattern, PatternError};

/// One recorded case.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Case {
    /// The pattern.
    pub pattern: String,
    /// The event's message; a case without one says only whether the pattern is accepted.
    #[serde(default)]
    pub message: Option<String>,
    /// Whether the message matches.
    #[serde(default)]
    pub matches: Option<bool>,
    /// The exception the pattern is refused with.
    #[serde(default)]
    pub error: Option<String>,
    /// The fields extracted from the message, by `$name` or `$1`.
    #[serde(default)]
    pub extracted: Option<BTreeMap<String, String>>,
    /// Where the case is known from.
    #[serde(default)]
    pub evidence: Option<String>,
}

/// How our answer differs from a recorded one. Displays as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Should have been refused.
    Accepted,
    /// Should have been accepted.
    Refused(PatternError),
    /// Matches and should not, or the other way round.
    Matches {
        /// Our answer.
        actual: bool,
    },
    /// Matches, with other fields.
    Extracted(BTreeMap<String, String>),
}

/// Why a file of cases cannot be read.
#[derive(Debug, Error)]
#[error("not a JSON array of cases: {0}")]
pub struct CasesError(#[from] serde_json::Error);

/// Reads a file of cases.
///
/// # Errors
/// Text that is not a JSON array of rows with at least a `pattern`.
pub fn read(json: &str) -> Result<Vec<Case>, CasesError> {
    Ok(serde_json::from_str(json)?)
}

impl Case {
    /// Compares our answer with the recorded one; none when they agree.
    pub fn mismatch(&self) -> Option<Mismatch> {
        let pattern = match (FilterPattern::parse(&self.pattern), &self.error) {
            (Ok(_), Some(_)) => return Some(Mismatch::Accepted),
            (Err(_), Some(_)) => return None,
            (Err(error), None) => return Some(Mismatch::Refused(error)),
            (Ok(pattern), None) => pattern,
        };
        let (message, expected) = (self.message.as_deref()?, self.matches?);
        let actual = pattern.matches(message);
        if actual != expected {
            return Some(Mismatch::Matches { actual });
        }
        let extracted: BTreeMap<String, String> = pattern.extract(message)?.into_iter().collect();
        self.extracted.as_ref().is_some_and(|expected| *expected != extracted).then_some(Mismatch::Extracted(extracted))
    }

    /// The recorded answer, in words.
    pub fn expectation(&self) -> String {
        match (&self.error, self.matches, &self.extracted) {
            (Some(error), _, _) => format!("refused with {error}"),
            (None, Some(true), Some(fields)) => format!("matches, {}", Fields(fields)),
            (None, Some(true), None) => "matches".to_owned(),
            (None, Some(false), _) => "does not match".to_owned(),
            (None, None, _) => "accepted".to_owned(),
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => f.write_str("accepted"),
            Self::Refused(error) => write!(f, "refused: {error} ({} at byte {})", error.code(), error.offset()),
            Self::Matches { actual: true } => f.write_str("matches"),
            Self::Matches { actual: false } => f.write_str("does not match"),
            Self::Extracted(fields) => write!(f, "matches, {}", Fields(fields)),
        }
    }
}

/// Fields in one line.
struct Fields<'f>(&'f BTreeMap<String, String>);

impl fmt::Display for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no fields");
        }
        let fields: Vec<String> = self.0.iter().map(|(name, text)| format!("{name} = {text:?}")).collect();
        f.write_str(&fields.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(row: &str) -> (String, Option<String>) {
        let cases = read(&format!("[{row}]")).unwrap();
        (cases[0].expectation(), cases[0].mismatch().map(|mismatch| mismatch.to_string()))
    }

    fn answers(row: &str, expected: &str, actual: Option<&str>) {
        assert_eq!(one(row), (expected.to_owned(), actual.map(str::to_owned)), "{row}");
    }

    #[test]
    fn agreement_is_silent() {
        answers(r#"{"pattern":"a","message":"a","matches":true,"seen":"2026"}"#, "matches", None);
        answers(r#"{"pattern":"a","message":"b","matches":false,"extracted":null}"#, "does not match", None);
        answers(r#"{"pattern":"[a]","message":"x","matches":true,"extracted":{"$a":"x"}}"#, "matches, $a = \"x\"", None);
        answers(r#"{"pattern":"a","message":"a","matches":true,"extracted":{}}"#, "matches, no fields", None);
        answers(r#"{"pattern":"*","error":"InvalidParameterException","matches":null}"#, "refused with InvalidParameterException", None);
        answers(r#"{"pattern":"a"}"#, "accepted", None);
    }

    #[test]
    fn each_difference_is_told() {
        answers(r#"{"pattern":"a","error":"X"}"#, "refused with X", Some("accepted"));
        answers(r#"{"pattern":"a","message":"b","matches":true}"#, "matches", Some("does not match"));
        answers(r#"{"pattern":"a","message":"a","matches":false}"#, "does not match", Some("matches"));
        answers(r#"{"pattern":"[a]","message":"x","matches":true,"extracted":{"$b":"x"}}"#, "matches, $b = \"x\"", Some("matches, $a = \"x\""));
        let refused = "refused: `*` cannot stand in an unquoted term (invalid-character at byte 0)";
        answers(r#"{"pattern":"*","message":"x","matches":true}"#, "matches", Some(refused));
    }

    #[test]
    fn what_is_no_list_of_cases_is_refused_with_its_place() {
        for (text, place) in [("{}", "line 1 column 0"), ("[{\"message\":\"a\"}]", "missing field `pattern`"), ("[", "EOF")] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with("not a JSON array of cases: ") && error.contains(place), "{error}");
        }
    }
}
