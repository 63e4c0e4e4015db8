//! What every message says, whatever it is about: one view that the templates of all formats share.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{console::Console, plan::Plan, severity::Severity};

/// Format of the JSON messages.
pub(super) const MESSAGE_FORMAT: u32 = 1;

/// A dashboard opens on this much before the time in question …
const DASHBOARD_BEFORE: SignedDuration = SignedDuration::from_mins(60);

/// … and on this much after it.
const DASHBOARD_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// A named link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Name.
    pub name: String,
    /// Address.
    pub url: String,
}

/// What every message says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Head {
    /// Format of this document.
    pub format: u32,
    /// `issue`, `group`, `digest` or `alarm`.
    pub kind: &'static str,
    /// Id of the message, the same for every copy of it.
    pub id: String,
    /// `firing` or `resolved` of an alarm; of issues `new`, `regressed`, `escalating`, `resolved`, `reached`, `ongoing` or `several`.
    pub state: &'static str,
    /// One line: where it happened, what happened, and to what.
    pub headline: String,
    /// Where: a service; empty for an alarm, whose title says it, and for several.
    pub place: String,
    /// What happened, in few words: `new error`, `firing`.
    pub what: String,
    /// To what: type and masked message of an error, title of an alarm.
    pub subject: String,
    /// Project.
    pub project: String,
    /// Environment.
    pub environment: String,
    /// Severity; of several the highest.
    pub severity: Severity,
    /// Service; empty for several.
    pub service: String,
    /// The account to look in, when it is another than the functions'; absent when it is the same, and for several services.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub account: String,
    /// Category of the likely cause; empty for several, and for alarms.
    pub category: String,
    /// Since when, UTC.
    pub since: String,
    /// How long it was, once it is over; else empty.
    pub lasted: String,
    /// How bad it is against what is usual, in words; may be empty.
    pub how_bad: String,
    /// What to do first; may be empty.
    pub first_step: String,
    /// Command that shows all that is known; may be empty.
    pub show: String,
    /// Command, or words, for when it is fixed; may be empty.
    pub resolve: String,
    /// Command that silences it; may be empty.
    pub silence: String,
    /// What to call it on the phone: `issue bddd50fe`; may be empty.
    pub reference: String,
    /// Links.
    pub links: Vec<Link>,
    /// What belongs into one thread of a chat; empty: a thread of its own.
    #[serde(skip)]
    pub(super) thread: String,
    /// Whether the subject is text of a log.
    #[serde(skip)]
    pub(super) quotes_log: bool,
}

impl Head {
    /// A head with nothing but what it is about; the caller fills in the rest.
    pub(super) fn new(kind: &'static str, state: &'static str, id: &str, plan: &Plan, severity: Severity) -> Self {
        Self {
            format: MESSAGE_FORMAT,
            kind,
            id: id.to_owned(),
            state,
            headline: String::new(),
            place: String::new(),
            what: String::new(),
            subject: String::new(),
            project: plan.project.clone(),
            environment: plan.environment.clone(),
            severity,
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
            thread: String::new(),
            quotes_log: false,
        }
    }

    /// Says which service it is about, and in which account that is.
    pub(super) fn of(&mut self, service: &str, plan: &Plan) {
        service.clone_into(&mut self.service);
        plan.account_of(service).clone_into(&mut self.account);
    }

    /// Names it: where, what and to what, and the headline made of these.
    pub(super) fn name(&mut self, place: &str, what: &str, subject: String) {
        place.clone_into(&mut self.place);
        what.clone_into(&mut self.what);
        self.subject = subject;
        self.compose();
    }

    /// Writes the headline anew from its parts.
    pub(super) fn compose(&mut self) {
        let parts = [self.place.as_str(), &self.what, &self.subject];
        self.headline = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
    }
}

/// A time that people and programs read alike: RFC 3339, whole seconds, UTC.
pub(super) fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The links that have an address.
pub(super) fn links<const N: usize>(links: [(&str, String); N]) -> Vec<Link> {
    links.into_iter().filter(|(_, url)| !url.is_empty()).map(|(name, url)| Link { name: name.to_owned(), url }).collect()
}

/// A dashboard at the time between two moments.
pub(super) fn dashboard(link: &str, first: Timestamp, last: Timestamp) -> String {
    match (first.checked_sub(DASHBOARD_BEFORE), last.checked_add(DASHBOARD_AFTER)) {
        (Ok(from), Ok(until)) => Console::at(link, from, until),
        _ => link.to_owned(),
    }
}

/// Logs Insights with a query over a log group, from some minutes before the first time to some minutes after the last.
pub(super) fn query_around(console: &Console, first: Timestamp, last: Timestamp, log_group: &str, query: &str) -> String {
    const AROUND: SignedDuration = SignedDuration::from_mins(5);
    match (first.checked_sub(AROUND), last.checked_add(AROUND)) {
        (Ok(from), Ok(until)) if !log_group.is_empty() && !query.is_empty() => console.insights_between(from, until, &[log_group], query),
        _ => String::new(),
    }
}
