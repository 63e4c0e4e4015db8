//! Reading templates.

use skywarden_cloudformation::{
    Environment, ResolveError, Resolver, Template, TemplateError,
    cloudwatch::{Alarm, AlarmMuteRule, CompositeAlarm, Dashboard as DashboardResource, LogAlarm},
    lambda::Function,
    logs::{LogGroup, LogGroupClass},
    sns::{Protocol, Subscription, Topic as TopicResource},
    sqs::Queue,
};

use crate::{
    alarm::{AlarmConfig, notification::Origin},
    composite::CompositeConfig,
    mute::MuteRule,
    replay::{Destination, MetricFilter, Stream, StreamReader, Subjects, SubscriptionFilter},
    template::{alarm, composite, filter, settle::Found},
};

/// A template and the stack it makes.
#[derive(Clone, Copy, Debug)]
pub struct StackTemplate<'a> {
    /// Stack name.
    pub stack_name: &'a str,
    /// The template, JSON.
    pub text: &'a str,
}

/// Everything the templates watch, in the order of the templates and of their resources.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// Names of the log groups they create.
    pub log_groups: Vec<String>,
    /// Those of them whose class does not support the embedded metric format.
    pub without_emf: Vec<String>,
    /// Metric filters.
    pub metric_filters: Vec<MetricFilter>,
    /// Subscription filters of log groups and of the account whose destination is a function, or a stream that a function reads.
    pub subscriptions: Vec<SubscriptionFilter>,
    /// Data streams.
    pub streams: Vec<Stream>,
    /// The functions that read them.
    pub stream_readers: Vec<StreamReader>,
    /// Alarms.
    pub alarms: Vec<AlarmConfig>,
    /// Composite alarms, those that others look at first.
    pub composites: Vec<CompositeConfig>,
    /// Mute rules.
    pub mute_rules: Vec<MuteRule>,
    /// Dashboards.
    pub dashboards: Vec<Dashboard>,
    /// Names of the functions.
    pub functions: Vec<String>,
    /// Names of the queues.
    pub queues: Vec<String>,
    /// Topics and the functions that listen to them.
    pub topics: Vec<Topic>,
    /// What is not simulated.
    pub skipped: Vec<Skipped>,
}

/// A dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dashboard {
    /// Name.
    pub name: String,
    /// Body, JSON, with every expression resolved.
    pub body: String,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// ARN.
    pub arn: String,
    /// Names of the functions subscribed to it.
    pub functions: Vec<String>,
}

/// A resource that is not simulated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Stack name.
    pub stack: String,
    /// Logical id.
    pub logical_id: String,
    /// Why, lower-case, without full stop.
    pub reason: String,
}

/// A template that cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("template of stack {stack}: {source}")]
pub struct WatchedError {
    /// Stack name.
    pub stack: String,
    /// Why.
    pub source: TemplateError,
}

/// Why one resource is not simulated.
pub(super) enum Reason {
    Unresolved(ResolveError),
    Other(String),
}

impl From<ResolveError> for Reason {
    fn from(error: ResolveError) -> Self {
        Self::Unresolved(error)
    }
}

impl Reason {
    pub(super) fn other(reason: impl Into<String>) -> Self {
        Self::Other(reason.into())
    }
}

impl Watched {
    /// Reads templates as deployed to an account and Region.
    ///
    /// # Errors
    /// A [`WatchedError`] for every template that is not a template at all.
    pub fn read<'a>(templates: impl IntoIterator<Item = StackTemplate<'a>>, origin: &Origin) -> Result<Self, Vec<WatchedError>> {
        let mut watched = Self::default();
        let mut errors = Vec::new();
        let mut seen = Seen::default();
        let mut parsed = Vec::new();
        for template in templates {
            match Template::parse(template.text) {
                Ok(text) => parsed.push((text, template.stack_name)),
                Err(source) => errors.push(WatchedError { stack: template.stack_name.to_owned(), source }),
            }
        }
        // What alarms may be on comes first: an alarm of one stack may be on what is in another.
        for (template, stack) in &parsed {
            watched.add_subjects(template, stack, origin, &mut seen);
        }
        let subjects = watched.subjects(&seen);
        for (template, stack) in &parsed {
            watched.add(template, stack, origin, &subjects, &mut seen);
        }
        watched.settle(&seen.composites);
        // Only now is it known who reads which stream: that may stand in any of the templates.
        for FoundFilter { stack, logical_id, mut filter } in seen.filters {
            if let Destination::Stream(arn) = &mut filter.destination
                && let Some((_, stream)) = seen.destinations.iter().find(|(destination, _)| destination == arn)
            {
                arn.clone_from(stream);
            }
            match &filter.destination {
                Destination::Stream(arn) if watched.stream_readers.iter().all(|reader| reader.stream != *arn) => {
                    let reason = format!("no function of the templates reads the stream `{arn}`");
                    watched.skipped.push(Skipped { stack, logical_id, reason });
                }
                _ => watched.subscriptions.push(filter),
            }
        }
        if errors.is_empty() { Ok(watched) } else { Err(errors) }
    }

    /// The topic with an ARN.
    pub fn topic(&self, arn: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.arn == arn)
    }

    /// What alarms may be on: functions, queues, and what delivers to functions.
    fn add_subjects(&mut self, template: &Template, stack: &str, origin: &Origin, seen: &mut Seen) {
        let environment = Environment::new(origin.account.as_str(), origin.region.as_str(), stack);
        let mut reader = Reader { template, resolver: Resolver::new(template, &environment), stack, skipped: &mut self.skipped };
        reader.each::<Function, _>(&mut self.functions, |resolver, id, _| Ok(resolver.physical_name(id)?));
        reader.each::<Queue, _>(&mut self.queues, |resolver, id, _| Ok(resolver.physical_name(id)?));
        let found = |logical_id: &str, filter| FoundFilter { stack: stack.to_owned(), logical_id: logical_id.to_owned(), filter };
        reader.each(&mut seen.filters, |resolver, id, each| filter::subscription_filter(resolver, id, each).map(|filter| found(id, filter)));
        reader.each(&mut seen.filters, |resolver, id, each| filter::account_policy(resolver, id, each).map(|filter| found(id, filter)));
        reader.each(&mut seen.destinations, filter::destination_of_accounts);
        reader.each(&mut self.streams, filter::stream);
        let mut readers = Vec::new();
        reader.each(&mut readers, filter::stream_reader);
        self.stream_readers.extend(readers.into_iter().flatten());
    }

    /// What of AWS the templates stand for. What a log is delivered to runs as well, wherever it comes from.
    fn subjects(&self, seen: &Seen) -> Subjects {
        let delivered_to = seen.filters.iter().filter_map(|found| match &found.filter.destination {
            Destination::Function(function) => Some(function),
            Destination::Stream(_) => None,
        });
        let readers = self.stream_readers.iter().map(|reader| &reader.function);
        Subjects { functions: self.functions.iter().chain(delivered_to).chain(readers).cloned().collect(), queues: self.queues.clone() }
    }

    fn add(&mut self, template: &Template, stack: &str, origin: &Origin, subjects: &Subjects, seen: &mut Seen) {
        let environment = Environment::new(origin.account.as_str(), origin.region.as_str(), stack);
        let mut reader = Reader { template, resolver: Resolver::new(template, &environment), stack, skipped: &mut self.skipped };
        reader.each::<LogGroup, _>(&mut self.log_groups, |resolver, id, _| Ok(resolver.physical_name(id)?));
        let mut classes = Vec::new();
        reader.each(&mut classes, without_emf);
        self.without_emf.extend(classes.into_iter().flatten());
        reader.each(&mut self.metric_filters, filter::metric_filter);
        reader.each(&mut self.alarms, |resolver, id, alarm: &Alarm| alarm::alarm(resolver, id, alarm, subjects));
        reader.each(&mut self.dashboards, dashboard);
        reader.each::<TopicResource, _>(&mut self.topics, |resolver, id, _| Ok(Topic { arn: resolver.arn(id)?, functions: Vec::new() }));
        reader.each(&mut seen.composites, |resolver, id, alarm: &CompositeAlarm| {
            Ok(Found { stack: stack.to_owned(), logical_id: id.to_owned(), config: composite::composite(resolver, id, alarm)? })
        });
        reader.each(&mut self.mute_rules, |resolver, id, rule: &AlarmMuteRule| composite::mute_rule(resolver, id, rule));
        // Listed as not simulated rather than forgotten.
        reader.each::<LogAlarm, ()>(&mut Vec::new(), |_, _, _| Err(Reason::other("log alarms are not simulated: their queries need CloudWatch Logs Insights")));
        let mut listeners = Vec::new();
        reader.each(&mut listeners, listener);
        reader.skip_untyped();
        for (arn, function) in listeners.into_iter().flatten() {
            match self.topics.iter_mut().find(|topic| topic.arn == arn) {
                Some(topic) => topic.functions.push(function),
                None => self.topics.push(Topic { arn, functions: vec![function] }),
            }
        }
    }
}

/// What is settled once all templates are read.
#[derive(Default)]
struct Seen {
    composites: Vec<Found>,
    filters: Vec<FoundFilter>,
    /// Destinations by which other accounts deliver, and the streams they stand for: ARNs.
    destinations: Vec<(String, String)>,
}

/// A subscription filter and where it stands.
struct FoundFilter {
    stack: String,
    logical_id: String,
    filter: SubscriptionFilter,
}

/// Reads the resources of one template.
struct Reader<'a> {
    template: &'a Template,
    resolver: Resolver<'a>,
    stack: &'a str,
    skipped: &'a mut Vec<Skipped>,
}

impl<'a> Reader<'a> {
    /// Reads every resource of a kind that the stack has; those that cannot be read are noted.
    fn each<K: skywarden_cloudformation::Kind, T>(&mut self, into: &mut Vec<T>, read: impl Fn(Resolver<'a>, &'a str, &'a K) -> Result<T, Reason>) {
        for (logical_id, resource) in self.template.all::<K>() {
            let found = match self.resolver.exists(logical_id) {
                Ok(false) => continue,
                Ok(true) => read(self.resolver, logical_id, resource),
                Err(error) => Err(error.into()),
            };
            match found {
                Ok(value) => into.push(value),
                Err(reason) => self.skip(logical_id, reason),
            }
        }
    }

    fn skip(&mut self, logical_id: &str, reason: Reason) {
        let reason = match reason {
            Reason::Unresolved(error) => format!("{}: {}", error.property, error.unknown),
            Reason::Other(reason) => reason,
        };
        self.skipped.push(Skipped { stack: self.stack.to_owned(), logical_id: logical_id.to_owned(), reason });
    }

    /// Resources of a known kind whose properties could not be read.
    fn skip_untyped(&mut self) {
        for (logical_id, reason) in self.template.untyped() {
            self.skip(logical_id, Reason::Other(reason));
        }
    }
}

/// The name of a log group of another class than Standard.
fn without_emf(resolver: Resolver<'_>, id: &str, group: &LogGroup) -> Result<Option<String>, Reason> {
    let class = group.log_group_class.as_ref().map(|class| resolver.at(id, "LogGroupClass").value(class)).transpose()?;
    let standard = class.is_none_or(|class| class == LogGroupClass::Standard);
    Ok(if standard { None } else { Some(resolver.physical_name(id)?) })
}

fn dashboard(resolver: Resolver<'_>, id: &str, dashboard: &DashboardResource) -> Result<Dashboard, Reason> {
    Ok(Dashboard { name: resolver.physical_name(id)?, body: resolver.at(id, "DashboardBody").text(dashboard.dashboard_body.expr())? })
}

/// Topic ARN and function of an SNS subscription; `None` for the other protocols.
fn listener(resolver: Resolver<'_>, id: &str, subscription: &Subscription) -> Result<Option<(String, String)>, Reason> {
    if resolver.at(id, "Protocol").value(&subscription.protocol)? != Protocol::Lambda {
        return Ok(None);
    }
    let topic = resolver.at(id, "TopicArn").text(&subscription.topic_arn)?;
    let endpoint = resolver.at(id, "Endpoint").optional(subscription.endpoint.as_ref())?.unwrap_or_default();
    let function = filter::function_name(&endpoint).ok_or_else(|| Reason::other(format!("endpoint `{endpoint}` is not the ARN of a function")))?;
    Ok(Some((topic, function)))
}
