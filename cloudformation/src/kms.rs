//! `AWS::KMS::*`: keys and their aliases.

use crate::iam::PolicyDocument;
use crate::shape::{shape, words};
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::KMS::Key`. `Ref` is the key id, which AWS makes.
    pub struct Key {
        optional {
            /// Who may use and manage it: at most 32 KB. Without one the account's administrators.
            key_policy: Option<Value<PolicyDocument>>,
            /// At most 8,192 characters.
            description: Option<Expr>,
            /// New key material once a period.
            enable_key_rotation: Option<Value<bool>>,
            /// Days, 90..=2,560; 365 when absent.
            rotation_period_in_days: Option<Value<u32>>,
            /// Usable when true, as by default.
            enabled: Option<Value<bool>>,
            /// `SYMMETRIC_DEFAULT` when absent.
            key_spec: Option<Expr>,
            /// What it is for.
            key_usage: Option<Value<KeyUsage>>,
            /// Same key in several regions.
            multi_region: Option<Value<bool>>,
            /// `AWS_KMS` or `EXTERNAL`.
            origin: Option<Expr>,
            /// Days before a deleted key is gone, 7..=30.
            pending_window_in_days: Option<Value<u32>>,
            /// Accepts a policy that locks its author out.
            bypass_policy_lockout_safety_check: Option<Value<bool>>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

words! {
    /// What a key is for.
    pub enum KeyUsage {
        /// Encrypting: the default.
        EncryptDecrypt = "ENCRYPT_DECRYPT",
        /// Signing.
        SignVerify = "SIGN_VERIFY",
        /// Message authentication.
        GenerateVerifyMac = "GENERATE_VERIFY_MAC",
        /// Agreeing on secrets.
        KeyAgreement = "KEY_AGREEMENT",
    }
}

shape! {
    /// `AWS::KMS::Alias`. `Ref` is the alias name.
    pub struct Alias {
        required {
            /// `alias/…`, at most 256 characters; not `alias/aws/…`.
            alias_name: Expr,
            /// Key id or ARN.
            target_key_id: Expr,
        }
        optional {
        }
    }
}
