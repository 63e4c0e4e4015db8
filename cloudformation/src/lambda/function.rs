//! `AWS::Lambda::Function`.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::shape::{shape, words};
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::Lambda::Function`. `Ref` is the name.
    pub struct Function {
        required {
            /// The deployment package.
            code: Value<Code>,
            /// ARN of the execution role.
            role: Expr,
        }
        optional {
            /// 1..=64 characters.
            function_name: Option<Expr>,
            /// At most 256 characters.
            description: Option<Expr>,
            /// `provided.al2023`, `python3.13`, …
            runtime: Option<Expr>,
            /// Exactly one; x86-64 when absent.
            architectures: List<Value<Architecture>>,
            /// At most 128 characters; `bootstrap` by custom for native binaries.
            handler: Option<Expr>,
            /// MB, 128..=10,240; CPU grows with it.
            memory_size: Option<Value<u32>>,
            /// Seconds, 1..=900; 3 when absent.
            timeout: Option<Value<u32>>,
            /// Concurrent executions kept for, and capped at, this number.
            reserved_concurrent_executions: Option<Value<u32>>,
            /// What the process finds in its environment.
            environment: Option<Value<EnvironmentVariables>>,
            /// Where its own logs go and how they look.
            logging_config: Option<Value<Logging>>,
            /// X-Ray.
            tracing_config: Option<Value<Tracing>>,
            /// Where an asynchronous event goes after its last failure (the event alone).
            dead_letter_config: Option<Value<DeadLetterTarget>>,
            /// `/tmp`.
            ephemeral_storage: Option<Value<EphemeralStorage>>,
            /// Layer version ARNs, at most five.
            layers: List<Expr>,
            /// A network.
            vpc_config: Option<Value<VpcConfig>>,
            /// Key for the environment variables.
            kms_key_arn: Option<Expr>,
            /// Zip when absent.
            package_type: Option<Value<PackageType>>,
            /// Whether Lambda may stop a loop it detects.
            recursive_loop: Option<Value<RecursiveLoop>>,
            /// Signing.
            code_signing_config_arn: Option<Expr>,
            /// Mounts, kept as read.
            file_system_configs: List<Json>,
            /// Overrides of a container image, kept as read.
            image_config: Option<Json>,
            /// Snapshot start, kept as read.
            snap_start: Option<Json>,
            /// When the runtime is updated, kept as read.
            runtime_management_config: Option<Json>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

/// The deployment package.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Code {
    /// A path on the machine that packages; `aws cloudformation package` turns it into a location.
    LocalPath(String),
    /// Where AWS finds it.
    Location(Box<CodeLocation>),
}

shape! {
    /// A package in S3, an image, or source in the template.
    pub struct CodeLocation {
        optional {
            /// The bucket, in the function's region.
            s3_bucket: Option<Expr>,
            /// The object.
            s3_key: Option<Expr>,
            /// Its version.
            s3_object_version: Option<Expr>,
            /// Source of a Node.js or Python function, at most 4 MB.
            zip_file: Option<Expr>,
            /// An ECR image.
            image_uri: Option<Expr>,
            /// Key of the package.
            #[serde(rename = "SourceKMSKeyArn")]
            source_kms_key_arn: Option<Expr>,
        }
    }
}

impl CodeLocation {
    /// A package in S3.
    pub fn s3(bucket: impl Into<Expr>, key: impl Into<Expr>) -> Self {
        Self { s3_bucket: Some(bucket.into()), s3_key: Some(key.into()), ..Self::default() }
    }
}

impl From<CodeLocation> for Code {
    fn from(location: CodeLocation) -> Self {
        Self::Location(Box::new(location))
    }
}

impl From<CodeLocation> for Value<Code> {
    fn from(location: CodeLocation) -> Self {
        Self::Literal(location.into())
    }
}

impl From<Code> for Value<Code> {
    fn from(code: Code) -> Self {
        Self::Literal(code)
    }
}

shape! {
    /// What the process finds in its environment: at most 4,096 bytes in all.
    pub struct EnvironmentVariables {
        optional {
            /// By name.
            variables: IndexMap<String, Expr>,
        }
    }
}

shape! {
    /// Where a function's own logs go and how they look.
    pub struct Logging {
        optional {
            /// Text when absent.
            log_format: Option<Value<LogFormat>>,
            /// `/aws/lambda/<name>` when absent.
            log_group: Option<Expr>,
            /// Least level of the platform's lines, JSON format only: `DEBUG`, `INFO`, `WARN`.
            system_log_level: Option<Expr>,
            /// Least level of the function's lines, JSON format only.
            application_log_level: Option<Expr>,
        }
    }
}

words! {
    /// How a function's logs look.
    pub enum LogFormat {
        /// One JSON object a line, the platform's too.
        Json = "JSON",
        /// Lines as written.
        Text = "Text",
    }
}

words! {
    /// Processor.
    pub enum Architecture {
        /// Graviton: a fifth cheaper.
        Arm64 = "arm64",
        /// Intel and AMD.
        X86_64 = "x86_64",
    }
}

words! {
    /// Kind of deployment package.
    pub enum PackageType {
        /// An archive.
        Zip = "Zip",
        /// A container image.
        Image = "Image",
    }
}

words! {
    /// What Lambda does when it sees a function feed itself through SQS, S3 or SNS.
    pub enum RecursiveLoop {
        /// Lets it run.
        Allow = "Allow",
        /// Stops it: the default.
        Terminate = "Terminate",
    }
}

shape! {
    /// X-Ray.
    pub struct Tracing {
        required {
            /// Sample by itself or follow the caller.
            mode: Value<TracingMode>,
        }
        optional {
        }
    }
}

words! {
    /// Whether a function samples traces by itself.
    pub enum TracingMode {
        /// It does.
        Active = "Active",
        /// It follows the caller: the default.
        PassThrough = "PassThrough",
    }
}

shape! {
    /// A queue or topic that gets an event after its last failed try.
    pub struct DeadLetterTarget {
        optional {
            /// SQS queue or SNS topic.
            target_arn: Option<Expr>,
        }
    }
}

shape! {
    /// `/tmp`.
    pub struct EphemeralStorage {
        required {
            /// MB, 512..=10,240.
            size: Value<u32>,
        }
        optional {
        }
    }
}

shape! {
    /// A network.
    pub struct VpcConfig {
        optional {
            /// Subnets.
            subnet_ids: List<Expr>,
            /// Security groups.
            security_group_ids: List<Expr>,
            /// Outbound IPv6.
            ipv6_allowed_for_dual_stack: Option<Value<bool>>,
        }
    }
}
