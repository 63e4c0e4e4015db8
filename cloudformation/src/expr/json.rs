//! Expressions to and from JSON.

use indexmap::IndexMap;
use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use super::Expr;
use crate::List;

/// The key and argument of an intrinsic function, when `json` is one.
pub(super) fn intrinsic(json: &Json) -> Option<(&str, &Json)> {
    let object = json.as_object().filter(|object| object.len() == 1)?;
    let (key, argument) = object.iter().next()?;
    let known = key == "Ref" || key.starts_with("Fn::") || (key == "Condition" && argument.is_string());
    known.then_some((key.as_str(), argument))
}

impl Expr {
    /// Reads a string position: text, a bare number or boolean, or an intrinsic function.
    ///
    /// # Errors
    /// When `json` is null, a list, or an object that is no intrinsic function.
    pub fn from_json(json: Json) -> Result<Self, serde_json::Error> {
        match json {
            Json::String(text) => Ok(Self::Literal(text)),
            Json::Number(number) => Ok(Self::Literal(number.to_string())),
            Json::Bool(flag) => Ok(Self::Literal(flag.to_string())),
            other => match Self::modelled(&other) {
                Some(expr) => Ok(expr),
                None if Self::is_intrinsic(&other) => Ok(Self::Opaque(other)),
                None => Err(serde_json::Error::custom("expected a string or an intrinsic function, write text, `Ref` or `Fn::…`")),
            },
        }
    }

    /// The variant for an intrinsic whose argument has the usual form.
    fn modelled(json: &Json) -> Option<Self> {
        let (key, argument) = intrinsic(json)?;
        let text = |json: &Json| json.as_str().map(str::to_owned);
        let items = argument.as_array().map(Vec::as_slice);
        match (key, items) {
            ("Ref", None) => Some(Self::Ref(text(argument)?)),
            ("Fn::GetAtt", None) => {
                let (logical_id, attribute) = argument.as_str()?.split_once('.')?;
                Some(Self::get_att(logical_id, attribute))
            }
            ("Fn::GetAtt", Some([logical_id, attribute])) => Some(Self::get_att(text(logical_id)?, text(attribute)?)),
            ("Fn::Sub", None) => Some(Self::sub(text(argument)?)),
            ("Fn::Sub", Some([template, variables])) => Some(Self::sub_with(text(template)?, IndexMap::<String, Self>::deserialize(variables).ok()?)),
            ("Fn::Join", Some([delimiter, parts])) => Some(Self::Join { delimiter: text(delimiter)?, parts: List::deserialize(parts).ok()? }),
            ("Fn::Select", Some([index, list])) => Some(Self::Select { index: nested(index)?, list: List::deserialize(list).ok()? }),
            ("Fn::Split", Some([delimiter, source])) => Some(Self::Split { delimiter: text(delimiter)?, source: nested(source)? }),
            ("Fn::If", Some([condition, then, otherwise])) => {
                Some(Self::If { condition: text(condition)?, then: Box::new(branch(then)), otherwise: Box::new(branch(otherwise)) })
            }
            ("Fn::ImportValue", _) => Some(Self::ImportValue(nested(argument)?)),
            ("Fn::FindInMap", Some([map, top_key, second_key])) => {
                Some(Self::FindInMap { map: nested(map)?, top_key: nested(top_key)?, second_key: nested(second_key)? })
            }
            _ => None,
        }
    }
}

fn nested(json: &Json) -> Option<Box<Expr>> {
    Expr::from_json(json.clone()).ok().map(Box::new)
}

/// A branch of `Fn::If` may be a number, a list or a structure, depending on the property.
fn branch(json: &Json) -> Expr {
    match json {
        Json::Number(_) | Json::Bool(_) => Expr::Opaque(json.clone()),
        _ => Expr::from_json(json.clone()).unwrap_or_else(|_| Expr::Opaque(json.clone())),
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Literal(text) => serializer.serialize_str(text),
            Self::Ref(name) => call(serializer, "Ref", name),
            Self::GetAtt { logical_id, attribute } => call(serializer, "Fn::GetAtt", &(logical_id, attribute)),
            Self::Sub { template, variables: None } => call(serializer, "Fn::Sub", template),
            Self::Sub { template, variables: Some(variables) } => call(serializer, "Fn::Sub", &(template, variables)),
            Self::Join { delimiter, parts } => call(serializer, "Fn::Join", &(delimiter, parts)),
            Self::Select { index, list } => call(serializer, "Fn::Select", &(index, list)),
            Self::Split { delimiter, source } => call(serializer, "Fn::Split", &(delimiter, source)),
            Self::If { condition, then, otherwise } => call(serializer, "Fn::If", &(condition, then, otherwise)),
            Self::ImportValue(export) => call(serializer, "Fn::ImportValue", export),
            Self::FindInMap { map, top_key, second_key } => call(serializer, "Fn::FindInMap", &(map, top_key, second_key)),
            Self::Opaque(json) => json.serialize(serializer),
        }
    }
}

fn call<S: Serializer, A: Serialize>(serializer: S, key: &str, argument: &A) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(key, argument)?;
    map.end()
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(Json::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: Json) -> Expr {
        Expr::from_json(json).unwrap()
    }

    #[test]
    fn every_form_reads_and_writes_back() {
        let cases = [
            (json!("text"), Expr::from("text")),
            (json!({"Ref": "AWS::Region"}), crate::Pseudo::Region.into()),
            (json!({"Fn::GetAtt": ["Key", "Arn"]}), Expr::get_att("Key", "Arn")),
            (json!({"Fn::Sub": "${A}"}), Expr::sub("${A}")),
            (json!({"Fn::Sub": ["${A}", {"A": "b"}]}), Expr::sub_with("${A}", [("A", "b".into())])),
            (json!({"Fn::Join": ["", ["a", {"Ref": "B"}]]}), Expr::join("", ["a".into(), Expr::reference("B")])),
            (json!({"Fn::Join": [",", {"Ref": "Names"}]}), Expr::join(",", Expr::reference("Names"))),
            (json!({"Fn::Select": ["1", {"Fn::Split": [":", {"Ref": "Arn"}]}]}), Expr::select(1, Expr::split(":", Expr::reference("Arn")))),
            (json!({"Fn::If": ["IsProd", "a", {"Ref": "AWS::NoValue"}]}), Expr::choose("IsProd", "a", crate::Pseudo::NoValue)),
            (json!({"Fn::ImportValue": {"Fn::Sub": "${Stack}-Arn"}}), Expr::import_value(Expr::sub("${Stack}-Arn"))),
            (
                json!({"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "Account"]}),
                Expr::FindInMap { map: Box::new("Regions".into()), top_key: Box::new(crate::Pseudo::Region.into()), second_key: Box::new("Account".into()) },
            ),
            (json!({"Fn::Base64": "x"}), Expr::Opaque(json!({"Fn::Base64": "x"}))),
        ];
        for (json, expr) in cases {
            assert_eq!(read(json.clone()), expr);
            assert_eq!(serde_json::to_value(&expr).unwrap(), json);
        }
    }

    #[test]
    fn short_and_numeric_forms_read_as_their_long_ones() {
        assert_eq!(read(json!({"Fn::GetAtt": "Db.Endpoint.Address"})), Expr::get_att("Db", "Endpoint.Address"));
        assert_eq!(read(json!({"Fn::Select": [0, ["a"]]})), Expr::select(0, [Expr::from("a")]));
        assert_eq!(read(json!(443)), Expr::from("443"));
        assert_eq!(read(json!(true)), Expr::from("true"));
    }

    #[test]
    fn an_unusual_argument_is_kept_whole() {
        for json in [json!({"Fn::GetAtt": ["A", {"Ref": "B"}]}), json!({"Fn::Join": ["x"]}), json!({"Ref": 5})] {
            assert_eq!(read(json.clone()), Expr::Opaque(json));
        }
    }

    #[test]
    fn a_structure_is_no_string() {
        for json in [json!(null), json!(["a"]), json!({"a": 1}), json!({"Ref": "A", "B": 1})] {
            assert!(Expr::from_json(json).is_err());
        }
    }

    #[test]
    fn a_branch_may_be_anything() {
        for branch in [json!(["a"]), json!({"a": 1}), json!(10), json!(true), json!("x")] {
            let json = json!({"Fn::If": ["C", branch, {"Ref": "AWS::NoValue"}]});
            assert_eq!(serde_json::to_value(read(json.clone())).unwrap(), json);
        }
    }
}
