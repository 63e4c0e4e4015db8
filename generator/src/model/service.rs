//! A service: its log group, who listens to it, its metrics and alarms.

use skywarden_core::plan::LogFormat;

use crate::model::{
    Alarm, AlarmKind, Composite, CompositeKind, Maintenance, MetricPlan, Objective, Signal,
    names::{self, Function, Names},
};

/// One service of the project.
#[derive(Clone, Debug)]
pub struct Service {
    /// Name, unique; `[a-z][a-z0-9-]*`.
    pub name: String,
    /// Where it runs.
    pub runtime: Runtime,
    /// The account its log group, metrics and alarms are in, when it is another than the project's.
    pub account: Option<String>,
    /// How it writes its log.
    pub format: LogFormat,
    /// Whether it writes canonical request lines (`http.status_code`, `http.duration_ms`).
    pub http: bool,
    /// Whether it writes the built-in metrics itself, with the telemetry library.
    pub telemetry: bool,
    /// Its log group.
    pub log_group: LogGroup,
    /// CloudWatch namespace of its metrics: `project/environment/service`.
    pub namespace: String,
    /// Subscription filters to put on the log group, in order; at most two minus the existing ones.
    pub subscriptions: Vec<Subscription>,
    /// Subscription filters the log group has of others.
    pub existing_subscriptions: usize,
    /// Whether error-classifier computes its metrics as well: there is no subscription for metrics-extractor.
    pub one_function: bool,
    /// Metrics computed from its log: the built-in ones first, then the user's in the order of the config.
    pub metrics: Vec<MetricPlan>,
    /// Alarms, in stable order.
    pub alarms: Vec<Alarm>,
    /// Composite alarms, those that others look at first.
    pub composites: Vec<Composite>,
    /// Service level objectives, in the order of the config.
    pub objectives: Vec<Objective>,
    /// Services whose stacks are deployed before its own, since its composite alarms look at theirs; sorted.
    pub after: Vec<String>,
    /// Times in which its alarms tell nobody, in the order of their names.
    pub maintenance: Vec<Maintenance>,
    /// Number of stacks its alarms are spread over; 0: they are in the service's own.
    pub alarm_stacks: u32,
    /// Where its runbook is, empty when not given.
    pub runbook: String,
}

impl Service {
    /// Names of all its alarms: composite alarms first, which say most.
    pub fn alarm_names(&self) -> impl Iterator<Item = &str> {
        self.composites.iter().map(|composite| composite.name.as_str()).chain(self.alarms.iter().map(|alarm| alarm.name.as_str()))
    }

    /// The number of the stack of alarms that an alarm of its own is in; 0: it is in the service's stack. A query needs the log group, so it stays with it.
    pub fn stack_number(&self, alarm: &Alarm) -> u32 {
        if matches!(alarm.signal, Signal::Query(_)) { 0 } else { names::stack_of_alarm(&alarm.name, self.alarm_stacks) }
    }

    /// Name of the stack an alarm of its own is in.
    pub fn stack_of(&self, alarm: &Alarm, names: &Names) -> String {
        match self.stack_number(alarm) {
            0 => names.service_stack(&self.name),
            number => names.alarm_stack(&self.name, number),
        }
    }

    /// The same without the windows of objectives, which only their composite alarms are for, and without those where they are not asked for.
    pub fn shown_alarm_names(&self, objectives: bool) -> impl Iterator<Item = &str> {
        let burning = |kind: &CompositeKind| matches!(kind, CompositeKind::FastBurn(_) | CompositeKind::SlowBurn(_));
        let composites = self.composites.iter().filter(move |composite| objectives || !burning(&composite.kind));
        let alarms = self.alarms.iter().filter(|alarm| !matches!(alarm.kind, AlarmKind::Burn { .. }));
        composites.map(|composite| composite.name.as_str()).chain(alarms.map(|alarm| alarm.name.as_str()))
    }
}

/// Where a service runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// AWS Lambda.
    Lambda,
    /// Amazon ECS.
    Ecs,
    /// Amazon EC2 with the CloudWatch agent.
    Ec2,
    /// AWS App Runner.
    AppRunner,
    /// Anything else that writes to CloudWatch Logs.
    External,
}

/// A service's log group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogGroup {
    /// Name.
    pub name: String,
    /// True: it exists already, the stack does not create it (and cannot set its retention or key).
    pub existing: bool,
    /// Retention in days, one of the values CloudWatch Logs accepts.
    pub retention_days: u32,
    /// Encryption at rest.
    pub encryption: Encryption,
}

impl LogGroup {
    /// Whether a stack here creates it, encrypted with the key of the project.
    pub fn has_project_key(&self) -> bool {
        !self.existing && self.encryption == Encryption::Customer
    }
}

/// Encryption at rest of a log group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// CloudWatch Logs' own key.
    Aws,
    /// The project's customer managed key of the shared stack.
    Customer,
    /// A key the user brings, by ARN.
    Key(String),
}

/// One subscription filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Where it delivers to.
    pub destination: Destination,
    /// Filter pattern; empty delivers every event.
    pub pattern: String,
}

/// Where a subscription filter delivers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A function.
    Function(Function),
    /// The project's stream, of which both functions read everything.
    Stream,
    /// The same stream from another account: by the destination in the project's own.
    CrossAccount,
}

impl Destination {
    /// What it is, for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Function(function) => function.as_str(),
            Self::Stream => "the stream",
            Self::CrossAccount => "the stream in the project's account",
        }
    }
}
