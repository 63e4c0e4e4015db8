//! The message templates: their names, the built-in ones, and the proof that a plan's can be rendered.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, Tera};

use super::{AlarmView, Head, IssueView, ToldView};
use crate::plan::PlanError;

/// Templates a plan holds.
pub const TEMPLATE_NAMES: [&str; 12] = [
    "alarm.txt",
    "chat-alarm.md",
    "chat-digest.md",
    "chat-group.md",
    "chat-issue.md",
    "chat-steps.md",
    "chat-title.md",
    "digest.txt",
    "group.txt",
    "issue.txt",
    "sms.txt",
    "subject.txt",
];

macro_rules! built_in {
    ($($name:literal)*) => {
        /// Those that plans of the same format have not held from the beginning: such a plan means the built-in ones.
        const BUILT_IN: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../../templates/messages/", $name))),)*];
    };
}

built_in! {
    "chat-alarm.md"
    "chat-digest.md"
    "chat-group.md"
    "chat-issue.md"
    "chat-steps.md"
    "chat-title.md"
    "digest.txt"
    "group.txt"
    "sms.txt"
}

/// A template that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenTemplate {
    /// Its name.
    pub name: &'static str,
    /// The line of the mistake, from 1; absent when it is about the whole.
    pub line: Option<u32>,
    /// Why.
    pub reason: String,
}

/// Compiles the templates of a plan.
pub(super) fn compile(templates: &BTreeMap<String, String>) -> Result<Tera, PlanError> {
    let mut tera = Tera::new();
    // The output is plain text or markup in which nothing of a log can render: nothing is HTML, so nothing is escaped as HTML.
    tera.autoescape_on(Vec::<&'static str>::new());
    for name in TEMPLATE_NAMES {
        let invalid = |reason: String| PlanError::Invalid { what: format!("message template {name}"), reason };
        let built_in = || BUILT_IN.iter().find(|(built_in, _)| *built_in == name).map(|(_, text)| *text);
        let text = templates.get(name).map(String::as_str).or_else(built_in).ok_or_else(|| invalid("it is missing".to_owned()))?;
        tera.add_raw_template(name, text).map_err(|error| invalid(error.to_string()))?;
    }
    Ok(tera)
}

/// Each template that is missing, does not parse, cannot be rendered for some kind and state of message, or gives an empty text.
pub fn broken_templates(templates: &BTreeMap<String, String>) -> Vec<BrokenTemplate> {
    let samples = Samples::new();
    TEMPLATE_NAMES.into_iter().filter_map(|name| samples.problem(name, templates.get(name)?).err()).chain(missing(templates)).collect()
}

fn missing(templates: &BTreeMap<String, String>) -> impl Iterator<Item = BrokenTemplate> + '_ {
    TEMPLATE_NAMES.into_iter().filter(|name| !templates.contains_key(*name)).map(|name| BrokenTemplate { name, line: None, reason: "it is missing".to_owned() })
}

/// A sample of every kind and state of message, each with what it is a sample of.
struct Samples {
    issues: Vec<(&'static str, IssueView)>,
    alarms: Vec<(&'static str, AlarmView)>,
    groups: Vec<(&'static str, ToldView)>,
    digests: Vec<(&'static str, ToldView)>,
}

impl Samples {
    fn new() -> Self {
        Self { issues: IssueView::samples(), alarms: AlarmView::samples(), groups: ToldView::sample_groups(), digests: ToldView::sample_digests() }
    }

    fn heads(&self) -> Vec<(&'static str, Head)> {
        let issues = self.issues.iter().map(|(what, view)| (*what, view.head.clone()));
        let alarms = self.alarms.iter().map(|(what, view)| (*what, view.head.clone()));
        let told = self.groups.iter().chain(&self.digests).map(|(what, view)| (*what, view.head.clone()));
        issues.chain(alarms).chain(told).collect()
    }

    fn problem(&self, name: &'static str, text: &str) -> Result<(), BrokenTemplate> {
        match name {
            "issue.txt" => check(name, text, &self.issues),
            "alarm.txt" => check(name, text, &self.alarms),
            "group.txt" => check(name, text, &self.groups),
            "digest.txt" => check(name, text, &self.digests),
            "chat-issue.md" => check(name, text, &quoted(&self.issues, IssueView::quoted)),
            "chat-alarm.md" => check(name, text, &quoted(&self.alarms, AlarmView::quoted)),
            "chat-group.md" => check(name, text, &quoted(&self.groups, ToldView::quoted)),
            "chat-digest.md" => check(name, text, &quoted(&self.digests, ToldView::quoted)),
            "chat-title.md" | "chat-steps.md" => check(name, text, &quoted(&self.heads(), Head::quoted)),
            _ => check(name, text, &self.heads()),
        }
    }
}

fn quoted<V>(samples: &[(&'static str, V)], quote: impl Fn(&V) -> V) -> Vec<(&'static str, V)> {
    samples.iter().map(|(what, view)| (*what, quote(view))).collect()
}

/// Renders a template with each sample.
fn check<V: Serialize>(name: &'static str, text: &str, samples: &[(&'static str, V)]) -> Result<(), BrokenTemplate> {
    let mut tera = Tera::new();
    tera.autoescape_on(Vec::<&'static str>::new());
    tera.add_raw_template(name, text).map_err(|error| broken(name, &error, ""))?;
    for (what, view) in samples {
        let context = Context::from_serialize(view).map_err(|error| broken(name, &error, what))?;
        let rendered = tera.render(name, &context).map_err(|error| broken(name, &error, what))?;
        // A message may have nothing that can be done.
        if rendered.trim().is_empty() && name != "chat-steps.md" {
            return Err(BrokenTemplate { name, line: None, reason: format!("it gives an empty text for {what}") });
        }
    }
    Ok(())
}

fn broken(name: &'static str, error: &tera::Error, what: &str) -> BrokenTemplate {
    let (line, reason) = template_mistake(name, error);
    let reason = if what.is_empty() { reason } else { format!("{reason} (in {what})") };
    BrokenTemplate { name, line, reason }
}

/// Line and reason of a mistake in a template, from the engine's many lines about it.
pub fn template_mistake(name: &str, error: &tera::Error) -> (Option<u32>, String) {
    let text = error.to_string();
    let reason = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let reason = reason.strip_prefix("error: ").unwrap_or(reason).to_owned();
    (place(name, &text), reason)
}

/// The engine draws a picture of the place: ` --> [issue.txt:3:5]`.
fn place(name: &str, text: &str) -> Option<u32> {
    let (_, behind) = text.split_once(&format!("{name}:"))?;
    let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The built-in templates, as the generator puts them into a plan.
#[cfg(test)]
pub(super) fn built_in_files() -> BTreeMap<String, String> {
    let from_the_beginning = [
        ("alarm.txt", include_str!("../../../templates/messages/alarm.txt")),
        ("issue.txt", include_str!("../../../templates/messages/issue.txt")),
        ("subject.txt", include_str!("../../../templates/messages/subject.txt")),
    ];
    BUILT_IN.iter().chain(&from_the_beginning).map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::{built_in_files as built_in, *};

    #[test]
    fn the_built_in_templates_are_whole() {
        assert_eq!(broken_templates(&built_in()), []);
        assert_eq!(built_in().keys().collect::<Vec<_>>(), TEMPLATE_NAMES);
    }

    #[test]
    fn each_broken_template_is_named_with_its_line_and_reason() {
        let mut broken = built_in();
        for name in TEMPLATE_NAMES {
            broken.insert(name.to_owned(), "first\n{{ headlin }}".to_owned());
        }
        broken.insert("subject.txt".to_owned(), " ".to_owned());
        broken.insert("group.txt".to_owned(), "{% for x in %}".to_owned());
        broken.remove("alarm.txt");
        let found = broken_templates(&broken);
        let text: Vec<String> = found.iter().map(|broken| format!("{}:{:?}: {}", broken.name, broken.line, broken.reason)).collect();
        insta::assert_snapshot!(text.join("\n"));
    }

    #[test]
    fn a_branch_for_one_state_is_rendered_too() {
        for (name, state, part) in [
            ("issue.txt", "resolved", "issue"),
            ("issue.txt", "ongoing", "issue"),
            ("chat-issue.md", "escalating", "issue"),
            ("alarm.txt", "resolved", "alarm"),
            ("sms.txt", "firing", "alarm"),
            ("subject.txt", "reached", "issue"),
            ("chat-title.md", "regressed", "issue"),
            ("chat-steps.md", "several", "issues"),
        ] {
            let mut broken = built_in();
            broken.insert(name.to_owned(), format!("x{{% if state == \"{state}\" %}}{{{{ nothing.here }}}}{{% endif %}}"));
            let found = broken_templates(&broken);
            assert_eq!(found.len(), 1, "{name} {state}");
            assert!(found[0].reason.contains(part), "{}", found[0].reason);
        }
    }

    #[test]
    fn a_plan_from_before_a_template_means_the_built_in_one() {
        let mut old = built_in();
        for (name, _) in BUILT_IN {
            old.remove(*name);
        }
        assert!(compile(&old).is_ok());
        old.remove("issue.txt");
        assert!(compile(&old).is_err());
    }
}
