//! What one invocation did, in numbers: the source of the processors' own metrics and of their closing log line.

use std::collections::BTreeMap;

use crate::{
    metric::{Drops, name::ProcessorMetric},
    port::PortError,
};

/// Counters of one invocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: BTreeMap<ProcessorMetric, u64>,
    /// Dropped samples by reason.
    pub drops: Drops,
    /// Why notices wait for the tick, the first reason: [`ProcessorMetric::NoticesDelayed`] says how many do.
    pub late: Option<PortError>,
}

impl Tally {
    /// Adds to a counter.
    pub fn add(&mut self, metric: ProcessorMetric, by: usize) {
        if by > 0 {
            *self.counts.entry(metric).or_default() += u64::try_from(by).unwrap_or(u64::MAX);
        }
    }

    /// A counter's value.
    pub fn get(&self, metric: ProcessorMetric) -> u64 {
        self.counts.get(&metric).copied().unwrap_or(0)
    }

    /// Counters that are not zero, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (ProcessorMetric, u64)> + '_ {
        self.counts.iter().map(|(&metric, &count)| (metric, count))
    }

    /// Adds another tally to this one.
    pub fn merge(&mut self, other: &Self) {
        for (metric, count) in other.iter() {
            *self.counts.entry(metric).or_default() += count;
        }
        for (&reason, &count) in &other.drops {
            *self.drops.entry(reason).or_default() += count;
        }
        if self.late.is_none() {
            self.late.clone_from(&other.late);
        }
    }
}
