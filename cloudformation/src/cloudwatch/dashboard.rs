//! `AWS::CloudWatch::Dashboard`: the resource. Its body's model is [`crate::dashboard`].

use crate::dashboard::BodyProperty;
use crate::shape::shape;
use crate::{Expr, List, Tag};

shape! {
    /// `AWS::CloudWatch::Dashboard`. `Ref` is the name.
    pub struct Dashboard {
        required {
            /// The body as JSON text.
            dashboard_body: BodyProperty,
        }
        optional {
            /// 1..=255 of letters, digits, `-` and `_`.
            dashboard_name: Option<Expr>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}
