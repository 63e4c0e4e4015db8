//! Evaluation of intrinsic functions.

use serde_json::Value as Json;

use super::{Resolver, Unknown};
use crate::expr::{Piece, pieces};
use crate::{Expr, List, Pseudo};

/// Deepest nesting of references. Templates stay far below; only a circle reaches it.
const DEEPEST: u32 = 64;

/// What an expression yields.
#[derive(Debug)]
enum Yield {
    Text(String),
    List(Vec<String>),
    Nothing,
}

impl Resolver<'_> {
    pub(super) fn text(self, expr: &Expr, depth: u32) -> Result<String, Unknown> {
        self.optional_text(expr, depth)?.ok_or(Unknown::Nothing)
    }

    pub(super) fn optional_text(self, expr: &Expr, depth: u32) -> Result<Option<String>, Unknown> {
        match self.evaluate(expr, depth)? {
            Yield::Text(text) => Ok(Some(text)),
            Yield::List(_) => Err(Unknown::List),
            Yield::Nothing => Ok(None),
        }
    }

    pub(super) fn list(self, list: &List<Expr>, depth: u32) -> Result<Vec<String>, Unknown> {
        match list {
            List::Items(items) => {
                let mut texts = Vec::with_capacity(items.len());
                for item in items {
                    texts.extend(self.optional_text(item, depth)?);
                }
                Ok(texts)
            }
            List::Expr(expr) => match self.evaluate(expr, depth)? {
                Yield::List(items) => Ok(items),
                Yield::Nothing => Ok(Vec::new()),
                Yield::Text(_) => Err(Unknown::Text),
            },
        }
    }

    fn evaluate(self, expr: &Expr, depth: u32) -> Result<Yield, Unknown> {
        if depth > DEEPEST {
            return Err(Unknown::Circle);
        }
        let depth = depth + 1;
        match expr {
            Expr::Literal(text) => Ok(Yield::Text(text.clone())),
            Expr::Ref(name) => self.reference(name, depth),
            Expr::GetAtt { logical_id, attribute } => self.attribute(logical_id, attribute, depth).map(Yield::Text),
            Expr::Sub { template, variables } => {
                let variable = |name: &str| variables.as_ref()?.get(name);
                let mut text = String::with_capacity(template.len());
                for piece in pieces(template) {
                    match piece {
                        Piece::Text(run) => text.push_str(run),
                        Piece::Name(name) => match variable(name) {
                            Some(value) => text.push_str(&self.text(value, depth)?),
                            None => text.push_str(&Self::one(self.reference(name, depth)?)?),
                        },
                        Piece::Attribute { logical_id, attribute } => {
                            // A variable's name may hold a dot, and then wins.
                            match variable(&format!("{logical_id}.{attribute}")) {
                                Some(value) => text.push_str(&self.text(value, depth)?),
                                None => {
                                    text.push_str(&self.attribute(logical_id, attribute, depth)?);
                                }
                            }
                        }
                    }
                }
                Ok(Yield::Text(text))
            }
            Expr::Join { delimiter, parts } => Ok(Yield::Text(self.list(parts, depth)?.join(delimiter))),
            Expr::Select { index, list } => {
                let items = self.list(list, depth)?;
                let index = self.text(index, depth)?;
                let item = index.trim().parse().ok().and_then(|at: usize| items.get(at).cloned());
                item.map(Yield::Text).ok_or(Unknown::Index { index, length: items.len() })
            }
            Expr::Split { delimiter, source } => {
                let source = self.text(source, depth)?;
                let parts = if delimiter.is_empty() { vec![source] } else { source.split(delimiter.as_str()).map(str::to_owned).collect() };
                Ok(Yield::List(parts))
            }
            Expr::If { condition, then, otherwise } => {
                let branch = if self.holds(condition, depth)? { then } else { otherwise };
                self.evaluate(branch, depth)
            }
            Expr::ImportValue(export) => {
                let export = self.text(export, depth)?;
                match self.environment.exports.get(&export) {
                    Some(value) => Ok(Yield::Text(value.clone())),
                    None => Err(Unknown::Export(export)),
                }
            }
            Expr::FindInMap { map, top_key, second_key } => self.look_up(self.text(map, depth)?, self.text(top_key, depth)?, self.text(second_key, depth)?),
            Expr::Opaque(json) => self.opaque(json, depth),
        }
    }

    fn one(yielded: Yield) -> Result<String, Unknown> {
        match yielded {
            Yield::Text(text) => Ok(text),
            Yield::List(_) => Err(Unknown::List),
            Yield::Nothing => Err(Unknown::Nothing),
        }
    }

    fn reference(self, name: &str, depth: u32) -> Result<Yield, Unknown> {
        if let Some(pseudo) = Pseudo::named(name) {
            return self.pseudo(pseudo);
        }
        if let Some(parameter) = self.template.parameters.get(name) {
            let given = self.environment.parameters.get(name).cloned();
            let default = || match parameter.default.as_ref()? {
                Json::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            let value = if parameter.is_looked_up() {
                given.ok_or_else(|| Unknown::LookedUp(name.to_owned()))?
            } else {
                given.or_else(default).ok_or_else(|| Unknown::Parameter(name.to_owned()))?
            };
            return Ok(if parameter.is_list() { Yield::List(value.split(',').map(|item| item.trim().to_owned()).collect()) } else { Yield::Text(value) });
        }
        self.resource_reference(name, depth).map(Yield::Text)
    }

    fn pseudo(self, pseudo: Pseudo) -> Result<Yield, Unknown> {
        let environment = self.environment;
        Ok(Yield::Text(match pseudo {
            Pseudo::AccountId => environment.account_id.clone(),
            Pseudo::Partition => environment.partition.clone(),
            Pseudo::Region => environment.region.clone(),
            Pseudo::StackName => environment.stack_name.clone(),
            Pseudo::UrlSuffix => environment.url_suffix().to_owned(),
            Pseudo::StackId => {
                let id = super::made_up::uuid(&environment.stack_name, pseudo.name());
                self.arn_for("cloudformation", &format!("stack/{}/{id}", environment.stack_name))
            }
            Pseudo::NoValue => return Ok(Yield::Nothing),
            Pseudo::NotificationArns => return Ok(Yield::List(Vec::new())),
        }))
    }

    fn look_up(self, map: String, top_key: String, second_key: String) -> Result<Yield, Unknown> {
        let found = self.template.mappings.get(&map).and_then(|map| map.get(&top_key)?.get(&second_key));
        match found {
            Some(Json::String(text)) => Ok(Yield::Text(text.clone())),
            Some(Json::Array(items)) => {
                let text = |item: &Json| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                Ok(Yield::List(items.iter().map(text).collect()))
            }
            Some(other) => Ok(Yield::Text(other.to_string())),
            None => Err(Unknown::Mapping { map, top_key, second_key }),
        }
    }

    /// A number or list inside `Fn::If`, or a function without a variant.
    fn opaque(self, json: &Json, depth: u32) -> Result<Yield, Unknown> {
        match json {
            Json::Number(_) | Json::Bool(_) => Ok(Yield::Text(json.to_string())),
            Json::Array(items) => {
                let exprs: Result<Vec<Expr>, _> = items.iter().cloned().map(Expr::from_json).collect();
                let list = exprs.map_err(|_| Unknown::Structure)?;
                self.list(&List::Items(list), depth).map(Yield::List)
            }
            Json::Object(object) if Expr::is_intrinsic(json) => Err(Unknown::Function(object.keys().next().cloned().unwrap_or_default())),
            _ => Err(Unknown::Structure),
        }
    }

    /// An ARN in the environment's partition, region and account.
    pub(super) fn arn_for(self, service: &str, resource: &str) -> String {
        let environment = self.environment;
        format!("arn:{}:{service}:{}:{}:{resource}", environment.partition, environment.region, environment.account_id)
    }
}
