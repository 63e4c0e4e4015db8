//! People at work on a deployed project: `skywarden verify` and `skywarden issues`, the real program against the emulator, under the policy that the
//! stack gives them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says by a panic what went wrong")]

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use skywarden_e2e::{
    aws::Aws,
    emulator::{Emulator, REGION},
    eventually::eventually,
    package::package,
    settings::Settings,
    shop,
};

const SHARED: &str = "shop-prod-skywarden";
const TABLE: &str = "shop-prod-issues";
const GROUP: &str = "/ecs/shop-catalog";

fn skywarden(settings: &Settings) -> Command {
    let mut command = Command::new(&settings.skywarden);
    command.env("COLUMNS", "120").env("NO_COLOR", "1");
    command
}

/// Options that name the configs: the example's, and one with short waits.
fn config(configs: &[PathBuf]) -> impl Iterator<Item = &OsStr> {
    configs.iter().flat_map(|config| [OsStr::new("--config"), config.as_os_str()])
}

/// A person with a terminal.
struct Desk<'a> {
    settings: &'a Settings,
    configs: &'a [PathBuf],
    environment: Vec<(String, String)>,
}

impl Desk<'_> {
    /// Standard output, standard error and exit code.
    fn run(&self, arguments: &[&str]) -> (String, String, i32) {
        let output = skywarden(self.settings).args(arguments).args(config(self.configs)).envs(self.environment.clone()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr), output.status.code().unwrap())
    }

    fn done(&self, arguments: &[&str]) -> String {
        let (out, err, code) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {out}{err}");
        out
    }

    fn document(&self, arguments: &[&str]) -> Value {
        let out = self.done(arguments);
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }
}

/// A user who may do what the policy of the stack's output allows, and nothing else.
fn person(aws: &Aws<'_>, emulator: &Emulator) -> Vec<(String, String)> {
    let stack = aws.run(&["cloudformation", "describe-stacks", "--stack-name", SHARED]).unwrap();
    let outputs = stack["Stacks"][0]["Outputs"].as_array().unwrap();
    let policy = outputs.iter().find(|output| output["OutputKey"] == "IssuesPolicyArn").unwrap()["OutputValue"].as_str().unwrap();
    aws.run(&["iam", "create-user", "--user-name", "ann"]).unwrap();
    aws.run(&["iam", "attach-user-policy", "--user-name", "ann", "--policy-arn", policy]).unwrap();
    let key = aws.run(&["iam", "create-access-key", "--user-name", "ann"]).unwrap();
    let mut environment = emulator.environment();
    environment.retain(|(name, _)| !matches!(name.as_str(), "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY"));
    environment.push(("AWS_ACCESS_KEY_ID".to_owned(), key["AccessKey"]["AccessKeyId"].as_str().unwrap().to_owned()));
    environment.push(("AWS_SECRET_ACCESS_KEY".to_owned(), key["AccessKey"]["SecretAccessKey"].as_str().unwrap().to_owned()));
    environment
}

/// The issue as it lies in the table.
fn stored(aws: &Aws<'_>, fingerprint: &str) -> Option<Value> {
    let key = json!({"pk": {"S": format!("issue#{fingerprint}")}, "sk": {"S": "state"}}).to_string();
    let answer = aws.run(&["dynamodb", "get-item", "--table-name", TABLE, "--key", &key, "--consistent-read"]).unwrap();
    Some(serde_json::from_str(answer["Item"]["document"]["S"].as_str()?).unwrap())
}

fn put(aws: &Aws<'_>, scratch: &Path, lines: &[Value]) {
    aws.run(&["logs", "create-log-stream", "--log-group-name", GROUP, "--log-stream-name", "operations"]).unwrap();
    let now = jiff::Timestamp::now().as_millisecond();
    let events: Vec<Value> = lines.iter().map(|line| json!({"timestamp": now, "message": line.to_string()})).collect();
    let input = scratch.join("operations-events.json");
    fs::write(&input, json!({"logGroupName": GROUP, "logStreamName": "operations", "logEvents": events}).to_string()).unwrap();
    aws.run(&["logs", "put-log-events", "--cli-input-json", &format!("file://{}", input.display())]).unwrap();
}

fn error(kind: &str, message: &str) -> Value {
    json!({"level": "ERROR", "message": "it failed", "request_id": "r-1", "user_id": "u-1", "error": {"type": kind, "message": message}})
}

#[test]
fn people_verify_look_and_decide() {
    let settings = Settings::from_env().unwrap();
    let configs = shop::configs(&settings, &format!("region: {REGION}")).unwrap();
    let assembly = package(&settings, &configs, "assembly-operations").unwrap();
    let emulator = Emulator::start(&settings, "operations").unwrap();
    let aws = Aws::new(&settings, &emulator);
    shop::ops_queue(&aws).unwrap();
    let administrator = Desk { settings: &settings, configs: &configs, environment: emulator.environment() };
    before_the_deployment_it_is_said_what_is_missing(&administrator);

    aws.tell(&["s3", "mb", "s3://artifacts"]).unwrap();
    aws.deploy(&assembly, SHARED, "artifacts").unwrap();
    aws.deploy(&assembly, "shop-prod-service-catalog", "artifacts").unwrap();
    let desk = Desk { settings: &settings, configs: &configs, environment: person(&aws, &emulator) };
    let nothing = desk.run(&["issues", "list"]);
    assert_eq!((nothing.0.trim(), nothing.2), ("there are no issues", 1), "{}", nothing.1);

    a_marked_line_arrives_everywhere(&desk, &aws);
    put(
        &aws,
        &settings.scratch,
        &[error("CartLost", "cart of ann@example.com is gone"), error("StockUnknown", "no stock of 17"), error("CartLost", "cart of bob@example.com is gone")],
    );
    people_decide(&desk, &aws);
}

fn before_the_deployment_it_is_said_what_is_missing(desk: &Desk<'_>) {
    let (out, err, code) = desk.run(&["issues", "list"]);
    assert_eq!((out.as_str(), code), ("", 2), "{err}");
    assert!(err.contains("there is no table shop-prod-issues in us-east-1") && err.contains("hint: deploy the stack shop-prod-skywarden there first"), "{err}");
    let (_, err, code) = desk.run(&["verify", "--service", "catalog", "--as", "Ann"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("hint:") && !err.contains("panicked"), "{err}");
}

fn a_marked_line_arrives_everywhere(desk: &Desk<'_>, aws: &Aws<'_>) {
    let (out, err, code) = desk.run(&["verify", "--service", "catalog", "--as", "Ann Smith", "--timeout", "3m"]);
    assert_eq!(code, 0, "{out}{err}");
    for stage in ["log-group", "metric", "issue", "notice", "message"] {
        let line = out.lines().find(|line| line.split_whitespace().nth(2) == Some(stage)).unwrap_or_else(|| panic!("no {stage} in {out}"));
        assert!(line.contains(" s "), "with its time: {line}");
    }
    assert!(out.contains("published to ") && out.contains("shop-prod-route-oncall-json"), "{out}");
    let message = eventually("the message is there", || {
        let bodies = aws.drain(shop::OPS_QUEUE)?;
        Ok(bodies.into_iter().map(|body| serde_json::from_str::<Value>(&body).unwrap()).find(|message| message["error_type"] == "SkywardenVerification"))
    })
    .unwrap();
    assert!(message["sample"].as_str().unwrap().contains("this is a test of the monitoring of catalog, nothing is wrong: by=\"Ann Smith\""), "{message}");
    assert!(message["first_step"].as_str().unwrap().starts_with("This is a test"), "{message}");
    let fingerprint = message["fingerprint"].as_str().unwrap();
    let issue = stored(aws, fingerprint).unwrap();
    assert_eq!((issue["said"]["word"].as_str(), issue["said"]["by"].as_str(), issue["count"].as_u64()), (Some("resolved"), Some("Ann Smith"), Some(1)));

    // At once again, as a document: the same issue regresses, and its message goes into the digest.
    let again = desk.document(&["verify", "--service", "catalog", "--as", "Bob", "--timeout", "4m", "--json"]);
    assert_eq!((again["arrived"].as_bool(), again["fingerprint"].as_str()), (Some(true), Some(fingerprint)), "{again:#}");
    let stages: Vec<&str> = again["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["log-group", "metric", "issue", "notice", "message"]);
    let issue = stored(aws, fingerprint).unwrap();
    assert_eq!((issue["count"].as_u64(), issue["state"].as_str()), (Some(2), Some("resolved")));
}

fn people_decide(desk: &Desk<'_>, aws: &Aws<'_>) {
    let listed = eventually("both issues are listed", || {
        let (out, _, _) = desk.run(&["issues", "list", "--json"]);
        let list: Value = serde_json::from_str(&out)?;
        let seen = list["issues"].as_array().unwrap().iter().map(|issue| issue["count"].as_u64().unwrap()).sum::<u64>();
        Ok((list["total"] == 2 && seen == 3).then_some(list))
    })
    .unwrap();
    let of = |kind: &str| {
        let found = listed["issues"].as_array().unwrap().iter().find(|issue| issue["type"] == kind);
        found.unwrap_or_else(|| panic!("no {kind} in {listed}"))["fingerprint"].as_str().unwrap().to_owned()
    };
    let (cart, stock) = (of("CartLost"), of("StockUnknown"));
    let table = desk.done(&["issues", "list"]);
    assert!(table.lines().count() == 3 && table.contains(&cart[..8]) && table.contains("StockUnknown: no stock of"), "{table}");
    let all = desk.document(&["issues", "list", "--state", "all", "--json"]);
    assert_eq!(all["total"], 3, "the verification's is resolved");

    let shown = desk.done(&["issues", "show", &cart[..6]]);
    assert!(shown.contains(&cart) && shown.contains("services   catalog 2") && shown.contains("users      about 1") && !shown.contains("ann@"), "{shown}");

    let said = desk.done(&["issues", "resolve", &cart[..6], "--in-version", "2.0", "--as", "Ann"]);
    assert!(said.contains("resolved in 2.0"), "{said}");
    let issue = stored(aws, &cart).unwrap();
    assert_eq!((issue["said"]["by"].as_str(), issue["said"]["in_version"].as_str(), issue["state"].as_str()), (Some("Ann"), Some("2.0"), Some("resolved")));
    desk.done(&["issues", "reopen", &cart]);
    desk.done(&["issues", "ignore", &stock, "--until-count", "100", "--as", "Ann"]);
    assert_eq!(stored(aws, &stock).unwrap()["said"]["until"], json!({"until": "count", "count": 101}));
    assert_eq!(desk.document(&["issues", "list", "--json"])["total"], 1);
    desk.done(&["issues", "assign", &cart, "--to", "Bob", "--as", "Ann"]);
    assert_eq!(desk.document(&["issues", "list", "--assigned", "Bob", "--json"])["issues"][0]["fingerprint"], cart.as_str());
    desk.done(&["issues", "merge", &stock, "--into", &cart, "--as", "Ann"]);
    assert_eq!(stored(aws, &stock).unwrap()["merged_into"], cart.as_str());
    assert_eq!(stored(aws, &cart).unwrap()["count"], 3);
    let (_, err, code) = desk.run(&["issues", "resolve", &stock]);
    assert!(code == 1 && err.contains("has been merged into") && err.contains("issue-merged"), "{err}");

    let forgotten = desk.document(&["issues", "forget", &cart, "--as", "Ann", "--json"]);
    assert_eq!(forgotten["forgotten"][0]["issues"], json!([cart, stock]), "{forgotten}");
    for fingerprint in [&cart, &stock] {
        let issue = stored(aws, fingerprint).unwrap();
        let text = issue.to_string();
        assert!(!text.contains("of *** is gone") && !text.contains("r-1") && issue["sample"]["message"] == "", "{text}");
        assert_eq!(issue["deed"]["what"], "forgotten");
    }
    // The template, `cart of * is gone`, stays. Once the notices are sent, the outbox has nothing of the samples either.
    eventually("no item holds the text", || {
        let answer = aws.run(&["dynamodb", "scan", "--table-name", TABLE, "--consistent-read"])?;
        Ok((!answer.to_string().contains("of *** is gone")).then_some(()))
    })
    .unwrap();
    desk.done(&["issues", "unmerge", &stock]);
    desk.done(&["issues", "forget", "--all", &stock, "--as", "Ann"]);
    assert_eq!(stored(aws, &stock), None);
    let (_, err, code) = desk.run(&["issues", "show", &stock]);
    assert!(code == 1 && err.contains("issue-unknown"), "{err}");
    assert_eq!(desk.document(&["issues", "list", "--state", "all", "--json"])["total"], 2);
}
