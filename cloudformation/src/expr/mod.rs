//! Expressions: a string, or the intrinsic function that yields one.
//!
//! Intrinsics (docs: `intrinsic-function-reference`) are objects with the single key `Ref` or `Fn::…`.
//! The ones Skywarden writes are variants; any other is kept whole in [`Expr::Opaque`].

mod json;
mod pseudo;
mod substitution;

pub use pseudo::Pseudo;
pub(crate) use substitution::opening;
pub use substitution::{Piece, escape, pieces};

use indexmap::IndexMap;

use crate::List;

/// A string property: text, or an intrinsic function.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// The text itself. A bare number or boolean reads as its text, as `CloudFormation` does for strings.
    Literal(String),
    /// `Ref`: a parameter, a resource or a pseudo parameter.
    Ref(String),
    /// `Fn::GetAtt`: an attribute of a resource.
    GetAtt {
        /// The resource's logical id.
        logical_id: String,
        /// The attribute, dots included (`Endpoint.Address`).
        attribute: String,
    },
    /// `Fn::Sub`: text with `${Name}`, `${Resource.Attribute}` and the escape `${!Name}`.
    Sub {
        /// The text.
        template: String,
        /// Names that only this text knows; without any, the short form is written. Apart, since few texts have some and every expression takes the room of
        /// the largest.
        variables: Option<Box<IndexMap<String, Expr>>>,
    },
    /// `Fn::Join`.
    Join {
        /// Put between the parts.
        delimiter: String,
        /// The parts.
        parts: List<Expr>,
    },
    /// `Fn::Select`: one item of a list, counted from 0.
    Select {
        /// The position, as text or an expression.
        index: Box<Expr>,
        /// The list.
        list: List<Expr>,
    },
    /// `Fn::Split`: yields a list.
    Split {
        /// Where to cut.
        delimiter: String,
        /// What to cut.
        source: Box<Expr>,
    },
    /// `Fn::If`.
    If {
        /// Name of a condition of the template.
        condition: String,
        /// When it holds.
        then: Box<Expr>,
        /// When it does not.
        otherwise: Box<Expr>,
    },
    /// `Fn::ImportValue`: an export of another stack.
    ImportValue(Box<Expr>),
    /// `Fn::FindInMap`.
    FindInMap {
        /// Name of the mapping.
        map: Box<Expr>,
        /// First key.
        top_key: Box<Expr>,
        /// Second key.
        second_key: Box<Expr>,
    },
    /// An intrinsic this crate has no variant for, or a number, list or structure inside `Fn::If`: kept as read.
    Opaque(serde_json::Value),
}

impl Expr {
    /// `Ref` to a parameter or a resource. For pseudo parameters see [`Pseudo`].
    pub fn reference(logical_id: impl Into<String>) -> Self {
        Self::Ref(logical_id.into())
    }

    /// `Fn::GetAtt`.
    pub fn get_att(logical_id: impl Into<String>, attribute: impl Into<String>) -> Self {
        Self::GetAtt { logical_id: logical_id.into(), attribute: attribute.into() }
    }

    /// `Fn::Sub` of text alone: `Expr::sub("arn:${AWS::Partition}:s3:::shop")`.
    pub fn sub(template: impl Into<String>) -> Self {
        Self::Sub { template: template.into(), variables: None }
    }

    /// `Fn::Sub` with names of its own.
    pub fn sub_with<K: Into<String>>(template: impl Into<String>, variables: impl IntoIterator<Item = (K, Expr)>) -> Self {
        let variables: IndexMap<_, _> = variables.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Self::Sub { template: template.into(), variables: (!variables.is_empty()).then(|| Box::new(variables)) }
    }

    /// `Fn::Join`.
    pub fn join(delimiter: impl Into<String>, parts: impl Into<List<Expr>>) -> Self {
        Self::Join { delimiter: delimiter.into(), parts: parts.into() }
    }

    /// `Fn::Select`, counted from 0.
    pub fn select(index: u32, list: impl Into<List<Expr>>) -> Self {
        Self::Select { index: Box::new(index.to_string().into()), list: list.into() }
    }

    /// `Fn::Split`.
    pub fn split(delimiter: impl Into<String>, source: impl Into<Expr>) -> Self {
        Self::Split { delimiter: delimiter.into(), source: Box::new(source.into()) }
    }

    /// `Fn::If`.
    pub fn choose(condition: impl Into<String>, then: impl Into<Expr>, otherwise: impl Into<Expr>) -> Self {
        Self::If { condition: condition.into(), then: Box::new(then.into()), otherwise: Box::new(otherwise.into()) }
    }

    /// `Fn::ImportValue`.
    pub fn import_value(export: impl Into<Expr>) -> Self {
        Self::ImportValue(Box::new(export.into()))
    }

    /// The text when it is written out; `None` for every intrinsic.
    pub fn as_literal(&self) -> Option<&str> {
        match self {
            Self::Literal(text) => Some(text),
            _ => None,
        }
    }

    /// `Ref: AWS::NoValue`, which removes the property it is the value of.
    pub fn is_no_value(&self) -> bool {
        matches!(self, Self::Ref(name) if name == Pseudo::NoValue.name())
    }

    /// Whether `json` has the form of an intrinsic function: an object whose one key is `Ref`,
    /// `Condition` with a text, or starts with `Fn::`.
    pub fn is_intrinsic(json: &serde_json::Value) -> bool {
        json::intrinsic(json).is_some()
    }
}

impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        Self::Literal(text.to_owned())
    }
}

impl From<String> for Expr {
    fn from(text: String) -> Self {
        Self::Literal(text)
    }
}

impl From<Pseudo> for Expr {
    fn from(pseudo: Pseudo) -> Self {
        Self::Ref(pseudo.name().to_owned())
    }
}
