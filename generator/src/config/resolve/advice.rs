//! Advice texts of alarms, from the templates in `alarms/`.

use std::collections::BTreeSet;

use skywarden_cloudformation::limits::ALARM_DESCRIPTION_CHARACTERS;
use skywarden_core::notify::template_mistake;
use tera::{Context, Tera, TeraResult};

use crate::config::{
    Templates,
    code::Code,
    findings::{Finding, Findings},
};

/// A view whose every part is a text, and its way into a context, where each part is a variable. Field by field: through serde a context costs as much as the
/// rendering.
macro_rules! view {
    ($(#[$meta:meta])* pub(super) struct $name:ident<'a> { $($(#[$about:meta])* pub(super) $field:ident: &'a str,)* }) => {
        $(#[$meta])*
        pub(super) struct $name<'a> {
            $($(#[$about])* pub(super) $field: &'a str,)*
        }

        impl $name<'_> {
            fn enter(&self, context: &mut Context) {
                $(context.insert(stringify!($field), self.$field);)*
            }
        }
    };
}

view! {
    /// What an alarm template may use; a value that does not apply to the alarm is empty.
    #[derive(Clone, Debug, Default)]
    pub(super) struct AlarmView<'a> {
        /// Project name.
        pub(super) project: &'a str,
        /// Environment name.
        pub(super) environment: &'a str,
        /// Service name.
        pub(super) service: &'a str,
        /// Log group of the service.
        pub(super) log_group: &'a str,
        /// Metric name.
        pub(super) metric: &'a str,
        /// Statistic, `p99`.
        pub(super) statistic: &'a str,
        /// Name of the metric of which it is a share.
        pub(super) whole: &'a str,
        /// `above` or `below`.
        pub(super) relation: &'a str,
        /// Threshold with its unit, `5 %`.
        pub(super) threshold: &'a str,
        /// The time it looks at, `3 of 5 minutes`.
        pub(super) window: &'a str,
        /// Name of the function or queue it is about.
        pub(super) resource: &'a str,
        /// What a composite alarm tells for, in words.
        pub(super) parts: &'a str,
        /// Services that hold it back, in words; empty when there are none.
        pub(super) behind: &'a str,
        /// Name of the objective it is about.
        pub(super) objective: &'a str,
        /// What is good by it: `of requests answered without a server error`.
        pub(super) good: &'a str,
        /// Its target, `99.9 %`.
        pub(super) target: &'a str,
        /// The time it is over, `30 days`.
        pub(super) slo_window: &'a str,
        /// The time in which all of its budget is gone when it goes on like this, `50 hours`.
        pub(super) gone_in: &'a str,
        /// Link to the service's runbook; empty when the config names none.
        pub(super) runbook: &'a str,
    }
}

/// Renders advice; a template is compiled once, and its mistake reported once, not for every alarm.
pub(super) struct Advice<'a> {
    templates: &'a Templates,
    /// Those that were asked for, by their paths.
    compiled: Tera,
    /// What the view of the last one had; every view has the same variables.
    context: Context,
    reported: BTreeSet<String>,
}

impl<'a> Advice<'a> {
    /// Advice from these templates.
    pub(super) fn new(templates: &'a Templates) -> Self {
        Self { templates, compiled: Tera::default(), context: Context::new(), reported: BTreeSet::new() }
    }

    /// The advice of one alarm as one paragraph; empty when the template is broken (which is reported).
    pub(super) fn text(&mut self, kind: &str, view: &AlarmView<'_>, findings: &mut Findings) -> String {
        let path = format!("alarms/{kind}.txt");
        let text = match self.render(&path, view) {
            // Lines are broken where they read well in the file; in an alarm they are one paragraph.
            Ok(text) => one_paragraph(&text),
            Err(error) => {
                let (line, reason) = template_mistake(&path, &error);
                self.report(&path, line, &format!("the template cannot be rendered: {reason}"), "compare it with the built-in one", findings);
                return String::new();
            }
        };
        let length = text.chars().count();
        if text.is_empty() {
            self.report(&path, None, "the template gives an empty text", "say what the alarm means and what to do first", findings);
        } else if length > ALARM_DESCRIPTION_CHARACTERS {
            let message = format!("the template gives {length} characters, an alarm's description has at most {ALARM_DESCRIPTION_CHARACTERS}");
            self.report(&path, None, &message, "shorten it, and put the rest into a runbook", findings);
        }
        text
    }

    /// The name ends in `.txt`: nothing is escaped.
    fn render(&mut self, path: &str, view: &AlarmView<'_>) -> TeraResult<String> {
        if !self.compiled.contains_template(path) {
            self.compiled.add_raw_template(path, self.templates.get(path).unwrap_or_default())?;
        }
        view.enter(&mut self.context);
        self.compiled.render(path, &self.context)
    }

    fn report(&mut self, path: &str, line: Option<u32>, message: &str, hint: &str, findings: &mut Findings) {
        if self.reported.insert(path.to_owned()) {
            let file = self.templates.place(path);
            let line = line.and_then(|line| usize::try_from(line).ok()).unwrap_or(0);
            findings.push(Finding::error_in(Code::BadTemplate, Some(&file), message).at_line(line).hint(hint));
        }
    }
}

/// The words of a text with one space between two.
fn one_paragraph(text: &str) -> String {
    let mut paragraph = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !paragraph.is_empty() {
            paragraph.push(' ');
        }
        paragraph.push_str(word);
    }
    paragraph
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(template: &str) -> (String, Vec<crate::config::Diagnostic>) {
        let mut templates = Templates::builtin();
        templates.replace("alarms/latency.txt", template.to_owned()).unwrap();
        let mut findings = Findings::default();
        let view = AlarmView { service: "checkout", ..AlarmView::default() };
        let mut advice = Advice::new(&templates);
        let text = advice.text("latency", &view, &mut findings);
        advice.text("latency", &view, &mut findings);
        (text, findings.into_diagnostics())
    }

    #[test]
    fn lines_become_one_paragraph() {
        assert_eq!(advice("{{ service }} is\n  slow.\n").0, "checkout is slow.");
    }

    #[test]
    fn a_description_may_be_as_long_as_cloudwatch_takes_it() {
        assert!(advice(&"x".repeat(ALARM_DESCRIPTION_CHARACTERS)).1.is_empty());
        let diagnostics = advice(&"x".repeat(ALARM_DESCRIPTION_CHARACTERS + 1)).1;
        assert_eq!(diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>(), [Code::BadTemplate]);
    }

    #[test]
    fn a_broken_template_is_reported_once() {
        for (template, line) in [("{{ service", 1), ("fine\n{{ servize }}", 2), ("  \n", 0)] {
            let diagnostics = advice(template).1;
            let codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
            assert_eq!(codes, [Code::BadTemplate], "{template}");
            assert_eq!((diagnostics[0].file.as_str(), diagnostics[0].line), ("templates/alarms/latency.txt", line));
            assert!(!diagnostics[0].message.contains("error:"), "{}", diagnostics[0].message);
        }
    }
}
