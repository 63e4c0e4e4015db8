//! A pattern in words: what it matches, what it reads, what of the quotas it uses, and where it may not mean what it seems to.

mod conditions;
mod delimited;
mod json;
mod terms;
mod trap;
mod words;

use serde::Serialize;

pub use trap::{Trap, TrapCode};

use super::quota::{MAX_PATTERN_CHARACTERS, MAX_REGEXES_PER_PATTERN, MAX_WILDCARD_SELECTORS_PER_PATTERN};
use super::{FilterPattern, Matcher, PatternKind};

/// A pattern in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// How the pattern reads an event.
    pub kind: PatternKind,
    /// What it matches.
    pub statement: Statement,
    /// What it reads of an event: the selectors of a JSON pattern, and for a space-delimited one the fields as a metric value names
    /// them. Fields that `...` stands for are left out, since how many there are depends on the line.
    pub reads: Vec<String>,
    /// What of the quotas it uses.
    pub quotas: Quotas,
    /// Where it may not mean what it seems to.
    pub traps: Vec<Trap>,
}

/// A sentence and what it consists of, to any depth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Words that stand alone, or that the parts complete when they end in a colon. No full stop.
    pub text: String,
    /// Each completes [`Self::text`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Self>,
}

/// What a pattern uses of what `CloudWatch` allows, see [`super::quota`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Quotas {
    /// Characters.
    pub characters: Usage,
    /// Regular expressions.
    pub regexes: Usage,
    /// Selectors with a wildcard, each time they are used.
    pub wildcard_selectors: Usage,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// How many there are.
    pub used: usize,
    /// How many there may be.
    pub limit: usize,
}

impl Statement {
    fn leaf(text: impl Into<String>) -> Self {
        Self { text: text.into(), parts: Vec::new() }
    }

    fn of(text: impl Into<String>, parts: Vec<Self>) -> Self {
        Self { text: text.into(), parts }
    }
}

impl FilterPattern {
    /// The pattern in words.
    pub fn explain(&self) -> Explanation {
        let (statement, reads, wildcard_selectors, traps) = match &self.matcher {
            Matcher::All => (Statement::leaf("matches every event"), Vec::new(), 0, Vec::new()),
            Matcher::Terms(terms) => (terms::statement(terms), Vec::new(), 0, terms::traps(terms)),
            Matcher::Json(json) => {
                let reads = json.selectors().iter().map(ToString::to_string).collect();
                (json::statement(json), reads, json.wildcard_selectors(), json::traps(json))
            }
            Matcher::Delimited(delimited) => (delimited::statement(delimited), delimited::reads(delimited), 0, delimited::traps(delimited)),
        };
        let quotas = Quotas {
            characters: Usage { used: self.source.chars().count(), limit: MAX_PATTERN_CHARACTERS },
            regexes: Usage { used: self.regex_count, limit: MAX_REGEXES_PER_PATTERN },
            wildcard_selectors: Usage { used: wildcard_selectors, limit: MAX_WILDCARD_SELECTORS_PER_PATTERN },
        };
        Explanation { kind: self.kind(), statement, reads, quotas, traps }
    }
}
