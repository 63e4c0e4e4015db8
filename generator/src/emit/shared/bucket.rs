//! Buckets: effects that could not be delivered, and Lambda's records of failed invocations.

use serde_json::json;
use skywarden_cloudformation::{
    Expr, Resource, Template,
    iam::PolicyDocument,
    s3::{
        AbortUpload, Bucket, BucketAlgorithm, BucketEncryption, BucketPolicy, DefaultEncryption, EncryptionRule, Lifecycle, LifecycleRule, OwnershipControls,
        OwnershipRule, PublicAccessBlock, RuleStatus,
    },
};

use super::{key, queue, refuse_clear_text};
use crate::{
    emit::{ids, project::Project, waiver::waive},
    model::names::Names,
};

/// Days an object is kept: time enough to notice and redrive, not an archive of errors.
const EXPIRY_DAYS: u32 = 14;

/// Longest bucket name (S3 user guide, bucket naming rules).
const NAME_LIMIT: usize = 63;

/// Room for `-<account>-<region>`: 12 digits and the longest Region name (`ap-southeast-1`).
const ACCOUNT_AND_REGION: usize = 1 + 12 + 1 + 14;

/// One of the two buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Undelivered effects, masked by construction.
    Residue,
    /// Lambda's own records; they hold raw log text.
    FailedInvocations,
}

/// Both, in a fixed order.
pub(super) const KINDS: [Kind; 2] = [Kind::Residue, Kind::FailedInvocations];

impl Kind {
    /// Logical id of the bucket.
    pub(super) const fn logical_id(self) -> &'static str {
        match self {
            Self::Residue => "Residue",
            Self::FailedInvocations => "FailedInvocations",
        }
    }

    /// Logical id of the key it is encrypted with.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Residue => key::KEY,
            Self::FailedInvocations => key::FAILED_INVOCATIONS_KEY,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Residue => "residue",
            Self::FailedInvocations => "failed-invocations",
        }
    }

    /// The bucket's name for `Fn::Sub`. Bucket names are unique in the partition, so account and Region are part of them; a prefix too long for
    /// S3's 63 characters is cut, with a piece of its hash behind.
    pub(super) fn name(self, names: &Names) -> String {
        let word = self.word();
        let prefix = names.prefix();
        let room = NAME_LIMIT - ACCOUNT_AND_REGION - word.len() - 1;
        let prefix = if prefix.len() <= room {
            prefix.to_owned()
        } else {
            let hash = ids::digest(prefix.as_bytes(), HASH_DIGITS);
            let kept: String = prefix.chars().take(room - HASH_DIGITS - 1).collect();
            format!("{}-{hash}", kept.trim_end_matches('-'))
        };
        format!("{prefix}-{word}-${{AWS::AccountId}}-${{AWS::Region}}")
    }
}

/// Hexadecimal digits of the hash behind a prefix that was cut.
const HASH_DIGITS: usize = 6;

/// Adds both buckets and their policies.
pub(super) fn add(template: &mut Template, project: &Project<'_>) {
    for kind in KINDS {
        let id = kind.logical_id();
        let resource = Resource::new(bucket(project, kind)).retained().after(queue::DEAD_LETTERS_POLICY);
        template.add(
            id,
            waive(
                resource,
                [
                    (
                        "CKV_AWS_18",
                        "a log of accesses would be a bucket more to guard; the trail of the account records who reads objects, where it is told to",
                    ),
                    (
                        "CKV_AWS_21",
                        "an object is written once, under a key of its own, and is deleted when it was delivered; versions would keep the text for longer",
                    ),
                ],
            ),
        );
        let everything = vec![arn_of(kind), objects(kind)];
        let policy = PolicyDocument::of([refuse_clear_text("s3:*", everything)]);
        template.add(format!("{id}Policy"), Resource::new(BucketPolicy::new(Expr::reference(id), policy)));
    }
}

/// ARN of a bucket of this stack.
pub(super) fn arn_of(kind: Kind) -> Expr {
    Expr::get_att(kind.logical_id(), "Arn")
}

/// Every object of a bucket of this stack.
pub(super) fn objects(kind: Kind) -> Expr {
    objects_under(kind, "")
}

/// The objects of a bucket of this stack whose keys begin with `prefix`.
pub(super) fn objects_under(kind: Kind, prefix: &str) -> Expr {
    Expr::sub(format!("${{{}.Arn}}/{prefix}*", kind.logical_id()))
}

fn bucket(project: &Project<'_>, kind: Kind) -> Bucket {
    let encryption = EncryptionRule {
        server_side_encryption_by_default: Some(
            DefaultEncryption { kms_master_key_id: Some(key::arn_of(kind.key())), ..DefaultEncryption::new(BucketAlgorithm::Kms) }.into(),
        ),
        bucket_key_enabled: Some(true.into()),
        ..EncryptionRule::default()
    };
    let expiry = LifecycleRule {
        id: Some("expire".into()),
        expiration_in_days: Some(EXPIRY_DAYS.into()),
        abort_incomplete_multipart_upload: Some(AbortUpload::new(1).into()),
        ..LifecycleRule::new(RuleStatus::Enabled)
    };
    let ownership = OwnershipRule { object_ownership: Some("BucketOwnerEnforced".into()), ..OwnershipRule::default() };
    Bucket {
        bucket_name: Some(Expr::sub(kind.name(project.names))),
        bucket_encryption: Some(BucketEncryption::new(vec![encryption]).into()),
        public_access_block_configuration: Some(PublicAccessBlock::all().into()),
        lifecycle_configuration: Some(Lifecycle::new(vec![expiry]).into()),
        ownership_controls: Some(OwnershipControls::new(vec![ownership]).into()),
        // A new object is something that was not delivered: the queue tells `redrive`, and its depth raises the alarm.
        notification_configuration: Some(json!({
            "QueueConfigurations": [{ "Event": "s3:ObjectCreated:*", "Queue": { "Fn::GetAtt": [queue::DEAD_LETTERS, "Arn"] } }],
        })),
        tags: project.tags(),
        ..Bucket::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longest(name: &str) -> usize {
        name.replace("${AWS::AccountId}", "123456789012").replace("${AWS::Region}", "ap-southeast-1").len()
    }

    #[test]
    fn a_bucket_name_is_the_prefix_with_account_and_region() {
        assert_eq!(Kind::Residue.name(&Names::new("shop", "prod")), "shop-prod-residue-${AWS::AccountId}-${AWS::Region}");
    }

    #[test]
    fn a_bucket_name_fits_at_and_beyond_the_limit() {
        for length in 1..=32 {
            for kind in KINDS {
                let names = Names::new(&"p".repeat(length), "production");
                assert!(longest(&kind.name(&names)) <= NAME_LIMIT, "{}", kind.name(&names));
            }
        }
        // "ppppp-production" has the 16 characters that are left for the longer word, one more is cut.
        assert!(Kind::FailedInvocations.name(&Names::new("ppppp", "production")).starts_with("ppppp-production-failed"));
        assert!(!Kind::FailedInvocations.name(&Names::new("pppppp", "production")).starts_with("pppppp-production-failed"));
    }

    #[test]
    fn cut_prefixes_stay_apart() {
        let one = Kind::FailedInvocations.name(&Names::new("a-very-long-project-name", "one"));
        let two = Kind::FailedInvocations.name(&Names::new("a-very-long-project-name", "two"));
        assert_ne!(one, two);
    }
}
