//! Ports: what the pipelines need from the outside, as traits. One file a port.
//!
//! The Lambda adapters implement them on AWS, the simulator in memory. A port does one attempt and says truthfully what became of it; when
//! and how often to try again is decided in `core`, since only a caller knows whether a repetition can double something.

mod batches;
mod clock;
mod failure;
mod functions;
mod issues;
mod letters;
mod messages;
mod metrics;
mod residues;

pub use batches::{BatchLedger, Opened};
pub use clock::Clock;
pub use failure::{Failure, PortError, PortResult};
pub use functions::{FunctionInvoker, Invoked};
pub use issues::{IssueStore, LedgerCommit, StoredLedger};
pub use letters::{DeadLetters, Letter};
pub use messages::{AlertQueue, Publisher};
pub use metrics::MetricSink;
pub use residues::{KeptObject, KeptPage, ResidueArchive, ResidueStore};
