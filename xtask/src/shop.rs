//! `cargo xtask shop`: plays the day of the example with its services, and writes its logs or compares them. And the contract of the library they log
//! with.

use std::path::Path;

use crate::{
    shell::{cargo, program, run},
    tools, wheel,
};

/// Plays the day: writes what the logs should be, or, with `check`, says whether they are that.
pub(crate) fn play(root: &Path, check: bool, profile: &str) -> anyhow::Result<()> {
    let python = wheel::installed(root, &tools::shop_python_bin(root)?, profile)?;
    let mut build = cargo(root);
    build.args(["build", "--package", "shop-catalog", "--quiet"]);
    run(build)?;
    let mut command = program(python, &root.join("examples/shop"));
    command.args(["make_logs.py", "--catalog"]).arg(root.join("target/debug/shop-catalog"));
    if check {
        command.arg("--check");
    }
    run(command)
}

/// The logs are what the services write, and what is said of them is true.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    play(root, true, wheel::USUAL_PROFILE)?;
    let mut command = program("python3", &root.join("examples/shop"));
    command.args(["-m", "unittest", "--quiet"]);
    run(command)
}

/// Every line of the telemetry library is read by core with nothing lost, and passes the JSON Schema.
pub(crate) fn contract(root: &Path) -> anyhow::Result<()> {
    let python = wheel::installed(root, &tools::package_python_bin(root)?, wheel::USUAL_PROFILE)?;
    let mut command = cargo(root);
    command.args(["test", "--package", "skywarden-e2e", "--lib", "--test", "contract", "--quiet"]).env("SKYWARDEN_CONTRACT_PYTHON", python);
    run(command)
}
