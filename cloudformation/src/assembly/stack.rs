//! From the stacks we want to the manifests CDK reads.

use indexmap::IndexMap;
use serde_json::Map;

use super::bootstrap::{LOOKUP_VERSION, REQUIRED_VERSION};
use super::{
    Artifact, ArtifactProperties, AssetManifest, AssetManifestProperties, Bootstrap, BootstrapRole, FileAsset, FileDestination, FileSource, Manifest,
    Packaging, SCHEMA_VERSION, StackProperties, Target,
};

/// One stack of an assembly, environment-agnostic and unprotected unless said otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    /// Artifact id and stem of its files: letters, digits, `-` and `_`.
    pub id: String,
    /// The name in `CloudFormation`.
    pub stack_name: String,
    /// Where it goes.
    pub target: Target,
    /// Refuses deletion of the stack.
    pub termination_protection: bool,
    /// Tags of the stack.
    pub tags: IndexMap<String, String>,
    /// Values of the template's parameters.
    pub parameters: IndexMap<String, String>,
    /// Ids of stacks to be deployed before.
    pub depends_on: Vec<String>,
    /// Lower-case hex SHA-256 of the template's text: its id as an asset.
    pub template_asset_id: String,
    /// What else is uploaded, in order.
    pub assets: Vec<Asset>,
}

/// A file or directory uploaded before its stack is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Lower-case hex digest of the content.
    pub id: String,
    /// Relative to the assembly: `asset.<id>` for directories by custom.
    pub path: String,
    /// As it is or zipped.
    pub packaging: Packaging,
}

impl Asset {
    /// A directory that is zipped when uploaded, under CDK's usual path.
    pub fn directory(id: impl Into<String>) -> Self {
        let id = id.into();
        Self { path: format!("asset.{id}"), id, packaging: Packaging::Zip }
    }

    /// The object's key in the bucket.
    fn object_key(&self) -> String {
        match self.packaging {
            Packaging::Zip => format!("{}.zip", self.id),
            Packaging::File => match self.path.rsplit_once('.') {
                Some((_, extension)) if !extension.contains('/') => {
                    format!("{}.{extension}", self.id)
                }
                _ => self.id.clone(),
            },
        }
    }
}

impl Stack {
    /// A stack without assets but its template.
    pub fn new(id: impl Into<String>, stack_name: impl Into<String>, template_asset_id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            stack_name: stack_name.into(),
            target: Target::Agnostic,
            termination_protection: false,
            tags: IndexMap::new(),
            parameters: IndexMap::new(),
            depends_on: Vec::new(),
            template_asset_id: template_asset_id.into(),
            assets: Vec::new(),
        }
    }

    /// `<id>.template.json`.
    pub fn template_file(&self) -> String {
        format!("{}.template.json", self.id)
    }

    /// `<id>.assets.json`.
    pub fn asset_manifest_file(&self) -> String {
        format!("{}.assets.json", self.id)
    }

    /// The id of the artifact that stands for its asset manifest.
    fn asset_manifest_id(&self) -> String {
        format!("{}.assets", self.id)
    }

    /// The content of [`Stack::asset_manifest_file`]: the assets, then the template.
    pub fn asset_manifest(&self, bootstrap: &Bootstrap) -> AssetManifest {
        let template = Asset { id: self.template_asset_id.clone(), path: self.template_file(), packaging: Packaging::File };
        let files = self.assets.iter().chain([&template]);
        let files: IndexMap<_, _> = files.map(|asset| (asset.id.clone(), self.file(asset, bootstrap))).collect();
        AssetManifest::new(SCHEMA_VERSION, files, Map::new())
    }

    fn file(&self, asset: &Asset, bootstrap: &Bootstrap) -> FileAsset {
        let destination = FileDestination {
            region: self.target.region().map(str::to_owned),
            assume_role_arn: Some(bootstrap.role_arn("file-publishing", &self.target)),
            ..FileDestination::new(bootstrap.bucket(&self.target), asset.object_key())
        };
        let source = FileSource { path: Some(asset.path.clone()), packaging: Some(asset.packaging), ..FileSource::default() };
        FileAsset::new(source, IndexMap::from([(self.target.destination(), destination)]))
    }

    fn artifact(&self, bootstrap: &Bootstrap) -> Artifact {
        let lookup_role = BootstrapRole {
            requires_bootstrap_stack_version: Some(LOOKUP_VERSION),
            bootstrap_stack_version_ssm_parameter: Some(bootstrap.version_parameter()),
            ..BootstrapRole::new(bootstrap.role_arn("lookup", &self.target))
        };
        let properties = StackProperties {
            termination_protection: Some(self.termination_protection),
            tags: self.tags.clone(),
            parameters: self.parameters.clone(),
            validate_on_synth: Some(false),
            assume_role_arn: Some(bootstrap.role_arn("deploy", &self.target)),
            cloud_formation_execution_role_arn: Some(bootstrap.role_arn("cfn-exec", &self.target)),
            stack_template_asset_object_url: Some(format!("s3://{}/{}.json", bootstrap.bucket(&self.target), self.template_asset_id)),
            requires_bootstrap_stack_version: Some(REQUIRED_VERSION),
            bootstrap_stack_version_ssm_parameter: Some(bootstrap.version_parameter()),
            additional_dependencies: vec![self.asset_manifest_id()],
            lookup_role: Some(lookup_role),
            stack_name: (self.stack_name != self.id).then(|| self.stack_name.clone()),
            ..StackProperties::new(self.template_file())
        };
        let mut dependencies = self.depends_on.clone();
        dependencies.push(self.asset_manifest_id());
        Artifact {
            environment: Some(self.target.environment()),
            dependencies,
            display_name: Some(self.id.clone()),
            ..Artifact::new(ArtifactProperties::Stack(Box::new(properties)))
        }
    }

    fn asset_artifact(&self, bootstrap: &Bootstrap) -> Artifact {
        Artifact::new(ArtifactProperties::AssetManifest(AssetManifestProperties {
            requires_bootstrap_stack_version: Some(REQUIRED_VERSION),
            bootstrap_stack_version_ssm_parameter: Some(bootstrap.version_parameter()),
            ..AssetManifestProperties::new(self.asset_manifest_file())
        }))
    }
}

/// The content of `manifest.json` for these stacks, in this order.
pub fn manifest(stacks: &[Stack], bootstrap: &Bootstrap) -> Manifest {
    let mut artifacts = IndexMap::new();
    for stack in stacks {
        artifacts.insert(stack.asset_manifest_id(), stack.asset_artifact(bootstrap));
        artifacts.insert(stack.id.clone(), stack.artifact(bootstrap));
    }
    Manifest { artifacts, ..Manifest::new(SCHEMA_VERSION) }
}
