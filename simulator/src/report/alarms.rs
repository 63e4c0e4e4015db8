//! Alarms: their changes of state, and the times they were firing.

use jiff::Timestamp;
use serde::Serialize;
use skywarden_core::plan::{AlarmInfo, Plan};

use crate::{
    alarm::{Alarm, AlarmState, Transition},
    composite::CompositeAlarm,
};

/// One alarm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlarmReport {
    /// Alarm name.
    pub name: String,
    /// One line for people, from the plan; the name when the plan does not know the alarm.
    pub title: String,
    /// Service; empty when the alarm belongs to none or is not in the plan.
    pub service: String,
    /// Severity; empty when the alarm is not in the plan.
    pub severity: String,
    /// State at the end.
    pub state: String,
    /// Changes of state, oldest first.
    pub changes: Vec<Change>,
    /// Times it was firing, oldest first.
    pub episodes: Vec<Episode>,
}

/// One change of state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// From.
    pub from: String,
    /// To.
    pub to: String,
    /// Why, in CloudWatch's wording.
    pub reason: String,
}

/// A time of firing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Episode {
    /// From.
    pub from: Timestamp,
    /// Until; absent while it is still firing.
    pub until: Option<Timestamp>,
    /// Why it began.
    pub reason: String,
}

impl AlarmReport {
    pub(super) fn of(alarm: &Alarm, plan: &Plan) -> Self {
        Self::told(&alarm.config().name, alarm.state(), &alarm.history().iter().collect::<Vec<_>>(), plan)
    }

    pub(super) fn of_composite(alarm: &CompositeAlarm, plan: &Plan) -> Self {
        Self::told(&alarm.config().name, alarm.state(), &alarm.history().iter().map(|change| &change.transition).collect::<Vec<_>>(), plan)
    }

    fn told(name: &str, state: AlarmState, history: &[&Transition], plan: &Plan) -> Self {
        let info: Option<&AlarmInfo> = plan.alarms.iter().find(|info| info.name == name);
        Self {
            name: name.to_owned(),
            title: info.map_or_else(|| name.to_owned(), |info| info.title.clone()),
            service: info.map(|info| info.service.clone()).unwrap_or_default(),
            severity: info.map(|info| info.severity.to_string()).unwrap_or_default(),
            state: state.to_string(),
            changes: history
                .iter()
                .map(|transition| Change {
                    at: time(transition.at_ms),
                    from: transition.from.to_string(),
                    to: transition.to.to_string(),
                    reason: transition.reason.clone(),
                })
                .collect(),
            episodes: episodes(history),
        }
    }
}

/// The times an alarm was firing.
fn episodes(history: &[&Transition]) -> Vec<Episode> {
    let mut episodes: Vec<Episode> = Vec::new();
    for transition in history {
        let at = time(transition.at_ms);
        if transition.to == AlarmState::Alarm {
            episodes.push(Episode { from: at, until: None, reason: transition.reason.clone() });
        } else if let Some(episode) = episodes.last_mut().filter(|episode| episode.until.is_none()) {
            episode.until = Some(at);
        }
    }
    episodes
}

/// A time of the replay; its events are within what a calendar has, or the replay would not have accepted them.
pub(super) fn time(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
