//! Fingerprint: the identity of an issue.
//!
//! Version 1: xxh3-128 over length-prefixed parts. With a stack: the type and the application's own frames (module and function), nearest the
//! throw first, at most 32; without one of its own, all frames. A generic type, a single frame or no stack adds the message's template. No
//! line numbers, ids, environment or version inside, so that a deployment does not make every error new. Platform failures are one issue
//! per function.

use std::fmt;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::{detect::Fault, template::template};
use crate::record::PlatformFailure;

/// Version of the rules above; a part of the hash, so that a change of rules cannot mix with stored issues unnoticed.
const VERSION: u8 = 1;

/// Types that say nothing of the cause.
const GENERIC_TYPES: [&str; 12] = [
    "Error",
    "Exception",
    "RuntimeError",
    "RuntimeException",
    "panic",
    "errors.errorString",
    "*errors.errorString",
    "anyhow::Error",
    "anyhow",
    "UnknownError",
    "InternalError",
    "ServerError",
];

/// Identity of an issue: 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first eight digits, for people.
    pub fn short(&self) -> &str {
        self.0.get(..8).unwrap_or(&self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A fingerprint and the template of the message it was made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// Identity.
    pub fingerprint: Fingerprint,
    /// What related issues share: the innermost type and the application's frame nearest the throw. Never merged by it alone.
    pub coarse: Fingerprint,
    /// Message with its variable parts replaced.
    pub template: String,
}

/// Groups a fault of a service.
pub fn group(fault: &Fault<'_>, service: &str) -> Grouping {
    let template = template(&fault.message);
    let mut parts = Parts::new();
    if let Some(platform) = fault.platform {
        parts.push("platform");
        parts.push(platform_word(platform));
        parts.push(service);
        return Grouping { fingerprint: parts.finish(), coarse: parts.finish(), template };
    }
    let all: Vec<_> = fault.exceptions.iter().flat_map(|exception| &exception.frames).collect();
    let own: Vec<_> = all.iter().copied().filter(|frame| frame.in_app).collect();
    let used = if own.is_empty() { all } else { own };
    parts.push("type");
    parts.push(&fault.kind);
    let mut coarse = parts.clone();
    for frame in &used {
        parts.push("frame");
        parts.push(&frame.module);
        parts.push(&frame.function);
    }
    if let Some(top) = used.first() {
        coarse.push("frame");
        coarse.push(&top.module);
        coarse.push(&top.function);
    }
    let generic = fault.kind.is_empty() || GENERIC_TYPES.contains(&fault.kind.as_ref()) || last_segment(&fault.kind) == "Exception";
    if used.len() <= 1 || generic {
        parts.push("message");
        parts.push(&template);
    }
    Grouping { fingerprint: parts.finish(), coarse: coarse.finish(), template }
}

/// The last part of a dotted or `::`-separated name.
pub fn last_segment(kind: &str) -> &str {
    kind.rsplit(['.', ':']).next().unwrap_or(kind)
}

fn platform_word(platform: PlatformFailure) -> &'static str {
    match platform {
        PlatformFailure::TimedOut => "timeout",
        PlatformFailure::OutOfMemory => "oom",
        PlatformFailure::Exited => "exit",
        PlatformFailure::Init => "init",
    }
}

#[derive(Clone)]
struct Parts(Xxh3);

impl Parts {
    fn new() -> Self {
        let mut hash = Xxh3::new();
        hash.update(&[VERSION]);
        Self(hash)
    }

    fn push(&mut self, part: &str) {
        self.0.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(part.as_bytes());
    }

    fn finish(&self) -> Fingerprint {
        Fingerprint(format!("{:032x}", self.0.digest128()))
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::record::Level;

    fn fault(kind: &'static str, message: &'static str, stack: &'static str) -> Fault<'static> {
        Fault {
            kind: Cow::Borrowed(kind),
            message: Cow::Borrowed(message),
            stack: Cow::Borrowed(stack),
            exceptions: crate::error::trace::read(stack),
            code: None,
            status: None,
            platform: None,
            level: Level::Error,
            request_line_only: false,
            will_retry: false,
        }
    }

    const STACK: &str = "  File \"/var/task/a.py\", line 3, in f\n    g()\n  File \"/var/task/b.py\", line 9, in g\n    boom";
    const MOVED: &str = "  File \"/opt/build/a.py\", line 30, in f\n    g()\n  File \"/opt/build/b.py\", line 91, in g\n    boom";

    #[test]
    fn line_numbers_paths_and_ids_do_not_matter() {
        let one = group(&fault("KeyError", "'a1'", STACK), "s");
        let two = group(&fault("KeyError", "'b2'", MOVED), "s");
        assert_eq!(one.fingerprint, two.fingerprint);
    }

    #[test]
    fn another_cause_from_the_same_helper_is_another_issue() {
        let one = group(&fault("RuntimeError", "no stock", STACK), "s");
        let two = group(&fault("RuntimeError", "no route", STACK), "s");
        assert_ne!(one.fingerprint, two.fingerprint);
    }

    #[test]
    fn the_algorithm_is_pinned() {
        // Stored issues carry this hash: a change here regroups every user's issues and needs a new version.
        let grouping = group(&fault("KeyError", "'a1'", STACK), "s");
        assert_eq!(grouping.fingerprint.as_str().len(), 32);
        assert_eq!(grouping.fingerprint.as_str(), PINNED);
    }

    const PINNED: &str = "91efb3dbc553d2f8411361616a36e960";
}
