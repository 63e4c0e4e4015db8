//! What can be typed. The help text of every command is here and nowhere else.

#[cfg(test)]
mod documentation;
mod issues;
mod redrive;
mod verify;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use issues::{
    ChangeArgs, IssuesArgs, IssuesAssignArgs, IssuesForgetArgs, IssuesIgnoreArgs, IssuesListArgs, IssuesMergeArgs, IssuesReopenArgs, IssuesResolveArgs,
    IssuesShowArgs, IssuesUnmergeArgs, IssuesWhat, PlaceArgs, SeverityArg, SortArg, StateArg,
};
pub(crate) use redrive::RedriveArgs;
pub(crate) use verify::{VerifyArgs, VerifySeverity};

/// Monitoring and logging on AWS from one file.
#[derive(Debug, Parser)]
#[command(name = "skywarden", version, about, propagate_version = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write the deployable assembly for a config.
    Generate(GenerateArgs),
    /// Put the built functions into a copy of the assembly that can be deployed.
    Package(PackageArgs),
    /// Say how something is done and why.
    Explain(ExplainArgs),
    /// Try CloudWatch Logs filter patterns, or have one put in words.
    Filter(FilterArgs),
    /// Print log lines with everything secret and personal replaced.
    ///
    /// Ends with 0 when all lines were masked, 1 when the config has mistakes, and 2 when a file cannot be read.
    Redact(RedactArgs),
    /// Print for each log event whether it is an error, of which issue and of what kind: one JSON object a line.
    ///
    /// The keys are `is_error`, `fingerprint`, `coarse`, `template`, `type`, `category`, `severity` and `rule`; the last four are null for a line that is no error. `type` is
    /// also null for an error that names none. What is printed is masked.
    ///
    /// Ends with 0 when every line was read, 1 when the config or the templates have mistakes, and 2 when a file cannot be read.
    Fingerprint(FingerprintArgs),
    /// Deliver what could not be delivered: residues, and the invocations that failed.
    ///
    /// Each is handed to the deployed function it belongs to, which does what is left to do, and is then deleted. Doing it twice, or two people at
    /// once, changes nothing. Messages of the queue `dead-letters` about objects that are gone are taken off, so that its alarm ends. Needs AWS
    /// credentials, as the AWS CLI finds them, and what the policy in the output `RedrivePolicyArn` of the shared stack allows.
    ///
    /// Ends with 0 when everything was delivered or nothing was there, 1 when something is left or the config has mistakes, and 2 when the options,
    /// the credentials or the stack are the trouble.
    Redrive(RedriveArgs),
    /// Look at the issues of a deployed project, and say what is to become of them.
    ///
    /// An issue is named by its fingerprint or the first digits of it, at least four. Needs AWS credentials, as the AWS CLI finds them, and what
    /// the policy in the output `IssuesPolicyArn` of the shared stack allows.
    ///
    /// Ends with 0 when it was found or done, 1 when nothing was found or something was refused, and 2 when the config, the credentials or the
    /// table are the trouble.
    Issues(IssuesArgs),
    /// Send one marked line through a deployed project, and follow it to log group, metric, issue and message.
    ///
    /// People get the message: it says that it is a test, and by whom. The issue of the test is resolved in the end.
    ///
    /// Ends with 0 when the line arrived everywhere, 1 when it did not arrive somewhere in time, and 2 when it could not be sent.
    Verify(VerifyArgs),
    /// Replay a day of the example shop, or logs of your own, without AWS.
    Demo(DemoArgs),
}

/// Options of every command that reads a config.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArgs {
    /// Config file; give it again for overlays, each laid over those before it.
    #[arg(short, long = "config", value_name = "FILE", default_value = "skywarden.yaml")]
    pub(crate) configs: Vec<PathBuf>,
    /// Directory whose files replace the built-in templates of the same relative path.
    #[arg(long, value_name = "DIR")]
    pub(crate) templates: Option<PathBuf>,
    /// How mistakes are shown.
    #[arg(long, value_enum, default_value_t = MessageFormat::Text)]
    pub(crate) message_format: MessageFormat,
}

/// How diagnostics are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// Annotations for GitHub Actions.
    Github,
}

#[derive(Debug, clap::Args)]
pub(crate) struct GenerateArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Directory of the assembly.
    #[arg(short, long, value_name = "DIR", default_value = "cdk-out")]
    pub(crate) out: PathBuf,
    /// Write nothing; fail when the directory is not what it should be.
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PackageArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Directory where `cargo lambda build` puts the functions.
    #[arg(long, value_name = "DIR", default_value = "target/lambda")]
    pub(crate) binaries: PathBuf,
    /// Directory of the deployable copy.
    #[arg(short, long, value_name = "DIR", default_value = "target/skywarden")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    #[command(subcommand)]
    pub(crate) what: ExplainWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExplainWhat {
    /// When an alarm fires, and who hears of it.
    Alarm {
        /// Name of the alarm, or its end: `latency` explains that of every service.
        name: String,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// How a metric is computed, and why that way.
    Metric {
        /// Metric name.
        name: String,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// What an objective allows, when its error budget burns too fast, who hears of it, and what its alarms cost.
    Slo {
        /// Name of the objective: `availability` explains that of every service that has one.
        name: String,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// All about a service: its log group, who listens to it, its metrics and alarms, and what it costs a month at rest.
    Service {
        /// Service name.
        name: String,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Why a log event is an error or none, what kind it is, and which issue it belongs to.
    ///
    /// Ends with 0 when it was explained, 1 when the config or the templates have mistakes, and 2 when there is nothing to explain.
    Error(ExplainErrorArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExplainErrorArgs {
    /// The log event, of one line or several; `-` for all of standard input.
    #[arg(allow_hyphen_values = true)]
    pub(crate) line: String,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

/// Options of the commands that look at single events.
#[derive(Debug, clap::Args)]
pub(crate) struct RulesArgs {
    /// Service the events are of. Without it, it is the one a line names itself.
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// Config file whose error rules, masking and forms of lines hold; give it again for overlays. Without one only the built-in rules hold.
    #[arg(short, long = "config", value_name = "FILE")]
    pub(crate) configs: Vec<PathBuf>,
    /// Directory whose files replace the built-in templates of the same relative path, the error catalogue among them.
    #[arg(long, value_name = "DIR")]
    pub(crate) templates: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct FingerprintArgs {
    /// File with a log event a line; `-` or nothing for standard input. The inner line ends of an event are written `\r`.
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) file: PathBuf,
    /// Each line is an event as a JSON string, with `\n` for its inner line ends. A line that is no JSON string is taken as it is.
    #[arg(long)]
    pub(crate) jsonl: bool,
    /// Add `parts`: what went into the fingerprint, in order.
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct FilterArgs {
    #[command(subcommand)]
    pub(crate) what: FilterWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FilterWhat {
    /// Print the lines a filter pattern matches, and the fields it extracts.
    ///
    /// Ends with 0 when a line was printed, 1 when none was, and 2 when the pattern or the file cannot be read.
    Test(FilterTestArgs),
    /// Say in words what a filter pattern matches, and where it may not mean what it seems to.
    Explain(FilterExplainArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct FilterTestArgs {
    /// Filter pattern, as the `FilterPattern` property spells it; empty for every line.
    #[arg(required_unless_present = "cases", allow_hyphen_values = true)]
    pub(crate) pattern: Option<String>,
    /// File with a log event a line; `-` or nothing for standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) file: PathBuf,
    /// Print one JSON object a line: {line, message, fields}, and with --value also {sample}.
    #[arg(long)]
    pub(crate) json: bool,
    /// Metric value, `$.path`, `$field`, `$1` or a number: show the sample each line would give.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub(crate) value: Option<String>,
    /// Print the lines that do not match.
    #[arg(long, conflicts_with = "value")]
    pub(crate) invert: bool,
    /// Print only how many lines there are.
    #[arg(long)]
    pub(crate) count: bool,
    /// Run a JSON file of recorded cases, {pattern, message, matches, error, extracted}, and print each that comes out otherwise.
    #[arg(long, value_name = "FILE", exclusive = true)]
    pub(crate) cases: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct FilterExplainArgs {
    /// Filter pattern, as the `FilterPattern` property spells it.
    #[arg(allow_hyphen_values = true)]
    pub(crate) pattern: String,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RedactArgs {
    /// File with a log event a line; `-` or nothing for standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) file: PathBuf,
    /// Config file whose `mask:` is added to the built-in rules; give it again for overlays. Without one only the built-in rules hold.
    #[arg(short, long = "config", value_name = "FILE")]
    pub(crate) configs: Vec<PathBuf>,
    /// Say on standard error how much of each kind was masked.
    #[arg(long)]
    pub(crate) stats: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// End after the report. It always does for now; scripts that give it keep working when the demo serves a page.
    #[arg(long)]
    pub(crate) exit: bool,
    /// Print every message in full.
    #[arg(long)]
    pub(crate) messages: bool,
    /// Directory of the example, or one of your own: with a skywarden.yaml and, below logs/, *.jsonl or *.jsonl.gz in the order of time, each line
    /// {"group":…,"stream":…,"id":…,"timestamp":…,"message":…}.
    #[arg(long, value_name = "DIR", default_value = "examples/shop")]
    pub(crate) example: PathBuf,
}
