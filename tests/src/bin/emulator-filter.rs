//! Answers the emulator's questions about filter patterns with our own matcher: one JSON object a line in, one out.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, Write as _},
};

use serde::{Deserialize, Serialize};
use skywarden_core::{
    json::{Selector, Value},
    pattern::{FilterPattern, MetricValue},
};

#[derive(Deserialize)]
struct Question {
    pattern: String,
    messages: Vec<String>,
    value: Option<String>,
    #[serde(default)]
    dimensions: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Answer {
    matches: Vec<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Option<f64>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<Vec<BTreeMap<String, String>>>,
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
    let question: Question = serde_json::from_str(line).map_err(|error| error.to_string())?;
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
    serde_json::to_string(&Answer { matches, values, dimensions }).map_err(|error| error.to_string())
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
