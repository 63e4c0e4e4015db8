//! Where the pieces of the test are, as `cargo xtask test` tells by environment variables.

use std::path::PathBuf;

use anyhow::Context as _;

/// Paths of everything the test starts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Root of the repository.
    pub root: PathBuf,
    /// `bin` directory of the Python environment with emulator and AWS CLI.
    pub python_bin: PathBuf,
    /// Directory with `node_modules/.bin`.
    pub node: PathBuf,
    /// The `skywarden` program.
    pub skywarden: PathBuf,
    /// The program that answers the emulator's filter questions.
    pub filter_server: PathBuf,
    /// Where `cargo lambda build` put the functions.
    pub binaries: PathBuf,
    /// Where this test may write.
    pub scratch: PathBuf,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// Names the first variable that is missing.
    pub fn from_env() -> anyhow::Result<Self> {
        let path = |name: &str| std::env::var_os(name).map(PathBuf::from).with_context(|| format!("{name} is not set; run this test with `cargo xtask test`"));
        Ok(Self {
            root: path("SKYWARDEN_E2E_ROOT")?,
            python_bin: path("SKYWARDEN_E2E_PYTHON_BIN")?,
            node: path("SKYWARDEN_E2E_NODE")?,
            skywarden: path("SKYWARDEN_E2E_SKYWARDEN")?,
            filter_server: path("SKYWARDEN_E2E_FILTER_SERVER")?,
            binaries: path("SKYWARDEN_E2E_BINARIES")?,
            scratch: path("SKYWARDEN_E2E_SCRATCH")?,
        })
    }
}
