//! `AWS::Logs::Destination`.

use crate::shape::shape;
use crate::{Expr, List, Tag};

shape! {
    /// `AWS::Logs::Destination`: takes the lines of other accounts and puts them into a stream. `Ref` is the name.
    pub struct Destination {
        required {
            /// 1..=[`crate::limits::DESTINATION_NAME_CHARACTERS`] characters, without `:` and `*`.
            destination_name: Expr,
            /// What lets Logs write to the stream.
            role_arn: Expr,
            /// The stream.
            target_arn: Expr,
        }
        optional {
            /// Who may deliver here: a policy as JSON text of at most [`crate::limits::DESTINATION_POLICY_BYTES`].
            destination_policy: Option<Expr>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}
