//! A scenario: a load, what goes wrong, and what must come of it.

use std::time::Duration;

use super::{
    deployment::{PlanFile, Setup},
    load::{FULL, QUICK, Size},
};
use crate::fault::{Effect, Rule};

/// How much is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The whole load.
    Full,
    /// A small load of every scenario.
    Quick,
}

impl Scale {
    /// How much that is.
    pub const fn size(self) -> Size {
        match self {
            Self::Full => FULL,
            Self::Quick => QUICK,
        }
    }

    /// A number for each.
    pub const fn of(self, quick: usize, full: usize) -> usize {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// How the load is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// Every batch once.
    Once,
    /// Every batch, and then every batch again.
    Again,
    /// Every batch in another order than it was written.
    Reordered,
    /// Alarms that are over are told before they fire.
    AlarmsReordered,
    /// Every batch three times at once.
    AtOnce,
    /// A small load for each call a function makes, at which its process is killed.
    KilledAtEachCall(&'static str, Effect),
    /// So many batches at once, all with the same new error.
    Storm {
        /// Batches.
        batches: usize,
        /// Environments of each function.
        at_once: usize,
    },
    /// The usual load, half of whose lines are not what they should be.
    Poison,
    /// A payload that inflates beyond every bound, among the usual ones.
    Bomb,
    /// Payloads as large as Lambda takes them.
    Large,
    /// Events that are three weeks old and events of tomorrow, among the usual ones.
    OldAndFuture,
    /// Every batch once, as a record of a Kinesis data stream; perhaps with a record among them that is no batch.
    Stream {
        /// Whether there is such a record.
        poison: bool,
        /// What the stream's mappings must see.
        sees: Sees,
    },
    /// The package is right again only for the redrive.
    RefusesToStart(PlanFile),
}

/// What the mappings of a stream see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// No failure.
    Nothing,
    /// Records that each function reports as failed, and no invocation that failed as a whole.
    Reported,
    /// Invocations that failed as a whole.
    Failed,
}

/// What must be kept before the redrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// No record of a failed invocation. Residues there may be: an ambiguous call whose repetition is hit as well ends there, and so do counts of an issue
    /// that many write at the same time.
    NoFailure,
    /// Residues, and no failed invocation.
    Residues,
    /// Records of failed invocations, and no residue.
    Failed,
    /// One or the other.
    Something,
    /// Whatever it takes, perhaps nothing.
    Anything,
}

/// A scenario.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Name for `--only`.
    pub name: &'static str,
    /// What goes wrong, for the table.
    pub what: &'static str,
    /// How the load is given.
    pub course: Course,
    /// What happens to calls until the load is given.
    pub rules: fn(Scale) -> Vec<Rule>,
    /// Functions.
    pub setup: Setup,
    /// Calls of PutMetricData that are done twice inside the window.
    pub metrics_twice: fn(Scale) -> usize,
    /// Calls of Publish that are done twice inside the window.
    pub messages_twice: fn(Scale) -> usize,
    /// Whether these numbers are bounds: what is under way when an invocation's time is over depends on how fast the machine is.
    pub twice_at_most: bool,
    /// What is kept before the redrive.
    pub keeps: Keeps,
    /// Counters that must show it: function, name, least value.
    pub counters: &'static [(&'static str, &'static str, f64)],
    /// Largest memory of any environment, KiB.
    pub memory_kib: Option<u64>,
}

impl Scenario {
    /// A scenario in which the usual load meets some faults and comes through.
    pub const fn new(name: &'static str, what: &'static str, rules: fn(Scale) -> Vec<Rule>) -> Self {
        Self {
            name,
            what,
            course: Course::Once,
            rules,
            setup: Setup::USUAL,
            metrics_twice: |_| 0,
            messages_twice: |_| 0,
            twice_at_most: false,
            keeps: Keeps::NoFailure,
            counters: &[],
            memory_kib: None,
        }
    }

    /// A load given in another way, with nothing wrong outside.
    pub const fn course(name: &'static str, what: &'static str, course: Course) -> Self {
        let mut scenario = Self::new(name, what, |_| Vec::new());
        scenario.course = course;
        scenario
    }

    /// The batches come as records of a stream.
    #[must_use]
    pub const fn by_stream(mut self, sees: Sees) -> Self {
        self.course = Course::Stream { poison: false, sees };
        self
    }

    /// The time-out of the functions that read batches is short: a call without an answer is not to take a minute of the test. Not too short, since a busy
    /// machine is slow.
    #[must_use]
    pub const fn short(mut self) -> Self {
        self.setup.timeout = Duration::from_secs(20);
        self.keeps = Keeps::Anything;
        self
    }

    /// The same for alert-notifier. An invocation that a slow machine takes to its deadline may leave a message that was published and not noted.
    #[must_use]
    pub const fn notifier_short(mut self) -> Self {
        self.setup.notifier_timeout = Duration::from_secs(30);
        self
    }

    /// The time-out of alert-notifier is so long that what an environment has claimed when it is killed waits for a tick, and not for the next attempt.
    #[must_use]
    pub const fn notifier_long(mut self) -> Self {
        self.setup.notifier_timeout = Duration::from_mins(10);
        self
    }

    /// The functions' time-out leaves two seconds for attempts: an outage is to become a residue soon.
    #[must_use]
    pub const fn brief(mut self) -> Self {
        self.setup.timeout = Duration::from_secs(7);
        self
    }

    /// Bounds the memory of every environment, KiB.
    #[must_use]
    pub const fn memory(mut self, kib: u64) -> Self {
        self.memory_kib = Some(kib);
        self
    }

    /// The clock of alert-notifier's hosts is wrong by so many seconds.
    #[must_use]
    pub const fn notifier_clock(mut self, seconds: i64) -> Self {
        self.setup.notifier_clock_wrong = seconds;
        self
    }

    /// error-classifier does the work of both functions that read batches, as for log groups with room for one subscription.
    #[must_use]
    pub const fn one_function(mut self) -> Self {
        self.setup.one_function = true;
        self
    }

    /// What is kept.
    #[must_use]
    pub const fn keeps(mut self, keeps: Keeps) -> Self {
        self.keeps = keeps;
        self
    }

    /// PutMetricData that took effect and had to be repeated; the functions' own counter must show it.
    #[must_use]
    pub const fn metrics_twice(mut self, times: fn(Scale) -> usize) -> Self {
        self.metrics_twice = times;
        self
    }

    /// PutMetricData that was under way when an invocation's time was over, at most.
    #[must_use]
    pub const fn metrics_twice_at_most(mut self, times: fn(Scale) -> usize) -> Self {
        self.metrics_twice = times;
        self.twice_at_most = true;
        self
    }

    /// Publish that took effect and had to be repeated.
    #[must_use]
    pub const fn messages_twice(mut self, times: fn(Scale) -> usize) -> Self {
        self.messages_twice = times;
        self
    }

    /// Counters that must show what happened.
    #[must_use]
    pub const fn counters(mut self, counters: &'static [(&'static str, &'static str, f64)]) -> Self {
        self.counters = counters;
        self
    }

    /// Whether its faults are on the way to AWS, so that they must be seen to fire.
    pub fn has_rules(&self, scale: Scale) -> bool {
        !(self.rules)(scale).is_empty()
    }
}
