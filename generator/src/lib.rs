//! From `skywarden.yaml` to a deployable assembly: config (raw, then resolved) -> model -> emit -> artifacts.

pub mod artifacts;
pub mod config;
pub mod emit;
pub mod model;
pub mod price;
