//! The error policy: the user's rules, and when an issue is told to people.

use skywarden_core::plan::{ErrorPolicy, NotifyPolicy, TaxonomyRule};

use super::error_rules;
use crate::config::{findings::Findings, raw::RawConfig};

/// Counts at which an issue is told again when the config names none.
const DEFAULT_COUNTS: [u64; 3] = [10, 100, 1_000];

/// The policy.
pub(super) fn policy(raw: &RawConfig, taxonomy: &[TaxonomyRule], findings: &mut Findings) -> ErrorPolicy {
    let rules = error_rules::rules(raw, taxonomy, findings);
    let mut at: Vec<u64> = match &raw.errors.at {
        Some(counts) => counts.iter().map(|count| count.value).collect(),
        None => DEFAULT_COUNTS.to_vec(),
    };
    at.sort_unstable();
    at.dedup();
    let notify = NotifyPolicy {
        new: raw.errors.new.as_ref().is_none_or(|new| new.value),
        regressed: raw.errors.regressed.as_ref().is_none_or(|regressed| regressed.value),
        at,
    };
    ErrorPolicy { rules, notify }
}
