//! How log lines reach the functions: what fits together, and how many shards a stream needs.

use std::collections::BTreeSet;

use skywarden_cloudformation::limits::{
    ACCOUNT_POLICY_SELECTION_BYTES, ON_DEMAND_BYTES_IN, SHARD_BYTES_IN, SHARD_BYTES_OUT, STREAM_RETENTION_HOURS, STREAM_SHARDS,
};
use skywarden_document::{Span, Spanned, shortened};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawConfig, RawDelivery, RawShards, Through},
    },
    model::{AccountWide, Delivery, Senders, Service, Shards, Stream, names::Names},
};

/// Functions that read the stream, each of them all of it.
const CONSUMERS: u32 = 2;

/// The delivery of the config.
pub(super) fn delivery(raw: &RawDelivery, marker: Option<&Spanned<bool>>, findings: &mut Findings) -> Delivery {
    let is_stream = raw.through.as_ref().is_some_and(|through| through.value == Through::Kinesis);
    if let (true, Some(marker)) = (is_stream, marker.filter(|marker| !marker.value)) {
        let message = "a stream delivers records again whenever one before them fails, and without the marker each time counts in metrics";
        conflict(findings, marker.span, message, "delete `metrics_marker: false`");
    }
    if !is_stream {
        let settings = [
            ("shards", raw.shards.as_ref().map(|shards| shards.span)),
            ("retention", raw.retention.as_ref().map(|hours| hours.span)),
            ("expect", raw.expect.as_ref().map(|rate| rate.span)),
            ("from", raw.from.as_ref().map(|from| from.span)),
        ];
        for (key, span) in settings {
            if let Some(span) = span {
                conflict(findings, span, &format!("`{key}` is about a stream, and there is none"), "add `through: kinesis`, or delete the key");
            }
        }
    }
    let is_account_wide = raw.account_wide.as_ref().is_some_and(|wide| wide.value);
    if let (Some(span), false) = (raw.except_span, is_account_wide) {
        conflict(
            findings,
            span,
            "`except` leaves out log groups of the account, and only those of services are listened to",
            "add `account_wide: true`, or delete the key",
        );
    }
    let mut except: Vec<String> = raw.except.iter().map(|group| group.value.clone()).collect();
    except.sort();
    except.dedup();
    Delivery {
        stream: is_stream.then(|| Stream {
            shards: shards(raw, findings),
            retention_hours: raw.retention.as_ref().map_or(*STREAM_RETENTION_HOURS.start(), |hours| hours.value),
        }),
        account_wide: is_account_wide.then_some(AccountWide { except }),
        senders: None,
    }
}

/// The shards of the stream; reported when they are too few for what is expected, or more than there may be.
fn shards(raw: &RawDelivery, findings: &mut Findings) -> Shards {
    let needed = raw.expect.as_ref().map(|rate| (needed(rate.value), rate));
    match (raw.shards.as_ref(), needed) {
        (Some(typed), Some((needed, rate))) => match typed.value {
            RawShards::Count(shards) => {
                if u64::from(shards) < needed {
                    let message = format!("{shards} shards take {shards} MB/s, and {needed} are needed for what is expected");
                    conflict(findings, typed.span, &message, &format!("write `shards: {needed}`, or leave `shards` out: then they follow from `expect`"));
                }
                Shards::Provisioned(shards)
            }
            RawShards::OnDemand => {
                if rate.value > u64::from(ON_DEMAND_BYTES_IN) {
                    let most = ON_DEMAND_BYTES_IN / 1_000_000;
                    let message = format!("an on-demand stream grows to {most} MB/s, and more is expected");
                    findings.push(Finding::error(Code::AwsLimit, rate.span, message).hint("leave `shards` out: then they follow from `expect`"));
                }
                Shards::OnDemand
            }
        },
        (Some(typed), None) => match typed.value {
            RawShards::Count(shards) => Shards::Provisioned(shards),
            RawShards::OnDemand => Shards::OnDemand,
        },
        (None, Some((needed, rate))) => {
            if needed > u64::from(STREAM_SHARDS) {
                let message = format!("{needed} shards are needed for what is expected, an account has at most {STREAM_SHARDS}");
                findings.push(Finding::error(Code::AwsLimit, rate.span, message).hint("make several projects of it, each with a stream of its own"));
            }
            Shards::Provisioned(u32::try_from(needed).unwrap_or(STREAM_SHARDS))
        }
        (None, None) => Shards::OnDemand,
    }
}

/// Shards for so many bytes a second: in once, and out once for each function. A record is a whole batch of lines, so that their number does not decide.
fn needed(bytes: u64) -> u64 {
    let incoming = bytes.div_ceil(u64::from(SHARD_BYTES_IN));
    let outgoing = (bytes * u64::from(CONSUMERS)).div_ceil(u64::from(SHARD_BYTES_OUT));
    incoming.max(outgoing)
}

/// Who else delivers: those of the config, and the accounts of its services.
pub(super) fn senders(raw: &RawConfig, services: &[Service], findings: &mut Findings) -> Option<Senders> {
    let typed = raw.delivery.from.as_ref();
    let own = raw.account.as_ref();
    if let Some(from) = typed {
        if from.is_empty && !findings.is_incomplete() {
            conflict(findings, from.span, "`from` names nobody", "add `accounts` or `organization`, or delete the key");
        }
        for account in &from.accounts {
            if own.is_some_and(|own| own.value == account.value) {
                let finding = Finding::warning(Code::NoEffect, account.span, format!("{} is the project's own account, which delivers anyway", account.value));
                findings.push(finding.hint("take it out"));
            }
        }
    }
    let of_services = services.iter().filter_map(|service| service.account.clone());
    let named = typed.iter().flat_map(|from| &from.accounts).map(|account| account.value.clone());
    let accounts: BTreeSet<String> = of_services.chain(named).filter(|account| own.is_none_or(|own| own.value != *account)).collect();
    let senders = Senders {
        accounts: accounts.into_iter().collect(),
        organization: typed.and_then(|from| from.organization.as_ref()).map(|organization| organization.value.clone()),
    };
    (senders != Senders::default()).then_some(senders)
}

/// Reports what an account-wide subscription cannot leave out: a service of the config, and more names than fit.
pub(super) fn check_except(raw: &RawConfig, delivery: &Delivery, services: &[Service], names: &Names, findings: &mut Findings) {
    let Some(wide) = &delivery.account_wide else { return };
    for group in &raw.delivery.except {
        if let Some(service) = services.iter().find(|service| service.log_group.name == group.value) {
            let message = format!("`{}` is the log group of service `{}`, whose errors would not be seen", shortened(&group.value), service.name);
            conflict(findings, group.span, &message, "delete it from `except`, or the service from the config");
        }
    }
    let bytes = wide.criteria(names).len();
    if let (Some(span), true) = (raw.delivery.except_span, bytes > ACCOUNT_POLICY_SELECTION_BYTES) {
        let message = format!("the log groups that are left out take {bytes} bytes, and AWS takes {ACCOUNT_POLICY_SELECTION_BYTES}");
        findings.push(Finding::error(Code::AwsLimit, span, message).hint("leave out fewer of them, or give services subscriptions of their own"));
    }
}

fn conflict(findings: &mut Findings, span: Span, message: &str, hint: &str) {
    findings.push(Finding::error(Code::DeliveryConflict, span, message).hint(hint));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_takes_a_megabyte_a_second() {
        for (bytes, shards) in [(1, 1), (1_000_000, 1), (1_000_001, 2), (5_000_000, 5), (1_000_000_000, 1_000)] {
            assert_eq!(needed(bytes), shards, "{bytes}");
        }
    }
}
