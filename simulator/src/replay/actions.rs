//! From changes of state to actions: what is muted waits for the end of its windows.

use std::collections::BTreeMap;

use crate::{
    alarm::Transition,
    mute::{MuteRule, MuteWindow},
};

/// An action that is due: one message, and where it goes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Notice {
    pub(super) alarm: String,
    pub(super) transition: Transition,
    pub(super) topics: Vec<String>,
    pub(super) body: String,
}

/// Takes notices in, and gives out those that nothing mutes.
#[derive(Debug)]
pub(super) struct Desk {
    windows: Vec<MuteWindow>,
    /// The latest notice of every alarm that is muted.
    held: BTreeMap<String, Notice>,
}

impl Desk {
    pub(super) fn new(rules: &[MuteRule]) -> Self {
        Self { windows: rules.iter().cloned().map(MuteWindow::new).collect(), held: BTreeMap::new() }
    }

    /// The notices that are to be published now: of these, and of those whose windows have closed. The alarms of the latter are still in the state
    /// they tell of, since a later change takes the place of an earlier one.
    pub(super) fn take(&mut self, notices: Vec<Notice>, now_ms: i64) -> Vec<Notice> {
        if self.windows.is_empty() {
            return notices;
        }
        let open: Vec<&MuteWindow> = self.windows.iter_mut().filter_map(|window| window.is_open(now_ms).then_some(&*window)).collect();
        let muted = |alarm: &str| open.iter().any(|window| window.targets(alarm));
        // What an alarm tells now takes the place of what it told before.
        for notice in &notices {
            self.held.remove(&notice.alarm);
        }
        let closed: Vec<String> = self.held.keys().filter(|alarm| !muted(alarm)).cloned().collect();
        let mut due: Vec<Notice> = closed.iter().filter_map(|alarm| self.held.remove(alarm)).collect();
        for notice in notices {
            if muted(&notice.alarm) {
                self.held.insert(notice.alarm.clone(), notice);
            } else {
                due.push(notice);
            }
        }
        due
    }
}
