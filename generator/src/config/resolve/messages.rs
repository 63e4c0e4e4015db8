//! The message templates that go into the plan, those of the user each rendered once with a sample.

use std::collections::BTreeMap;

use skywarden_core::notify::broken_templates;

use crate::config::{
    Templates,
    code::Code,
    findings::{Finding, Findings},
};

/// Directory of the message templates.
const MESSAGES: &str = "messages";

/// The templates by name; every broken one is a finding, so that it never reaches a function.
pub(super) fn messages(templates: &Templates, findings: &mut Findings) -> BTreeMap<String, String> {
    let messages = templates.directory(MESSAGES);
    if templates.is_builtin(MESSAGES) {
        return messages;
    }
    for broken in broken_templates(&messages) {
        let file = templates.place(&format!("{MESSAGES}/{}", broken.name));
        let finding = Finding::error_in(Code::BadTemplate, Some(&file), format!("the message cannot be rendered: {}", broken.reason));
        let line = broken.line.and_then(|line| usize::try_from(line).ok()).unwrap_or(0);
        findings.push(finding.at_line(line).hint("compare it with the built-in one"));
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_message_fails_here_and_not_at_night() {
        let mut templates = Templates::builtin();
        templates.replace("messages/alarm.txt", "fine\n{{ headlyne }}".to_owned()).unwrap();
        // Only what is resolved shows it.
        templates.replace("messages/chat-issue.md", "x{% if state == \"resolved\" %}\n{{ nothing }}{% endif %}".to_owned()).unwrap();
        let mut findings = Findings::default();
        messages(&templates, &mut findings);
        let diagnostics = findings.into_diagnostics();
        let found: Vec<_> = diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.file.as_str(), diagnostic.line)).collect();
        let expected = [(Code::BadTemplate, "templates/messages/alarm.txt", 2), (Code::BadTemplate, "templates/messages/chat-issue.md", 2)];
        assert_eq!(found, expected);
        assert!(diagnostics[1].message.contains("`nothing` is not defined") && diagnostics[1].message.contains("in a resolved issue"));
    }

    #[test]
    fn the_built_in_messages_need_no_look_at_every_start() {
        assert_eq!(broken_templates(&Templates::builtin().directory(MESSAGES)), []);
    }
}
