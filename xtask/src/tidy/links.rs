//! Every link of the documentation leads to a page and a heading that are there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
};

use super::Finding;

/// A link within the repository that leads nowhere.
pub(super) fn check(root: &Path, files: &[PathBuf]) -> anyhow::Result<Vec<Finding>> {
    let mut pages = BTreeMap::new();
    for path in files.iter().filter(|path| is_page(path)) {
        pages.insert(path.clone(), without_code(&fs::read_to_string(root.join(path))?));
    }
    let anchors: BTreeMap<&Path, BTreeSet<String>> = pages.iter().map(|(path, text)| (path.as_path(), anchors(text))).collect();
    let mut findings = Vec::new();
    for (path, text) in &pages {
        for link in links(text) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { normal(&path.parent().unwrap_or(Path::new("")).join(file)) };
            if !root.join(&target).exists() {
                findings.push(format!("{}: a link to {link}, which is not there", path.display()));
            } else if !anchor.is_empty() && anchors.get(target.as_path()).is_some_and(|anchors| !anchors.contains(anchor)) {
                findings.push(format!("{}: a link to {link}, a heading that is not there", path.display()));
            }
        }
    }
    Ok(findings)
}

/// What people read in a browser. The README of a Rust crate is its documentation too, in which links are paths of items.
fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md") && (path.starts_with("docs") || path == Path::new("README.md"))
}

/// The text without what stands between fences: links in there are examples.
fn without_code(text: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Targets of links within the repository.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    targets.filter(|target| !target.is_empty() && !target.contains(' ') && !target.contains("://") && !target.starts_with("mailto:"))
}

/// Where a link may lead to on a page: its headings as mdBook and GitHub name them, and explicit anchors.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let named = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(name, _)| name.to_owned());
    headings.map(slug).chain(named).collect()
}

fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// A path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings_of(page: &str) -> Vec<Finding> {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("docs/src/errors")).unwrap();
        fs::write(root.path().join("docs/src/alarms.md"), "# Alarms\n\n## What `is` there?\n\n<a id=\"rule-x\"></a>\n").unwrap();
        fs::write(root.path().join("docs/src/errors/page.md"), page).unwrap();
        let files = ["docs/src/alarms.md", "docs/src/errors/page.md"].map(PathBuf::from);
        check(root.path(), &files).unwrap()
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        let page = "# Page\n[a](../alarms.md#what-is-there) [b](#page) [c](../alarms.md#rule-x) [d](https://example.com/x#y) [e](../errors)\n```\n[f](nowhere.md)\n```\n";
        assert_eq!(findings_of(page), [""; 0]);
    }

    #[test]
    fn a_page_and_a_heading_that_are_not_there_are_found() {
        let found = findings_of("[a](../alarm.md) [b](../alarms.md#what-was-there)\n[c](#page)\n");
        let expected = [
            "docs/src/errors/page.md: a link to ../alarm.md, which is not there",
            "docs/src/errors/page.md: a link to ../alarms.md#what-was-there, a heading that is not there",
            "docs/src/errors/page.md: a link to #page, a heading that is not there",
        ];
        assert_eq!(found, expected);
    }
}
