//! What is told to the person who wrote the config.

use serde::Serialize;

use crate::config::code::Code;

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// No model can be built.
    Error,
    /// A model is built, but somebody should look.
    Warning,
}

impl Level {
    /// The word as shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One mistake, or one thing that looks like one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Level,
    /// What is wrong; lower-case, no full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Path of the file it is in; empty when it is in none.
    pub file: String,
    /// Byte range in that file, always inside one line.
    pub span: Range,
    /// Line, from 1; 0 when it is in no file.
    pub line: usize,
    /// Column in characters, from 1; 0 when it is in no file.
    pub column: usize,
    /// A word under the caret.
    pub label: Option<String>,
    /// A second place that explains the first.
    pub related: Option<Related>,
}

/// A byte range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Range {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A second place, for example where a name was used first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Path of the file.
    pub file: String,
    /// Byte range in that file.
    pub span: Range,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}
