//! `AWS::IAM::ManagedPolicy`.

use super::PolicyDocument;
use crate::shape::shape;
use crate::{Expr, List, Value};

shape! {
    /// `AWS::IAM::ManagedPolicy`. `Ref` is the ARN.
    pub struct ManagedPolicy {
        required {
            /// What it allows; at most 6,144 characters, white space aside.
            policy_document: Value<PolicyDocument>,
        }
        optional {
            /// 1..=128 characters; naming a policy needs `CAPABILITY_NAMED_IAM`.
            managed_policy_name: Option<Expr>,
            /// At most 1,000 characters; cannot be changed without a new policy.
            description: Option<Expr>,
            /// `/` when absent; begins and ends with a slash.
            path: Option<Expr>,
            /// Groups it is attached to, by name.
            groups: List<Expr>,
            /// Roles it is attached to, by name.
            roles: List<Expr>,
            /// Users it is attached to, by name.
            users: List<Expr>,
        }
    }
}
