//! The key and value pair every taggable resource carries.

use crate::Expr;
use crate::shape::shape;

shape! {
    /// A tag. At most 50 on a resource; key 1..=128 characters, value up to 256, keys starting with `aws:` are reserved.
    pub struct Tag {
        required {
            /// The key.
            key: Expr,
            /// The value.
            value: Expr,
        }
        optional {
        }
    }
}
