//! Files: size, module doc, names that say nothing, words that do not belong into the repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::Finding;

/// Longest source file. A pure table may be longer when its first line says so.
const MAX_LINES: usize = 700;

/// What the first line of an exempt table holds.
const TABLE_MARK: &str = "tidy: table";

/// Names that tell a reader nothing.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];

/// Checks every file.
pub(crate) fn check(root: &Path, sources: &[PathBuf]) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in sources {
        let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned()).unwrap_or_default();
        if !matches!(extension.as_str(), "rs" | "py" | "mjs" | "ts") {
            continue;
        }
        let text = fs::read_to_string(root.join(path))?;
        findings.extend(look(path, &extension, &text));
    }
    Ok(findings)
}

fn look(path: &Path, extension: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let first = text.lines().next().unwrap_or("");
    let lines = text.lines().count();
    if lines > MAX_LINES && !first.contains(TABLE_MARK) {
        findings.push(format!("{}: {lines} lines, at most {MAX_LINES}", path.display()));
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if EMPTY_NAMES.contains(&stem.as_str()) {
        findings.push(format!("{}: name the file for what is in it", path.display()));
    }
    if extension == "rs" && !first.starts_with("//!") {
        findings.push(format!("{}: begins without a module doc (`//! …`)", path.display()));
    }
    for (number, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        let unreasoned =
            (trimmed.starts_with("#[expect(") || trimmed.starts_with("#[allow(") || trimmed.starts_with("#![expect(") || trimmed.starts_with("#![allow("))
                && trimmed.ends_with(']')
                && !line.contains("reason");
        if extension == "rs" && unreasoned {
            findings.push(format!("{}:{}: an exception without a reason", path.display(), number + 1));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        look(Path::new(path), path.rsplit('.').next().unwrap(), text).len()
    }

    #[test]
    fn size_name_doc_and_reasons_are_checked() {
        assert_eq!(count("a.rs", "//! Doc.\nfn f() {}\n"), 0);
        assert_eq!(count("a.rs", "fn f() {}\n"), 1);
        assert_eq!(count("utils.rs", "//! Doc.\n"), 1);
        assert_eq!(count("a.rs", "//! Doc.\n#[expect(dead_code)]\nfn f() {}\n"), 1);
        assert_eq!(count("a.rs", &format!("//! Doc.\n{}", "\n".repeat(MAX_LINES - 1))), 0);
        assert_eq!(count("a.rs", &format!("//! Doc.\n{}", "\n".repeat(MAX_LINES))), 1);
        assert_eq!(count("a.rs", &format!("//! Doc. tidy: table\n{}", "\n".repeat(MAX_LINES))), 0);
    }
}
