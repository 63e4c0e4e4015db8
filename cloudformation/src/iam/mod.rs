//! `AWS::IAM::Role` and the policy documents that queues, topics, buckets and keys use as well.

mod policy;
mod role;

pub use policy::{Conditions, Effect, POLICY_VERSION, PolicyDocument, Principal, Statement};
pub use role::{InlinePolicy, Role};
