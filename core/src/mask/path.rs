//! Paths of keys to mask: `user.card`, `$.items[*].serial`, `**.ssn`.

use std::fmt;

/// Most steps of a path.
pub const MAX_STEPS: usize = 32;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A member by name, compared without ASCII case.
    Member(Vec<u8>),
    /// An item of a list.
    Item(usize),
    /// Any one member or item.
    Any,
    /// Any number of steps, none included.
    Deep,
}

/// A path to values to mask. It begins at the record, or at the text inside a string that is JSON itself. Lists are looked into without being
/// named: `items.serial` is also `items[*].serial`. What the path leads to is masked whole, all values below it included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPath {
    pub(super) steps: Vec<Step>,
}

/// Why a text is no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathError {
    /// Byte of the text where it went wrong.
    pub offset: usize,
    reason: &'static str,
}

impl PathError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        "for example `user.card`, `$.items[0].serial` or `**.ssn`"
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.reason)
    }
}

impl std::error::Error for PathError {}

impl KeyPath {
    /// Reads a path.
    ///
    /// # Errors
    /// [`PathError`] with the place of the mistake.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let mut reader = Reader { text, at: 0 };
        if text == "$" || text.starts_with("$.") || text.starts_with("$[") {
            reader.at = 1;
        }
        let mut steps = Vec::new();
        while reader.at < text.len() {
            let start = reader.at;
            match reader.byte() {
                Some(b'[') => steps.push(reader.bracket()?),
                Some(b'.') if start > 0 => {
                    reader.at += 1;
                    steps.push(reader.name()?);
                }
                _ if start == 0 => steps.push(reader.name()?),
                _ => return Err(reader.error("here a `.` or `[` goes on")),
            }
        }
        let names_something = steps.iter().any(|step| *step != Step::Deep) && steps.last() != Some(&Step::Deep);
        if !names_something {
            return Err(PathError { offset: text.len(), reason: "the path names no key at its end" });
        }
        if steps.len() > MAX_STEPS {
            return Err(PathError { offset: 0, reason: "the path has more than 32 steps" });
        }
        Ok(Self { steps })
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn error(&self, reason: &'static str) -> PathError {
        PathError { offset: self.at, reason }
    }

    /// A name up to the next `.` or `[`.
    fn name(&mut self) -> Result<Step, PathError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let name = rest.split(['.', '[']).next().unwrap_or_default();
        if name.is_empty() {
            return Err(self.error("a key is missing here"));
        }
        if name.contains([']', '"']) {
            return Err(self.error("a key with `]` or `\"` in it is written as `[\"key\"]`"));
        }
        self.at += name.len();
        Ok(match name {
            "*" => Step::Any,
            "**" => Step::Deep,
            name => Step::Member(name.as_bytes().to_vec()),
        })
    }

    /// `[0]`, `[*]`, `["key"]` or `['key']`.
    fn bracket(&mut self) -> Result<Step, PathError> {
        let open = self.at;
        let unclosed = PathError { offset: open, reason: "this bracket is not closed" };
        let rest = self.text.get(open + 1..).unwrap_or_default();
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let quotes = usize::from(quote.is_some());
        let inner = rest.get(quotes..).and_then(|rest| rest.split_once(quote.unwrap_or(']'))).ok_or(unclosed)?.0;
        let length = inner.len() + 2 * quotes;
        if !rest.get(length..).is_some_and(|rest| rest.starts_with(']')) {
            return Err(unclosed);
        }
        self.at = open + length + 2;
        match (quote, inner) {
            (Some(_), "") => Err(PathError { offset: open, reason: "a key is missing here" }),
            (Some(_), name) => Ok(Step::Member(name.as_bytes().to_vec())),
            (None, "*") => Ok(Step::Any),
            (None, digits) => {
                digits.parse().map(Step::Item).map_err(|_| PathError { offset: open + 1, reason: "an index is a whole number, `*`, or a key in quotes" })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str) -> Step {
        Step::Member(name.as_bytes().to_vec())
    }

    #[test]
    fn every_form_of_step_is_read() {
        let steps = |text| KeyPath::parse(text).unwrap().steps;
        assert_eq!(steps("user.card"), [member("user"), member("card")]);
        assert_eq!(steps("$.a.b"), [member("a"), member("b")]);
        assert_eq!(steps("**.ssn"), [Step::Deep, member("ssn")]);
        assert_eq!(steps("$[0]['a.b'].*[*]"), [Step::Item(0), member("a.b"), Step::Any, Step::Any]);
        assert_eq!(steps("$price"), [member("$price")]);
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, offset) in
            [("", 0), ("$", 1), ("**", 2), ("a..b", 2), ("a.", 2), ("a[1", 1), ("a[x]", 2), ("a[\"b]", 1), ("a[0]b", 4), (".a", 0), ("a.**", 4), ("a[\"\"]", 1)]
        {
            assert_eq!(KeyPath::parse(text).unwrap_err().offset, offset, "{text}");
        }
        assert!(KeyPath::parse(&vec!["a"; MAX_STEPS].join(".")).is_ok());
        assert!(KeyPath::parse(&vec!["a"; MAX_STEPS + 1].join(".")).is_err());
    }
}
