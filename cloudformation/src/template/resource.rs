//! One resource: its properties and what `CloudFormation` itself does with it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value as Json};

use crate::shape::words;
use crate::{OneOrMany, Properties, Value};

/// A resource of a template (docs: `resources-section-structure`, `aws-product-attribute-reference`).
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The kind and its properties.
    pub properties: Properties,
    /// Logical ids to be created before this one.
    pub depends_on: Vec<String>,
    /// The resource exists only when this condition holds.
    pub condition: Option<String>,
    /// When the stack or the resource is deleted.
    pub deletion_policy: Option<Value<DeletionPolicy>>,
    /// When an update replaces it.
    pub update_replace_policy: Option<Value<DeletionPolicy>>,
    /// Free information.
    pub metadata: Map<String, Json>,
    /// `CreationPolicy`, `UpdatePolicy` and whatever comes later, kept as read.
    pub rest: Map<String, Json>,
}

words! {
    /// What becomes of the real resource.
    pub enum DeletionPolicy {
        /// Deleted: the default.
        Delete = "Delete",
        /// Kept, no longer managed.
        Retain = "Retain",
        /// Kept, unless the very creation is rolled back.
        RetainExceptOnCreate = "RetainExceptOnCreate",
        /// Deleted after a snapshot; not for the kinds Skywarden writes.
        Snapshot = "Snapshot",
    }
}

impl Resource {
    /// A resource that `CloudFormation` deletes and replaces as it pleases.
    pub fn new(properties: impl Into<Properties>) -> Self {
        Self {
            properties: properties.into(),
            depends_on: Vec::new(),
            condition: None,
            deletion_policy: None,
            update_replace_policy: None,
            metadata: Map::new(),
            rest: Map::new(),
        }
    }

    /// The same, kept when deleted from the stack or replaced: for what holds data.
    #[must_use]
    pub fn retained(mut self) -> Self {
        self.deletion_policy = Some(DeletionPolicy::Retain.into());
        self.update_replace_policy = Some(DeletionPolicy::Retain.into());
        self
    }

    /// The same, created after `logical_id` too.
    #[must_use]
    pub fn after(mut self, logical_id: impl Into<String>) -> Self {
        self.depends_on.push(logical_id.into());
        self
    }

    /// The `CloudFormation` type: `AWS::Logs::LogGroup`.
    pub fn type_name(&self) -> &str {
        self.properties.type_name()
    }
}

/// The JSON form when read.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Read {
    r#type: String,
    condition: Option<String>,
    #[serde(default)]
    properties: Json,
    depends_on: Option<OneOrMany<String>>,
    deletion_policy: Option<Value<DeletionPolicy>>,
    update_replace_policy: Option<Value<DeletionPolicy>>,
    #[serde(default)]
    metadata: Map<String, Json>,
    #[serde(flatten)]
    rest: Map<String, Json>,
}

/// The JSON form when written.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Written<'a> {
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'a str>,
    // A resource without properties is written without the key, as `AWS::SQS::Queue` allows.
    #[serde(skip_serializing_if = "Properties::is_empty")]
    properties: &'a Properties,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    depends_on: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_policy: Option<&'a Value<DeletionPolicy>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_replace_policy: Option<&'a Value<DeletionPolicy>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    metadata: &'a Map<String, Json>,
    #[serde(flatten)]
    rest: &'a Map<String, Json>,
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            r#type: self.type_name(),
            condition: self.condition.as_deref(),
            properties: &self.properties,
            depends_on: &self.depends_on,
            deletion_policy: self.deletion_policy.as_ref(),
            update_replace_policy: self.update_replace_policy.as_ref(),
            metadata: &self.metadata,
            rest: &self.rest,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Read::deserialize(deserializer)?;
        let properties = match written.properties {
            Json::Null => Map::new(),
            Json::Object(properties) => properties,
            _ => {
                return Err(D::Error::custom(format!("`Properties` of a {} must be an object", written.r#type)));
            }
        };
        Ok(Self {
            properties: Properties::read(&written.r#type, properties),
            depends_on: written.depends_on.map(|ids| ids.as_slice().to_vec()).unwrap_or_default(),
            condition: written.condition,
            deletion_policy: written.deletion_policy,
            update_replace_policy: written.update_replace_policy,
            metadata: written.metadata,
            rest: written.rest,
        })
    }
}
