//! Metric data as PutMetricData takes them, without its SDK.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ValueCount;

/// One request: data of one namespace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PutRequest {
    /// Namespace.
    pub namespace: String,
    /// Data, at most [`super::MAX_DATA`].
    pub data: Vec<Datum>,
}

/// The samples of one metric in one period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Datum {
    /// Metric name.
    pub name: String,
    /// Unit, as PutMetricData spells it.
    pub unit: String,
    /// Dimensions in order, name and value.
    pub dimensions: Vec<(String, String)>,
    /// Start of the period, of the events' time.
    pub at: Timestamp,
    /// Storage resolution in seconds, 1 or 60.
    pub resolution_seconds: u8,
    /// Distinct values with how often each was seen; ascending, at most [`super::MAX_VALUES`].
    pub values: Vec<ValueCount>,
}
