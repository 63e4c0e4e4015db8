//! Messages to people: from notices to what is published.

pub mod decide;
mod links;
mod message;
mod render;
mod sample;
mod told_view;
mod view;

pub use links::issue_links;
pub use message::{MAX_BODY_BYTES, MAX_SUBJECT, OutgoingMessage};
pub use render::{Messages, TEMPLATE_NAMES, broken_templates};
pub use told_view::{HeldBackView, LineView, SectionView, ToldView};
pub use view::{AlarmView, IssueView, Link};
