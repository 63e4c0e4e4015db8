//! The independent count: the same batch read the plain way, with `serde_json::Value`, and none of our code.

use serde_json::Value;

use crate::{
    answer::Answer,
    data::Batch,
    fields::FieldTotals,
    series::{Metric, SeriesSet},
};

/// One sample of one of the five metrics.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Which metric.
    pub metric: Metric,
    /// Values of its two dimensions.
    pub dimensions: [String; 2],
    /// Value.
    pub value: f64,
    /// Time of the event, milliseconds since 1970.
    pub timestamp_ms: i64,
}

/// Every sample of a batch, in the order of its events.
///
/// # Errors
/// A message is not the JSON the generator writes.
pub fn samples(batch: &Batch) -> anyhow::Result<Vec<Sample>> {
    let mut samples = Vec::with_capacity(batch.events * 3);
    for event in batch.events()? {
        let line: Value = serde_json::from_str(&event.message)?;
        let mut add = |metric: Metric, by: &Value, value: Option<f64>| {
            if let (Some(service), Some(by), Some(value)) = (line["service"].as_str(), by.as_str(), value) {
                samples.push(Sample { metric, dimensions: [service.to_owned(), by.to_owned()], value, timestamp_ms: event.timestamp });
            }
        };
        let status = line["status"].as_u64();
        add(Metric::Requests, &line["method"], status.map(|_| 1.0));
        add(Metric::ServerErrors, &line["method"], status.filter(|&status| status >= 500).map(|_| 1.0));
        add(Metric::RequestDuration, &line["method"], line["duration_ms"].as_f64());
        add(Metric::BytesOut, &line["version"], line["bytes_out"].as_f64());
        add(Metric::Errors, &line["error"]["type"], (line["level"] == "ERROR").then_some(1.0));
    }
    Ok(samples)
}

/// What a pipeline must answer that extracts the five metrics.
///
/// # Errors
/// As [`samples`].
pub fn metrics(batch: &Batch) -> anyhow::Result<Answer> {
    let mut set = SeriesSet::default();
    for sample in samples(batch)? {
        let [first, second] = &sample.dimensions;
        set.add(sample.metric, [first, second], sample.timestamp_ms, sample.value, 1.0);
    }
    Ok(set.answer())
}

/// What a pipeline must answer that only reads the fields: the floor.
///
/// # Errors
/// As [`samples`].
pub fn fields(batch: &Batch) -> anyhow::Result<Answer> {
    let mut totals = FieldTotals::default();
    for event in batch.events()? {
        let line: Value = serde_json::from_str(&event.message)?;
        let text = |value: &Value| value.as_str().map_or(0, str::len);
        totals.add_line(line["status"].as_f64().unwrap_or(0.0), line["duration_ms"].as_f64().unwrap_or(0.0));
        totals.add_text(text(&line["level"]) + text(&line["path"]) + text(&line["service"]));
        if let Some(error) = line.get("error") {
            totals.add_error(text(&error["type"]) + text(&error["message"]) + text(&error["stack"]));
        }
    }
    Ok(totals.answer())
}
