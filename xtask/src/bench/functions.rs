//! The built functions: start-up, memory, size, CPU time and calls.

use std::{fs, path::Path};

use anyhow::Context as _;

use super::target;
use crate::{
    page::Markers,
    shell::{cargo, output, program, run as execute},
};

/// The page that holds what was measured, and what it costs.
const PAGE: &str = "docs/src/concepts/cost.md";

const MARKERS: Markers = Markers { begin: "<!-- tables: written by `cargo xtask bench --only functions --write` -->\n", end: "<!-- end of tables -->\n" };

const FUNCTIONS: [&str; 3] = ["metrics-extractor", "error-classifier", "alert-notifier"];

/// Builds the functions as they ship, but for this machine's processor, and measures them.
pub(super) fn measure(root: &Path, home: &Path, quick: bool, write: bool) -> anyhow::Result<()> {
    let host = host(root)?;
    println!("building the functions as they ship (fat LTO: minutes)");
    let mut command = cargo(root);
    // A target is named so that the programs do not lie where `cargo lambda` puts its own.
    command.args(["build", "--locked", "--profile", "lambda", "--target", &host]);
    for function in FUNCTIONS {
        command.args(["--package", function]);
    }
    execute(command)?;
    let scratch = home.join("functions");
    fs::create_dir_all(&scratch)?;
    let mut command = cargo(root);
    command.args(["run", "--release", "--locked", "--quiet", "--package", "skywarden-e2e", "--bin", "function-costs", "--"]);
    command.arg(target(root).join(&host).join("lambda")).arg(root.join("cdk-out/plan.json")).arg(&scratch).arg(home.join("functions.json"));
    let page = home.join("functions.md");
    command.arg(&page);
    if quick {
        command.arg("--quick");
    }
    execute(command)?;
    if write {
        MARKERS.write(&root.join(PAGE), &fs::read_to_string(page)?)?;
        println!("wrote {PAGE}");
    }
    Ok(())
}

/// The compiler's own target.
fn host(root: &Path) -> anyhow::Result<String> {
    let mut command = program(std::env::var_os("RUSTC").map_or_else(|| "rustc".into(), std::path::PathBuf::from), root);
    command.arg("-vV");
    let text = output(command)?;
    text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned).context("rustc names no host")
}
