//! What the functions are given, and what must come of it: counted while it is made, apart from the code that is tested.

use std::collections::BTreeMap;

use anyhow::Context as _;
use bytes::Bytes;
use flate2::Compression;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::expected::{Expected, MetricKey};
use crate::{
    delivery::sealed,
    emulator::{ACCOUNT, REGION},
};

/// How much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Batches.
    pub batches: usize,
    /// Events in each.
    pub events: usize,
}

/// The whole: 100,000 events.
pub const FULL: Size = Size { batches: 200, events: 500 };

/// A small one.
pub const QUICK: Size = Size { batches: 16, events: 60 };

/// Every so manieth event is an error of the service.
const ERROR_EVERY: usize = 9;

/// Every so manieth event is a line that is not what it should be.
const POISON_EVERY: usize = 37;

const SERVICES: [(&str, &str); 4] =
    [("payments", "/ecs/shop-payments"), ("catalog", "/ecs/shop-catalog"), ("checkout", "/aws/lambda/shop-checkout"), ("mailer", "/ec2/shop-mailer")];

/// Half of the batches are those of which metrics are made.
const TURNS: [usize; 8] = [0, 1, 0, 2, 0, 3, 0, 1];

const FIRST: [&str; 10] = ["Amber", "Basil", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Haven", "Iris", "Jade"];
const SECOND: [&str; 4] = ["Ledger", "Shelf", "Basket", "Letter"];
const PROVIDERS: [&str; 3] = ["adyen", "paypal", "stripe"];
const ALARMS: [&str; 3] = ["shop-prod-catalog-error-rate", "shop-prod-checkout-error-rate", "shop-prod-payments-error-rate"];

/// The load of one scenario.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// Log batches, as Lambda hands them over.
    pub batches: Vec<Bytes>,
    /// Messages of the topic `alarms` that say an alarm fires, as Lambda hands them over.
    pub alarms: Vec<Bytes>,
    /// Those that say it is over.
    pub resolved: Vec<Bytes>,
    /// What must come of it.
    pub expected: Expected,
}

/// One log line.
#[derive(Clone, Debug)]
pub struct Line {
    /// Milliseconds since 1970.
    pub at: i64,
    /// Text.
    pub message: String,
}

impl Load {
    /// The usual load: four services, forty errors, two metrics, lines that are not what they should be, three alarms that fire and resolve.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn usual(size: Size, now: Timestamp) -> anyhow::Result<Self> {
        Self::with_poison(size, now, POISON_EVERY)
    }

    /// The same with more, or fewer, lines that are not what they should be: every so manieth.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn with_poison(size: Size, now: Timestamp, poison_every: usize) -> anyhow::Result<Self> {
        let mut load = Self::default();
        for number in 0..size.batches {
            let (service, group) = SERVICES[TURNS[number % TURNS.len()]];
            let lines: Vec<Line> = (0..size.events).map(|at| load.line(service, number * size.events + at, poison_every, now)).collect();
            load.batch(group, &format!("{service}-{}", number % 7), number, &lines)?;
        }
        for (number, alarm) in ALARMS.iter().enumerate() {
            for state in ["ALARM", "OK"] {
                load.alarm(alarm, state, number, now)?;
            }
        }
        Ok(load)
    }

    /// Adds a batch; its events count, what comes of them is the caller's to say.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn batch(&mut self, group: &str, stream: &str, number: usize, lines: &[Line]) -> anyhow::Result<()> {
        let events: Vec<Value> =
            lines.iter().enumerate().map(|(at, line)| json!({"id": format!("{number:028}{at:028}"), "timestamp": line.at, "message": line.message})).collect();
        let text = json!({"messageType": "DATA_MESSAGE", "owner": ACCOUNT, "logGroup": group, "logStream": stream, "subscriptionFilters": ["all"], "logEvents": events});
        self.expected.events += lines.len() as u64;
        self.batches.push(payload(text.to_string().as_bytes())?);
        Ok(())
    }

    /// One line of a service, and what must come of it.
    fn line(&mut self, service: &str, number: usize, poison_every: usize, now: Timestamp) -> Line {
        let at = now.as_millisecond() - 30_000 + i64::try_from(number % 20_000).unwrap_or(0);
        let time = Timestamp::from_millisecond(at).unwrap_or(now);
        let message = if number % ERROR_EVERY == 1 {
            self.error(service, number / ERROR_EVERY, time)
        } else if number % poison_every == poison_every - 1 {
            self.expected.poison += 1;
            poison(number / poison_every)
        } else if service == "payments" {
            self.payment(number, time)
        } else if service == "mailer" {
            format!("{} INFO mailer.queue: accepted m{number}", time.strftime("%Y-%m-%d %H:%M:%S,%3f"))
        } else {
            json!({"timestamp": format!("{time:.3}"), "level": "INFO", "message": "request", "service": service, "http": {"method": "GET", "route": "/a", "status_code": 200, "duration_ms": 3.5}}).to_string()
        };
        Line { at, message }
    }

    fn error(&mut self, service: &str, turn: usize, time: Timestamp) -> String {
        let kind = self.expect_error(service, turn % FIRST.len());
        if service == "mailer" {
            return format!("{} ERROR mailer.smtp: {kind} while a letter was handed over", time.strftime("%Y-%m-%d %H:%M:%S,%3f"));
        }
        error_line(service, &kind, turn, time)
    }

    /// Expects one occurrence of one of a service's ten errors; gives its type.
    pub fn expect_error(&mut self, service: &str, which: usize) -> String {
        let second = SERVICES.iter().position(|(name, _)| *name == service).unwrap_or(0);
        let kind = format!("{}{}Error", FIRST[which % FIRST.len()], SECOND[second]);
        *self.expected.issues.entry(kind.clone()).or_default() += 1;
        kind
    }

    fn payment(&mut self, number: usize, time: Timestamp) -> String {
        let provider = PROVIDERS[number % PROVIDERS.len()];
        let outcome = if number % 11 == 3 { "error" } else { "ok" };
        // Quarters: their sums are exact, whatever the order.
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let duration = (number % 4_000) as f64 / 4.0 + 1.0;
        self.expect_payment(provider, outcome, duration);
        payment_line(provider, outcome, duration, time)
    }

    /// Expects what is measured of one payment.
    pub fn expect_payment(&mut self, provider: &str, outcome: &str, duration: f64) {
        let dimension = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut dimensions = vec![dimension("Outcome", outcome), dimension("Provider", provider)];
        self.expected.sample(MetricKey { service: "payments".to_owned(), name: "PaymentDuration".to_owned(), dimensions: dimensions.clone() }, duration);
        if outcome == "error" {
            dimensions.remove(0);
            self.expected.sample(MetricKey { service: "payments".to_owned(), name: "PaymentFailures".to_owned(), dimensions }, 1.0);
        }
    }

    /// Adds an alarm's change of state.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn alarm(&mut self, alarm: &str, state: &str, number: usize, now: Timestamp) -> anyhow::Result<()> {
        let seconds = i64::try_from(number * 2).unwrap_or(0) + i64::from(state == "OK");
        let changed = now.checked_sub(jiff::SignedDuration::from_secs(100 - seconds)).context("time")?;
        let message = json!({
            "AlarmName": alarm, "AlarmDescription": "", "AWSAccountId": ACCOUNT, "NewStateValue": state, "NewStateReason": "Threshold Crossed",
            "StateChangeTime": changed.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string(), "Region": "US East (N. Virginia)", "OldStateValue": if state == "OK" { "ALARM" } else { "OK" },
            "AlarmArn": format!("arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{alarm}"),
            "Trigger": {"MetricName": "m", "Namespace": "n", "StatisticType": "Statistic", "Statistic": "SUM", "Dimensions": [], "Period": 60,
                "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold", "Threshold": 1.0, "TreatMissingData": "missing"},
        });
        let event = json!({"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "a", "Sns": {
            "Type": "Notification", "MessageId": format!("{number}-{state}"), "TopicArn": "t", "Subject": "s", "Message": message.to_string(),
            "Timestamp": format!("{now:.3}"), "SignatureVersion": "1", "Signature": "x", "SigningCertUrl": "u", "UnsubscribeUrl": "u", "MessageAttributes": {}}}]});
        let list = if state == "OK" { &mut self.resolved } else { &mut self.alarms };
        list.push(event.to_string().into());
        let state = if state == "OK" { "resolved" } else { "firing" };
        self.expected.alarms.insert((alarm.to_owned(), state.to_owned()));
        Ok(())
    }
}

/// A payment as the example's service writes it.
pub fn payment_line(provider: &str, outcome: &str, duration: f64, time: Timestamp) -> String {
    json!({"timestamp": format!("{time:.3}"), "level": "INFO", "message": "payment attempt", "service": "payments",
        "fields": {"event": "payment_attempt", "provider": provider, "outcome": outcome, "duration_ms": duration}})
    .to_string()
}

/// An error as the telemetry library writes it.
pub fn error_line(service: &str, kind: &str, number: usize, time: Timestamp) -> String {
    json!({"timestamp": format!("{time:.3}"), "level": "ERROR", "message": format!("could not finish {number}"), "service": service,
        "error": {"type": kind, "message": format!("gave up on number {number}")}})
    .to_string()
}

/// A line that is not what it should be, and no error.
fn poison(turn: usize) -> String {
    match turn % 8 {
        0 => "{ \"level\": \"INFO\" and then it broke off".to_owned(),
        1 => "\u{0}\u{1}\u{2}\u{fffd}".to_owned(),
        2 => "[".repeat(2_000),
        3 => format!("{{\"level\": 7, \"message\": {}}}", "{\"a\":".repeat(200)),
        4 => "x".repeat(20_000),
        5 => String::new(),
        6 => r#"{"level":"INFO","message":null,"fields":{"event":["payment_attempt"],"duration_ms":"NaN"},"level":"INFO"}"#.to_owned(),
        _ => r#"{"level":"INFO","fields":{"event":"payment_attempt","provider":"adyen","outcome":"ok","duration_ms":1e999}}"#.to_owned(),
    }
}

/// The payload of a batch, compressed fast: of most there are many.
pub(super) fn payload(batch: &[u8]) -> anyhow::Result<Bytes> {
    Ok(sealed(batch, Compression::fast())?.to_string().into())
}

/// Events of the same size and content, in another order of batches: what arrives late arrives so.
pub fn shuffled(batches: &[Bytes]) -> Vec<Bytes> {
    let by_hash: BTreeMap<u64, &Bytes> = batches.iter().enumerate().map(|(at, batch)| ((at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15), batch)).collect();
    by_hash.into_values().cloned().collect()
}
