//! Lambda without AWS: built functions run as Lambda runs them, in processes that poll the Runtime API, several at once.
//!
//! [`Instance`] is one execution environment, [`Function`] the environments of one function, [`asynchronous`] the queue in front of it that tries
//! again and keeps what fails, [`stream`] the mapping that hands it the records of a stream.

mod api;
pub mod asynchronous;
mod function;
mod instance;
mod outcome;
mod process;
mod program;
pub mod stream;

pub use function::{Attached, Function, Measured};
pub use instance::Instance;
pub use outcome::Outcome;
pub use process::{Lines, Process, Usage};
pub use program::Program;
