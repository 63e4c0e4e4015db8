//! Asset manifests: what is uploaded before a stack is deployed, and where to.

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::AssemblyError;
use crate::shape::{shape, words};

/// How errors name the file.
const FILE: &str = "asset manifest";

shape! { camelCase
    /// `<Stack>.assets.json`.
    pub struct AssetManifest {
        required {
            /// [`super::SCHEMA_VERSION`] when written here.
            version: String,
            /// Files and directories by asset id.
            files: IndexMap<String, FileAsset>,
            /// Images by asset id, kept as read.
            docker_images: Map<String, Json>,
        }
        optional {
        }
    }
}

shape! { camelCase
    /// A file or directory to upload.
    pub struct FileAsset {
        required {
            /// What.
            source: FileSource,
            /// Where to, by environment.
            destinations: IndexMap<String, FileDestination>,
        }
        optional {
            /// Shown while uploading; of later schemas.
            display_name: Option<String>,
        }
    }
}

shape! { camelCase
    /// What is uploaded.
    pub struct FileSource {
        optional {
            /// Relative to the assembly.
            path: Option<String>,
            /// As it is or zipped.
            packaging: Option<Packaging>,
            /// A command that prints the path instead.
            executable: Vec<String>,
        }
    }
}

words! {
    /// How a source is uploaded.
    pub enum Packaging {
        /// As it is.
        File = "file",
        /// A directory, zipped.
        Zip = "zip",
    }
}

shape! { camelCase
    /// Where a file goes.
    pub struct FileDestination {
        required {
            /// The bucket; `${AWS::…}` is filled in by the CDK command line.
            bucket_name: String,
            /// The object.
            object_key: String,
        }
        optional {
            /// The bucket's region, for concrete environments.
            region: Option<String>,
            /// Role to upload as.
            assume_role_arn: Option<String>,
            /// Its external id.
            assume_role_external_id: Option<String>,
        }
    }
}

impl AssetManifest {
    /// Reads an asset manifest.
    ///
    /// # Errors
    /// When the text is no asset manifest.
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
}
