//! A rule: what it looks at, and whether it holds.

use crate::alarm::AlarmState;

/// The rule of a composite alarm. [`Rule::parse`] reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// At least one of these holds.
    Any(Vec<Rule>),
    /// All of these hold.
    All(Vec<Rule>),
    /// This does not hold.
    Not(Box<Rule>),
    /// `TRUE` or `FALSE`.
    Constant(bool),
    /// An alarm, by name, is in a state.
    State(AlarmState, String),
    /// So many of some alarms are in a state, or are not.
    AtLeast {
        /// How many.
        least: Least,
        /// Those that are not in the state count.
        not: bool,
        /// The state.
        state: AlarmState,
        /// Names; one that stands twice counts twice.
        alarms: Vec<String>,
    },
}

/// How many of some alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Least {
    /// A number.
    Count(usize),
    /// A share of them in percent, rounded up.
    Percent(usize),
}

impl Least {
    fn of(self, all: usize) -> usize {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => (percent * all).div_ceil(100),
        }
    }
}

impl Rule {
    /// Whether it holds, given the state of every alarm by name.
    pub fn holds(&self, state_of: &dyn Fn(&str) -> AlarmState) -> bool {
        match self {
            Self::Any(rules) => rules.iter().any(|rule| rule.holds(state_of)),
            Self::All(rules) => rules.iter().all(|rule| rule.holds(state_of)),
            Self::Not(rule) => !rule.holds(state_of),
            Self::Constant(value) => *value,
            Self::State(state, alarm) => state_of(alarm) == *state,
            Self::AtLeast { least, not, state, alarms } => {
                let counted = alarms.iter().filter(|alarm| (state_of(alarm) == *state) != *not).count();
                counted >= least.of(alarms.len())
            }
        }
    }

    /// Names of the alarms it looks at, each once, in the order in which they are named.
    pub fn alarms(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect(&mut names);
        names
    }

    fn collect<'a>(&'a self, names: &mut Vec<&'a str>) {
        let mut add = |name: &'a String| {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        };
        match self {
            Self::Any(rules) | Self::All(rules) => rules.iter().for_each(|rule| rule.collect(names)),
            Self::Not(rule) => rule.collect(names),
            Self::Constant(_) => {}
            Self::State(_, alarm) => add(alarm),
            Self::AtLeast { alarms, .. } => alarms.iter().for_each(add),
        }
    }
}
