//! Levels of every dialect, mapped to ours.

/// Log level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// DEBUG and TRACE.
    Debug,
    /// INFO and NOTICE.
    Info,
    /// WARNING.
    Warning,
    /// ERROR.
    Error,
    /// CRITICAL, FATAL, ALERT, EMERGENCY, PANIC.
    Critical,
}

impl Level {
    /// A level word in any case; `None` when it is none.
    pub fn from_word(word: &str) -> Option<Self> {
        const WORDS: [(&str, Level); 20] = [
            ("trace", Level::Debug),
            ("debug", Level::Debug),
            ("verbose", Level::Debug),
            ("info", Level::Info),
            ("information", Level::Info),
            ("informational", Level::Info),
            ("notice", Level::Info),
            ("warn", Level::Warning),
            ("warning", Level::Warning),
            ("error", Level::Error),
            ("err", Level::Error),
            ("severe", Level::Error),
            ("critical", Level::Critical),
            ("crit", Level::Critical),
            ("fatal", Level::Critical),
            ("alert", Level::Critical),
            ("emergency", Level::Critical),
            ("emerg", Level::Critical),
            ("panic", Level::Critical),
            ("dpanic", Level::Critical),
        ];
        WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|&(_, level)| level)
    }

    /// A numeric level of pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            10 | 20 => Some(Self::Debug),
            30 => Some(Self::Info),
            40 => Some(Self::Warning),
            50 => Some(Self::Error),
            60 => Some(Self::Critical),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_dialect_are_read_in_any_case() {
        for (word, level) in [("Warn", Level::Warning), ("FATAL", Level::Critical), ("err", Level::Error), ("TRACE", Level::Debug)] {
            assert_eq!(Level::from_word(word), Some(level));
        }
        assert_eq!(Level::from_word("errors"), None);
        assert_eq!(Level::from_number(50), Some(Level::Error));
    }
}
