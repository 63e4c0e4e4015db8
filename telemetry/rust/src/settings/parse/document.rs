//! Files to trees; what is wrong with the document itself becomes mistakes of ours.

use skywarden_document::{MistakeKind, Node, Reading, parse_toml, parse_yaml};

use super::{LIMITS, TOO_LARGE};
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
    source::Kind,
};

/// Reads a TOML file.
pub(in crate::settings) fn toml(name: &str, text: &str, findings: &mut Findings) -> Option<Node> {
    let source = findings.source(Kind::File, name, text);
    noted(parse_toml(source, text, LIMITS), findings)
}

/// Reads a YAML file. An empty one sets nothing, as an empty TOML file does.
pub(in crate::settings) fn yaml(name: &str, text: &str, findings: &mut Findings) -> Option<Node> {
    let source = findings.source(Kind::File, name, text);
    noted(parse_yaml(source, text, LIMITS), findings)
}

fn noted(reading: Reading, findings: &mut Findings) -> Option<Node> {
    if reading.incomplete {
        findings.mark_incomplete();
    }
    for mistake in reading.mistakes {
        let noted = |code: Code, hint: String| Mistake::error(code, "", mistake.span, mistake.message).hint(hint);
        let mistake = match mistake.kind {
            MistakeKind::Syntax | MistakeKind::SecondDocument => noted(Code::Syntax, mistake.hint),
            MistakeKind::KeyIsNoWord => noted(Code::WrongType, mistake.hint),
            MistakeKind::TooManyBytes | MistakeKind::TooManyValues => noted(Code::TooLarge, TOO_LARGE.to_owned()),
            MistakeKind::DuplicateKey { first: Some(first) } => noted(Code::DuplicateKey, mistake.hint).first(first),
            MistakeKind::DuplicateKey { first: None } => {
                let typed = findings.text(mistake.span.source).get(mistake.span.start..mistake.span.end);
                let is_list = matches!(typed, Some("outputs" | "patterns"));
                let hint = if is_list { "write each of them as `[[outputs]]` or `[[mask.patterns]]`".to_owned() } else { mistake.hint };
                noted(Code::DuplicateKey, hint)
            }
        };
        findings.push(mistake);
    }
    findings.count(reading.more);
    reading.root
}
