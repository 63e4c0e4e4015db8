//! What a template's expressions will be in a given account and region, as far as that can be known
//! without asking AWS.
//!
//! Names that `CloudFormation` would make up (`<stack>-<logical id>-<random>`) and ids that AWS would make
//! up (KMS keys) are replaced by stable ones of the same form, so that everything that refers to one
//! resource agrees. Everything else is either exact or a [`ResolveError`]; nothing is guessed.

mod attribute;
mod conditions;
mod environment;
mod error;
mod evaluate;
mod made_up;
mod name;

pub use environment::Environment;
pub use error::{ResolveError, Unknown};

use std::str::FromStr;

use crate::{Expr, List, Template, Value};

/// Resolves the expressions of one template in one environment.
#[derive(Debug, Clone, Copy)]
pub struct Resolver<'a> {
    template: &'a Template,
    environment: &'a Environment,
}

/// A [`Resolver`] that knows which property it is working on, for its errors.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    resolver: Resolver<'a>,
    logical_id: &'a str,
    property: &'a str,
}

impl<'a> Resolver<'a> {
    /// A resolver for `template` as deployed to `environment`.
    pub fn new(template: &'a Template, environment: &'a Environment) -> Self {
        Self { template, environment }
    }

    /// The environment it resolves for.
    pub fn environment(&self) -> &'a Environment {
        self.environment
    }

    /// Resolves expressions of this property of this resource; the two only serve error messages.
    pub fn at(self, logical_id: &'a str, property: &'a str) -> At<'a> {
        At { resolver: self, logical_id, property }
    }

    /// The name of a resource: the one given in the template, else a stable made-up one.
    ///
    /// # Errors
    /// When there is no such resource, its kind has no name, or the name depends on what is not known.
    pub fn physical_name(self, logical_id: &str) -> Result<String, ResolveError> {
        self.name_of(logical_id, 0).map_err(|unknown| unknown.at(logical_id, "name"))
    }

    /// The ARN of a resource, as `Fn::GetAtt` `Arn` yields it: for a log group it ends in `:*`.
    ///
    /// # Errors
    /// As [`Resolver::physical_name`], and for kinds without a known ARN form.
    pub fn arn(self, logical_id: &str) -> Result<String, ResolveError> {
        self.arn_of(logical_id, 0).map_err(|unknown| unknown.at(logical_id, "Arn"))
    }

    /// Whether a named condition of the template holds.
    ///
    /// # Errors
    /// When it does not exist or depends on what is not known.
    pub fn condition(self, name: &str) -> Result<bool, ResolveError> {
        self.holds(name, 0).map_err(|unknown| unknown.at(name, "Condition"))
    }

    /// Whether a resource is part of the stack: true without a condition.
    ///
    /// # Errors
    /// When there is no such resource, or its condition depends on what is not known.
    pub fn exists(self, logical_id: &str) -> Result<bool, ResolveError> {
        let no_such = || Unknown::Name(logical_id.to_owned()).at(logical_id, "Condition");
        let resource = self.template.resources.get(logical_id).ok_or_else(no_such)?;
        match &resource.condition {
            Some(name) => self.holds(name, 0).map_err(|unknown| unknown.at(logical_id, "Condition")),
            None => Ok(true),
        }
    }
}

impl At<'_> {
    /// The text an expression yields.
    ///
    /// # Errors
    /// When it cannot be known offline, or yields a list or nothing.
    pub fn text(&self, expr: &Expr) -> Result<String, ResolveError> {
        self.resolver.text(expr, 0).map_err(|unknown| self.error(unknown))
    }

    /// The text of an optional property; `AWS::NoValue` counts as absent.
    ///
    /// # Errors
    /// As [`At::text`].
    pub fn optional(&self, expr: Option<&Expr>) -> Result<Option<String>, ResolveError> {
        let Some(expr) = expr else { return Ok(None) };
        self.resolver.optional_text(expr, 0).map_err(|unknown| self.error(unknown))
    }

    /// The texts of a list property, without the items that are `AWS::NoValue`.
    ///
    /// # Errors
    /// As [`At::text`].
    pub fn list(&self, list: &List<Expr>) -> Result<Vec<String>, ResolveError> {
        self.resolver.list(list, 0).map_err(|unknown| self.error(unknown))
    }

    /// A number, flag or word.
    ///
    /// # Errors
    /// As [`At::text`], and when the text is not of the type.
    pub fn value<T: Clone + FromStr>(&self, value: &Value<T>) -> Result<T, ResolveError> {
        match value {
            Value::Literal(literal) => Ok(literal.clone()),
            Value::Expr(expr) => {
                let text = self.text(expr)?;
                text.parse().map_err(|_| self.error(Unknown::WrongType(text)))
            }
        }
    }

    fn error(&self, unknown: Unknown) -> ResolveError {
        unknown.at(self.logical_id, self.property)
    }
}
