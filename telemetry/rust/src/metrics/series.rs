//! One metric with one set of dimensions, and the handles to it.

use std::sync::Arc;

use skywarden_core::metric::{MAX_MAGNITUDE, ValueCount};

use super::{
    Reason,
    complaint::Ledger,
    counter::Total,
    distribution::Shared,
    emf::{MAX_VALUES, Value},
    gauge::Level,
    identity::{Identity, Kind},
};

/// A series. It lives as long as the process: a name that changes without end costs so many metrics as the settings allow and no more, each of which
/// is billed.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) identity: Identity,
    /// Of name and own dimensions.
    pub(super) hash: u64,
    pub(super) cell: Cell,
    ledger: Arc<Ledger>,
}

/// What was gathered and is not written yet.
#[derive(Debug)]
pub(super) enum Cell {
    Total(Total),
    Level(Level),
    Samples(Shared),
}

/// What was gathered, taken to be written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Taken {
    Whole(u64),
    Real(f64),
    Seen(Vec<ValueCount>),
}

/// Where a handle leads.
#[derive(Clone, Debug)]
pub(super) enum Handle {
    /// To its series.
    Series(Arc<Series>),
    /// Nowhere, for the mistake in its name; what is recorded is counted as lost.
    Nowhere(Arc<Ledger>, Reason),
}

impl Series {
    pub(super) fn new(identity: Identity, hash: u64, ledger: Arc<Ledger>) -> Self {
        let cell = match identity.kind {
            Kind::Counter => Cell::Total(Total::default()),
            Kind::Gauge => Cell::Level(Level::default()),
            Kind::Distribution => Cell::Samples(Shared::default()),
        };
        Self { identity, hash, cell, ledger }
    }

    /// Adds to a counter, sets a gauge, adds a sample to a distribution.
    pub(super) fn record(&self, value: f64) {
        self.change(value, || match &self.cell {
            Cell::Total(total) if value >= 0.0 => total.add_amount(value),
            Cell::Total(_) => self.ledger.complain(Reason::Negative, &self.identity.name),
            Cell::Level(level) => level.set(value),
            Cell::Samples(samples) => samples.add(value),
        });
    }

    fn change(&self, by: f64, change: impl FnOnce()) {
        if by.abs() <= MAX_MAGNITUDE {
            change();
        } else {
            self.ledger.complain(Reason::OutOfRange, &self.identity.name);
        }
    }

    pub(super) fn take(&self) -> Option<Taken> {
        match &self.cell {
            Cell::Total(total) => total.take(),
            Cell::Level(level) => level.take(),
            Cell::Samples(samples) => samples.take(),
        }
    }

    /// In a child process: what the parent gathered is the parent's to write.
    pub(super) fn after_fork(&self) {
        match &self.cell {
            Cell::Total(total) => drop(total.take()),
            Cell::Level(level) => level.reset(),
            Cell::Samples(samples) => samples.reset(),
        }
    }
}

impl Taken {
    /// How many documents it takes.
    pub(super) fn parts(&self) -> usize {
        match self {
            Self::Whole(_) | Self::Real(_) => 1,
            Self::Seen(seen) => seen.len().div_ceil(MAX_VALUES),
        }
    }

    /// What fits in one document.
    pub(super) fn part(&self, number: usize) -> Option<Value<'_>> {
        match self {
            Self::Whole(whole) => (number == 0).then_some(Value::Whole(*whole)),
            Self::Real(real) => (number == 0).then_some(Value::Real(*real)),
            Self::Seen(seen) => seen.chunks(MAX_VALUES).nth(number).map(Value::Seen),
        }
    }
}

impl Handle {
    pub(super) fn record(&self, value: f64) {
        match self {
            Self::Series(series) => series.record(value),
            Self::Nowhere(ledger, reason) => ledger.count(*reason),
        }
    }

    /// Changes the series by a number, unless CloudWatch does not take it.
    pub(super) fn change(&self, by: f64, change: impl FnOnce(&Series)) {
        match self {
            Self::Series(series) => series.change(by, || change(series)),
            Self::Nowhere(ledger, reason) => ledger.count(*reason),
        }
    }
}
