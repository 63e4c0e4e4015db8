//! The schedule: it invokes alert-notifier, and hands what it may not deliver to `dead-letters`.

use std::time::{Duration, Instant};

use crate::{
    deployed::{DEAD_LETTERS, Deployed},
    minimal::{Needed, Role, without},
};

/// The emulator's schedule fires each second.
const FIRES_WITHIN: Duration = Duration::from_secs(6);

pub(crate) fn role_of_the_schedule(deployed: &Deployed) -> Vec<Needed> {
    let role = Role::find(deployed.api, "TickRole");
    role.each_is_needed(|granted| {
        let streams = deployed.streams("alert-notifier");
        within("alert-notifier is invoked", || deployed.streams("alert-notifier") > streams + 1)?;

        let lost = "the dead letter of a schedule is lost";
        let before = deployed.said(lost);
        deployed.api.drain(DEAD_LETTERS).unwrap();
        role.put(&without(granted, &["InvokeNotifier"]));
        let letter = || deployed.api.drain(DEAD_LETTERS).unwrap().iter().any(|body| body.contains("tick"));
        let kept = deployed.unless_lost("the tick among the dead letters", lost, before, letter);
        role.put(granted);
        kept
    })
}

fn within(what: &str, look: impl Fn() -> bool) -> Result<(), String> {
    let began = Instant::now();
    while began.elapsed() < FIRES_WITHIN {
        if look() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Err(format!("not within {} s: {what}", FIRES_WITHIN.as_secs()))
}
