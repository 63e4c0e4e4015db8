//! What `cdk bootstrap` created in an account and region, by name.

use crate::Expr;
use crate::lambda::CodeLocation;

/// The qualifier of a bootstrap without options.
pub const DEFAULT_QUALIFIER: &str = "hnb659fds";

/// Bootstrap version that assets and deployment roles need.
pub(super) const REQUIRED_VERSION: u32 = 6;

/// Bootstrap version that the look-up role needs.
pub(super) const LOOKUP_VERSION: u32 = 8;

/// Where a stack goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Target {
    /// Wherever the credentials of the deployment point.
    #[default]
    Agnostic,
    /// One account and region.
    Concrete {
        /// Twelve digits.
        account_id: String,
        /// `eu-west-1`.
        region: String,
    },
}

impl Target {
    /// As the manifest names it: `aws://unknown-account/unknown-region`.
    pub fn environment(&self) -> String {
        match self {
            Self::Agnostic => "aws://unknown-account/unknown-region".to_owned(),
            Self::Concrete { account_id, region } => format!("aws://{account_id}/{region}"),
        }
    }

    /// The key of an asset's destination.
    pub(super) fn destination(&self) -> String {
        match self {
            Self::Agnostic => "current_account-current_region".to_owned(),
            Self::Concrete { account_id, region } => format!("{account_id}-{region}"),
        }
    }

    /// The account of a concrete target.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Agnostic => None,
            Self::Concrete { account_id, .. } => Some(account_id),
        }
    }

    /// Set only for a concrete target.
    pub(super) fn region(&self) -> Option<&str> {
        match self {
            Self::Agnostic => None,
            Self::Concrete { region, .. } => Some(region),
        }
    }

    fn account_and_region(&self) -> (&str, &str) {
        match self {
            Self::Agnostic => ("${AWS::AccountId}", "${AWS::Region}"),
            Self::Concrete { account_id, region } => (account_id, region),
        }
    }
}

/// The names of the resources `cdk bootstrap` created for one qualifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bootstrap {
    /// Tells bootstraps of one account and region apart; at most ten letters and digits.
    pub qualifier: String,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { qualifier: DEFAULT_QUALIFIER.to_owned() }
    }
}

impl Bootstrap {
    /// The bucket of file assets.
    pub fn bucket(&self, target: &Target) -> String {
        let (account, region) = target.account_and_region();
        format!("cdk-{}-assets-{account}-{region}", self.qualifier)
    }

    /// ARN of one of the roles: `deploy`, `cfn-exec`, `lookup`, `file-publishing`.
    pub fn role_arn(&self, role: &str, target: &Target) -> String {
        let (account, region) = target.account_and_region();
        format!("arn:${{AWS::Partition}}:iam::{account}:role/cdk-{}-{role}-role-{account}-{region}", self.qualifier)
    }

    /// The parameter that holds the bootstrap's version.
    pub fn version_parameter(&self) -> String {
        format!("/cdk-bootstrap/{}/version", self.qualifier)
    }

    /// Where a function finds the zip asset with this id.
    pub fn code(&self, target: &Target, asset_id: &str) -> CodeLocation {
        let bucket = self.bucket(target);
        let bucket = match target {
            Target::Agnostic => Expr::sub(bucket),
            Target::Concrete { .. } => bucket.into(),
        };
        CodeLocation::s3(bucket, format!("{asset_id}.zip"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agnostic_function_finds_its_code_by_substitution() {
        let code = Bootstrap::default().code(&Target::Agnostic, "abc");
        assert_eq!(
            serde_json::to_string(&code).unwrap(),
            r#"{"S3Bucket":{"Fn::Sub":"cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"},"S3Key":"abc.zip"}"#
        );
    }

    #[test]
    fn a_concrete_function_finds_its_code_by_name() {
        let target = Target::Concrete { account_id: "123456789012".into(), region: "eu-west-1".into() };
        let bootstrap = Bootstrap { qualifier: "own".into() };
        assert_eq!(bootstrap.code(&target, "abc").s3_bucket, Some("cdk-own-assets-123456789012-eu-west-1".into()));
    }
}
