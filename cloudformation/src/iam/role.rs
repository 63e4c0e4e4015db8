//! `AWS::IAM::Role`.

use super::PolicyDocument;
use crate::shape::shape;
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::IAM::Role`. `Ref` is the name.
    pub struct Role {
        required {
            /// Who may assume it, at most 2,048 characters.
            assume_role_policy_document: Value<PolicyDocument>,
        }
        optional {
            /// 1..=64 characters; naming a role needs `CAPABILITY_NAMED_IAM`.
            role_name: Option<Expr>,
            /// At most 1,000 characters.
            description: Option<Expr>,
            /// `/` when absent; begins and ends with a slash.
            path: Option<Expr>,
            /// Policies of the role's own: at most 10,240 characters together, white space aside.
            policies: List<InlinePolicy>,
            /// Shared policies, at most ten by default.
            managed_policy_arns: List<Expr>,
            /// The most the role can ever do.
            permissions_boundary: Option<Expr>,
            /// Seconds, 3,600..=43,200.
            max_session_duration: Option<Value<u32>>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

shape! {
    /// A policy that lives and dies with its role.
    pub struct InlinePolicy {
        required {
            /// 1..=128 characters.
            policy_name: Expr,
            /// What it allows.
            policy_document: Value<PolicyDocument>,
        }
        optional {
        }
    }
}
