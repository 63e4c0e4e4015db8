//! What can be typed behind `skywarden issues`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum, builder::NonEmptyStringValueParser};

use super::ConfigArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct IssuesArgs {
    #[command(subcommand)]
    pub(crate) what: IssuesWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IssuesWhat {
    /// List issues; without a filter those that need attention.
    ///
    /// These are neither resolved nor ignored, were seen within 14 days, and are not of a rule that says never to notify.
    List(IssuesListArgs),
    /// Show all that is known of an issue.
    Show(IssuesShowArgs),
    /// Say that an issue is solved. Should it come back, people are told that it regressed.
    Resolve(IssuesResolveArgs),
    /// Hear no more of an issue, for ever or until something happens. It is still counted.
    Ignore(IssuesIgnoreArgs),
    /// Take resolved or ignored back.
    Reopen(IssuesReopenArgs),
    /// Say whose issue it is.
    Assign(IssuesAssignArgs),
    /// Count an issue's occurrences in another from now on: the two are one cause.
    Merge(IssuesMergeArgs),
    /// Take a merge back. What was counted in the other issue stays there.
    Unmerge(IssuesUnmergeArgs),
    /// Erase what an issue holds of log text: samples, stacks, request and trace ids, log streams, the count of users.
    ///
    /// Identity, counts, versions and the masked template stay. The next occurrence brings a new sample; to prevent that, mask what should not be
    /// there (`mask:` in the config) first. Says where the text may still be.
    Forget(IssuesForgetArgs),
}

/// Where the issues are.
#[derive(Debug, clap::Args)]
pub(crate) struct PlaceArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Region the project is deployed in; the config's when not given.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// Replay a log (*.jsonl or *.jsonl.gz, or a directory of them in the order of time) and take the issues it makes, instead of those of the
    /// deployed project. Needs no AWS account; a change changes nothing but what is printed.
    #[arg(long, value_name = "PATH", conflicts_with = "region")]
    pub(crate) logs: Option<PathBuf>,
}

/// Options of every command that changes issues.
#[derive(Debug, clap::Args)]
pub(crate) struct ChangeArgs {
    /// Who does it, as it is written down; without it the name git knows, or the login name.
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) person: Option<String>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IssuesListArgs {
    /// Only issues in this state; may be given several times.
    #[arg(long, value_enum, value_name = "STATE")]
    pub(crate) state: Vec<StateArg>,
    /// Only issues seen in this service.
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// Only issues of this category, or one below it.
    #[arg(long, value_name = "NAME")]
    pub(crate) category: Option<String>,
    /// Only issues at least so severe.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) severity: Option<SeverityArg>,
    /// Only issues seen since then: `24h`, `7d`, a date or an RFC 3339 time.
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// Only issues of this person; `nobody` for those that are nobody's.
    #[arg(long, value_name = "NAME")]
    pub(crate) assigned: Option<String>,
    /// Only issues with this text in type or template, whatever its case.
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,
    /// Order.
    #[arg(long, value_enum, default_value_t = SortArg::Last)]
    pub(crate) sort: SortArg,
    /// Most issues that are printed.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}

/// A state, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StateArg {
    /// Neither resolved nor ignored.
    Open,
    /// Every one, those merged into another included.
    All,
    /// First seen less than seven days ago.
    New,
    /// Older, and none of the others.
    Ongoing,
    /// Far more often than its own history allows.
    Escalating,
    /// Resolved, and seen again.
    Regressed,
    /// Resolved.
    Resolved,
    /// Ignored.
    Ignored,
}

/// A severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SeverityArg {
    /// Somebody must act now.
    Critical,
    /// Something is broken for some users.
    Error,
    /// Somebody should look during working hours.
    Warning,
    /// Worth knowing.
    Info,
}

/// An order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortArg {
    /// The latest occurrence first.
    Last,
    /// The most occurrences first.
    Count,
    /// The latest first occurrence first.
    First,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IssuesShowArgs {
    /// Fingerprint, or the first digits of it.
    pub(crate) issue: String,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IssuesResolveArgs {
    /// Fingerprints, or the first digits of them.
    #[arg(required = true, value_name = "ISSUE")]
    pub(crate) issues: Vec<String>,
    /// The first version that has the cure: what older versions still do is no regression.
    #[arg(long, value_name = "VERSION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) in_version: Option<String>,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IssuesIgnoreArgs {
    /// Fingerprints, or the first digits of them.
    #[arg(required = true, value_name = "ISSUE")]
    pub(crate) issues: Vec<String>,
    /// Until then: `24h`, `7d`, a date or an RFC 3339 time.
    #[arg(long, value_name = "WHEN", group = "end")]
    pub(crate) until: Option<String>,
    /// Until it was seen so many more times.
    #[arg(long, value_name = "N", group = "end", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) until_count: Option<u64>,
    /// Until it escalates.
    #[arg(long, group = "end")]
    pub(crate) until_escalating: bool,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IssuesReopenArgs {
    /// Fingerprints, or the first digits of them.
    #[arg(required = true, value_name = "ISSUE")]
    pub(crate) issues: Vec<String>,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IssuesAssignArgs {
    /// Fingerprints, or the first digits of them.
    #[arg(required = true, value_name = "ISSUE")]
    pub(crate) issues: Vec<String>,
    /// Whose they are.
    #[arg(long, value_name = "NAME", required_unless_present = "nobody", conflicts_with = "nobody", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) to: Option<String>,
    /// They are nobody's.
    #[arg(long)]
    pub(crate) nobody: bool,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IssuesMergeArgs {
    /// Fingerprints, or the first digits of them.
    #[arg(required = true, value_name = "ISSUE")]
    pub(crate) issues: Vec<String>,
    /// The issue that counts for them from now on.
    #[arg(long, value_name = "ISSUE")]
    pub(crate) into: String,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IssuesUnmergeArgs {
    /// Fingerprints, or the first digits of them.
    #[arg(required = true, value_name = "ISSUE")]
    pub(crate) issues: Vec<String>,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IssuesForgetArgs {
    /// Fingerprints, or the first digits of them.
    #[arg(required = true, value_name = "ISSUE")]
    pub(crate) issues: Vec<String>,
    /// Take the issue out wholly, with its counts and what was said of it. Should it happen again, it is a new one.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}
