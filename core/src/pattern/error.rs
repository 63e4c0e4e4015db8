//! Why a text is no filter pattern.

use std::fmt;

use thiserror::Error;

use crate::json::SelectorError;

/// A mistake in a filter pattern: what, where, and what to do. Displays as what is wrong; [`Self::hint`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct PatternError {
    code: PatternErrorCode,
    offset: usize,
    message: String,
    native: Option<String>,
    hint: String,
}

/// The stable names of the mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PatternErrorCode {
    /// Longer than `CloudWatch` accepts.
    TooLong,
    /// A character that must be quoted, or that `CloudWatch`'s regular expressions do not have.
    InvalidCharacter,
    /// A `"` without its partner.
    UnclosedQuote,
    /// A regular expression without its closing `%`.
    UnclosedRegex,
    /// A regular expression that means nothing or grows too large.
    InvalidRegex,
    /// More regular expressions than `CloudWatch` accepts.
    TooManyRegexes,
    /// A property selector that cannot be read.
    InvalidSelector,
    /// More wildcards than `CloudWatch` accepts in one selector or one pattern.
    TooManyWildcards,
    /// `<`, `>`, `<=` or `>=` against something that is not a number.
    NotANumber,
    /// A field of a space-delimited pattern that appears twice.
    DuplicateField,
    /// A condition on another field than the one it stands in.
    FieldMismatch,
    /// Something else was expected here.
    Syntax,
}

impl PatternErrorCode {
    /// The code as users see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::InvalidCharacter => "invalid-character",
            Self::UnclosedQuote => "unclosed-quote",
            Self::UnclosedRegex => "unclosed-regex",
            Self::InvalidRegex => "invalid-regex",
            Self::TooManyRegexes => "too-many-regexes",
            Self::InvalidSelector => "invalid-selector",
            Self::TooManyWildcards => "too-many-wildcards",
            Self::NotANumber => "not-a-number",
            Self::DuplicateField => "duplicate-field",
            Self::FieldMismatch => "field-mismatch",
            Self::Syntax => "syntax",
        }
    }
}

impl fmt::Display for PatternErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PatternError {
    pub(super) fn new(code: PatternErrorCode, offset: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, offset, message: message.into(), native: None, hint: hint.into() }
    }

    pub(super) fn syntax(offset: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(PatternErrorCode::Syntax, offset, message, hint)
    }

    /// A selector's mistake, with the selector starting at byte `start` of the pattern.
    pub(super) fn selector(error: &SelectorError, start: usize) -> Self {
        Self::new(PatternErrorCode::InvalidSelector, start + error.offset(), error.to_string(), error.hint())
    }

    /// Adds `CloudWatch`'s own words for the same mistake.
    pub(super) fn natively(mut self, words: impl Into<String>) -> Self {
        self.native = Some(words.into());
        self
    }

    /// Which mistake it is.
    pub fn code(&self) -> PatternErrorCode {
        self.code
    }

    /// Where it is, as a byte offset into the pattern's text.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What `CloudWatch` itself is known to answer, where that is known.
    pub fn native(&self) -> Option<&str> {
        self.native.as_deref()
    }

    /// What to do about it.
    pub fn hint(&self) -> &str {
        &self.hint
    }
}
