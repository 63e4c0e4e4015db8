//! The ways a pattern may not mean what it seems to.

use std::fmt;

use serde::{Serialize, Serializer};

/// A place where a pattern may not mean what it seems to: what is so, and what to do if something else was meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trap {
    /// Which trap it is.
    pub code: TrapCode,
    /// What is so.
    pub message: String,
    /// What to do when something else was meant.
    pub hint: String,
}

/// The stable names of the traps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrapCode {
    /// `?` terms beside other terms.
    IgnoredOptional,
    /// Nothing but `-` terms.
    OnlyExcluded,
    /// What must be found holds what must not be.
    NeverMatches,
    /// A term inside longer words.
    InsideWords,
    /// Upper and lower case.
    CaseMatters,
    /// `" "`
    OnlySpace,
    /// `""`
    EmptyPhrase,
    /// A regular expression beside other terms.
    RegexBesideTerms,
    /// `= true`, `= false`.
    BooleanText,
    /// `= "null"`
    NullText,
    /// A number in quotes.
    QuotedNumber,
    /// An unquoted number and strings.
    NumberAndStrings,
    /// `<`, `>`, `<=`, `>=` and texts.
    OrderNeedsNumbers,
    /// `!=` and missing values.
    NotEqualMissing,
    /// `!=` with a wildcard selector.
    NotEqualSome,
    /// `NOT EXISTS` and lines that are not JSON.
    NotExistsNeedsJson,
    /// Conditions on the same wildcard joined by `&&`.
    SeparateElements,
    /// `*` before the end of a text.
    FirstOccurrence,
    /// `?` in a text with wildcards.
    QuestionMark,
    /// The last field takes the rest of the line.
    LastFieldTakesRest,
    /// `[]`
    AnyLine,
}

impl TrapCode {
    /// Every code, in order.
    pub const ALL: &[Self] = &[
        Self::IgnoredOptional,
        Self::OnlyExcluded,
        Self::NeverMatches,
        Self::InsideWords,
        Self::CaseMatters,
        Self::OnlySpace,
        Self::EmptyPhrase,
        Self::RegexBesideTerms,
        Self::BooleanText,
        Self::NullText,
        Self::QuotedNumber,
        Self::NumberAndStrings,
        Self::OrderNeedsNumbers,
        Self::NotEqualMissing,
        Self::NotEqualSome,
        Self::NotExistsNeedsJson,
        Self::SeparateElements,
        Self::FirstOccurrence,
        Self::QuestionMark,
        Self::LastFieldTakesRest,
        Self::AnyLine,
    ];

    /// The code as users see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IgnoredOptional => "ignored-optional",
            Self::OnlyExcluded => "only-excluded",
            Self::NeverMatches => "never-matches",
            Self::InsideWords => "inside-words",
            Self::CaseMatters => "case-matters",
            Self::OnlySpace => "only-space",
            Self::EmptyPhrase => "empty-phrase",
            Self::RegexBesideTerms => "regex-beside-terms",
            Self::BooleanText => "boolean-text",
            Self::NullText => "null-text",
            Self::QuotedNumber => "quoted-number",
            Self::NumberAndStrings => "number-and-strings",
            Self::OrderNeedsNumbers => "order-needs-numbers",
            Self::NotEqualMissing => "not-equal-missing",
            Self::NotEqualSome => "not-equal-some",
            Self::NotExistsNeedsJson => "not-exists-needs-json",
            Self::SeparateElements => "separate-elements",
            Self::FirstOccurrence => "first-occurrence",
            Self::QuestionMark => "question-mark",
            Self::LastFieldTakesRest => "last-field-takes-rest",
            Self::AnyLine => "any-line",
        }
    }
}

impl fmt::Display for TrapCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for TrapCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The traps of one pattern, each code once: the first place it appears in is shown.
#[derive(Debug, Default)]
pub(super) struct Traps(Vec<Trap>);

impl Traps {
    /// Notes a trap unless its code is known already.
    pub(super) fn add(&mut self, code: TrapCode, message: impl Into<String>, hint: impl Into<String>) {
        if self.0.iter().all(|known| known.code != code) {
            self.0.push(Trap { code, message: message.into(), hint: hint.into() });
        }
    }

    /// All of them, in the order of the codes.
    pub(super) fn sorted(mut self) -> Vec<Trap> {
        self.0.sort_by_key(|trap| trap.code);
        self.0
    }
}
