//! The steps of `cargo xtask test`, in order: the quick ones first, and none left out when one before it failed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use crate::{
    bench, deny, docs, faults, fuzz,
    shell::{cargo, program, run as execute},
    shop, templates, tidy, tools, wheel,
};

/// One step.
pub(crate) struct Step {
    /// Name for `--only`.
    pub(crate) name: &'static str,
    /// What it shows.
    pub(crate) what: &'static str,
    run: fn(&Path) -> anyhow::Result<()>,
}

/// All steps.
pub(crate) const ALL: [Step; 16] = [
    Step { name: "tidy", what: "the rules of the repository", run: tidy::run },
    Step { name: "format", what: "rustfmt has nothing to change", run: format },
    Step { name: "deny", what: "licences, sources and versions of the dependencies are those allowed", run: deny::run },
    Step { name: "lint", what: "clippy has nothing to say", run: lint },
    Step { name: "unit", what: "unit, property and golden tests of every crate", run: unit },
    Step { name: "bench", what: "the benchmark is current, and every pipeline in it gives the right answer", run: bench::check },
    Step { name: "docs", what: "generated pages are current, and examples in the documentation run", run: documentation },
    Step { name: "python", what: "the Python package installs from its wheel without Rust, is typed, and works", run: wheel::test },
    Step { name: "fuzz", what: "a minute of fuzzing finds nothing", run: fuzz::smoke },
    Step { name: "assembly", what: "cdk-out/ is what examples/shop/skywarden.yaml says", run: assembly },
    Step { name: "example", what: "the example's logs are what its services write", run: shop::check },
    Step { name: "contract", what: "every line of the telemetry library is read by core and passes the JSON Schema", run: shop::contract },
    Step { name: "templates", what: "cfn-lint, cloudformation-validate and checkov find nothing in any template", run: validators },
    Step { name: "overlay", what: "the emulator behaves as AWS where our test relies on it", run: overlay },
    Step { name: "faults", what: "the built functions lose nothing and double nothing under faults", run: faults::quick },
    Step { name: "e2e", what: "the packaged example works against the emulator, and no permission in it is one too many", run: e2e },
];

/// Runs the steps, all or the named ones, and says at the end which failed.
pub(crate) fn run(root: &Path, only: &[String]) -> anyhow::Result<()> {
    if let Some(unknown) = only.iter().find(|name| ALL.iter().all(|step| step.name != **name)) {
        anyhow::bail!("there is no step {unknown}; see `cargo xtask test --list`");
    }
    let mut failed = Vec::new();
    let mut passed = 0;
    for step in ALL.iter().filter(|step| only.is_empty() || only.iter().any(|name| name == step.name)) {
        println!("\n== {}: {}", step.name, step.what);
        let began = Instant::now();
        match (step.run)(root) {
            Ok(()) => {
                passed += 1;
                println!("== {} passed in {:.0} s", step.name, began.elapsed().as_secs_f64());
            }
            Err(error) => {
                eprintln!("== {} FAILED in {:.0} s: {error:#}", step.name, began.elapsed().as_secs_f64());
                failed.push(step.name);
            }
        }
    }
    println!("\nsteps: {passed} passed, {} failed", failed.len());
    anyhow::ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

fn format(root: &Path) -> anyhow::Result<()> {
    let mut command = cargo(root);
    command.args(["fmt", "--all", "--check"]);
    execute(command)
}

fn lint(root: &Path) -> anyhow::Result<()> {
    let mut command = cargo(root);
    command.args(["clippy", "--workspace", "--all-targets", "--all-features", "--quiet", "--", "-D", "warnings"]);
    execute(command)?;
    // What an application's logger needs of core, alone.
    let mut command = cargo(root);
    command.args(["clippy", "--package", "skywarden-core", "--no-default-features", "--quiet", "--", "-D", "warnings"]);
    execute(command)
}

fn unit(root: &Path) -> anyhow::Result<()> {
    let mut command = cargo(root);
    command.args([
        "test",
        "--workspace",
        "--exclude",
        "skywarden-e2e",
        "--exclude",
        "skywarden-telemetry-python",
        "--all-features",
        "--lib",
        "--bins",
        "--tests",
        "--quiet",
    ]);
    execute(command)
}

fn documentation(root: &Path) -> anyhow::Result<()> {
    docs::run(root, true)?;
    let mut command = cargo(root);
    command.args(["test", "--workspace", "--doc", "--all-features", "--quiet"]);
    execute(command)
}

/// The `skywarden` program as the tests build it.
fn skywarden(root: &Path) -> anyhow::Result<PathBuf> {
    let mut command = cargo(root);
    command.args(["build", "--package", "skywarden", "--quiet"]);
    execute(command)?;
    Ok(root.join("target/debug/skywarden"))
}

fn assembly(root: &Path) -> anyhow::Result<()> {
    let mut command = program(skywarden(root)?, root);
    command.args(["generate", "--config", "examples/shop/skywarden.yaml", "--out", "cdk-out", "--check"]);
    execute(command)
}

fn validators(root: &Path) -> anyhow::Result<()> {
    templates::check(root, &skywarden(root)?)
}

fn overlay(root: &Path) -> anyhow::Result<()> {
    let mut command = program(tools::python_bin(root)?.join("python"), &root.join("tests/emulator"));
    command.args(["-m", "unittest", "--quiet"]);
    execute(command)
}

/// Builds the functions as the emulator runs them, into `target/lambda`.
pub(crate) fn functions(root: &Path, python_bin: &Path) -> anyhow::Result<()> {
    let path = std::env::join_paths(std::iter::once(python_bin.to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())))?;
    let mut command = program(python_bin.join("cargo-lambda"), root);
    command.args(["lambda", "build", "--compiler", "cargo", "--x86-64", "--profile", "emulator"]);
    for function in ["metrics-extractor", "error-classifier", "alert-notifier"] {
        command.args(["--package", function]);
    }
    command.env("PATH", path);
    execute(command)
}

/// Tells a program of `skywarden-e2e` where everything is.
pub(crate) fn surroundings(command: &mut Command, root: &Path, python_bin: &Path, scratch: &Path) {
    command
        .env("SKYWARDEN_E2E_ROOT", root)
        .env("SKYWARDEN_E2E_PYTHON_BIN", python_bin)
        .env("SKYWARDEN_E2E_NODE", tools::node_home(root))
        .env("SKYWARDEN_E2E_SKYWARDEN", root.join("target/debug/skywarden"))
        .env("SKYWARDEN_E2E_FILTER_SERVER", root.join("target/debug/emulator-filter"))
        .env("SKYWARDEN_E2E_BINARIES", root.join("target/lambda"))
        .env("SKYWARDEN_E2E_SCRATCH", scratch);
}

fn e2e(root: &Path) -> anyhow::Result<()> {
    let python_bin = tools::python_bin(root)?;
    tools::node(root)?;
    skywarden(root)?;
    let mut command = cargo(root);
    command.args(["build", "--package", "skywarden-e2e", "--bins", "--quiet"]);
    execute(command)?;
    functions(root, &python_bin)?;
    let scratch = root.join("target/e2e");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    fs::create_dir_all(&scratch)?;
    let mut command = cargo(root);
    // One after the other: two emulators at once would only slow each other on a small machine.
    command.args(["test", "--package", "skywarden-e2e", "--test", "example", "--test", "operations", "--test", "redrive", "--test", "security"]);
    command.args(["--", "--test-threads", "1"]);
    surroundings(&mut command, root, &python_bin, &scratch);
    execute(command)
}
