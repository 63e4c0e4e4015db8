//! Running programs.

use std::{path::Path, process::Command};

use anyhow::Context as _;

/// A program to run in a directory.
pub(crate) fn program(name: impl AsRef<Path>, directory: &Path) -> Command {
    let mut command = Command::new(name.as_ref());
    command.current_dir(directory);
    command
}

/// `cargo`, the one that runs this program.
pub(crate) fn cargo(directory: &Path) -> Command {
    program(std::env::var_os("CARGO").map_or_else(|| "cargo".into(), std::path::PathBuf::from), directory)
}

/// Runs it, its output on the terminal.
pub(crate) fn run(mut command: Command) -> anyhow::Result<()> {
    let shown = shown(&command);
    let status = command.status().with_context(|| format!("cannot start `{shown}`"))?;
    anyhow::ensure!(status.success(), "`{shown}` failed: {status}");
    Ok(())
}

/// Runs it and gives what it printed.
pub(crate) fn output(mut command: Command) -> anyhow::Result<String> {
    let shown = shown(&command);
    let output = command.output().with_context(|| format!("cannot start `{shown}`"))?;
    anyhow::ensure!(output.status.success(), "`{shown}` failed: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let mut text = format!("{program} {}", arguments.join(" "));
    if text.len() > 200 {
        text.truncate(text.floor_char_boundary(200));
        text.push('…');
    }
    text
}
