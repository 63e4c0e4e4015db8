//! What a deployment is asked for.

use serde_json::Value as Json;

use crate::shape::{shape, words};
use crate::{List, Value};

shape! {
    /// A parameter (docs: `parameters-section-structure`).
    pub struct Parameter {
        required {
            /// What values it takes.
            r#type: Value<ParameterType>,
        }
        optional {
            /// Used when the deployment gives none: text, number or boolean.
            default: Option<Json>,
            /// At most 4,000 characters.
            description: Option<String>,
            /// A regular expression the value must match whole.
            allowed_pattern: Option<String>,
            /// The only values accepted.
            allowed_values: List<Json>,
            /// Shown when a constraint fails.
            constraint_description: Option<String>,
            /// Fewest characters.
            min_length: Option<Value<u32>>,
            /// Most characters.
            max_length: Option<Value<u32>>,
            /// Smallest number.
            min_value: Option<Json>,
            /// Largest number.
            max_value: Option<Json>,
            /// Masked in consoles and API answers: for secrets.
            no_echo: Option<Value<bool>>,
        }
    }
}

words! {
    /// The parameter types without look-up. `AWS::EC2::…` and `AWS::SSM::Parameter::Value<…>` types read as text.
    pub enum ParameterType {
        /// Text.
        String = "String",
        /// An integer or float, handed to resources as text.
        Number = "Number",
        /// Comma-separated numbers.
        NumberList = "List<Number>",
        /// Comma-separated text; `Ref` yields a list with surrounding space removed.
        CommaDelimitedList = "CommaDelimitedList",
        /// The name of a Systems Manager parameter; `Ref` yields the name.
        SsmName = "AWS::SSM::Parameter::Name",
        /// The name of a Systems Manager parameter; `Ref` yields its value at deployment.
        SsmString = "AWS::SSM::Parameter::Value<String>",
    }
}

impl Parameter {
    /// A text parameter with a default.
    pub fn string(default: impl Into<String>) -> Self {
        Self { default: Some(Json::String(default.into())), ..Self::new(ParameterType::String) }
    }

    /// Whether `Ref` yields what Systems Manager holds at deployment, which a template cannot tell.
    pub fn is_looked_up(&self) -> bool {
        match &self.r#type {
            Value::Literal(word) => *word == ParameterType::SsmString,
            Value::Expr(expr) => expr.as_literal().is_some_and(|name| name.starts_with("AWS::SSM::Parameter::Value<")),
        }
    }

    /// Whether `Ref` yields a list.
    pub fn is_list(&self) -> bool {
        match &self.r#type {
            Value::Literal(word) => {
                matches!(word, ParameterType::NumberList | ParameterType::CommaDelimitedList)
            }
            Value::Expr(expr) => expr.as_literal().is_some_and(|name| name.starts_with("List<")),
        }
    }
}
