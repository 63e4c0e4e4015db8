//! Manifests: every crate takes the workspace's lints and versions, dependencies are sorted.

use std::{fs, path::Path};

use super::Finding;

/// Checks every member's manifest and the workspace's own list.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let mut command = crate::shell::cargo(root);
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&crate::shell::output(command)?)?;
    let mut findings = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let path = package["manifest_path"].as_str().unwrap_or_default();
        let text = fs::read_to_string(path)?;
        let shown = Path::new(path).strip_prefix(root).unwrap_or(Path::new(path)).display().to_string();
        if !text.contains("[lints]\nworkspace = true") {
            findings.push(format!("{shown}: takes other lints than the workspace's (`[lints]` with `workspace = true`)"));
        }
        findings.extend(unsorted(&shown, &text));
        findings.extend(unshared(&shown, &text));
    }
    findings.extend(unsorted("Cargo.toml", &fs::read_to_string(root.join("Cargo.toml"))?));
    Ok(findings)
}

/// Names in each block of each dependency table that are out of order. A blank line begins a new block.
fn unsorted(shown: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut last: Option<String> = None;
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
            last = None;
        } else if line.trim().is_empty() {
            last = None;
        } else if inside && let Some(name) = name(line) {
            if last.as_ref().is_some_and(|last| *last > name) {
                findings.push(format!("{shown}: {name} is out of order"));
            }
            last = Some(name);
        }
    }
    findings
}

/// Dependencies of a member with a version of their own.
fn unshared(shown: &str, text: &str) -> Vec<Finding> {
    let mut inside = false;
    let mut findings = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if inside
            && !line.contains("workspace = true")
            && let Some(name) = name(line)
        {
            findings.push(format!("{shown}: {name} has a version of its own; use the workspace's"));
        }
    }
    findings
}

/// Name of a dependency line.
fn name(line: &str) -> Option<String> {
    let name: String = line.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    (!name.is_empty() && !line.starts_with(['#', ' '])).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_versions_are_checked_by_block() {
        let text = "[dependencies]\nb.workspace = true\na.workspace = true\n\n[dev-dependencies]\na = \"1\"\n[features]\nz = []\na = []\n";
        assert_eq!(unsorted("x", text).len(), 1);
        assert_eq!(unshared("x", text).len(), 1);
    }
}
