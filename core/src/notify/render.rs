//! Rendering: the plan's templates over the views, and the same views as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, Tera};

use super::{AlarmView, IssueView, OutgoingMessage, ToldView};
use crate::{
    issue::{Form, Issue, Notice, OutboxEntry, Told},
    plan::{Plan, PlanError, RouteTopic, TopicFormat},
    severity::Severity,
};

/// Templates a plan must hold.
pub const TEMPLATE_NAMES: [&str; 5] = ["alarm.txt", "digest.txt", "group.txt", "issue.txt", "subject.txt"];

/// Those that plans of the same format have not held from the beginning: such a plan means the built-in ones.
const BUILT_IN: [(&str, &str); 2] =
    [("digest.txt", include_str!("../../../templates/messages/digest.txt")), ("group.txt", include_str!("../../../templates/messages/group.txt"))];

/// Compiled message templates.
#[derive(Debug)]
pub struct Messages {
    tera: Tera,
}

/// What `subject.txt` sees.
#[derive(Serialize)]
struct SubjectView<'a> {
    project: &'a str,
    environment: &'a str,
    severity: Severity,
    headline: &'a str,
}

/// Each template that is missing, does not parse, cannot be rendered with a sample or gives an empty text, with the reason.
pub fn broken_templates(templates: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    let issue = IssueView::sample();
    let alarm = AlarmView::sample();
    let told = ToldView::sample();
    let subject = SubjectView { project: &issue.project, environment: &issue.environment, severity: issue.severity, headline: &issue.headline };
    let context = |name: &str| match name {
        "issue.txt" => Context::from_serialize(&issue),
        "alarm.txt" => Context::from_serialize(&alarm),
        "digest.txt" | "group.txt" => Context::from_serialize(&told),
        _ => Context::from_serialize(&subject),
    };
    let problem = |name: &str| -> Option<String> {
        let Some(text) = templates.get(name) else {
            return Some("it is missing".to_owned());
        };
        match context(name).and_then(|context| Tera::one_off(text, &context, false)) {
            Ok(rendered) if rendered.trim().is_empty() => Some("it gives an empty text".to_owned()),
            Ok(_) => None,
            Err(error) => Some(first_line(&error.to_string())),
        }
    };
    TEMPLATE_NAMES.into_iter().filter_map(|name| Some((name, problem(name)?))).collect()
}

/// The first line that says something: the engine draws a picture of the place below it.
fn first_line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

impl Messages {
    /// Compiles the templates of a plan.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] naming the template that is missing or does not parse.
    pub fn new(templates: &BTreeMap<String, String>) -> Result<Self, PlanError> {
        let mut tera = Tera::new();
        // The output is plain text: nothing is HTML, so nothing is escaped as HTML.
        tera.autoescape_on(Vec::<&'static str>::new());
        for name in TEMPLATE_NAMES {
            let invalid = |reason: String| PlanError::Invalid { what: format!("message template {name}"), reason };
            let built_in = || BUILT_IN.iter().find(|(built_in, _)| *built_in == name).map(|(_, text)| *text);
            let text = templates.get(name).map(String::as_str).or_else(built_in).ok_or_else(|| invalid("it is missing".to_owned()))?;
            tera.add_raw_template(name, text).map_err(|error| invalid(error.to_string()))?;
        }
        Ok(Self { tera })
    }

    /// Messages for one entry: an alarm's for each topic of each route that carries its severity, a decided one's for each topic of its route. A
    /// transition that was not decided on has none. `issues` are the one of [`Messages::sample`], if it exists.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] when a template fails on this notice.
    pub fn render(&self, entry: &OutboxEntry, issues: &[Issue], plan: &Plan) -> Result<Vec<OutgoingMessage>, PlanError> {
        match &entry.notice {
            Notice::Issue { .. } => Ok(Vec::new()),
            Notice::Told(told) => self.told(told, issues, plan),
            Notice::Alarm(notice) => {
                let info = plan.alarms.iter().find(|info| info.name == notice.alarm);
                let view = AlarmView::new(&entry.id, notice, info, plan);
                let attributes = [("kind", view.kind), ("state", view.state), ("severity", view.severity.as_str()), ("service", view.service.as_str())];
                let topics = plan.routes.iter().filter(|route| route.severities.contains(&view.severity)).flat_map(|route| &route.topics);
                self.messages("alarm.txt", &view, &view.headline, view.severity, &attributes, topics, plan)
            }
        }
    }

    /// The issue whose sample a message shows; a digest shows none.
    pub fn sample(entry: &OutboxEntry) -> Option<&crate::issue::Fingerprint> {
        match &entry.notice {
            Notice::Told(told) if told.form != Form::Digest => told.issues().next().map(|issue| &issue.brief.fingerprint),
            _ => None,
        }
    }

    fn told(&self, told: &Told, issues: &[Issue], plan: &Plan) -> Result<Vec<OutgoingMessage>, PlanError> {
        let topics = plan.routes.iter().filter(|route| route.name == told.route).flat_map(|route| &route.topics);
        let listed = told.issues().next().filter(|_| told.form == Form::Alone);
        let alone = listed.and_then(|listed| Some((listed, issues.iter().find(|issue| issue.fingerprint == listed.brief.fingerprint)?)));
        if let Some((listed, issue)) = alone {
            let view = IssueView::new(told, listed, issue, plan);
            let attributes = [
                ("kind", view.kind),
                ("state", view.state),
                ("severity", view.severity.as_str()),
                ("category", &view.category),
                ("service", view.services.first().map_or("", String::as_str)),
            ];
            return self.messages("issue.txt", &view, &view.headline, view.severity, &attributes, topics, plan);
        }
        let view = ToldView::new(told, issues, plan);
        let service = match view.services.as_slice() {
            [one] => one.as_str(),
            _ => "",
        };
        let attributes = [("kind", view.kind), ("state", view.state), ("severity", view.severity.as_str()), ("category", &view.category), ("service", service)];
        let template = if told.form == Form::Digest { "digest.txt" } else { "group.txt" };
        self.messages(template, &view, &view.headline, view.severity, &attributes, topics, plan)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one message, all different")]
    fn messages<'t, V: Serialize>(
        &self,
        template: &str,
        view: &V,
        headline: &str,
        severity: Severity,
        attributes: &[(&str, &str)],
        topics: impl Iterator<Item = &'t RouteTopic>,
        plan: &Plan,
    ) -> Result<Vec<OutgoingMessage>, PlanError> {
        let mut topics = topics.peekable();
        if topics.peek().is_none() {
            return Ok(Vec::new());
        }
        let subject = SubjectView { project: &plan.project, environment: &plan.environment, severity, headline };
        let subject = self.text("subject.txt", &subject)?;
        let attributes: BTreeMap<String, String> = attributes.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        topics
            .map(|topic| {
                let body = match topic.format {
                    TopicFormat::Text => self.text(template, view)?,
                    TopicFormat::Json => {
                        serde_json::to_string(view).map_err(|error| PlanError::Invalid { what: "message".to_owned(), reason: error.to_string() })?
                    }
                };
                Ok(OutgoingMessage::new(&topic.topic, &subject, body, attributes.clone()))
            })
            .collect()
    }

    fn text<V: Serialize>(&self, template: &str, view: &V) -> Result<String, PlanError> {
        let invalid = |reason: String| PlanError::Invalid { what: format!("message template {template}"), reason };
        let context = Context::from_serialize(view).map_err(|error| invalid(error.to_string()))?;
        self.tera.render(template, &context).map_err(|error| invalid(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates() -> BTreeMap<String, String> {
        let text = |text: &str| text.to_owned();
        BTreeMap::from([
            (text("digest.txt"), BUILT_IN[0].1.to_owned()),
            (text("group.txt"), BUILT_IN[1].1.to_owned()),
            (text("alarm.txt"), include_str!("../../../templates/messages/alarm.txt").to_owned()),
            (text("issue.txt"), include_str!("../../../templates/messages/issue.txt").to_owned()),
            (text("subject.txt"), include_str!("../../../templates/messages/subject.txt").to_owned()),
        ])
    }

    #[test]
    fn the_built_in_templates_are_whole_and_each_broken_one_is_named() {
        assert_eq!(broken_templates(&templates()), []);
        let mut broken = templates();
        broken.insert("issue.txt".to_owned(), "{{ headlin }}".to_owned());
        broken.insert("subject.txt".to_owned(), " ".to_owned());
        broken.remove("alarm.txt");
        broken.insert("group.txt".to_owned(), "{{ sections.0.nothing }}".to_owned());
        broken.remove("digest.txt");
        let names: Vec<_> = broken_templates(&broken).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, TEMPLATE_NAMES);
    }

    #[test]
    fn a_plan_from_before_digests_means_the_built_in_templates() {
        let mut old = templates();
        old.remove("digest.txt");
        old.remove("group.txt");
        assert!(Messages::new(&old).is_ok());
        old.remove("issue.txt");
        assert!(Messages::new(&old).is_err());
    }

    #[test]
    fn log_text_is_never_a_template() {
        let messages = Messages::new(&templates()).unwrap();
        let mut view = IssueView::sample();
        view.sample = "{{ project }} {% for x in y %}".to_owned();
        let text = messages.text("issue.txt", &view).unwrap();
        assert!(text.contains("{{ project }} {% for x in y %}"), "{text}");
        let mut view = ToldView::sample();
        view.sections[0].issues[0].headline = "{{ project }} <b>x</b>".to_owned();
        for template in ["digest.txt", "group.txt"] {
            let text = messages.text(template, &view).unwrap();
            assert!(text.contains("{{ project }} <b>x</b>"), "{text}");
        }
    }
}
