//! `AWS::Lambda::*`: functions, who may invoke them, and what feeds them.

mod event_invoke_config;
mod event_source_mapping;
mod function;
mod permission;

pub use event_invoke_config::{Destination, EventInvokeConfig, InvokeDestinations};
pub use event_source_mapping::{EventSourceMapping, FailureDestinations, Filter, FilterCriteria, MappingMetrics, Queueing, StartingPosition};
pub use function::{
    Architecture, Code, CodeLocation, DeadLetterTarget, EnvironmentVariables, EphemeralStorage, Function, LogFormat, Logging, PackageType, RecursiveLoop,
    Tracing, TracingMode, VpcConfig,
};
pub use permission::Permission;
