//! YAML text to a tree; what is wrong with the document itself becomes findings.

use skywarden_document::{Limits, Mistake, MistakeKind, Node, Span, parse_yaml};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
};

/// Largest config file in bytes; the largest sensible one (a thousand services) is under a tenth of it.
pub const MAX_FILE_BYTES: usize = 4 * 1024 * 1024;

/// How large a config file may be; the config itself needs six levels.
const LIMITS: Limits = Limits { bytes: MAX_FILE_BYTES, values: 200_000, depth: 64 };

/// Which file is read, for what is said when there is nothing in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum File {
    /// The config, or the first file of it.
    Config,
    /// One that is laid over another.
    Overlay,
    /// A catalogue of templates.
    Catalogue,
}

/// Reads one file. `None` when there is nothing in it (which has been reported).
pub(crate) fn parse(source: usize, path: &str, text: &str, file: File, findings: &mut Findings) -> Option<Node> {
    let reading = parse_yaml(source, text, LIMITS);
    if reading.root.is_none() && reading.mistakes.is_empty() {
        let (place, message) = (Span::whole(source), format!("`{path}` is empty"));
        if file == File::Overlay {
            let finding = Finding::warning(Code::EmptyConfig, place, format!("{message}, and changes nothing"));
            findings.push(finding.hint("write what is different there, or leave the file out"));
            return None;
        }
        let hint = match file {
            File::Config | File::Overlay => "the smallest config has `project`, `services` with a `runtime`, and `routes` with an `email`",
            File::Catalogue => "delete it: then the built-in one holds; or write all of it",
        };
        findings.push(Finding::error(Code::EmptyConfig, place, message).hint(hint));
    }
    for mistake in reading.mistakes {
        findings.push(finding(mistake, path));
    }
    if reading.more > 0 {
        let finding = Finding::error_in(Code::YamlSyntax, Some(path), format!("{} more mistakes of this kind", reading.more));
        findings.push(finding.hint("correct those above first"));
    }
    if reading.incomplete || reading.root.is_none() {
        findings.mark_incomplete();
    }
    reading.root
}

/// A mistake in the words of a config.
fn finding(mistake: Mistake, path: &str) -> Finding {
    let Mistake { kind, span, message, hint } = mistake;
    match kind {
        MistakeKind::Syntax => Finding::error(Code::YamlSyntax, span, message).hint(hint),
        MistakeKind::SecondDocument => {
            let hint = "remove the `---`, or put the second document into a file of its own and give it as another --config";
            Finding::error(Code::SeveralDocuments, span, message).hint(hint)
        }
        MistakeKind::DuplicateKey { first } => {
            let finding = Finding::error(Code::DuplicateKey, span, format!("{message} in this map")).label("second time").hint(hint);
            match first {
                Some(first) => finding.related(first, "first time"),
                None => finding,
            }
        }
        MistakeKind::KeyIsNoWord => Finding::error(Code::WrongType, span, message).hint(hint),
        MistakeKind::TooManyBytes => Finding::error(Code::TooLarge, span, format!("`{path}` has {message}")).hint("split the project into several projects"),
        MistakeKind::TooManyValues => Finding::error(Code::TooLarge, span, message).hint("use fewer aliases (`*name`), or split the project"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Node>, Findings<'static>) {
        let mut findings = Findings::default();
        let node = parse(0, "skywarden.yaml", text, File::Config, &mut findings);
        (node, findings)
    }

    fn codes(findings: Findings<'_>) -> Vec<Code> {
        findings.into_diagnostics().iter().map(|diagnostic| diagnostic.code).collect()
    }

    #[test]
    fn a_config_may_be_as_large_as_the_limits_say() {
        let padded = |length: usize| format!("a: 1 #{}", " ".repeat(length - 6));
        assert!(read(&padded(LIMITS.bytes)).0.is_some());
        let (node, findings) = read(&padded(LIMITS.bytes + 1));
        assert!(node.is_none() && findings.is_incomplete());
        assert_eq!(codes(findings), [Code::TooLarge]);
        let listed = |nodes: usize| format!("[{}]", vec!["1"; nodes - 1].join(","));
        assert!(!read(&listed(LIMITS.values)).1.has_errors());
        assert!(read(&listed(LIMITS.values + 1)).1.has_errors());
    }

    #[test]
    fn what_stands_before_a_syntax_error_is_kept_and_nothing_behind_it_is_missed() {
        let (node, findings) = read("project: shop\nservices:\n  a: { runtime: ecs\n");
        assert!(node.is_some() && findings.is_incomplete());
        assert_eq!(codes(findings), [Code::YamlSyntax]);
    }

    #[test]
    fn the_same_mistake_again_and_again_is_told_a_bounded_number_of_times() {
        let (node, findings) = read(&"a: 1\n".repeat(5_000));
        assert!(node.is_some());
        let diagnostics = findings.into_diagnostics();
        assert_eq!(diagnostics.len(), skywarden_document::MAX_MISTAKES + 1);
        assert_eq!(diagnostics.last().unwrap().message, "4899 more mistakes of this kind");
    }
}
