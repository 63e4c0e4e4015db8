//! What could not be counted as an application gave it, and why.
//!
//! A metric with a mistake never stops the application: it is left out and counted, and told once a name, for the pipeline to log.

use std::{
    collections::{BTreeSet, HashSet},
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwap;

/// Most complaints ever told; what comes after is counted only.
const MAX_TOLD: usize = 200;

/// Most bytes of a name in a complaint.
const MAX_SHOWN: usize = 100;

/// Why something was not counted as given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The namespace of the settings is none: nothing is gathered.
    Namespace,
    /// A dimension of the settings is none CloudWatch takes, is there twice, or is one too many: it is left out.
    Setting,
    /// The metric's name is none CloudWatch takes.
    Name,
    /// The unit is none of CloudWatch's.
    Unit,
    /// The name of a dimension is none CloudWatch takes.
    DimensionName,
    /// Two dimensions have one name, or a dimension has the metric's.
    Clash,
    /// More dimensions than CloudWatch takes.
    TooManyDimensions,
    /// Known as a metric of another kind or unit.
    Kind,
    /// A value that is not finite, or beyond what CloudWatch takes.
    OutOfRange,
    /// A counter was to count down.
    Negative,
    /// More series than the settings allow: counted, with `__other__` for the values of its dimensions.
    Capped,
    /// More series than the settings allow, and no room even for `__other__`.
    NoRoom,
}

/// One metric or setting that was not taken as given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// Why.
    pub reason: Reason,
    /// Its name, or the namespace's or dimension's; at most 100 bytes.
    pub name: String,
}

/// What went wrong so far.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    counts: [AtomicU64; Reason::ALL.len()],
    /// Behind a pointer, so that a child process can have another: a thread of the parent may hold this one for ever.
    told: ArcSwap<Mutex<Told>>,
}

#[derive(Debug, Default)]
struct Told {
    known: [HashSet<Box<str>>; Reason::ALL.len()],
    count: usize,
    waiting: BTreeSet<Complaint>,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 12] = [
        Self::Namespace,
        Self::Setting,
        Self::Name,
        Self::Unit,
        Self::DimensionName,
        Self::Clash,
        Self::TooManyDimensions,
        Self::Kind,
        Self::OutOfRange,
        Self::Negative,
        Self::Capped,
        Self::NoRoom,
    ];

    /// Word for logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::Setting => "setting",
            Self::Name => "name",
            Self::Unit => "unit",
            Self::DimensionName => "dimension_name",
            Self::Clash => "clash",
            Self::TooManyDimensions => "too_many_dimensions",
            Self::Kind => "kind",
            Self::OutOfRange => "out_of_range",
            Self::Negative => "negative",
            Self::Capped => "capped",
            Self::NoRoom => "no_room",
        }
    }

    const fn explanation(self) -> &'static str {
        match self {
            Self::Namespace => {
                "it is not a namespace CloudWatch takes; set `project`, `environment` and `service`, or `metrics.namespace` to 1 to 255 printable ASCII characters that do not begin with `:` or `AWS/`"
            }
            Self::Setting => "in `metrics.dimensions`, use at most 30 names of 1 to 250 printable ASCII characters, the first no colon, each once",
            Self::Name => "not a name CloudWatch takes; use 1 to 255 printable ASCII characters, the first no colon",
            Self::Unit => "its unit is none of CloudWatch's; use one of them, as `Milliseconds`, `Bytes`, `Count` or `None`",
            Self::DimensionName => "the name of a dimension is not one CloudWatch takes; use 1 to 250 printable ASCII characters, the first no colon",
            Self::Clash => "two of its dimensions have one name, or a dimension has the name of the metric; give each its own",
            Self::TooManyDimensions => "it has more than 30 dimensions, those of all metrics included; use fewer",
            Self::Kind => "it is known as a metric of another kind or unit; give it another name",
            Self::OutOfRange => "the value is not finite or beyond 2^360, which CloudWatch does not take",
            Self::Negative => "a counter does not count down; use a gauge or a distribution",
            Self::Capped => "more combinations of dimension values than `metrics.max_series`; further ones are counted as `__other__`",
            Self::NoRoom => "more names of metrics than `metrics.max_series`; use fewer, and dimensions for what varies",
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, effect) = match self.reason {
            Reason::Namespace => ("namespace", "leaves metrics unwritten"),
            Reason::Setting => ("dimension", "is left out of all metrics"),
            Reason::Capped => ("metric", "is not counted by its dimensions"),
            _ => ("metric", "is not counted"),
        };
        write!(formatter, "{what} \"{}\" {effect}: {}", self.name.escape_debug(), self.reason.explanation())
    }
}

impl Ledger {
    /// Counts a sample that was lost.
    pub(super) fn count(&self, reason: Reason) {
        if let Some(count) = self.counts.get(reason as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a sample that was lost, and tells of its metric unless that was done before.
    pub(super) fn complain(&self, reason: Reason, name: &str) {
        self.count(reason);
        self.tell(reason, name);
    }

    /// Tells of a name unless that was done before.
    pub(super) fn tell(&self, reason: Reason, name: &str) {
        let shown = name.get(..name.floor_char_boundary(MAX_SHOWN)).unwrap_or_default();
        let told = self.told.load();
        let told = &mut *told.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = told.known.get_mut(reason as usize) else { return };
        if told.count < MAX_TOLD && !known.contains(shown) {
            known.insert(shown.into());
            told.count += 1;
            told.waiting.insert(Complaint { reason, name: shown.to_owned() });
        }
    }

    /// What was not told yet, in a fixed order.
    pub(super) fn take(&self) -> Vec<Complaint> {
        let told = self.told.load();
        let waiting = std::mem::take(&mut told.lock().unwrap_or_else(PoisonError::into_inner).waiting);
        waiting.into_iter().collect()
    }

    /// Samples by reason; those without any are left out.
    pub(super) fn counts(&self) -> Vec<(Reason, u64)> {
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed));
        Reason::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect()
    }

    /// In a child process: what the parent counted is the parent's to tell.
    pub(super) fn after_fork(&self) {
        self.told.store(Arc::default());
        for count in &self.counts {
            count.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_place_and_its_words() {
        let ledger = Ledger::default();
        for (number, reason) in Reason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, number);
            (0..=number).for_each(|_| ledger.complain(reason, "m"));
        }
        assert_eq!(ledger.counts(), Reason::ALL.into_iter().zip(1..).collect::<Vec<_>>());
        assert_eq!(ledger.take().into_iter().map(|complaint| complaint.reason).collect::<Vec<_>>(), Reason::ALL);
        assert_eq!(ledger.take(), [], "each is told once");
    }

    #[test]
    fn complaints_are_bounded_in_number_and_length() {
        let ledger = Ledger::default();
        for number in 0..MAX_TOLD + 50 {
            ledger.complain(Reason::Name, &format!("{number}{}", "é".repeat(1_000)));
        }
        let told = ledger.take();
        assert_eq!(told.len(), MAX_TOLD);
        assert!(told.iter().all(|complaint| complaint.name.len() <= MAX_SHOWN));
        assert_eq!(ledger.counts(), [(Reason::Name, 250)]);
    }

    #[test]
    fn a_complaint_says_what_is_wrong_and_what_to_do() {
        let complaint = Complaint { reason: Reason::Unit, name: "Time\n\"".to_owned() };
        let text = r#"metric "Time\n\"" is not counted: its unit is none of CloudWatch's; use one of them, as `Milliseconds`, `Bytes`, `Count` or `None`"#;
        assert_eq!(complaint.to_string(), text);
    }

    #[test]
    fn a_child_process_begins_anew_even_when_a_lock_is_held() {
        let ledger = Ledger::default();
        ledger.complain(Reason::Name, "m");
        let told = ledger.told.load_full();
        let _held = told.lock().unwrap();
        ledger.after_fork();
        assert_eq!((ledger.counts(), ledger.take()), (vec![], vec![]));
        ledger.complain(Reason::Name, "m");
        assert_eq!(ledger.take().len(), 1);
    }
}
