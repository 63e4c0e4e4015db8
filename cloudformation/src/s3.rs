//! `AWS::S3::*`: buckets and bucket policies.

use serde_json::Value as Json;

use crate::iam::PolicyDocument;
use crate::shape::{shape, words};
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::S3::Bucket`. `Ref` is the name, which is unique in the partition.
    pub struct Bucket {
        optional {
            /// 3..=63 of lower-case letters, digits, `.` and `-`.
            bucket_name: Option<Expr>,
            /// Encryption at rest.
            bucket_encryption: Option<Value<BucketEncryption>>,
            /// Guards against public access.
            public_access_block_configuration: Option<Value<PublicAccessBlock>>,
            /// When objects move and go.
            lifecycle_configuration: Option<Value<Lifecycle>>,
            /// Whether overwritten objects are kept.
            versioning_configuration: Option<Value<Versioning>>,
            /// Who owns uploaded objects.
            ownership_controls: Option<Value<OwnershipControls>>,
            /// What hears of new objects, kept as read.
            notification_configuration: Option<Json>,
            /// Access logs, kept as read.
            logging_configuration: Option<Json>,
            /// Write once, kept as read.
            object_lock_configuration: Option<Json>,
            /// Prepared for object lock.
            object_lock_enabled: Option<Value<bool>>,
            /// Request metrics, kept as read.
            metrics_configurations: List<Json>,
            /// Copies elsewhere, kept as read.
            replication_configuration: Option<Json>,
            /// Browsers, kept as read.
            cors_configuration: Option<Json>,
            /// A web site, kept as read.
            website_configuration: Option<Json>,
            /// Canned ACL; superseded by policies.
            access_control: Option<Expr>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

shape! {
    /// Encryption at rest.
    pub struct BucketEncryption {
        required {
            /// One rule.
            server_side_encryption_configuration: List<EncryptionRule>,
        }
        optional {
        }
    }
}

shape! {
    /// How new objects are encrypted.
    pub struct EncryptionRule {
        optional {
            /// Unless the upload says otherwise.
            server_side_encryption_by_default: Option<Value<DefaultEncryption>>,
            /// One data key a bucket: 99 % fewer KMS calls.
            bucket_key_enabled: Option<Value<bool>>,
        }
    }
}

shape! {
    /// Algorithm and key.
    pub struct DefaultEncryption {
        required {
            /// The algorithm.
            #[serde(rename = "SSEAlgorithm")]
            sse_algorithm: Value<BucketAlgorithm>,
        }
        optional {
            /// With KMS: id, ARN or alias.
            #[serde(rename = "KMSMasterKeyID")]
            kms_master_key_id: Option<Expr>,
        }
    }
}

words! {
    /// Encryption algorithm of a bucket.
    pub enum BucketAlgorithm {
        /// S3's own keys.
        Aes256 = "AES256",
        /// A KMS key.
        Kms = "aws:kms",
        /// A KMS key, twice.
        KmsDsse = "aws:kms:dsse",
    }
}

shape! {
    /// Guards against public access.
    pub struct PublicAccessBlock {
        optional {
            /// Refuses new public ACLs.
            block_public_acls: Option<Value<bool>>,
            /// Refuses new public policies.
            block_public_policy: Option<Value<bool>>,
            /// Ignores public ACLs.
            ignore_public_acls: Option<Value<bool>>,
            /// Restricts a bucket with a public policy to its own account.
            restrict_public_buckets: Option<Value<bool>>,
        }
    }
}

impl PublicAccessBlock {
    /// All four on.
    pub fn all() -> Self {
        Self {
            block_public_acls: Some(true.into()),
            block_public_policy: Some(true.into()),
            ignore_public_acls: Some(true.into()),
            restrict_public_buckets: Some(true.into()),
            ..Self::default()
        }
    }
}

shape! {
    /// When objects move and go.
    pub struct Lifecycle {
        required {
            /// At most 1,000.
            rules: List<LifecycleRule>,
        }
        optional {
            /// Smallest object that moves.
            transition_default_minimum_object_size: Option<Expr>,
        }
    }
}

shape! {
    /// One lifecycle rule.
    pub struct LifecycleRule {
        required {
            /// Whether it is in force.
            status: Value<RuleStatus>,
        }
        optional {
            /// At most 255 characters.
            id: Option<Expr>,
            /// Only objects whose key starts so.
            prefix: Option<Expr>,
            /// Days after creation.
            expiration_in_days: Option<Value<u32>>,
            /// Removes delete markers with nothing behind them.
            expired_object_delete_marker: Option<Value<bool>>,
            /// Days a replaced version is kept.
            noncurrent_version_expiration: Option<Value<NoncurrentExpiration>>,
            /// Ends uploads that never finished.
            abort_incomplete_multipart_upload: Option<Value<AbortUpload>>,
            /// Cheaper storage with age.
            transitions: List<Transition>,
            /// Only objects with these tags.
            tag_filters: List<Tag>,
        }
    }
}

words! {
    /// Whether a rule is in force.
    pub enum RuleStatus {
        /// It is.
        Enabled = "Enabled",
        /// It is not.
        Disabled = "Disabled",
    }
}

shape! {
    /// How long replaced versions are kept.
    pub struct NoncurrentExpiration {
        required {
            /// Days after replacement.
            noncurrent_days: Value<u32>,
        }
        optional {
            /// And at least this many versions, 1..=100.
            newer_noncurrent_versions: Option<Value<u32>>,
        }
    }
}

shape! {
    /// Ends uploads that never finished.
    pub struct AbortUpload {
        required {
            /// Days after the upload began.
            days_after_initiation: Value<u32>,
        }
        optional {
        }
    }
}

shape! {
    /// A move to cheaper storage.
    pub struct Transition {
        required {
            /// `STANDARD_IA`, `INTELLIGENT_TIERING`, `GLACIER_IR`, `DEEP_ARCHIVE`, …
            storage_class: Expr,
        }
        optional {
            /// Days after creation.
            transition_in_days: Option<Value<u32>>,
            /// ISO 8601 date.
            transition_date: Option<Expr>,
        }
    }
}

shape! {
    /// Whether overwritten objects are kept.
    pub struct Versioning {
        required {
            /// `Enabled` or `Suspended`.
            status: Expr,
        }
        optional {
        }
    }
}

shape! {
    /// Who owns uploaded objects.
    pub struct OwnershipControls {
        required {
            /// One rule.
            rules: List<OwnershipRule>,
        }
        optional {
        }
    }
}

shape! {
    /// Who owns uploaded objects.
    pub struct OwnershipRule {
        optional {
            /// `BucketOwnerEnforced` (no ACLs), `BucketOwnerPreferred` or `ObjectWriter`.
            object_ownership: Option<Expr>,
        }
    }
}

shape! {
    /// `AWS::S3::BucketPolicy`: at most 20 KB.
    pub struct BucketPolicy {
        required {
            /// The bucket's name.
            bucket: Expr,
            /// The policy.
            policy_document: Value<PolicyDocument>,
        }
        optional {
        }
    }
}
