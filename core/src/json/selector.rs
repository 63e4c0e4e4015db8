//! Property selectors: `$.a.b[0]['x y'].*`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::set::SelectorSet;
use super::trie::Trie;
use super::value::Value;

/// Longest selector, in steps. Ours, not `CloudWatch`'s: a filter pattern's 1,024 characters would allow 500 steps, and the walk
/// recurses once a step.
pub const MAX_STEPS: usize = 100;

/// A place, or with a wildcard several, inside a JSON object.
///
/// `$.name`, `.name` for members, `['any key']` for a key with other characters (single quotes only), `[0]` for elements,
/// `.*` and `[*]` for every member or element of one level. Equal when they select the same places.
#[derive(Clone, Debug)]
pub struct Selector {
    text: String,
    steps: Vec<Step>,
    /// A set of this selector alone, for [`Self::find`].
    alone: SelectorSet,
}

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    Key(String),
    Index(usize),
    Any,
}

/// Why a text is no selector.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct SelectorError {
    kind: SelectorErrorKind,
    offset: usize,
}

/// The ways a selector can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SelectorErrorKind {
    /// It does not start with `$.`.
    #[error("a selector starts with `$.`")]
    NoRoot,
    /// A step is empty, as in `$..a`, or has a character no name has.
    #[error("a name, `*` or `[` is missing in the selector")]
    NoStep,
    /// Something other than an index, `*` or a quoted key stands in brackets.
    #[error("brackets in a selector hold an index, `*` or a key in single quotes")]
    BadBrackets,
    /// A key in brackets is in double quotes.
    #[error("a key in brackets is not written in double quotes")]
    DoubleQuotes,
    /// A bracket or quote is not closed.
    #[error("a bracket or quote of the selector is not closed")]
    Unclosed,
    /// More than [`MAX_STEPS`] steps.
    #[error("a selector has at most {MAX_STEPS} steps")]
    TooManySteps,
    /// Text follows the selector.
    #[error("text follows the selector")]
    Trailing,
}

impl SelectorError {
    /// What is wrong.
    pub fn kind(&self) -> SelectorErrorKind {
        self.kind
    }

    /// Where, as a byte offset into the selector's text.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self.kind {
            SelectorErrorKind::NoRoot => "write `$.field`",
            SelectorErrorKind::NoStep | SelectorErrorKind::Trailing => "names are letters, digits, `_` and `-`; write any other key as `['the key']`",
            SelectorErrorKind::BadBrackets => "write `[0]`, `[*]` or `['key']`; negative indexes and ranges do not exist",
            SelectorErrorKind::DoubleQuotes => "write `['key']`",
            SelectorErrorKind::Unclosed => "close it with `]` or `']`",
            SelectorErrorKind::TooManySteps => "select something less deep",
        }
    }
}

impl Selector {
    /// Reads a selector that is the whole of `text`.
    ///
    /// # Errors
    /// What is wrong and at which byte.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        let selector = Self::parse_prefix(text)?;
        if selector.text.len() < text.len() {
            return Err(SelectorError { kind: SelectorErrorKind::Trailing, offset: selector.text.len() });
        }
        Ok(selector)
    }

    /// Reads the selector `text` starts with; [`Self::as_str`] says how far it goes.
    pub(crate) fn parse_prefix(text: &str) -> Result<Self, SelectorError> {
        let (steps, end) = Parser { text, at: 0 }.steps()?;
        let mut trie = Trie::default();
        trie.insert(&steps);
        let text = text.get(..end).unwrap_or_default().to_owned();
        Ok(Self { text, steps, alone: SelectorSet::from_trie(trie) })
    }

    /// The text it was read from.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it can find more than one value.
    pub fn has_wildcard(&self) -> bool {
        self.wildcards() > 0
    }

    /// How many of its steps are `*`.
    pub fn wildcards(&self) -> usize {
        self.steps.iter().filter(|step| **step == Step::Any).count()
    }

    /// The first value it finds, in document order. None also when `json` is not exactly one valid JSON object. To look up
    /// several selectors in the same text, use a [`SelectorSet`].
    pub fn find<'a>(&self, json: &'a str) -> Option<Value<'a>> {
        self.alone.find(json)
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        Self::parse(text)
    }
}

impl PartialEq for Selector {
    fn eq(&self, other: &Self) -> bool {
        self.steps == other.steps
    }
}

impl Eq for Selector {}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn steps(mut self) -> Result<(Vec<Step>, usize), SelectorError> {
        if !self.eat("$.") {
            return Err(self.error(SelectorErrorKind::NoRoot));
        }
        let mut steps = vec![self.step()?];
        loop {
            let step = if self.eat(".") {
                self.step()?
            } else if self.rest().starts_with('[') {
                self.brackets()?
            } else {
                return Ok((steps, self.at));
            };
            if steps.len() == MAX_STEPS {
                return Err(self.error(SelectorErrorKind::TooManySteps));
            }
            steps.push(step);
        }
    }

    /// What may follow a dot.
    fn step(&mut self) -> Result<Step, SelectorError> {
        if self.rest().starts_with('[') {
            return self.brackets();
        }
        if self.eat("*") {
            return Ok(Step::Any);
        }
        let name = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if name.is_empty() {
            return Err(self.error(SelectorErrorKind::NoStep));
        }
        Ok(Step::Key(name.to_owned()))
    }

    fn brackets(&mut self) -> Result<Step, SelectorError> {
        let open = self.at;
        self.at += 1;
        let step = if self.eat("*") {
            Step::Any
        } else if self.eat("'") {
            let key = self.take_while(|c| c != '\'');
            if !self.eat("'") {
                return Err(SelectorError { kind: SelectorErrorKind::Unclosed, offset: open });
            }
            Step::Key(key.to_owned())
        } else if self.rest().starts_with('"') {
            return Err(self.error(SelectorErrorKind::DoubleQuotes));
        } else {
            let digits = self.take_while(|c| c.is_ascii_digit());
            let bad = SelectorError { kind: SelectorErrorKind::BadBrackets, offset: open };
            Step::Index(digits.parse().map_err(|_| bad)?)
        };
        if self.eat("]") {
            return Ok(step);
        }
        let kind = if self.rest().is_empty() { SelectorErrorKind::Unclosed } else { SelectorErrorKind::BadBrackets };
        Err(SelectorError { kind, offset: open })
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn eat(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn error(&self, kind: SelectorErrorKind) -> SelectorError {
        SelectorError { kind, offset: self.at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> (SelectorErrorKind, usize) {
        let error = Selector::parse(text).unwrap_err();
        (error.kind(), error.offset())
    }

    #[test]
    fn reads_every_kind_of_step_and_gives_the_text_back() {
        let selector = Selector::parse("$.a.b-1[0]['x y'].*[*].['k.l']").unwrap();
        let key = |key: &str| Step::Key(key.to_owned());
        let expected = [key("a"), key("b-1"), Step::Index(0), key("x y"), Step::Any, Step::Any, key("k.l")];
        assert_eq!(selector.steps(), expected);
        assert_eq!(selector.wildcards(), 2);
        assert_eq!(selector.to_string(), "$.a.b-1[0]['x y'].*[*].['k.l']");
    }

    #[test]
    fn errors_say_what_and_where() {
        use SelectorErrorKind as Kind;
        assert_eq!(error("a.b"), (Kind::NoRoot, 0));
        assert_eq!(error("$"), (Kind::NoRoot, 0));
        assert_eq!(error("$['a']"), (Kind::NoRoot, 0));
        assert_eq!(error("$."), (Kind::NoStep, 2));
        assert_eq!(error("$..a"), (Kind::NoStep, 2));
        assert_eq!(error("$.é"), (Kind::NoStep, 2));
        assert_eq!(error("$.a."), (Kind::NoStep, 4));
        assert_eq!(error("$.a[-1]"), (Kind::BadBrackets, 3));
        assert_eq!(error("$.a[0:2]"), (Kind::BadBrackets, 3));
        assert_eq!(error("$.a[]"), (Kind::BadBrackets, 3));
        assert_eq!(error("$.a[99999999999999999999999]"), (Kind::BadBrackets, 3));
        assert_eq!(error("$.a[\"b\"]"), (Kind::DoubleQuotes, 4));
        assert_eq!(error("$.a['b"), (Kind::Unclosed, 3));
        assert_eq!(error("$.a[1"), (Kind::Unclosed, 3));
        assert_eq!(error("$.a b"), (Kind::Trailing, 3));
    }

    #[test]
    fn steps_are_bounded() {
        let deep = |steps: usize| String::from("$") + &".a".repeat(steps);
        assert!(Selector::parse(&deep(MAX_STEPS)).is_ok());
        assert_eq!(error(&deep(MAX_STEPS + 1)).0, SelectorErrorKind::TooManySteps);
        let json = "{\"a\":".repeat(MAX_STEPS) + "1" + &"}".repeat(MAX_STEPS);
        assert_eq!(Selector::parse(&deep(MAX_STEPS)).unwrap().find(&json), Some(Value::Number("1")));
    }

    #[test]
    fn finds_the_first_match() {
        let selector = Selector::parse("$.items[*].id").unwrap();
        assert!(selector.has_wildcard());
        assert_eq!(selector.find(r#"{"items":[{},{"id":1e0},{"id":2}]}"#), Some(Value::Number("1e0")));
        assert_eq!(selector.find(r#"{"items":{"a":{"id":"x"}}}"#), Some(Value::String("x".into())));
        assert_eq!(selector.find("[]"), None);
    }

    #[test]
    fn spelling_does_not_matter_for_equality() {
        assert_eq!(Selector::parse("$.a.b").unwrap(), Selector::parse("$.['a']['b']").unwrap());
        assert_ne!(Selector::parse("$.a[0]").unwrap(), Selector::parse("$.a['0']").unwrap());
    }
}
