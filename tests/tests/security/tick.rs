//! The schedule: it invokes alert-notifier, and hands what it may not deliver to `dead-letters`.

use crate::{
    deployed::{DEAD_LETTERS, Deployed},
    minimal::{Needed, Role, without},
};

pub(crate) fn role_of_the_schedule(deployed: &Deployed) -> Vec<Needed> {
    let role = Role::find(deployed.api, "TickRole");
    role.each_is_needed(|granted| {
        // Others invoke alert-notifier as well, so that it runs says little: two rounds of the schedule must pass without a refusal.
        let (fires, refused) = ("a schedule fires at", "the schedule's role");
        let (rounds, before, streams) = (deployed.said(fires), deployed.said(refused), deployed.streams("alert-notifier"));
        deployed.unless_lost("alert-notifier is invoked", refused, before, || {
            deployed.said(fires) > rounds + 2 && deployed.said(refused) == before && deployed.streams("alert-notifier") > streams
        })?;

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
