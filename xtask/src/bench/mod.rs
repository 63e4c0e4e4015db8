//! `cargo xtask bench`: makes the data, builds the benchmark, and runs it beside other tools.

mod functions;
mod generator;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context as _;
use serde_json::Value;

use crate::{
    shell::{cargo, output, program, run as execute},
    tools, wheel,
};

/// The benchmark's workspace.
const MANIFEST: &str = "tests/bench/Cargo.toml";

/// What is measured of the hot path.
const HOT_PATH: [&str; 7] = ["pipelines", "peers", "stages", "filter", "masking", "grouping", "memory"];

/// What is measured of telemetry.
const TELEMETRY: [&str; 4] = ["telemetry-line", "telemetry-axum", "telemetry-python", "telemetry-load"];

/// The built functions, run as Lambda runs them. It is not among what is measured when nothing is named: their build takes many minutes.
const FUNCTIONS: &str = "functions";

/// `skywarden generate` beside a CDK app. Neither is it: the build of the program takes minutes.
const GENERATOR: &str = "generator";

/// The Python side of the benchmark of telemetry.
const SERVE: &str = "tests/bench/telemetry/python/serve.py";

/// Features of the benchmark that begin so pass a feature of skywarden-core on.
const CHOICE: &str = "core-";

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Fewer turns, rougher numbers.
    #[arg(long)]
    quick: bool,
    /// Also measure `vrl`, which takes minutes to build.
    #[arg(long)]
    vrl: bool,
    /// Checkout of github.com/logpai/loghub: measure grouping on its messages in place of generated ones.
    #[arg(long, value_name = "DIRECTORY")]
    loghub: Option<PathBuf>,
    /// Only this part; may be given again.
    #[arg(long = "only", value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(HOT_PATH.into_iter().chain(TELEMETRY).chain([FUNCTIONS, GENERATOR])))]
    only: Vec<String>,
    /// Write what was measured of the functions or the generator into the documentation.
    #[arg(long)]
    write: bool,
}

impl Options {
    fn asks_for(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == part)
    }
}

/// Measures, prints tables and writes `target/bench/result.json`, `target/bench/telemetry.json`, `target/bench/functions.json` and
/// `target/bench/generator.json`.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let home = root.join("target/bench");
    let named = |part: &str| options.only.iter().any(|name| name == part);
    anyhow::ensure!(named(FUNCTIONS) || named(GENERATOR) || !options.write, "--write is for --only {FUNCTIONS} and --only {GENERATOR}");
    if HOT_PATH.iter().any(|part| options.asks_for(part)) {
        hot_path(root, &home, options)?;
    }
    if TELEMETRY.iter().any(|part| options.asks_for(part)) {
        telemetry(root, &home, options)?;
    }
    if named(FUNCTIONS) {
        functions::measure(root, &home, options.quick, options.write)?;
    }
    if named(GENERATOR) {
        generator::measure(root, &home, options.quick, options.write)?;
    }
    Ok(())
}

fn hot_path(root: &Path, home: &Path, options: &Options) -> anyhow::Result<()> {
    let data = data(root, home)?;
    let bench = build(root, home, Program::HOT_PATH)?;
    let mut command = measuring(root, home, &bench, options, "result.json", &HOT_PATH)?;
    command.arg("--data").arg(&data);
    if options.asks_for("pipelines") {
        for choice in choices(root)? {
            let built = build(root, home, Program { features: &choice, ..Program::HOT_PATH })?;
            command.arg("--choice").arg(format!("{}={}", choice.trim_start_matches(CHOICE), built.display()));
        }
    }
    if options.asks_for("peers") || options.asks_for("grouping") {
        command.arg("--python").arg(tools::bench_python_bin(root)?.join("python"));
    }
    if options.asks_for("grouping") {
        command.arg("--drain").arg(root.join("tests/bench/drain.py"));
        if let Some(directory) = &options.loghub {
            command.arg("--loghub").arg(directory);
        }
    }
    if options.asks_for("peers") {
        command.arg("--peers").arg(root.join("tests/bench/peers.py"));
        if options.vrl {
            command.arg("--vrl").arg(build(root, home, Program { binary: "bench-vrl", features: "vrl", ..Program::HOT_PATH })?);
        }
    }
    execute(command)
}

fn telemetry(root: &Path, home: &Path, options: &Options) -> anyhow::Result<()> {
    let bench = build(root, home, Program::TELEMETRY)?;
    let mut command = measuring(root, home, &bench, options, "telemetry.json", &TELEMETRY)?;
    if options.asks_for("telemetry-python") || options.asks_for("telemetry-load") {
        command.arg("--python").arg(wheel::installed(root, &tools::bench_python_bin(root)?, wheel::USUAL_PROFILE)?);
        command.arg("--serve").arg(root.join(SERVE));
    }
    execute(command)
}

/// A program's command that measures those parts of its own that are asked for.
fn measuring(root: &Path, home: &Path, bench: &Path, options: &Options, result: &str, parts: &[&str]) -> anyhow::Result<Command> {
    let mut command = program(bench, root);
    command.arg("run").arg("--result").arg(home.join(result)).arg("--compiler").arg(compiler(root)?);
    if options.quick {
        command.arg("--quick");
    }
    for part in options.only.iter().filter(|part| parts.contains(&part.as_str())) {
        command.args(["--only", part]);
    }
    Ok(command)
}

/// Checks the benchmark itself, without measuring: its workspace is apart from the others' checks.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    execute(in_workspace(root, &["fmt", "--all", "--check"]))?;
    execute(in_workspace(root, &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))?;
    execute(in_workspace(root, &["test", "--workspace", "--quiet"]))?;
    let python = wheel::installed(root, &tools::bench_python_bin(root)?, wheel::USUAL_PROFILE)?;
    let mut command = in_workspace(root, &["run", "--package", "skywarden-bench-telemetry", "--quiet", "--", "check", "--python"]);
    command.arg(python).arg("--serve").arg(root.join(SERVE));
    execute(command)?;
    generator::check(root)
}

/// cargo in the benchmark's workspace.
fn in_workspace(root: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo(&root.join("tests/bench"));
    command.args(arguments);
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        command.env("CARGO_TARGET_DIR", root.join("target/bench/build"));
    }
    command
}

/// The generated batches, made again when the generator has changed.
fn data(root: &Path, home: &Path) -> anyhow::Result<PathBuf> {
    let data = home.join("data");
    let generator = root.join("tests/bench/generate.py");
    tools::installed(&data, &tools::contents(&[&generator])?, || {
        let mut command = program("python3", root);
        command.arg(&generator).arg(&data);
        execute(command).context("Python 3.11 is needed to generate the data of the benchmark")
    })?;
    Ok(data)
}

/// The features of the benchmark that stand for a choice in skywarden-core.
fn choices(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut command = cargo(root);
    command.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path", MANIFEST]);
    Ok(choices_of(&serde_json::from_str(&output(command)?)?))
}

fn choices_of(metadata: &Value) -> Vec<String> {
    let features = metadata["packages"].as_array().into_iter().flatten().filter_map(|package| package["features"].as_object());
    let mut choices: Vec<String> = features.flat_map(|features| features.keys()).filter(|name| name.starts_with(CHOICE)).cloned().collect();
    choices.sort();
    choices
}

/// A program of the benchmark.
#[derive(Clone, Copy)]
struct Program<'a> {
    package: &'a str,
    binary: &'a str,
    features: &'a str,
}

impl Program<'_> {
    const HOT_PATH: Self = Self { package: "skywarden-bench", binary: "bench", features: "" };
    const TELEMETRY: Self = Self { package: "skywarden-bench-telemetry", binary: "bench-telemetry", features: "" };
}

/// Builds a program and puts it where the next build does not replace it.
fn build(root: &Path, home: &Path, Program { package, binary, features }: Program<'_>) -> anyhow::Result<PathBuf> {
    let mut command = cargo(root);
    command.args(["build", "--release", "--locked", "--manifest-path", MANIFEST, "--package", package, "--bin", binary]);
    command.args(["--message-format", "json-render-diagnostics"]);
    if !features.is_empty() {
        command.args(["--features", features]);
    }
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        command.arg("--target-dir").arg(home.join("build"));
    }
    println!("building {binary}{}{features}", if features.is_empty() { "" } else { " with " });
    let built = executable(&output(command)?).with_context(|| format!("cargo built no program {binary}"))?;
    let directory = home.join("bin");
    fs::create_dir_all(&directory)?;
    let kept = directory.join(if features.starts_with(CHOICE) { format!("{binary}-{features}") } else { binary.to_owned() });
    fs::copy(&built, &kept).with_context(|| format!("cannot copy {}", built.display()))?;
    Ok(kept)
}

/// The program cargo says it built: the last one, of lines of JSON.
fn executable(messages: &str) -> Option<PathBuf> {
    let of = |line: &str| serde_json::from_str::<Value>(line).ok()?["executable"].as_str().map(PathBuf::from);
    messages.lines().filter_map(of).next_back()
}

/// Where cargo puts what it builds of the product.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Version of the compiler, for the result.
fn compiler(root: &Path) -> anyhow::Result<String> {
    let mut command = program(std::env::var_os("RUSTC").map_or_else(|| "rustc".into(), PathBuf::from), root);
    command.arg("--version");
    Ok(output(command)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_features_that_pass_on_to_core_are_choices() {
        let metadata = json!({"packages": [{"features": {"vrl": ["dep:vrl"], "core-simd": ["skywarden-core/simd"], "core-a": [], "hardcore-": []}}]});
        assert_eq!(choices_of(&metadata), ["core-a", "core-simd"]);
    }

    #[test]
    fn the_program_is_the_one_cargo_names_last() {
        let messages = r#"{"reason":"compiler-artifact","executable":null}
{"reason":"compiler-artifact","executable":"/x/bench"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some(PathBuf::from("/x/bench")));
        assert_eq!(executable("{}"), None);
    }
}
