//! Quotas of roles and of the policies on keys and buckets.

use super::{Here, Rule};
use crate::iam::{ManagedPolicy, Role};
use crate::kms::Key;
use crate::limits;
use crate::s3::BucketPolicy;

/// Characters that count: IAM leaves white space out, and compact JSON has it only inside strings.
fn without_space(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}

impl Here<'_, '_> {
    pub(super) fn role(&mut self, role: &Role) {
        self.characters(Rule::Name, "RoleName", role.role_name.as_ref(), limits::ROLE_NAME_CHARACTERS);
        let policies = role.policies.iter().filter_map(|policy| self.measured(&policy.policy_document));
        let found = policies.map(|text| without_space(&text)).sum();
        self.at_most(Rule::RolePolicy, "Policies", found, "characters", limits::ROLE_POLICY_CHARACTERS);
        let managed = role.managed_policy_arns.iter().len();
        self.at_most(Rule::RolePolicy, "ManagedPolicyArns", managed, "policies", limits::ROLE_MANAGED_POLICIES);
        if let Some(trust) = self.measured(&role.assume_role_policy_document) {
            let found = without_space(&trust);
            let most = limits::TRUST_POLICY_CHARACTERS;
            self.at_most(Rule::TrustPolicy, "AssumeRolePolicyDocument", found, "characters", most);
        }
    }

    pub(super) fn managed_policy(&mut self, policy: &ManagedPolicy) {
        if let Some(text) = self.measured(&policy.policy_document) {
            self.at_most(Rule::ManagedPolicy, "PolicyDocument", without_space(&text), "characters", limits::MANAGED_POLICY_CHARACTERS);
        }
    }

    pub(super) fn key(&mut self, key: &Key) {
        if let Some(text) = key.key_policy.as_ref().and_then(|policy| self.measured(policy)) {
            self.at_most(Rule::KeyPolicy, "KeyPolicy", text.len(), "bytes", limits::KEY_POLICY_BYTES);
        }
    }

    pub(super) fn bucket_policy(&mut self, policy: &BucketPolicy) {
        if let Some(text) = self.measured(&policy.policy_document) {
            self.at_most(Rule::BucketPolicy, "PolicyDocument", text.len(), "bytes", limits::BUCKET_POLICY_BYTES);
        }
    }
}
