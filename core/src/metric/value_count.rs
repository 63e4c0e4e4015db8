//! A value of a metric and its count.

use serde::{Deserialize, Serialize};

/// A value and how often it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueCount {
    /// Value.
    pub value: f64,
    /// How often.
    pub count: f64,
}
