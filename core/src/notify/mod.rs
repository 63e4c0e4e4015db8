//! Messages to people: from notices to what is published.

mod alarm_view;
mod amount;
mod batch;
mod chat;
pub mod decide;
#[cfg(test)]
mod examples;
mod head;
mod history;
mod issue_view;
mod links;
mod message;
mod render;
mod sample;
mod sms;
mod templates;
mod told_view;

pub use alarm_view::AlarmView;
pub use batch::{MAX_BATCH, MAX_BATCH_BYTES, batches};
pub use chat::{ChatContent, ChatMessage, ChatMetadata, MAX_DESCRIPTION, MAX_LINES, MAX_STEP, MAX_STEPS, MAX_TITLE};
pub use head::{Head, Link};
pub use history::{History, HistoryWindow, MAX_PERIODS};
pub use issue_view::IssueView;
pub use links::issue_links;
pub use message::{MAX_BODY_BYTES, MAX_SUBJECT, OutgoingMessage};
pub use render::{Messages, RenderContext};
pub use sms::MAX_SMS;
pub use templates::{BrokenTemplate, TEMPLATE_NAMES, broken_templates, template_mistake};
pub use told_view::{HeldBackView, LineView, SectionView, ToldView};
