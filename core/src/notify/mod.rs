//! Messages to people: from notices to what is published.

mod message;
mod render;
mod sample;
mod view;

pub use message::{MAX_BODY_BYTES, MAX_SUBJECT, OutgoingMessage};
pub use render::{Messages, TEMPLATE_NAMES, broken_templates};
pub use view::{AlarmView, IssueView, Link};
