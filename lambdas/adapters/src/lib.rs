//! The ports of `skywarden-core` on AWS. One module and one feature per SDK client; no other crate uses an AWS SDK.
//!
//! An adapter makes one attempt a call and says truthfully what became of it. The SDK's own retries are off: whether a repetition can double
//! something is known in `core` only.

mod clock;
mod failure;
#[cfg(feature = "person")]
mod person;
mod setting;
mod shell;

pub mod log_event;

#[cfg(feature = "cloudwatch")]
pub mod cloudwatch;
#[cfg(feature = "cloudwatchlogs")]
pub mod cloudwatch_logs;
#[cfg(feature = "cloudwatch")]
pub mod cloudwatch_reader;
#[cfg(feature = "dynamodb")]
pub mod dynamodb;
#[cfg(feature = "lambda")]
pub mod lambda;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(feature = "sns")]
pub mod sns;
#[cfg(feature = "sqs")]
pub mod sqs;

pub use aws_config::SdkConfig;
pub use clock::SystemClock;
#[cfg(feature = "person")]
pub use person::{NoCredentials, person_config};
pub use setting::{SettingError, sdk_config, setting};
pub use shell::{Deadline, Failed, deadline, own_plan, read_plan};
