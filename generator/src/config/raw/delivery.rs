//! `delivery:` as typed.

use skywarden_cloudformation::limits::STREAM_SHARDS;
use skywarden_document::{Node, Span, Spanned, Value};

use crate::config::{
    findings::Findings,
    read::{self, Expected, Fields},
};

/// How log lines reach the functions.
#[derive(Debug, Default)]
pub(crate) struct RawDelivery {
    pub(crate) through: Option<Spanned<Through>>,
    pub(crate) shards: Option<Spanned<RawShards>>,
    /// Hours.
    pub(crate) retention: Option<Spanned<u32>>,
    /// Bytes a second.
    pub(crate) expect: Option<Spanned<u64>>,
    pub(crate) account_wide: Option<Spanned<bool>>,
    pub(crate) except: Vec<Spanned<String>>,
    pub(crate) except_span: Option<Span>,
    pub(crate) from: Option<RawSenders>,
}

/// Who else delivers.
#[derive(Debug)]
pub(crate) struct RawSenders {
    pub(crate) span: Span,
    /// Whether it names neither accounts nor an organization, rightly or wrongly spelled.
    pub(crate) is_empty: bool,
    pub(crate) accounts: Vec<Spanned<String>>,
    pub(crate) organization: Option<Spanned<String>>,
}

/// What is between log groups and functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Through {
    /// Nothing.
    Subscription,
    /// A Kinesis data stream.
    Kinesis,
}

/// The number of shards as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawShards {
    OnDemand,
    Count(u32),
}

const WAYS: [(&str, Through); 2] = [("subscription", Through::Subscription), ("kinesis", Through::Kinesis)];

impl RawDelivery {
    /// `delivery: kinesis` or `delivery: { through: kinesis, … }`.
    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        let way = Expected { what: "how log lines reach the functions", example: "delivery: kinesis" };
        if !matches!(node.value, Value::Map(_)) {
            return Self { through: read::word(node, &WAYS, &way, findings), ..Self::default() };
        }
        let expected = Expected { what: "the delivery as a word or a map", example: "delivery: { through: kinesis, shards: on_demand }" };
        let Some(mut fields) = Fields::open(node, "`delivery`", &expected, findings) else {
            return Self::default();
        };
        let flag = Expected { what: "`true` when every log group of the account is listened to", example: "account_wide: true" };
        let groups = Expected { what: "log groups that are left out, as a list", example: "except: [/aws/codebuild/nightly]" };
        let except = fields.take("except");
        let delivery = Self {
            through: fields.take("through").and_then(|node| read::word(node, &WAYS, &way, findings)),
            shards: fields.take("shards").and_then(|node| shards(node, findings)),
            retention: fields.take("retention").and_then(|node| read::stream_retention(node, findings)),
            expect: fields.take("expect").and_then(|node| read::byte_rate(node, findings)),
            account_wide: fields.take("account_wide").and_then(|node| read::boolean(node, &flag, findings)),
            except: except.map(|node| read::each(node, &groups, findings, read::log_group_name)).unwrap_or_default(),
            except_span: except.map(|node| node.span),
            from: fields.take("from").and_then(|node| RawSenders::read(node, findings)),
        };
        fields.finish(findings);
        delivery
    }
}

impl RawSenders {
    /// `from: { accounts: [...], organization: o-… }`.
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let expected = Expected { what: "who else may deliver as a map", example: "from: { accounts: [\"444455556666\"] }" };
        let accounts = Expected { what: "account numbers as a list", example: "accounts: [\"444455556666\"]" };
        let mut fields = Fields::open(node, "`from`", &expected, findings)?;
        let (named, organization) = (fields.take("accounts"), fields.take("organization"));
        let senders = Self {
            span: node.span,
            is_empty: named.is_none() && organization.is_none(),
            accounts: named.map(|node| read::each(node, &accounts, findings, read::account)).unwrap_or_default(),
            organization: organization.and_then(|node| read::organization(node, findings)),
        };
        fields.finish(findings);
        Some(senders)
    }
}

/// `on_demand` or a number.
fn shards(node: &Node, findings: &mut Findings) -> Option<Spanned<RawShards>> {
    let expected = Expected { what: "`on_demand` or a number of shards", example: "shards: 4" };
    if matches!(node.value, Value::Number { .. }) {
        let count = read::count(node, 1..=u64::from(STREAM_SHARDS), &expected, findings)?;
        return u32::try_from(count.value).ok().map(|shards| Spanned::new(RawShards::Count(shards), count.span));
    }
    read::word(node, &[("on_demand", RawShards::OnDemand)], &expected, findings)
}
