//! The error of a line.

use std::fmt;

use super::{escape::escape_bounded, value::format_bounded};
use crate::settings::{Limits, Profile};

/// What went wrong; what is not known is left out.
#[derive(Clone, Copy, Default)]
pub struct Failure<'a> {
    /// Type or class.
    pub kind: Option<&'a str>,
    /// Message.
    pub message: Option<&'a dyn fmt::Display>,
    /// Stack, causes included, as text of several lines.
    pub stack: Option<&'a str>,
}

impl fmt::Debug for Failure<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message.map(ToString::to_string);
        formatter.debug_struct("Failure").field("kind", &self.kind).field("message", &message).field("stack", &self.stack).finish()
    }
}

/// What other tools call type, message and stack of an error.
const fn aliases(profile: Profile) -> Option<[&'static str; 3]> {
    match profile {
        Profile::Standard => None,
        Profile::Powertools => Some(["exception_name", "exception", "stack_trace"]),
        Profile::Lambda => Some(["errorType", "errorMessage", "stackTrace"]),
        Profile::Otel => Some(["exception.type", "exception.message", "exception.stacktrace"]),
    }
}

impl Failure<'_> {
    /// Appends the object `error`, and behind it what the profile calls its members.
    pub(super) fn write(&self, out: &mut Vec<u8>, limits: &Limits, profile: Profile) {
        let start = out.len();
        out.push(b'{');
        let mut places: [Option<(usize, usize)>; 3] = [None; 3];
        let texts: [(&str, Option<&dyn fmt::Display>); 3] = [
            ("type", self.kind.as_ref().map(|kind| kind as &dyn fmt::Display)),
            ("message", self.message),
            ("stack", self.stack.as_ref().map(|stack| stack as &dyn fmt::Display)),
        ];
        for (index, (name, text)) in texts.into_iter().enumerate() {
            let Some(text) = text else { continue };
            if out.len() > start + 1 {
                out.push(b',');
            }
            out.push(b'"');
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\":");
            let begin = out.len();
            out.push(b'"');
            match (index, self.stack) {
                (2, Some(stack)) => escape_bounded(out, stack, limits.value_bytes),
                _ => format_bounded(out, format_args!("{text}"), limits.value_bytes),
            }
            out.push(b'"');
            places[index] = Some((begin, out.len()));
        }
        out.push(b'}');
        for (alias, place) in aliases(profile).into_iter().flatten().zip(places) {
            if let Some((begin, end)) = place {
                out.extend_from_slice(b",\"");
                out.extend_from_slice(alias.as_bytes());
                out.extend_from_slice(b"\":");
                out.extend_from_within(begin..end);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out_and_aliases_follow() {
        let failure = Failure { kind: Some("KeyError"), message: None, stack: Some("a\nb") };
        let mut out = Vec::new();
        failure.write(&mut out, &Limits::default(), Profile::Lambda);
        assert_eq!(String::from_utf8(out).unwrap(), r#"{"type":"KeyError","stack":"a\nb"},"errorType":"KeyError","stackTrace":"a\nb""#);
    }
}
