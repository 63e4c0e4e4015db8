//! The tools tests, benchmark and fuzzing need, installed under `target/` at pinned versions: Python environments, Node folders, cargo-deny, cargo-fuzz.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::shell::{cargo, program, run};

/// Marks an installation as complete, and for which list of packages.
const STAMP: &str = ".skywarden-stamp";

/// Directory of the programs of the tests' Python environment.
pub(crate) fn python_bin(root: &Path) -> anyhow::Result<PathBuf> {
    python_environment(root, "target/tools/python", "tests/emulator/requirements.txt", "tests")
}

/// The Python that has checkov.
pub(crate) fn checkov_python(root: &Path) -> anyhow::Result<PathBuf> {
    Ok(python_environment(root, "target/tools/checkov-python", "tests/checkov/requirements.txt", "check of the templates")?.join("python"))
}

/// Directory of the programs of the benchmark's Python environment.
pub(crate) fn bench_python_bin(root: &Path) -> anyhow::Result<PathBuf> {
    python_environment(root, "target/tools/bench-python", "tests/bench/requirements.txt", "benchmark")
}

/// Directory of the programs that build the Python package.
pub(crate) fn wheel_python_bin(root: &Path) -> anyhow::Result<PathBuf> {
    python_environment(root, "target/tools/wheel-python", "telemetry/python/requirements-build.txt", "Python package")
}

/// Directory of the programs of the Python that the example's services run with. The package `skywarden` is not among them.
pub(crate) fn shop_python_bin(root: &Path) -> anyhow::Result<PathBuf> {
    python_environment(root, "target/tools/shop-python", "examples/shop/checkout/requirements.txt", "example")
}

/// Directory of the programs the Python package is tested with. The package itself is not among them.
pub(crate) fn package_python_bin(root: &Path) -> anyhow::Result<PathBuf> {
    python_environment(root, "target/tools/package-python", "telemetry/python/tests/requirements.txt", "tests of the Python package")
}

fn python_environment(root: &Path, home: &str, requirements: &str, whose: &str) -> anyhow::Result<PathBuf> {
    let (home, requirements) = (root.join(home), root.join(requirements));
    installed(&home, &contents(&[&requirements])?, || {
        println!("installing the Python tools of the {whose} (once)");
        run({
            let mut command = program("python3", root);
            command.args(["-m", "venv", "--clear"]).arg(&home);
            command
        })
        .with_context(|| format!("Python 3.11 with venv is needed for the {whose}"))?;
        run({
            let mut command = program(home.join("bin/pip"), root);
            command.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&requirements);
            command
        })
    })?;
    Ok(home.join("bin"))
}

/// Directory that holds `node_modules` once [`node`] has installed it.
pub(crate) fn node_home(root: &Path) -> PathBuf {
    root.join("target/tools/node")
}

/// Directory that holds `node_modules`.
pub(crate) fn node(root: &Path) -> anyhow::Result<PathBuf> {
    node_folder(&node_home(root), &root.join("tests/node"), &[], "tests")
}

/// Directory that holds the CDK app the generator is measured beside, and what it needs.
pub(crate) fn bench_cdk(root: &Path) -> anyhow::Result<PathBuf> {
    node_folder(&root.join("target/tools/bench-cdk"), &root.join("tests/bench/cdk"), &["app.js"], "benchmark of the generator")
}

/// A folder with the packages of a list, and with programs that lie beside the list and find their packages there.
fn node_folder(home: &Path, source: &Path, programs: &[&str], whose: &str) -> anyhow::Result<PathBuf> {
    let lists = [source.join("package.json"), source.join("package-lock.json")];
    installed(home, &contents(&[&lists[0], &lists[1]])?, || {
        println!("installing the Node tools of the {whose} (once)");
        fs::create_dir_all(home)?;
        for list in &lists {
            fs::copy(list, home.join(list.file_name().unwrap_or_default()))?;
        }
        run({
            let mut command = program("npm", home);
            command.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
            command
        })
        .with_context(|| format!("Node 20 with npm is needed for the {whose}"))
    })?;
    for name in programs {
        fs::copy(source.join(name), home.join(name)).with_context(|| format!("cannot copy {name}"))?;
    }
    Ok(home.to_owned())
}

/// Version of cargo-fuzz.
const CARGO_FUZZ: &str = "0.13.2";

/// The program `cargo-fuzz`.
pub(crate) fn cargo_fuzz(root: &Path) -> anyhow::Result<PathBuf> {
    let home = root.join("target/tools/cargo-fuzz");
    installed(&home, CARGO_FUZZ, || {
        println!("installing cargo-fuzz {CARGO_FUZZ} (once)");
        let mut command = cargo(root);
        command.args(["install", "cargo-fuzz", "--quiet", "--locked", "--version", CARGO_FUZZ, "--root"]).arg(&home);
        run(command).context("fuzzing needs a C++ compiler and access to the registry")
    })?;
    Ok(home.join("bin/cargo-fuzz"))
}

/// Version of cargo-deny.
const CARGO_DENY: &str = "0.20.2";

/// The program `cargo-deny`.
pub(crate) fn cargo_deny(root: &Path) -> anyhow::Result<PathBuf> {
    let home = root.join("target/tools/cargo-deny");
    installed(&home, CARGO_DENY, || {
        println!("installing cargo-deny {CARGO_DENY} (once, some minutes)");
        let mut command = cargo(root);
        command.args(["install", "cargo-deny", "--quiet", "--locked", "--version", CARGO_DENY, "--root"]).arg(&home);
        run(command).context("checking dependencies needs access to the registry")
    })?;
    Ok(home.join("bin/cargo-deny"))
}

/// The files' contents, one after the other.
pub(crate) fn contents(lists: &[&PathBuf]) -> anyhow::Result<String> {
    let texts: anyhow::Result<Vec<String>> = lists.iter().map(|list| fs::read_to_string(list).with_context(|| list.display().to_string())).collect();
    Ok(texts?.concat())
}

/// Makes what belongs into a directory, from nothing, unless its stamp says that the same was installed.
pub(crate) fn installed(home: &Path, wanted: &str, install: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let stamp = home.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    if home.exists() {
        fs::remove_dir_all(home)?;
    }
    install()?;
    fs::write(stamp, wanted)?;
    Ok(())
}
