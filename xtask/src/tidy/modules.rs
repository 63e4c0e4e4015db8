//! The one direction of core's modules.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::Finding;

/// Modules of core, each with those it may use. `mask`, `pattern` <- `record` <- `metric`; `record` <- `error` <- `issue` <- `notify`; `plan` uses
/// types only; `pipeline` stands above all.
const ALLOWED: &[(&str, &[&str])] = &[
    ("alarm", &[]),
    ("severity", &[]),
    ("schema", &[]),
    ("json", &[]),
    ("console", &[]),
    ("plain_text", &[]),
    ("statistics", &[]),
    ("envelope", &["json"]),
    ("batch", &["envelope"]),
    ("event", &["alarm", "envelope"]),
    ("pattern", &["json"]),
    ("plan", &["severity"]),
    ("mask", &["plan"]),
    ("record", &["envelope", "json", "mask", "pattern", "plan", "schema"]),
    ("metric", &["envelope", "json", "pattern", "plan", "record", "statistics"]),
    ("error", &["envelope", "json", "mask", "plan", "record", "severity"]),
    ("issue", &["alarm", "batch", "envelope", "error", "json", "mask", "plan", "record", "severity"]),
    ("notify", &["alarm", "console", "issue", "plain_text", "plan", "severity"]),
    ("port", &["alarm", "batch", "issue", "metric", "notify"]),
    ("pipeline", &["alarm", "batch", "envelope", "error", "issue", "mask", "metric", "notify", "plan", "port", "record", "severity"]),
    ("redrive", &["event", "pipeline", "port"]),
];

/// Checks every `crate::module` path in core.
pub(crate) fn check(root: &Path, sources: &[PathBuf]) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in sources.iter().filter(|path| path.starts_with("core/src") && path.extension().is_some_and(|extension| extension == "rs")) {
        let Some(module) = module(path) else {
            continue;
        };
        if is_of_tests(root, path)? {
            continue;
        }
        let text = fs::read_to_string(root.join(path))?;
        findings.extend(uses(&production(&text)).into_iter().filter_map(|used| finding(path, &module, &used)));
    }
    Ok(findings)
}

/// Top module of a file: `core/src/issue/life.rs` and `core/src/issue.rs` are `issue`; `lib.rs` has none.
fn module(path: &Path) -> Option<String> {
    let first = path.strip_prefix("core/src").ok()?.components().next()?.as_os_str().to_string_lossy().into_owned();
    let name = first.strip_suffix(".rs").unwrap_or(&first).to_owned();
    (name != "lib").then_some(name)
}

/// Whether a file belongs to a module that is compiled for tests only, as the file above it says.
fn is_of_tests(root: &Path, path: &Path) -> anyhow::Result<bool> {
    for module in path.ancestors().take_while(|above| *above != Path::new("core/src")) {
        let (Some(name), Some(above)) = (module.file_stem(), module.parent().map(|folder| root.join(folder).join("mod.rs"))) else { continue };
        let declared = format!("#[cfg(test)]\nmod {};", name.to_string_lossy());
        if above.exists() && fs::read_to_string(above)?.contains(&declared) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The part of a file before its tests, without comments.
fn production(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or("");
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// First segments behind `crate::`, those of a group (`crate::{a::b, c}`) included.
fn uses(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for piece in code.split("crate::").skip(1) {
        match piece.strip_prefix('{') {
            None => found.push(word(piece)),
            Some(group) => {
                let mut depth = 0;
                let mut start = true;
                for (at, character) in group.char_indices() {
                    match character {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        _ if start && !character.is_whitespace() => {
                            found.push(word(group.get(at..).unwrap_or("")));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

fn finding(path: &Path, module: &str, used: &str) -> Option<Finding> {
    if used == module || ALLOWED.iter().all(|(name, _)| *name != used) {
        return None;
    }
    let allowed = ALLOWED.iter().find(|(name, _)| *name == module).map(|(_, allowed)| *allowed);
    match allowed {
        None => Some(format!("{}: module {module} has no place in the directions of core (see xtask/src/tidy/modules.rs)", path.display())),
        Some(allowed) if !allowed.contains(&used) => Some(format!("{}: module {module} must not use {used}", path.display())),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_single_paths_and_inline_paths_are_read() {
        let code = "use crate::{\n    envelope::{LogEvent, X},\n    plan,\n};\nuse crate::record::Record;\nfn f() -> crate::issue::Issue {}";
        assert_eq!(uses(code), ["envelope", "issue", "plan", "record"]);
    }

    #[test]
    fn a_step_against_the_direction_is_found_and_tests_are_free() {
        let path = Path::new("core/src/record/mod.rs");
        assert_eq!(module(path).as_deref(), Some("record"));
        assert!(finding(path, "record", "issue").is_some());
        assert!(finding(path, "issue", "record").is_none());
        assert!(!production("use crate::a;\n#[cfg(test)]\nmod tests { use crate::issue; }").contains("issue"));
    }
}
