//! Packaging a project with the real program.

use std::{path::PathBuf, process::Command};

use anyhow::Context as _;

use crate::settings::Settings;

/// The deployable copy of a project, as `name` in the scratch directory; each config is laid over those before it.
///
/// # Errors
/// The program does not start, or refuses.
pub fn package(settings: &Settings, configs: &[PathBuf], name: &str) -> anyhow::Result<PathBuf> {
    let out = settings.scratch.join(name);
    let mut command = Command::new(&settings.skywarden);
    command.arg("package");
    for config in configs {
        command.arg("--config").arg(config);
    }
    command.arg("--binaries").arg(&settings.binaries).arg("--out").arg(&out);
    let status = command.status().with_context(|| settings.skywarden.display().to_string())?;
    anyhow::ensure!(status.success(), "skywarden package: {status}");
    Ok(out)
}
