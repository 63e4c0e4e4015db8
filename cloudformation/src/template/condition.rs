//! Conditions: the truths a template computes from its parameters.

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::Expr;

/// A condition (docs: `intrinsic-function-reference-conditions`).
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `Fn::Equals`: both sides are the same text.
    Equals(Expr, Expr),
    /// `Fn::Not`.
    Not(Box<Condition>),
    /// `Fn::And` of 2..=10 conditions.
    And(Vec<Condition>),
    /// `Fn::Or` of 2..=10 conditions.
    Or(Vec<Condition>),
    /// `Condition`: another condition of the template.
    Named(String),
    /// Anything else, kept as read.
    Opaque(Json),
}

impl Condition {
    /// `Fn::Equals`.
    pub fn equals(left: impl Into<Expr>, right: impl Into<Expr>) -> Self {
        Self::Equals(left.into(), right.into())
    }

    fn kept(json: &Json) -> Self {
        Self::from_json(json).unwrap_or_else(|| Self::Opaque(json.clone()))
    }

    fn from_json(json: &Json) -> Option<Self> {
        let object = json.as_object().filter(|object| object.len() == 1)?;
        let (key, argument) = object.iter().next()?;
        let items = argument.as_array();
        let all = || -> Option<Vec<Self>> { Some(items?.iter().map(Self::kept).collect()) };
        match key.as_str() {
            "Condition" => Some(Self::Named(argument.as_str()?.to_owned())),
            "Fn::Equals" => match items?.as_slice() {
                [left, right] => Some(Self::Equals(Expr::from_json(left.clone()).ok()?, Expr::from_json(right.clone()).ok()?)),
                _ => None,
            },
            "Fn::Not" => match items?.as_slice() {
                [negated] => Some(Self::Not(Box::new(Self::kept(negated)))),
                _ => None,
            },
            "Fn::And" => all().map(Self::And),
            "Fn::Or" => all().map(Self::Or),
            _ => None,
        }
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Self::Opaque(json) = self {
            return json.serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Equals(left, right) => map.serialize_entry("Fn::Equals", &(left, right))?,
            Self::Not(negated) => map.serialize_entry("Fn::Not", &(negated,))?,
            Self::And(all) => map.serialize_entry("Fn::And", all)?,
            Self::Or(any) => map.serialize_entry("Fn::Or", any)?,
            Self::Named(name) => map.serialize_entry("Condition", name)?,
            Self::Opaque(_) => {}
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        if !json.is_object() {
            return Err(D::Error::custom("expected a condition, write `Fn::Equals`, `Fn::And`, `Fn::Or` or `Fn::Not`"));
        }
        Ok(Self::kept(&json))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_nest_and_write_back() {
        let json = json!({"Fn::And": [
            {"Fn::Not": [{"Condition": "IsDev"}]},
            {"Fn::Or": [{"Fn::Equals": [{"Ref": "Env"}, "prod"]}, {"Fn::Contains": [["a"], "b"]}]},
        ]});
        let condition: Condition = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(
            condition,
            Condition::And(vec![
                Condition::Not(Box::new(Condition::Named("IsDev".into()))),
                Condition::Or(vec![Condition::equals(Expr::reference("Env"), "prod"), Condition::Opaque(json!({"Fn::Contains": [["a"], "b"]})),]),
            ])
        );
        assert_eq!(serde_json::to_value(&condition).unwrap(), json);
    }
}
