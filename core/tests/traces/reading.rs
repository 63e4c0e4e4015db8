//! What is told of an event, as the corpus writes it down.

use serde_json::{Value, json};
use skywarden_core::{
    envelope::LogEvent,
    error::{
        detect::{Fault, detect},
        join::join,
        trace::{Exception, Frame, Role},
    },
    record::Record,
};

/// An event of the batch.
pub(crate) fn event(message: &str) -> LogEvent<'_> {
    LogEvent { id: "1".into(), timestamp: 0, message: message.into() }
}

/// The events of a text of which each line was delivered as one.
pub(crate) fn lines(text: &str) -> Vec<LogEvent<'_>> {
    text.lines().map(event).collect()
}

/// The faults of a batch.
pub(crate) fn faults(events: &[LogEvent<'_>]) -> Vec<Value> {
    join(events).iter().filter_map(|event| detect(&Record::parse(event)).as_ref().map(told)).collect()
}

/// Everything a fault says.
pub(crate) fn told(fault: &Fault<'_>) -> Value {
    json!({
        "kind": fault.kind,
        "message": fault.message,
        "level": fault.level.as_str(),
        "code": fault.code,
        "platform": fault.platform.map(|platform| format!("{platform:?}")),
        "exceptions": fault.exceptions.iter().map(exception).collect::<Vec<_>>(),
    })
}

fn exception(exception: &Exception<'_>) -> Value {
    let mut told = json!({
        "kind": exception.kind,
        "message": exception.message,
        "frames": exception.frames.iter().map(frame).collect::<Vec<_>>(),
    });
    if exception.role != Role::Thrown {
        told["role"] = format!("{:?}", exception.role).into();
    }
    told
}

/// `module: function`, then what it is.
fn frame(frame: &Frame<'_>) -> String {
    let own = if frame.in_app { " [app]" } else { "" };
    let wrapper = if frame.wrapper { " [wrapper]" } else { "" };
    format!("{}: {}{own}{wrapper}", frame.module, frame.function)
}
