//! Subscription batches: collected by filter, group and stream, delivered as CloudWatch Logs delivers them.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;

use crate::replay::{LogEvent, LogGroups, SubscriptionFilter, packer::Packer};

/// Bounds of a batch. AWS documents none; these keep a batch well under the 1 MB of an asynchronous invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLimits {
    /// Most events.
    pub events: usize,
    /// Most bytes of text, unless a single event has more.
    pub bytes: usize,
}

impl Default for BatchLimits {
    fn default() -> Self {
        Self { events: 500, bytes: 1_000_000 }
    }
}

/// A batch on its way to a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Function name.
    pub function: String,
    /// The invocation event: `{"awslogs":{"data":"<base64 of gzip of JSON>"}}`.
    pub event: String,
    /// How many log events it holds.
    pub log_events: usize,
    /// How long its first record lay in a stream, milliseconds; `None` when it comes straight from a log group.
    pub iterator_age_ms: Option<i64>,
}

/// A batch in its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    /// base64 of gzip of JSON.
    pub(super) data: String,
    /// How many log events it holds.
    pub(super) log_events: usize,
}

impl Packed {
    /// Straight to a function.
    pub(super) fn delivery(self, function: &str) -> Delivery {
        let event = format!("{{\"awslogs\":{{\"data\":\"{}\"}}}}", self.data);
        Delivery { function: function.to_owned(), event, log_events: self.log_events, iterator_age_ms: None }
    }
}

/// Batches with the places of their filters.
pub(super) type Ready = Vec<(usize, Packed)>;

/// Batches being collected.
#[derive(Debug)]
pub(super) struct Batches {
    sealer: Sealer,
    limits: BatchLimits,
    /// In the order in which their first events came.
    open: Vec<Batch>,
    /// Place in `open`, by filter, group and stream.
    places: BTreeMap<(usize, String, String), usize>,
}

/// What turns events into deliveries.
#[derive(Debug)]
struct Sealer {
    /// Account that owns the log groups.
    owner: String,
    packer: Packer,
}

#[derive(Debug)]
struct Batch {
    filter: usize,
    events: Vec<Arc<LogEvent>>,
    bytes: usize,
}

/// The JSON inside a delivery.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    #[serde(rename = "messageType")]
    kind: &'static str,
    owner: &'a str,
    log_group: &'a str,
    log_stream: &'a str,
    subscription_filters: [&'a str; 1],
    log_events: Vec<Event<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_level: Option<&'static str>,
}

#[derive(Serialize)]
struct Event<'a> {
    id: &'a str,
    timestamp: i64,
    message: &'a str,
}

impl Batches {
    pub(super) fn new(owner: String, limits: BatchLimits) -> Self {
        let sealer = Sealer { owner, packer: Packer::new() };
        Self { sealer, limits, open: Vec::new(), places: BTreeMap::new() }
    }

    /// Adds an event to the batch of a filter, which is at `filter` in `filters`; gives back a batch that is full with it, or that has to
    /// leave before it.
    pub(super) fn add(&mut self, filters: &[SubscriptionFilter], filter: usize, event: &Arc<LogEvent>) -> Ready {
        let mut ready = Ready::new();
        let key = (filter, event.group.clone(), event.stream.clone());
        let place = *self.places.entry(key).or_insert_with(|| {
            self.open.push(Batch { filter, events: Vec::new(), bytes: 0 });
            self.open.len() - 1
        });
        let limits = self.limits;
        if let Some(batch) = self.open.get_mut(place) {
            if batch.bytes + event.message.len() > limits.bytes {
                ready.extend(batch.take(&mut self.sealer, filters));
            }
            batch.bytes += event.message.len();
            batch.events.push(Arc::clone(event));
            if batch.events.len() >= limits.events {
                ready.extend(batch.take(&mut self.sealer, filters));
            }
        }
        ready
    }

    /// Everything collected so far, in the order in which the first events came.
    pub(super) fn flush(&mut self, filters: &[SubscriptionFilter]) -> Ready {
        self.places.clear();
        let open = std::mem::take(&mut self.open);
        open.into_iter().filter_map(|mut batch| batch.take(&mut self.sealer, filters)).collect()
    }
}

impl Batch {
    /// Empties the batch into its envelope; `None` when there is nothing in it.
    fn take(&mut self, sealer: &mut Sealer, filters: &[SubscriptionFilter]) -> Option<(usize, Packed)> {
        let events = std::mem::take(&mut self.events);
        self.bytes = 0;
        let (filter, first) = (filters.get(self.filter)?, events.first()?);
        let message = Message {
            kind: "DATA_MESSAGE",
            owner: &sealer.owner,
            log_group: &first.group,
            log_stream: &first.stream,
            subscription_filters: [&filter.name],
            log_events: events.iter().map(|event| Event { id: &event.id, timestamp: event.timestamp_ms, message: &event.message }).collect(),
            policy_level: matches!(filter.log_groups, LogGroups::AllBut(_)).then_some("ACCOUNT_LEVEL_POLICY"),
        };
        // Strings and integers always serialise.
        let json = serde_json::to_vec(&message).unwrap_or_default();
        let data = STANDARD.encode(sealer.packer.pack(&json));
        Some((self.filter, Packed { data, log_events: events.len() }))
    }
}

#[cfg(test)]
mod tests {
    use skywarden_core::{
        envelope::{Payload, Sealed, inflate},
        pattern::FilterPattern,
    };

    use super::*;
    use crate::replay::Destination;

    fn filter(name: &str) -> SubscriptionFilter {
        SubscriptionFilter {
            name: name.to_owned(),
            log_groups: LogGroups::One("g".to_owned()),
            pattern: FilterPattern::parse("").unwrap(),
            destination: Destination::Function(format!("function-{name}")),
        }
    }

    fn event(stream: &str, id: usize, message: &str) -> Arc<LogEvent> {
        Arc::new(LogEvent { group: "g".to_owned(), stream: stream.to_owned(), id: id.to_string(), timestamp_ms: 7, message: message.to_owned() })
    }

    /// Stream and ids of a delivery, read as the functions read it.
    fn contents((_, packed): &(usize, Packed)) -> (String, Vec<String>) {
        let delivery = packed.clone().delivery("f");
        let event: serde_json::Value = serde_json::from_str(&delivery.event).unwrap();
        let mut inflated = inflate(Sealed::Base64(event["awslogs"]["data"].as_str().unwrap())).unwrap();
        let Payload::Data(batch) = Payload::parse(&mut inflated).unwrap() else { panic!("no data") };
        assert_eq!((batch.owner.as_ref(), batch.log_group.as_ref()), ("123456789012", "g"));
        (batch.log_stream.to_string(), batch.log_events.iter().map(|event| event.id.to_string()).collect())
    }

    #[test]
    fn the_processors_read_what_is_delivered_one_stream_a_batch() {
        let filters = [filter("a"), filter("b")];
        let mut batches = Batches::new("123456789012".to_owned(), BatchLimits::default());
        for (place, stream, id) in [(1, "s2", 1), (0, "s1", 2), (1, "s2", 3), (1, "s1", 4)] {
            assert_eq!(batches.add(&filters, place, &event(stream, id, "text \"quoted\"")), []);
        }
        let deliveries = batches.flush(&filters);
        assert_eq!(deliveries.iter().map(|(filter, _)| *filter).collect::<Vec<_>>(), [1, 0, 1]);
        let read: Vec<_> = deliveries.iter().map(contents).collect();
        assert_eq!(read[0], ("s2".to_owned(), vec!["1".to_owned(), "3".to_owned()]));
        assert_eq!(read[2], ("s1".to_owned(), vec!["4".to_owned()]));
        assert_eq!(batches.flush(&filters), []);
    }

    #[test]
    fn a_full_batch_leaves_at_once() {
        let filters = [filter("a")];
        let mut batches = Batches::new("123456789012".to_owned(), BatchLimits { events: 3, bytes: 10 });
        let sizes = |ready: Ready| ready.iter().map(|(_, packed)| packed.log_events).collect::<Vec<_>>();
        let mut left = Vec::new();
        for id in 0..4 {
            left.extend(sizes(batches.add(&filters, 0, &event("s", id, "a"))));
        }
        assert_eq!(left, [3], "by number of events");
        assert!(batches.add(&filters, 0, &event("s", 5, "123456789")).is_empty(), "exactly full by bytes");
        assert_eq!(sizes(batches.add(&filters, 0, &event("s", 6, "b"))), [2], "one byte more leaves first");
        assert_eq!(sizes(batches.flush(&filters)), [1]);
    }
}
