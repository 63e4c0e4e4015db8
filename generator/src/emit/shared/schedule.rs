//! The tick: once a minute alert-notifier sweeps the outbox, sends digests and ends quiet hours.

use skywarden_cloudformation::{
    Expr, Resource, Template,
    scheduler::{DeadLetterQueue, FlexibleMode, FlexibleTimeWindow, RetryPolicy, Schedule, Target},
};

use super::{queue, role};
use crate::{emit::project::Project, model::names::Function};

/// What alert-notifier knows the tick by.
const TICK: &str = r#"{"skywarden":"tick"}"#;

/// A tick older than this is superseded by the next one.
const TICK_AGE_SECONDS: u32 = 60;

/// Adds the schedule and its role.
pub(super) fn add(template: &mut Template, project: &Project<'_>) {
    template.add("TickRole", role::of_schedule(project));
    let dead_letters = DeadLetterQueue { arn: Some(queue::arn_of(queue::DEAD_LETTERS)), ..DeadLetterQueue::default() };
    let retry = RetryPolicy { maximum_event_age_in_seconds: Some(TICK_AGE_SECONDS.into()), maximum_retry_attempts: Some(1.into()), ..RetryPolicy::default() };
    let target = Target {
        input: Some(TICK.into()),
        retry_policy: Some(retry.into()),
        dead_letter_config: Some(dead_letters.into()),
        ..Target::new(Expr::get_att(Function::AlertNotifier.logical(), "Arn"), Expr::get_att("TickRole", "Arn"))
    };
    let schedule = Schedule {
        name: Some(project.names.shared("tick").into()),
        description: Some("Skywarden: alert-notifier looks once a minute for what is due".into()),
        ..Schedule::new("rate(1 minute)", FlexibleTimeWindow::new(FlexibleMode::Off), target)
    };
    template.add("Tick", Resource::new(schedule));
}
