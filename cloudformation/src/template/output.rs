//! What a stack shows and exports.

use crate::Expr;
use crate::shape::shape;

shape! {
    /// An output (docs: `outputs-section-structure`).
    pub struct Output {
        required {
            /// The value shown.
            value: Expr,
        }
        optional {
            /// At most 1,024 bytes.
            description: Option<String>,
            /// Makes the value importable by other stacks of the account and region.
            export: Option<Export>,
            /// The output exists only when this condition holds.
            condition: Option<String>,
        }
    }
}

shape! {
    /// The name under which `Fn::ImportValue` finds an output.
    pub struct Export {
        required {
            /// Unique in the account and region.
            name: Expr,
        }
        optional {
        }
    }
}
