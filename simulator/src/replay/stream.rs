//! Kinesis data streams: batches lie in shards until the event source mappings hand them to functions.

use std::collections::BTreeMap;

use serde_json::json;

use crate::replay::{Delivery, batch::Packed};

/// A stream of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// ARN.
    pub arn: String,
    /// How many shards it has; an on-demand stream begins with four.
    pub shards: usize,
}

/// An event source mapping of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamReader {
    /// ARN of the stream.
    pub stream: String,
    /// Name of the function.
    pub function: String,
    /// Most records of one shard at once.
    pub batch_size: usize,
}

/// Shards of a stream that no template declares.
const UNKNOWN_SHARDS: usize = 1;

/// The streams of a replay, and what waits in them.
#[derive(Debug)]
pub(super) struct Streams {
    shards: BTreeMap<String, usize>,
    readers: Vec<StreamReader>,
    /// By stream and number of the shard.
    waiting: BTreeMap<(String, usize), Vec<Record>>,
    /// Records so far, which sequence numbers follow from.
    records: u64,
}

/// A record of a shard.
#[derive(Debug)]
struct Record {
    sequence_number: String,
    batch: Packed,
    arrived_ms: i64,
}

impl Streams {
    pub(super) fn new(streams: &[Stream], readers: &[StreamReader]) -> Self {
        let shards = streams.iter().map(|stream| (stream.arn.clone(), stream.shards)).collect();
        Self { shards, readers: readers.to_vec(), waiting: BTreeMap::new(), records: 0 }
    }

    /// Puts a batch into a shard.
    pub(super) fn put(&mut self, stream: &str, batch: Packed, now_ms: i64) {
        let shards = self.shards.get(stream).copied().unwrap_or(UNKNOWN_SHARDS).max(1);
        self.records += 1;
        // By number, as evenly as at random, and the same in every replay.
        let shard = usize::try_from(self.records).unwrap_or(0) % shards;
        let record = Record { sequence_number: format!("{:056}", self.records), batch, arrived_ms: now_ms };
        self.waiting.entry((stream.to_owned(), shard)).or_default().push(record);
    }

    /// Everything that waits, for each reader shard by shard.
    pub(super) fn flush(&mut self, now_ms: i64) -> Vec<Delivery> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut deliveries = Vec::new();
        for reader in &self.readers {
            for ((_, shard), records) in waiting.iter().filter(|((stream, _), _)| *stream == reader.stream) {
                deliveries.extend(records.chunks(reader.batch_size.max(1)).map(|records| delivery(reader, *shard, records, now_ms)));
            }
        }
        deliveries
    }
}

/// The invocation event of an event source mapping.
fn delivery(reader: &StreamReader, shard: usize, records: &[Record], now_ms: i64) -> Delivery {
    let event: Vec<serde_json::Value> = records
        .iter()
        .map(|record| {
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of this century")]
            let arrived = record.arrived_ms as f64 / 1000.0;
            json!({
                "kinesis": {
                    "kinesisSchemaVersion": "1.0", "partitionKey": record.sequence_number, "sequenceNumber": record.sequence_number,
                    "data": record.batch.data, "approximateArrivalTimestamp": arrived,
                },
                "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": format!("shardId-{shard:012}:{}", record.sequence_number),
                "eventName": "aws:kinesis:record", "eventSourceARN": reader.stream,
            })
        })
        .collect();
    Delivery {
        function: reader.function.clone(),
        event: json!({ "Records": event }).to_string(),
        log_events: records.iter().map(|record| record.batch.log_events).sum(),
        iterator_age_ms: records.first().map(|record| now_ms - record.arrived_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reader_gets_every_record_once_and_no_more_at_a_time_than_it_takes() {
        let stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/logs";
        let reader = |function: &str, batch_size| StreamReader { stream: stream.to_owned(), function: function.to_owned(), batch_size };
        let mut streams = Streams::new(&[Stream { arn: stream.to_owned(), shards: 2 }], &[reader("a", 2), reader("b", 100)]);
        for number in 0..5 {
            streams.put(stream, Packed { data: number.to_string(), log_events: 1 }, 1_000);
        }
        streams.put("arn:aws:kinesis:eu-west-1:123456789012:stream/others", Packed { data: "x".to_owned(), log_events: 1 }, 1_000);
        let seen: Vec<(String, Vec<String>)> = streams
            .flush(3_500)
            .into_iter()
            .map(|delivery| {
                assert_eq!(delivery.iterator_age_ms, Some(2_500));
                let event: serde_json::Value = serde_json::from_str(&delivery.event).unwrap();
                let data = event["Records"].as_array().unwrap().iter().map(|record| record["kinesis"]["data"].as_str().unwrap().to_owned());
                (delivery.function, data.collect())
            })
            .collect();
        let of = |function: &str| seen.iter().filter(|(name, _)| name == function).map(|(_, data)| data.join("")).collect::<Vec<_>>();
        assert_eq!(of("a"), ["13", "02", "4"]);
        assert_eq!(of("b"), ["13", "024"]);
        assert!(streams.flush(9_000).is_empty());
    }
}
