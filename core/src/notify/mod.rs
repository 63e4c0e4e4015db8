//! Notices to people: alarms as they arrive, messages as they leave.

mod alarm;
mod message;
mod render;
mod view;

pub use alarm::{AlarmEventError, AlarmNotice, AlarmState};
pub use message::{MAX_BODY_BYTES, MAX_SUBJECT, OutgoingMessage};
pub use render::{Messages, TEMPLATE_NAMES};
pub use view::{AlarmView, IssueView, Link};
