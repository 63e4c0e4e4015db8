//! Typed models of the CloudFormation resources Skywarden writes and reads.
//!
//! This is the only crate that knows CloudFormation property names. A [`Template`] maps logical ids to
//! [`Resource`]s; a resource's [`Properties`] are one typed struct per kind we use, or
//! [`Properties::Other`] for every kind we do not: those pass through untouched. Any string may be an
//! intrinsic function ([`Expr`]), any other property a literal or an intrinsic ([`Value`], [`List`]).
//!
//! The code map:
//!
//! | module | concept |
//! |---|---|
//! | [`expr`], [`value`], [`list`] | literals and intrinsic functions |
//! | [`template`] | the template, its parameters, conditions, outputs and resources |
//! | [`logs`], [`lambda`], [`iam`], [`sns`], [`sqs`], [`dynamodb`], [`s3`], [`kms`], [`cloudwatch`], [`scheduler`], [`ssm`] | the kinds |
//! | [`resolve`] | what a template's expressions will be in a given account and region |
//! | [`limits`], [`check`] | the quotas AWS enforces, and who breaks them |
//! | [`dashboard`] | the body of a `CloudWatch` dashboard |
//! | [`assembly`] | the CDK cloud assembly around templates and assets |
//!
//! Absent on purpose: no clock, no environment, no randomness, no file system. Text comes in, text
//! goes out, and the same model always writes the same bytes.
//!
//! ```
//! use skywarden_cloudformation::logs::LogGroup;
//! use skywarden_cloudformation::{DeletionPolicy, Resource, Template};
//!
//! let group = LogGroup {
//!     log_group_name: Some("/shop/checkout".into()),
//!     retention_in_days: Some(30.into()),
//!     ..LogGroup::default()
//! };
//! let mut template = Template::default();
//! template.add("CheckoutLogs", Resource::new(group).retained());
//!
//! let text = template.to_json()?;
//! assert_eq!(Template::parse(&text)?, template);
//! assert_eq!(template.resources["CheckoutLogs"].deletion_policy, Some(DeletionPolicy::Retain.into()));
//! assert!(template.check().is_empty());
//! # Ok::<(), skywarden_cloudformation::TemplateError>(())
//! ```

pub mod assembly;
pub mod check;
pub mod cloudwatch;
pub mod dashboard;
pub mod dynamodb;
pub mod expr;
pub mod iam;
mod json;
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
pub use template::{
    Condition, DeletionPolicy, Output, Parameter, Resource, Template, TemplateError,
};
pub use value::{Number, Value};
