//! What can be typed behind `skywarden verify`.

use clap::ValueEnum;

use super::ConfigArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// Service into whose log group the line goes; the first of the config when not given.
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// How long the line is followed: `90s`, `3m`.
    #[arg(long, value_name = "TIME", default_value = "3m")]
    pub(crate) timeout: String,
    /// How severe the line calls itself, and with that which routes carry the message. A critical one is sent at once and wakes people up.
    #[arg(long, value_enum, default_value_t = VerifySeverity::Error)]
    pub(crate) severity: VerifySeverity,
    /// Who sends it, as the message says; without it the name git knows, or the login name.
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) person: Option<String>,
    /// Print one JSON document at the end, and nothing before.
    #[arg(long)]
    pub(crate) json: bool,
    /// Region the project is deployed in; the config's when not given.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

/// Severity of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerifySeverity {
    /// The log level ERROR.
    Error,
    /// The log level CRITICAL.
    Critical,
}
