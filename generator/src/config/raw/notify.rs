//! `errors.notify:` as typed.

use skywarden_document::{Node, Spanned};

use crate::config::{
    findings::Findings,
    read::{self, Expected, Fields, QuietTimes, Zone},
};

/// When people hear of issues.
#[derive(Debug, Default)]
pub(crate) struct RawNotify {
    pub(crate) new: Option<Spanned<bool>>,
    pub(crate) regressed: Option<Spanned<bool>>,
    pub(crate) escalating: Option<Spanned<bool>>,
    pub(crate) resolved: Option<Spanned<bool>>,
    pub(crate) at: Option<Vec<Spanned<u64>>>,
    pub(crate) group_wait: Option<Spanned<f64>>,
    pub(crate) digest: Option<Spanned<f64>>,
    pub(crate) repeat: Option<Spanned<f64>>,
    pub(crate) limit: RawMessageLimit,
    pub(crate) quiet: Option<Spanned<QuietTimes>>,
    pub(crate) time_zone: Option<Spanned<Zone>>,
}

/// How many messages.
#[derive(Debug, Default)]
pub(crate) struct RawMessageLimit {
    pub(crate) route: Option<Spanned<u64>>,
    pub(crate) service: Option<Spanned<u64>>,
    pub(crate) per: Option<Spanned<f64>>,
}

impl RawNotify {
    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        let expected = Expected { what: "when to notify as a map", example: "notify: { new: true, regressed: true, at: [10, 100, 1000] }" };
        let Some(mut fields) = Fields::open(node, "`errors.notify`", &expected, findings) else {
            return Self::default();
        };
        let counts = Expected { what: "a list of counts", example: "at: [10, 100, 1000]" };
        let mut flag = |key, example, findings: &mut Findings| {
            let expected = Expected { what: "`true` or `false`", example };
            fields.take(key).and_then(|node| read::boolean(node, &expected, findings))
        };
        let mut notify = Self {
            new: flag("new", "new: true", findings),
            regressed: flag("regressed", "regressed: true", findings),
            escalating: flag("escalating", "escalating: true", findings),
            resolved: flag("resolved", "resolved: false", findings),
            ..Self::default()
        };
        notify.at = fields.take("at").map(|node| {
            // One occurrence is `new`; a count above a trillion is never reached.
            read::each(node, &counts, findings, |node, findings| read::count(node, 2..=1_000_000_000_000, &counts, findings))
        });
        notify.group_wait = fields.take("group_wait").and_then(|node| read::milliseconds(node, "group_wait: 30s", findings));
        notify.digest = fields.take("digest").and_then(|node| read::milliseconds(node, "digest: 5m", findings));
        notify.repeat = fields.take("repeat").and_then(|node| read::milliseconds(node, "repeat: 4h", findings));
        if let Some(node) = fields.take("limit") {
            notify.limit = RawMessageLimit::read(node, findings);
        }
        notify.quiet = fields.take("quiet").and_then(|node| read::quiet(node, findings));
        notify.time_zone = fields.take("time_zone").and_then(|node| read::time_zone(node, findings));
        fields.finish(findings);
        notify
    }
}

impl RawMessageLimit {
    fn read(node: &Node, findings: &mut Findings) -> Self {
        let expected = Expected { what: "the limit of messages as a map", example: "limit: { route: 6, service: 3, per: 15m }" };
        let Some(mut fields) = Fields::open(node, "`errors.notify.limit`", &expected, findings) else {
            return Self::default();
        };
        // A route with more than a hundred messages in a row is not limited at all.
        let mut messages = |key, example, findings: &mut Findings| {
            let expected = Expected { what: "a number of messages", example };
            fields.take(key).and_then(|node| read::count(node, 1..=100, &expected, findings))
        };
        let route = messages("route", "route: 6", findings);
        let service = messages("service", "service: 3", findings);
        let per = fields.take("per").and_then(|node| read::milliseconds(node, "per: 15m", findings));
        fields.finish(findings);
        Self { route, service, per }
    }
}
