//! Typed models of the `CloudFormation` resources Skywarden writes and reads.
#![doc = include_str!("../README.md")]

pub mod application_signals;
pub mod assembly;
pub mod chatbot;
pub mod check;
pub mod cloudwatch;
pub mod dashboard;
pub mod dynamodb;
pub mod expr;
pub mod iam;
mod json;
pub mod kinesis;
pub mod kms;
pub mod lambda;
pub mod limits;
pub mod list;
pub mod logs;
pub mod properties;
pub mod resolve;
pub mod s3;
pub mod scheduler;
mod shape;
pub mod sns;
pub mod sqs;
pub mod ssm;
pub mod tag;
pub mod template;
pub mod value;

pub use check::{Rule, Violation};
pub use expr::{Expr, Pseudo};
pub use list::{List, OneOrMany};
pub use properties::{Kind, Properties};
pub use resolve::{Environment, ResolveError, Resolver};
pub use tag::Tag;
pub use template::{Condition, DeletionPolicy, Output, Parameter, Resource, Template, TemplateError};
pub use value::{Number, Value};
