//! Fingerprint: the identity of an issue.
//!
//! Version 2: xxh3-128 over a version byte and named, length-prefixed parts. What goes in, the first that applies:
//!
//! 1. A fingerprint the record names itself (`error.fingerprint`): that alone.
//! 2. A failure of the Lambda platform: which, and the service.
//! 3. A stack: for each exception, the root cause first, its type and its places ([`place`]); a code; and the template of the root cause's
//!    message when the type is an [`umbrella`] or a single place is left.
//! 4. Else the type, a code, and the template of the message.
//!
//! No line numbers, ids, environment or version of the application, so that a deployment does not make every error new. `hash` of the record is not
//! used: writers build it by rules of their own, and a line without one must meet the same issue.

mod name;
mod parts;
mod place;
mod platform;
mod umbrella;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::{
    name::MAX_NAME,
    parts::Part,
    place::{MAX_EXCEPTIONS, MAX_FRAMES},
};
use self::{
    name::clean_type,
    parts::{Hashed, Kept, Name, Parts},
    place::{Place, Thrown, thrown},
    umbrella::is_umbrella,
};
use super::{
    detect::Fault,
    template::{request_template, template},
};

/// Version of the rules above; a part of the hash, so that a change of rules cannot mix with stored issues unnoticed.
pub const VERSION: u8 = 2;

/// Longest fingerprint of the record's own that counts, bytes; of a longer one the beginning does.
pub const MAX_OWN: usize = 256;

/// Longest code that counts, bytes. What is longer is no code.
pub const MAX_CODE: usize = 64;

/// Most digits of a code that counts. With more of them it is somebody's number: applications call many things a code.
pub const MAX_CODE_DIGITS: usize = 6;

/// Most words of a message that related issues share.
const HEAD_WORDS: usize = 4;

/// Identity of an issue: 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint(String);

impl Fingerprint {
    fn of(hash: u128) -> Self {
        let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        let mut digits = Vec::with_capacity(32);
        for byte in hash.to_be_bytes() {
            digits.extend_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        Self(String::from_utf8(digits).unwrap_or_default())
    }

    /// A fingerprint that somebody typed: all 32 digits, in either case.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| Self(text.to_ascii_lowercase()))
    }

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
    /// What related issues share: the innermost type and the application's frame nearest the throw; without a stack the type and the first
    /// words of the template. Never merged by it alone.
    pub coarse: Fingerprint,
    /// Message with its variable parts replaced.
    pub template: String,
}

/// A grouping and why it is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The grouping, the same [`group`] gives.
    pub grouping: Grouping,
    /// What went into the fingerprint, in order.
    pub parts: Vec<Part>,
    /// What went into the coarse one, in order.
    pub coarse_parts: Vec<Part>,
}

/// Groups a fault of a service.
pub fn group(fault: &Fault<'_>, service: &str) -> Grouping {
    compose::<Hashed>(fault, service).0
}

/// Groups a fault of a service and says what went into it.
pub fn explain(fault: &Fault<'_>, service: &str) -> Explained {
    let (grouping, fine, coarse) = compose::<Kept>(fault, service);
    Explained { grouping, parts: fine.parts, coarse_parts: coarse.parts }
}

/// The last part of a dotted or `::`-separated name.
pub fn last_segment(kind: &str) -> &str {
    let start = kind.as_bytes().iter().rposition(|&byte| matches!(byte, b'.' | b':'));
    start.and_then(|at| kind.get(at + 1..)).unwrap_or(kind)
}

/// The one way to a fingerprint, whether its parts are kept or only hashed.
fn compose<P: Parts>(fault: &Fault<'_>, service: &str) -> (Grouping, P, P) {
    let (mut fine, mut coarse) = (P::default(), P::default());
    let template = parts(fault, service, &mut fine, &mut coarse);
    (Grouping { fingerprint: fine.finish(), coarse: coarse.finish(), template }, fine, coarse)
}

/// Gives the parts to both hashes; returns the template of the message.
fn parts<P: Parts>(fault: &Fault<'_>, service: &str, fine: &mut P, coarse: &mut P) -> String {
    if let Some(failure) = fault.platform {
        return platform::parts(failure, fault, service, fine, coarse);
    }
    let template = if fault.request_line_only { request_template(&fault.message) } else { template(&fault.message) };
    let thrown = thrown(fault);
    let own = own_fingerprint(fault);
    if let Some(own) = own {
        fine.push(Name::Fingerprint, &[own]);
    }
    let fine = if own.is_some() { &mut P::default() } else { fine };
    match thrown.first() {
        Some(root) if thrown.iter().any(|thrown| !thrown.places.is_empty()) => by_stack(fault, root, &thrown, &template, fine, coarse),
        _ => by_message(fault, &thrown, &template, fine, coarse),
    }
    template
}

fn by_stack<P: Parts>(fault: &Fault<'_>, root: &Thrown<'_>, thrown: &[Thrown<'_>], outer: &str, fine: &mut P, coarse: &mut P) {
    for exception in thrown {
        fine.push(Name::Type, &[&exception.kind]);
        for place in &exception.places {
            push_place(fine, place);
        }
    }
    push_code(fine, fault);
    let places = thrown.iter().flat_map(|exception| &exception.places);
    if is_umbrella(&root.kind) || places.clone().nth(1).is_none() {
        match root_message(fault) {
            Some(message) => fine.push(Name::Message, &[&message]),
            None => fine.push(Name::Message, &[outer]),
        }
    }
    coarse.push(Name::Type, &[&root.kind]);
    if let Some(nearest) = places.into_iter().next() {
        push_place(coarse, nearest);
    }
}

fn by_message<P: Parts>(fault: &Fault<'_>, thrown: &[Thrown<'_>], template: &str, fine: &mut P, coarse: &mut P) {
    let named = clean_type(&fault.kind);
    let root = thrown.first().map_or(&named, |root| &root.kind);
    fine.push(Name::Type, &[root]);
    for outer in thrown.iter().skip(1) {
        fine.push(Name::Type, &[&outer.kind]);
    }
    push_code(fine, fault);
    fine.push(Name::Message, &[template]);
    if let Some(message) = root_message(fault) {
        fine.push(Name::Message, &[&message]);
    }
    coarse.push(Name::Type, &[root]);
    coarse.push(Name::Message, &[head(template)]);
}

/// The template of the root cause's message, when it has one that the fault's is not.
fn root_message(fault: &Fault<'_>) -> Option<String> {
    let message = &fault.exceptions.first()?.message;
    (!message.is_empty() && *message != fault.message).then(|| template(message))
}

fn push_place<P: Parts>(parts: &mut P, place: &Place<'_>) {
    parts.push(Name::Frame, &[&place.module, "|", &place.function]);
}

fn push_code<P: Parts>(parts: &mut P, fault: &Fault<'_>) {
    if let Some(code) = fault.code.as_deref()
        && !code.is_empty()
        && code.len() <= MAX_CODE
        && code.bytes().filter(u8::is_ascii_digit).count() <= MAX_CODE_DIGITS
    {
        parts.push(Name::Code, &[code]);
    }
}

/// The fingerprint the record names itself.
fn own_fingerprint<'a>(fault: &'a Fault<'_>) -> Option<&'a str> {
    let own = fault.fingerprint.as_deref()?.trim();
    let own = own.get(..own.floor_char_boundary(MAX_OWN)).unwrap_or(own);
    (!own.is_empty()).then_some(own)
}

/// The first words of a template, up to its first variable part or the end of its first clause; the whole of one that begins with a variable.
fn head(template: &str) -> &str {
    let mut end = 0;
    let mut at = 0;
    for word in template.split(' ').take(HEAD_WORDS) {
        if word.contains('*') {
            break;
        }
        end = at + word.len();
        at = end + 1;
        if word.ends_with(':') {
            break;
        }
    }
    template.get(..end).filter(|head| !head.is_empty()).unwrap_or(template)
}

#[cfg(test)]
mod tests;
