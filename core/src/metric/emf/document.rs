//! A whole document, and the samples in it.

use super::{
    MAX_SAMPLES, Violation, Violations,
    directive::{Directive, Metric},
    target::Root,
};
use crate::{
    json::Value,
    metric::{MAX_AGE_MS, MAX_AHEAD_MS, ValueCount},
};

/// A document that can be used, perhaps not all of it.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    timestamp_ms: i64,
    directives: Vec<Directive<'a>>,
    violations: Violations,
}

/// The values of one metric with one set of dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample<'d> {
    /// Namespace.
    pub namespace: &'d str,
    /// Metric name.
    pub name: &'d str,
    /// Unit, one of [`crate::metric::UNITS`]; `None` when the document names none.
    pub unit: &'static str,
    /// Dimensions, name and value, in the order of the document.
    pub dimensions: Vec<(&'d str, &'d str)>,
    /// Storage resolution in seconds, 1 or 60.
    pub resolution_seconds: u8,
    /// The document's timestamp, milliseconds since 1970.
    pub timestamp_ms: i64,
    /// The values with how often each was seen, at least one.
    pub values: &'d [ValueCount],
}

/// Iterator over the samples of a document; from [`Document::samples`].
pub struct Samples<'d>(Box<dyn Iterator<Item = Sample<'d>> + 'd>);

impl<'a> Document<'a> {
    /// Reads a root object; `None` when it has no `_aws`.
    pub(super) fn read(root: &Value<'a>) -> Option<Result<Self, Violation>> {
        let root: Root<'a> = root.members().collect();
        let metadata = root.get("_aws")?;
        let Value::Object(_) = metadata else {
            return Some(Err(Violation::NoMetadata));
        };
        let metadata: Root<'a> = metadata.members().collect();
        Some(Self::with(&metadata, &root))
    }

    fn with(metadata: &Root<'a>, root: &Root<'a>) -> Result<Self, Violation> {
        let directives = match metadata.get("CloudWatchMetrics") {
            Some(array @ Value::Array(_)) => array.elements(),
            _ => return Err(Violation::NoDirectives),
        };
        let timestamp_ms = metadata.get("Timestamp").and_then(whole).ok_or(Violation::NoTimestamp)?;
        let mut document = Self { timestamp_ms, directives: Vec::new(), violations: Violations::new() };
        let mut samples = 0;
        for directive in directives {
            let read = Directive::read(&directive, root, &mut document.violations).and_then(|directive| {
                samples += directive.sets.len() * directive.metrics.len();
                if samples > MAX_SAMPLES { Err(Violation::TooManySamples) } else { Ok(directive) }
            });
            match read {
                Ok(directive) => document.directives.push(directive),
                Err(violation) => *document.violations.entry(violation).or_default() += 1,
            }
        }
        Ok(document)
    }

    /// The time of every sample, milliseconds since 1970.
    pub const fn timestamp_ms(&self) -> i64 {
        self.timestamp_ms
    }

    /// Whether CloudWatch still takes samples of the document's time at `now_ms`, milliseconds since 1970.
    ///
    /// # Errors
    /// [`Violation::TooOld`] or [`Violation::TooNew`]; the document is then lost.
    pub const fn check_time(&self, now_ms: i64) -> Result<(), Violation> {
        if self.timestamp_ms < now_ms.saturating_sub(MAX_AGE_MS) {
            Err(Violation::TooOld)
        } else if self.timestamp_ms > now_ms.saturating_add(MAX_AHEAD_MS) {
            Err(Violation::TooNew)
        } else {
            Ok(())
        }
    }

    /// What is wrong with the directives, sets and metrics that were left out.
    pub const fn violations(&self) -> &Violations {
        &self.violations
    }

    /// Every metric of every directive, once for each of the directive's dimension sets.
    pub fn samples(&self) -> Samples<'_> {
        Samples(Box::new(self.directives.iter().flat_map(move |directive| {
            directive.sets.iter().flat_map(move |set| {
                directive.metrics.iter().map(move |Metric { name, unit, resolution_seconds, values }| Sample {
                    namespace: &directive.namespace,
                    name,
                    unit,
                    dimensions: set.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect(),
                    resolution_seconds: *resolution_seconds,
                    timestamp_ms: self.timestamp_ms,
                    values,
                })
            })
        })))
    }
}

impl<'d> Iterator for Samples<'d> {
    type Item = Sample<'d>;

    fn next(&mut self) -> Option<Sample<'d>> {
        self.0.next()
    }
}

impl std::fmt::Debug for Samples<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Samples")
    }
}

/// A whole number, also one written `1.8e12`.
fn whole(value: &Value<'_>) -> Option<i64> {
    /// Up to here every whole number is exact in an f64.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let Value::Number(lexeme) = value else {
        return None;
    };
    lexeme.parse().ok().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() <= EXACT)?;
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        let number = number as i64;
        Some(number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::emf::read;

    fn violation(line: &str) -> Option<Violation> {
        read(line).and_then(Result::err)
    }

    #[test]
    fn every_metric_is_sampled_once_for_each_dimension_set_of_its_directive() {
        let line = concat!(
            r#"{"_aws":{"Timestamp":1800000000000,"LogGroupName":"ignored","CloudWatchMetrics":["#,
            r#"{"Namespace":"shop","Dimensions":[["Service"],["Service","Region"],[]],"Metrics":[{"Name":"Time","Unit":"Milliseconds"},{"Name":"Hits"}]},"#,
            r#"{"Namespace":"other","Dimensions":[["Region"]],"Metrics":[{"Name":"Time","StorageResolution":1}]}]},"#,
            r#""Service":"api","Region":"eu","Time":[1,2.5],"Hits":3,"Unknown":{"a":[1]}}"#
        );
        let document = read(line).unwrap().unwrap();
        assert_eq!((document.timestamp_ms(), document.violations().len()), (1_800_000_000_000, 0));
        let samples: Vec<Sample<'_>> = document.samples().collect();
        let once = |value: f64| ValueCount { value, count: 1.0 };
        let (time, hits) = ([once(1.0), once(2.5)], [once(3.0)]);
        let sample = |namespace, name, unit, dimensions: &[(&'static str, &'static str)], resolution_seconds, values| Sample {
            namespace,
            name,
            unit,
            dimensions: dimensions.to_vec(),
            resolution_seconds,
            timestamp_ms: 1_800_000_000_000,
            values,
        };
        let (service, region) = (("Service", "api"), ("Region", "eu"));
        let expected = [
            sample("shop", "Time", "Milliseconds", &[service], 60, &time),
            sample("shop", "Hits", "None", &[service], 60, &hits),
            sample("shop", "Time", "Milliseconds", &[service, region], 60, &time),
            sample("shop", "Hits", "None", &[service, region], 60, &hits),
            sample("shop", "Time", "Milliseconds", &[], 60, &time),
            sample("shop", "Hits", "None", &[], 60, &hits),
            sample("other", "Time", "None", &[region], 1, &time),
        ];
        assert_eq!(samples, expected);
    }

    #[test]
    fn what_the_whole_document_needs() {
        for (metadata, expected) in [
            ("5", Violation::NoMetadata),
            (r#"{"Timestamp":1}"#, Violation::NoDirectives),
            (r#"{"Timestamp":1,"CloudWatchMetrics":{}}"#, Violation::NoDirectives),
            (r#"{"CloudWatchMetrics":[]}"#, Violation::NoTimestamp),
            (r#"{"Timestamp":"1","CloudWatchMetrics":[]}"#, Violation::NoTimestamp),
            (r#"{"Timestamp":1.5,"CloudWatchMetrics":[]}"#, Violation::NoTimestamp),
            (r#"{"Timestamp":1e300,"CloudWatchMetrics":[]}"#, Violation::NoTimestamp),
        ] {
            assert_eq!(violation(&format!("{{\"_aws\":{metadata}}}")), Some(expected), "{metadata}");
        }
        let document = read(r#"{"_aws":{"Timestamp":1.8e12,"CloudWatchMetrics":[]}}"#).unwrap().unwrap();
        assert_eq!((document.timestamp_ms(), document.samples().count()), (1_800_000_000_000, 0));
    }

    #[test]
    fn a_bad_directive_does_not_take_its_neighbours_along() {
        let good = r#"{"Namespace":"n","Dimensions":[[]],"Metrics":[{"Name":"m"}]}"#;
        let line =
            format!(r#"{{"_aws":{{"Timestamp":1,"CloudWatchMetrics":[{good},5,{{"Namespace":"","Dimensions":[[]],"Metrics":[]}},{{}},{good}]}},"m":1}}"#);
        let document = read(&line).unwrap().unwrap();
        assert_eq!(document.samples().count(), 2);
        let expected = Violations::from([(Violation::NotADirective, 1), (Violation::BadNamespace, 2)]);
        assert_eq!(document.violations(), &expected);
    }

    #[test]
    fn the_time_is_checked_at_the_boundary() {
        let now = 1_800_000_000_000;
        let at = |timestamp: i64| {
            let line = format!(r#"{{"_aws":{{"Timestamp":{timestamp},"CloudWatchMetrics":[]}}}}"#);
            read(&line).unwrap().unwrap().check_time(now)
        };
        assert_eq!([at(now - MAX_AGE_MS - 1), at(now - MAX_AGE_MS)], [Err(Violation::TooOld), Ok(())]);
        assert_eq!([at(now + MAX_AHEAD_MS), at(now + MAX_AHEAD_MS + 1)], [Ok(()), Err(Violation::TooNew)]);
        assert_eq!([at(i64::MIN), at(i64::MAX)], [Err(Violation::TooOld), Err(Violation::TooNew)]);
    }

    #[test]
    fn samples_are_bounded() {
        let sets = |count: usize| vec!["[]"; count].join(",");
        let directive = |count: usize| format!(r#"{{"Namespace":"n","Dimensions":[{}],"Metrics":[{{"Name":"m"}}]}}"#, sets(count));
        let line =
            |counts: [usize; 2]| format!(r#"{{"_aws":{{"Timestamp":1,"CloudWatchMetrics":[{},{}]}},"m":1}}"#, directive(counts[0]), directive(counts[1]));
        let fits = line([MAX_SAMPLES - 1, 1]);
        assert_eq!(read(&fits).unwrap().unwrap().samples().count(), MAX_SAMPLES);
        let over = line([MAX_SAMPLES, 1]);
        let document = read(&over).unwrap().unwrap();
        assert_eq!((document.samples().count(), document.violations()), (MAX_SAMPLES, &Violations::from([(Violation::TooManySamples, 1)])));
    }

    #[test]
    fn of_duplicate_members_the_last_counts() {
        let line = r#"{"m":1,"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"n","Dimensions":[[]],"Metrics":[{"Name":"m"}]}]},"m":2}"#;
        let document = read(line).unwrap().unwrap();
        assert_eq!(document.samples().next().map(|sample| sample.values[0].value), Some(2.0));
    }
}
