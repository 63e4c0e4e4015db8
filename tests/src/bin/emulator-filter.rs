//! Answers the emulator's questions about log lines with our own code: one JSON object a line in, one out. Which lines does a filter pattern
//! match, and what do they give a metric filter; which metrics do they hold in embedded metric format.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, Write as _},
};

use serde::{Deserialize, Serialize};
use skywarden_core::{
    json::{Selector, Value},
    metric::emf::{self, Violation, Violations},
    pattern::{FilterPattern, MetricValue},
};

#[derive(Deserialize)]
#[serde(untagged)]
enum Question {
    Embedded {
        /// Log lines.
        embedded: Vec<String>,
        /// The time of the emulator, milliseconds since 1970.
        now: i64,
    },
    Filter(Filter),
}

#[derive(Deserialize)]
struct Filter {
    pattern: String,
    messages: Vec<String>,
    value: Option<String>,
    #[serde(default)]
    dimensions: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Filtered {
    matches: Vec<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Option<f64>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<Vec<BTreeMap<String, String>>>,
}

/// What a line holds in embedded metric format; nothing of both for an ordinary line.
#[derive(Default, Serialize)]
struct Embedded {
    samples: Vec<Sample>,
    /// Mistakes by the metric of `AWS/Logs` that counts them.
    violations: BTreeMap<&'static str, u64>,
}

#[derive(Serialize)]
struct Sample {
    namespace: String,
    name: String,
    unit: &'static str,
    dimensions: BTreeMap<String, String>,
    /// Milliseconds since 1970.
    timestamp: i64,
    values: Vec<f64>,
    /// How often each value was seen.
    counts: Vec<f64>,
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let answer = answer(&line?).unwrap_or_else(|error| serde_json::json!({ "error": error }).to_string());
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(line: &str) -> Result<String, String> {
    match serde_json::from_str(line).map_err(|error| error.to_string())? {
        Question::Embedded { embedded, now } => {
            let lines: Vec<Embedded> = embedded.iter().map(|line| extract(line, now)).collect();
            Ok(serde_json::json!({ "embedded": lines }).to_string())
        }
        Question::Filter(filter) => serde_json::to_string(&filtered(&filter)?).map_err(|error| error.to_string()),
    }
}

fn extract(line: &str, now: i64) -> Embedded {
    let lost = |violation: Violation| Embedded { samples: Vec::new(), violations: counted(&Violations::from([(violation, 1)])) };
    let document = match emf::read(line) {
        None => return Embedded::default(),
        Some(Err(violation)) => return lost(violation),
        Some(Ok(document)) => document,
    };
    if let Err(violation) = document.check_time(now) {
        return lost(violation);
    }
    let samples = document.samples().map(|sample| Sample {
        namespace: sample.namespace.to_owned(),
        name: sample.name.to_owned(),
        unit: sample.unit,
        dimensions: sample.dimensions.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
        timestamp: sample.timestamp_ms,
        values: sample.values.iter().map(|seen| seen.value).collect(),
        counts: sample.values.iter().map(|seen| seen.count).collect(),
    });
    Embedded { samples: samples.collect(), violations: counted(document.violations()) }
}

fn counted(violations: &Violations) -> BTreeMap<&'static str, u64> {
    let mut counted = BTreeMap::new();
    for (violation, times) in violations {
        *counted.entry(violation.log_group_metric()).or_default() += times;
    }
    counted
}

fn filtered(question: &Filter) -> Result<Filtered, String> {
    let pattern = FilterPattern::parse(&question.pattern).map_err(|error| error.to_string())?;
    let matches: Vec<bool> = question.messages.iter().map(|message| pattern.matches(message)).collect();
    let value = question.value.as_deref().map(MetricValue::parse).transpose().map_err(|error| error.to_string())?;
    let selectors = question
        .dimensions
        .iter()
        .map(|(name, text)| Ok((name, Selector::parse(text).map_err(|error| error.to_string())?)))
        .collect::<Result<Vec<_>, String>>()?;
    let values = value.map(|value| question.messages.iter().map(|message| value.extract(&pattern, message)).collect());
    let dimensions = values.is_some().then(|| question.messages.iter().map(|message| read(&selectors, message)).collect());
    Ok(Filtered { matches, values, dimensions })
}

fn read(selectors: &[(&String, Selector)], message: &str) -> BTreeMap<String, String> {
    selectors
        .iter()
        .filter_map(|(name, selector)| {
            let text = match selector.find(message)? {
                Value::String(text) => text.into_owned(),
                Value::Number(text) => text.to_owned(),
                Value::Bool(flag) => flag.to_string(),
                Value::Null | Value::Array(_) | Value::Object(_) => return None,
            };
            Some(((*name).clone(), text))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::answer;

    fn ask(question: &Value) -> Value {
        serde_json::from_str(&answer(&question.to_string()).unwrap()).unwrap()
    }

    #[test]
    fn patterns_are_matched_and_metric_filters_read() {
        let lines = [r#"{"a":1,"b":"x"}"#, "ERROR"];
        let filter = json!({"pattern": "{ $.a = 1 }", "messages": lines, "value": "$.a", "dimensions": {"B": "$.b"}});
        assert_eq!(ask(&filter), json!({"matches": [true, false], "values": [1.0, null], "dimensions": [{"B": "x"}, {}]}));
        assert_eq!(ask(&json!({"pattern": "ERROR", "messages": lines})), json!({"matches": [false, true]}));
        assert!(answer(r#"{"pattern":"{ $.a == 1 }","messages":[]}"#).is_err());
        assert!(answer("{}").is_err());
    }

    #[test]
    fn embedded_metrics_are_read_and_mistakes_counted() {
        let directive = json!({"Namespace": "N", "Dimensions": [["D"]], "Metrics": [{"Name": "M", "Unit": "Count"}, {"Name": "Gone"}]});
        let line = json!({"_aws": {"Timestamp": 5, "CloudWatchMetrics": [directive]}, "D": "d", "M": [1, 2]}).to_string();
        let sample =
            json!({"namespace": "N", "name": "M", "unit": "Count", "dimensions": {"D": "d"}, "timestamp": 5, "values": [1.0, 2.0], "counts": [1.0, 1.0]});
        let good = json!({"samples": [sample], "violations": {"EMFValidationErrors": 1}});
        let nothing = json!({"samples": [], "violations": {}});
        let lost = json!({"samples": [], "violations": {"EMFParsingErrors": 1}});
        let lines = [line.clone(), "ERROR".to_owned(), format!("INFO {line}")];
        assert_eq!(ask(&json!({"embedded": lines, "now": 0})), json!({"embedded": [good, nothing, lost]}));
        let late = json!({"samples": [], "violations": {"EMFValidationErrors": 1}});
        assert_eq!(ask(&json!({"embedded": [line], "now": 1_800_000_000_000_i64})), json!({"embedded": [late]}));
    }
}
