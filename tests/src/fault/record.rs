//! What the proxy saw.

use std::{
    collections::BTreeMap,
    io::Read as _,
    sync::{Mutex, PoisonError},
};

use anyhow::Context as _;
use serde_json::Value;

use super::{Fault, Service, cbor};

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Function that made it.
    pub function: String,
    /// Process that made it: its [`number`](crate::runtime::Process::number).
    pub process: u64,
    /// Service.
    pub service: Service,
    /// Operation.
    pub operation: String,
    /// What happened to it.
    pub fired: Option<Fault>,
    /// Whether the service did it: it was forwarded, and answered with success.
    pub took_effect: bool,
    /// Whether the function heard so.
    pub answered: bool,
    /// How many messages it publishes.
    pub messages: usize,
    /// What a PutMetricData holds.
    pub puts: Vec<Put>,
    /// What the service answered, when it was asked and refused.
    pub refused: Option<String>,
}

/// A datum of PutMetricData, as far as totals need it.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    /// Namespace.
    pub namespace: String,
    /// Metric.
    pub name: String,
    /// Dimensions, sorted by name.
    pub dimensions: Vec<(String, String)>,
    /// Number of samples.
    pub samples: f64,
    /// Their sum.
    pub sum: f64,
}

impl Put {
    /// Service: the last part of the namespace.
    pub fn service(&self) -> &str {
        self.namespace.rsplit('/').next().unwrap_or_default()
    }
}

/// An entry of the record.
#[derive(Clone, Debug)]
enum Entry {
    Call(Box<Call>),
    /// A process died: it was killed, or ended at its deadline.
    Died(u64),
}

/// Everything the proxy saw, in order of the answers.
#[derive(Debug, Default)]
pub struct Record(Mutex<Vec<Entry>>);

impl Record {
    pub(super) fn add(&self, call: Call) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Entry::Call(Box::new(call)));
    }

    pub(super) fn died(&self, process: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Entry::Died(process));
    }

    /// Every call.
    pub fn calls(&self) -> Vec<Call> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Call(call) => Some(call.as_ref().clone()),
                Entry::Died(_) => None,
            })
            .collect()
    }

    /// Requests of PutMetricData that came more than once, and what became of each: to find out why something was doubled.
    pub fn same_puts(&self) -> Vec<String> {
        let mut same: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for call in self.calls().into_iter().filter(|call| !call.puts.is_empty()) {
            let told = format!("process {} (took effect: {}, answered: {}, fault: {:?})", call.process, call.took_effect, call.answered, call.fired);
            same.entry(format!("{:?}", call.puts)).or_default().push(told);
        }
        same.into_values().filter(|calls| calls.len() > 1).map(|calls| format!("the same PutMetricData: {}", calls.join("; "))).collect()
    }

    /// Calls of one operation that took effect without the function being able to know it, so that it has to do them again. Besides those whose
    /// answer was lost: those after which the process died before it could note them with a call of `note`, an operation of DynamoDB.
    pub fn unknown(&self, service: Service, operation: &str, note: &str) -> Vec<Call> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unknown = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            let Entry::Call(call) = entry else { continue };
            if call.service != service || call.operation != operation || !call.took_effect {
                continue;
            }
            // Under way when its process died: the answer came to nobody.
            let late = entries[..place].iter().any(|entry| matches!(entry, Entry::Died(process) if *process == call.process));
            let rest = &entries[place + 1..];
            let died = rest.iter().any(|entry| matches!(entry, Entry::Died(process) if *process == call.process));
            // Also when the process died meanwhile: the note was on its way already.
            let noted =
                rest.iter().any(|entry| matches!(entry, Entry::Call(next) if next.process == call.process && next.operation == note && next.took_effect));
            if !call.answered || late || (died && !noted) {
                unknown.push(call.as_ref().clone());
            }
        }
        unknown
    }

    /// Messages that were published without the function being able to know it, as [`Self::unknown`] says it of calls. Each is noted by itself, with an
    /// `UpdateItem`, once the whole request has its answer.
    pub fn unknown_messages(&self) -> usize {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let published = |(place, entry): (usize, &Entry)| {
            let Entry::Call(call) = entry else { return 0 };
            if !call.took_effect || call.messages == 0 {
                return 0;
            }
            let died = |entry: &Entry| matches!(entry, Entry::Died(process) if *process == call.process);
            if !call.answered || entries[..place].iter().any(died) {
                return call.messages;
            }
            let rest = &entries[place + 1..];
            let Some(death) = rest.iter().position(died) else { return 0 };
            let is_note =
                |entry: &&Entry| matches!(entry, Entry::Call(next) if next.process == call.process && next.operation == "UpdateItem" && next.took_effect);
            call.messages.saturating_sub(rest[..death].iter().filter(is_note).count())
        };
        entries.iter().enumerate().map(published).sum()
    }
}

/// Reads the body of a PutMetricData.
pub(super) fn puts(body: &[u8], compressed: bool) -> anyhow::Result<Vec<Put>> {
    let mut inflated = Vec::new();
    let body = if compressed {
        #[expect(clippy::disallowed_types, reason = "what our own function has sent to our own proxy")]
        flate2::read::GzDecoder::new(body).read_to_end(&mut inflated)?;
        &inflated
    } else {
        body
    };
    let request = cbor::read(body)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let data = request["MetricData"].as_array().context("no data")?;
    let put = |datum: &Value| {
        let numbers = |name: &str| datum[name].as_array().into_iter().flatten().filter_map(Value::as_f64).collect::<Vec<_>>();
        let (values, counts) = (numbers("Values"), numbers("Counts"));
        let pairs = datum["Dimensions"].as_array().into_iter().flatten();
        let mut dimensions: Vec<(String, String)> = pairs.map(|pair| (text(&pair["Name"]), text(&pair["Value"]))).collect();
        dimensions.sort();
        Put {
            namespace: text(&request["Namespace"]),
            name: text(&datum["MetricName"]),
            dimensions,
            samples: counts.iter().sum(),
            sum: values.iter().zip(&counts).map(|(value, count)| value * count).sum(),
        }
    };
    Ok(data.iter().map(put).collect())
}
