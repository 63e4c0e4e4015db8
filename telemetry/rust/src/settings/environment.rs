//! The environment a process was started with.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::catalogue::{OTHER_VARIABLES, PREFIX};

/// Longest value of a variable that is read.
pub(super) const MAX_VALUE_BYTES: usize = 64 * 1024;

/// Variables of the environment, and the working directory. Only those that settings are read from are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<String, Value>,
    directory: Option<PathBuf>,
}

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// It cannot be used: the reason.
    Unusable(&'static str),
}

impl Environment {
    /// What the process was started with. This is the only place where the library looks at the process's environment.
    pub fn of_process() -> Self {
        let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let mut environment = Self::default();
        for (name, value) in variables {
            environment.insert(name, value);
        }
        // A directory that was removed is none: then there is no file in it either.
        environment.directory = std::env::current_dir().ok();
        environment
    }

    /// Variables from somewhere else; of those with the same name the last counts.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut environment = Self::default();
        for (name, value) in pairs {
            environment.insert(name.into(), OsString::from(value.into()));
        }
        environment
    }

    /// Looks for a file of settings in this directory, when neither code nor a variable names one.
    #[must_use]
    pub fn in_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Whether the process runs on AWS Lambda, where it is frozen between invocations.
    pub fn is_lambda(&self) -> bool {
        self.get("AWS_LAMBDA_FUNCTION_NAME").is_some()
    }

    /// The value of a variable; an empty one counts as not set, as does one that cannot be used.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        match self.variables.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Every variable kept, in the order of their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(super) fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }

    fn insert(&mut self, name: String, value: OsString) {
        if !name.starts_with(PREFIX) && !OTHER_VARIABLES.iter().any(|other| other.name == name) {
            return;
        }
        let value = match value.into_string() {
            Ok(text) if text.trim().is_empty() => {
                self.variables.remove(&name);
                return;
            }
            Ok(text) if text.len() > MAX_VALUE_BYTES => Value::Unusable("its value has more than 64 KiB"),
            Ok(text) => Value::Text(text),
            Err(_) => Value::Unusable("its value is not UTF-8"),
        };
        self.variables.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_read_is_kept_and_empty_is_not_set() {
        let environment = Environment::from_pairs([("PATH", "/bin"), ("SKYWARDEN_SERVICE", "a"), ("SKYWARDEN_LOG", " "), ("OTEL_SERVICE_NAME", "b")]);
        assert_eq!(environment.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["OTEL_SERVICE_NAME", "SKYWARDEN_SERVICE"]);
        assert_eq!(environment.get("SKYWARDEN_SERVICE"), Some("a"));
        assert!(!environment.is_lambda());
        assert!(Environment::from_pairs([("AWS_LAMBDA_FUNCTION_NAME", "f")]).is_lambda());
    }

    #[test]
    fn a_value_that_is_too_long_is_not_read() {
        let long = |length: usize| Environment::from_pairs([("SKYWARDEN_SERVICE", "a".repeat(length))]);
        assert!(long(MAX_VALUE_BYTES).get("SKYWARDEN_SERVICE").is_some());
        assert!(long(MAX_VALUE_BYTES + 1).get("SKYWARDEN_SERVICE").is_none());
    }

    #[test]
    fn the_process_has_an_environment() {
        assert!(Environment::of_process().directory().is_some());
    }
}
