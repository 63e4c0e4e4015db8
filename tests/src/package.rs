//! Packaging a project with the real program.

use std::{fs, path::PathBuf, process::Command};

use anyhow::Context as _;

use crate::settings::Settings;

/// The deployable copy of a project, as `name` in the scratch directory; each config is laid over those before it.
///
/// # Errors
/// The program does not start, or refuses; the overlay cannot be written.
pub fn package(settings: &Settings, configs: &[PathBuf], name: &str) -> anyhow::Result<PathBuf> {
    let out = settings.scratch.join(name);
    // `cargo xtask test` builds the functions for this, and a package for another machine is refused.
    let machine = settings.scratch.join("machine.yaml");
    fs::write(&machine, "defaults: { architecture: x86_64 }\n")?;
    let mut command = Command::new(&settings.skywarden);
    command.arg("package");
    for config in configs.iter().chain([&machine]) {
        command.arg("--config").arg(config);
    }
    command.arg("--binaries").arg(&settings.binaries).arg("--out").arg(&out);
    let status = command.status().with_context(|| settings.skywarden.display().to_string())?;
    anyhow::ensure!(status.success(), "skywarden package: {status}");
    Ok(out)
}
