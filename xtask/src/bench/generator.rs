//! `skywarden generate` beside a CDK app that watches the same functions.

use std::{fs, path::Path, process::Command};

use anyhow::Context as _;

use super::{compiler, in_workspace, target};
use crate::{
    page::Markers,
    shell::{cargo, output, program, run as execute},
    tools,
};

/// The page that holds what was measured.
const PAGE: &str = "docs/src/speed.md";

const MARKERS: Markers =
    Markers { begin: "<!-- tables: written by `cargo xtask bench --only generator --write` -->\n", end: "<!-- end of tables of the generator -->\n" };

/// The program that runs both. It is not built for release: nothing of it is measured.
const PROGRAM: [&str; 6] = ["run", "--locked", "--quiet", "--package", "skywarden-bench-generator", "--"];

/// The profile the README installs `skywarden` with.
const PROFILE: &str = "dist";

/// Builds `skywarden` as the README installs it and measures it.
pub(super) fn measure(root: &Path, home: &Path, quick: bool, write: bool) -> anyhow::Result<()> {
    let cdk = tools::bench_cdk(root)?;
    println!("building skywarden (many minutes)");
    let mut command = cargo(root);
    command.args(["build", "--profile", PROFILE, "--locked", "--package", "skywarden"]);
    execute(command)?;
    fs::create_dir_all(home).with_context(|| home.display().to_string())?;
    let page = home.join("generator.md");
    let mut node = program("node", root);
    node.arg("--version");
    let tools = format!("{}, Node {}", compiler(root)?, output(node)?.trim());
    let mut command = in_workspace(root, &[&PROGRAM[..], &["run"]].concat());
    command.arg("--result").arg(home.join("generator.json")).arg("--page").arg(&page).arg("--tools").arg(tools);
    if quick {
        command.arg("--quick");
    }
    execute(beside(command, &target(root).join(PROFILE).join("skywarden"), &cdk, home))?;
    if write {
        MARKERS.write(&root.join(PAGE), &fs::read_to_string(page)?)?;
        println!("wrote {PAGE}");
    }
    Ok(())
}

/// The tables are there, and both sides still do the smallest work, by the program as the tests build it.
pub(super) fn check(root: &Path) -> anyhow::Result<()> {
    let tables = MARKERS.read(&root.join(PAGE))?;
    anyhow::ensure!(tables.contains("\n| N | "), "{PAGE} has no tables of the generator: run `cargo xtask bench --only generator --write`");
    let mut build = cargo(root);
    build.args(["build", "--package", "skywarden", "--quiet"]);
    execute(build)?;
    let home = root.join("target/bench");
    fs::create_dir_all(&home).with_context(|| home.display().to_string())?;
    let command = in_workspace(root, &[&PROGRAM[..], &["check"]].concat());
    execute(beside(command, &target(root).join("debug/skywarden"), &tools::bench_cdk(root)?, &home))
}

/// The benchmark's command, told where the two are.
fn beside(mut command: Command, skywarden: &Path, cdk: &Path, home: &Path) -> Command {
    command.arg("--skywarden").arg(skywarden).arg("--cdk").arg(cdk).arg("--scratch").arg(home.join("generator"));
    command
}
