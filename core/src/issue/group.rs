//! Groups: the errors of one batch, put together by fingerprint.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    ops::Deref,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Facts, Occurrence, Sample,
    fit::fit,
    version::rank,
    versions::{MAX_VERSION, MAX_VERSION_SAMPLES},
};
use crate::{
    envelope::LogBatch,
    error::{
        classify::Classifier,
        detect::{Fault, detect, may_be_error},
        fingerprint::{Fingerprint, Grouping, group},
        join::join,
    },
    json::Scratch,
    mask::Masker,
    record::{Reader, Record},
};

/// Occurrences of one issue in one batch. What they tell can be read from it as from its [`Facts`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Identity.
    pub fingerprint: Fingerprint,
    /// Service.
    pub service: String,
    /// What the occurrences tell; bounded as an issue's are.
    pub facts: Facts,
}

impl Deref for Group {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.facts
    }
}

/// One error of the batch.
struct Found<'a> {
    record: &'a Record<'a>,
    fault: &'a Fault<'a>,
    grouping: Grouping,
    at: Timestamp,
    version: String,
}

impl Found<'_> {
    /// The order of events in time; those of one millisecond stand in the order of their ids.
    fn moment(&self) -> (Timestamp, &str) {
        (self.at, self.record.id)
    }
}

/// What every error of the batch has in common.
struct Batch<'a> {
    log: &'a LogBatch<'a>,
    service: &'a str,
    classifier: &'a Classifier,
    masker: &'a Masker,
}

/// The errors of a batch, by fingerprint, in the order of the fingerprints: the same batch always gives the same list.
pub fn groups(batch: &LogBatch<'_>, service: &str, reader: &Reader, classifier: &Classifier, masker: &Masker) -> Vec<Group> {
    let events = join(&batch.log_events);
    let mut scratch = Scratch::default();
    // Of a large batch all records together are as large as the batch itself, and most are no errors.
    let records: Vec<Record<'_>> = events.iter().map(|event| reader.read(event, &mut scratch)).filter(may_be_error).collect();
    let faults: Vec<(&Record<'_>, Fault<'_>)> = records.iter().filter_map(|record| Some((record, detect(record)?))).collect();
    // A failed request line repeats what an error line of the same request has told better.
    let told: HashSet<&str> =
        faults.iter().filter(|(_, fault)| !fault.request_line_only).filter_map(|(record, _)| record.fields.request_id.as_deref()).collect();
    let mut found: BTreeMap<Fingerprint, Vec<Found<'_>>> = BTreeMap::new();
    for (record, fault) in &faults {
        if fault.request_line_only && record.fields.request_id.as_deref().is_some_and(|id| told.contains(id)) {
            continue;
        }
        let grouping = group(fault, service);
        let at = Timestamp::from_millisecond(record.timestamp_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let version = fit(&masker.mask(record.fields.version.as_deref().unwrap_or("")), MAX_VERSION);
        found.entry(grouping.fingerprint.clone()).or_default().push(Found { record, fault, grouping, at, version });
    }
    let batch = Batch { log: batch, service, classifier, masker };
    found.into_iter().filter_map(|(fingerprint, found)| Some(Group { fingerprint, service: service.to_owned(), facts: batch.facts(&found)? })).collect()
}

impl Batch<'_> {
    /// What the occurrences tell: the same as if each were looked at in full, but only those of which a sample may be kept are masked and classified.
    fn facts(&self, found: &[Found<'_>]) -> Option<Facts> {
        let wanted = wanted(found);
        let mut facts: Option<Facts> = None;
        for one in wanted.iter().filter_map(|&place| found.get(place)) {
            match &mut facts {
                Some(facts) => facts.join(&self.whole(one)),
                None => facts = Some(self.whole(one)),
            }
        }
        let mut facts = facts?;
        for (place, one) in found.iter().enumerate() {
            if !wanted.contains(&place) {
                facts.count(one.at, self.service, &one.version, one.user());
            }
        }
        facts.settle();
        Some(facts)
    }

    fn whole(&self, found: &Found<'_>) -> Facts {
        let mut class = self.classifier.classify(found.fault, self.service);
        class.evidence = self.masker.mask(&class.evidence).into_owned();
        Facts::of(Occurrence {
            at: found.at,
            service: self.service,
            version: &found.version,
            user: found.user(),
            kind: &self.masker.mask(&found.fault.kind),
            template: &self.masker.mask(&found.grouping.template),
            coarse: &found.grouping.coarse,
            class: &class,
            sample: self.sample(found),
        })
    }

    /// The sample, masked before it is cut: a cut secret could escape its pattern.
    fn sample(&self, found: &Found<'_>) -> Sample {
        let mask = |text: &str| self.masker.mask(text).into_owned();
        let fields = &found.record.fields;
        Sample {
            event_id: found.record.id.to_owned(),
            message: mask(&found.fault.message),
            stack: mask(&found.fault.stack),
            request_id: mask(fields.request_id.as_deref().unwrap_or("")),
            trace_id: mask(fields.trace_id.as_deref().unwrap_or("")),
            log_group: self.log.log_group.clone().into_owned(),
            log_stream: self.log.log_stream.clone().into_owned(),
        }
    }
}

impl<'a> Found<'a> {
    fn user(&self) -> &'a str {
        self.record.fields.user_id.as_deref().unwrap_or("")
    }
}

/// Places of the occurrences of which a sample may be kept: the first, the latest, and the first of each of the newest versions.
fn wanted(found: &[Found<'_>]) -> BTreeSet<usize> {
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ends: Option<(usize, usize)> = None;
    let earlier = |left: usize, right: usize| found.get(left).map(Found::moment) < found.get(right).map(Found::moment);
    for (place, one) in found.iter().enumerate() {
        let first = versions.entry(&one.version).or_insert(place);
        if earlier(place, *first) {
            *first = place;
        }
        let (first, latest) = ends.unwrap_or((place, place));
        ends = Some((if earlier(place, first) { place } else { first }, if earlier(place, latest) { latest } else { place }));
    }
    let mut newest: Vec<(&str, usize)> = versions.into_iter().collect();
    newest.sort_by(|(left, _), (right, _)| rank(left, right));
    newest.truncate(MAX_VERSION_SAMPLES);
    ends.into_iter().flat_map(|(first, latest)| [first, latest]).chain(newest.into_iter().map(|(_, place)| place)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        envelope::{Inflated, Payload},
        plan::Masking,
    };

    /// The groups of lines with their ids and times in milliseconds.
    fn grouped_at(lines: &[(usize, i64, &str)]) -> Vec<Group> {
        let event = |(id, at, line): &(usize, i64, &str)| format!(r#"{{"id":"{id:04}","timestamp":{at},"message":{}}}"#, serde_json::to_string(line).unwrap());
        let events: Vec<String> = lines.iter().map(event).collect();
        let json = format!(r#"{{"messageType":"DATA_MESSAGE","logGroup":"g","logStream":"s","logEvents":[{}]}}"#, events.join(","));
        let mut inflated = Inflated::from(json.as_str());
        let Payload::Data(batch) = Payload::parse(&mut inflated).unwrap() else { panic!("not data") };
        groups(&batch, "shop", Reader::standard(), &Classifier::new(&[], &[]).unwrap(), &Masker::new(&Masking::default()).unwrap())
    }

    fn grouped(lines: &[&str]) -> Vec<Group> {
        let lines: Vec<_> = lines.iter().enumerate().map(|(at, line)| (at, i64::try_from(at).unwrap() * 1000, *line)).collect();
        grouped_at(&lines)
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
        assert!(!groups[0].facts.first_sample().message.contains("ann@"), "{:?}", groups[0].facts);
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

    #[test]
    fn a_user_is_counted_and_not_kept() {
        let line = |user: &str| format!(r#"{{"level":"ERROR","message":"m","user_id":"{user}","version":"1.2","error":{{"type":"KeyError","message":"k"}}}}"#);
        let groups = grouped(&[&line("ann@example.com"), &line("bob@example.com"), &line("ann@example.com")]);
        assert_eq!((groups[0].users.estimate(), groups[0].app_version.as_str()), (2, "1.2"));
        assert!(!serde_json::to_string(&groups).unwrap().contains("example.com"));
    }

    proptest! {
        #[test]
        fn a_batch_tells_the_same_as_its_lines_one_by_one_in_any_order(
            events in prop::collection::vec((0_i64..20, "(1\\.[0-9]|[a-c])?", "u[0-9]", prop::bool::ANY), 1..30),
            order in Just((0..30).collect::<Vec<usize>>()).prop_shuffle(),
        ) {
            let lines: Vec<String> = events.iter().enumerate().map(|(id, (_, version, user, critical))| {
                let level = if *critical { "CRITICAL" } else { "ERROR" };
                format!(r#"{{"level":"{level}","message":"m","user_id":"{user}","version":"{version}","error":{{"type":"KeyError","message":"key {id}"}}}}"#)
            }).collect();
            let events: Vec<(usize, i64, &str)> = events.iter().zip(&lines).enumerate().map(|(id, ((at, ..), line))| (id, at * 100_000, line.as_str())).collect();
            let whole = grouped_at(&events);
            prop_assert_eq!(whole.len(), 1);
            let mut folded: Option<Facts> = None;
            for event in order.iter().filter_map(|&place| events.get(place)) {
                let one = grouped_at(&[*event]).remove(0).facts;
                match &mut folded {
                    Some(folded) => folded.join(&one),
                    None => folded = Some(one),
                }
            }
            prop_assert_eq!(Some(&whole[0].facts), folded.as_ref());
        }
    }
}
