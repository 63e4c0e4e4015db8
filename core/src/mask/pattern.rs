//! The user's own patterns: regular expressions without look-around or back references, so that their time grows with the text alone.

use memchr::memmem::Finder as Literal;
use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};

use super::{MASK, edit::Reason, finder::Finder, view::View};

/// Most patterns of one masker.
pub const MAX_PATTERNS: usize = 50;

/// Longest pattern, in bytes.
pub const MAX_PATTERN_BYTES: usize = 1024;

/// Most memory a compiled pattern may take, in bytes.
pub const MAX_COMPILED_BYTES: usize = 256 * 1024;

/// Deepest nesting inside a pattern.
const MAX_NESTING: u32 = 32;

/// Longest text that stands in place of what a pattern found, in bytes.
pub const MAX_MASK_BYTES: usize = 32;

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// It is no regular expression.
    Syntax {
        /// Byte of the pattern where it went wrong.
        offset: usize,
        /// What the reader said.
        reason: String,
    },
    /// It is longer than [`MAX_PATTERN_BYTES`].
    TooLong,
    /// Compiled it takes more than [`MAX_COMPILED_BYTES`].
    TooLarge,
    /// It matches the empty text, so it would match everywhere.
    MatchesNothing,
    /// The text to stand in its place has letters that are not allowed, or too many.
    BadMask,
}

impl PatternError {
    /// Where in the pattern it went wrong, in bytes.
    pub const fn offset(&self) -> usize {
        match self {
            Self::Syntax { offset, .. } => *offset,
            _ => 0,
        }
    }

    /// Whether it is the text to stand in its place that is wrong, not the pattern.
    pub const fn is_of_mask(&self) -> bool {
        matches!(self, Self::BadMask)
    }

    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "the syntax is RE2's: without look-around and back references",
            Self::TooLong => "a pattern has at most 1024 bytes; split it into several",
            Self::TooLarge => "lower the counted repetitions, or use `[0-9]` instead of `\\d` and `(?-u:\\w)` instead of `\\w`",
            Self::MatchesNothing => "use `+` instead of `*`, or add something that is always there",
            Self::BadMask => "use 1 to 32 letters, digits, `*`, `_`, `.` and `#`",
        }
    }
}

impl std::fmt::Display for PatternError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Syntax { reason, .. } => write!(formatter, "the pattern cannot be read: {reason}"),
            Self::TooLong => formatter.write_str("the pattern is too long"),
            Self::TooLarge => formatter.write_str("the pattern takes too much memory"),
            Self::MatchesNothing => formatter.write_str("the pattern matches the empty text"),
            Self::BadMask => formatter.write_str("the mask of the pattern has characters that are not allowed"),
        }
    }
}

impl std::error::Error for PatternError {}

/// A compiled pattern. With a capture group, the first group is masked instead of the whole match.
#[derive(Clone, Debug)]
pub struct UserPattern {
    name: String,
    regex: Regex,
    /// A text every match holds.
    literal: Option<Literal<'static>>,
    /// Whether the literal is written the same in JSON and in URLs, so that a line without it has no match.
    literal_is_plain: bool,
    mask: String,
}

impl UserPattern {
    /// Compiles a pattern. `mask` stands in place of what it finds; [`MASK`] when not given.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn compile(name: &str, regex: &str, mask: Option<&str>) -> Result<Self, PatternError> {
        if regex.len() > MAX_PATTERN_BYTES {
            return Err(PatternError::TooLong);
        }
        let hir = parse(regex)?;
        if hir.properties().minimum_len().is_none_or(|shortest| shortest == 0) {
            return Err(PatternError::MatchesNothing);
        }
        let mask = mask.unwrap_or(MASK);
        // No mark that some recogniser begins with, and nothing that would have to be escaped anywhere.
        let letters = mask.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'_' | b'.' | b'#'));
        if mask.is_empty() || mask.len() > MAX_MASK_BYTES || !letters {
            return Err(PatternError::BadMask);
        }
        let literal = required(&hir);
        let compiled = RegexBuilder::new(regex).size_limit(MAX_COMPILED_BYTES).nest_limit(MAX_NESTING).build().map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => PatternError::TooLarge,
            other => PatternError::Syntax { offset: 0, reason: other.to_string() },
        })?;
        Ok(Self {
            name: name.to_owned(),
            regex: compiled,
            literal_is_plain: literal
                .as_ref()
                .is_some_and(|literal| literal.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'/'))),
            literal: literal.map(|literal| Literal::new(&literal).into_owned()),
            mask: mask.to_owned(),
        })
    }
}

fn parse(regex: &str) -> Result<Hir, PatternError> {
    regex_syntax::ParserBuilder::new().utf8(false).nest_limit(MAX_NESTING).build().parse(regex).map_err(|error| {
        let (offset, reason) = match &error {
            regex_syntax::Error::Parse(error) => (error.span().start.offset, error.kind().to_string()),
            regex_syntax::Error::Translate(error) => (error.span().start.offset, error.kind().to_string()),
            other => (0, other.to_string()),
        };
        PatternError::Syntax { offset, reason }
    })
}

/// The longest text that every match holds.
fn required(hir: &Hir) -> Option<Vec<u8>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(literal.0.to_vec()),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(required).max_by_key(Vec::len),
        _ => None,
    }
}

/// The patterns of one masker.
#[derive(Clone, Debug, Default)]
pub(super) struct UserPatterns {
    patterns: Vec<UserPattern>,
}

impl UserPatterns {
    /// At most [`MAX_PATTERNS`] patterns.
    pub(super) fn new(patterns: Vec<UserPattern>) -> Self {
        Self { patterns }
    }

    /// A bit for each pattern that can match somewhere in the line: its literal is there, or may be hidden behind an encoding.
    pub(super) fn possible(&self, line: &[u8]) -> u64 {
        if self.patterns.is_empty() {
            return 0;
        }
        let hidden = memchr::memchr(b'%', line).is_some() || memchr::memmem::find(line, b"\\u").is_some();
        let mut possible = 0;
        for (index, pattern) in self.patterns.iter().enumerate() {
            let there = pattern.literal.as_ref().is_none_or(|literal| literal.find(line).is_some());
            possible |= u64::from(there || hidden || !pattern.literal_is_plain) << index;
        }
        possible
    }

    /// Name of a pattern.
    pub(super) fn name(&self, index: usize) -> &str {
        self.patterns.get(index).map_or("", |pattern| pattern.name.as_str())
    }

    /// What stands in place of what a pattern found.
    pub(super) fn mask(&self, index: usize) -> &[u8] {
        self.patterns.get(index).map_or(MASK.as_bytes(), |pattern| pattern.mask.as_bytes())
    }

    fn among(&self, possible: u64) -> impl Iterator<Item = (usize, &UserPattern)> {
        self.patterns.iter().enumerate().filter(move |(index, _)| possible >> index & 1 == 1)
    }
}

impl Finder<'_> {
    /// Notes what the user's patterns find in a text.
    pub(super) fn user_patterns(&mut self, view: View<'_>) {
        let rules = self.rules;
        for (index, pattern) in rules.patterns.among(self.patterns) {
            if pattern.literal.as_ref().is_some_and(|literal| literal.find(view.text).is_none()) {
                continue;
            }
            if pattern.regex.captures_len() == 1 {
                for found in pattern.regex.find_iter(view.text) {
                    self.note_pattern(view, found.range(), index);
                }
            } else {
                for found in pattern.regex.captures_iter(view.text) {
                    let group = (1..found.len()).find_map(|group| found.get(group)).or_else(|| found.get(0));
                    if let Some(group) = group {
                        self.note_pattern(view, group.range(), index);
                    }
                }
            }
        }
    }

    fn note_pattern(&mut self, view: View<'_>, range: std::ops::Range<usize>, index: usize) {
        // What stands there may match again: then it is masked already.
        if view.text.get(range.clone()) != Some(self.rules.patterns.mask(index)) {
            self.note(view, range, Reason::Pattern(index), false);
        }
    }

    /// The first of the user's patterns that finds something in a number.
    pub(super) fn pattern_in(&self, number: &[u8]) -> Option<Reason> {
        self.rules.patterns.among(self.patterns).find(|(_, pattern)| pattern.regex.is_match(number)).map(|(index, _)| Reason::Pattern(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(regex: &str) -> Option<String> {
        required(&parse(regex).unwrap()).map(|literal| String::from_utf8(literal).unwrap())
    }

    #[test]
    fn a_pattern_is_gated_by_what_every_match_holds() {
        assert_eq!(literal(r"CUST-\d{8}").as_deref(), Some("CUST-"));
        assert_eq!(literal(r"\bx(-order-)+y").as_deref(), Some("-order-"));
        assert_eq!(literal(r"(a|b)\d"), None);
        assert_eq!(literal(r"(?i)cust"), None);
    }

    #[test]
    fn bounds_hold() {
        let error = |regex: &str, mask| UserPattern::compile("p", regex, mask).unwrap_err();
        assert!(UserPattern::compile("p", &"a".repeat(MAX_PATTERN_BYTES), None).is_ok());
        assert_eq!(error(&"a".repeat(MAX_PATTERN_BYTES + 1), None), PatternError::TooLong);
        assert_eq!(error(r"\w{200}{9}", None), PatternError::TooLarge);
        for regex in ["", "a*", r"\b", "(a|)", "^$"] {
            assert_eq!(error(regex, None), PatternError::MatchesNothing, "{regex}");
        }
        for mask in ["", "a b", "a\"b", "a=b", "x@y", "123456789012345678901234567890123"] {
            assert_eq!(error("a", Some(mask)), PatternError::BadMask, "{mask}");
        }
        assert_eq!(error(r"ab(c", None).offset(), 2);
        assert!(matches!(error(r"(a)\1", None), PatternError::Syntax { offset: 3, .. }));
        assert!(matches!(error(r"(?=a)", None), PatternError::Syntax { offset: 0, .. }));
        assert!(matches!(error(&format!("{}a{}", "(".repeat(40), ")".repeat(40)), None), PatternError::Syntax { .. }));
    }
}
