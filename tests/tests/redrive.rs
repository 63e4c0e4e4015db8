//! What could not be delivered is kept, and `skywarden redrive` delivers it: once, however often it is run.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says by a panic what went wrong")]

use std::{
    collections::BTreeMap,
    fs,
    process::{Command, Output},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::Compression;
use jiff::Timestamp;
use serde_json::{Value, json};
use skywarden_e2e::{
    aws::Aws,
    delivery::sealed,
    emulator::{ACCOUNT, Emulator, REGION},
    eventually::eventually,
    settings::Settings,
    shop,
};

const SHARED: &str = "shop-prod-skywarden";
const DEAD_LETTERS: &str = "shop-prod-dead-letters";
const TABLE: &str = "shop-prod-issues";
const EXTRACTOR: &str = "shop-prod-metrics-extractor";
const CLASSIFIER: &str = "shop-prod-error-classifier";
const NOTIFIER: &str = "shop-prod-alert-notifier";
/// An alarm of the example whose severity has a route to the queue.
const ALARM: &str = "shop-prod-checkout-error-rate";

/// A deployed example, and a person with the policy for redrive and nothing else.
struct World<'a> {
    settings: &'a Settings,
    emulator: &'a Emulator,
    aws: Aws<'a>,
    person: Vec<(&'static str, String)>,
    /// JSON messages that have arrived.
    inbox: Vec<Value>,
}

impl World<'_> {
    fn bucket(kind: &str) -> String {
        format!("shop-prod-{kind}-{ACCOUNT}-{REGION}")
    }

    /// Keys and buckets of everything that is kept.
    fn kept(&self) -> BTreeMap<String, String> {
        let mut kept = BTreeMap::new();
        for bucket in ["residue", "failed-invocations"].map(Self::bucket) {
            let answer = self.aws.run(&["s3api", "list-objects-v2", "--bucket", &bucket]).unwrap();
            for object in answer["Contents"].as_array().into_iter().flatten() {
                kept.insert(object["Key"].as_str().unwrap().to_owned(), bucket.clone());
            }
        }
        kept
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.settings.scratch.join(name);
        fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    }

    /// Runs `skywarden redrive` as the person.
    fn redrive(&self, arguments: &[&str]) -> Output {
        Command::new(&self.settings.skywarden)
            .args(["redrive", "--region", REGION, "--config"])
            .arg(self.settings.root.join("examples/shop/skywarden.yaml"))
            .args(arguments)
            .envs(self.emulator.environment())
            .envs(self.person.iter().map(|(name, value)| (*name, value.as_str())))
            .output()
            .unwrap()
    }

    /// The same with `--json`; the exit code and the document.
    fn redrive_json(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self.redrive(&[&["--json"], arguments].concat());
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let document = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}\n{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code().unwrap(), document)
    }

    fn invoke(&self, function: &str, kind: &str, event: &Value) {
        let payload = format!("fileb://{}", self.file("event.json", &event.to_string()));
        let answer = self.settings.scratch.join("answer.json");
        let result = self
            .aws
            .run(&["lambda", "invoke", "--function-name", function, "--invocation-type", kind, "--payload", &payload, &answer.to_string_lossy()])
            .unwrap();
        assert!(result["FunctionError"].is_null(), "{function}: {}", fs::read_to_string(&answer).unwrap_or_default());
    }

    /// Sets one variable of a function; gives what it was.
    fn set(&self, function: &str, name: &str, value: &str) -> String {
        let configuration = self.aws.run(&["lambda", "get-function-configuration", "--function-name", function]).unwrap();
        let mut variables = configuration["Environment"]["Variables"].clone();
        let before = variables[name].as_str().unwrap().to_owned();
        variables[name] = json!(value);
        let environment = format!("file://{}", self.file("environment.json", &json!({"Variables": variables}).to_string()));
        self.aws.run(&["lambda", "update-function-configuration", "--function-name", function, "--environment", &environment]).unwrap();
        before
    }

    /// The inline policy of a function's role: (role, policy's name, document).
    fn policy(&self, function: &str) -> (String, String, Value) {
        let configuration = self.aws.run(&["lambda", "get-function-configuration", "--function-name", function]).unwrap();
        let role = configuration["Role"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let names = self.aws.run(&["iam", "list-role-policies", "--role-name", &role]).unwrap();
        let name = names["PolicyNames"][0].as_str().unwrap().to_owned();
        let policy = self.aws.run(&["iam", "get-role-policy", "--role-name", &role, "--policy-name", &name]).unwrap();
        (role, name, policy["PolicyDocument"].clone())
    }

    fn put_policy(&self, role: &str, name: &str, document: &Value) {
        let document = format!("file://{}", self.file("policy.json", &document.to_string()));
        self.aws.run(&["iam", "put-role-policy", "--role-name", role, "--policy-name", name, "--policy-document", &document]).unwrap();
    }

    /// Sum of `PaymentDuration` of a provider, and how many samples it has.
    fn duration(&self, provider: &str) -> (f64, f64) {
        let now = Timestamp::now();
        let time = |hours| now.checked_add(jiff::SignedDuration::from_hours(hours)).unwrap().to_string();
        let (start, end) = (time(-3), time(1));
        let provider = format!("Name=Provider,Value={provider}");
        let answer = self
            .aws
            .run(&[
                "cloudwatch",
                "get-metric-statistics",
                "--namespace",
                "shop/prod/payments",
                "--metric-name",
                "PaymentDuration",
                "--start-time",
                &start,
                "--end-time",
                &end,
                "--period",
                "3600",
                "--statistics",
                "Sum",
                "SampleCount",
                "--dimensions",
                &provider,
                "Name=Outcome,Value=ok",
            ])
            .unwrap();
        let total = |field: &str| answer["Datapoints"].as_array().into_iter().flatten().filter_map(|point| point[field].as_f64()).sum::<f64>();
        (total("Sum"), total("SampleCount"))
    }

    /// Count of each issue, by its error type.
    fn issues(&self) -> BTreeMap<String, u64> {
        let answer = self.aws.run(&["dynamodb", "scan", "--table-name", TABLE, "--consistent-read"]).unwrap();
        let items = answer["Items"].as_array().unwrap().iter().filter(|item| item["pk"]["S"].as_str().unwrap().starts_with("issue#"));
        let documents = items.map(|item| serde_json::from_str::<Value>(item["document"]["S"].as_str().unwrap()).unwrap());
        documents.map(|issue| (issue["kind"].as_str().unwrap().to_owned(), issue["count"].as_u64().unwrap())).collect()
    }

    /// How many messages there have been about the alarm, and about issues.
    fn told(&mut self) -> (usize, usize) {
        let bodies = self.aws.drain(shop::OPS_QUEUE).unwrap();
        self.inbox.extend(bodies.iter().map(|body| serde_json::from_str::<Value>(body).unwrap()));
        let alarms = self.inbox.iter().filter(|message| message["alarm"] == ALARM).count();
        (alarms, self.inbox.iter().filter(|message| message.to_string().contains("StockError")).count())
    }
}

/// A user who has the policy of the stack's output and nothing else.
fn person(aws: &Aws<'_>) -> Vec<(&'static str, String)> {
    let stacks = aws.run(&["cloudformation", "describe-stacks", "--stack-name", SHARED]).unwrap();
    let outputs = stacks["Stacks"][0]["Outputs"].as_array().unwrap();
    let policy = outputs.iter().find(|output| output["OutputKey"] == "RedrivePolicyArn").unwrap()["OutputValue"].as_str().unwrap();
    aws.run(&["iam", "create-user", "--user-name", "on-call"]).unwrap();
    aws.run(&["iam", "attach-user-policy", "--user-name", "on-call", "--policy-arn", policy]).unwrap();
    let key = aws.run(&["iam", "create-access-key", "--user-name", "on-call"]).unwrap();
    let text = |name: &str| key["AccessKey"][name].as_str().unwrap().to_owned();
    vec![("AWS_ACCESS_KEY_ID", text("AccessKeyId")), ("AWS_SECRET_ACCESS_KEY", text("SecretAccessKey"))]
}

/// A subscription's event with one line.
fn batch(log_group: &str, id: &str, line: &Value) -> Value {
    let batch = json!({
        "messageType": "DATA_MESSAGE", "owner": ACCOUNT, "logGroup": log_group, "logStream": "one", "subscriptionFilters": ["f"],
        "logEvents": [{"id": id, "timestamp": Timestamp::now().as_millisecond(), "message": line.to_string()}],
    });
    sealed(batch.to_string().as_bytes(), Compression::fast()).unwrap()
}

fn payment(id: &str, provider: &str, duration_ms: f64) -> Value {
    let fields = json!({"event": "payment_attempt", "provider": provider, "outcome": "ok", "duration_ms": duration_ms});
    batch("/ecs/shop-payments", id, &json!({"level": "INFO", "message": "payment attempt", "fields": fields}))
}

/// The event of an alarm that fires, as SNS brings it.
fn alarm() -> Value {
    let message = json!({
        "AlarmName": ALARM, "AlarmDescription": null, "NewStateValue": "ALARM", "NewStateReason": "Threshold Crossed", "OldStateValue": "OK",
        "StateChangeTime": "2026-11-23T04:00:00.123+0000", "Trigger": {},
    });
    json!({"Records": [{"EventSource": "aws:sns", "Sns": {"MessageId": "1", "Message": message.to_string()}}]})
}

/// Makes one of each kind that is kept, by taking away what the functions need. Gives how to give it back.
fn break_everything(world: &World<'_>) -> impl Fn(&World<'_>) + use<> {
    let (role, name, document) = world.policy(EXTRACTOR);
    let mut poorer = document.clone();
    poorer["Statement"].as_array_mut().unwrap().retain(|statement| statement["Action"] != "cloudwatch:PutMetricData");
    assert_ne!(poorer, document);
    world.put_policy(&role, &name, &poorer);
    world.invoke(EXTRACTOR, "RequestResponse", &payment("1", "stripe", 120.0));

    let table = world.set(EXTRACTOR, "SKYWARDEN_TABLE", "nowhere");
    world.invoke(EXTRACTOR, "Event", &payment("2", "adyen", 250.0));

    world.set(CLASSIFIER, "SKYWARDEN_TABLE", "nowhere");
    let line = json!({"level": "ERROR", "message": "no stock", "error": {"type": "StockError", "message": "no stock"}});
    world.invoke(CLASSIFIER, "RequestResponse", &batch("/ecs/shop-catalog", "3", &line));

    let topics = world.set(NOTIFIER, "SKYWARDEN_TOPIC_PREFIX", &format!("arn:aws:sns:{REGION}:{ACCOUNT}:nowhere-"));
    world.invoke(NOTIFIER, "RequestResponse", &alarm());

    move |world: &World<'_>| {
        world.put_policy(&role, &name, &document);
        world.set(EXTRACTOR, "SKYWARDEN_TABLE", &table);
        world.set(CLASSIFIER, "SKYWARDEN_TABLE", &table);
        world.set(NOTIFIER, "SKYWARDEN_TOPIC_PREFIX", &topics);
    }
}

#[test]
fn what_was_not_delivered_is_kept_and_redriven_exactly_once() {
    let settings = Settings::from_env().unwrap();
    let assembly = shop::packaged(&settings, "assembly-redrive").unwrap();
    let emulator = Emulator::start(&settings, "redrive").unwrap();
    let aws = Aws::new(&settings, &emulator);
    shop::ops_queue(&aws).unwrap();
    aws.tell(&["s3", "mb", "s3://artifacts"]).unwrap();
    aws.deploy(&assembly, SHARED, "artifacts").unwrap();
    let person = person(&aws);
    let mut world = World { settings: &settings, emulator: &emulator, aws, person, inbox: Vec::new() };
    let (code, nothing) = world.redrive_json(&[]);
    assert_eq!((code, &nothing["objects"]), (0, &json!([])), "{nothing}");

    let mend = break_everything(&world);
    let kept = eventually("one object of each kind is kept", || {
        let kept = world.kept();
        Ok((kept.len() == 4).then_some(kept))
    })
    .unwrap_or_else(|error| panic!("{error}: {:?}\n{}", world.kept(), emulator.log()));
    nothing_raw_is_in_a_residue(&world, &kept);

    // The dry run tells of them and changes nothing.
    let (code, listed) = world.redrive_json(&["--dry-run"]);
    let mut holds: Vec<_> =
        listed["objects"].as_array().unwrap().iter().map(|row| (row["holds"].as_str().unwrap(), row["function"].as_str().unwrap())).collect();
    holds.sort_unstable();
    assert_eq!(holds, [("failed invocation", EXTRACTOR), ("issues", CLASSIFIER), ("metrics", EXTRACTOR), ("notice", NOTIFIER)], "{listed}");
    assert_eq!((code, world.kept()), (0, kept.clone()));
    let listing = String::from_utf8(world.redrive(&["--dry-run"]).stdout).unwrap();
    assert!(listing.ends_with("3 residues and 1 failed invocations would be replayed; nothing was changed\n"), "{listing}");

    // While everything is still broken, everything stays.
    let (code, left) = world.redrive_json(&[]);
    assert_eq!((code, &left["delivered"], &left["undelivered"]), (1, &json!(0), &json!(4)), "{left}");
    assert_eq!(world.kept(), kept);
    assert_eq!((world.told(), world.issues().len()), ((0, 0), 0));

    let copies = copies(&world, &kept);
    mend(&world);
    let (code, done) = world.redrive_json(&[]);
    assert_eq!((code, &done["delivered"], &done["undelivered"], &done["known"]), (0, &json!(4), &json!(0), &json!(0)), "{done}\n{}", emulator.log());
    assert_eq!(world.kept(), BTreeMap::new());
    everything_is_there_once(&mut world);

    // Nothing is left, and nobody is told of dead letters any more.
    let (code, again) = world.redrive_json(&[]);
    assert_eq!((code, &again["objects"]), (0, &json!([])), "{again}");
    assert_eq!(world.aws.drain(DEAD_LETTERS).unwrap(), Vec::<String>::new());

    // The same objects once more, as if somebody had saved them: nothing happens a second time.
    for (key, file) in &copies {
        world.aws.run(&["s3api", "put-object", "--bucket", &kept[key], "--key", key, "--body", file]).unwrap();
    }
    let (code, twice) = world.redrive_json(&[]);
    assert_eq!((code, &twice["delivered"], &twice["undelivered"]), (0, &json!(4), &json!(0)), "{twice}");
    let known: Vec<_> = twice["objects"].as_array().unwrap().iter().filter(|row| row["kind"] == "residue").map(|row| row["outcome"]["done"].clone()).collect();
    assert_eq!(known, [json!(0), json!(0), json!(0)], "{twice}");
    // Another minute's tick finds nothing to send either.
    std::thread::sleep(std::time::Duration::from_secs(8));
    everything_is_there_once(&mut world);

    what_can_never_be_delivered_stays_and_is_named(&world);
}

/// The batch that was classified holds no line: what is kept of it is masked and grouped.
fn nothing_raw_is_in_a_residue(world: &World<'_>, kept: &BTreeMap<String, String>) {
    for (key, bucket) in kept.iter().filter(|(key, _)| key.starts_with("residue/")) {
        let path = world.settings.scratch.join("residue.json").to_string_lossy().into_owned();
        world.aws.run(&["s3api", "get-object", "--bucket", bucket, "--key", key, &path]).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("awslogs") && !text.contains("logEvents"), "{key}: {text}");
    }
}

/// Copies of all objects, by key.
fn copies(world: &World<'_>, kept: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    kept.iter()
        .enumerate()
        .map(|(place, (key, bucket))| {
            let path = world.settings.scratch.join(format!("kept-{place}.json")).to_string_lossy().into_owned();
            world.aws.run(&["s3api", "get-object", "--bucket", bucket, "--key", key, &path]).unwrap();
            (key.clone(), path)
        })
        .collect()
}

fn everything_is_there_once(world: &mut World<'_>) {
    eventually("alarm and issue are told", || {
        let (alarms, issues) = world.told();
        Ok((alarms > 0 && issues > 0).then_some(()))
    })
    .unwrap();
    assert_eq!(world.told(), (1, 1), "{:#?}", world.inbox);
    assert_eq!(world.issues(), BTreeMap::from([("StockError".to_owned(), 1)]));
    for (provider, duration) in [("stripe", 120.0), ("adyen", 250.0)] {
        let (sum, samples) = world.duration(provider);
        assert!((sum - duration).abs() < 1e-6 && (samples - 1.0).abs() < 1e-6, "{provider}: {samples} samples, {sum} ms");
    }
}

fn what_can_never_be_delivered_stays_and_is_named(world: &World<'_>) {
    world.invoke(CLASSIFIER, "Event", &json!({"awslogs": {"data": STANDARD.encode("not gzip")}}));
    let kept = eventually("the batch that is not gzip is kept", || {
        let kept = world.kept();
        Ok((kept.len() == 1).then_some(kept))
    })
    .unwrap();
    let (code, left) = world.redrive_json(&[]);
    assert_eq!((code, &left["objects"][0]["outcome"]["code"]), (1, &json!("batch-not-gzip")), "{left}");
    assert_eq!(world.kept(), kept);
    // Letters of objects that were delivered before may come late, and are taken off then; the one about what stays does not go.
    assert_eq!((&left["dead_letters"]["open"], &left["dead_letters"]["strange"]), (&json!(1), &json!([])), "{left}");
}

#[test]
fn a_project_that_is_not_deployed_is_a_clear_error() {
    let settings = Settings::from_env().unwrap();
    let emulator = Emulator::start(&settings, "redrive-absent").unwrap();
    let aws = Aws::new(&settings, &emulator);
    let world = World { settings: &settings, emulator: &emulator, aws, person: Vec::new(), inbox: Vec::new() };
    let output = world.redrive(&["--dry-run"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.starts_with(&format!("error: shop-prod is not deployed in {REGION}")) && said.contains("hint: deploy the stack shop-prod-skywarden"),
        "{said}"
    );
}
