//! `AWS::SSM::Parameter`: Systems Manager Parameter Store.

use crate::Expr;
use crate::Value;
use crate::shape::{shape, words};

shape! {
    /// `AWS::SSM::Parameter`. `Ref` is the name. Secure strings cannot be created by `CloudFormation`.
    pub struct Parameter {
        required {
            /// Text or list.
            r#type: Value<ParameterKind>,
            /// At most 4,096 bytes, 8,192 in the advanced tier.
            value: Expr,
        }
        optional {
            /// 1..=2,048 characters; `/` makes a hierarchy.
            name: Option<Expr>,
            /// At most 1,024 characters.
            description: Option<Expr>,
            /// `Standard`, `Advanced` or `Intelligent-Tiering`.
            tier: Option<Expr>,
            /// A regular expression the value must match.
            allowed_pattern: Option<Expr>,
            /// `text` or `aws:ec2:image`.
            data_type: Option<Expr>,
            /// Expiry and notification of an advanced parameter.
            policies: Option<Expr>,
            /// By name: a map, unlike everywhere else.
            tags: Option<serde_json::Value>,
        }
    }
}

words! {
    /// Text or list.
    pub enum ParameterKind {
        /// Text.
        String = "String",
        /// Comma-separated text.
        StringList = "StringList",
    }
}
