//! A small project: two templates, a plan, and half an hour of log in which requests fail for a while.

use std::collections::BTreeMap;

use skywarden_core::{
    plan::{
        AlarmInfo, DimensionRule, ErrorPolicy, LogFormat, Masking, MetricKind, MetricRule, MetricValueSource, NotifyPolicy, PLAN_FORMAT, Plan, Processing,
        Route, RouteTopic, Source, TopicFormat,
    },
    severity::Severity,
};
use skywarden_simulator::{
    alarm::notification::Origin,
    replay::{LogEvent, ReplaySettings},
    simulation::Simulation,
    template::StackTemplate,
};

/// 20 November 2026, 13:00:00 UTC, in milliseconds.
pub(crate) const START_MS: i64 = 1_795_179_600_000;

pub(crate) const TEMPLATES: [StackTemplate<'static>; 2] = [
    StackTemplate { stack_name: "small-prod-skywarden", text: include_str!("../fixtures/small/shared.template.json") },
    StackTemplate { stack_name: "small-prod-service-api", text: include_str!("../fixtures/small/service.template.json") },
];

pub(crate) fn origin() -> Origin {
    Origin { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() }
}

pub(crate) fn simulation() -> Simulation {
    Simulation::new(TEMPLATES, plan(), origin(), ReplaySettings::default()).unwrap()
}

pub(crate) fn plan() -> Plan {
    let messages = [
        ("alarm.txt", include_str!("../../../templates/messages/alarm.txt")),
        ("issue.txt", include_str!("../../../templates/messages/issue.txt")),
        ("subject.txt", include_str!("../../../templates/messages/subject.txt")),
    ];
    Plan {
        format: PLAN_FORMAT,
        version: "0.0.0".to_owned(),
        project: "small".to_owned(),
        environment: "prod".to_owned(),
        region: "eu-west-1".to_owned(),
        sources: vec![Source {
            log_group: "/small/api".to_owned(),
            service: "api".to_owned(),
            namespace: "small/prod/api".to_owned(),
            format: LogFormat::Json,
            dashboard: String::new(),
            runbook: String::new(),
            query: String::new(),
            one_function: false,
            account: String::new(),
        }],
        rules: vec![MetricRule {
            log_group: "/small/api".to_owned(),
            namespace: "small/prod/api".to_owned(),
            name: "Duration".to_owned(),
            pattern: "{ $.ms = * }".to_owned(),
            value: MetricValueSource::Selector("$.ms".to_owned()),
            unit: "Milliseconds".to_owned(),
            kind: MetricKind::Distribution,
            resolution_seconds: 60,
            dimensions: vec![DimensionRule { name: "Route".to_owned(), selector: "$.route".to_owned(), limit: 10 }],
            constants: BTreeMap::new(),
        }],
        errors: ErrorPolicy { rules: vec![], notify: NotifyPolicy { at: vec![10], ..NotifyPolicy::default() } },
        taxonomy: vec![],
        routes: vec![Route {
            name: "oncall".to_owned(),
            severities: Severity::ALL.to_vec(),
            topics: vec![RouteTopic { format: TopicFormat::Text, topic: "small-prod-route-oncall-text".to_owned() }],
        }],
        alarms: vec![AlarmInfo {
            name: "small-prod-api-error-rate".to_owned(),
            title: "api: error rate above 5 %".to_owned(),
            service: "api".to_owned(),
            severity: Severity::Critical,
            advice: "look at the newest issues".to_owned(),
            dashboard: String::new(),
            runbook: String::new(),
            unit: "Percent".to_owned(),
            log_group: String::new(),
            query: String::new(),
        }],
        messages: messages.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
        masking: Masking::default(),
        processing: Processing::default(),
    }
}

/// One event, so many seconds after the start.
pub(crate) fn event(second: i64, message: &str) -> LogEvent {
    LogEvent {
        group: "/small/api".to_owned(),
        stream: "stream".to_owned(),
        id: format!("{second:056}-{}", message.len()),
        timestamp_ms: START_MS + second * 1000,
        message: message.to_owned(),
    }
}

/// Half an hour: a request every ten seconds; every third one fails from minute 10 to 15; nothing at all from minute 20 to 27.
pub(crate) fn half_an_hour() -> Vec<LogEvent> {
    let mut events = Vec::new();
    for second in (0..1800).step_by(10) {
        let minute = second / 60;
        if (20..27).contains(&minute) {
            continue;
        }
        let fails = (10..15).contains(&minute) && second % 30 == 0;
        let status = if fails { 503 } else { 200 };
        let milliseconds = 20 + second % 7;
        let level = if fails { "ERROR" } else { "INFO" };
        let error = if fails {
            format!(r#","error":{{"type":"GatewayError","message":"gateway refused order {second} of ann{second}@example.com"}}"#)
        } else {
            String::new()
        };
        events.push(event(second, &format!(r#"{{"level":"{level}","message":"request","route":"/orders","ms":{milliseconds},"status":{status}{error}}}"#)));
        if second % 60 == 0 {
            events.push(event(second, r#"{"level":"INFO","message":"sold","amount":2.5,"currency":"EUR"}"#));
        }
    }
    events
}
