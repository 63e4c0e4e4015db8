//! Which fields the lines of a format can have.

use skywarden_core::{
    json::Selector,
    plan::LogFormat,
    record::{
        format::LineFormat,
        text::{access, alb},
    },
};
use skywarden_document::closest;

/// The fields of a format's lines; those of text, logfmt and JSON are any.
pub(super) struct LinePaths {
    known: Option<Vec<String>>,
}

impl LinePaths {
    pub(super) fn of(format: &LogFormat) -> Self {
        let owned = |names: &[&[&str]]| Some(names.concat().into_iter().map(str::to_owned).collect());
        let known = match format {
            LogFormat::Json | LogFormat::Text | LogFormat::Logfmt => None,
            LogFormat::Access => owned(&[access::NAMES, access::SCHEMA]),
            LogFormat::Alb => owned(&[alb::NAMES, alb::ADDRESSES, alb::SCHEMA]),
            // An expression with mistakes is reported where it stands; what it would name nobody knows.
            LogFormat::Regex(regex) => {
                LineFormat::compile(&regex.pattern, regex.time.as_deref()).ok().map(|format| format.paths().map(str::to_owned).collect())
            }
        };
        Self { known }
    }

    /// Whether the format surely has a field.
    pub(super) fn names(&self, path: &str) -> bool {
        self.known.as_ref().is_some_and(|known| known.iter().any(|name| name == path))
    }

    /// Whether a line may have a field.
    pub(super) fn may_have(&self, path: &str) -> bool {
        self.known.is_none() || self.names(path)
    }

    /// What to write instead.
    pub(super) fn hint(&self, path: &str) -> String {
        let known = || self.known.iter().flatten().map(String::as_str);
        match closest(path, known()) {
            Some(name) => format!("did you mean `$.{name}`?"),
            None => format!("its fields: {}", known().collect::<Vec<_>>().join(", ")),
        }
    }
}

/// The path of a selector, without `$.`.
pub(super) fn path(selector: &Selector) -> String {
    let text = selector.as_str();
    text.strip_prefix("$.").unwrap_or(text).to_owned()
}
