//! `cargo xtask wheel`: the Python package. And its test: from the wheel alone, as those who install it have it.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{
    shell::{program, run},
    tools,
};

/// Profile the package is built with, for tests as for use.
pub(crate) const USUAL_PROFILE: &str = "wheel";

/// Programs that must not be needed once the wheel is there.
const RUST: [&str; 2] = ["cargo", "rustc"];

/// Builds the wheel into `target/wheels` and says where it is.
pub(crate) fn build(root: &Path, profile: &str) -> anyhow::Result<PathBuf> {
    let maturin = tools::wheel_python_bin(root)?.join("maturin");
    let wheels = root.join("target/wheels");
    // A wheel of another version or platform tag must not be taken for the new one.
    if wheels.exists() {
        fs::remove_dir_all(&wheels)?;
    }
    let mut command = program(maturin, root);
    command.args(["build", "--quiet", "--locked", "--manifest-path", "telemetry/python/Cargo.toml", "--profile", profile, "--out"]).arg(&wheels);
    run(command)?;
    let mut built: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(&wheels)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            built.push(path);
        }
    }
    anyhow::ensure!(built.len() == 1, "one wheel was expected in {}, there are {}", wheels.display(), built.len());
    built.pop().context("no wheel was built")
}

/// Installs the wheel where no Rust is to be found, checks its types against what it does, and runs its tests.
pub(crate) fn test(root: &Path) -> anyhow::Result<()> {
    let wheel = build(root, USUAL_PROFILE)?;
    let bin = tools::package_python_bin(root)?;
    let home = root.join("telemetry/python");
    let path = without_rust(&bin)?;
    for name in RUST {
        anyhow::ensure!(
            std::env::split_paths(&path).all(|directory| !directory.join(name).exists()),
            "{name} is still to be found: the test would not show that it is not needed"
        );
    }
    let python = |arguments: &[&str]| {
        let mut command = program(bin.join("python"), &home);
        command.args(arguments).env("PATH", &path).env("PYTHONDONTWRITEBYTECODE", "1");
        command
    };
    let mut install = python(&["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--force-reinstall"]);
    install.arg(&wheel);
    run(install)?;
    run(python(&["-m", "mypy", "--no-incremental"]))?;
    run(python(&["-m", "mypy.stubtest", "skywarden._native"]))?;
    run(python(&["-m", "pytest"]))
}

/// A Python environment's interpreter, after the package `skywarden` of this repository was built and installed there.
pub(crate) fn installed(root: &Path, bin: &Path, profile: &str) -> anyhow::Result<PathBuf> {
    let wheel = build(root, profile)?;
    let python = bin.join("python");
    let mut install = program(&python, root);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--force-reinstall"]).arg(wheel);
    run(install)?;
    Ok(python)
}

/// The search path of programs: the environment's own first, and no directory that holds a program of Rust's.
fn without_rust(bin: &Path) -> anyhow::Result<OsString> {
    let usual = std::env::var_os("PATH").unwrap_or_default();
    let kept = std::env::split_paths(&usual).filter(|directory| RUST.iter().all(|name| !directory.join(name).exists()));
    Ok(std::env::join_paths(std::iter::once(bin.to_owned()).chain(kept))?)
}
