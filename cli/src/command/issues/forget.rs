//! `skywarden issues forget`

use std::process::ExitCode;

use serde::Serialize;
use skywarden_core::{
    issue::Fingerprint,
    pipeline::people::{Forgotten, PeopleError, resolve},
    port::{Clock, IssueList, IssueStore},
};

use super::{
    change,
    place::{Place, Task},
};
use crate::{
    args::IssuesForgetArgs,
    person,
    terminal::{self, Failed, say, warn},
};

/// Where the text may still be, whatever is erased here.
const ELSEWHERE: [&str; 5] = [
    "the log group it came from, until its retention is over",
    "messages that were sent, in mailboxes, queues and chats",
    "residues and failed invocations in S3, until they expire or are redriven",
    "backups of the table (point in time recovery: 35 days)",
    "a batch that is redriven or delivered again after its marker has gone brings it back",
];

pub(super) struct Forget<'a>(pub(super) &'a IssuesForgetArgs);

/// What was forgotten, for programs.
#[derive(Debug, Serialize)]
struct ForgottenDocument {
    format: u32,
    replayed: bool,
    forgotten: Vec<ForgottenIssue>,
    /// Where the text may still be.
    elsewhere: [&'static str; 5],
}

#[derive(Debug, Serialize)]
struct ForgottenIssue {
    asked: String,
    /// `text` or `all`.
    what: &'static str,
    /// The issues, those merged into it included; empty when there was nothing to erase.
    issues: Vec<Fingerprint>,
    /// Notices on their way that hold the text until they are sent.
    unsent_notices: usize,
}

impl Task for Forget<'_> {
    async fn run<S: IssueStore + IssueList, C: Clock>(self, place: Place<'_, S, C>) -> Result<ExitCode, Failed> {
        let Self(args) = self;
        let person = person::name(args.change.person.as_deref());
        let desk = change::desk(&place, &person);
        let mut forgotten = Vec::new();
        let mut code = ExitCode::SUCCESS;
        for reference in &args.issues {
            let done = match resolve(place.store, place.clock, reference).await {
                Ok(issue) if args.all => desk.erase(&issue.fingerprint).await,
                Ok(issue) => desk.forget(&issue.fingerprint).await,
                // Something may be left of an issue that is gone.
                Err(unknown @ PeopleError::Unknown { .. }) if args.all => match Fingerprint::parse(&reference.trim().to_ascii_lowercase()) {
                    None => Err(unknown),
                    Some(fingerprint) => desk.erase(&fingerprint).await.map_err(|error| match error {
                        PeopleError::Unknown { .. } => unknown,
                        failed => failed,
                    }),
                },
                Err(error) => Err(error),
            };
            match done {
                Ok(Forgotten { issues, unsent }) => {
                    if !args.change.json {
                        say(&line(reference, &issues, unsent, args.all));
                    }
                    let what = if args.all { "all" } else { "text" };
                    forgotten.push(ForgottenIssue { asked: reference.clone(), what, issues, unsent_notices: unsent });
                }
                Err(error) => match place.failed(&error) {
                    refused @ Failed::Refused(_) => {
                        terminal::complain(&refused);
                        code = ExitCode::FAILURE;
                    }
                    failed => return Err(failed),
                },
            }
        }
        if args.change.json {
            say(&change::json(&ForgottenDocument { format: 1, replayed: place.replayed, forgotten, elsewhere: ELSEWHERE })?);
        } else if !forgotten.is_empty() {
            let mut text = "the text may still be in:\n".to_owned();
            for place in ELSEWHERE {
                text.push_str("  * ");
                text.push_str(place);
                text.push('\n');
            }
            if !args.all {
                text.push_str("the next occurrence brings a new sample: mask what should not be in it (`mask:` in the config)\n");
            }
            say(text.trim_end());
            if place.replayed {
                warn("the issues are those of a replay: nothing was changed anywhere");
            }
        }
        Ok(code)
    }
}

fn line(reference: &str, issues: &[Fingerprint], unsent: usize, all: bool) -> String {
    let names: Vec<&str> = issues.iter().map(Fingerprint::short).collect();
    let what = match (names.is_empty(), all) {
        (true, _) => format!("{}: there is no log text in it", terminal::without_commands(reference)),
        (false, true) => format!("{}: taken out of the table", names.join(", ")),
        (false, false) => format!("{}: log text erased; counts, versions and the masked template are kept", names.join(", ")),
    };
    match unsent {
        0 => what,
        1 => format!("{what}\n1 notice is on its way with the text in it; when it is sent, it is gone from the table"),
        more => format!("{what}\n{more} notices are on their way with the text in them; when they are sent, it is gone from the table"),
    }
}
