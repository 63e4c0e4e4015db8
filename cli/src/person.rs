//! Who sits at the terminal.

use std::process::{Command, Stdio};

/// The name that was given, or that git knows, or that of the login; empty when nobody says.
pub(crate) fn name(given: Option<&str>) -> String {
    let given = given.map(str::to_owned);
    let name = given.or_else(of_git).or_else(|| ["USER", "USERNAME"].iter().find_map(|variable| std::env::var(variable).ok()));
    name.map(|name| name.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()).unwrap_or_default()
}

fn of_git() -> Option<String> {
    let output = Command::new("git").args(["config", "user.name"]).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !name.is_empty()).then_some(name)
}
