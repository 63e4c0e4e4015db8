//! The example shop, packaged, deployed and fed with real log events.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says by a panic what went wrong")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use jiff::Timestamp;
use serde_json::{Value, json};
use skywarden_e2e::{
    aws::Aws,
    emulator::{ACCOUNT, Emulator, REGION},
    eventually::eventually,
    settings::Settings,
    shop::{self, Counted, Line},
};

const SHARED: &str = "shop-prod-skywarden";
const SERVICES: [&str; 4] = ["catalog", "checkout", "mailer", "payments"];
const DEAD_LETTERS: &str = "shop-prod-dead-letters";
const TABLE: &str = "shop-prod-issues";

/// Messages of the queue that people's tools read, as JSON, collected over the whole test.
struct Inbox<'a> {
    aws: &'a Aws<'a>,
    messages: Vec<Value>,
}

impl Inbox<'_> {
    fn look(&mut self) -> &[Value] {
        for body in self.aws.drain(shop::OPS_QUEUE).unwrap() {
            self.messages.push(serde_json::from_str(&body).unwrap_or_else(|_| panic!("a message is no JSON: {body}")));
        }
        &self.messages
    }

    fn count(&mut self, kind: &str, state: &str) -> usize {
        self.look().iter().filter(|message| message["kind"] == kind && message["state"] == state).count()
    }
}

#[test]
fn the_example_works_end_to_end() {
    let settings = Settings::from_env().unwrap();
    let assembly = shop::packaged(&settings, "assembly").unwrap();
    let emulator = Emulator::start(&settings, "example").unwrap();
    let aws = Aws::new(&settings, &emulator);
    shop::ops_queue(&aws).unwrap();
    aws.tell(&["s3", "mb", "s3://artifacts"]).unwrap();
    aws.deploy(&assembly, SHARED, "artifacts").unwrap();
    for service in SERVICES {
        aws.deploy(&assembly, &format!("shop-prod-service-{service}"), "artifacts").unwrap();
    }
    log_groups_are_kept_as_configured(&aws);

    let mut inbox = Inbox { aws: &aws, messages: Vec::new() };
    // Nothing has been logged yet: every service is silent, and the alarms say so.
    eventually("an alarm for each silent service", || Ok((inbox.count("alarm", "firing") >= SERVICES.len()).then_some(()))).unwrap();

    let lines = shop::lines(&settings.root.join("examples/shop"), Timestamp::now().as_millisecond()).unwrap();
    assert!(lines.len() > 4000, "{} lines", lines.len());
    put(&aws, &settings.scratch, &lines);
    let counted = shop::count(&lines);

    eventually("every silence is over", || Ok((inbox.count("alarm", "resolved") >= SERVICES.len()).then_some(()))).unwrap();
    metrics_are_exact(&aws, &counted);
    let issues = issues_are_exact(&aws, &counted);
    each_new_issue_is_told_once(&mut inbox, &issues);
    each_silence_is_told_once(&mut inbox);
    nothing_unmasked_has_left(&mut inbox);
    assert_eq!(dead_letters(&aws), Vec::<String>::new(), "{}", emulator.log());

    bad_batches_are_kept_and_their_neighbours_are_not_lost(&aws, &settings.scratch, &mut inbox);
}

fn log_groups_are_kept_as_configured(aws: &Aws<'_>) {
    let answer = aws.run(&["logs", "describe-log-groups"]).unwrap();
    let kept: BTreeMap<&str, u64> = answer["logGroups"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|group| Some((group["logGroupName"].as_str()?, group["retentionInDays"].as_u64()?)))
        .collect();
    for (group, days) in [("/aws/lambda/shop-checkout", 90), ("/ecs/shop-catalog", 30), ("/ecs/shop-payments", 30), ("/ec2/shop-mailer", 30)] {
        assert_eq!(kept.get(group), Some(&days), "{group}: {kept:?}");
    }
    let checkout = answer["logGroups"].as_array().unwrap().iter().find(|group| group["logGroupName"] == "/aws/lambda/shop-checkout").unwrap();
    assert!(checkout["kmsKeyId"].as_str().is_some_and(|key| key.starts_with("arn:aws:kms:")), "{checkout}");
}

/// Puts the lines with `put-log-events`, stream by stream.
fn put(aws: &Aws<'_>, scratch: &Path, lines: &[Line]) {
    let mut streams: BTreeMap<(&str, &str), Vec<&Line>> = BTreeMap::new();
    for line in lines {
        streams.entry((&line.group, &line.stream)).or_default().push(line);
    }
    let input = scratch.join("events.json");
    for ((group, stream), lines) in streams {
        aws.run(&["logs", "create-log-stream", "--log-group-name", group, "--log-stream-name", stream]).unwrap();
        for chunk in lines.chunks(1000) {
            let events: Vec<Value> = chunk.iter().map(|line| json!({"timestamp": line.timestamp, "message": line.message})).collect();
            fs::write(&input, json!({"logGroupName": group, "logStreamName": stream, "logEvents": events}).to_string()).unwrap();
            aws.run(&["logs", "put-log-events", "--cli-input-json", &format!("file://{}", input.display())]).unwrap();
        }
    }
}

/// Sum and number of samples of a metric over the last hours.
fn statistics(aws: &Aws<'_>, namespace: &str, name: &str, dimensions: &[(&str, &str)]) -> (u64, f64) {
    let now = Timestamp::now();
    let start = now.checked_sub(jiff::SignedDuration::from_hours(4)).unwrap().to_string();
    let end = now.checked_add(jiff::SignedDuration::from_hours(1)).unwrap().to_string();
    let mut arguments = vec![
        "cloudwatch",
        "get-metric-statistics",
        "--namespace",
        namespace,
        "--metric-name",
        name,
        "--start-time",
        &start,
        "--end-time",
        &end,
        "--period",
        "3600",
        "--statistics",
        "Sum",
        "SampleCount",
    ];
    let pairs: Vec<String> = dimensions.iter().map(|(name, value)| format!("Name={name},Value={value}")).collect();
    if !pairs.is_empty() {
        arguments.push("--dimensions");
        arguments.extend(pairs.iter().map(String::as_str));
    }
    let answer = aws.run(&arguments).unwrap();
    let points = answer["Datapoints"].as_array().cloned().unwrap_or_default();
    let total = |field: &str| points.iter().filter_map(|point| point[field].as_f64()).sum::<f64>();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of samples")]
    let samples = total("SampleCount") as u64;
    (samples, total("Sum"))
}

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-3 * right.abs().max(1.0)
}

fn metrics_are_exact(aws: &Aws<'_>, counted: &BTreeMap<String, Counted>) {
    let checkout = &counted["/aws/lambda/shop-checkout"];
    // Native metric filters: all lines are in once the silence is over, since the emulator applies them at the put.
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let (requests, errors) = (checkout.requests as f64, checkout.server_errors as f64);
    assert!(errors > 10.0, "the window holds the outage");
    assert!(close(statistics(aws, "shop/prod/checkout", "Requests", &[]).1, requests));
    assert!(close(statistics(aws, "shop/prod/checkout", "ServerErrors", &[]).1, errors));
    for (currency, (count, sum)) in &checkout.orders {
        let (samples, total) = statistics(aws, "shop/prod/checkout", "OrderValue", &[("Currency", currency)]);
        assert_eq!(samples, *count, "{currency}");
        assert!(close(total, *sum), "{currency}: {total} for {sum}");
    }
    // metrics-extractor: Values and Counts of PutMetricData, once the function has run.
    let payments = &counted["/ecs/shop-payments"].payments;
    assert!(payments.len() > 3, "{payments:?}");
    for ((provider, outcome), (count, sum)) in payments {
        let dimensions = [("Provider", provider.as_str()), ("Outcome", outcome.as_str())];
        let (_, total) = eventually(&format!("PaymentDuration of {provider} {outcome}"), || {
            let (samples, total) = statistics(aws, "shop/prod/payments", "PaymentDuration", &dimensions);
            assert!(samples <= *count, "{provider} {outcome}: {samples} samples for {count}: doubled");
            Ok((samples == *count).then_some((samples, total)))
        })
        .unwrap();
        assert!(close(total, *sum), "{provider} {outcome}: {total} for {sum}");
    }
}

/// The issues of the table, once every error is counted.
fn issues_are_exact(aws: &Aws<'_>, counted: &BTreeMap<String, Counted>) -> Vec<Value> {
    let expected: BTreeMap<&str, u64> =
        [("catalog", "/ecs/shop-catalog"), ("checkout", "/aws/lambda/shop-checkout"), ("mailer", "/ec2/shop-mailer"), ("payments", "/ecs/shop-payments")]
            .into_iter()
            .map(|(service, group)| (service, counted[group].errors))
            .filter(|(_, errors)| *errors > 0)
            .collect();
    eventually("every error is counted", || {
        let issues = issues(aws);
        let mut found: BTreeMap<&str, u64> = BTreeMap::new();
        for issue in &issues {
            for (service, count) in issue["services"].as_object().unwrap() {
                let service = expected.keys().find(|name| *name == service).copied().unwrap_or_else(|| panic!("{service} has issues and no errors"));
                *found.entry(service).or_default() += count.as_u64().unwrap();
            }
        }
        for (service, count) in &found {
            assert!(*count <= expected[service], "{service}: {count} errors for {}: doubled", expected[service]);
        }
        Ok((found == expected).then_some(()))
    })
    .unwrap_or_else(|error| panic!("{error}: expected {expected:?}, issues {:#?}", issues(aws)));
    issues(aws)
}

fn issues(aws: &Aws<'_>) -> Vec<Value> {
    let answer = aws.run(&["dynamodb", "scan", "--table-name", TABLE, "--consistent-read"]).unwrap();
    let items = answer["Items"].as_array().unwrap();
    items
        .iter()
        .filter(|item| item["pk"]["S"].as_str().unwrap().starts_with("issue#"))
        .map(|item| serde_json::from_str(item["document"]["S"].as_str().unwrap()).unwrap())
        .collect()
}

fn each_new_issue_is_told_once(inbox: &mut Inbox<'_>, issues: &[Value]) {
    let expected: BTreeSet<&str> = issues
        .iter()
        .filter(|issue| issue["notify"] == true && matches!(issue["severity"].as_str(), Some("error" | "critical")))
        // Beside something critical these are counted and not told.
        .filter(|issue| !matches!(issue["category"].as_str(), Some("network" | "throttling")))
        .map(|issue| issue["fingerprint"].as_str().unwrap())
        .collect();
    assert!(expected.len() >= 3, "{} issues to tell of", expected.len());
    // Alone, or as a line of a grouped message or a digest.
    let told = |inbox: &mut Inbox<'_>| -> Vec<String> {
        let alone = |message: &Value| (message["kind"] == "issue").then(|| message.clone());
        let lines = |message: &Value| -> Vec<Value> {
            let sections = message["sections"].as_array().into_iter().flatten();
            sections.flat_map(|section| section["issues"].as_array().cloned().unwrap_or_default()).collect()
        };
        let all = inbox.look().iter().flat_map(|message| alone(message).into_iter().chain(lines(message)).collect::<Vec<_>>());
        let new = all.filter(|line| line["transitions"].as_array().is_some_and(|list| list.iter().any(|one| one == "new")));
        new.map(|line| line["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    eventually("every new issue is told", || {
        let told = told(inbox);
        Ok(expected.iter().all(|fingerprint| told.iter().any(|one| one == fingerprint)).then_some(()))
    })
    .unwrap();
    // Another minute's tick sweeps the outbox: it must find nothing left to send.
    std::thread::sleep(std::time::Duration::from_secs(8));
    let told = told(inbox);
    let distinct: BTreeSet<&String> = told.iter().collect();
    assert_eq!(distinct.len(), told.len(), "an issue was told twice: {told:?}");
}

fn each_silence_is_told_once(inbox: &mut Inbox<'_>) {
    for service in SERVICES {
        let alarm = format!("shop-prod-{service}-no-logs");
        for state in ["firing", "resolved"] {
            let told = inbox.look().iter().filter(|message| message["alarm"] == alarm.as_str() && message["state"] == state).count();
            assert_eq!(told, 1, "{alarm} {state}");
        }
    }
}

fn nothing_unmasked_has_left(inbox: &mut Inbox<'_>) {
    for message in inbox.look() {
        let text = message.to_string();
        assert!(!text.contains("@example."), "an address left: {text}");
    }
}

/// What lies in the dead-letter queue, S3's own test message apart.
fn dead_letters(aws: &Aws<'_>) -> Vec<String> {
    aws.drain(DEAD_LETTERS).unwrap().into_iter().filter(|body| !body.contains("s3:TestEvent")).collect()
}

fn bad_batches_are_kept_and_their_neighbours_are_not_lost(aws: &Aws<'_>, scratch: &Path, inbox: &mut Inbox<'_>) {
    let function = "shop-prod-error-classifier";
    let answer = scratch.join("answer.json");
    // "not gzip" in base64: the function fails, Lambda tries again and then keeps the event.
    let event = json!({"awslogs": {"data": "bm90IGd6aXA="}}).to_string();
    let path = scratch.join("bad.json");
    fs::write(&path, event).unwrap();
    let payload = format!("fileb://{}", path.display());
    aws.run(&["lambda", "invoke", "--function-name", function, "--invocation-type", "Event", "--payload", &payload, &answer.to_string_lossy()]).unwrap();
    // A good line right behind it.
    let line = json!({"level": "ERROR", "message": "late", "request_id": "r-1", "error": {"type": "NeighbourError", "message": "still counted"}}).to_string();
    let now = Timestamp::now().as_millisecond();
    let garbage = "{ \"level\": \"ERROR\" and then it broke off";
    let lines = [garbage, line.as_str()].map(|message| Line {
        group: "/ecs/shop-catalog".to_owned(),
        stream: "neighbour".to_owned(),
        timestamp: now,
        message: message.to_owned(),
    });
    put(aws, scratch, &lines);
    eventually("the good line beside a bad one is counted", || Ok(issues(aws).iter().any(|issue| issue["kind"] == "NeighbourError").then_some(()))).unwrap();
    eventually("and told", || Ok(inbox.look().iter().any(|message| message["error_type"] == "NeighbourError").then_some(()))).unwrap();
    let kept = eventually("the bad batch is kept", || {
        let letters = dead_letters(aws);
        Ok((!letters.is_empty()).then_some(letters))
    })
    .unwrap();
    assert!(kept.iter().any(|letter| letter.contains("failed-invocations") && letter.contains("error-classifier")), "{kept:?}");
}

#[test]
fn the_same_assembly_deploys_with_the_cdk_cli() {
    let settings = Settings::from_env().unwrap();
    let assembly = shop::packaged(&settings, "assembly-cdk").unwrap();
    let emulator = Emulator::start(&settings, "cdk").unwrap();
    let aws = Aws::new(&settings, &emulator);
    shop::ops_queue(&aws).unwrap();
    let app = assembly.to_string_lossy();
    let environment = format!("aws://{ACCOUNT}/{REGION}");
    aws.cdk(&["bootstrap", &environment, "--app", &app]).unwrap();
    aws.cdk(&["deploy", "--app", &app, "--require-approval", "never", "--all"]).unwrap();
    let stacks = aws.run(&["cloudformation", "describe-stacks"]).unwrap();
    let deployed: BTreeSet<&str> = stacks["Stacks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|stack| stack["StackStatus"].as_str().is_some_and(|status| status.ends_with("_COMPLETE")))
        .filter_map(|stack| stack["StackName"].as_str())
        .collect();
    for stack in [SHARED.to_owned()].into_iter().chain(SERVICES.map(|service| format!("shop-prod-service-{service}"))) {
        assert!(deployed.contains(stack.as_str()), "{stack} is not deployed: {deployed:?}");
    }
    // The program that was deployed runs.
    let answer = settings.scratch.join("tick.json");
    let event = settings.scratch.join("tick-event.json");
    fs::write(&event, r#"{"skywarden":"tick"}"#).unwrap();
    let payload = format!("fileb://{}", event.display());
    let result = aws.run(&["lambda", "invoke", "--function-name", "shop-prod-alert-notifier", "--payload", &payload, &answer.to_string_lossy()]).unwrap();
    assert!(result["FunctionError"].is_null(), "{result}: {}", fs::read_to_string(&answer).unwrap_or_default());
}
