//! The schedule: it invokes alert-notifier, and hands what it may not deliver to `dead-letters`.

use crate::{
    deployed::{DEAD_LETTERS, Deployed},
    minimal::{Needed, Role, without},
};

pub(crate) fn role_of_the_schedule(deployed: &Deployed) -> Vec<Needed> {
    let role = Role::find(deployed.api, "TickRole");
    role.each_is_needed(|granted| {
        // The emulator's schedule fires each second.
        let (refused, streams) = ("the schedule's role", deployed.streams("alert-notifier"));
        let before = deployed.said(refused);
        deployed.unless_lost("alert-notifier is invoked", refused, before, || deployed.streams("alert-notifier") > streams + 1)?;

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
