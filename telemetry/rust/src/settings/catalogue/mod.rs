//! Every key there is: one definition for reading, for the environment's names, for the bounds and for the documentation.

mod kind;
mod table;
mod variable;

pub use kind::Kind;
pub use table::{KEYS, SECTIONS};
pub(super) use variable::{CONFIG, FILE, LEVEL_SYNONYM, OUTPUT_PREFIX, PREFIX};
pub use variable::{OTHER_VARIABLES, OtherVariable};

/// A key of the settings.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Where it stands; `[]` stands for each item of a list: `outputs[].rotate.size`.
    pub path: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// Its value when nothing is said, as the documentation shows it.
    pub default: &'static str,
    /// A value, in TOML.
    pub example: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

/// A map of keys.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Where it stands; empty for the file itself.
    pub path: &'static str,
    /// How it is written, in TOML.
    pub example: &'static str,
    /// What it is about.
    pub meaning: &'static str,
}

impl Key {
    /// The last part of its path.
    pub fn name(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path).trim_end_matches("[]")
    }

    /// The map it stands in; empty for the file itself.
    pub fn section(&self) -> &'static str {
        self.path.rfind('.').and_then(|at| self.path.get(..at)).unwrap_or("")
    }
}

/// The key of a path, which may have indexes: `outputs[1].to`.
pub(super) fn key(path: &str) -> Option<&'static Key> {
    let general = general(path);
    KEYS.iter().find(|key| key.path == general)
}

/// The section of a path, which may have indexes.
pub(super) fn section(path: &str) -> Option<&'static Section> {
    let general = general(path);
    SECTIONS.iter().find(|section| section.path == general)
}

/// The names that may stand in a section, in the order of the documentation.
pub(super) fn names(path: &str) -> Vec<&'static str> {
    let section = general(path);
    let mut names = Vec::new();
    for key in KEYS {
        let inside = if section.is_empty() { Some(key.path) } else { key.path.strip_prefix(section.as_str()).and_then(|rest| rest.strip_prefix('.')) };
        let name = inside.and_then(|inside| inside.split('.').next()).map(|name| name.trim_end_matches("[]"));
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            names.push(name);
        }
    }
    names
}

/// A path with its indexes left out: `outputs[1].to` is `outputs[].to`.
fn general(path: &str) -> String {
    let mut general = String::with_capacity(path.len());
    let mut inside = false;
    for character in path.chars() {
        if character == ']' {
            inside = false;
        }
        if !inside {
            general.push(character);
        }
        if character == '[' {
            inside = true;
        }
    }
    general
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn paths_and_variables_are_unique_and_sections_are_known() {
        let paths: BTreeSet<_> = KEYS.iter().map(|key| key.path).collect();
        assert_eq!(paths.len(), KEYS.len());
        let variables: Vec<_> = KEYS.iter().filter_map(Key::variable).collect();
        assert_eq!(variables.iter().collect::<BTreeSet<_>>().len(), variables.len());
        for key in KEYS {
            assert!(section(key.section()).is_some(), "{}", key.path);
            assert!(key.meaning.ends_with('.'), "{}", key.path);
        }
    }

    #[test]
    fn names_are_those_of_the_section_alone() {
        assert_eq!(names("limits"), ["fields", "value", "line", "depth"]);
        assert_eq!(names("outputs[3].rotate"), ["size", "every"]);
        assert!(names("").contains(&"outputs") && !names("").contains(&"fields"));
        assert!(names("outputs[0]").contains(&"rotate"));
        assert!(names("nothing").is_empty());
    }
}
