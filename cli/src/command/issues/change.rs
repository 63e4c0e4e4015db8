//! What the commands that change issues have in common: each issue in turn, one line or one document for each.

use std::process::ExitCode;

use serde::Serialize;
use skywarden_core::{
    issue::{Action, Issue},
    pipeline::people::{Changed, Desk, PeopleError, resolve},
    port::{Clock, IssueList, IssueStore},
};

use super::{
    document::{IssueSummary, headline, said},
    place::Place,
};
use crate::{
    args::ChangeArgs,
    person,
    terminal::{self, Failed, say, warn},
};

/// Format of the document.
const FORMAT: u32 = 1;

/// What was done, for programs.
#[derive(Debug, Serialize)]
struct ChangesDocument {
    format: u32,
    /// Nothing stays so: the issues are those of a replay.
    replayed: bool,
    changes: Vec<ChangeDocument>,
}

#[derive(Debug, Serialize)]
struct ChangeDocument {
    /// What was typed.
    asked: String,
    /// False: it was so already.
    changed: bool,
    /// Whether people will be told.
    told: bool,
    issue: IssueSummary,
}

/// Does one thing to each issue; goes on after one that is refused.
pub(super) async fn act<S, C>(place: &Place<'_, S, C>, args: &ChangeArgs, issues: &[String], action: &Action, done: &str) -> Result<ExitCode, Failed>
where
    S: IssueStore + IssueList,
    C: Clock,
{
    let person = person::name(args.person.as_deref());
    let desk = desk(place, &person);
    each(place, args, issues, done, async |reference| {
        let issue = resolve(place.store, place.clock, reference).await?;
        desk.act(&issue.fingerprint, action).await
    })
    .await
}

/// A person's desk at a place.
pub(super) fn desk<'a, S, C>(place: &Place<'a, S, C>, person: &'a str) -> Desk<'a, S, C> {
    Desk { store: place.store, clock: place.clock, person, tells_resolved: place.model.errors.notify.resolved }
}

/// Calls for each issue and says what came of it: `done`, in which `{said}` and `{state}` stand for the last word on the issue and its state.
pub(super) async fn each<S, C>(
    place: &Place<'_, S, C>,
    args: &ChangeArgs,
    issues: &[String],
    done: &str,
    mut work: impl AsyncFnMut(&str) -> Result<Changed, PeopleError>,
) -> Result<ExitCode, Failed>
where
    S: IssueStore + IssueList,
    C: Clock,
{
    let mut changes = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for reference in issues {
        match work(reference).await {
            Ok(done_to) => {
                if !args.json {
                    say(&line(&done_to, done));
                }
                changes.push(ChangeDocument {
                    asked: reference.clone(),
                    changed: done_to.written,
                    told: done_to.told,
                    issue: IssueSummary::of(&done_to.issue, place.clock.now()),
                });
            }
            Err(error) => match place.failed(&error) {
                refused @ Failed::Refused(_) => {
                    terminal::complain(&refused);
                    code = ExitCode::FAILURE;
                }
                // What is wrong with the table is wrong for the next issue too.
                failed => return Err(failed),
            },
        }
    }
    if args.json {
        say(&json(&ChangesDocument { format: FORMAT, replayed: place.replayed, changes })?);
    } else if place.replayed {
        warn("the issues are those of a replay: nothing was changed anywhere");
    }
    Ok(code)
}

fn line(changed: &Changed, done: &str) -> String {
    let Changed { issue, written, told } = changed;
    let what =
        if *written { done.replace("{said}", &said(issue).unwrap_or_default()).replace("{state}", issue.state.as_str()) } else { "already so".to_owned() };
    let what = if *told { format!("{what}; people are told") } else { what };
    let room = terminal::width().saturating_sub(what.chars().count() + 12).max(30);
    format!("{}  {what}: {}", issue.fingerprint.short(), headline(issue, room))
}

/// A document as text.
pub(super) fn json(document: &impl Serialize) -> Result<String, Failed> {
    serde_json::to_string_pretty(document).map_err(|error| Failed::Because(error.to_string()))
}

/// A change that was written.
pub(super) const fn written(issue: Issue) -> Changed {
    Changed { issue, written: true, told: false }
}
