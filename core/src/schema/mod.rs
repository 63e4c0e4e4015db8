//! Record schema 1.0: the names of a log line's keys, for those who write lines and those who read them.

pub(crate) mod colour;
mod error_key;
mod http_key;
#[cfg(feature = "processing")]
mod json_schema;
mod key;
mod keys;
mod level;

pub use error_key::ErrorKey;
pub use http_key::{HttpKey, OUTCOMES};
#[cfg(feature = "processing")]
pub use json_schema::json_schema;
pub use key::Key;
pub use level::{Level, severity_number};

/// Version of the schema, as the key `schema` says it.
pub const SCHEMA: &str = "1.0";

/// Most fields Logs Insights finds in a line (CloudWatch Logs, "Supported logs and discovered fields").
pub const MAX_DISCOVERED_FIELDS: usize = 200;
