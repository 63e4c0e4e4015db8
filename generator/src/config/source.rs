//! Config files as read by the caller.

/// A file as read by the caller: the config module itself touches no file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Path as it is shown to people.
    pub path: String,
    /// Content.
    pub text: String,
}
