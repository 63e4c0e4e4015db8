//! What can be typed behind `skywarden redrive`.

use super::ConfigArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct RedriveArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Region the project is deployed in; the config's when not given.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// List what would be replayed; invoke, write and delete nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Replay also what is older than 15 days without asking: of that, nobody knows any more whether it was delivered.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
    /// Only what is of this function: metrics-extractor, error-classifier or alert-notifier.
    #[arg(long, value_name = "NAME", value_parser = ["metrics-extractor", "error-classifier", "alert-notifier"])]
    pub(crate) function: Option<String>,
    /// Only what was kept since then: 24h, 7d, a date (2026-12-24) or a time.
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// At most so many, the oldest.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
}
