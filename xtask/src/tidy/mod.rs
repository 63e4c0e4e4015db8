//! The rules of the repository, as tests.

mod files;
mod imports;
mod links;
mod manifests;
mod modules;

use std::path::{Path, PathBuf};

/// A rule that does not hold somewhere.
pub(crate) type Finding = String;

/// Checks every rule and reports every place.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let mut findings = imports::check(root)?;
    findings.extend(manifests::check(root)?);
    let sources = tracked(root)?;
    findings.extend(files::check(root, &sources)?);
    findings.extend(modules::check(root, &sources)?);
    findings.extend(links::check(root, &sources)?);
    for finding in &findings {
        eprintln!("{finding}");
    }
    anyhow::ensure!(findings.is_empty(), "{} findings", findings.len());
    println!("{} files: tidy", sources.len());
    Ok(())
}

/// Files git knows or would take, relative to the root.
fn tracked(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut command = crate::shell::program("git", root);
    command.args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    let mut files: Vec<PathBuf> = crate::shell::output(command)?.lines().map(PathBuf::from).filter(|path| root.join(path).is_file()).collect();
    files.sort();
    files.dedup();
    Ok(files)
}
