//! Evidence: what of an error led to a rule.

use std::fmt;

/// Most characters of a value kept as evidence. Types and codes are names; what is longer is none.
pub const MAX_EVIDENCE_CHARACTERS: usize = 100;

/// Where evidence was found, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The Lambda platform reported it.
    Platform,
    /// An error code, or an error name in the place of one.
    Code,
    /// An SQLSTATE code.
    SqlState,
    /// A status of gRPC.
    Grpc,
    /// An error type.
    Type,
    /// The HTTP status of the record.
    Status,
    /// An HTTP status the message states beside a word for it.
    StatedStatus,
    /// A name of an error, as a word of the message.
    Word,
    /// A literal piece of the message.
    Text,
    /// An error type that alone says little.
    BroadType,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where it was found.
    pub source: Source,
    /// What was found: a name, a code or the literal of the rule, never a whole message.
    pub value: String,
}

impl Evidence {
    /// Evidence with its value bounded; control characters in it are left out.
    pub(super) fn new(source: Source, value: &str) -> Self {
        Self { source, value: value.chars().filter(|c| !c.is_control()).take(MAX_EVIDENCE_CHARACTERS).collect() }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = &self.value;
        match self.source {
            Source::Platform => write!(formatter, "platform event {value}"),
            Source::Code => write!(formatter, "code {value}"),
            Source::SqlState => write!(formatter, "SQLSTATE {value}"),
            Source::Grpc => write!(formatter, "gRPC status {value}"),
            Source::Type | Source::BroadType => write!(formatter, "type {value}"),
            Source::Status => write!(formatter, "status {value}"),
            Source::StatedStatus => write!(formatter, "message states status {value}"),
            Source::Word => write!(formatter, "message names {value}"),
            Source::Text => write!(formatter, "message contains \"{value}\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_bounded_and_cannot_command_a_terminal() {
        let evidence = Evidence::new(Source::Type, &format!("\u{1b}[31m{}", "x".repeat(MAX_EVIDENCE_CHARACTERS + 1)));
        assert_eq!(evidence.value.chars().count(), MAX_EVIDENCE_CHARACTERS);
        assert!(evidence.to_string().starts_with("type [31mxx"));
    }
}
