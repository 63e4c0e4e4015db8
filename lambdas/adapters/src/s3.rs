//! Residues in S3.

use aws_sdk_s3::{Client, primitives::ByteStream};
use skywarden_core::port::{PortResult, ResidueStore};

use crate::failure::port_error;

/// A bucket for residues.
#[derive(Clone, Debug)]
pub struct S3Residue {
    client: Client,
    bucket: String,
}

impl S3Residue {
    /// A store over the SDK's client. Path style: bucket names made of project names need no certificate of their own, and emulators know no other.
    pub fn new(config: &aws_config::SdkConfig, bucket: String) -> Self {
        let config = aws_sdk_s3::config::Builder::from(config).force_path_style(true).build();
        Self { client: Client::from_conf(config), bucket }
    }
}

impl ResidueStore for S3Residue {
    async fn put(&self, key: &str, body: &[u8]) -> PortResult<()> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type("application/json")
            .body(ByteStream::from(body.to_vec()))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| port_error("s3.PutObject", &error))
    }
}
