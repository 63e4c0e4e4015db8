//! Whole programs driven end to end: the generator's assembly, deployed with the AWS CLI and the CDK CLI to a local emulator that runs the real
//! functions, with real log events in and messages out.

pub mod api;
pub mod aws;
pub mod clock;
pub mod contract;
pub mod costs;
pub mod delivery;
pub mod emulated;
pub mod emulator;
pub mod eventually;
pub mod fault;
pub mod faults;
pub mod package;
pub mod runtime;
pub mod settings;
pub mod shop;
