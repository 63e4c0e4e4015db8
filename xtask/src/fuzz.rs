//! `cargo xtask fuzz`: coverage-guided fuzzing on the stable toolchain, without sanitizers.
//!
//! `fuzz/` is a workspace of its own. Seeds are committed under `fuzz/seeds/`; what a run adds to them stays in `target/fuzz-corpus/`, so that
//! the next run goes on where it ended, and an input that fails is kept in `target/fuzz-artifacts/`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{
    shell::{cargo, program, run as execute},
    tools,
};

/// The targets, as `fuzz/Cargo.toml` names them.
pub(crate) const TARGETS: [&str; 5] = ["envelope", "mask", "pattern", "record", "trace"];

/// How long all targets together run in `cargo xtask test`.
const SMOKE_SECONDS: u64 = 60;

/// Longest input. Longer ones run slower and are no different in kind; the longest pattern and a line fit.
const MAX_INPUT_BYTES: usize = 4096;

/// An input that takes longer than this is a finding: everything fuzzed here is meant to be linear.
const TIMEOUT_SECONDS: u64 = 10;

/// A short run of every target, and the format of their sources, which the workspace's own check does not see.
pub(crate) fn smoke(root: &Path) -> anyhow::Result<()> {
    let mut format = cargo(root);
    format.args(["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]);
    execute(format)?;
    run(root, &[], SMOKE_SECONDS / TARGETS.len() as u64)
}

/// Builds the targets and runs the named ones, or all, for so many seconds each.
pub(crate) fn run(root: &Path, only: &[String], seconds: u64) -> anyhow::Result<()> {
    if let Some(unknown) = only.iter().find(|name| !TARGETS.contains(&name.as_str())) {
        anyhow::bail!("there is no target {unknown}; the targets are {}", TARGETS.join(", "));
    }
    let cargo_fuzz = tools::cargo_fuzz(root)?;
    let built = root.join("target/fuzz");
    for target in TARGETS.iter().filter(|name| only.is_empty() || only.iter().any(|wanted| wanted == *name)) {
        println!("fuzzing {target} for {seconds} s");
        let corpus = corpus(root, target)?;
        let artifacts = root.join("target/fuzz-artifacts").join(target);
        fs::create_dir_all(&artifacts)?;
        let mut command = program(&cargo_fuzz, root);
        command.args(["run", "--sanitizer", "none", "--target-dir"]).arg(&built).arg(target).arg(corpus).args([
            "--".to_owned(),
            format!("-max_total_time={seconds}"),
            format!("-max_len={MAX_INPUT_BYTES}"),
            format!("-timeout={TIMEOUT_SECONDS}"),
            format!("-artifact_prefix={}/", artifacts.display()),
            "-print_final_stats=1".to_owned(),
            "-verbosity=0".to_owned(),
        ]);
        execute(command).with_context(|| format!("{target}: the input that fails is under {}", artifacts.display()))?;
    }
    Ok(())
}

/// The directory a target's inputs are in, with the committed seeds among them.
fn corpus(root: &Path, target: &str) -> anyhow::Result<PathBuf> {
    let corpus = root.join("target/fuzz-corpus").join(target);
    fs::create_dir_all(&corpus)?;
    let seeds = root.join("fuzz/seeds").join(target);
    for entry in fs::read_dir(&seeds).with_context(|| seeds.display().to_string())? {
        let entry = entry?;
        fs::copy(entry.path(), corpus.join(entry.file_name()))?;
    }
    Ok(corpus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_declared_and_has_seeds() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let manifest = fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
        let declared: Vec<String> =
            manifest.lines().filter_map(|line| Some(line.strip_prefix("path = \"fuzz_targets/")?.trim_end_matches(".rs\"").to_owned())).collect();
        assert_eq!(declared, TARGETS);
        for target in TARGETS {
            assert!(fs::read_dir(root.join("fuzz/seeds").join(target)).unwrap().count() > 0, "{target}");
        }
    }
}
