//! Rendering: the plan's templates over the views, and the same views as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, Tera};

use super::{AlarmView, IssueView, OutgoingMessage};
use crate::{
    issue::{Notice, OutboxEntry},
    plan::{Plan, PlanError, TopicFormat},
    severity::Severity,
};

/// Templates a plan must hold.
pub const TEMPLATE_NAMES: [&str; 3] = ["alarm.txt", "issue.txt", "subject.txt"];

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
            let text = templates.get(name).ok_or_else(|| invalid("it is missing".to_owned()))?;
            tera.add_raw_template(name, text).map_err(|error| invalid(error.to_string()))?;
        }
        Ok(Self { tera })
    }

    /// Messages for one notice: one for each topic of each route that carries its severity. Empty when nobody listens.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] when a template fails on this notice.
    pub fn render(&self, entry: &OutboxEntry, plan: &Plan) -> Result<Vec<OutgoingMessage>, PlanError> {
        match &entry.notice {
            Notice::Issue { transition, issue } => {
                let view = IssueView::new(&entry.id, transition, issue, plan);
                let attributes = [
                    ("kind", view.kind),
                    ("state", view.state),
                    ("severity", view.severity.as_str()),
                    ("category", &view.category),
                    ("service", view.services.first().map_or("", String::as_str)),
                ];
                self.messages("issue.txt", &view, &view.headline, view.severity, &attributes, plan)
            }
            Notice::Alarm(notice) => {
                let info = plan.alarms.iter().find(|info| info.name == notice.alarm);
                let view = AlarmView::new(&entry.id, notice, info, plan);
                let attributes = [("kind", view.kind), ("state", view.state), ("severity", view.severity.as_str()), ("service", view.service.as_str())];
                self.messages("alarm.txt", &view, &view.headline, view.severity, &attributes, plan)
            }
        }
    }

    fn messages<V: Serialize>(
        &self,
        template: &str,
        view: &V,
        headline: &str,
        severity: Severity,
        attributes: &[(&str, &str)],
        plan: &Plan,
    ) -> Result<Vec<OutgoingMessage>, PlanError> {
        let topics: Vec<_> = plan.routes.iter().filter(|route| route.severities.contains(&severity)).flat_map(|route| &route.topics).collect();
        if topics.is_empty() {
            return Ok(Vec::new());
        }
        let subject = SubjectView { project: &plan.project, environment: &plan.environment, severity, headline };
        let subject = self.text("subject.txt", &subject)?;
        let attributes: BTreeMap<String, String> = attributes.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        topics
            .into_iter()
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
