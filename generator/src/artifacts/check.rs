//! Comparing an assembly on disk with what it should be.

use std::{collections::BTreeSet, fmt, fs, path::Path};

use crate::artifacts::{Files, tree};

/// One way in which a directory is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// File, relative to the directory, with `/`.
    pub path: String,
    /// What is wrong with it.
    pub kind: DifferenceKind,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// It should be there.
    Missing,
    /// It was part of an earlier assembly; a write removes it.
    Extra,
    /// It is somebody else's; a write leaves it where it is.
    Foreign,
    /// Its content is another.
    Changed {
        /// First line that differs, from 1; `None` for content that is no text.
        line: Option<usize>,
        /// That line as it should be, shortened; empty when the file should have ended before it.
        expected: String,
        /// That line as it is, shortened; empty when the file ends before it.
        found: String,
    },
    /// It cannot be read.
    Unreadable {
        /// What the operating system said.
        reason: String,
    },
}

/// Longest piece of a differing line that is shown, in characters.
const SHOWN_CHARACTERS: usize = 160;

/// Compares a directory with the files it should hold, in the order of paths. A directory that does not exist misses all of them. Lock files of
/// the CDK CLI are not looked at.
pub fn check(directory: &Path, files: &Files) -> Vec<Difference> {
    let present: BTreeSet<String> = match tree::files(directory) {
        Ok(present) => present.into_iter().filter(|path| !tree::is_cdk_lock(path)).collect(),
        Err((path, error)) => {
            return vec![Difference {
                path: path.strip_prefix(directory).unwrap_or(&path).to_string_lossy().into_owned(),
                kind: DifferenceKind::Unreadable { reason: error.to_string() },
            }];
        }
    };
    let all: BTreeSet<&String> = present.iter().chain(files.keys()).collect();
    all.into_iter()
        .filter_map(|path| {
            let kind = match files.get(path) {
                None if tree::is_ours(path) => DifferenceKind::Extra,
                None => DifferenceKind::Foreign,
                Some(_) if !present.contains(path) => DifferenceKind::Missing,
                Some(expected) => compare(&directory.join(path), expected)?,
            };
            Some(Difference { path: path.clone(), kind })
        })
        .collect()
}

fn compare(path: &Path, expected: &[u8]) -> Option<DifferenceKind> {
    match fs::read(path) {
        Ok(found) if found == expected => None,
        Ok(found) => Some(changed(expected, &found)),
        Err(error) => Some(DifferenceKind::Unreadable { reason: error.to_string() }),
    }
}

fn changed(expected: &[u8], found: &[u8]) -> DifferenceKind {
    let (Ok(expected), Ok(found)) = (std::str::from_utf8(expected), std::str::from_utf8(found)) else {
        return DifferenceKind::Changed { line: None, expected: String::new(), found: String::new() };
    };
    // Split at line feeds alone: a changed line end is a difference to be seen.
    let mut expected = expected.split('\n');
    let mut found = found.split('\n');
    let mut line = 1;
    loop {
        match (expected.next(), found.next()) {
            (Some(a), Some(b)) if a == b => line += 1,
            (a, b) => {
                return DifferenceKind::Changed { line: Some(line), expected: shorten(a), found: shorten(b) };
            }
        }
    }
}

fn shorten(line: Option<&str>) -> String {
    let line = line.unwrap_or_default().trim();
    match line.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.kind {
            DifferenceKind::Missing => write!(formatter, "{path}: missing"),
            DifferenceKind::Extra => write!(formatter, "{path}: no longer part of the assembly"),
            DifferenceKind::Foreign => write!(formatter, "{path}: not part of the assembly"),
            DifferenceKind::Changed { line: None, .. } => write!(formatter, "{path}: changed"),
            DifferenceKind::Changed { line: Some(line), expected, found } => write!(formatter, "{path}:{line}: changed\n  - {found}\n  + {expected}"),
            DifferenceKind::Unreadable { reason } => write!(formatter, "{path}: cannot be read: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_differing_line_is_named() {
        let kind = changed(b"a\nb\nc\n", b"a\nx\nc\n");
        let difference = Difference { path: "f".to_owned(), kind };
        assert_eq!(difference.to_string(), "f:2: changed\n  - x\n  + b");
    }

    #[test]
    fn a_file_cut_short_differs_where_it_ends() {
        assert_eq!(changed(b"a\nb\n", b"a\n"), DifferenceKind::Changed { line: Some(2), expected: "b".to_owned(), found: String::new() });
    }

    #[test]
    fn long_lines_are_shortened_on_a_character_boundary() {
        assert_eq!(shorten(Some(&"é".repeat(300))).chars().count(), SHOWN_CHARACTERS + 1);
    }
}
