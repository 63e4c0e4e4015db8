//! What the value of a key is, with its bounds.

use std::{fmt, time::Duration};

use crate::settings::read::{duration_text, size_text};

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text, at most so many bytes.
    Text {
        /// Most bytes.
        most: usize,
    },
    /// A level, or a list of levels.
    Level {
        /// Whether levels of loggers may stand beside it: `info,orders.db=debug`.
        list: bool,
    },
    /// Levels by logger.
    Levels,
    /// One of some words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Count {
        /// Smallest.
        least: u64,
        /// Largest.
        most: u64,
        /// Whether `off` may stand for none.
        off: bool,
    },
    /// Bytes.
    Size {
        /// Smallest.
        least: u64,
        /// Largest.
        most: u64,
        /// Whether `off` may stand for none.
        off: bool,
    },
    /// A time.
    Duration {
        /// Shortest.
        least: Duration,
        /// Longest.
        most: Duration,
        /// Whether `off` may stand for none.
        off: bool,
    },
    /// A share, 0 to 1 or a percentage.
    Share,
    /// A list of texts.
    Texts {
        /// Most items.
        most: usize,
    },
    /// A map of texts.
    Pairs {
        /// Most names.
        most: usize,
    },
    /// A list of outputs.
    Outputs {
        /// Most items.
        most: usize,
    },
    /// `stdout`, `stderr` or the path of a file.
    Destination,
}

impl Kind {
    /// Whether `off` may stand for none.
    pub const fn may_be_off(&self) -> bool {
        matches!(self, Self::Count { off: true, .. } | Self::Size { off: true, .. } | Self::Duration { off: true, .. })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { most } => write!(formatter, "a text of at most {most} bytes"),
            Self::Level { list: false } => formatter.write_str("a level"),
            Self::Level { list: true } => formatter.write_str("a level, or a list of levels"),
            Self::Levels => formatter.write_str("a map of levels"),
            Self::Word(words) => {
                formatter.write_str("one of ")?;
                for (index, word) in words.iter().enumerate() {
                    write!(formatter, "{}`{word}`", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::Flag => formatter.write_str("`true` or `false`"),
            Self::Count { least, most, .. } => write!(formatter, "a whole number from {least} to {most}"),
            Self::Size { least, most, .. } => write!(formatter, "a size from {} to {}", size_text(*least), size_text(*most)),
            Self::Duration { least, most, .. } => write!(formatter, "a duration from {} to {}", duration_text(*least), duration_text(*most)),
            Self::Share => formatter.write_str("a share, as a percentage or a number from 0 to 1"),
            Self::Texts { most } => write!(formatter, "a list of at most {most} texts"),
            Self::Pairs { most } => write!(formatter, "a map of at most {most} texts"),
            Self::Outputs { most } => write!(formatter, "a list of at most {most} outputs"),
            Self::Destination => formatter.write_str("`stdout`, `stderr` or the path of a file"),
        }?;
        if self.may_be_off() {
            formatter.write_str(", or `off`")?;
        }
        Ok(())
    }
}
