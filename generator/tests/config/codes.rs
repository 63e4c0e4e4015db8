//! One config per code, and what is said about it. A code without a case here does not compile.

use std::fmt::Write;

use skywarden_generator::config::{Code, Loaded, Templates};

use crate::support::{load, load_with, service_with, smallest_with, text_of};

/// A metric with these settings on the smallest config.
fn metric_with(settings: &str) -> Loaded {
    load(&[&smallest_with(&format!("metrics:\n  - {{ name: Orders, from: checkout, {settings} }}\n"))])
}

fn one(text: &str) -> Loaded {
    load(&[text])
}

fn case(code: Code) -> Loaded {
    match code {
        Code::YamlSyntax => one(&smallest_with("metrics:\n\t- name: Orders\n")),
        Code::EmptyConfig => one("# nothing here yet\n"),
        Code::SeveralDocuments => one(&smallest_with("---\nproject: other\n")),
        Code::DuplicateKey => one(&smallest_with("project: again\n")),
        Code::UnknownKey => one(&service_with("retension: 90d, <<: { http: false }, colour: red")),
        Code::MissingKey => one("services:\n  checkout: {}\nroutes:\n  - { severity: critical }\n"),
        Code::WrongType => metric_with("where: { $.event = \"order_placed\" }, value: [1]"),
        Code::NullRemoves => load(&[&smallest_with("owner: team-a\n"), "owner: null\nowners: null\n"]),
        Code::TooLarge => one(&alias_bomb()),
        Code::BadName => one("project: My Shop\nservices:\n  Check_out: { runtime: lambda }\n  true: { runtime: ecs }\nroutes: [{ email: a@example.com }]\n"),
        Code::UnknownWord => one(&service_with("format: jsonl")),
        Code::BadDuration => one(&service_with("retention: 90")),
        Code::BadWindow => one(&service_with("alarms: { latency: { for: 6 of 5 minutes }, no_logs: { for: 2000 minutes } }")),
        Code::BadPercentage => one(&service_with("alarms: { error_rate: { above: 5 } }")),
        Code::BadRetention => one(&service_with("retention: 45d")),
        Code::OutOfRange => metric_with("by: { Currency: $.currency }, limit: 0"),
        Code::BadPattern => metric_with("where: '{ $.event == \"order_placed\" }'"),
        Code::BadSelector => metric_with("value: amount, by: { Item: '$.items[*].name' }"),
        Code::BadUnit => metric_with("unit: milliseconds"),
        Code::BadStatistic => metric_with("alarm: { above: 5, statistic: p90 }"),
        Code::BadAddress => one(
            "project: shop\nregion: Europe\nservices: { a: { runtime: ecs, runbook: wiki, encryption: arn:aws:kms:alias/x } }\nroutes: [{ email: oncall, sqs: a.fifo, sms: 0151 12345678, chat: ['slack:#ops', 'teams:a/b', ops] }]\n",
        ),
        Code::LiteralSecret => {
            one("project: shop\nservices: { a: { runtime: ecs } }\nroutes: [{ email: a@example.com, webhook: https://hooks.example.com/T0/B0/secret }]\n")
        }
        Code::BadFormat => one(BAD_FORMATS),
        Code::BadMasking => one(BAD_MASKING),
        Code::BadQuietHours => one(&smallest_with("errors: { notify: { quiet: 22:00-7 except critical, time_zone: Europe/Berlim } }\n")),
        Code::UnknownService => {
            one(&smallest_with("metrics: [{ name: Orders, from: chekout }]\nerrors: { rules: [{ when: { service: pay }, severity: info }] }\n"))
        }
        Code::DuplicateMetric => one(&smallest_with("metrics:\n  - { name: OrderValue, from: checkout }\n  - { name: order_value, from: checkout }\n")),
        Code::ReservedName => {
            one("project: shop\nservices: { overview: { runtime: ecs } }\nmetrics: [{ name: Requests, from: overview }]\nroutes: [{ email: a@example.com }]\n")
        }
        Code::DuplicateLogGroup => one(
            "project: shop\nservices:\n  a: { runtime: ecs, log_group: /ecs/all }\n  b: { runtime: ecs, log_group: /ecs/all }\nroutes: [{ email: a@example.com }]\n",
        ),
        Code::DuplicateRoute => one(
            "project: shop\nservices: { a: { runtime: ecs } }\nroutes:\n  - { email: a@example.com }\n  - { email: [b@example.com, b@example.com], sqs: q }\n",
        ),
        Code::DuplicateAlarm => one(
            "project: shop\nservices: { a: { runtime: ecs }, a-error: { runtime: ecs } }\nmetrics: [{ name: rate, from: a-error, alarm: { above: 1 } }]\nroutes: [{ email: a@example.com }]\n",
        ),
        Code::UnheardSeverity => one("project: shop\nservices: { a: { runtime: ecs } }\nroutes: [{ severity: [critical, warning], email: a@example.com }]\n"),
        Code::NoFallback => one("project: shop\nservices: { a: { runtime: ecs } }\nroutes: [{ sqs: ops }]\n"),
        Code::NotApplicable => one(&service_with("http: false, alarms: { latency: { above: 2s } }")),
        Code::NoEffect => one(&service_with("log_group: { existing: true }, retention: 30d")),
        Code::NoFreeSubscription => one("project: shop\nservices: { a: { runtime: ecs, existing_subscriptions: 2 } }\nroutes: [{ email: a@example.com }]\n"),
        Code::AwsLimit => one(
            "project: the-longest-name-a-project-has\nenvironment: preproduction-eu\nservices: { a: { runtime: ecs } }\nroutes: [{ email: a@example.com }]\n",
        ),
        Code::UnknownMetric => metric_with("alarm: { share_of: Request, above: 5% }"),
        Code::BadObjective => one(BAD_OBJECTIVES),
        Code::BadTarget => one(BAD_TARGETS),
        Code::BadObjectiveWindow => one(&service_with("slo: [{ availability: 99.9%, window: 1 month }, { latency: 99%, below: 1s, window: 14d }]")),
        Code::DuplicateObjective => one(&service_with("slo: [{ latency: 99%, below: 300ms }, { latency: 99.9%, below: 2s }]")),
        Code::ImpactCycle => one(IMPACT_CYCLE),
        Code::UnknownAlarm => one(&service_with("alarms: { impact: { of: [eror_rate, Declined, latency] } }")),
        Code::NoImpact => one(NO_IMPACT),
        Code::BadMaintenance => one(&smallest_with(BAD_MAINTENANCE)),
        Code::DuplicateWindow => {
            one(&smallest_with("maintenance:\n  - { name: night, at: Sun 02:00, for: 2h }\n  - { name: night, at: Mon 02:00, for: 2h }\n"))
        }
        Code::BadRate => one(&smallest_with("delivery: { through: kinesis, expect: 5 MB }\n")),
        Code::DeliveryConflict => one(&smallest_with(CONFLICTS)),
        Code::OtherAccount => one(OTHER_ACCOUNT),
        Code::BadTemplate => {
            let mut templates = Templates::builtin();
            templates.replace("alarms/no_logs.txt", "{{ servize }} is silent".to_owned()).unwrap();
            load_with(&[&smallest_with("")], &templates)
        }
        Code::NeverPublished => one(&smallest_with(NEVER_PUBLISHED)),
        Code::UnlistedMetric => {
            one(&smallest_with("alarms: [{ name: age, metric: AWS/SQS AproximateAgeOfOldestMessage, of: { QueueName: q }, statistic: Maximum, above: 600 }]\n"))
        }
        Code::BadLogQuery => {
            one(&smallest_with("alarms: [{ name: bots, service: checkout, query: 'filter bot = 1 | stats pct(n, 99) by client', above: 100 }]\n"))
        }
        Code::BadNamePattern => one(&smallest_with("names: { alarms: '{service}-{project}-{servize}' }\n")),
        Code::BadCatalogue => {
            let mut templates = Templates::builtin();
            let rule = "  - id: oom\n    first_step: look\n    examples: [{ type: A }]\n    counterexamples: [{ type: B }]\n";
            let text = format!("category: oom\nseverity: critical\nretry: no\nrules:\n{rule}{rule}    types: [A]\n");
            templates.replace("catalogue/errors/oom.yaml", text).unwrap();
            load_with(&[&smallest_with("")], &templates)
        }
    }
}

/// Two circles of services.
const IMPACT_CYCLE: &str = r"project: shop
services:
  a: { runtime: ecs, alarms: { impact: { unless: [b] } } }
  b: { runtime: ecs, alarms: { impact: { unless: [c] } } }
  c: { runtime: ecs, alarms: { impact: { unless: [a] } } }
  d: { runtime: ecs, alarms: { impact: { unless: [d] } } }
routes: [{ email: a@example.com }]
";

/// A service without parts, and one that waits for a service without an impact alarm.
const NO_IMPACT: &str = r"project: shop
services:
  a: { runtime: ecs, alarms: { impact: { unless: [b] } } }
  b: { runtime: ecs }
  c: { runtime: ecs, alarms: { error_rate: off, latency: off, no_logs: off, impact: on } }
routes: [{ email: a@example.com }]
";

/// Every way a window can be wrong.
const BAD_MAINTENANCE: &str = r"maintenance:
  - { name: a, at: Sum 02:00, for: 2h }
  - { name: b, at: 2027-02-30 02:00, for: 2h }
  - { name: c, at: Sun 24:00, for: 90s }
  - { name: d, at: Sun 02:00, for: 16 days }
  - { name: e, at: daily 02:00, for: 1 day }
  - { name: f, at: 'Mon,Tue 02:00', for: 24 hours }
  - { name: g, at: Sun 02:00, for: 2h, zone: Europe/Berlim }
  - { name: h, at: [1], for: 2h }
";

/// Metrics AWS never publishes so.
const NEVER_PUBLISHED: &str = r"region: eu-west-1
alarms:
  - { name: table, metric: AWS/DynamoDB UserErrors, of: { TableName: orders }, above: 5 }
  - { name: index, metric: AWS/DynamoDB ReadThrottleEvents, of: { TableName: orders, IndexName: by-day }, above: 5 }
  - { name: queue, metric: AWS/SQS ApproximateAgeOfOldestMessage, of: { Queue: orders }, above: 10 minutes }
  - { name: bucket, metric: AWS/S3 5xxErrors, of: { BucketName: invoices }, above: 5 }
  - { name: nothing, metric: AWS/SQS NumberOfMessagesSent, below: 1 }
  - { name: edge, metric: AWS/CloudFront 5xxErrorRate, of: { DistributionId: E1, Region: eu-west-1 }, above: 5% }
  - { name: share, metric: AWS/Lambda Errors, of: { FunctionName: f }, share_of: AWS/Lambda Invocations, share_dimensions: { Function: f }, above: 5% }
";

/// Every setting of the delivery that has nothing to be about.
const CONFLICTS: &str =
    "delivery: { shards: 4, retention: 48h, expect: 5 MB/s, except: [/aws/lambda/shop-checkout], from: { accounts: [\"444455556666\"] } }\n";

/// What is in one account and looked at from another.
const OTHER_ACCOUNT: &str = r#"project: shop
account: "111122223333"
region: eu-west-1
delivery: kinesis
services:
  checkout: { runtime: ecs, alarms: { impact: { unless: [till] } } }
  till: { runtime: ecs, account: "444455556666", alarms: { impact: on } }
metrics:
  - { name: SaleValue, from: till, where: '{ $.event = "sale" }', value: $.amount, by: { Shop: $.shop }, limit: 40, alarm: { above: 9000 } }
routes: [{ email: a@example.com }]
"#;

/// Every way a line format can be wrong, one a service.
const BAD_FORMATS: &str = r"project: shop
services:
  a: { runtime: ecs, format: { regex: '(?<level>\w+ (?<message>.*' } }
  b: { runtime: ecs, format: { regex: '(?<level>\w+)(?= x)' } }
  c: { runtime: ecs, format: { regex: '^(\w+) (.*)$' } }
  d: { runtime: ecs, format: { regex: '(?<message>\w{900})' } }
  e: { runtime: ecs, format: { regex: '(?<timestamp>\S+) (?<message>.*)', time: '%H:%M:%S' } }
  f: { runtime: ecs, format: { regex: '(?<message>.*)', time: '%d/%b/%Y:%H:%M:%S %z' } }
  g: { runtime: ecs, format: { time: '%s', pattern: x } }
routes: [{ email: a@example.com }]
";

/// Every way an objective can say too little, too much, or what no alarm can look at.
const BAD_OBJECTIVES: &str = r"project: shop
services:
  checkout:
    runtime: lambda
    slo:
      - { availabilty: 99.9% }
      - { name: empty }
      - { availability: 99.9%, latency: 99%, below: 1s }
      - { name: both, metric: Invoices, above: 5, below: 7, target: 99% }
      - { name: hourly, metric: Invoices, above: 5, period: 1h, target: 99% }
      - { name: odd, metric: Invoices, above: 5, period: 2m, target: 99% }
metrics: [{ name: Invoices, from: checkout }]
routes: [{ email: a@example.com }]
";

/// Every way a target can leave too little or too much of a budget.
const BAD_TARGETS: &str = r"project: shop
services:
  checkout:
    runtime: lambda
    slo:
      - { name: a, availability: 100% }
      - { name: b, availability: 0% }
      - { name: c, availability: 99.9 }
      - { name: d, availability: 99.99999% }
      - { name: e, availability: high }
      - { name: f, availability: 90% }
      - { name: g, latency: 95%, below: 1s, window: 90d }
      - { name: h, metric: Invoices, above: 5, target: 99.999% }
metrics: [{ name: Invoices, from: checkout }]
routes: [{ email: a@example.com }]
";

/// Every way a masking can be wrong that fits on a line.
const BAD_MASKING: &str = r"project: shop
services: { a: { runtime: ecs } }
routes: [{ email: a@example.com }]
mask:
  keys: [card_number, '---']
  paths: [user.card, a..b, 'items[0', '**']
  patterns:
    - { name: unclosed, regex: 'CUST-([0-9]+' }
    - { name: look-ahead, regex: 'a(?=b)' }
    - { name: large, regex: '\w{200}{9}' }
    - { name: empty, regex: 'a*', mask: 'not here' }
    - { name: good, regex: 'a+' }
    - { name: good, regex: 'b+' }
    - { name: jwt, regex: 'c+' }
    - { name: a b, regex: 'd+', colour: red }
    - { regex: 'e+' }
  also: [ip-adress, ip-address, jwt]
  allow: [ip-address, phone-number]
  labels: maybe
";

/// A few lines of aliases that would be ten million values.
fn alias_bomb() -> String {
    let mut text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n".to_owned();
    for level in 1..7 {
        let previous = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{previous}]").unwrap();
    }
    text
}

#[test]
fn every_code_is_explained_with_its_place_and_a_hint() {
    for code in Code::ALL {
        let loaded = case(*code);
        let own: Vec<_> = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.code == *code).collect();
        assert!(!own.is_empty(), "{code} is not among {:?}", loaded.diagnostics);
        for diagnostic in own {
            assert!(diagnostic.hint.is_some(), "{code} has no hint");
            assert!(!diagnostic.message.ends_with('.'), "{code}: {}", diagnostic.message);
        }
        let name = format!("{}-{}", code.as_str(), code.name());
        insta::assert_snapshot!(name, text_of(&loaded));
    }
}
