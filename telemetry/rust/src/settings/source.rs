//! What settings come from: a file, a variable of the environment or code.

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A file.
    File,
    /// A variable of the environment.
    Variable,
    /// Code.
    Code,
}

/// Something settings come from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) kind: Kind,
    /// Path, name of the variable, or what the code calls itself.
    pub(super) name: String,
    /// Content of the file or the variable; empty for code.
    pub(super) text: String,
}
