//! Bounds of a document (specification of the embedded metric format), for those who write documents and those who read them.

/// Most bytes of a document: those of a log event (1 MB; 256 KB before 2025, and clients may still keep to that).
pub const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;

/// Most metrics of one directive.
pub const MAX_METRICS: usize = 100;

/// Most values of one metric.
pub const MAX_TARGET_VALUES: usize = 100;

/// Most characters of a namespace, of a metric's name and of a dimension's value.
pub const MAX_TEXT: usize = 1024;

/// Most characters of a dimension's name.
pub const MAX_DIMENSION_NAME: usize = 250;
