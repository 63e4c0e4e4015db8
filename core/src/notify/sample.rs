//! Samples of the views: every message template is rendered with each of them before it is accepted, so that a broken one fails at a desk.

use super::{AlarmView, Head, HeldBackView, History, IssueView, LineView, Link, SectionView, ToldView, head::MESSAGE_FORMAT};
use crate::severity::Severity;

fn links() -> Vec<Link> {
    ["logs", "dashboard", "runbook"].map(|name| Link { name: name.to_owned(), url: format!("https://example.com/{name}") }).to_vec()
}

const FINGERPRINT: &str = "00000000000000000000000000000000";

fn head(kind: &'static str, state: &'static str, severity: Severity) -> Head {
    let text = str::to_owned;
    let mut head = Head {
        format: MESSAGE_FORMAT,
        kind,
        id: text("sample"),
        state,
        headline: String::new(),
        place: String::new(),
        what: String::new(),
        subject: String::new(),
        project: text("shop"),
        environment: text("prod"),
        severity,
        service: text("checkout"),
        account: text("444455556666"),
        category: text("bug"),
        since: text("2026-11-23T04:00:00Z"),
        lasted: if state == "resolved" { text("25 minutes") } else { String::new() },
        how_bad: text("12 in 15 minutes, usually 3 a day"),
        first_step: text("look at what was deployed last"),
        show: format!("skywarden issues show {FINGERPRINT}"),
        resolve: format!("skywarden issues resolve {FINGERPRINT}"),
        silence: format!("skywarden issues ignore {FINGERPRINT} --until 24h"),
        reference: text("issue 00000000"),
        links: links(),
        thread: text(FINGERPRINT),
        quotes_log: true,
    };
    head.name("checkout", state, text("KeyError: '*'"));
    head
}

/// A head of which only what is always there is known.
fn bare(head: &Head) -> Head {
    Head {
        place: String::new(),
        service: String::new(),
        account: String::new(),
        category: String::new(),
        since: String::new(),
        lasted: String::new(),
        how_bad: String::new(),
        first_step: String::new(),
        show: String::new(),
        resolve: String::new(),
        silence: String::new(),
        reference: String::new(),
        links: Vec::new(),
        ..head.clone()
    }
}

impl IssueView {
    fn sample(state: &'static str) -> Self {
        let text = str::to_owned;
        Self {
            head: head("issue", state, Severity::Error),
            why: text("it has not been seen before"),
            transitions: if state == "ongoing" { Vec::new() } else { vec![state] },
            notices: 2,
            sent_because: text("it is the first of its service and category"),
            usual: text("usually 3 a day"),
            waiting: 2,
            services: vec![text("checkout"), text("catalog")],
            rule: text("bug"),
            error_type: text("KeyError"),
            template: text("'*'"),
            count: 12,
            in_window: 12,
            users: 3,
            first_seen: text("2026-11-23T04:00:00Z"),
            last_seen: text("2026-11-23T04:05:00Z"),
            version: text("1.2.3"),
            fingerprint: text(FINGERPRINT),
            sample: text("'discount_code'"),
            stack: text("Traceback (most recent call last):"),
            request_id: text("r-1"),
        }
    }

    /// One of each state, and one of which little is known.
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let mut samples = vec![
            ("a new issue", Self::sample("new")),
            ("a regressed issue", Self::sample("regressed")),
            ("an escalating issue", Self::sample("escalating")),
            ("a resolved issue", Self::sample("resolved")),
            ("an issue that reached a step", Self::sample("reached")),
            ("an issue that goes on", Self::sample("ongoing")),
        ];
        let whole = Self::sample("new");
        let little = Self {
            head: bare(&whole.head),
            waiting: 0,
            services: Vec::new(),
            rule: String::new(),
            error_type: String::new(),
            count: 1,
            in_window: 1,
            users: 0,
            version: String::new(),
            stack: String::new(),
            request_id: String::new(),
            ..whole
        };
        samples.push(("an issue of which little is known", little));
        samples
    }
}

impl AlarmView {
    fn sample(state: &'static str) -> Self {
        let text = str::to_owned;
        let history = History { values: vec![Some(1.0), None, Some(9.2)], period_seconds: 300 };
        let mut head = head("alarm", state, Severity::Critical);
        head.name("", state, text("checkout: error rate above 5 %"));
        Self {
            head,
            alarm: text("shop-prod-checkout-error-rate"),
            advice: text("users get errors now; look at what was deployed last"),
            reason: text("Threshold Crossed"),
            recent: history.line("Percent", Some(5.0)),
            history: Some(history),
            unit: text("Percent"),
            threshold: Some(5.0),
            children: Vec::new(),
            at: text("2026-11-23T04:00:00Z"),
        }
    }

    /// One of each state, a composite one, and one of which little is known.
    pub(super) fn samples() -> Vec<(&'static str, Self)> {
        let whole = Self::sample("firing");
        let composite = Self { recent: String::new(), history: None, threshold: None, children: vec!["checkout: latency".to_owned()], ..whole.clone() };
        let little = Self {
            head: bare(&whole.head),
            advice: String::new(),
            reason: String::new(),
            recent: String::new(),
            history: None,
            unit: String::new(),
            threshold: None,
            ..whole.clone()
        };
        vec![
            ("a firing alarm", whole),
            ("a resolved alarm", Self::sample("resolved")),
            ("a composite alarm", composite),
            ("an alarm of which little is known", little),
        ]
    }
}

impl ToldView {
    fn sample(kind: &'static str, state: &'static str) -> Self {
        let text = str::to_owned;
        let line = LineView {
            headline: text("KeyError: '*'"),
            severity: Severity::Error,
            happened: text("it has not been seen before"),
            transitions: vec!["new"],
            notices: 2,
            count: 12,
            usual: text("usually 3 a day"),
            first_seen: text("2026-11-23T04:00:00Z"),
            last_seen: text("2026-11-23T04:05:00Z"),
            fingerprint: text(FINGERPRINT),
            short: text("00000000"),
        };
        let section = SectionView {
            service: text("checkout"),
            category: text("bug"),
            severity: Severity::Error,
            because: text("its first message went out at 2026-11-23T04:00:30Z"),
            first_step: text("look at what was deployed last"),
            issues: vec![line.clone(), LineView { count: 1, ..line }],
            account: text("444455556666"),
            links: links(),
        };
        Self {
            head: head(kind, state, Severity::Error),
            why: text("it gathers what came after the first message of its kind"),
            services: vec![text("checkout"), text("catalog")],
            at: text("2026-11-23T04:05:30Z"),
            previous: text("2026-11-23T04:00:30Z"),
            sections: vec![section],
            issues: 2,
            unlisted: 0,
            listed: 4,
            suppressed: 0,
            held_back: Vec::new(),
            waiting: 1,
            sample: text("'discount_code'"),
            stack: text("Traceback (most recent call last):"),
        }
    }

    /// Several issues of one service and category.
    pub(super) fn sample_groups() -> Vec<(&'static str, Self)> {
        let whole = Self::sample("group", "new");
        let mut little = Self { head: bare(&whole.head), sample: String::new(), stack: String::new(), waiting: 0, ..whole.clone() };
        for section in &mut little.sections {
            section.first_step = String::new();
            section.links = Vec::new();
        }
        vec![("several issues", whole), ("several issues that go on", Self::sample("group", "several")), ("several issues of which little is known", little)]
    }

    /// Digests: an ordinary one, one of a storm, one of counts alone, and one with a single issue.
    pub(super) fn sample_digests() -> Vec<(&'static str, Self)> {
        let whole = Self::sample("digest", "several");
        let held = |service: &str| HeldBackView { notices: 3, reason: "of issues that somebody ignores".to_owned(), service: service.to_owned() };
        let storm = Self { suppressed: 6, held_back: vec![held("checkout"), held("")], unlisted: 40, issues: 42, ..whole.clone() };
        let mut counts = Self { issues: 0, listed: 0, sections: Vec::new(), previous: String::new(), waiting: 0, ..storm.clone() };
        counts.head = bare(&counts.head);
        let mut single = whole.clone();
        for section in &mut single.sections {
            section.issues.truncate(1);
        }
        vec![("a digest", whole), ("a digest of a storm", storm), ("a digest of counts alone", counts), ("a digest of one issue", single)]
    }
}
