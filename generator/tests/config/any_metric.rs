//! Alarms on any metric, on the time a queue takes to be empty, and on queries of the log.

use std::collections::BTreeMap;

use skywarden_generator::{
    config::Templates,
    model::{Alarm, Comparison, Condition, FewSamples, LogQuery, MetricStatistic, MissingData, Model, Side, Signal},
};

use crate::support::{alarm, compared, errors, load, load_with, model, service, smallest_with, text_of};

/// The smallest config with one alarm.
fn config(alarm: &str) -> String {
    smallest_with(&format!("alarms:\n  - {{ name: it, {alarm} }}\n"))
}

/// The project's own alarm.
fn of_project(alarm: &str) -> Alarm {
    model(&config(alarm)).alarms.remove(0)
}

fn periods(alarm: &Alarm) -> (u32, u32, u32) {
    (alarm.datapoints_to_alarm, alarm.evaluation_periods, alarm.period_seconds)
}

fn warned(text: &str) -> String {
    let loaded = load(&[text]);
    assert!(loaded.model.is_some(), "{}", text_of(&loaded));
    text_of(&loaded)
}

const AGE: &str = "metric: AWS/SQS ApproximateAgeOfOldestMessage, of: { QueueName: orders }";
const DURATION: &str = "metric: AWS/Lambda Duration, of: { FunctionName: f }";

#[test]
fn an_alarm_is_its_services_or_the_projects_own() {
    let own = of_project(&format!("{AGE}, above: 10 minutes"));
    assert_eq!((own.name.as_str(), own.title.as_str()), ("shop-prod-it", "shop: Maximum of ApproximateAgeOfOldestMessage above 600 s"));
    let model = model(&config(&format!("service: checkout, {AGE}, above: 10 minutes")));
    let of_service = alarm(service(&model, "checkout"), "it");
    assert_eq!((of_service.title.as_str(), model.alarms.len()), ("checkout: Maximum of ApproximateAgeOfOldestMessage above 600 s", 0));
    let Signal::Metric(metric) = &of_service.signal else { panic!("a metric") };
    assert_eq!((metric.namespace.as_str(), metric.statistic.as_str()), ("AWS/SQS", "Maximum"));
    assert_eq!(metric.dimensions, [("QueueName".to_owned(), "orders".to_owned())]);
}

#[test]
fn the_unit_of_a_listed_metric_is_known() {
    for (typed, value, unit) in [
        (format!("{AGE}, above: 10 minutes"), 600.0, "Seconds"),
        (format!("{AGE}, above: 90"), 90.0, "Seconds"),
        (format!("{DURATION}, above: 1.5s"), 1_500.0, "Milliseconds"),
        ("metric: AWS/EC2 CPUUtilization, of: { InstanceId: i-1 }, above: 80%".to_owned(), 80.0, "Percent"),
        ("metric: a/b Wait, statistic: p90, unit: Microseconds, above: 2ms".to_owned(), 2_000.0, "Microseconds"),
        ("metric: a/b Wait in line, statistic: Maximum, above: 7".to_owned(), 7.0, "None"),
        (format!("{DURATION}, statistic: SampleCount, above: 9"), 9.0, "Count"),
    ] {
        let found = of_project(&typed);
        assert_eq!((compared(&found).1, found.unit.as_str()), (value, unit), "{typed}");
    }
}

#[test]
fn a_share_of_a_limit_is_a_threshold() {
    let found = of_project(&format!("{DURATION}, limit: 10s, above: 80%"));
    assert_eq!(compared(&found), (Comparison::Above, 8_000.0));
    assert_eq!(found.title, "shop: p99 of Duration above 80 % of 10000 ms");
    let memory = of_project("metric: a/b Used, statistic: Maximum, limit: 512, above: 75%");
    assert_eq!(compared(&memory), (Comparison::Above, 384.0));
}

#[test]
fn a_share_of_another_metric_has_its_dimensions_unless_others_are_named() {
    let sum = |name: &str, dimensions: &[(&str, &str)]| MetricStatistic {
        namespace: "AWS/Lambda".to_owned(),
        name: name.to_owned(),
        dimensions: dimensions.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        statistic: "Sum".to_owned(),
    };
    let throttles = "metric: AWS/Lambda Throttles, of: { FunctionName: f }, share_of: AWS/Lambda Invocations, above: 1%";
    let found = of_project(throttles);
    let f = [("FunctionName", "f")];
    assert_eq!(found.signal, Signal::Percentage { part: sum("Throttles", &f), whole: sum("Invocations", &f), min_whole: 20 });
    assert_eq!((periods(&found), found.unit.as_str(), found.missing), ((2, 2, 300), "Percent", MissingData::NotBreaching));
    assert_eq!(found.title, "shop: Throttles above 1 % of Invocations");
    let found = of_project(&format!("{throttles}, share_dimensions: {{}}, min: 100"));
    assert_eq!(found.signal, Signal::Percentage { part: sum("Throttles", &f), whole: sum("Invocations", &[]), min_whole: 100 });
}

#[test]
fn windows_and_missing_data_have_defaults_by_what_is_looked_at() {
    for (typed, expected, missing) in [
        (format!("{AGE}, above: 600"), (3, 3, 300), MissingData::NotBreaching),
        (format!("{AGE}, above: 600, for: 3 of 5 minutes"), (3, 5, 60), MissingData::NotBreaching),
        ("metric: AWS/Lambda Errors, of: { FunctionName: f }, above: 5, for: 10 minutes".to_owned(), (1, 1, 600), MissingData::NotBreaching),
        ("metric: AWS/SQS NumberOfMessagesSent, of: { QueueName: q }, below: 1, for: 1 hour".to_owned(), (1, 1, 3_600), MissingData::Breaching),
        (
            "metric: AWS/S3 BucketSizeBytes, of: { BucketName: b, StorageType: StandardStorage }, above: 1e12".to_owned(),
            (1, 1, 86_400),
            MissingData::NotBreaching,
        ),
        (format!("{AGE}, above: 600, missing: ignore"), (3, 3, 300), MissingData::Ignore),
    ] {
        let found = of_project(&typed);
        assert_eq!((periods(&found), found.missing), (expected, missing), "{typed}");
    }
    let low = of_project("metric: AWS/ApplicationELB RequestCount, of: { LoadBalancer: app/a/1 }, unusual: low, width: 3");
    assert_eq!((low.condition, low.missing), (Condition::Unusual { side: Side::Low, width: 3.0 }, MissingData::Breaching));
}

/// What an alarm of the list is told by others.
fn told(common: &str, more: &str) -> Model {
    model(&format!(
        "project: shop\ndefaults: {{ alarms: {{ severity: info, warm_up: 10 minutes, few_samples: ignore }} }}\nservices:\n  checkout: {{ runtime: lambda, alarms: {{ {common} }} }}\nroutes:\n  - {{ email: team@example.com }}\nalarms:\n  - {{ name: it, {more} }}\n"
    ))
}

#[test]
fn what_is_said_of_all_alarms_is_said_of_these() {
    let of_service = told("severity: error, for: 30 minutes", &format!("service: checkout, {DURATION}, above: 2s, silenced: see INC-12"));
    let found = alarm(service(&of_service, "checkout"), "it");
    assert_eq!((found.severity.as_str(), found.warm_up_minutes, periods(found)), ("error", Some(10), (6, 6, 300)));
    assert_eq!((found.silenced.as_deref(), found.few_samples), (Some("see INC-12"), FewSamples::Ignore));
    let own = told("severity: error", &format!("{DURATION}, above: 2s, few_samples: evaluate"));
    assert_eq!((own.alarms[0].severity.as_str(), own.alarms[0].few_samples), ("info", FewSamples::Evaluate));
    assert_eq!(alarm(service(&own, "checkout"), "latency").few_samples, FewSamples::Ignore);
}

#[test]
fn a_time_to_drain_is_of_three_metrics_of_one_queue() {
    let found = of_project("drain: { queue: orders.fifo }, above: 30 minutes");
    let Signal::Drain { visible, sent, deleted } = &found.signal else { panic!("a drain") };
    assert_eq!([visible, sent, deleted].map(|metric| metric.statistic.as_str()), ["Maximum", "Sum", "Sum"]);
    assert!([visible, sent, deleted].iter().all(|metric| metric.dimensions == [("QueueName".to_owned(), "orders.fifo".to_owned())]));
    assert_eq!((compared(&found).1, found.unit.as_str(), periods(&found), found.missing), (1_800.0, "Seconds", (3, 3, 300), MissingData::NotBreaching));
}

#[test]
fn a_query_runs_over_the_log_of_its_service() {
    let model = model(&config("service: checkout, query: 'filter bot = 1 | stats count(*) as n by client', above: 100, every: 10 minutes, for: 30 minutes"));
    let found = alarm(service(&model, "checkout"), "it");
    let query = LogQuery { text: "filter bot = 1".to_owned(), aggregation: "count(*) by client".to_owned(), log_group: "/aws/lambda/shop-checkout".to_owned() };
    assert_eq!((&found.signal, periods(found), found.unit.as_str()), (&Signal::Query(query), (3, 3, 600), "Count"));
    assert_eq!(found.title, "checkout: count(*) by client of a query of the log above 100");
    let model = self::model(&config("service: checkout, query: 'stats max(d)', unit: Milliseconds, above: 2s, every: 1 hour, for: 2 of 3 hours"));
    let found = alarm(service(&model, "checkout"), "it");
    assert_eq!((compared(found).1, periods(found)), (2_000.0, (2, 3, 3_600)));
}

#[test]
fn trimmed_means_are_statistics_everywhere() {
    for (typed, expected) in [("tm99", "tm99"), ("'TM(10%:90%)'", "TM(10%:90%)"), ("'TM(:99%)'", "tm99"), ("IQM", "IQM")] {
        let text = format!(
            "project: shop\nservices:\n  checkout: {{ runtime: lambda, alarms: {{ latency: {{ statistic: {typed} }} }} }}\nroutes: [{{ email: a@example.com }}]\nmetrics: [{{ name: Wait, from: checkout, value: $.wait, alarm: {{ above: 5, statistic: {typed} }} }}]\nalarms: [{{ name: it, service: checkout, {DURATION}, statistic: {typed}, above: 5s }}]\n"
        );
        let model = model(&text);
        for name in ["latency", "Wait", "it"] {
            let Signal::Metric(metric) = &alarm(service(&model, "checkout"), name).signal else { panic!("a metric") };
            assert_eq!(metric.statistic, expected, "{name}");
        }
    }
}

#[test]
fn what_does_not_fit_together_is_refused() {
    for (typed, expected) in [
        ("above: 5", "missing-key: an alarm needs `metric`, `drain` or `query`"),
        ("metric: a/b C, drain: { queue: q }, statistic: Sum, above: 5", "missing-key: an alarm has one of `metric`, `drain` and `query`"),
        ("metric: a/b C, statistic: Sum", "missing-key: an alarm needs `above`, `below` or `unusual`"),
        ("metric: a/b C, statistic: Sum, above: 5, below: 1", "missing-key: an alarm has one of `above`, `below` and `unusual`"),
        ("metric: a/b C, above: 5", "missing-key: which statistic of C says something is not known, so the alarm needs `statistic`"),
        ("metric: Requests, statistic: Sum, above: 5", "wrong-type: `Requests` is no metric: namespace and name, with a space between them"),
        ("metric: a/b C, statistic: Sum, above: 5, every: 5 minutes", "not-applicable: `every` means nothing beside `metric`"),
        ("metric: a/b C, statistic: Sum, above: 5s", "wrong-type: `C` is in None, not in a unit of time"),
        ("metric: a/b C, statistic: Sum, above: 5%", "wrong-type: `C` is no share"),
        ("metric: a/b C, statistic: Sum, of: [D], above: 5", "wrong-type: expected the dimensions as a map, found a list"),
        ("metric: a/b C, statistic: Sum, of: { D: [x] }, above: 5", "wrong-type: expected the value of dimension `D`, found a list"),
        ("metric: a/b C, statistic: Sum, of: { D: Größe }, above: 5", "bad-name: a value of a dimension has 1 to 1024 ASCII characters"),
        ("metric: a/b C, statistic: Sum, unusual: low, share_of: a/b D", "not-applicable: what is usual is known of a metric, not of a share"),
        ("metric: a/b C, statistic: Sum, unusual: low, limit: 5", "not-applicable: `limit` is of a threshold, and `unusual` has none"),
        ("metric: a/b C, share_of: a/b D, limit: 5, above: 5%", "not-applicable: an alarm is on a share of `limit` or on one of `share_of`"),
        ("metric: a/b C, share_of: a/b D, above: 5", "wrong-type: the threshold of a share is a percentage"),
        ("metric: a/b C, share_of: a/b D, statistic: p90, above: 5%", "bad-statistic: a share is of sums, and `p90` is none"),
        ("metric: a/b C, statistic: Sum, limit: 10, above: 5", "wrong-type: beside `limit` the threshold is a share of it, and that is a percentage"),
        ("metric: a/b C, statistic: Sum, limit: 10%, above: 5%", "wrong-type: the limit of `C` is in None, not a percentage"),
        ("metric: a/b C, statistic: Sum, unusual: high, for: 2 days", "aws-limit: what is usual is known for periods of at most an hour"),
        (
            "metric: AWS/S3 NumberOfObjects, of: { BucketName: b, StorageType: AllStorageTypes }, above: 5, for: 3 of 5 minutes",
            "bad-window: AWS sends this metric once in 1 day, and the alarm looks for it more often",
        ),
        (
            "metric: AWS/ECS CPUUtilization, of: { ClusterName: c }, statistic: p99, above: 80%",
            "bad-statistic: AWS sends only sums of CPUUtilization, of which there is no p99",
        ),
        ("metric: AWS/SQS NumberOfMessagesSent, of: { QueueName: q }, unit: Bytes, above: 5", "bad-unit: NumberOfMessagesSent is in Count, not in Bytes"),
        ("drain: { queue: q }, below: 5 minutes", "not-applicable: `below` means nothing beside `drain`"),
        ("drain: { queue: q }, above: 5 minutes, few_samples: ignore", "not-applicable: `few_samples` means nothing beside `drain`"),
        ("drain: q, above: 5 minutes", "wrong-type: expected what is to become empty, found the text `q`"),
        ("drain: { queue: 'https://sqs/1/q' }, above: 5 minutes", "bad-name: `https://sqs/1/q` is not the name of a queue"),
        ("drain: { queue: q }, above: 365 days", "out-of-range: no queue takes a year to be empty: one that does not become shorter counts as that"),
        ("query: 'filter a = 1', above: 5", "missing-key: a query needs a log: the alarm needs `service`"),
        ("service: checkout, query: 'filter a = 1', above: 5, of: { A: b }", "not-applicable: `of` means nothing beside `query`"),
        ("service: checkout, query: 'filter a = 1', above: 5, for: 7 minutes", "bad-window: `for` is no number of runs of a query that runs every 5 minutes"),
        (
            "service: checkout, query: 'filter a = 1', above: 5, for: 3 of 5 minutes",
            "bad-window: `for` is no number of runs of a query that runs every 5 minutes",
        ),
        (
            "service: checkout, query: 'filter a = 1', above: 5, every: 1 minute, for: 101 minutes",
            "aws-limit: the alarm looks at 101 runs of its query, AWS allows 100",
        ),
        ("service: checkout, query: 'filter a = 1', above: 5, every: 90s", "out-of-range: a query cannot run every 90s"),
        ("service: checkout, query: 'filter a = 1', above: 5s", "wrong-type: `count(*)` is in Count, not in a unit of time"),
        ("service: chekout, drain: { queue: q }, above: 5 minutes", "unknown-service: there is no service `chekout`"),
        (
            "service: checkout, few_samples: never, metric: a/b C, statistic: p99, above: 5",
            "unknown-word: expected what a percentile of few samples does, found `never`",
        ),
    ] {
        let loaded = load(&[&config(typed)]);
        assert_eq!(errors(&loaded), [expected], "{}", text_of(&loaded));
    }
}

#[test]
fn what_means_nothing_is_told() {
    for (typed, expected) in [
        ("metric: a/b C, statistic: Sum, above: 5, min: 5", "`min` is of a share, and this alarm is on none"),
        ("metric: a/b C, statistic: Sum, above: 5, share_dimensions: { A: b }", "`share_dimensions` are of a share, and this alarm is on none"),
        ("metric: a/b C, statistic: Sum, above: 5, width: 3", "`width` is of what is usual, and this alarm has a threshold"),
        ("metric: a/b C, statistic: tm99, above: 5, few_samples: ignore", "`few_samples` is of percentiles, and tm99 is none"),
        ("metric: Sqs Depth, statistic: Sum, above: 5", "there is no namespace `Sqs` among those of AWS that are listed"),
    ] {
        assert!(warned(&config(typed)).contains(expected), "{typed}: {}", warned(&config(typed)));
    }
    let latency = "project: shop\nservices: { a: { runtime: ecs, alarms: { no_logs: { few_samples: ignore } } } }\nroutes: [{ email: a@example.com }]\n";
    assert!(warned(latency).contains("`few_samples` is of percentiles, and alarm `no_logs` has none"));
    // Unknown metrics are taken as they are, without a word.
    assert_eq!(warned(&config("metric: AWS/Braket Latency, statistic: p99, of: { deviceArn: x }, above: 5")), "");
    for unlisted in ["AWS/ApplicationELB HTTPCode_ELB_3XX_Count", "AWS/Lambda ProvisionedConcurrentExecutions", "AWS/Kinesis OutgoingBytes", "AWS/SSM Commands"]
    {
        assert_eq!(warned(&config(&format!("metric: {unlisted}, statistic: Sum, above: 5"))), "");
    }
    assert_eq!(warned(&config("metric: AWS/SQS SomethingNew, statistic: Sum, of: { Thing: x }, above: 5")), "");
}

#[test]
fn a_name_is_given_once() {
    let twice = smallest_with(&format!("alarms:\n  - {{ name: it, {AGE}, above: 5 }}\n  - {{ name: it, {AGE}, above: 9 }}\n"));
    assert_eq!(errors(&load(&[&twice])), ["duplicate-alarm: two alarms would be named `shop-prod-it`"]);
    let taken = config(&format!("service: checkout, {AGE}, above: 5")).replace("name: it", "name: latency");
    assert_eq!(errors(&load(&[&taken])), ["duplicate-alarm: service `checkout` would have two alarms named `shop-prod-checkout-latency`"]);
    let own = config(&format!("{AGE}, above: 5")).replace("name: it", "name: dead-letters");
    assert_eq!(errors(&load(&[&own])), ["duplicate-alarm: Skywarden itself and the project would both have an alarm named `shop-prod-dead-letters`"]);
    let met = config(&format!("{AGE}, above: 5")).replace("name: it", "name: checkout-latency");
    assert_eq!(errors(&load(&[&met])), ["duplicate-alarm: the project and service `checkout` would both have an alarm named `shop-prod-checkout-latency`"]);
}

#[test]
fn every_metric_of_the_catalogue_may_be_looked_at_as_it_says() {
    let text = Templates::builtin().get("catalogue/metrics.yaml").unwrap().to_owned();
    // Each metric with each of its sets, by a reading of the file of its own: one config a Region, an alarm each.
    let mut alarms: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (mut namespace, mut region, mut of_all) = ("", "eu-west-1", Vec::new());
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let indent = line.len() - line.trim_start().len();
        let (key, value) = line.trim().split_once(": ").unwrap_or((line.trim().trim_end_matches(':'), ""));
        match (indent, key) {
            (0, key) if !key.is_empty() => (namespace, region, of_all) = (key, "eu-west-1", Vec::new()),
            (2, "region") => region = "us-east-1",
            (2, "dimensions") => of_all = sets(value),
            (4, key) if key.starts_with("- ") => of_all.extend(sets(key.trim_start_matches("- "))),
            (4, name) => {
                let own = value.split_once("dimensions: ").map(|(_, rest)| sets(rest.split_once(']').unwrap().0));
                for set in own.as_ref().unwrap_or(&of_all) {
                    let dimension = |name: &str| if name.contains('=') { name.replace('=', ": ") } else { format!("{name}: x") };
                    let of: Vec<_> = set.split(", ").filter(|name| *name != "none").map(dimension).collect();
                    let alarms = alarms.entry(region).or_default();
                    alarms.push(format!("  - {{ name: a{}, metric: {namespace} {name}, of: {{ {} }}, above: 5 }}\n", alarms.len(), of.join(", ")));
                }
            }
            _ => {}
        }
    }
    for (region, alarms) in &alarms {
        assert!(alarms.len() > 5, "{region}: {alarms:?}");
        assert_eq!(warned(&smallest_with(&format!("region: {region}\nalarms:\n{}", alarms.concat()))), "");
    }
}

/// `["A, B", none]` as its items.
fn sets(list: &str) -> Vec<String> {
    let list = list.trim_matches(['[', ']', ' ']);
    let mut sets = Vec::new();
    for (number, part) in list.split('"').enumerate() {
        // What is between quotes is one set.
        if number % 2 == 1 {
            sets.push(part.to_owned());
        } else {
            sets.extend(part.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()));
        }
    }
    sets
}

#[test]
fn mistakes_in_the_catalogue_are_told() {
    let mut templates = Templates::builtin();
    let text = "AWS/SQS:\n  dimensions: [QueueName]\n  metrics:\n    Sent: Messages Sum\n    Age: { is: Seconds p200 }\n    Depth: { unit: Count }\n";
    templates.replace("catalogue/metrics.yaml", text.to_owned()).unwrap();
    let loaded = load_with(&[&config(&format!("{AGE}, statistic: Maximum, above: 5"))], &templates);
    let found = errors(&loaded);
    assert_eq!(found.iter().filter(|error| error.starts_with("bad-catalogue: a metric is a unit of CloudWatch and a statistic")).count(), 2, "{found:?}");
    assert!(found.iter().any(|error| error.starts_with("unknown-key: a metric has no key `unit`")), "{found:?}");
    // Nobody asks it: it is not read.
    assert!(load_with(&[&smallest_with("")], &templates).model.is_some());
}

#[test]
fn the_examples_of_the_page_load() {
    let page = include_str!("../../../docs/src/alarms.md");
    let blocks: Vec<&str> = page.split("```yaml\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 6, "{blocks:?}");
    for block in blocks {
        let services =
            if block.lines().any(|line| line == "services:") { "" } else { "services: { checkout: { runtime: lambda }, mailer: { runtime: ecs } }\n" };
        let loaded = load(&[&format!("project: shop\nroutes: [{{ email: team@example.com }}]\n{services}{block}")]);
        assert!(loaded.diagnostics.is_empty(), "{}", text_of(&loaded));
    }
}
