//! The composite alarms of a replay: evaluated after the others, children first, and their actions held back by their suppressors.

use std::collections::BTreeMap;

use super::actions::Notice;
use crate::{
    alarm::{Alarm, AlarmState, notification::Origin},
    composite::{Change, Child, CompositeAlarm, CompositeConfig, Suppression, notification},
};

/// Where an alarm of a name is.
#[derive(Clone, Copy, Debug)]
enum Place {
    Metric(usize),
    Composite(usize),
}

/// All of them.
#[derive(Debug)]
pub(super) struct Composites {
    /// Those that others look at first.
    alarms: Vec<CompositeAlarm>,
    /// What is held back of each, where it has a suppressor.
    suppressions: Vec<Option<Suppression<Change>>>,
    places: BTreeMap<String, Place>,
}

impl Composites {
    /// Composite alarms over each other and over these metric alarms.
    pub(super) fn new(configs: &[CompositeConfig], metrics: &[Alarm]) -> Self {
        let of_metrics = metrics.iter().enumerate().map(|(place, alarm)| (alarm.config().name.clone(), Place::Metric(place)));
        let of_composites = configs.iter().enumerate().map(|(place, config)| (config.name.clone(), Place::Composite(place)));
        let held = |config: &CompositeConfig| {
            let suppressor = config.suppressor.as_ref()?;
            Some(Suppression::new(i64::from(suppressor.wait_seconds) * 1000, i64::from(suppressor.extension_seconds) * 1000))
        };
        Self {
            alarms: configs.iter().cloned().map(CompositeAlarm::new).collect(),
            suppressions: configs.iter().map(held).collect(),
            places: of_metrics.chain(of_composites).collect(),
        }
    }

    pub(super) fn alarms(&self) -> &[CompositeAlarm] {
        &self.alarms
    }

    /// Evaluates all of them after a round of the metric alarms, of which `changed` have changed; the actions that are due.
    pub(super) fn evaluate(&mut self, metrics: &[Alarm], changed: &[usize], now_ms: i64, origin: &Origin) -> Vec<Notice> {
        let mut moved: BTreeMap<String, Child> = BTreeMap::new();
        for alarm in changed.iter().filter_map(|place| metrics.get(*place)) {
            let child = Child { arn: alarm.config().arn.clone(), state: alarm.state(), at_ms: now_ms };
            moved.insert(alarm.config().name.clone(), child);
        }
        let mut told: Vec<Option<Change>> = vec![None; self.alarms.len()];
        for (place, slot) in told.iter_mut().enumerate() {
            // Its children are before it.
            let (before, rest) = self.alarms.split_at_mut(place);
            let Some(alarm) = rest.first_mut() else { continue };
            let places = &self.places;
            let change = alarm.evaluate(&|name| state_of(places, metrics, before, name), &|name| moved.get(name).cloned(), now_ms).cloned();
            if let Some(change) = change {
                let child = Child { arn: alarm.config().arn.clone(), state: change.transition.to, at_ms: now_ms };
                moved.insert(alarm.config().name.clone(), child);
                *slot = Some(change);
            }
        }
        let mut notices = Vec::new();
        for ((alarm, suppression), change) in self.alarms.iter().zip(&mut self.suppressions).zip(told) {
            match (suppression, &alarm.config().suppressor) {
                (Some(suppression), Some(suppressor)) => {
                    // A suppressor that changes at the same time is there already.
                    let suppressed = state_of(&self.places, metrics, &self.alarms, &suppressor.alarm) == AlarmState::Alarm;
                    suppression.suppress(suppressed, now_ms);
                    if let Some(change) = change {
                        suppression.change(change, now_ms);
                    }
                }
                _ => notices.extend(change.map(|change| notice(alarm, change, origin))),
            }
        }
        notices.extend(self.due(now_ms, origin));
        notices
    }

    /// The actions whose wait or extension is over.
    pub(super) fn due(&mut self, now_ms: i64, origin: &Origin) -> Vec<Notice> {
        let due = |(alarm, suppression): (&CompositeAlarm, &mut Option<Suppression<Change>>)| {
            let change = suppression.as_mut()?.due(now_ms)?;
            Some(notice(alarm, change, origin))
        };
        self.alarms.iter().zip(&mut self.suppressions).filter_map(due).collect()
    }
}

/// An alarm that is not there is not known to be anything.
fn state_of(places: &BTreeMap<String, Place>, metrics: &[Alarm], composites: &[CompositeAlarm], name: &str) -> AlarmState {
    let state = match places.get(name) {
        Some(Place::Metric(place)) => metrics.get(*place).map(Alarm::state),
        Some(Place::Composite(place)) => composites.get(*place).map(CompositeAlarm::state),
        None => None,
    };
    state.unwrap_or(AlarmState::InsufficientData)
}

fn notice(alarm: &CompositeAlarm, change: Change, origin: &Origin) -> Notice {
    let config = alarm.config();
    let body = notification::message(config, &change, origin);
    Notice { alarm: config.name.clone(), topics: config.actions.on(change.transition.to).to_vec(), transition: change.transition, body }
}
