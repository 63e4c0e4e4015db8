//! The shared stack of a small project, deployed.

use std::{
    fs,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use flate2::Compression;
use serde_json::{Value, json};
use skywarden_e2e::{
    api::Api,
    aws::Aws,
    delivery::sealed,
    emulator::{ACCOUNT, Emulator, REGION},
    package::package,
    settings::Settings,
};

/// Names of everything the project has begin so.
pub(crate) const PREFIX: &str = "guard-prod";

/// Queue that gets every message for people.
pub(crate) const PEOPLE: &str = "guard-people";

/// The queue of what could not be delivered.
pub(crate) const DEAD_LETTERS: &str = "guard-prod-dead-letters";

/// Log group of the one service.
pub(crate) const LOG_GROUP: &str = "/ecs/guard-api";

/// Every error is critical, so that it is told at once; the metric has a limited dimension, so that metrics-extractor computes it.
const CONFIG: &str = "
project: guard
environment: prod
region: us-east-1
services: { api: { runtime: ecs, log_group: { name: /ecs/guard-api } } }
metrics:
  - { name: Done, from: api, where: '{ $.event = \"done\" }', by: { Kind: $.kind }, limit: 10 }
errors:
  rules: [{ when: { service: api }, category: crash, severity: critical }]
  notify: { limit: { route: 100, service: 100, per: 1m } }
routes: [{ severity: [critical, error, warning, info], email: team@example.com, sqs: guard-people }]
";

/// Longest wait for something that happens in its own time.
const PATIENCE: Duration = Duration::from_mins(1);

/// The emulator with the stack in it.
pub(crate) struct Deployed {
    pub(crate) emulator: Emulator,
    pub(crate) api: Api,
    number: AtomicU32,
}

impl Deployed {
    pub(crate) fn new(settings: &Settings) -> Self {
        let config = settings.scratch.join("guard.yaml");
        fs::write(&config, CONFIG).unwrap();
        let out = package(settings, &[config], "guard").unwrap();
        let emulator = Emulator::start_with(settings, "guard", &[("SKYWARDEN_SCHEDULE_SECONDS", "1")]).unwrap();
        let aws = Aws::new(settings, &emulator);
        let api = Api::new(&emulator);
        queue_for_topics(api, PEOPLE);
        aws.tell(&["s3", "mb", "s3://artifacts"]).unwrap();
        aws.deploy(&out, &format!("{PREFIX}-skywarden"), "artifacts").unwrap();
        Self { emulator, api, number: AtomicU32::new(0) }
    }

    /// A word of letters that no call before gave.
    pub(crate) fn fresh(&self) -> String {
        let mut number = self.number.fetch_add(1, Ordering::Relaxed) + 1;
        let mut word = String::new();
        while number > 0 {
            word.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
            number /= 26;
        }
        word
    }

    /// Looks until there is an answer or the emulator has said that there will be none: how often its log says `lost` must not have grown.
    pub(crate) fn unless_lost(&self, what: &str, lost: &str, before: usize, look: impl Fn() -> bool) -> Result<(), String> {
        let began = Instant::now();
        loop {
            if look() {
                return Ok(());
            }
            if self.said(lost) > before {
                return Err(format!("{what}: the emulator says: {lost}"));
            }
            if began.elapsed() > PATIENCE {
                return Err(format!("{what}: nothing within {} s", PATIENCE.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// How often the emulator's log holds a text.
    pub(crate) fn said(&self, text: &str) -> usize {
        self.emulator.log().matches(text).count()
    }

    /// Number of objects under a prefix of one of the two buckets.
    pub(crate) fn objects(&self, bucket: &str, prefix: &str) -> usize {
        self.api.keys(&bucket_name(bucket), prefix).unwrap().len()
    }

    /// Number of log streams of a function, which writes one at each invocation.
    pub(crate) fn streams(&self, function: &str) -> usize {
        let mut streams = 0;
        let mut input = json!({"logGroupName": format!("/aws/lambda/{PREFIX}-{function}")});
        loop {
            let answer = self.api.call("logs", "DescribeLogStreams", &input).unwrap();
            streams += answer["logStreams"].as_array().map_or(0, Vec::len);
            match answer.get("nextToken").filter(|token| !token.is_null()) {
                Some(token) => input["nextToken"] = token.clone(),
                None => return streams,
            }
        }
    }
}

/// Full name of a bucket of the stack.
pub(crate) fn bucket_name(word: &str) -> String {
    format!("{PREFIX}-{word}-{ACCOUNT}-{REGION}")
}

/// A queue that takes messages of every topic of the account.
pub(crate) fn queue_for_topics(api: Api, name: &str) {
    let arn = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}");
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
    }]});
    api.call("sqs", "CreateQueue", &json!({"QueueName": name, "Attributes": {"Policy": policy.to_string()}})).unwrap();
}

/// The event with which CloudWatch Logs delivers lines.
pub(crate) fn delivery(lines: &[Value]) -> Value {
    delivery_of(ACCOUNT, "f", lines)
}

/// The same from an account, by a subscription filter.
pub(crate) fn delivery_of(owner: &str, filter: &str, lines: &[Value]) -> Value {
    let now = jiff::Timestamp::now().as_millisecond();
    let event = |(number, line): (usize, &Value)| json!({"id": format!("{now}-{number}"), "timestamp": now, "message": line.to_string()});
    let events: Vec<Value> = lines.iter().enumerate().map(event).collect();
    let batch = json!({
        "messageType": "DATA_MESSAGE", "owner": owner, "logGroup": LOG_GROUP, "logStream": "s", "subscriptionFilters": [filter], "logEvents": events,
    });
    sealed(batch.to_string().as_bytes(), Compression::fast()).unwrap()
}
