//! `cargo xtask faults`: the built functions under faults, and the table of the documentation.

use std::{fs, path::Path};

use anyhow::Context as _;
use clap::Args;

use crate::{
    shell::{cargo, program, run as execute},
    steps, tools,
};

/// The page that holds the table.
const PAGE: &str = "docs/src/concepts/faults.md";

/// Where the table begins and ends.
const MARKERS: (&str, &str) = ("<!-- table: written by `cargo xtask faults --write` -->\n", "<!-- end of table -->\n");

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
        write(&root.join(PAGE), &fs::read_to_string(table)?)?;
        println!("wrote {PAGE}");
    }
    result
}

/// A small load of every scenario.
pub(crate) fn quick(root: &Path) -> anyhow::Result<()> {
    run(root, &Options { quick: true, ..Options::default() })
}

/// Puts the table between the markers.
fn write(page: &Path, table: &str) -> anyhow::Result<()> {
    let text = fs::read_to_string(page).with_context(|| page.display().to_string())?;
    let (before, rest) = text.split_once(MARKERS.0).context("the page has no beginning of the table")?;
    let (_, after) = rest.split_once(MARKERS.1).context("the page has no end of the table")?;
    fs::write(page, [before, MARKERS.0, "\n", table, "\n", MARKERS.1, after].concat())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_replaced_and_nothing_around_it() {
        let page = std::env::temp_dir().join(format!("skywarden-faults-{}.md", std::process::id()));
        fs::write(&page, format!("# Faults\n{}old\n{}after\n", MARKERS.0, MARKERS.1)).unwrap();
        write(&page, "| new |\n").unwrap();
        assert_eq!(fs::read_to_string(&page).unwrap(), format!("# Faults\n{}\n| new |\n\n{}after\n", MARKERS.0, MARKERS.1));
        fs::write(&page, "# Faults\n").unwrap();
        assert!(write(&page, "").is_err());
        fs::remove_file(page).unwrap();
    }
}
