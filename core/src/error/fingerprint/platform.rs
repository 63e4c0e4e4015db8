//! Failures of the Lambda platform: one issue per function and way to fail, whatever words the platform writes them in.

use super::{
    clean_type,
    parts::{Name, Parts},
};
use crate::{
    error::{detect::Fault, template::template},
    record::PlatformFailure,
};

/// Words in front of what ended a process: `exit status 2`, `signal: killed`.
const ENDINGS: [&str; 2] = ["exit status ", "signal: "];

/// Gives the parts; returns the template, which is fixed but for how a process ended or what kept one from starting.
pub(super) fn parts<P: Parts>(failure: PlatformFailure, fault: &Fault<'_>, service: &str, fine: &mut P, coarse: &mut P) -> String {
    let (word, sentence) = match failure {
        PlatformFailure::TimedOut => ("timeout", "Task timed out"),
        PlatformFailure::OutOfMemory => ("oom", "Runtime exited: out of memory"),
        PlatformFailure::Exited => ("exit", "Runtime exited"),
        PlatformFailure::Init => ("init", "Function failed to start"),
    };
    for parts in [&mut *fine, coarse] {
        parts.push(Name::Platform, &[word]);
        parts.push(Name::Service, &[service]);
    }
    let detail = match failure {
        PlatformFailure::TimedOut | PlatformFailure::OutOfMemory => String::new(),
        PlatformFailure::Exited => ending(&fault.message).unwrap_or_default(),
        PlatformFailure::Init => cause(fault),
    };
    if detail.is_empty() {
        return sentence.to_owned();
    }
    fine.push(Name::Message, &[&detail]);
    format!("{sentence}: {detail}")
}

/// How a process ended.
fn ending(message: &str) -> Option<String> {
    ENDINGS.iter().find_map(|words| {
        let (_, behind) = message.split_once(words)?;
        let end = behind.find(|c: char| !(c.is_ascii_alphanumeric() || c == ' ')).unwrap_or(behind.len());
        // The sentence may go on behind it in any way; a signal has two words at most: `segmentation fault`.
        let ending: Vec<&str> = behind.get(..end)?.split(' ').take(2).take_while(|word| !word.is_empty() && *word != "Runtime").collect();
        Some(format!("{words}{}", ending.join(" ")))
    })
}

/// What kept a function from starting: its type and message, when it is told and not the platform's own event.
fn cause(fault: &Fault<'_>) -> String {
    let kind = clean_type(&fault.kind);
    let message = if fault.message.trim_start().starts_with('{') { String::new() } else { template(&fault.message) };
    match (kind.is_empty(), message.is_empty()) {
        (true, _) => message,
        (false, true) => kind.into_owned(),
        (false, false) => format!("{kind}: {message}"),
    }
}
