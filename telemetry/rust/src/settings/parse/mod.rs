//! Text to a tree, collecting mistakes instead of stopping at the first.

#[cfg(feature = "config")]
mod document;
mod json;

#[cfg(feature = "config")]
pub(super) use document::{toml, yaml};
pub(super) use json::json;
use skywarden_document::Limits;
#[cfg(not(feature = "config"))]
use skywarden_document::{Node, Span};

use super::file::MAX_FILE_BYTES;
#[cfg(not(feature = "config"))]
use super::findings::Findings;

/// How large one source may be; settings are a few keys and need four levels.
const LIMITS: Limits = Limits { bytes: MAX_FILE_BYTES, values: 10_000, depth: 32 };

/// What is told of a source that is larger.
const TOO_LARGE: &str = "settings are a few keys";

/// Says that files are not read by this build.
#[cfg(not(feature = "config"))]
pub(super) fn toml(name: &str, _text: &str, findings: &mut Findings) -> Option<Node> {
    use super::{finding::Code, findings::Mistake, source::Kind};
    let source = findings.source(Kind::File, name, "");
    let mistake = Mistake::error(Code::UnknownForm, "", Span::whole(source), "this build reads no files of settings");
    findings.push(mistake.hint("build `skywarden-telemetry` with its feature `config`"));
    None
}

#[cfg(not(feature = "config"))]
pub(super) use toml as yaml;
