//! Accounts: the project's own, and those of services that are in another.
//!
//! A service of another account has its log group, metric filters, alarms and dashboard there. Only its lines come to the project's account, through the stream, and what
//! its alarms say, to the topic.

use skywarden_document::Spanned;

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawConfig, RawMetric, RawService},
    },
    model::{Delivery, MetricEngine, MetricPlan},
};

/// The project's own account.
pub(super) struct Account {
    /// Its number, where the config names it.
    pub(super) own: Option<String>,
}

impl Account {
    /// The account of the config. An account alone says half of where the stacks go, which is reported.
    pub(super) fn new(raw: &RawConfig, findings: &mut Findings) -> Self {
        if let (Some(account), None) = (&raw.account, &raw.region)
            && !findings.is_incomplete()
        {
            let finding = Finding::error(Code::MissingKey, account.span, "an account needs the Region beside it");
            findings.push(finding.hint("add `region: eu-west-1`, or leave `account` out: then the stacks go wherever the credentials of the deployment point"));
        }
        Self { own: raw.account.as_ref().map(|account| account.value.clone()) }
    }

    /// The account of a service, when it is another one. Reports what its lines could not be delivered without.
    pub(super) fn of(&self, raw: &RawService, delivery: &Delivery, findings: &mut Findings) -> Option<String> {
        let account = raw.account.as_ref()?;
        let name = &raw.name.value;
        if self.own.is_none() && !findings.is_incomplete() {
            let message = format!("service `{name}` names its account, and the project does not name its own");
            let hint = "add `account: \"111122223333\"` to the project, the account of the functions; or leave the service's out when both are the same";
            findings.push(Finding::error(Code::MissingKey, account.span, message).hint(hint));
        }
        if self.own.as_ref() == Some(&account.value) {
            return None;
        }
        if delivery.stream.is_none() && !findings.is_incomplete() {
            let message = format!("service `{name}` is in another account, from which log lines come only through a stream");
            findings.push(Finding::error(Code::DeliveryConflict, account.span, message).hint("add `delivery: kinesis`"));
        }
        Some(account.value.clone())
    }
}

/// Reports metrics that only a function could compute: it writes them in the project's account, where no alarm or dashboard of the service sees them.
pub(super) fn check_metrics(raw: &RawService, typed: &[&RawMetric], metrics: &[MetricPlan], account: Option<&str>, findings: &mut Findings) {
    let Some(account) = account else { return };
    for metric in metrics.iter().filter(|metric| matches!(metric.engine, MetricEngine::Extractor(_))) {
        let place = typed.iter().filter_map(|typed| typed.name.as_ref()).find(|name| name.value == metric.name).map_or(raw.name.span, |name| name.span);
        let why = metric.reason.strip_prefix("metrics-extractor computes it: ").unwrap_or(&metric.reason);
        let message =
            format!("metrics-extractor would write `{}` in the project's account, and service `{}` is watched in {account}", metric.name, raw.name.value);
        let hint = format!("a metric filter could not compute it: {why}; change that, or let the service write the metric itself (EMF)");
        findings.push(Finding::error(Code::OtherAccount, place, message).hint(hint));
    }
}

/// Reports a service in one account that would be looked at from one in another: an alarm sees the alarms and metrics of its own account alone.
pub(super) fn refuse(looked_at: &Spanned<String>, of: Option<&str>, (service, account): (&str, Option<&str>), what: &str, findings: &mut Findings) {
    let in_words = |account: Option<&str>| account.map_or_else(|| "the project's account".to_owned(), |account| format!("account {account}"));
    let message = format!("{what} of `{}` is in {}, and `{service}` is in {}", looked_at.value, in_words(of), in_words(account));
    findings.push(Finding::error(Code::OtherAccount, looked_at.span, message).hint("an alarm sees what is in its own account alone; take it out"));
}
