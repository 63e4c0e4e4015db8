//! `AWS::Logs::*`: log groups and what is attached to them.

mod account_policy;
mod destination;
mod log_group;
mod metric_filter;
mod query_definition;
mod subscription_filter;

pub use account_policy::{AccountPolicy, AccountPolicyType};
pub use destination::Destination;
pub use log_group::{LogGroup, LogGroupClass};
pub use metric_filter::{FilterDimension, MetricFilter, MetricTransformation};
pub use query_definition::{QueryDefinition, QueryLanguage};
pub use subscription_filter::{Distribution, SubscriptionFilter};
