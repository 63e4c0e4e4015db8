//! What is there in the end: issues of the table, metrics of CloudWatch, messages that arrived.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use anyhow::Context as _;
use serde_json::{Value, json};
use skywarden_core::plan::TopicFormat;

use super::{
    deployment::{Deployment, inbox, table},
    expected::{MetricKey, Total},
};

/// Messages of one deployment, in the order of arrival.
pub(super) type Inbox = Mutex<Vec<Value>>;

/// What is there in the end.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Occurrences by error type, and the number of issues of each.
    pub issues: BTreeMap<String, (u64, usize)>,
    /// Metrics.
    pub metrics: BTreeMap<MetricKey, Total>,
    /// Messages in JSON, as they arrived.
    pub messages: Vec<Value>,
    /// Messages in text.
    pub texts: usize,
    /// The functions' own counters, by function and name.
    pub counters: BTreeMap<(String, String), f64>,
}

impl Deployment {
    /// Messages that have arrived so far, in JSON.
    pub(super) async fn told(&self) -> anyhow::Result<Vec<Value>> {
        for (format, messages) in [(TopicFormat::Json, &self.inboxes[0]), (TopicFormat::Text, &self.inboxes[1])] {
            let queue = inbox(&self.name, format);
            loop {
                let received = self.aws.receive(&queue).await?;
                if received.is_empty() {
                    break;
                }
                for message in received {
                    let body = message["Body"].as_str().unwrap_or_default();
                    let message_text = match format {
                        TopicFormat::Json => serde_json::from_str(body).with_context(|| format!("a message is no JSON: {body}"))?,
                        TopicFormat::Text | TopicFormat::Sms | TopicFormat::Chat => Value::from(body),
                    };
                    messages.lock().unwrap_or_else(PoisonError::into_inner).push(message_text);
                    self.aws.delete(&queue, &message).await?;
                }
            }
        }
        Ok(self.inboxes[0].lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Looks at everything; the functions have been ended then.
    ///
    /// # Errors
    /// The test itself is broken.
    pub async fn found(&self) -> anyhow::Result<Found> {
        for function in self.functions() {
            function.cool_down().await;
        }
        let messages = self.told().await?;
        let texts = self.inboxes[1].lock().unwrap_or_else(PoisonError::into_inner).len();
        Ok(Found { issues: self.issues().await?, metrics: self.metrics().await?, messages, texts, counters: self.counters() })
    }

    async fn issues(&self) -> anyhow::Result<BTreeMap<String, (u64, usize)>> {
        // An issue has an item of its own, and others with a part of its counts when many count it at once.
        let mut counts: BTreeMap<String, (Option<String>, u64)> = BTreeMap::new();
        for item in self.aws.items(&table(&self.name)).await? {
            let Some(key) = item["pk"]["S"].as_str().filter(|key| key.starts_with("issue#")) else { continue };
            let count = counts.entry(key.to_owned()).or_default();
            let Some(document) = item["document"]["S"].as_str() else { continue };
            let document: Value = serde_json::from_str(document)?;
            let services = document["services"].as_object().context("an issue without its services")?;
            count.1 += services.values().filter_map(Value::as_u64).sum::<u64>();
            if item["sk"]["S"] == "state" {
                count.0 = Some(kind(&document));
            }
        }
        let mut issues: BTreeMap<String, (u64, usize)> = BTreeMap::new();
        for (key, (kind, count)) in counts {
            let entry = issues.entry(kind.with_context(|| format!("{key} has counts and no state"))?).or_default();
            entry.0 += count;
            entry.1 += 1;
        }
        Ok(issues)
    }

    async fn metrics(&self) -> anyhow::Result<BTreeMap<MetricKey, Total>> {
        let now = jiff::Timestamp::now().as_second();
        let mut metrics = BTreeMap::new();
        for service in ["payments", "catalog", "checkout", "mailer"] {
            let namespace = format!("{}/{service}", self.namespace);
            let listed = self.aws.json("monitoring", "ListMetrics", &json!({"Namespace": namespace})).await?;
            for metric in listed["Metrics"].as_array().into_iter().flatten() {
                let name = metric["MetricName"].as_str().context("a metric without a name")?;
                let request = json!({"Namespace": namespace, "MetricName": name, "Dimensions": metric["Dimensions"], "StartTime": now - 20 * 24 * 3_600,
                    "EndTime": now + 3 * 3_600, "Period": 86_400, "Statistics": ["Sum", "SampleCount"]});
                let answer = self.aws.json("monitoring", "GetMetricStatistics", &request).await?;
                let points = answer["Datapoints"].as_array().cloned().unwrap_or_default();
                let total = |field: &str| points.iter().filter_map(|point| point[field].as_f64()).sum::<f64>();
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let pairs = metric["Dimensions"].as_array().into_iter().flatten();
                let mut dimensions: Vec<_> = pairs.map(|pair| (text(&pair["Name"]), text(&pair["Value"]))).collect();
                dimensions.sort();
                metrics.insert(
                    MetricKey { service: service.to_owned(), name: name.to_owned(), dimensions },
                    Total { samples: total("SampleCount"), sum: total("Sum") },
                );
            }
        }
        Ok(metrics)
    }

    /// From the closing lines of every invocation.
    fn counters(&self) -> BTreeMap<(String, String), f64> {
        let mut counters = BTreeMap::new();
        for function in self.functions() {
            for line in function.lines() {
                let Ok(document) = serde_json::from_str::<Value>(&line) else { continue };
                let metrics = document["_aws"]["CloudWatchMetrics"].as_array().into_iter().flatten();
                for name in metrics.flat_map(|directive| directive["Metrics"].as_array().into_iter().flatten()).filter_map(|metric| metric["Name"].as_str()) {
                    *counters.entry((function.name().to_owned(), name.to_owned())).or_default() += document[name].as_f64().unwrap_or(0.0);
                }
            }
        }
        counters
    }
}

/// The type by which a test knows an issue: of its occurrences, or out of its text.
pub(super) fn kind(issue: &Value) -> String {
    // Of a message `kind` says what sort of message it is.
    let known = ["error_type", if issue["kind"] == "issue" { "error_type" } else { "kind" }]
        .iter()
        .filter_map(|field| issue[*field].as_str())
        .find(|kind| !kind.is_empty());
    let text = || {
        ["template", "headline", "title"]
            .iter()
            .filter_map(|field| issue[*field].as_str())
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
            .find(|word| word.ends_with("Error"))
    };
    known.or_else(text).map_or_else(|| format!("unknown: {issue}"), str::to_owned)
}
