//! `cargo xtask faults`: the built functions under faults, and the table of the documentation.

use std::{fs, path::Path};

use clap::Args;

use crate::{
    page::Markers,
    shell::{cargo, program, run as execute},
    steps, tools,
};

/// The page that holds the table.
const PAGE: &str = "docs/src/concepts/faults.md";

/// Where the table begins and ends.
const MARKERS: Markers = Markers { begin: "<!-- table: written by `cargo xtask faults --write` -->\n", end: "<!-- end of table -->\n" };

/// Options of `cargo xtask faults`.
#[derive(Debug, Default, Args)]
pub(crate) struct Options {
    /// A small load of every scenario.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Run only the named scenarios (see `--list`).
    #[arg(long = "only", value_name = "SCENARIO")]
    pub(crate) only: Vec<String>,
    /// List the scenarios and end.
    #[arg(long)]
    pub(crate) list: bool,
    /// Write the table into the documentation.
    #[arg(long, conflicts_with_all = ["only", "list"])]
    pub(crate) write: bool,
}

/// Builds the functions, and runs the scenarios against the emulator.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let mut build = cargo(root);
    build.args(["build", "--package", "skywarden-e2e", "--bins", "--quiet"]);
    execute(build)?;
    let mut command = program(root.join("target/debug/faults"), root);
    if options.list {
        command.arg("--list");
        return execute(command);
    }
    let python_bin = tools::python_bin(root)?;
    steps::functions(root, &python_bin)?;
    let scratch = root.join("target/faults");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    fs::create_dir_all(&scratch)?;
    if options.quick {
        command.arg("--quick");
    }
    for name in &options.only {
        command.args(["--only", name]);
    }
    let table = scratch.join("table.md");
    command.arg("--table").arg(&table);
    steps::surroundings(&mut command, root, &python_bin, &scratch);
    let result = execute(command);
    // Also of a run that failed: its last line is in the table, and a table that hides it would be worse.
    if options.write && table.exists() {
        MARKERS.write(&root.join(PAGE), &fs::read_to_string(table)?)?;
        println!("wrote {PAGE}");
    }
    result
}

/// A small load of every scenario.
pub(crate) fn quick(root: &Path) -> anyhow::Result<()> {
    run(root, &Options { quick: true, ..Options::default() })
}
