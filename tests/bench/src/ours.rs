//! Ours: what metrics-extractor does with a delivered batch, up to the requests it would send.
//!
//! Every call into skywarden-core that this program makes for the hot path is in this file.

use std::{collections::BTreeMap, hint::black_box};

use anyhow::Context as _;
use base64::Engine as _;
use jiff::Timestamp;
use serde_json::Value;
use skywarden_core::{
    envelope::{Inflated, LogBatch, Payload, Sealed, inflate},
    json::Scratch,
    metric::{Aggregator, PutRequest, Rules},
    plan::{DimensionRule, MetricKind, MetricRule, MetricValueSource},
    record::{Form, Reader},
};

use crate::{
    answer::Answer,
    data::Batch,
    pipeline::Pipeline,
    series::{Metric, SeriesSet},
    truth::{self, Sample},
};

/// Log group of the generated batches.
const LOG_GROUP: &str = "/aws/lambda/orders-api-prod";

/// Namespace of the metrics; any will do.
const NAMESPACE: &str = "shop/prod/orders-api";

/// Most values of a dimension; more than the generated batches hold.
const DIMENSION_LIMIT: u32 = 100;

/// When the batches are processed: a little after their events, which are of 2026-11-23, 02:57 UTC.
const NOW_SECOND: i64 = 1_795_403_000;

/// Our pipeline.
#[derive(Debug)]
pub struct Ours {
    rules: Rules,
    now: Timestamp,
    requests: Vec<PutRequest>,
}

impl Ours {
    /// Compiles the rules, as a function does when it starts.
    ///
    /// # Errors
    /// A rule does not compile.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { rules: Rules::compile(&rules(), &[])?, now: now()?, requests: Vec::new() })
    }
}

impl Pipeline for Ours {
    fn process(&mut self, payload: &[u8]) -> anyhow::Result<()> {
        let event: Value = serde_json::from_slice(payload)?;
        let mut inflated = inflate(Sealed::Base64(data(&event)?))?;
        let batch = batch(&mut inflated)?;
        let mut aggregator = Aggregator::new(self.now);
        self.rules.extract(&batch, &mut aggregator);
        anyhow::ensure!(aggregator.drops().is_empty(), "samples were dropped: {:?}", aggregator.drops());
        self.requests = aggregator.into_requests();
        Ok(())
    }

    fn answer(&self) -> Answer {
        let mut set = SeriesSet::default();
        for datum in self.requests.iter().flat_map(|request| &request.data) {
            let ([(_, first), (_, second)], Some(metric)) = (datum.dimensions.as_slice(), Metric::named(&datum.name)) else {
                continue;
            };
            for value in &datum.values {
                set.add(metric, [first, second], datum.at.as_millisecond(), value.value, value.count);
            }
        }
        set.answer()
    }
}

/// A part of the pipeline that can be run alone, again and again.
#[expect(missing_debug_implementations, reason = "closures have none")]
pub struct Stage {
    /// Name in the report.
    pub name: &'static str,
    /// The work; it gives a number that tells whether the work was done. What it makes goes through `black_box`: a copy of which only the
    /// length is asked for would not be made.
    pub run: Box<dyn FnMut() -> usize>,
}

/// The stages that can be run alone. Those between them follow by subtraction, see [`DERIVED`].
///
/// # Errors
/// The batch is not what the generator writes.
pub fn stages(batch: &Batch) -> anyhow::Result<Vec<Stage>> {
    // Each stage runs for as long as the program does, and there are few: the batch they share may stay.
    let inflated: &'static mut Inflated = Box::leak(Box::new(Inflated::from(batch.inner.as_str())));
    let parsed: &'static LogBatch<'static> = Box::leak(Box::new(self::batch(inflated)?));
    let (base64, again) = (batch.base64.clone(), batch.base64.clone());
    let gzip = base64::engine::general_purpose::STANDARD.decode(&base64)?;
    let payload = batch.payload.clone();
    let samples = truth::samples(batch)?;
    let now = now()?;
    let (extracting, packing, adding) = (Rules::compile(&rules(), &[])?, Rules::compile(&rules(), &[])?, rules());
    let stage = |name: &'static str, run: Box<dyn FnMut() -> usize>| Stage { name, run };
    Ok(vec![
        stage("event", Box::new(move || serde_json::from_slice(&payload).ok().and_then(|event| data(black_box(&event)).map(str::len).ok()).unwrap_or(0))),
        stage("base64 and inflate", Box::new(move || inflate(Sealed::Base64(&base64)).map_or(0, |text| black_box(&text).len()))),
        stage("inflate", Box::new(move || inflate(Sealed::Gzip(&gzip)).map_or(0, |text| black_box(&text).len()))),
        stage(
            "decode",
            // The envelope is read in place, so it cannot be read twice.
            Box::new(move || {
                let Ok(mut inflated) = inflate(Sealed::Base64(&again)) else { return 0 };
                self::batch(&mut inflated).map_or(0, |batch| black_box(&batch).log_events.len())
            }),
        ),
        stage(
            "rules into aggregation",
            Box::new(move || {
                let mut aggregator = Aggregator::new(now);
                extracting.extract(parsed, &mut aggregator);
                black_box(&aggregator).drops().len()
            }),
        ),
        stage(
            "rules into requests",
            Box::new(move || {
                let mut aggregator = Aggregator::new(now);
                packing.extract(parsed, &mut aggregator);
                black_box(aggregator.into_requests()).len()
            }),
        ),
        stage("aggregation", Box::new(move || aggregate(&adding, &samples, now))),
        stage(
            "record, every field",
            Box::new(move || {
                let mut scratch = Scratch::default();
                let reader = Reader::standard();
                parsed.log_events.iter().filter(|event| black_box(&reader.read(event, &mut scratch)).form == Form::Json).count()
            }),
        ),
    ])
}

/// Stages that cannot be run alone: name, the stage that holds it, and the stage to take away.
pub const DERIVED: [(&str, &str, &str); 4] = [
    ("envelope", "decode", "base64 and inflate"),
    ("base64", "base64 and inflate", "inflate"),
    ("records and rules", "rules into aggregation", "aggregation"),
    ("pack", "rules into requests", "rules into aggregation"),
];

/// Adds samples that were read before.
fn aggregate(rules: &[MetricRule], samples: &[Sample], now: Timestamp) -> usize {
    let mut aggregator = Aggregator::new(now);
    for sample in samples {
        if let Some((number, rule)) = rules.iter().enumerate().find(|(_, rule)| rule.name == sample.metric.as_str()) {
            let [first, second] = &sample.dimensions;
            aggregator.add(number, rule, &[first.as_str().into(), second.as_str().into()], sample.value, sample.timestamp_ms);
        }
    }
    black_box(&aggregator).drops().len()
}

/// The data of an event as Lambda hands it over.
fn data(event: &Value) -> anyhow::Result<&str> {
    event.pointer("/awslogs/data").and_then(Value::as_str).context("the event has no awslogs.data")
}

/// The batch in what was inflated.
fn batch(inflated: &mut Inflated) -> anyhow::Result<LogBatch<'_>> {
    match Payload::parse(inflated)? {
        Payload::Data(batch) => Ok(batch),
        Payload::Control => anyhow::bail!("the batch is a control message"),
    }
}

fn now() -> anyhow::Result<Timestamp> {
    Ok(Timestamp::from_second(NOW_SECOND)?)
}

/// The five rules, as a plan holds them.
fn rules() -> Vec<MetricRule> {
    let constant = || MetricValueSource::Constant(1.0);
    let selector = |text: &str| MetricValueSource::Selector(text.to_owned());
    [
        (Metric::Requests, "{ $.status = * }", constant(), "Count", ("Method", "$.method")),
        (Metric::ServerErrors, "{ $.status >= 500 }", constant(), "Count", ("Method", "$.method")),
        (Metric::RequestDuration, "{ $.status = * }", selector("$.duration_ms"), "Milliseconds", ("Method", "$.method")),
        (Metric::BytesOut, "{ $.bytes_out > 0 }", selector("$.bytes_out"), "Bytes", ("Version", "$.version")),
        (Metric::Errors, r#"{ $.level = "ERROR" }"#, constant(), "Count", ("ErrorType", "$.error.type")),
    ]
    .into_iter()
    .map(|(metric, pattern, value, unit, second)| MetricRule {
        log_group: LOG_GROUP.to_owned(),
        namespace: NAMESPACE.to_owned(),
        name: metric.as_str().to_owned(),
        pattern: pattern.to_owned(),
        value,
        unit: unit.to_owned(),
        kind: if metric.is_distribution() { MetricKind::Distribution } else { MetricKind::Counter },
        resolution_seconds: 60,
        dimensions: [("Service", "$.service"), second]
            .map(|(name, selector)| DimensionRule { name: name.to_owned(), selector: selector.to_owned(), limit: DIMENSION_LIMIT })
            .into(),
        constants: BTreeMap::new(),
    })
    .collect()
}
