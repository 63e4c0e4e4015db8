//! Levels: thresholds, and which of them counts for a logger.

use std::{collections::BTreeMap, fmt, ops::Range, str::FromStr};

use skywarden_core::schema::Level;
use skywarden_document::{closest, shortened};

/// Most loggers with a level of their own.
pub const MAX_TARGETS: usize = 1_000;

/// Longest name of a logger, bytes.
pub const MAX_TARGET_BYTES: usize = 256;

/// Most mistakes told of one list: what is behind is most likely the same one.
const MAX_MISTAKES: usize = 100;

/// A threshold for levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LevelFilter {
    /// Everything, `tracing`'s TRACE included, which is written as DEBUG.
    Trace,
    /// DEBUG and above.
    Debug,
    /// INFO and above.
    Info,
    /// WARNING and above.
    Warning,
    /// ERROR and above.
    Error,
    /// CRITICAL only.
    Critical,
    /// Nothing.
    Off,
}

impl LevelFilter {
    /// Every threshold, from the one that lets most pass to the one that lets nothing pass.
    pub const ALL: [Self; 7] = [Self::Trace, Self::Debug, Self::Info, Self::Warning, Self::Error, Self::Critical, Self::Off];

    /// The word as lines and settings write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
            Self::Critical => "CRITICAL",
            Self::Off => "OFF",
        }
    }

    /// The threshold of a word in any case; `WARN` and `FATAL` are WARNING and CRITICAL. None for any other word.
    pub fn from_word(word: &str) -> Option<Self> {
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        let alias = if is("WARN") {
            Some(Self::Warning)
        } else if is("FATAL") {
            Some(Self::Critical)
        } else {
            None
        };
        alias.or_else(|| Self::ALL.into_iter().find(|level| is(level.as_str())))
    }

    /// Whether lines of a level are written.
    pub const fn lets_pass(self, level: Level) -> bool {
        let least = match level {
            Level::Debug => Self::Debug,
            Level::Info => Self::Info,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
            Level::Critical => Self::Critical,
        };
        self as u8 <= least as u8
    }
}

impl fmt::Display for LevelFilter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// From which level on lines are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    /// For everything else.
    pub default: LevelFilter,
    /// By logger or target: the longest name counts that is the logger's or a parent of it (`a.b` and `a::b` are parents of `a.b.c` and `a::b::c`).
    pub targets: BTreeMap<String, LevelFilter>,
}

impl Default for Levels {
    fn default() -> Self {
        Self { default: LevelFilter::Info, targets: BTreeMap::new() }
    }
}

impl Levels {
    /// Reads `info,orders.db=debug,hyper=warn`: one level for everything, and levels of loggers, in any order. Without the first it is INFO.
    ///
    /// # Errors
    /// Every mistake in the text.
    pub fn parse(text: &str) -> Result<Self, LevelsError> {
        let list = LevelList::read(text);
        if !list.mistakes.is_empty() {
            return Err(LevelsError { mistakes: list.mistakes });
        }
        let targets = list.targets.into_iter().map(|(name, (_, level))| (name, level)).collect();
        Ok(Self { default: list.default.map_or(Self::default().default, |(_, level)| level), targets })
    }

    /// The threshold for a logger or target: that of the longest name set for it or for a parent of it.
    pub fn filter_for(&self, name: &str) -> LevelFilter {
        if self.targets.is_empty() {
            return self.default;
        }
        if let Some(level) = self.targets.get(name) {
            return *level;
        }
        // One pass from the end: a name may be anything a caller makes up, so the time must not grow faster than its length.
        let bytes = name.as_bytes();
        for end in (0..bytes.len()).rev() {
            let ends_here = match bytes.get(end) {
                Some(b'.') => true,
                Some(b':') => bytes.get(end + 1) == Some(&b':'),
                _ => false,
            };
            if ends_here
                && end <= MAX_TARGET_BYTES
                && let Some(level) = name.get(..end).and_then(|parent| self.targets.get(parent))
            {
                return *level;
            }
        }
        self.default
    }

    /// The lowest threshold of all: what does not pass it is written by nobody.
    pub fn lowest(&self) -> LevelFilter {
        self.targets.values().copied().fold(self.default, LevelFilter::min)
    }
}

/// As [`Levels::parse`] reads it.
impl fmt::Display for Levels {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.default)?;
        self.targets.iter().try_for_each(|(name, level)| write!(formatter, ",{name}={level}"))
    }
}

impl FromStr for Levels {
    type Err = LevelsError;

    fn from_str(text: &str) -> Result<Self, LevelsError> {
        Self::parse(text)
    }
}

/// Why a text is no list of levels.
#[derive(Clone, PartialEq, Eq)]
pub struct LevelsError {
    mistakes: Vec<LevelMistake>,
}

impl LevelsError {
    /// Every mistake, in the order of the text.
    pub fn mistakes(&self) -> &[LevelMistake] {
        &self.mistakes
    }
}

impl fmt::Display for LevelsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(formatter, "{separator}{} ({})", mistake.message, mistake.hint)?;
        }
        Ok(())
    }
}

/// What `main` shows when it returns the error, so it reads as [`Display`](fmt::Display) does.
impl fmt::Debug for LevelsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for LevelsError {}

/// One mistake in a list of levels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelMistake {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What is wrong; lower-case, no full stop.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// A list of levels as typed, each with its bytes of the text.
#[derive(Debug, Default)]
pub(super) struct LevelList {
    pub(super) default: Option<(Range<usize>, LevelFilter)>,
    pub(super) targets: BTreeMap<String, (Range<usize>, LevelFilter)>,
    pub(super) mistakes: Vec<LevelMistake>,
}

impl LevelList {
    /// Reads what can be read and notes every mistake.
    pub(super) fn read(text: &str) -> Self {
        let mut list = Self::default();
        let mut start = 0;
        for item in text.split(',') {
            let range = trimmed(text, start..start + item.len());
            start += item.len() + 1;
            if list.mistakes.len() >= MAX_MISTAKES {
                break;
            }
            if !range.is_empty() {
                list.item(text, range);
            }
        }
        list
    }

    fn item(&mut self, text: &str, range: Range<usize>) {
        let item = text.get(range.clone()).unwrap_or_default();
        let (name, word) = match item.rfind('=') {
            Some(at) => (Some(trimmed(text, range.start..range.start + at)), trimmed(text, range.start + at + 1..range.end)),
            None => (None, range.clone()),
        };
        let level = LevelFilter::from_word(text.get(word.clone()).unwrap_or_default());
        if level.is_none() {
            let (message, mut hint) = unknown_level(text.get(word.clone()).unwrap_or_default());
            if name.is_none() && target_mistake(item).is_none() && closest(item, words()).is_none() {
                hint = format!("a logger has its level behind `=`: `{}=debug`", shortened(item));
            }
            let place = if word.is_empty() { range.clone() } else { word };
            self.mistakes.push(LevelMistake { range: place, message, hint });
        }
        let Some(name) = name else {
            match (&self.default, level) {
                (Some(_), _) => self.refuse(range, "a second level for everything else", "keep one"),
                (None, Some(level)) => self.default = Some((range, level)),
                (None, None) => {}
            }
            return;
        };
        let logger = text.get(name.clone()).unwrap_or_default();
        if let Some(reason) = target_mistake(logger) {
            let place = if name.is_empty() { range } else { name };
            self.refuse(place, &reason, "for example `orders.db=debug`");
        } else if self.targets.contains_key(logger) {
            self.refuse(name, &format!("`{}` has two levels", shortened(logger)), "keep one");
        } else if let Some(level) = level {
            if self.targets.len() < MAX_TARGETS {
                self.targets.insert(logger.to_owned(), (name, level));
            } else {
                self.refuse(name, &format!("more than {MAX_TARGETS} loggers"), "give the level to their common parent");
            }
        }
    }

    fn refuse(&mut self, range: Range<usize>, message: &str, hint: &str) {
        self.mistakes.push(LevelMistake { range, message: message.to_owned(), hint: hint.to_owned() });
    }
}

/// What is wrong with a word that is no level, and what to do about it.
pub(super) fn unknown_level(word: &str) -> (String, String) {
    let message = if word.is_empty() { "a level is missing".to_owned() } else { format!("`{}` is no level", shortened(word)) };
    let hint = match closest(word, words()) {
        Some(known) => format!("did you mean `{known}`?"),
        None => "levels: TRACE, DEBUG, INFO, WARNING, ERROR, CRITICAL, OFF".to_owned(),
    };
    (message, hint)
}

fn words() -> impl Iterator<Item = &'static str> {
    LevelFilter::ALL.into_iter().map(LevelFilter::as_str)
}

/// Why a text cannot name a logger; none when it can.
pub(super) fn target_mistake(name: &str) -> Option<String> {
    let shown = shortened(name);
    if name.is_empty() {
        Some("the name of a logger is missing".to_owned())
    } else if name.len() > MAX_TARGET_BYTES {
        Some(format!("the name of a logger has at most {MAX_TARGET_BYTES} bytes, this has {}", name.len()))
    } else if name.contains(|character: char| character.is_whitespace() || character.is_control() || "=,[]{}\"'".contains(character)) {
        Some(format!("`{shown}` cannot name a logger"))
    } else if name.starts_with(['.', ':']) || name.ends_with(['.', ':']) {
        Some(format!("`{shown}` is not the whole name of a logger"))
    } else {
        None
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (piece.len() - piece.trim_start().len());
    start..start + piece.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_case_are_levels_and_lead_back() {
        for level in LevelFilter::ALL {
            assert_eq!(LevelFilter::from_word(level.as_str()), Some(level));
            assert_eq!(LevelFilter::from_word(&level.as_str().to_lowercase()), Some(level));
        }
        assert_eq!(LevelFilter::from_word("Warn"), Some(LevelFilter::Warning));
        assert_eq!(LevelFilter::from_word("fatal"), Some(LevelFilter::Critical));
        for word in ["", "verbose", "1", "info ", "INFO2"] {
            assert_eq!(LevelFilter::from_word(word), None, "{word}");
        }
    }

    #[test]
    fn a_threshold_lets_its_own_level_and_higher_ones_pass() {
        assert!(LevelFilter::Trace.lets_pass(Level::Debug));
        assert!(LevelFilter::Warning.lets_pass(Level::Warning) && !LevelFilter::Warning.lets_pass(Level::Info));
        assert!(LevelFilter::Critical.lets_pass(Level::Critical) && !LevelFilter::Critical.lets_pass(Level::Error));
        assert!(!LevelFilter::Off.lets_pass(Level::Critical));
    }

    #[test]
    fn the_longest_parent_counts_by_whole_segments() {
        let levels = Levels::parse("warn,orders=info,orders.db=debug,hyper::proto=error,a:b=off").unwrap();
        for (name, level) in [
            ("orders.db", LevelFilter::Debug),
            ("orders.db.pool.wait", LevelFilter::Debug),
            ("orders.dbx", LevelFilter::Info),
            ("orders", LevelFilter::Info),
            ("orders::api", LevelFilter::Info),
            ("ordersx", LevelFilter::Warning),
            ("hyper", LevelFilter::Warning),
            ("hyper::proto", LevelFilter::Error),
            ("hyper::proto::h1", LevelFilter::Error),
            ("hyper.proto", LevelFilter::Warning),
            ("a:b:c", LevelFilter::Warning),
            ("a:b::c", LevelFilter::Off),
            ("", LevelFilter::Warning),
            (".", LevelFilter::Warning),
            ("::::", LevelFilter::Warning),
            ("é.ö", LevelFilter::Warning),
        ] {
            assert_eq!(levels.filter_for(name), level, "{name}");
        }
        assert_eq!(levels.lowest(), LevelFilter::Debug);
        assert_eq!(Levels::parse(&levels.to_string()), Ok(levels));
        assert_eq!(Levels::default().filter_for("any"), LevelFilter::Info);
    }

    #[test]
    fn lists_are_read_with_spaces_and_empty_items() {
        let levels = Levels::parse(" a.b = TRACE ,, error, ").unwrap();
        assert_eq!(levels, Levels { default: LevelFilter::Error, targets: BTreeMap::from([("a.b".to_owned(), LevelFilter::Trace)]) });
        assert_eq!(Levels::parse(""), Ok(Levels::default()));
    }

    #[test]
    fn every_mistake_is_told_with_its_bytes() {
        let error = Levels::parse("infp,orders,debug,error,=warn,a b=info,x=, y=debgu,z=off,z=off,.q=info").unwrap_err();
        let told: Vec<_> = error.mistakes().iter().map(|mistake| (mistake.range.clone(), mistake.to_text())).collect();
        let expected = [
            (0..4, "`infp` is no level: did you mean `INFO`?"),
            (5..11, "`orders` is no level: a logger has its level behind `=`: `orders=debug`"),
            (18..23, "a second level for everything else: keep one"),
            (24..29, "the name of a logger is missing: for example `orders.db=debug`"),
            (30..33, "`a b` cannot name a logger: for example `orders.db=debug`"),
            (39..41, "a level is missing: levels: TRACE, DEBUG, INFO, WARNING, ERROR, CRITICAL, OFF"),
            (45..50, "`debgu` is no level: did you mean `DEBUG`?"),
            (57..58, "`z` has two levels: keep one"),
            (63..65, "`.q` is not the whole name of a logger: for example `orders.db=debug`"),
        ];
        assert_eq!(told, expected.map(|(range, text)| (range, text.to_owned())));
    }

    #[test]
    fn names_are_bounded() {
        let list = |count: usize| (0..count).map(|index| format!("t{index}=info")).collect::<Vec<_>>().join(",");
        assert_eq!(Levels::parse(&list(MAX_TARGETS)).unwrap().targets.len(), MAX_TARGETS);
        assert!(Levels::parse(&list(MAX_TARGETS + 1)).is_err());
        assert_eq!(Levels::parse(&"a=b,".repeat(10_000)).unwrap_err().mistakes().len(), MAX_MISTAKES);
        assert!(Levels::parse(&format!("{}=info", "n".repeat(MAX_TARGET_BYTES))).is_ok());
        assert!(Levels::parse(&format!("{}=info", "n".repeat(MAX_TARGET_BYTES + 1))).is_err());
    }

    impl LevelMistake {
        fn to_text(&self) -> String {
            format!("{}: {}", self.message, self.hint)
        }
    }
}
