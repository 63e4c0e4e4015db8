//! Samples of the views: every message template is rendered once with them before it is accepted, so that a broken one fails at a desk.

use super::{AlarmView, IssueView, Link};
use crate::severity::Severity;

fn links() -> Vec<Link> {
    ["logs", "dashboard", "runbook"].map(|name| Link { name: name.to_owned(), url: format!("https://example.com/{name}") }).to_vec()
}

impl IssueView {
    /// A sample with every field filled.
    pub fn sample() -> Self {
        let text = str::to_owned;
        Self {
            format: 1,
            kind: "issue",
            id: text("sample"),
            state: "new",
            headline: text("checkout: new error: KeyError: '*'"),
            why: text("it has not been seen before"),
            transitions: vec!["new"],
            notices: 2,
            sent_because: text("it is the first of its service and category"),
            usual: text("usually 3 a day"),
            waiting: 2,
            project: text("shop"),
            environment: text("prod"),
            services: vec![text("checkout"), text("catalog")],
            severity: Severity::Error,
            category: text("bug"),
            rule: text("bug"),
            error_type: text("KeyError"),
            template: text("'*'"),
            first_step: text("look at what was deployed last"),
            count: 12,
            first_seen: text("2026-11-23T04:00:00Z"),
            last_seen: text("2026-11-23T04:05:00Z"),
            version: text("1.2.3"),
            fingerprint: text("00000000000000000000000000000000"),
            sample: text("'discount_code'"),
            stack: text("Traceback (most recent call last):"),
            request_id: text("r-1"),
            links: links(),
        }
    }
}

impl AlarmView {
    /// A sample with every field filled.
    pub fn sample() -> Self {
        let text = str::to_owned;
        Self {
            format: 1,
            kind: "alarm",
            id: text("sample"),
            state: "firing",
            headline: text("firing: checkout: error rate above 5 %"),
            project: text("shop"),
            environment: text("prod"),
            service: text("checkout"),
            severity: Severity::Critical,
            alarm: text("shop-prod-checkout-error-rate"),
            advice: text("users get errors now; look at what was deployed last"),
            reason: text("Threshold Crossed"),
            at: text("2026-11-23T04:00:00Z"),
            links: links(),
        }
    }
}
