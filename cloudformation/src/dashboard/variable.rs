//! Inputs at the top of a dashboard.

use crate::shape::{shape, words};

shape! { camelCase
    /// An input that changes every widget.
    pub struct Variable {
        required {
            /// What it changes.
            r#type: VariableKind,
            /// 1..=32 of letters, digits, `-` and `_`.
            id: String,
            /// How it is chosen.
            input_type: Input,
        }
        optional {
            /// With [`VariableKind::Property`]: `region`, a dimension, …
            property: Option<String>,
            /// With [`VariableKind::Pattern`]: the text replaced.
            pattern: Option<String>,
            /// At most 30 characters.
            label: Option<String>,
            /// At first; `__FIRST` with a search.
            default_value: Option<String>,
            /// 1..=500 choices.
            values: Vec<VariableValue>,
            /// A `SEARCH` expression that fills the choices, at most 2,048 characters.
            search: Option<String>,
            /// The dimension of the search whose values are the choices.
            populate_from: Option<String>,
            /// Shown when true, as by default.
            visible: Option<bool>,
        }
    }
}

words! {
    /// What a variable changes.
    pub enum VariableKind {
        /// A property of every widget.
        Property = "property",
        /// A text wherever it occurs.
        Pattern = "pattern",
    }
}

words! {
    /// How a value is chosen.
    pub enum Input {
        /// Typed.
        Input = "input",
        /// From a list.
        Select = "select",
        /// By button.
        Radio = "radio",
    }
}

shape! { camelCase
    /// A choice.
    pub struct VariableValue {
        required {
            /// What it stands for.
            value: String,
        }
        optional {
            /// At most 255 characters.
            label: Option<String>,
        }
    }
}
