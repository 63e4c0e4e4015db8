//! The facts behind the examples: issues made of occurrences, decisions made of issues, alarms as CloudWatch tells them.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    alarm::AlarmNotice,
    console::Console,
    issue::{
        Announced, Facts, Form, Issue, IssueState, Listed, Notice, Occurrence, OutboxEntry, Placing, Said, Sample, Section, Suppressed, Suppression, Told,
        Transition, Why, Word,
        example::{Class, class, fingerprint},
    },
    notify::{History, decide::Sighting},
    plan::{AlarmInfo, ErrorPolicy, LogFormat, Masking, NotifyPolicy, PLAN_FORMAT, Plan, Processing, Route, RouteTopic, Source, TopicFormat},
    severity::Severity,
};

/// An entry of the outbox with what is looked up for it.
pub(super) struct Example {
    pub(super) name: &'static str,
    pub(super) entry: OutboxEntry,
    pub(super) issues: Vec<Issue>,
    pub(super) history: Option<History>,
}

/// When the examples happen: Monday, 23 November 2026, shortly after three at night.
fn night(seconds: i64) -> Timestamp {
    "2026-11-23T03:10:00Z".parse::<Timestamp>().unwrap().checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

pub(super) fn plan() -> Plan {
    let console = Console::of_region("eu-west-1");
    let source = |service: &str, log_group: &str, runbook: &str| Source {
        log_group: log_group.to_owned(),
        service: service.to_owned(),
        namespace: format!("shop/prod/{service}"),
        format: LogFormat::Json,
        dashboard: console.dashboard(&format!("shop-prod-{service}")),
        runbook: runbook.to_owned(),
        query: "fields @timestamp, level, message, error.type\n| filter level in [\"ERROR\", \"CRITICAL\"]\n| sort @timestamp desc\n| limit 100".to_owned(),
        one_function: false,
        account: String::new(),
    };
    let topics = |route: &str, formats: &[TopicFormat]| {
        formats.iter().map(|format| RouteTopic { format: *format, topic: format!("shop-prod-route-{route}-{}", format.as_str()) }).collect()
    };
    Plan {
        format: PLAN_FORMAT,
        version: "0.0.0".to_owned(),
        project: "shop".to_owned(),
        environment: "prod".to_owned(),
        region: "eu-west-1".to_owned(),
        sources: vec![source("checkout", "/aws/lambda/shop-checkout", "https://wiki.example.com/checkout"), source("payments", "/ecs/shop-payments", "")],
        rules: Vec::new(),
        errors: ErrorPolicy { rules: Vec::new(), notify: NotifyPolicy::default() },
        taxonomy: Vec::new(),
        routes: vec![
            Route { name: "oncall".to_owned(), severities: Severity::ALL.to_vec(), topics: topics("oncall", &TopicFormat::ALL) },
            Route { name: "boss".to_owned(), severities: vec![Severity::Critical], topics: topics("boss", &[TopicFormat::Text]) },
        ],
        alarms: vec![impact(&console), AlarmInfo {
            name: "shop-prod-checkout-error-rate".to_owned(),
            title: "checkout: error rate above 5 %".to_owned(),
            service: "checkout".to_owned(),
            severity: Severity::Critical,
            advice: "More than 5 % of the requests to checkout failed on the server's side (2 of 2 periods of 5 minutes): users get errors now. Look first at what was \
                     deployed last, and at the newest issues of checkout, which name the type and the place in the code."
                .to_owned(),
            dashboard: console.dashboard("shop-prod-checkout"),
            runbook: "https://wiki.example.com/checkout#alarm-error-rate".to_owned(),
            unit: "Percent".to_owned(),
            log_group: "/aws/lambda/shop-checkout".to_owned(),
            query: "fields @timestamp, level, message, error.type\n| filter level in [\"ERROR\", \"CRITICAL\"]\n| sort @timestamp desc\n| limit 100".to_owned(),
        }],
        processing: Processing::default(),
        messages: super::super::templates::built_in_files(),
        masking: Masking::default(),
    }
}

/// What the plan knows of a composite alarm.
fn impact(console: &Console) -> AlarmInfo {
    AlarmInfo {
        name: "shop-prod-checkout-impact".to_owned(),
        title: "checkout: users are affected".to_owned(),
        service: "checkout".to_owned(),
        severity: Severity::Critical,
        advice: "Users of checkout are affected: at least one of these alarms fires: error rate above 5 % or p99 latency above 1000 ms. Look first at what was deployed \
                 last and at the newest issues of checkout, which name the type and the place in the code."
            .to_owned(),
        dashboard: console.dashboard("shop-prod-checkout"),
        runbook: "https://wiki.example.com/checkout#alarm-impact".to_owned(),
        unit: String::new(),
        log_group: "/aws/lambda/shop-checkout".to_owned(),
        query: "fields @timestamp, level, message, error.type\n| filter level in [\"ERROR\", \"CRITICAL\"]\n| sort @timestamp desc\n| limit 100".to_owned(),
    }
}

/// One kind of error, as it happens.
struct Fault {
    number: u128,
    service: &'static str,
    log_group: &'static str,
    kind: &'static str,
    template: String,
    message: String,
    stack: &'static str,
    class: Class,
}

fn key_error() -> Fault {
    Fault {
        number: 0x5eaf_00d5_5eaf_00d5_5eaf_00d5_5eaf_00d5,
        service: "checkout",
        log_group: "/aws/lambda/shop-checkout",
        kind: "KeyError",
        template: "'*'".to_owned(),
        message: "'discount_code'".to_owned(),
        stack: "Traceback (most recent call last):\n  File \"/srv/checkout/api.py\", line 88, in place_order\n    price = price_of(cart, body[\"discount_code\"])\nKeyError: 'discount_code'",
        class: Class {
            rule: "bug.lookup".to_owned(),
            first_step: "Read the top frame of the application in the trace: what it looked up was not there.".to_owned(),
            ..class("bug", Severity::Error)
        },
    }
}

fn panic() -> Fault {
    Fault {
        number: 0xbddd_50fe_d807_b4ee_1d23_2ca2_09d2_c191,
        service: "payments",
        log_group: "/ecs/shop-payments",
        kind: "panic",
        template: "thread 'shipper' (*) panicked at *:".to_owned(),
        message: "thread 'shipper' (75) panicked at src/shipper.rs:51:38:".to_owned(),
        stack: "",
        class: Class {
            first_step:
                "The process ended in the middle of its work; read the top frame of the application in the trace, and check what the interrupted request \
                         left half done."
                    .to_owned(),
            ..class("crash", Severity::Critical)
        },
    }
}

fn refused() -> Fault {
    Fault {
        number: 0x00c0_ffee_0000_0000_0000_0000_0000_0003,
        kind: "ConnectionRefusedError",
        template: "[Errno *] Connect call failed ('*', *)".to_owned(),
        message: "[Errno 111] Connect call failed ('***', 6379)".to_owned(),
        stack: "",
        class: Class { first_step: "See whether the other side runs and listens.".to_owned(), ..class("network", Severity::Error) },
        ..key_error()
    }
}

impl Fault {
    /// The issue of occurrences at these times, each by another user, with a request id in the last one.
    fn issue(&self, times: &[Timestamp]) -> Issue {
        let mut facts: Option<Facts> = None;
        for (number, at) in times.iter().enumerate() {
            let one = Facts::of(Occurrence {
                at: *at,
                service: self.service,
                version: "2026.47.1",
                user: &format!("user-{}", number % 7),
                kind: self.kind,
                template: &self.template,
                coarse: &fingerprint(7),
                class: &self.class,
                sample: Sample {
                    event_id: format!("{number:056}"),
                    message: self.message.clone(),
                    stack: self.stack.to_owned(),
                    request_id: "8f2c1f0e-52b1-4f6e-9d53-2d1f6a1f7c11".to_owned(),
                    log_group: self.log_group.to_owned(),
                    ..Sample::default()
                },
            });
            match &mut facts {
                None => facts = Some(one),
                Some(facts) => facts.join(&one),
            }
        }
        Issue { announced: Announced::default(), ..Issue::open(fingerprint(self.number), facts.unwrap()) }
    }
}

/// Two an hour over nine days before the night.
fn ordinary_days() -> Vec<Timestamp> {
    (1..=9 * 24 * 2).rev().map(|half_hour| night(-1800 * half_hour - 600)).collect()
}

fn listed(issue: &Issue, transitions: Vec<Transition>) -> Listed {
    let notices = u64::try_from(transitions.len().max(1)).unwrap();
    Listed { brief: Sighting::of(issue).brief, transitions, notices }
}

fn section(issues: Vec<(&Issue, Vec<Transition>)>, placing: Placing) -> Section {
    let first = issues[0].0;
    Section {
        service: first.services.keys().next().unwrap().clone(),
        category: first.category.clone(),
        severity: issues.iter().map(|(issue, _)| issue.severity).max().unwrap(),
        placing,
        issues: issues.into_iter().map(|(issue, transitions)| listed(issue, transitions)).collect(),
    }
}

fn told(name: &'static str, form: Form, why: Why, sections: Vec<Section>, issues: Vec<Issue>) -> Example {
    let severity = sections.iter().map(|section| section.severity).max().unwrap_or(Severity::Info);
    let at = night(35);
    let told = Told {
        id: format!("told-oncall-{name}"),
        route: "oncall".to_owned(),
        form,
        at,
        severity,
        why,
        sections,
        suppressed: Vec::new(),
        waiting: 0,
        previous: Some(night(-900)),
    };
    Example { name, entry: entry(&told.id.clone(), Notice::Told(Box::new(told))), issues, history: None }
}

fn entry(id: &str, notice: Notice) -> OutboxEntry {
    OutboxEntry { id: id.to_owned(), due: night(35), notice, published: Vec::new(), attempts: 0 }
}

fn alone(name: &'static str, issue: Issue, transition: Option<Transition>, why: Why) -> Example {
    let section = section(vec![(&issue, transition.into_iter().collect())], Placing::First { waited_seconds: 30 });
    told(name, Form::Alone, why, vec![section], vec![issue])
}

/// The state of an alarm over error rates, as CloudWatch tells it.
fn alarm(name: &'static str, state: &str, seconds: i64, values: &[Option<f64>], fired_at: Option<Timestamp>) -> Example {
    let stat = |id: &str, metric: &str| {
        json!({"Id": id, "ReturnData": false, "MetricStat": {"Metric": {"Dimensions": [], "MetricName": metric, "Namespace": "shop/prod/checkout"}, "Period": 300,
            "Stat": "Sum"}})
    };
    let text = json!({
        "AlarmName": "shop-prod-checkout-error-rate", "AlarmDescription": "d", "NewStateValue": state,
        "NewStateReason": "Threshold Crossed: 2 out of the last 2 datapoints [9.2 (23/11/26 03:05:00), 8.0 (23/11/26 03:00:00)] were greater than the threshold (5.0) \
                           (minimum 2 datapoints for OK -> ALARM transition).",
        "StateChangeTime": night(seconds).strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string(),
        "Trigger": {"Period": 300, "EvaluationPeriods": 2, "DatapointsToAlarm": 2, "ComparisonOperator": "GreaterThanThreshold", "Threshold": 5.0, "Metrics": [
            {"Id": "rate", "Expression": "IF(whole >= 20, 100 * FILL(part, 0) / whole, 0)", "Label": "percent", "ReturnData": true},
            stat("part", "ServerErrors"), stat("whole", "Requests")]},
    });
    let notice = AlarmNotice { fired_at, ..AlarmNotice::parse(&text.to_string()).unwrap() };
    let history = (!values.is_empty()).then(|| History { values: values.to_vec(), period_seconds: 300 });
    Example { name, entry: entry(&format!("alarm-{name}"), Notice::Alarm(Box::new(notice))), issues: Vec::new(), history }
}

/// One message of every kind and state.
pub(super) fn examples() -> Vec<Example> {
    let new = panic().issue(&[night(0)]);
    let mut burst = ordinary_days();
    burst.extend((0..42).map(|number| night(-840 + number * 20)));
    let escalating = key_error().issue(&burst);
    let mut came_back = ordinary_days();
    came_back.truncate(20);
    came_back.extend([night(-700), night(-300), night(0)]);
    let mut regressed = key_error().issue(&came_back);
    regressed.said = Some(Said { at: night(-86_400), by: "ada".to_owned(), word: Word::Resolved { in_version: None } });
    let mut resolved = key_error().issue(&ordinary_days());
    resolved.said = Some(Said { at: night(0), by: "ada".to_owned(), word: Word::Resolved { in_version: None } });
    resolved.state = IssueState::Resolved;
    let reached = key_error().issue(&ordinary_days()[..100]);
    let ongoing = panic().issue(&(0..9).map(|hour| night(-3600 * 4 + hour * 1700)).collect::<Vec<_>>());
    let other = Fault {
        number: 0x0b0e,
        kind: "IndexError",
        template: "list index out of range".to_owned(),
        message: "list index out of range".to_owned(),
        ..key_error()
    };
    let other = other.issue(&[night(-20), night(-10)]);
    let refused = refused().issue(&[night(-200), night(-100), night(-50)]);
    let first = || Why::First { waited_seconds: 30 };
    let escalation = Transition::Escalating { count: 42, minutes: 15, limit: 10 };
    let later = || Placing::Later { told_at: night(-900) };

    let digest = vec![
        section(vec![(&escalating, vec![escalation.clone()]), (&other, vec![Transition::New])], later()),
        section(vec![(&refused, vec![Transition::New])], Placing::Limited),
        section(vec![(&ongoing, vec![])], Placing::Repeat { told_at: night(-14_400), more: 8 }),
    ];
    let mut overflow = told("digest_of_a_storm", Form::Digest, Why::Digest { every_seconds: 300 }, storm(), Vec::new());
    let mut counts = told("digest_of_counts", Form::Digest, Why::Digest { every_seconds: 300 }, Vec::new(), Vec::new());
    for (example, waiting) in [(&mut overflow, 3), (&mut counts, 0)] {
        if let Notice::Told(told) = &mut example.entry.notice {
            told.suppressed = vec![
                Suppressed { reason: Suppression::TooMany, service: "payments".to_owned(), notices: 129 },
                Suppressed { reason: Suppression::Inhibited, service: "checkout".to_owned(), notices: 14 },
                Suppressed { reason: Suppression::Ignored, service: String::new(), notices: 1 },
            ];
            told.waiting = waiting;
        }
    }
    let group = vec![section(vec![(&escalating, vec![escalation.clone()]), (&other, vec![Transition::New])], Placing::First { waited_seconds: 30 })];
    let rising = [Some(0.0), Some(0.4), None, Some(0.0), Some(0.6), Some(0.2), Some(0.0), Some(1.1), Some(0.9), Some(2.4), Some(8.0), Some(9.2)];
    let falling = [Some(0.6), Some(0.2), Some(0.0), Some(1.1), Some(2.4), Some(8.0), Some(9.2), Some(12.5), Some(11.0), Some(4.0), Some(0.3), Some(0.0)];
    vec![
        alone("new", new, Some(Transition::New), Why::Critical),
        alone("escalating", escalating.clone(), Some(escalation), first()),
        alone("regressed", regressed, Some(Transition::Regressed), first()),
        alone("reached", reached, Some(Transition::Reached { step: 100 }), first()),
        alone("ongoing", ongoing.clone(), None, Why::Repeat { after_seconds: 4 * 3600 }),
        alone("resolved", resolved, Some(Transition::Resolved), first()),
        told("group", Form::Group, first(), group, vec![escalating]),
        told("digest", Form::Digest, Why::Digest { every_seconds: 300 }, digest, Vec::new()),
        overflow,
        counts,
        alarm("alarm_firing", "ALARM", 12, &rising, None),
        alarm("alarm_resolved", "OK", 1524, &falling, Some(night(12))),
        alarm("alarm_without_history", "ALARM", 12, &[], None),
        composite(),
        of_impact("alarm_impact", "ALARM", 13, None),
        of_impact("alarm_impact_resolved", "OK", 1333, Some(night(13))),
        foreign(),
    ]
}

/// Many kinds of errors at once.
fn storm() -> Vec<Section> {
    (0..3_u8)
        .map(|category| {
            let issues: Vec<Issue> = (0..16_u8)
                .map(|number| {
                    let kind =
                        Fault { number: u128::from(category) << 100 | u128::from(number + 1) << 96, ..if category == 0 { panic() } else { key_error() } };
                    kind.issue(&(0..=i64::from(number)).map(|second| night(-60 + second)).collect::<Vec<_>>())
                })
                .collect();
            let mut section = section(issues.iter().map(|issue| (issue, vec![Transition::New])).collect(), Placing::Limited);
            if category == 2 {
                section.category = "database".to_owned();
            }
            section
        })
        .collect()
}

/// A composite alarm: no metric of its own.
fn composite() -> Example {
    let text = json!({
        "AlarmName": "shop-prod-anything", "AlarmDescription": "something of the shop is broken", "NewStateValue": "ALARM",
        "NewStateReason": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop-prod-checkout-error-rate transitioned to ALARM at Monday 23 November, 2026 03:10:12 UTC",
        "StateChangeTime": "2026-11-23T03:10:13.000+0000", "AlarmRule": "ALARM(shop-prod-checkout-error-rate)",
    });
    let notice = AlarmNotice::parse(&text.to_string()).unwrap();
    Example { name: "alarm_composite", entry: entry("alarm-composite", Notice::Alarm(Box::new(notice))), issues: Vec::new(), history: None }
}

/// A composite alarm of the plan: as CloudWatch tells it, with the alarms that made it change.
fn of_impact(name: &'static str, state: &str, seconds: i64, fired_at: Option<Timestamp>) -> Example {
    let arn = |name: &str| format!("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop-prod-checkout-{name}");
    let text = json!({
        "AlarmName": "shop-prod-checkout-impact", "AlarmDescription": "d", "NewStateValue": state,
        "NewStateReason": format!("{} transitioned to {state} at Monday 23 November, 2026 03:10:12 UTC", arn("error-rate")),
        "StateChangeTime": night(seconds).strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string(), "AlarmArn": arn("impact"),
        "AlarmRule": "ALARM(\"shop-prod-checkout-error-rate\") OR ALARM(\"shop-prod-checkout-latency\")",
        "TriggeringChildren": [{"Arn": arn("error-rate"), "State": {"Value": state}}, {"Arn": arn("latency"), "State": {"Value": state}}],
    });
    let notice = AlarmNotice { fired_at, ..AlarmNotice::parse(&text.to_string()).unwrap() };
    Example { name, entry: entry(&format!("alarm-{name}"), Notice::Alarm(Box::new(notice))), issues: Vec::new(), history: None }
}

/// An alarm somebody else made, which the plan does not know.
fn foreign() -> Example {
    let text = json!({
        "AlarmName": "it's the queue's age", "AlarmDescription": "see the wiki", "NewStateValue": "ALARM", "NewStateReason": "Threshold Crossed",
        "StateChangeTime": "2026-11-23T03:10:13.000+0000", "Trigger": {"Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage", "Statistic": "MAXIMUM",
            "Unit": "Seconds", "Dimensions": [{"name": "QueueName", "value": "orders"}], "Period": 60, "EvaluationPeriods": 5, "Threshold": 600.0,
            "ComparisonOperator": "GreaterThanThreshold"},
    });
    let notice = AlarmNotice::parse(&text.to_string()).unwrap();
    let history =
        History { values: [12, 30, 80, 200, 410, 560, 700, 1400, 2100, 2800, 3500, 4200].map(|age| Some(f64::from(age))).to_vec(), period_seconds: 60 };
    Example { name: "alarm_of_somebody_else", entry: entry("alarm-foreign", Notice::Alarm(Box::new(notice))), issues: Vec::new(), history: Some(history) }
}

/// A new error whose every text is this one.
pub(super) fn with_log_text(text: &str) -> Example {
    let kind = Fault { template: text.to_owned(), message: text.to_owned(), kind: "", ..panic() };
    alone("hostile", kind.issue(&[night(0)]), Some(Transition::New), Why::Critical)
}
