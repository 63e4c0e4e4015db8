//! Rendering: the plan's templates over the views, and the same views as JSON.

use std::collections::{BTreeMap, btree_map::Entry};

use serde::Serialize;
use tera::{Context, Tera};

use super::{AlarmView, ChatMessage, Head, History, IssueView, OutgoingMessage, ToldView, sms, templates};
use crate::{
    issue::{Fingerprint, Form, Issue, Notice, OutboxEntry, Told},
    plan::{Plan, PlanError, Route, RouteTopic, TopicFormat},
};

/// Compiled message templates.
#[derive(Debug)]
pub struct Messages {
    tera: Tera,
}

/// What was looked up for a message.
#[derive(Clone, Copy, Debug, Default)]
pub struct RenderContext<'a> {
    /// The issue of [`Messages::sample`], if it exists.
    pub issues: &'a [Issue],
    /// Recent values of an alarm's metric.
    pub history: Option<&'a History>,
}

/// What one entry tells, as the templates see it.
enum View {
    Issue(Box<IssueView>),
    Alarm(Box<AlarmView>),
    Told(Box<ToldView>),
}

impl View {
    const fn head(&self) -> &Head {
        match self {
            Self::Issue(view) => &view.head,
            Self::Alarm(view) => &view.head,
            Self::Told(view) => &view.head,
        }
    }

    fn quoted(&self) -> Self {
        match self {
            Self::Issue(view) => Self::Issue(Box::new(view.quoted())),
            Self::Alarm(view) => Self::Alarm(Box::new(view.quoted())),
            Self::Told(view) => Self::Told(Box::new(view.quoted())),
        }
    }

    /// The head without the bars of an alarm's values, which no phone draws: `last 9.2 %` is left.
    fn for_phone(&self) -> Head {
        let mut head = self.head().clone();
        if let Self::Alarm(view) = self {
            let words = view.recent.split_once(' ').map_or("", |(_, words)| words);
            words.split(',').next().unwrap_or("").clone_into(&mut head.how_bad);
        }
        head
    }

    /// What the template of its kind is called.
    fn template(&self) -> &'static str {
        match (self, self.head().kind) {
            (Self::Issue(_), _) => "issue",
            (Self::Alarm(_), _) => "alarm",
            (Self::Told(_), "digest") => "digest",
            (Self::Told(_), _) => "group",
        }
    }

    fn context(&self) -> tera::TeraResult<Context> {
        match self {
            Self::Issue(view) => Context::from_serialize(view),
            Self::Alarm(view) => Context::from_serialize(view),
            Self::Told(view) => Context::from_serialize(view),
        }
    }

    fn json(&self) -> serde_json::Result<String> {
        match self {
            Self::Issue(view) => serde_json::to_string(view),
            Self::Alarm(view) => serde_json::to_string(view),
            Self::Told(view) => serde_json::to_string(view),
        }
    }
}

impl Messages {
    /// Compiles the templates of a plan.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] naming the template that is missing or does not parse.
    pub fn new(templates: &BTreeMap<String, String>) -> Result<Self, PlanError> {
        Ok(Self { tera: templates::compile(templates)? })
    }

    /// The messages of one entry that have not been published: an alarm's for each topic of each route that carries its severity, a decided one's for
    /// each topic of its route. A transition that was not decided on has none. Each format is rendered once, however many routes want it.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] when a template fails on this notice.
    pub fn render(&self, entry: &OutboxEntry, looked_up: RenderContext<'_>, plan: &Plan) -> Result<Vec<OutgoingMessage>, PlanError> {
        let view = match &entry.notice {
            Notice::Issue { .. } => return Ok(Vec::new()),
            Notice::Told(told) => told_view(told, looked_up.issues, plan),
            Notice::Alarm(notice) => {
                let info = plan.alarms.iter().find(|info| info.name == notice.alarm);
                View::Alarm(Box::new(AlarmView::new(&entry.id, notice, info, looked_up.history, plan)))
            }
        };
        let is_told = |route: &&Route| match &entry.notice {
            Notice::Told(told) => route.name == told.route,
            _ => route.severities.contains(&view.head().severity),
        };
        let topics: Vec<(&Route, &RouteTopic)> =
            plan.routes.iter().filter(is_told).flat_map(|route| route.topics.iter().map(move |topic| (route, topic))).collect();
        let left: Vec<_> = topics.into_iter().filter(|(_, topic)| !entry.published.contains(&topic.topic)).collect();
        if left.is_empty() {
            return Ok(Vec::new());
        }
        let subject = self.text("subject.txt", view.head())?;
        let mut bodies: BTreeMap<TopicFormat, String> = BTreeMap::new();
        for (_, topic) in &left {
            if let Entry::Vacant(body) = bodies.entry(topic.format) {
                body.insert(self.body(topic.format, &view)?);
            }
        }
        let messages = left.into_iter().filter_map(|(route, topic)| {
            let body = bodies.get(&topic.format)?.clone();
            Some(OutgoingMessage::new(&topic.topic, &subject, body, attributes(view.head(), &route.name, topic.format)))
        });
        Ok(messages.collect())
    }

    /// The issue whose sample a message shows; a digest shows none.
    pub fn sample(entry: &OutboxEntry) -> Option<&Fingerprint> {
        match &entry.notice {
            Notice::Told(told) if told.form != Form::Digest => told.issues().next().map(|issue| &issue.brief.fingerprint),
            _ => None,
        }
    }

    fn body(&self, format: TopicFormat, view: &View) -> Result<String, PlanError> {
        match format {
            TopicFormat::Text => self.of_context(&format!("{}.txt", view.template()), &view.context().map_err(|error| invalid("message", &error))?),
            TopicFormat::Sms => {
                let head = view.for_phone();
                let with_headline = |headline: &str| self.text("sms.txt", &Head { headline: headline.to_owned(), ..head.clone() });
                sms::one_part(&view.head().headline, with_headline)
            }
            TopicFormat::Chat => {
                let view = view.quoted();
                let title = self.text("chat-title.md", view.head())?;
                let steps = self.text("chat-steps.md", view.head())?;
                let context = view.context().map_err(|error| invalid("message", &error))?;
                let description = self.of_context(&format!("chat-{}.md", view.template()), &context)?;
                let facts = facts(view.head()).collect();
                serde_json::to_string(&ChatMessage::new(view.head(), &title, &description, &steps, &facts)).map_err(|error| invalid("message", &error))
            }
            TopicFormat::Json => view.json().map_err(|error| invalid("message", &error)),
        }
    }

    fn text<V: Serialize>(&self, template: &str, view: &V) -> Result<String, PlanError> {
        self.of_context(template, &Context::from_serialize(view).map_err(|error| invalid(template, &error))?)
    }

    fn of_context(&self, template: &str, context: &Context) -> Result<String, PlanError> {
        self.tera.render(template, context).map_err(|error| invalid(template, &error))
    }
}

fn invalid(template: &str, error: &dyn std::fmt::Display) -> PlanError {
    PlanError::Invalid { what: format!("message template {template}"), reason: error.to_string() }
}

/// A decided message's view: of its one issue when that could be looked up, else of its lines.
fn told_view(told: &Told, issues: &[Issue], plan: &Plan) -> View {
    let listed = told.issues().next().filter(|_| told.form == Form::Alone);
    let alone = listed.and_then(|listed| Some((listed, issues.iter().find(|issue| issue.fingerprint == listed.brief.fingerprint)?)));
    match alone {
        Some((listed, issue)) => View::Issue(Box::new(IssueView::new(told, listed, issue, plan))),
        None => View::Told(Box::new(ToldView::new(told, issues, plan))),
    }
}

/// What filters and programs go by; what differs within a message is empty and left out.
fn facts(head: &Head) -> impl Iterator<Item = (String, String)> {
    let facts = [
        ("kind", head.kind),
        ("state", head.state),
        ("severity", head.severity.as_str()),
        ("category", &head.category),
        ("service", &head.service),
        ("project", &head.project),
        ("environment", &head.environment),
    ];
    facts.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().filter(|(_, value)| !value.is_empty())
}

/// The message attributes, for filter policies.
fn attributes(head: &Head, route: &str, format: TopicFormat) -> BTreeMap<String, String> {
    let mut attributes: BTreeMap<String, String> = facts(head).collect();
    attributes.insert("route".to_owned(), route.to_owned());
    if format == TopicFormat::Sms {
        // SNS then sends by the most reliable way and not the cheapest.
        attributes.insert("AWS.SNS.SMS.SMSType".to_owned(), "Transactional".to_owned());
    }
    attributes
}
