//! Lines, read back.

use std::collections::BTreeMap;

use skywarden_core::metric::{ValueCount, emf};

use crate::NOW_MS;

/// A metric: its name, then its dimensions in order, `name{a=b,c=d}`.
pub(crate) type Name = String;

/// Everything in some lines.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Read {
    pub(crate) metrics: BTreeMap<Name, Summary>,
    pub(crate) documents: usize,
}

/// The samples of a metric, over all lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    pub(crate) unit: &'static str,
    pub(crate) values: Vec<ValueCount>,
}

/// Reads lines as CloudWatch would take them from a log stream.
///
/// # Panics
/// Panics when a line is not a document, or one with a mistake.
pub(crate) fn read<'l>(lines: impl IntoIterator<Item = &'l String>) -> Read {
    let mut read = Read::default();
    for line in lines {
        let document = emf::read(line).unwrap().unwrap();
        assert!(document.violations().is_empty(), "{:?} in {line}", document.violations());
        document.check_time(NOW_MS).unwrap();
        assert_eq!(document.timestamp_ms(), NOW_MS);
        read.documents += 1;
        for sample in document.samples() {
            assert_eq!((sample.namespace, sample.resolution_seconds), ("shop/prod/api", 60));
            let mut dimensions: Vec<String> = sample.dimensions.iter().map(|(name, value)| format!("{name}={value}")).collect();
            dimensions.sort();
            let summary = read.metrics.entry(format!("{}{{{}}}", sample.name, dimensions.join(","))).or_default();
            assert!(summary.unit.is_empty() || summary.unit == sample.unit, "two units of {}", sample.name);
            summary.unit = sample.unit;
            summary.values.extend_from_slice(sample.values);
        }
    }
    read
}

impl Read {
    /// Every metric with its sum.
    pub(crate) fn sums(&self) -> Vec<(&str, f64)> {
        self.metrics.iter().map(|(name, summary)| (name.as_str(), summary.sum())).collect()
    }

    pub(crate) fn get(&self, name: &str) -> &Summary {
        &self.metrics[name]
    }
}

impl Summary {
    pub(crate) fn sum(&self) -> f64 {
        self.values.iter().map(|seen| seen.value * seen.count).sum()
    }

    pub(crate) fn count(&self) -> f64 {
        self.values.iter().map(|seen| seen.count).sum()
    }

    pub(crate) fn min(&self) -> f64 {
        self.values.iter().map(|seen| seen.value).fold(f64::INFINITY, f64::min)
    }

    pub(crate) fn max(&self) -> f64 {
        self.values.iter().map(|seen| seen.value).fold(f64::NEG_INFINITY, f64::max)
    }
}
