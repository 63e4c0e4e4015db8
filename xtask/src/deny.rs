//! What may be in the dependency trees: licences, banned crates, sources, and advisories where their database can be reached.

use std::path::Path;

use anyhow::Context as _;

use crate::{
    shell::{program, run as execute},
    tools,
};

/// Findings about `deny.toml` itself: what it names for the one workspace is not met in the other.
const NOT_MET: [&str; 8] = ["-A", "unmatched-skip", "-A", "license-not-encountered", "-A", "license-exception-not-encountered", "-A", "no-license-field"];

/// Each workspace and what is asked of it. The benchmark's is never shipped, and holds whatever it compares with.
const WORKSPACES: [(&str, &[&str]); 3] =
    [("Cargo.toml", &["licenses", "bans", "sources"]), ("fuzz/Cargo.toml", &["licenses", "bans", "sources"]), ("tests/bench/Cargo.toml", &["sources"])];

/// Checks them all.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let deny = tools::cargo_deny(root)?;
    for (manifest, checks) in WORKSPACES {
        println!("{manifest}:");
        let mut command = program(&deny, root);
        command.args(["--manifest-path", manifest, "--config", "deny.toml", "check"]).args(NOT_MET).args(checks);
        execute(command)?;
    }
    advisories(root, &deny)
}

/// Known vulnerabilities. A machine that cannot reach their database says so, and checks the rest.
fn advisories(root: &Path, deny: &Path) -> anyhow::Result<()> {
    let mut command = program(deny, root);
    // Never a question at the terminal, and no waiting for a network that is not there.
    command.args(["check", "advisories"]).env("GIT_TERMINAL_PROMPT", "0").env("GIT_HTTP_LOW_SPEED_LIMIT", "1000").env("GIT_HTTP_LOW_SPEED_TIME", "20");
    let output = command.output().context("cannot start cargo-deny")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        println!("advisories: none");
        return Ok(());
    }
    if unreachable(&said) {
        println!("advisories: not checked, the database cannot be reached");
        return Ok(());
    }
    anyhow::bail!("`cargo deny check advisories` failed: {}\n{said}", output.status)
}

/// Whether it failed because there is no database to look in.
fn unreachable(said: &str) -> bool {
    said.contains("failed to fetch advisory database")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_out_of_reach_is_no_finding_and_a_finding_is_no_database_out_of_reach() {
        assert!(unreachable("2026-11-26 07:33:59 [ERROR] failed to fetch advisory database https://github.com/RustSec/advisory-db with cli: failed to clone"));
        assert!(!unreachable("error[vulnerability]: a flaw in the parser\n advisories FAILED"));
    }
}
