//! Groups: the errors of one batch, put together by fingerprint.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Sample;
use crate::{
    envelope::LogBatch,
    error::{
        classify::{Class, Classifier},
        detect::{Fault, detect},
        fingerprint::{Fingerprint, group},
        join::join,
    },
    json::Scratch,
    mask::Masker,
    record::{Reader, Record},
};

/// Most bytes of a sample's message.
const MAX_SAMPLE_MESSAGE: usize = 1024;

/// Most bytes of a sample's stack.
const MAX_SAMPLE_STACK: usize = 4096;

/// Occurrences of one issue in one batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Identity.
    pub fingerprint: Fingerprint,
    /// Service.
    pub service: String,
    /// Error type.
    pub kind: String,
    /// Message template.
    pub template: String,
    /// Classification.
    pub class: Class,
    /// Occurrences.
    pub count: u64,
    /// Earliest.
    pub first_seen: Timestamp,
    /// Latest.
    pub last_seen: Timestamp,
    /// Version of the application; empty when unknown.
    pub app_version: String,
    /// Masked sample of the first occurrence.
    pub sample: Sample,
}

/// The errors of a batch, by fingerprint, in the order of the fingerprints: the same batch always gives the same list.
pub fn groups(batch: &LogBatch<'_>, service: &str, reader: &Reader, classifier: &Classifier, masker: &Masker) -> Vec<Group> {
    let events = join(&batch.log_events);
    let mut scratch = Scratch::default();
    let records: Vec<Record<'_>> = events.iter().map(|event| reader.read(event, &mut scratch)).collect();
    let faults: Vec<(&Record<'_>, Fault<'_>)> = records.iter().filter_map(|record| Some((record, detect(record)?))).collect();
    // A failed request line repeats what an error line of the same request has told better.
    let told: HashSet<&str> =
        faults.iter().filter(|(_, fault)| !fault.request_line_only).filter_map(|(record, _)| record.fields.request_id.as_deref()).collect();
    let mut groups: BTreeMap<Fingerprint, Group> = BTreeMap::new();
    for (record, fault) in &faults {
        if fault.request_line_only && record.fields.request_id.as_deref().is_some_and(|id| told.contains(id)) {
            continue;
        }
        let grouping = group(fault, service);
        let seen = Timestamp::from_millisecond(record.timestamp_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        if let Some(group) = groups.get_mut(&grouping.fingerprint) {
            group.count += 1;
            group.first_seen = group.first_seen.min(seen);
            group.last_seen = group.last_seen.max(seen);
        } else {
            let made = Group {
                service: service.to_owned(),
                kind: fault.kind.clone().into_owned(),
                template: masker.mask(&grouping.template).into_owned(),
                class: classifier.classify(fault, service),
                count: 1,
                first_seen: seen,
                last_seen: seen,
                app_version: record.fields.version.as_deref().unwrap_or("").to_owned(),
                sample: sample(record, fault, batch, masker),
                fingerprint: grouping.fingerprint.clone(),
            };
            groups.insert(grouping.fingerprint, made);
        }
    }
    groups.into_values().collect()
}

fn sample(record: &Record<'_>, fault: &Fault<'_>, batch: &LogBatch<'_>, masker: &Masker) -> Sample {
    let text = |text: Option<&str>| masker.mask(text.unwrap_or("")).into_owned();
    Sample {
        // Masked first, then cut: a cut secret could escape its pattern.
        message: cut(&masker.mask(&fault.message), MAX_SAMPLE_MESSAGE),
        stack: cut(&masker.mask(&fault.stack), MAX_SAMPLE_STACK),
        request_id: text(record.fields.request_id.as_deref()),
        trace_id: text(record.fields.trace_id.as_deref()),
        log_group: batch.log_group.clone().into_owned(),
        log_stream: batch.log_stream.clone().into_owned(),
    }
}

fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{} …", text.get(..end).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        envelope::{Inflated, Payload},
        plan::{ErrorPolicy, Masking, NotifyPolicy},
    };

    fn grouped(lines: &[&str]) -> Vec<Group> {
        let events: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(at, line)| format!(r#"{{"id":"{at}","timestamp":{},"message":{}}}"#, at * 1000, serde_json::to_string(line).unwrap()))
            .collect();
        let json = format!(r#"{{"messageType":"DATA_MESSAGE","logGroup":"g","logStream":"s","logEvents":[{}]}}"#, events.join(","));
        let mut inflated = Inflated::from(json.as_str());
        let Payload::Data(batch) = Payload::parse(&mut inflated).unwrap() else { panic!("not data") };
        let policy = ErrorPolicy { rules: vec![], notify: NotifyPolicy { at: vec![], ..NotifyPolicy::default() } };
        groups(&batch, "shop", Reader::standard(), &Classifier::new(&policy, &[]), &Masker::new(&Masking::default()).unwrap())
    }

    #[test]
    fn alike_errors_are_one_group_with_masked_sample_and_times() {
        let groups = grouped(&[
            r#"{"level":"ERROR","message":"m","error":{"type":"KeyError","message":"customer_1 ann@example.com"}}"#,
            r#"{"level":"INFO","message":"fine"}"#,
            "not json {",
            r#"{"level":"ERROR","message":"m","error":{"type":"KeyError","message":"customer_2 bob@example.com"}}"#,
        ]);
        assert_eq!(groups.len(), 1);
        assert_eq!((groups[0].count, groups[0].first_seen.as_second(), groups[0].last_seen.as_second()), (2, 0, 3));
        assert!(!groups[0].sample.message.contains("ann@"), "{}", groups[0].sample.message);
    }

    #[test]
    fn a_failed_request_is_counted_once() {
        let groups = grouped(&[
            r#"{"level":"ERROR","message":"boom","request_id":"r1","error":{"type":"KeyError","message":"k"}}"#,
            r#"{"level":"ERROR","message":"request","request_id":"r1","http":{"method":"GET","route":"/a","status_code":500}}"#,
            r#"{"level":"ERROR","message":"request","request_id":"r2","http":{"method":"GET","route":"/a","status_code":500}}"#,
        ]);
        let mut kinds: Vec<_> = groups.iter().map(|group| (group.kind.as_str(), group.count)).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, [("KeyError", 1), ("ServerError", 1)]);
    }
}
