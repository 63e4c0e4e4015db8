//! `skywarden issues list`

use std::{fmt::Write as _, process::ExitCode};

use jiff::Timestamp;
use serde::Serialize;
use skywarden_core::{
    issue::{Issue, IssueState},
    pipeline::people::{Choice, MAX_LISTED, Sort, States, everything, select},
    port::{Clock, IssueList, IssueStore},
    severity::Severity,
};
use skywarden_simulator::report::table::{Align, Column, table};

use super::{
    change::json,
    document::{IssueSummary, assigned, headline, state},
    place::{Place, Task},
};
use crate::{
    args::{IssuesListArgs, SeverityArg, SortArg, StateArg},
    moment,
    terminal::{self, Failed, say, warn},
};

/// The word for nobody.
const NOBODY: &str = "nobody";

/// Longest name of a person in the table, characters.
const MAX_ASSIGNED: usize = 14;

pub(super) struct List<'a>(pub(super) &'a IssuesListArgs);

/// The list, for programs.
#[derive(Debug, Serialize)]
struct ListDocument {
    format: u32,
    project: String,
    environment: String,
    as_of: Timestamp,
    /// How many there are; the list may be shorter.
    total: usize,
    issues: Vec<IssueSummary>,
}

impl Task for List<'_> {
    async fn run<S: IssueStore + IssueList, C: Clock>(self, place: Place<'_, S, C>) -> Result<ExitCode, Failed> {
        let Self(args) = self;
        let now = place.clock.now();
        let choice = choice(args, now)?;
        let (all, more) = everything(place.store, place.clock).await.map_err(|error| place.failed(&error))?;
        if more {
            warn(&format!("there are more than {MAX_LISTED} issues; the first {MAX_LISTED} by fingerprint were looked at"));
        }
        let any = !all.is_empty();
        let chosen = select(all, &choice, now);
        let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
        let shown = chosen.get(..limit.min(chosen.len())).unwrap_or_default();
        if args.json {
            say(&json(&ListDocument {
                format: 1,
                project: place.model.project.clone(),
                environment: place.model.environment.clone(),
                as_of: now,
                total: chosen.len(),
                issues: shown.iter().map(|issue| IssueSummary::of(issue, now)).collect(),
            })?);
        } else if shown.is_empty() {
            say(nothing(any, &choice));
        } else {
            say(&text(shown, chosen.len(), now));
        }
        Ok(if chosen.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn nothing(any: bool, choice: &Choice) -> &'static str {
    match (any, *choice == Choice::default()) {
        (false, _) => "there are no issues",
        (true, true) => "nothing needs attention; `--state all` shows every issue",
        (true, false) => "no issue is like that; `--state all` shows every state",
    }
}

fn choice(args: &IssuesListArgs, now: Timestamp) -> Result<Choice, Failed> {
    let states = match args.state.as_slice() {
        [] => States::Attention,
        words if words.contains(&StateArg::All) => States::All,
        [StateArg::Open] => States::Open,
        words => States::These(words.iter().flat_map(|word| states(*word)).copied().collect()),
    };
    Ok(Choice {
        states,
        service: args.service.clone(),
        category: args.category.clone(),
        severity: args.severity.map(|severity| match severity {
            SeverityArg::Critical => Severity::Critical,
            SeverityArg::Error => Severity::Error,
            SeverityArg::Warning => Severity::Warning,
            SeverityArg::Info => Severity::Info,
        }),
        since: args.since.as_deref().map(|since| moment::since(since, now)).transpose()?,
        assigned: args.assigned.as_ref().map(|name| if name == NOBODY { String::new() } else { name.clone() }),
        text: args.text.clone(),
        sort: match args.sort {
            SortArg::Last => Sort::Last,
            SortArg::Count => Sort::Count,
            SortArg::First => Sort::First,
        },
    })
}

const fn states(word: StateArg) -> &'static [IssueState] {
    match word {
        StateArg::Open => &[IssueState::New, IssueState::Ongoing, IssueState::Escalating, IssueState::Regressed],
        StateArg::New => &[IssueState::New],
        StateArg::Ongoing => &[IssueState::Ongoing],
        StateArg::Escalating => &[IssueState::Escalating],
        StateArg::Regressed => &[IssueState::Regressed],
        StateArg::Resolved => &[IssueState::Resolved],
        StateArg::Ignored => &[IssueState::Ignored],
        StateArg::All => &[],
    }
}

fn text(issues: &[Issue], total: usize, now: Timestamp) -> String {
    let columns = [
        Column { title: "ISSUE", align: Align::Left },
        Column { title: "SEVERITY", align: Align::Left },
        Column { title: "STATE", align: Align::Left },
        Column { title: "SERVICE", align: Align::Left },
        Column { title: "WHAT", align: Align::Rest },
        Column { title: "COUNT", align: Align::Right },
        Column { title: "LAST SEEN", align: Align::Left },
        Column { title: "ASSIGNED", align: Align::Left },
    ];
    let rows: Vec<[String; 8]> = issues
        .iter()
        .map(|issue| {
            [
                issue.fingerprint.short().to_owned(),
                issue.severity.to_string(),
                state(issue, now).to_owned(),
                service(issue),
                headline(issue, usize::MAX),
                issue.count.to_string(),
                moment::ago(issue.last_seen, now),
                skywarden_simulator::report::table::cut(assigned(issue), MAX_ASSIGNED),
            ]
        })
        .collect();
    // Nobody has an issue: the column says nothing and takes room.
    let text = if rows.iter().all(|row| row.last().is_none_or(String::is_empty)) {
        let rows: Vec<[String; 7]> = rows.into_iter().map(all_but_last).collect();
        table(all_but_last(columns), &rows, terminal::width())
    } else {
        table(columns, &rows, terminal::width())
    };
    let mut text = painted(&text, issues, now);
    if total > issues.len() {
        let _ = writeln!(text, "{} of {total}; --limit {total} shows all", issues.len());
    }
    text
}

fn all_but_last<T>(row: [T; 8]) -> [T; 7] {
    let [issue, severity, state, service, what, count, last, _] = row;
    [issue, severity, state, service, what, count, last]
}

/// The service with most occurrences, and how many there are besides.
fn service(issue: &Issue) -> String {
    let most = issue.services.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    let name = most.map_or("", |(name, _)| name.as_str());
    if issue.services.len() > 1 { format!("{name} +{}", issue.services.len() - 1) } else { name.to_owned() }
}

/// On a terminal: what is critical in red, what is resolved or ignored dim.
fn painted(text: &str, issues: &[Issue], now: Timestamp) -> String {
    if !terminal::colored_output() {
        return text.to_owned();
    }
    let mut lines = text.lines();
    let mut painted = String::new();
    for (place, line) in lines.by_ref().enumerate() {
        let issue = place.checked_sub(1).and_then(|row| issues.get(row));
        let style = match issue {
            None => console::Style::new().bold(),
            Some(issue) if matches!(issue.state_at(now), IssueState::Resolved | IssueState::Ignored) || issue.merged_into.is_some() => {
                console::Style::new().dim()
            }
            Some(issue) if issue.severity == Severity::Critical => console::Style::new().red(),
            Some(_) => console::Style::new(),
        };
        painted.push_str(&style.force_styling(true).apply_to(line).to_string());
        painted.push('\n');
    }
    painted
}
