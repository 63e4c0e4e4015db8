//! The commands as a person types them: right, wrong, and in a place where they cannot work.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::Command;

const SMALL: &str = "project: shop\nservices:\n  checkout: { runtime: lambda }\nroutes:\n  - { email: oncall@example.com }\n";

fn skywarden() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skywarden"));
    command.env("COLUMNS", "100").env("NO_COLOR", "1");
    command
}

/// Standard output, standard error and exit code.
fn run(arguments: &[&str], directory: &Path) -> (String, String, i32) {
    let output = skywarden().args(arguments).current_dir(directory).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.code().unwrap())
}

fn project(config: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("skywarden.yaml"), config).unwrap();
    directory
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop")
}

/// No user ever sees a panic, a debug dump or a Rust type name.
fn assert_for_people(text: &str) {
    for rusty in ["panicked", "unwrap", "Err(", "Some(", "::", "RUST_BACKTRACE"] {
        assert!(!text.contains(rusty), "{rusty} in: {text}");
    }
}

#[test]
fn generate_writes_then_check_agrees_until_something_changes() {
    let project = project(SMALL);
    let (out, _, code) = run(&["generate"], project.path());
    assert_eq!(code, 0);
    assert!(out.contains("2 stacks"), "{out}");
    assert_eq!(run(&["generate", "--check"], project.path()).2, 0);
    let again = run(&["generate"], project.path()).0;
    assert!(again.contains("0 files new, 0 changed, 0 removed"), "{again}");

    let template = project.path().join("cdk-out/cloudformation/shop-prod-service-checkout.template.json");
    let text = fs::read_to_string(&template).unwrap();
    fs::write(&template, text.replacen("RetentionInDays\": 30", "RetentionInDays\": 31", 1)).unwrap();
    let (_, err, code) = run(&["generate", "--check"], project.path());
    assert_eq!(code, 1);
    assert!(err.contains("shop-prod-service-checkout.template.json") && err.contains("hint: run `skywarden generate`"), "{err}");
    assert_for_people(&err);
}

#[test]
fn every_mistake_is_told_in_one_run_with_its_place() {
    let project = project("project: shop\nservices:\n  checkout: { runtime: lamda, retention: 31d, retension: 1d }\nroutes: []\n");
    let (out, err, code) = run(&["generate"], project.path());
    assert_eq!((code, out.as_str()), (1, ""));
    for piece in ["skywarden.yaml:3:", "lambda", "60d", "retention"] {
        assert!(err.contains(piece), "{piece} in:\n{err}");
    }
    assert!(!project.path().join("cdk-out").exists(), "a config with mistakes writes nothing");
    assert_for_people(&err);
    let (_, err, _) = run(&["generate", "--message-format", "json"], project.path());
    let document: serde_json::Value = serde_json::from_str(&err).unwrap();
    assert!(document.to_string().contains("\"line\":3"), "{document}");
}

#[test]
fn a_missing_or_unreadable_config_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let (_, err, code) = run(&["generate"], directory.path());
    assert_eq!(code, 2);
    assert!(err.contains("cannot read skywarden.yaml: there is no such file") && err.contains("--config"), "{err}");
    fs::write(directory.path().join("latin.yaml"), b"project: caf\xe9\n").unwrap();
    let (_, err, code) = run(&["generate", "--config", "latin.yaml"], directory.path());
    assert_eq!(code, 2);
    assert!(err.contains("not UTF-8"), "{err}");
    assert_for_people(&err);
}

#[test]
fn a_config_that_is_too_large_is_told_of_like_any_other_mistake() {
    let project = project(&format!("{SMALL}#{}", "é".repeat(4 * 1024 * 1024)));
    let (_, err, code) = run(&["generate", "--message-format", "github"], project.path());
    assert_eq!(code, 1);
    assert!(err.contains("SKY009") && err.contains("more than 4194304 bytes"), "{err}");
    assert!(!err.contains("UTF-8"), "{err}");
}

#[test]
fn an_output_directory_that_cannot_be_written_is_named_and_left_alone() {
    let project = project(SMALL);
    fs::write(project.path().join("file"), "mine").unwrap();
    let (_, err, code) = run(&["generate", "--out", "file/below"], project.path());
    assert_eq!(code, 2);
    assert!(err.contains("file"), "{err}");
    assert_for_people(&err);
    let (_, err, code) = run(&["generate", "--out", "file"], project.path());
    assert_eq!(code, 2);
    assert!(err.contains("is not a directory"), "{err}");
    fs::create_dir(project.path().join("full")).unwrap();
    fs::write(project.path().join("full/notes.txt"), "mine").unwrap();
    let (_, err, code) = run(&["generate", "--out", "full"], project.path());
    assert_eq!(code, 2);
    assert!(err.contains("holds no assembly"), "{err}");
    assert_eq!(fs::read_to_string(project.path().join("full/notes.txt")).unwrap(), "mine");
}

#[test]
fn overlays_are_laid_over_each_other_and_templates_can_be_replaced() {
    let project = project(SMALL);
    fs::write(project.path().join("test.yaml"), "environment: test\n").unwrap();
    fs::create_dir_all(project.path().join("wording/messages")).unwrap();
    fs::write(project.path().join("wording/messages/subject.txt"), "{{ headline }} (ours)").unwrap();
    let (_, err, code) = run(&["generate", "--config", "skywarden.yaml", "--config", "test.yaml", "--templates", "wording"], project.path());
    assert_eq!((code, err.as_str()), (0, ""));
    let plan = fs::read_to_string(project.path().join("cdk-out/plan.json")).unwrap();
    assert!(plan.contains("\"environment\": \"test\"") && plan.contains("(ours)"));

    fs::write(project.path().join("wording/messages/subjekt.txt"), "x").unwrap();
    let (_, err, code) = run(&["generate", "--templates", "wording"], project.path());
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `messages/subject.txt`"), "{err}");
}

#[test]
fn package_names_the_functions_that_are_not_built() {
    let project = project(SMALL);
    let (_, err, code) = run(&["package"], project.path());
    assert_eq!(code, 2);
    for function in ["metrics-extractor", "error-classifier", "alert-notifier"] {
        assert!(err.contains(&format!("target/lambda/{function}/bootstrap")), "{err}");
    }
    assert!(err.contains("cargo lambda build --profile lambda --arm64"), "{err}");
}

/// The beginning of a program for a machine: 183 is arm64, 62 x86-64.
fn program(machine: u16, rest: &str) -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0".to_vec();
    bytes.extend(machine.to_le_bytes());
    bytes.extend(rest.as_bytes());
    bytes
}

#[test]
fn package_refuses_programs_that_lambda_could_not_start() {
    let project = project(SMALL);
    for (function, bytes) in
        [("metrics-extractor", program(62, "")), ("error-classifier", program(183, "")), ("alert-notifier", b"#!/bin/sh\nexit 0\n".to_vec())]
    {
        let home = project.path().join("target/lambda").join(function);
        fs::create_dir_all(&home).unwrap();
        fs::write(home.join("bootstrap"), bytes).unwrap();
    }
    let (_, err, code) = run(&["package"], project.path());
    assert_eq!(code, 2);
    assert!(err.contains("metrics-extractor/bootstrap is built for x86_64") && err.contains("alert-notifier/bootstrap is no program of Linux"), "{err}");
    assert!(!err.contains("error-classifier/bootstrap") && err.contains("on arm64") && err.contains("--arm64"), "{err}");
    assert!(!project.path().join("target/skywarden").exists());
}

/// Functions as `cargo lambda build` leaves them.
fn built(project: &Path) {
    for function in ["metrics-extractor", "error-classifier", "alert-notifier"] {
        let home = project.join("target/lambda").join(function);
        fs::create_dir_all(&home).unwrap();
        fs::write(home.join("bootstrap"), program(183, function)).unwrap();
    }
}

#[test]
fn package_says_in_which_order_stacks_are_deployed() {
    let config = "project: shop\nservices:\n  cart: { runtime: ecs, alarms: { impact: { unless: [stock] } } }\n  stock: { runtime: ecs, alarms: { impact: on } }\n\
        routes: [{ email: a@example.com }]\n";
    let project = project(config);
    built(project.path());
    let (out, err, code) = run(&["package"], project.path());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("the stack shop-prod-skywarden first, shop-prod-service-stock before shop-prod-service-cart\n"), "{out}");
}

#[test]
fn package_says_which_stacks_go_to_other_accounts() {
    let config = "project: shop\nregion: eu-west-1\naccount: \"111122223333\"\ndelivery: kinesis\n\
        services: { a: { runtime: ecs }, till: { runtime: ecs, account: \"444455556666\" } }\nroutes: [{ email: a@example.com }]\n";
    let project = project(config);
    built(project.path());
    let (out, err, code) = run(&["package"], project.path());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("first, shop-prod-account-444455556666 before shop-prod-service-till\n"), "{out}");
    assert!(out.contains("\n    with credentials of account 444455556666: shop-prod-account-444455556666, shop-prod-service-till\n"), "{out}");
}

#[test]
fn package_puts_program_and_plan_side_by_side() {
    let project = project(SMALL);
    built(project.path());
    let (out, _, code) = run(&["package"], project.path());
    assert_eq!(code, 0);
    assert!(out.contains("the stack shop-prod-skywarden first\n"), "{out}");
    assert!(out.contains("aws cloudformation deploy"), "{out}");
    let assets: Vec<PathBuf> = fs::read_dir(project.path().join("target/skywarden"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("bootstrap").is_file() && path.join("plan.json").is_file())
        .collect();
    assert_eq!(assets.len(), 3, "{assets:?}");
}

#[test]
fn explain_says_how_and_why_and_helps_with_a_wrong_name() {
    let (out, _, code) = run(&["explain", "metric", "OrderValue"], &example());
    assert_eq!(code, 0);
    assert!(out.contains("metric filter") && out.contains("why"), "{out}");
    let (_, err, code) = run(&["explain", "metric", "OrderValeu"], &example());
    assert_eq!(code, 2);
    assert!(err.contains("there is no metric OrderValeu") && err.contains("OrderValue"), "{err}");
}

#[test]
fn explain_says_when_an_alarm_fires_and_who_hears_of_it() {
    let (out, _, code) = run(&["explain", "alarm", "shop-prod-checkout-error-rate"], &example());
    assert_eq!(code, 0);
    let expected = "\
shop-prod-checkout-error-rate
  checkout: error rate above 5 %
  looks at    Sum of shop/prod/checkout ServerErrors in percent of Sum of shop/prod/checkout Requests; nothing is said where that is below 20
  unit        Percent
  fires when  it is above 5 % in 2 periods of 5 minutes one after the other
  no data     a period without data counts as good
  severity    critical
  told to     the routes oncall
  costs       $0.20 a month, for 2 metrics (us-east-1, September 2026)
  stack       shop-prod-service-checkout
";
    assert_eq!(out.trim_end(), expected.trim_end());
    let (out, _, _) = run(&["explain", "alarm", "no_logs"], &example());
    assert_eq!(out.matches("no log line for").count(), 4, "of every service: {out}");
    let (out, _, _) = run(&["explain", "alarm", "dead-letters"], &example());
    assert!(out.contains("told to     the fallback topic, past alert-notifier: the mail addresses of oncall"), "{out}");
    let (_, err, code) = run(&["explain", "alarm", "latenzy"], &example());
    assert!(code == 2 && err.contains("there is no alarm latenzy") && err.contains("shop-prod-checkout-latency"), "{err}");
    let config =
        "project: shop\nservices:\n  a: { runtime: ecs, alarms: { latency: { silenced: see INC-12, warm_up: 1h } } }\nroutes:\n  - { email: a@example.com }\n";
    let (out, _, _) = run(&["explain", "alarm", "latency"], project(config).path());
    assert!(out.contains("told to     nobody, it is silenced: see INC-12") && out.contains("warms up    tells nobody in the first 60 minutes"), "{out}");
}

#[test]
fn explain_says_what_an_objective_allows_and_what_its_alarms_cost() {
    let config = "project: shop\nservices:\n  a: { runtime: ecs, slo: [{ availability: 99.9% }, { name: quiet, availability: 99%, burn: off, application_signals: true }] }\nroutes:\n  - { name: oncall, email: a@example.com }\n";
    let project = project(config);
    let (out, err, code) = run(&["explain", "slo", "availability"], project.path());
    assert_eq!(code, 0, "{err}");
    let expected = "\
availability of a
  99.9 % of requests answered without a server error, over 30 days
  looks at    Sum of shop/prod/a ServerErrors as bad, Sum of shop/prod/a Requests as all
  budget      0.1 % may be bad: 1 of 1000 events, or 43.2 minutes of a total outage in 30 days
  fast        critical: shop-prod-a-availability-fast-burn, told to the routes oncall
              1 hour with 5 minutes: more than 1.44 % bad in both, of at least 70 events in 1 hour; burn rate 14.4, at which the budget is gone in 50 hours
              6 hours with 30 minutes: more than 0.6 % bad in both, of at least 167 events in 6 hours; burn rate 6, at which the budget is gone in 5 days
  slow        warning: shop-prod-a-availability-slow-burn, told to the routes oncall
              1 day with 2 hours: more than 0.3 % bad in both, of at least 334 events in 1 day; burn rate 3, at which the budget is gone in 10 days
              3 days with 6 hours: more than 0.1 % bad in both, of at least 1000 events in 3 days; burn rate 1, at which the budget is gone in 30 days
  outage      a total one is told of after 1 minute, and the minute or two until CloudWatch has the data
  costs       $2.60 a month in us-east-1: 16 metrics of alarms at $0.10, 2 composite alarms at $0.50
  dashboard   shop-prod-a
  stack       shop-prod-service-a
";
    assert_eq!(out.trim_end(), expected.trim_end());
    let (out, _, _) = run(&["explain", "slo", "quiet"], project.path());
    assert!(out.contains("told to     nobody") && out.contains("costs       nothing") && out.contains("Application Signals"), "{out}");
    let (out, _, _) = run(&["explain", "alarm", "availability-burn-1h-5m"], project.path());
    assert!(out.contains("part of     shop-prod-a-availability-fast-burn") && out.contains("it is above 1.44 % in a period of 5 minutes"), "{out}");
    let (out, _, _) = run(&["explain", "alarm", "availability-burn-3d"], project.path());
    assert!(out.contains("in a period of 3 days") && out.contains("0 where those are fewer than 1000"), "{out}");
    let (_, err, code) = run(&["explain", "slo", "latency"], project.path());
    assert!(code == 2 && err.contains("there is no objective latency") && err.contains("availability, quiet"), "{err}");
}

#[test]
fn explain_says_what_holds_an_impact_alarm_back_and_what_feeds_it() {
    let config = "project: shop\nservices:\n  payments: { runtime: ecs, alarms: { impact: on } }\n  \
        checkout: { runtime: ecs, alarms: { impact: { of: [latency, error_rate], unless: [payments], deploying: 10m } } }\n\
        maintenance: [{ name: night, at: Sat and Sun 02:00, for: 1h, zone: Europe/Berlin }]\nroutes: [{ name: oncall, email: a@example.com }]\n";
    let project = project(config);
    let (out, err, code) = run(&["explain", "alarm", "checkout-impact"], project.path());
    assert_eq!(code, 0, "{err}");
    let expected = "\
shop-prod-checkout-impact
  checkout: users are affected
  fires when  (shop-prod-checkout-error-rate fires or shop-prod-checkout-latency fires) and shop-prod-payments-impact does not fire
  held back   while shop-prod-checkout-deploying is in ALARM, and 120 s after it; a change waits 60 s for it
  fed by      your deployment pipeline, before it deploys: aws cloudwatch put-metric-data --namespace shop/prod/checkout --metric-name Deployments --value 1
  severity    critical
  told to     the routes oncall
  muted       Sun,Sat 02:00 (Europe/Berlin) for 1 hour, maintenance night
  costs       $0.50 a month (us-east-1, September 2026)
  stack       shop-prod-service-checkout
";
    assert_eq!(out.trim_end(), expected.trim_end());
    let (out, _, _) = run(&["explain", "alarm", "deploying"], project.path());
    for piece in
        ["Sum of shop/prod/checkout Deployments", "fed by      your deployment pipeline", "at or above 1 in 1 of 10 periods", "told to     nobody: while it"]
    {
        assert!(out.contains(piece), "{piece} in: {out}");
    }
    let (out, _, _) = run(&["explain", "alarm", "checkout-latency"], project.path());
    assert!(out.contains("told to     nobody: the composite alarm over it tells") && !out.contains("muted"), "{out}");
}

#[test]
fn alarms_of_the_list_are_explained_by_their_own_names_whatever_the_pattern() {
    let config = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../generator/tests/fixtures/any_metric/skywarden.yaml")).unwrap();
    let project = project(&config.replace("{project}/{environment}: {service} {alarm}", "{alarm} of {service} in {project} {environment}"));
    for (name, pieces) in [
        (
            "near-timeout",
            ["near-timeout of checkout in shop prod\n", "unit        Milliseconds", "above 8000 ms", "few samples a period with fewer than ten samples"],
        ),
        (
            "orders-drain",
            [
                "the time until the queue is empty",
                "31536000 s when it does not become shorter. While no more wait than are done in a period it keeps up",
                "unit        Seconds",
                "above 1800 s",
            ],
        ),
        (
            "logins-by-bots",
            [
                "count(*) by client of a query of /aws/lambda/shop-checkout: filter event",
                "in 3 periods of 10 minutes",
                "unit        Count",
                "stack       shop-prod-service-checkout",
            ],
        ),
        ("low-traffic", ["low-traffic in shop prod\n", "below what is usual", "a period without data counts as bad", "stack       shop-prod-skywarden"]),
        ("error-rate", ["error-rate of checkout in shop prod\n", "unit        Percent", "above 5 %", "stack       shop-prod-service-checkout"]),
    ] {
        let (out, err, code) = run(&["explain", "alarm", name], project.path());
        assert_eq!(code, 0, "{err}");
        for piece in pieces {
            assert!(out.contains(piece), "{piece} in: {out}");
        }
    }
}

#[test]
fn explain_says_all_about_a_service_and_what_it_costs() {
    let config = "project: shop\nservices:\n  a: { runtime: ecs, http: false, existing_subscriptions: 1, alarms: { no_logs: off } }\nroutes: [{ email: a@example.com }]\n\
        metrics: [{ name: Sold, from: a, where: '{ $.event = \"sold\" }', by: { Shop: $.shop }, limit: 10, alarm: { unusual: high } }]\n";
    let project = project(config);
    let (out, err, code) = run(&["explain", "service", "a"], project.path());
    assert_eq!(code, 0, "{err}");
    let expected = "\
a
  runs on Amazon ECS, its lines are json
  log group   /ecs/shop-a, kept for 30 days, encrypted with the project's key
  slots       of 2 subscription filters 1 from here, 1 of others, 0 free
  filter      to error-classifier: the empty pattern
    lines     matches every event
    why       there is room for one filter, so that error-classifier computes Sold as well, and the patterns of both make no pattern together
";
    assert!(out.starts_with(expected), "{out}");
    for piece in [
        "metric      Sold by error-classifier, $0.30 for each combination of dimension values: its dimensions are capped at 10 values",
        "  alarm       shop-prod-a-Sold (warning, $0.30): ",
        "  dashboard   shop-prod-a, $3.00\n  stack       shop-prod-service-a\n",
        "a gigabyte  $0.50 to take its lines in, $0.03 for each month they are kept, compressed",
        "and $0.30 for each combination of dimension values of a metric: the log says how many there are",
    ] {
        assert!(out.contains(piece), "{piece} in: {out}");
    }
    let (out, _, _) = run(&["explain", "metric", "Sold"], project.path());
    assert!(out.contains("computed by error-classifier") && out.contains("costs       $0.30 a month for each combination"), "{out}");
    let (_, err, code) = run(&["explain", "service", "b"], project.path());
    assert!(code == 2 && err.contains("there is no service b") && err.contains("the services are: a"), "{err}");
}

#[test]
fn explain_tells_of_the_stream_and_of_the_account() {
    let text = |delivery: &str| format!("project: shop\ndelivery: {delivery}\nservices: {{ a: {{ runtime: ecs }} }}\nroutes: [{{ email: a@example.com }}]\n");
    for (delivery, piece) in [
        ("kinesis", "filter      to the stream: `?ERROR "),
        ("{ account_wide: true }", "account     its own subscription gives every line to error-classifier"),
        ("{ through: kinesis, account_wide: true }", "account     its own subscription puts every line into the stream, which both functions read"),
    ] {
        let (out, err, code) = run(&["explain", "service", "a"], project(&text(delivery)).path());
        assert!(code == 0 && out.contains(piece), "{piece} in: {out}{err}");
    }
}

#[test]
fn a_service_of_another_account_is_explained_and_not_verified_from_here() {
    let config = "project: shop\nregion: eu-west-1\naccount: \"111122223333\"\ndelivery: kinesis\n\
        services: { a: { runtime: ecs }, till: { runtime: ecs, account: \"444455556666\" } }\nroutes: [{ email: a@example.com }]\n";
    let project = project(config);
    let (out, err, code) = run(&["explain", "service", "till"], project.path());
    assert_eq!(code, 0, "{err}");
    for piece in [
        "account     444455556666: its log group, metrics, alarms and dashboard are there. Its lines come to 111122223333 by the destination shop-prod-logs",
        "encrypted with the project's key in its account",
        "filter      to the stream in the project's account: `?ERROR ",
    ] {
        assert!(out.contains(piece), "{piece} in: {out}");
    }
    let (_, err, code) = run(&["verify", "--service", "till"], project.path());
    assert!(code == 2 && err.contains("service till is in account 444455556666") && err.contains("verify a service of the project's account"), "{code} {err}");
}

#[test]
fn explain_says_what_a_batch_that_comes_twice_does_to_a_metric() {
    let config = "project: shop\nservices: { orders: { runtime: ecs } }\nroutes: [{ email: oncall@example.com }]\n\
        metrics: [{ name: Sold, from: orders, where: '{ $.event = \"sold\" }', by: { Shop: $.shop }, limit: 10 }]\n";
    let (out, err, code) = run(&["explain", "metric", "Sold"], project(config).path());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("a batch that is delivered twice counts once"), "{out}");
    let (out, err, code) = run(&["explain", "metric", "Sold"], project(&format!("{config}processing: {{ metrics_marker: false }}\n")).path());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("counts twice: processing.metrics_marker is false"), "{out}");
}

#[test]
fn a_metric_of_the_telemetry_library_is_explained_as_such() {
    let project = project("project: shop\nservices: { orders: { runtime: ecs, telemetry: true } }\nroutes: [{ email: oncall@example.com }]\n");
    let (out, _, code) = run(&["explain", "metric", "Requests"], project.path());
    assert_eq!(code, 0);
    for piece in ["the service itself, with the telemetry library", "shop/prod/orders", "metrics.builtin: true", "count everything a second time"] {
        assert!(out.contains(piece), "{piece} in: {out}");
    }
    let (out, _, _) = run(&["explain", "metric", "LogEvents"], project.path());
    assert!(out.contains("Level = $.Level"), "{out}");
    let (out, _, _) = run(&["explain", "metric", "ErrorLines"], project.path());
    assert!(out.contains("a CloudWatch Logs metric filter") && out.contains("in no library's count"), "{out}");
    let (_, err, code) = run(&["explain", "metric", "ColdStarts"], project.path());
    assert_eq!(code, 2);
    assert!(err.contains("DroppedEvents"), "{err}");
}

#[test]
fn the_formats_of_the_documentation_work_and_their_metrics_are_explained() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/records.md")).unwrap();
    let blocks: Vec<&str> = page.split("```yaml\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
    let project = project(&format!("project: shop\n{}routes: [{{ email: oncall@example.com }}]\n", blocks.concat()));
    let (out, err, code) = run(&["generate"], project.path());
    assert_eq!(code, 0, "{out}{err}");
    let (out, _, _) = run(&["explain", "metric", "BytesSent"], project.path());
    assert!(out.contains("a CloudWatch Logs metric filter") && out.contains("$bytes"), "{out}");
    let (out, _, _) = run(&["explain", "metric", "RequestTime"], project.path());
    for piece in ["metrics-extractor", "every line", "$.request_time", "the format of its log is access"] {
        assert!(out.contains(piece), "{piece} in: {out}");
    }
}

#[test]
fn a_wrong_flag_and_no_command_at_all_are_answered_with_help() {
    let directory = tempfile::tempdir().unwrap();
    let (_, err, code) = run(&["generate", "--chek"], directory.path());
    assert_eq!(code, 2);
    assert!(err.contains("--check"), "{err}");
    let (_, err, code) = run(&[], directory.path());
    assert_eq!(code, 2);
    assert!(err.contains("Usage"), "{err}");
}

#[test]
fn the_demo_says_what_an_operator_would_have_received() {
    let directory = tempfile::tempdir().unwrap();
    let example = example();
    // A small log of its own keeps this test quick; the whole day is replayed in the simulator's tests.
    fs::create_dir_all(directory.path().join("logs")).unwrap();
    fs::copy(example.join("skywarden.yaml"), directory.path().join("skywarden.yaml")).unwrap();
    let line = |second: i64, message: &str| {
        serde_json::json!({"group": "/ecs/shop-catalog", "stream": "s", "id": format!("{second:056}"), "timestamp": 1_795_000_000_000_i64 + second * 1000, "message": message}).to_string()
    };
    let log = [
        line(0, r#"{"level":"INFO","message":"request","http":{"status_code":200,"duration_ms":5}}"#),
        line(1, "{ broken json"),
        line(2, r#"{"level":"ERROR","message":"boom","error":{"type":"KeyError","message":"no 17 for ann@example.com"}}"#),
        line(120, r#"{"level":"INFO","message":"later"}"#),
    ];
    fs::write(directory.path().join("logs/day.jsonl"), log.join("\n")).unwrap();
    let (out, err, code) = run(&["demo", "--exit", "--messages", "--example", &directory.path().to_string_lossy()], directory.path());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("4 log events") && out.contains("KeyError"), "{out}");
    assert!(!out.contains("ann@example.com"), "{out}");

    fs::write(directory.path().join("logs/day.jsonl"), "not an event\n").unwrap();
    let (_, err, code) = run(&["demo", "--example", &directory.path().to_string_lossy()], directory.path());
    assert_eq!(code, 2);
    assert!(err.contains("line 1 of the log is not an event"), "{err}");
}

#[test]
fn logs_of_ones_own_are_replayed_all_of_them_and_strange_log_groups_are_named() {
    let directory = project("project: shop\nservices: { catalog: { runtime: ecs } }\nroutes: [{ email: a@example.com }]\n");
    fs::create_dir_all(directory.path().join("logs")).unwrap();
    let line = |second: i64, group: &str| {
        serde_json::json!({"group": group, "stream": "s", "id": format!("{second:056}"), "timestamp": 1_795_000_000_000_i64 + second * 1000, "message": "ERROR boom"})
            .to_string()
    };
    fs::write(directory.path().join("logs/1.jsonl"), line(0, "/ecs/shop-catalog")).unwrap();
    fs::write(directory.path().join("logs/2.jsonl"), [line(60, "/ecs/shop-catalog"), line(61, "/ecs/shop-catalogue")].join("\n")).unwrap();
    let (out, err, code) = run(&["demo", "--example", "."], directory.path());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("3 log events"), "{out}");
    assert_eq!(
        err,
        "warning: the log has lines of log groups that no service has: /ecs/shop-catalogue\nhint: `log_group` of a service says which is its own\n"
    );
    let everything = "project: shop\nservices: { catalog: { runtime: ecs } }\nroutes: [{ email: a@example.com }]\ndelivery: { account_wide: true }\n";
    fs::write(directory.path().join("skywarden.yaml"), everything).unwrap();
    assert_eq!(run(&["demo", "--example", "."], directory.path()).1, "", "the whole account is listened to");
}
