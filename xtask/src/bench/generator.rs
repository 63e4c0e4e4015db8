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

/// A file system in memory, where there is one. On a disk a new file costs the more the fuller and the more used it is: up to ten times as much, of both sides, and the
/// more of the one that writes more files.
const MEMORY: &str = "/dev/shm";

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
    let memory = Path::new(MEMORY).is_dir().then(|| Path::new(MEMORY).join(format!("skywarden-bench-{}", std::process::id())));
    let place = if memory.is_some() { "memory" } else { "disk" };
    let tools = format!("{}, Node {}, files written to {place}", compiler(root)?, output(node)?.trim());
    let mut command = in_workspace(root, &[&PROGRAM[..], &["run"]].concat());
    command.arg("--result").arg(home.join("generator.json")).arg("--page").arg(&page).arg("--tools").arg(tools);
    if quick {
        command.arg("--quick");
    }
    let scratch = memory.clone().unwrap_or_else(|| home.join("generator"));
    let measured = execute(beside(command, &target(root).join(PROFILE).join("skywarden"), &cdk, &scratch));
    if let Some(memory) = memory.filter(|memory| memory.exists()) {
        fs::remove_dir_all(&memory).with_context(|| memory.display().to_string())?;
    }
    measured?;
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
    execute(beside(command, &target(root).join("debug/skywarden"), &tools::bench_cdk(root)?, &home.join("generator")))
}

/// The benchmark's command, told where the two are.
fn beside(mut command: Command, skywarden: &Path, cdk: &Path, scratch: &Path) -> Command {
    command.arg("--skywarden").arg(skywarden).arg("--cdk").arg(cdk).arg("--scratch").arg(scratch);
    command
}
