//! Text to a tree, collecting mistakes instead of stopping at the first.

mod json;
#[cfg(feature = "config")]
mod toml;
#[cfg(feature = "config")]
mod yaml;

pub(super) use json::json;
#[cfg(feature = "config")]
pub(super) use toml::toml;
#[cfg(feature = "config")]
pub(super) use yaml::yaml;

#[cfg(not(feature = "config"))]
use super::{findings::Findings, tree::Node};

/// Deepest nesting; settings need four levels.
const MAX_DEPTH: usize = 32;

/// Most values of one source.
const MAX_NODES: usize = 10_000;

/// Says that files are not read by this build.
#[cfg(not(feature = "config"))]
pub(super) fn toml(name: &str, _text: &str, findings: &mut Findings) -> Option<Node> {
    use super::{
        finding::Code,
        findings::Mistake,
        source::{Kind, Span},
    };
    let source = findings.source(Kind::File, name, "");
    let mistake = Mistake::error(Code::UnknownForm, "", Span::whole(source), "this build reads no files of settings");
    findings.push(mistake.hint("build `skywarden-telemetry` with its feature `config`"));
    None
}

#[cfg(not(feature = "config"))]
pub(super) use toml as yaml;
