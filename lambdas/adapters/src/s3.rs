//! What could not be delivered, in S3.

use aws_sdk_s3::{Client, primitives::ByteStream};
use jiff::Timestamp;
use skywarden_core::port::{Failure, KeptObject, KeptPage, PortError, PortResult, ResidueArchive, ResidueStore};

use crate::failure::port_error;

/// A bucket of residues, or of Lambda's records of failed invocations.
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

impl ResidueArchive for S3Residue {
    async fn list(&self, prefix: &str, after: Option<&str>) -> PortResult<KeptPage> {
        let answer = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(prefix)
            .set_start_after(after.map(str::to_owned))
            .send()
            .await
            .map_err(|error| port_error("s3.ListObjectsV2", &error))?;
        let objects: Vec<KeptObject> = answer
            .contents()
            .iter()
            .filter_map(|object| {
                Some(KeptObject {
                    key: object.key()?.to_owned(),
                    bytes: u64::try_from(object.size()?).ok()?,
                    at: Timestamp::from_second(object.last_modified()?.secs()).ok()?,
                    version: object.e_tag().unwrap_or_default().to_owned(),
                })
            })
            .collect();
        let next = if answer.is_truncated() == Some(true) { answer.contents().last().and_then(|object| object.key()).map(str::to_owned) } else { None };
        Ok(KeptPage { objects, next })
    }

    async fn get(&self, key: &str) -> PortResult<Option<Vec<u8>>> {
        const OPERATION: &str = "s3.GetObject";
        let answer = match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(answer) => answer,
            Err(error) if error.as_service_error().is_some_and(aws_sdk_s3::operation::get_object::GetObjectError::is_no_such_key) => return Ok(None),
            Err(error) => return Err(port_error(OPERATION, &error)),
        };
        let body = answer.body.collect().await.map_err(|error| PortError {
            failure: Failure::Unavailable,
            operation: OPERATION,
            code: "body".to_owned(),
            message: error.to_string(),
        })?;
        Ok(Some(body.to_vec()))
    }

    async fn delete(&self, object: &KeptObject) -> PortResult<()> {
        let version = Some(object.version.clone()).filter(|version| !version.is_empty());
        let answer = self.client.delete_object().bucket(&self.bucket).key(&object.key).set_if_match(version).send().await;
        match answer {
            Ok(_) => Ok(()),
            Err(error) => {
                let error = port_error("s3.DeleteObject", &error);
                // It was written anew, or is gone.
                if matches!(error.code.as_str(), "PreconditionFailed" | "NoSuchKey") { Ok(()) } else { Err(error) }
            }
        }
    }
}
