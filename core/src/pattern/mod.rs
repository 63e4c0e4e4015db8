//! `CloudWatch` Logs filter patterns: the language of metric filters, subscription filters and `FilterLogEvents`.
//!
//! What a pattern matches here is what it matches in `CloudWatch`, oddities included, as far as documentation and recorded
//! behaviour tell: the simulator, the extraction rules and the patterns written into templates all rest on that. The cases known
//! are `tests/fixtures/filter-patterns.json`.
//!
//! The kind of a pattern is told by its first character after white space: nothing matches every event, `{` starts a JSON
//! pattern, `[` a space-delimited one, anything else is terms. A pattern is compiled once and then only read.

mod binding;
pub mod cases;
mod comparison;
mod cursor;
mod delimited;
mod error;
pub mod explain;
mod expression;
mod json;
mod metric_value;
mod operand;
pub mod quota;
mod regex;
mod terms;
mod tokens;
mod wildcard;

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

pub use error::{PatternError, PatternErrorCode};
pub use metric_value::{MetricValue, MetricValueError};

use self::cursor::Cursor;
use self::delimited::Delimited;
use self::json::JsonPattern;
use self::terms::Terms;
use crate::json::{Selector, SelectorSetBuilder, Values};

/// A compiled filter pattern. Equal when the source text is.
#[derive(Clone, Debug)]
pub struct FilterPattern {
    source: String,
    matcher: Matcher,
    regex_count: usize,
}

/// How a pattern reads an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatternKind {
    /// The empty pattern: every event matches.
    All,
    /// Words, phrases and regular expressions anywhere in the text.
    Terms,
    /// Conditions on the members of a JSON object.
    Json,
    /// Conditions on the fields of a space-delimited line.
    Delimited,
}

/// A filter pattern whose selectors are part of a larger set; from [`FilterPattern::bind`].
#[derive(Clone, Debug)]
pub struct BoundPattern(Matcher);

impl BoundPattern {
    /// Whether it asks anything of the values; other patterns need no pass over the JSON.
    #[inline]
    pub fn reads_json(&self) -> bool {
        matches!(self.0, Matcher::Json(_))
    }

    /// Whether an event with this message matches. `values` are what the larger set found in the message, none when that is not one JSON object.
    #[inline]
    pub fn matches(&self, message: &str, values: Option<Values<'_, '_>>) -> bool {
        match &self.0 {
            Matcher::Json(json) => values.is_some_and(|values| json.holds(values)),
            other => other.matches(message),
        }
    }
}

#[derive(Clone, Debug)]
enum Matcher {
    All,
    Terms(Terms),
    Json(JsonPattern),
    Delimited(Delimited),
}

impl Matcher {
    fn matches(&self, message: &str) -> bool {
        match self {
            Self::All => true,
            Self::Terms(terms) => terms.matches(message),
            Self::Json(json) => json.matches(message),
            Self::Delimited(delimited) => delimited.matches(message),
        }
    }
}

impl FilterPattern {
    /// Compiles a pattern as `FilterPattern` properties spell it.
    ///
    /// # Errors
    /// The first mistake, with its byte offset in `text`.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        quota::check_length(text)?;
        let mut cursor = Cursor::new(text);
        let matcher = match cursor.peek() {
            None => Matcher::All,
            Some('{') => Matcher::Json(JsonPattern::parse(&mut cursor)?),
            Some('[') => Matcher::Delimited(Delimited::parse(&mut cursor)?),
            Some(_) => Matcher::Terms(Terms::parse(&mut cursor)?),
        };
        Ok(Self { source: text.to_owned(), matcher, regex_count: cursor.regex_count() })
    }

    /// How the pattern reads an event.
    pub fn kind(&self) -> PatternKind {
        match self.matcher {
            Matcher::All => PatternKind::All,
            Matcher::Terms(_) => PatternKind::Terms,
            Matcher::Json(_) => PatternKind::Json,
            Matcher::Delimited(_) => PatternKind::Delimited,
        }
    }

    /// Whether an event with this message matches.
    pub fn matches(&self, message: &str) -> bool {
        self.matcher.matches(message)
    }

    /// The same pattern with its selectors in a larger set, so that many patterns share one pass over a line; see [`BoundPattern::matches`].
    pub fn bind(&self, selectors: &mut SelectorSetBuilder) -> BoundPattern {
        BoundPattern(match &self.matcher {
            Matcher::Json(json) => Matcher::Json(json.rebind(selectors)),
            other => other.clone(),
        })
    }

    /// The fields a matching event yields, in the order of the line: `$name`, or `$1`, `$2` … by position for a field without a
    /// name. Only space-delimited patterns yield fields. None when the event does not match.
    pub fn extract(&self, message: &str) -> Option<Vec<(String, String)>> {
        match &self.matcher {
            Matcher::Delimited(delimited) => {
                let bound = delimited.bind(message)?;
                Some(bound.iter().map(|field| (field.reference(), field.text.to_owned())).collect())
            }
            _ => self.matches(message).then(Vec::new),
        }
    }

    /// The text of one field of a matching event: by name, else by position from 1. None when the pattern is not
    /// space-delimited, the event does not match or there is no such field.
    pub(crate) fn field<'m>(&self, name: &str, message: &'m str) -> Option<&'m str> {
        let Matcher::Delimited(delimited) = &self.matcher else {
            return None;
        };
        let place = delimited.place(name)?;
        delimited.matches(message).then(|| delimited.text_at(place, message))?
    }

    /// Whether [`Self::field`] can ever answer for this name or position.
    pub(crate) fn may_have_field(&self, name: &str) -> bool {
        let Matcher::Delimited(delimited) = &self.matcher else {
            return false;
        };
        delimited.place(name).is_some()
    }

    /// How many regular expressions the pattern holds. `CloudWatch` limits them per pattern and per log group, see [`quota`].
    pub fn regex_count(&self) -> usize {
        self.regex_count
    }

    /// The selectors a JSON pattern tests, each once, in the order they first appear; none for the other kinds.
    pub fn selectors(&self) -> impl Iterator<Item = &Selector> {
        let selectors = match &self.matcher {
            Matcher::Json(json) => json.selectors(),
            _ => &[],
        };
        selectors.iter()
    }

    /// The names of the fields of a space-delimited pattern, in order; none for the other kinds.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let delimited = match &self.matcher {
            Matcher::Delimited(delimited) => Some(delimited),
            _ => None,
        };
        delimited.into_iter().flat_map(Delimited::names)
    }

    /// The text it was compiled from.
    pub fn as_str(&self) -> &str {
        &self.source
    }
}

impl fmt::Display for FilterPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl FromStr for FilterPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::parse(text)
    }
}

impl PartialEq for FilterPattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for FilterPattern {}
