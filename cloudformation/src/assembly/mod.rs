//! The CDK cloud assembly: the directory that `cdk deploy --app DIR` understands.
//!
//! It holds `manifest.json` ([`Manifest`]), `cdk.out` ([`cdk_out`]), and for each stack
//! `<Stack>.template.json` and `<Stack>.assets.json` ([`AssetManifest`]), with the assets themselves in
//! files or directories beside them. Shapes as `aws-cdk-lib` of schema 36.0.0 writes them through its
//! default stack synthesizer; assemblies of later schemas read as well.

mod assets;
mod bootstrap;
mod manifest;
mod stack;

pub use assets::{AssetManifest, FileAsset, FileDestination, FileSource, Packaging};
pub use bootstrap::{Bootstrap, DEFAULT_QUALIFIER, Target};
pub use manifest::{Artifact, ArtifactProperties, AssetManifestProperties, BootstrapRole, Manifest, SCHEMA_VERSION, StackProperties, TreeProperties};
pub use stack::{Asset, Stack, manifest};

/// The assembly is not readable or not writable.
#[derive(Debug, thiserror::Error)]
#[error("this is not a cloud assembly {file}: {source}")]
pub struct AssemblyError {
    /// Which of its files.
    pub file: &'static str,
    /// Why.
    pub source: serde_json::Error,
}

/// The content of the file `cdk.out`, which marks the directory as an assembly.
pub fn cdk_out() -> String {
    format!("{{\"version\":\"{SCHEMA_VERSION}\"}}")
}
