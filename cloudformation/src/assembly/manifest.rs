//! `manifest.json`: the table of contents of an assembly.

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value as Json};

use super::AssemblyError;
use crate::shape::shape;

/// The schema this crate writes: old enough for every CDK command line of the last years.
pub const SCHEMA_VERSION: &str = "36.0.0";

/// How errors name the file.
const FILE: &str = "manifest";

shape! { camelCase
    /// `manifest.json`.
    pub struct Manifest {
        required {
            /// [`SCHEMA_VERSION`] when written here.
            version: String,
        }
        optional {
            /// By id.
            artifacts: IndexMap<String, Artifact>,
            /// Look-ups that were not answered; deployment refuses while there are any.
            missing: Vec<Json>,
            /// Libraries that wrote it.
            runtime: Option<Json>,
        }
    }
}

/// One artifact of an assembly.
#[derive(Debug, Clone, PartialEq)]
pub struct Artifact {
    /// `aws://account/region`.
    pub environment: Option<String>,
    /// Its type and properties.
    pub properties: ArtifactProperties,
    /// Ids of artifacts to be deployed before.
    pub dependencies: Vec<String>,
    /// By construct path, kept as read.
    pub metadata: Map<String, Json>,
    /// For people.
    pub display_name: Option<String>,
    /// What was read but has no field here, kept as read.
    pub rest: Map<String, Json>,
}

/// What an artifact is.
#[derive(Debug, Clone, PartialEq)]
pub enum ArtifactProperties {
    /// `aws:cloudformation:stack`.
    Stack(Box<StackProperties>),
    /// `cdk:asset-manifest`.
    AssetManifest(AssetManifestProperties),
    /// `cdk:tree`.
    Tree(TreeProperties),
    /// Any other, kept as read.
    Other {
        /// `cdk:feature-flag-report`, `cdk:cloud-assembly`, …
        type_name: String,
        /// The properties, if any.
        properties: Option<Json>,
    },
}

shape! { camelCase
    /// A stack to deploy.
    pub struct StackProperties {
        required {
            /// Relative to the assembly.
            template_file: String,
        }
        optional {
            /// Refuses deletion of the stack.
            termination_protection: Option<bool>,
            /// Tags of the stack, which its resources inherit.
            tags: IndexMap<String, String>,
            /// Values of the template's parameters.
            parameters: IndexMap<String, String>,
            /// Checked by the command line while synthesizing.
            validate_on_synth: Option<bool>,
            /// Role to deploy as.
            assume_role_arn: Option<String>,
            /// Its external id.
            assume_role_external_id: Option<String>,
            /// Role `CloudFormation` acts as.
            cloud_formation_execution_role_arn: Option<String>,
            /// The template as an asset: needed above 51,200 bytes.
            stack_template_asset_object_url: Option<String>,
            /// Least bootstrap version.
            requires_bootstrap_stack_version: Option<u32>,
            /// Where the bootstrap version stands.
            bootstrap_stack_version_ssm_parameter: Option<String>,
            /// Ids of artifacts needed besides [`Artifact::dependencies`].
            additional_dependencies: Vec<String>,
            /// Role to look things up as.
            lookup_role: Option<BootstrapRole>,
            /// The stack's name, when it is not the artifact's id.
            stack_name: Option<String>,
        }
    }
}

shape! { camelCase
    /// A role of the bootstrap.
    pub struct BootstrapRole {
        required {
            /// Its ARN.
            arn: String,
        }
        optional {
            /// Its external id.
            assume_role_external_id: Option<String>,
            /// Least bootstrap version that has it.
            requires_bootstrap_stack_version: Option<u32>,
            /// Where the bootstrap version stands.
            bootstrap_stack_version_ssm_parameter: Option<String>,
        }
    }
}

shape! { camelCase
    /// An asset manifest of the assembly.
    pub struct AssetManifestProperties {
        required {
            /// Relative to the assembly.
            file: String,
        }
        optional {
            /// Least bootstrap version.
            requires_bootstrap_stack_version: Option<u32>,
            /// Where the bootstrap version stands.
            bootstrap_stack_version_ssm_parameter: Option<String>,
        }
    }
}

shape! { camelCase
    /// The construct tree: for tools that draw it.
    pub struct TreeProperties {
        required {
            /// Relative to the assembly.
            file: String,
        }
        optional {
        }
    }
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// When the text is no manifest.
    pub fn parse(text: &str) -> Result<Self, AssemblyError> {
        serde_json::from_str(text).map_err(|source| AssemblyError { file: FILE, source })
    }

    /// As JSON, indented by two spaces as CDK does, with a trailing newline.
    ///
    /// # Errors
    /// Only when a model cannot be JSON, which the public types do not allow.
    pub fn to_json(&self) -> Result<String, AssemblyError> {
        crate::json::pretty(self, "  ").map_err(|source| AssemblyError { file: FILE, source })
    }

    /// The stacks by artifact id, in order.
    pub fn stacks(&self) -> impl Iterator<Item = (&str, &StackProperties)> {
        self.artifacts.iter().filter_map(|(id, artifact)| match &artifact.properties {
            ArtifactProperties::Stack(stack) => Some((id.as_str(), &**stack)),
            _ => None,
        })
    }
}

impl Artifact {
    /// An artifact of the given properties and nothing else.
    pub fn new(properties: ArtifactProperties) -> Self {
        Self { environment: None, properties, dependencies: Vec::new(), metadata: Map::new(), display_name: None, rest: Map::new() }
    }
}

const STACK: &str = "aws:cloudformation:stack";
const ASSET_MANIFEST: &str = "cdk:asset-manifest";
const TREE: &str = "cdk:tree";

impl ArtifactProperties {
    fn type_name(&self) -> &str {
        match self {
            Self::Stack(_) => STACK,
            Self::AssetManifest(_) => ASSET_MANIFEST,
            Self::Tree(_) => TREE,
            Self::Other { type_name, .. } => type_name,
        }
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Other { properties: None, .. })
    }

    fn read(type_name: String, properties: Option<Json>) -> Result<Self, serde_json::Error> {
        let known = |properties: Option<Json>| properties.unwrap_or_default();
        match type_name.as_str() {
            STACK => serde_json::from_value(known(properties)).map(Self::Stack),
            ASSET_MANIFEST => serde_json::from_value(known(properties)).map(Self::AssetManifest),
            TREE => serde_json::from_value(known(properties)).map(Self::Tree),
            _ => Ok(Self::Other { type_name, properties }),
        }
    }
}

/// The properties alone, without the type.
impl Serialize for ArtifactProperties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Stack(properties) => properties.serialize(serializer),
            Self::AssetManifest(properties) => properties.serialize(serializer),
            Self::Tree(properties) => properties.serialize(serializer),
            Self::Other { properties, .. } => properties.serialize(serializer),
        }
    }
}

/// The JSON form when read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Read {
    r#type: String,
    environment: Option<String>,
    properties: Option<Json>,
    #[serde(default)]
    dependencies: Vec<String>,
    #[serde(default)]
    metadata: Map<String, Json>,
    display_name: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Json>,
}

/// The JSON form when written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    #[serde(skip_serializing_if = "ArtifactProperties::is_absent")]
    properties: &'a ArtifactProperties,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    dependencies: &'a [String],
    #[serde(skip_serializing_if = "Map::is_empty")]
    metadata: &'a Map<String, Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<&'a str>,
    #[serde(flatten)]
    rest: &'a Map<String, Json>,
}

impl Serialize for Artifact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            r#type: self.properties.type_name(),
            environment: self.environment.as_deref(),
            properties: &self.properties,
            dependencies: &self.dependencies,
            metadata: &self.metadata,
            display_name: self.display_name.as_deref(),
            rest: &self.rest,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Artifact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Read { r#type, environment, properties, dependencies, metadata, display_name, rest } = Read::deserialize(deserializer)?;
        let properties = ArtifactProperties::read(r#type, properties).map_err(serde::de::Error::custom)?;
        Ok(Self { environment, properties, dependencies, metadata, display_name, rest })
    }
}
