//! A program, from its start to its end: the CPU time it takes and the most memory it holds.

use std::process::{Command, Stdio};

use anyhow::Context as _;
use serde::Serialize;
use wait4::Wait4 as _;

/// What one run of a program took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Cost {
    /// CPU time of all its threads, user and system, milliseconds.
    pub(crate) cpu_ms: f64,
    /// Most memory it held at once (maximum resident set), mebibytes. Never less than this process held when it started the program.
    pub(crate) peak_mib: f64,
}

/// Runs a program to its end. What it prints is thrown away unless it fails: then its errors are in the error.
///
/// # Errors
/// It cannot be started, or fails.
pub(crate) fn run(mut command: Command) -> anyhow::Result<Cost> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
    let mut errors = child.stderr.take().context("no standard error")?;
    let said = std::io::read_to_string(&mut errors)?;
    let ended = child.wait4()?;
    anyhow::ensure!(ended.status.success(), "{name} failed: {}\n{said}", ended.status);
    let cpu = ended.rusage.utime + ended.rusage.stime;
    #[expect(clippy::cast_precision_loss, reason = "bytes of a process are far below 2^52")]
    let peak_mib = ended.rusage.maxrss as f64 / f64::from(1 << 20);
    Ok(Cost { cpu_ms: cpu.as_secs_f64() * 1e3, peak_mib })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn what_a_program_computes_counts_and_what_it_sleeps_does_not() {
        let busy = run(shell("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done")).unwrap();
        let idle = run(shell("sleep 0.2")).unwrap();
        assert!(busy.cpu_ms > 20.0 && idle.cpu_ms < 20.0, "{busy:?} {idle:?}");
    }

    #[test]
    fn what_a_program_holds_is_its_own() {
        let small = run(shell("true")).unwrap();
        let large = run(shell("x=$(head -c 50000000 /dev/zero | tr '\\0' a); : ${#x}")).unwrap();
        assert!(large.peak_mib > 45.0 && small.peak_mib < 45.0, "{large:?} {small:?}");
    }

    #[test]
    fn a_program_that_fails_says_why() {
        let error = run(shell("echo broken >&2; exit 3")).unwrap_err().to_string();
        assert!(error.contains("broken") && error.contains('3'), "{error}");
    }
}
