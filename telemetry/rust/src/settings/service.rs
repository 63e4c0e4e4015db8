//! Who writes.

/// Who writes. An empty text stands for what is not known and is left out of lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Service name.
    pub name: String,
    /// Environment.
    pub environment: String,
    /// Version.
    pub version: String,
}
