//! The template: everything one stack is made of, as JSON text and back.

mod condition;
mod output;
mod parameter;
mod resource;

pub use condition::Condition;
pub use output::{Export, Output};
pub use parameter::{Parameter, ParameterType};
pub use resource::{DeletionPolicy, Resource};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::{Expr, Kind};

/// The only format version there is (docs: `format-version-structure`).
pub const FORMAT_VERSION: &str = "2010-09-09";

/// Two keys, then a value: what `Fn::FindInMap` looks up.
pub type Mapping = IndexMap<String, IndexMap<String, Json>>;

/// A `CloudFormation` template (docs: `template-anatomy`). Order of insertion is order of writing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Template {
    /// [`FORMAT_VERSION`], or absent.
    #[serde(rename = "AWSTemplateFormatVersion", default, skip_serializing_if = "Option::is_none")]
    pub format_version: Option<String>,
    /// At most 1,024 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Macros such as `AWS::Serverless-2016-10-31`; a template with one is not yet what AWS deploys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform: Option<Json>,
    /// Free information about the template.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Json>,
    /// What a deployment is asked for.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub parameters: IndexMap<String, Parameter>,
    /// Look-up tables of `Fn::FindInMap`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub mappings: IndexMap<String, Mapping>,
    /// Named truths that `Fn::If` and [`Resource::condition`] use.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub conditions: IndexMap<String, Condition>,
    /// The resources by logical id.
    #[serde(default)]
    pub resources: IndexMap<String, Resource>,
    /// What the stack shows and exports.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub outputs: IndexMap<String, Output>,
    /// `Rules`, `Hooks` and whatever comes later, kept as read.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

impl Template {
    /// Reads a JSON template.
    ///
    /// A resource of a kind this crate types, whose properties do not fit the type, becomes
    /// [`crate::Properties::Other`] rather than failing the template; [`Template::untyped`] says which
    /// and why.
    ///
    /// # Errors
    /// When the text is not JSON or not shaped like a template.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        serde_json::from_str(text).map_err(TemplateError::Read)
    }

    /// The template as JSON: indented by one space as CDK does, insertion order, trailing newline.
    ///
    /// # Errors
    /// Only when a model cannot be JSON, which the public types do not allow.
    pub fn to_json(&self) -> Result<String, TemplateError> {
        crate::json::pretty(self, " ").map_err(TemplateError::Write)
    }

    /// As [`Template::to_json`], by way of `room`. Whoever writes many templates uses the same for all: that is cheaper than one that grows for each.
    ///
    /// # Errors
    /// As [`Template::to_json`].
    pub fn to_json_by(&self, room: &mut Vec<u8>) -> Result<String, TemplateError> {
        room.clear();
        crate::json::pretty_into(room, self, " ").map_err(TemplateError::Write)?;
        let text = str::from_utf8(room).map_err(|error| TemplateError::Write(serde::ser::Error::custom(error)))?;
        Ok(text.to_owned())
    }

    /// The template on one line: what counts against the size limits when space is short.
    ///
    /// # Errors
    /// As [`Template::to_json`].
    pub fn to_compact_json(&self) -> Result<String, TemplateError> {
        serde_json::to_string(self).map_err(TemplateError::Write)
    }

    /// Adds a resource; returns the one that had the logical id before.
    pub fn add(&mut self, logical_id: impl Into<String>, resource: Resource) -> Option<Resource> {
        self.resources.insert(logical_id.into(), resource)
    }

    /// Adds an output.
    pub fn add_output(&mut self, logical_id: impl Into<String>, value: impl Into<Expr>) -> Option<Output> {
        self.outputs.insert(logical_id.into(), Output::new(value))
    }

    /// All resources of one kind with their logical ids, in template order.
    ///
    /// ```
    /// # use skywarden_cloudformation::{Template, cloudwatch::Alarm};
    /// # let template = Template::default();
    /// for (logical_id, alarm) in template.all::<Alarm>() {
    ///     println!("{logical_id}: {:?}", alarm.comparison_operator);
    /// }
    /// ```
    pub fn all<K: Kind>(&self) -> impl Iterator<Item = (&str, &K)> {
        self.resources.iter().filter_map(|(logical_id, resource)| Some((logical_id.as_str(), K::of(&resource.properties)?)))
    }

    /// One resource, when it exists and is of the kind.
    pub fn get<K: Kind>(&self, logical_id: &str) -> Option<&K> {
        K::of(&self.resources.get(logical_id)?.properties)
    }

    /// Resources of a kind this crate types whose properties it could not read, each with the reason.
    pub fn untyped(&self) -> impl Iterator<Item = (&str, String)> {
        self.resources.iter().filter_map(|(logical_id, resource)| Some((logical_id.as_str(), resource.properties.untyped_reason()?)))
    }
}

/// A template could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The text is no JSON template.
    #[error("this is not a CloudFormation template in JSON: {0}")]
    Read(#[source] serde_json::Error),
    /// The model has no JSON form.
    #[error("the template cannot be written as JSON: {0}")]
    Write(#[source] serde_json::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sections_pass_through() {
        let text = r#"{"Rules":{"R":{"Assertions":[]}},"Resources":{},"Hooks":{"h":1}}"#;
        let template = Template::parse(text).unwrap();
        assert_eq!(template.rest.keys().collect::<Vec<_>>(), ["Rules", "Hooks"]);
        assert_eq!(Template::parse(&template.to_json().unwrap()).unwrap(), template);
    }

    #[test]
    fn a_known_kind_that_does_not_fit_is_kept_and_reported() {
        let text = r#"{"Resources":{"A":{"Type":"AWS::CloudWatch::Alarm","Properties":{"Period":[60]}}}}"#;
        let template = Template::parse(text).unwrap();
        let untyped: Vec<_> = template.untyped().collect();
        assert_eq!(untyped, [("A", "`Period`: a list stands where one value is due".to_owned())]);
        assert_eq!(template.to_compact_json().unwrap(), text);
    }

    #[test]
    fn text_that_is_no_template_says_so() {
        let error = Template::parse("Resources: {}").unwrap_err().to_string();
        assert!(error.starts_with("this is not a CloudFormation template in JSON: "), "{error}");
    }
}
