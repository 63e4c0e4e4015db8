//! All series of a process.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use arc_swap::ArcSwap;
use hashbrown::HashTable;
use jiff::Timestamp;
use skywarden_core::metric::OTHER;

use super::{
    Complaint, Counter, Distribution, Gauge, Reason, Timer,
    complaint::Ledger,
    emf::Documents,
    identity::{self, Dimensions, Given, Identity, Kind, hash},
    series::{Handle, Series, Taken},
};
use crate::settings;

/// Series beyond the settings' that there is room for, so that what is over can be counted with [`OTHER`].
const RESERVE: usize = 100;

/// Unit of counters.
const COUNT: &str = "Count";

/// Unit of timers.
const MILLISECONDS: &str = "Milliseconds";

/// Gathers metrics, for [`Self::drain`] to write. Cheap to clone; clones gather together.
///
/// Record through a handle ([`Self::counter`] and the like, got once) where it is often, by name ([`Self::count`] and the like) where names or
/// dimension values vary. Nothing here fails or waits: what CloudWatch would not take is left out, counted, and told by [`Self::complaints`].
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    namespace: String,
    /// Whether the namespace is one.
    usable: bool,
    defaults: Dimensions,
    max_series: usize,
    /// Of the hashes.
    seed: u64,
    /// Copied to add a series, which is rare; so reading it takes no lock, which a child process could find held for ever.
    index: ArcSwap<Index>,
    ledger: Arc<Ledger>,
    /// How often the process has become a child.
    forks: AtomicU32,
}

/// Series by their hash.
#[derive(Clone, Debug, Default)]
struct Index(HashTable<Arc<Series>>);

impl Metrics {
    /// Nothing yet.
    pub fn new(settings: &settings::Metrics) -> Self {
        let ledger = Arc::new(Ledger::default());
        Self(Arc::new(Inner {
            namespace: settings.namespace.clone(),
            usable: identity::is_namespace(&settings.namespace),
            defaults: identity::defaults(&settings.dimensions, |name| ledger.tell(Reason::Setting, name)),
            max_series: settings.max_series,
            seed: RandomState::new().hash_one(0),
            index: ArcSwap::default(),
            ledger,
            forks: AtomicU32::new(0),
        }))
    }

    /// A counter without dimensions of its own. Unit Count.
    pub fn counter(&self, name: &str) -> Counter {
        self.counter_by(name, &[])
    }

    /// A counter with dimensions, name and value. Unit Count.
    pub fn counter_by(&self, name: &str, dimensions: &[(&str, &str)]) -> Counter {
        Counter(self.handle(Kind::Counter, name, COUNT, dimensions))
    }

    /// A gauge without dimensions of its own.
    pub fn gauge(&self, name: &str, unit: &str) -> Gauge {
        self.gauge_by(name, unit, &[])
    }

    /// A gauge with dimensions, name and value.
    pub fn gauge_by(&self, name: &str, unit: &str, dimensions: &[(&str, &str)]) -> Gauge {
        Gauge(self.handle(Kind::Gauge, name, unit, dimensions))
    }

    /// A distribution without dimensions of its own.
    pub fn distribution(&self, name: &str, unit: &str) -> Distribution {
        self.distribution_by(name, unit, &[])
    }

    /// A distribution with dimensions, name and value.
    pub fn distribution_by(&self, name: &str, unit: &str, dimensions: &[(&str, &str)]) -> Distribution {
        Distribution(self.handle(Kind::Distribution, name, unit, dimensions))
    }

    /// A timer without dimensions of its own. Unit Milliseconds.
    pub fn timer(&self, name: &str) -> Timer {
        self.timer_by(name, &[])
    }

    /// A timer with dimensions, name and value. Unit Milliseconds.
    pub fn timer_by(&self, name: &str, dimensions: &[(&str, &str)]) -> Timer {
        Timer(self.distribution_by(name, MILLISECONDS, dimensions))
    }

    /// Adds to a counter by its name: an amount not less than zero. Unit Count.
    pub fn count(&self, name: &str, by: f64, dimensions: &[(&str, &str)]) {
        self.with(Kind::Counter, name, COUNT, dimensions, |series| series.record(by));
    }

    /// Sets a gauge by its name.
    pub fn set(&self, name: &str, unit: &str, to: f64, dimensions: &[(&str, &str)]) {
        self.with(Kind::Gauge, name, unit, dimensions, |series| series.record(to));
    }

    /// Adds a sample to a distribution by its name.
    pub fn record(&self, name: &str, unit: &str, value: f64, dimensions: &[(&str, &str)]) {
        self.with(Kind::Distribution, name, unit, dimensions, |series| series.record(value));
    }

    /// What was gathered since the last time, as documents in the embedded metric format, a line each without its end. Empty when there is nothing.
    /// The order is fixed: by dimensions, then by name.
    pub fn drain(&self, now: Timestamp) -> Vec<String> {
        let index = self.0.index.load();
        let mut gathered: Vec<(&Series, Taken)> = index.0.iter().filter_map(|series| Some((&**series, series.take()?))).collect();
        gathered.sort_unstable_by(|(one, _), (other, _)| one.identity.order().cmp(&other.identity.order()));
        let groups = gathered.chunk_by(|(one, _), (next, _)| one.identity.dimensions == next.identity.dimensions);
        groups.flat_map(|group| self.documents(group, now)).collect()
    }

    /// What could not be counted as given and was not told before; each metric once. For the log.
    pub fn complaints(&self) -> Vec<Complaint> {
        self.0.ledger.take()
    }

    /// Samples that were not counted as given, by reason; for [`Reason::Capped`] those counted as `__other__`, and handles that lead there.
    pub fn drops(&self) -> Vec<(Reason, u64)> {
        self.0.ledger.counts()
    }

    /// To be called in a child process after `fork`. Handles stay good; what the parent gathered is the parent's to write.
    pub fn after_fork(&self) {
        self.0.forks.fetch_add(1, Ordering::Relaxed);
        self.0.ledger.after_fork();
        for series in &self.0.index.load().0 {
            series.after_fork();
        }
    }

    /// How often the process has become a child.
    pub(super) fn forks(&self) -> u32 {
        self.0.forks.load(Ordering::Relaxed)
    }

    /// Documents of series with the same dimensions.
    fn documents(&self, group: &[(&Series, Taken)], now: Timestamp) -> Vec<String> {
        let Some((first, _)) = group.first() else { return Vec::new() };
        let dimensions = first.identity.dimensions.iter().map(|(name, value)| (&**name, &**value));
        let mut documents = Documents::new(&self.0.namespace, dimensions, now);
        // A document has a name once. So first comes the first part of every metric, then the second of those with more than fits in one, and so on;
        // series that differ in nothing that is written are parts of one metric.
        let mut more = true;
        let mut round = 0_usize;
        while more {
            more = false;
            let (mut name, mut before) = ("", 0);
            for (series, taken) in group {
                if *name != *series.identity.name {
                    (name, before) = (&series.identity.name, 0);
                }
                let after = before + taken.parts();
                if let Some(part) = round.checked_sub(before).and_then(|part| taken.part(part)) {
                    documents.add(name, series.identity.unit, part);
                }
                more |= after > round + 1;
                before = after;
            }
            documents.close();
            round += 1;
        }
        documents.finish()
    }

    fn handle(&self, kind: Kind, name: &str, unit: &str, dimensions: &[(&str, &str)]) -> Handle {
        match self.find_or_make(kind, name, unit, dimensions) {
            Ok(series) => Handle::Series(series),
            Err(reason) => {
                self.0.ledger.tell(reason, self.named(reason, name));
                Handle::Nowhere(Arc::clone(&self.0.ledger), reason)
            }
        }
    }

    /// Does something with a series: one look-up, when it is known.
    fn with(&self, kind: Kind, name: &str, unit: &str, dimensions: &[(&str, &str)], work: impl FnOnce(&Series)) {
        if let Ok(given) = identity::in_order(dimensions) {
            let index = self.0.index.load();
            if let Some(series) = index.find(self.hash(name, &given), name, &given)
                && fits(series, kind, unit)
            {
                return work(series);
            }
        }
        match self.find_or_make(kind, name, unit, dimensions) {
            Ok(series) => work(&series),
            Err(reason) => self.0.ledger.complain(reason, self.named(reason, name)),
        }
    }

    /// What a complaint names. That nothing can be written is told of the namespace, when there is something that would be.
    fn named<'a>(&'a self, reason: Reason, name: &'a str) -> &'a str {
        if reason == Reason::Namespace { &self.0.namespace } else { name }
    }

    fn find_or_make(&self, kind: Kind, name: &str, unit: &str, dimensions: &[(&str, &str)]) -> Result<Arc<Series>, Reason> {
        if !self.0.usable {
            return Err(Reason::Namespace);
        }
        let given = identity::in_order(dimensions)?;
        let cleaned = identity::cleaned(&given);
        let given: Given<'_> = cleaned.iter().map(|(name, value)| (*name, &**value)).collect();
        if let Some(series) = self.get(name, &given) {
            return if fits(&series, kind, unit) { Ok(series) } else { Err(Reason::Kind) };
        }
        // When all room is taken, nothing is made only to be thrown away.
        if self.0.index.load().0.len() < self.0.max_series {
            let identity = Identity::new(kind, name, unit, &given, &self.0.defaults)?;
            if let Some(series) = self.insert(identity, self.hash(name, &given), self.0.max_series) {
                return if fits(&series, kind, unit) { Ok(series) } else { Err(Reason::Kind) };
            }
        }
        let other: Given<'_> = given.iter().map(|(name, _)| (*name, OTHER)).collect();
        let series = if let Some(series) = self.get(name, &other) {
            series
        } else {
            let identity = Identity::new(kind, name, unit, &other, &self.0.defaults)?;
            self.insert(identity, self.hash(name, &other), self.0.max_series.saturating_add(RESERVE)).ok_or(Reason::NoRoom)?
        };
        if !fits(&series, kind, unit) {
            return Err(Reason::Kind);
        }
        if !other.is_empty() {
            self.0.ledger.complain(Reason::Capped, name);
        }
        Ok(series)
    }

    fn get(&self, name: &str, given: &Given<'_>) -> Option<Arc<Series>> {
        self.0.index.load().find(self.hash(name, given), name, given).map(Arc::clone)
    }

    /// Adds a series, or gives the one another thread has added; none when there are `most` already.
    fn insert(&self, identity: Identity, hash: u64, most: usize) -> Option<Arc<Series>> {
        let new = Arc::new(Series::new(identity, hash, Arc::clone(&self.0.ledger)));
        let mut inserted = None;
        self.0.index.rcu(|index| {
            let known = index.0.find(hash, |known| known.identity.name == new.identity.name && known.identity.own == new.identity.own);
            if known.is_some() || index.0.len() >= most {
                inserted = known.map(Arc::clone);
                return Arc::clone(index);
            }
            let mut next = Index::clone(index);
            next.0.insert_unique(hash, Arc::clone(&new), |series| series.hash);
            inserted = Some(Arc::clone(&new));
            Arc::new(next)
        });
        inserted
    }

    fn hash(&self, name: &str, given: &Given<'_>) -> u64 {
        given.iter().fold(hash(self.0.seed, name), |sum, (name, value)| hash(hash(sum, name), value))
    }
}

impl Index {
    fn find(&self, hash: u64, name: &str, given: &Given<'_>) -> Option<&Arc<Series>> {
        self.0.find(hash, |series| series.hash == hash && series.identity.is(name, given))
    }
}

fn fits(series: &Series, kind: Kind, unit: &str) -> bool {
    series.identity.kind == kind && series.identity.unit == unit
}
