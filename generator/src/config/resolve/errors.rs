//! The error policy: the user's rules, and when an issue is told to people.

use skywarden_core::plan::{ErrorPolicy, TaxonomyRule};

use super::{error_rules, notify};
use crate::config::{findings::Findings, raw::RawConfig};

/// The policy.
pub(super) fn policy(raw: &RawConfig, taxonomy: &[TaxonomyRule], findings: &mut Findings) -> ErrorPolicy {
    ErrorPolicy { rules: error_rules::rules(raw, taxonomy, findings), notify: notify::policy(&raw.errors.notify, findings) }
}
