//! `AWS::IAM::Role`, `AWS::IAM::ManagedPolicy` and the policy documents that queues, topics, buckets and keys use as well.

mod managed_policy;
mod policy;
mod role;

pub use managed_policy::ManagedPolicy;
pub use policy::{Conditions, Effect, POLICY_VERSION, PolicyDocument, Principal, Statement};
pub use role::{InlinePolicy, Role};
