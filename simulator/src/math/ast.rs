//! The parsed expression.

use std::fmt;

use crate::math::{Function, MathError, parse};

/// A parsed expression and its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    pub(super) root: Node,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// A [`MathError`] with the column of the first mistake.
    pub fn parse(text: &str) -> Result<Self, MathError> {
        Ok(Self { text: text.to_owned(), root: parse::parse(text)? })
    }
}

impl fmt::Display for Expression {
    /// The text as it was written.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// A part of an expression and where it stands (column from 1).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) column: usize,
    pub(super) kind: NodeKind,
}

/// What a part is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NodeKind {
    Number(f64),
    Text(String),
    Id(String),
    Array(Vec<Node>),
    Negate(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    Call(Function, Vec<Node>),
    /// The word `REPEAT` or `LINEAR` as second argument of `FILL`.
    Fill(FillMode),
}

/// How `FILL` fills without a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FillMode {
    Repeat,
    Linear,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

impl Operator {
    /// Applies it; the result may not be finite, which the caller drops.
    #[expect(clippy::float_cmp, reason = "== and != of the language compare exactly")]
    pub(super) fn apply(self, left: f64, right: f64) -> f64 {
        let truth = |holds: bool| f64::from(u8::from(holds));
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
            Self::Power => left.powf(right),
            Self::Equal => truth(left == right),
            Self::NotEqual => truth(left != right),
            Self::Less => truth(left < right),
            Self::LessOrEqual => truth(left <= right),
            Self::Greater => truth(left > right),
            Self::GreaterOrEqual => truth(left >= right),
            Self::And => truth(left != 0.0 && right != 0.0),
            Self::Or => truth(left != 0.0 || right != 0.0),
        }
    }

    /// How tightly it binds, from 1.
    pub(super) const fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::NotEqual | Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide => 5,
            Self::Power => 6,
        }
    }
}
