//! `skywarden issues show`

use std::{fmt::Write as _, process::ExitCode};

use jiff::Timestamp;
use skywarden_core::{
    issue::{Issue, IssueState, Sample},
    notify::{Link, issue_links},
    pipeline::people::{everything, resolve},
    port::{Clock, IssueList, IssueStore},
};
use skywarden_simulator::report::table::{clean, cut, wrap};

use super::{
    change::json,
    document::{IssueDocument, Related, SHOWN_DAYS, SHOWN_HOURS, counts, headline, kept, said, state},
    place::{Place, Task},
    sparkline::sparkline,
};
use crate::{
    args::IssuesShowArgs,
    moment::{ago, minute},
    terminal::{self, Failed, say},
};

/// Width of the names in front.
const NAMES: usize = 11;

/// Versions that are listed.
const MAX_VERSIONS: usize = 5;

/// Related issues that are listed.
const MAX_RELATED: usize = 5;

/// Longest headline of a related issue, characters.
const MAX_HEADLINE: usize = 160;

pub(super) struct Show<'a>(pub(super) &'a IssuesShowArgs);

impl Task for Show<'_> {
    async fn run<S: IssueStore + IssueList, C: Clock>(self, place: Place<'_, S, C>) -> Result<ExitCode, Failed> {
        let Self(args) = self;
        let issue = resolve(place.store, place.clock, &args.issue).await.map_err(|error| place.failed(&error))?;
        let (all, _) = everything(place.store, place.clock).await.map_err(|error| place.failed(&error))?;
        let now = place.clock.now();
        let related = related(&issue, &all, now);
        let links = issue_links(&issue, &place.plan());
        if args.json {
            let (project, environment) = (&place.model.project, &place.model.environment);
            say(&json(&IssueDocument::of(&issue, project, environment, &links, related, now))?);
        } else {
            say(Page::new(terminal::width(), now).of(&issue, &links, &related).trim_end());
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Issues that share the coarse identity, and those merged into this one, the most frequent first.
fn related(issue: &Issue, all: &[Issue], now: Timestamp) -> Vec<Related> {
    let alike =
        |other: &&Issue| other.fingerprint != issue.fingerprint && (other.coarse == issue.coarse || other.merged_into.as_ref() == Some(&issue.fingerprint));
    let mut related: Vec<&Issue> = all.iter().filter(alike).collect();
    related.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.fingerprint.cmp(&b.fingerprint)));
    related.truncate(MAX_RELATED);
    let line = |other: &Issue| Related {
        fingerprint: other.fingerprint.clone(),
        state: state(other, now),
        count: other.count,
        headline: headline(other, MAX_HEADLINE),
    };
    related.into_iter().map(line).collect()
}

/// The page of an issue.
struct Page {
    width: usize,
    now: Timestamp,
    text: String,
}

impl Page {
    const fn new(width: usize, now: Timestamp) -> Self {
        Self { width, now, text: String::new() }
    }

    /// One named line; what is too long goes on below. Log text passes through `wrap`, which leaves no control character in it.
    fn row(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let text = wrap(value, NAMES, self.width);
        let _ = write!(self.text, "{name:<NAMES$}{}", text.trim_start());
    }

    fn when(&self, at: Timestamp) -> String {
        format!("{} ({})", minute(at), ago(at, self.now))
    }

    fn of(mut self, issue: &Issue, links: &[Link], related: &[Related]) -> String {
        let now = self.now;
        let _ = writeln!(self.text, "{}", wrap(&format!("[{}] {}", issue.severity, headline(issue, usize::MAX)), 0, self.width).trim_end());
        self.text.push('\n');
        self.row("issue", issue.fingerprint.as_str());
        let state = self.state(issue);
        self.row("state", &state);
        if let Some(assigned) = issue.assigned.as_ref() {
            let to = if assigned.to.is_empty() { "nobody" } else { &assigned.to };
            self.row("assigned", &format!("{to}, said {}{}", by(&assigned.by), self.when(assigned.at)));
        }
        if let Some(deed) = &issue.deed {
            self.row(deed.what.as_str(), &format!("{}{}", by(&deed.by), self.when(deed.at)));
        }
        self.row("seen", &format!("{} times; first {}, last {}", issue.count, self.when(issue.first_seen), self.when(issue.last_seen)));
        self.row("services", &services(issue));
        self.versions(issue);
        if !issue.users.is_empty() {
            self.row("users", &format!("about {}", issue.users.estimate()));
        }
        let told = if issue.notify { "" } else { "; a rule says never to notify" };
        self.row("class", &format!("{} by rule {}: {}{told}", issue.category, issue.rule, if issue.evidence.is_empty() { "-" } else { &issue.evidence }));
        self.row("do first", &issue.first_step);
        self.baseline(issue);
        let series = |counts: Vec<(Timestamp, u64)>| counts.into_iter().map(|(_, count)| count).collect::<Vec<_>>();
        self.bars(&format!("{SHOWN_HOURS} hours"), &series(counts(&issue.hours, SHOWN_HOURS, now)));
        self.bars(&format!("{SHOWN_DAYS} days"), &series(counts(&issue.days, SHOWN_DAYS, now)));
        self.samples(issue);
        if !links.is_empty() {
            self.text.push_str("\nLINKS\n");
            for link in links {
                let _ = writeln!(self.text, "  {}: {}", clean(&link.name), clean(&link.url));
            }
        }
        if !related.is_empty() {
            self.text.push_str("\nRELATED\n");
            for other in related {
                let line = format!("{}  {}, {} times: {}", other.fingerprint.short(), other.state, other.count, other.headline);
                let _ = writeln!(self.text, "  {}", cut(&line, self.width.saturating_sub(2)));
            }
        }
        self.text
    }

    fn state(&self, issue: &Issue) -> String {
        if let Some(into) = &issue.merged_into {
            return format!("merged into {into}, which counts for it");
        }
        let state = issue.state_at(self.now);
        let word = issue.said.as_ref().map(|said| format!("{}{}", by(&said.by), self.when(said.at)));
        let spoken = said(issue).zip(word).map(|(what, who)| format!("{what} {who}"));
        match (state, spoken) {
            (IssueState::Resolved | IssueState::Ignored, Some(spoken)) => spoken,
            (IssueState::Regressed, Some(spoken)) => format!("regressed: {spoken}, and seen again"),
            (IssueState::Escalating, _) => {
                let since = issue.escalation(self.now).map(|escalation| format!(" since {}", self.when(escalation.since))).unwrap_or_default();
                format!("escalating{since}")
            }
            (state, Some(spoken)) => format!("{}; {spoken}", state.as_str()),
            (state, None) => state.as_str().to_owned(),
        }
    }

    fn versions(&mut self, issue: &Issue) {
        let seen = issue.versions.seen();
        if seen.iter().all(|one| one.version.is_empty()) {
            return;
        }
        let mut lines: Vec<String> = Vec::new();
        for one in seen.iter().take(MAX_VERSIONS) {
            let name = if one.version.is_empty() { "without a version" } else { &one.version };
            lines.push(format!("{name}: {} times, {} to {}", one.count, minute(one.first_seen), minute(one.last_seen)));
        }
        let more = seen.len().saturating_sub(MAX_VERSIONS);
        if more > 0 || issue.versions.others().count > 0 {
            lines.push(format!("and older ones: first seen in {}", if issue.first_app_version.is_empty() { "none" } else { &issue.first_app_version }));
        }
        for (place, line) in lines.iter().enumerate() {
            self.row(if place == 0 { "versions" } else { "" }, line);
        }
    }

    fn baseline(&mut self, issue: &Issue) {
        let baseline = issue.baseline(self.now);
        let now = issue.in_window(self.now);
        let text = match baseline.limit {
            None => format!("{now} in the last 15 minutes; too young to say what is usual"),
            Some(limit) => format!(
                "{now} in the last 15 minutes, it escalates above {limit}; usual are {:.1} an hour (deviation {:.1}, highest {}), from {} hours",
                baseline.per_hour, baseline.deviation, baseline.max_hour, baseline.hours
            ),
        };
        self.row("baseline", &text);
    }

    fn bars(&mut self, name: &str, counts: &[u64]) {
        let highest = counts.iter().max().copied().unwrap_or(0);
        if highest == 0 {
            self.row(name, "none");
        } else {
            let _ = writeln!(self.text, "{name:<NAMES$}│{}│ highest {highest}", sparkline(counts));
        }
    }

    fn samples(&mut self, issue: &Issue) {
        match kept(&issue.sample) {
            None => self.text.push_str("\nSAMPLE\n  erased\n"),
            Some(latest) => {
                self.sample("LATEST OCCURRENCE (masked)", &latest);
                if let Some(first) = issue.first_sample.as_ref().and_then(kept) {
                    // The stack is most often the same again; the document has it.
                    self.sample("FIRST OCCURRENCE (masked)", &Sample { stack: String::new(), ..first });
                }
            }
        }
    }

    fn sample(&mut self, title: &str, sample: &Sample) {
        let _ = writeln!(self.text, "\n{title}");
        self.text.push_str(&wrap(&sample.message, 2, self.width));
        for line in sample.stack.lines() {
            let _ = writeln!(self.text, "    {}", cut(clean(&line.replace('\t', "  ")).trim_end(), self.width.saturating_sub(4)));
        }
        let ids = [("request", &sample.request_id), ("trace", &sample.trace_id), ("in", &sample.log_group), ("stream", &sample.log_stream)];
        let ids: Vec<String> = ids.iter().filter(|(_, id)| !id.is_empty()).map(|(name, id)| format!("{name} {id}")).collect();
        if !ids.is_empty() {
            self.text.push_str(&wrap(&ids.join("; "), 2, self.width));
        }
    }
}

fn by(person: &str) -> String {
    if person.is_empty() { String::new() } else { format!("by {} ", clean(person)) }
}

fn services(issue: &Issue) -> String {
    let mut services: Vec<(&String, &u64)> = issue.services.iter().collect();
    services.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let mut all: Vec<String> = services.into_iter().map(|(name, count)| format!("{name} {count}")).collect();
    let others = issue.other_services();
    if others > 0 {
        all.push(format!("others {others}"));
    }
    all.join(", ")
}
