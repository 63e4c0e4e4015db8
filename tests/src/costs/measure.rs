//! Starting, feeding and looking.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::json;

use super::{
    aws::Aws,
    load::{self, Lines},
    price::MEMORY_MB,
    report::{Costs, FunctionCosts, Work},
};
use crate::{
    clock::Clock,
    runtime::{Attached as _, Instance, Lines as Written, Outcome, Program},
};

/// What is measured.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Directory with the built programs, each under the function's name.
    pub binaries: PathBuf,
    /// The plan of the example.
    pub plan: PathBuf,
    /// A directory of its own.
    pub scratch: PathBuf,
    /// Starts of each function.
    pub starts: usize,
    /// Invocations with each event, after one that warms up.
    pub turns: usize,
}

/// One kind of event.
struct Event {
    name: &'static str,
    payload: Bytes,
    events: usize,
    message_bytes: usize,
}

/// Measures every function.
///
/// # Errors
/// A function cannot be started, or fails on an event.
pub async fn measure(inputs: &Inputs) -> anyhow::Result<Costs> {
    let task_root = inputs.scratch.join("package");
    fs::create_dir_all(&task_root)?;
    fs::copy(&inputs.plan, task_root.join("plan.json")).with_context(|| inputs.plan.display().to_string())?;
    let now = Timestamp::now();
    let mut functions = Vec::new();
    for name in ["metrics-extractor", "error-classifier", "alert-notifier"] {
        let program = Program {
            name: name.to_owned(),
            bootstrap: inputs.binaries.join(name),
            task_root: task_root.clone(),
            settings: settings(),
            memory_mb: MEMORY_MB,
            timeout: Duration::from_mins(1),
            clock: Clock::real(),
        };
        let events = if name == "alert-notifier" { vec![alarm(now)] } else { deliveries(now)? };
        functions.push(function(inputs, &program, &events).await.with_context(|| name.to_owned())?);
    }
    Ok(Costs { functions })
}

fn settings() -> Vec<(String, String)> {
    [
        ("SKYWARDEN_TABLE", "issues"),
        ("SKYWARDEN_RESIDUE_BUCKET", "residue"),
        ("SKYWARDEN_ALERTS_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/123456789012/alerts"),
        ("SKYWARDEN_TOPIC_PREFIX", "arn:aws:sns:eu-west-1:123456789012:"),
        ("SKYWARDEN_LOG", "info"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

fn deliveries(now: Timestamp) -> anyhow::Result<Vec<Event>> {
    let kinds = [
        ("nothing of interest", load::delivery(Lines::Idle, 1_000, now)?),
        ("a small delivery", load::delivery(Lines::Usual, 50, now)?),
        ("a usual delivery", load::delivery(Lines::Usual, 1_000, now)?),
        ("the largest payload, 1 MB", load::largest(now)?),
    ];
    Ok(kinds
        .into_iter()
        .map(|(name, delivery)| Event { name, payload: delivery.event, events: delivery.events, message_bytes: delivery.message_bytes })
        .collect())
}

/// An alarm that fires, as the topic `alarms` brings it.
fn alarm(now: Timestamp) -> Event {
    let message = json!({"AlarmName": "shop-prod-checkout-error-rate", "AlarmDescription": "", "NewStateValue": "ALARM", "NewStateReason": "Threshold Crossed",
        "StateChangeTime": now.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string(), "OldStateValue": "OK"});
    let record = json!({"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "arn", "Sns": {"Type": "Notification", "MessageId": "1",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:shop-prod-alarms", "Subject": "ALARM", "Message": message.to_string(), "Timestamp": now.to_string(),
        "SignatureVersion": "1", "Signature": "x", "SigningCertUrl": "u", "UnsubscribeUrl": "u", "MessageAttributes": {}}});
    Event { name: "an alarm", payload: Bytes::from(json!({"Records": [record]}).to_string()), events: 0, message_bytes: 0 }
}

async fn function(inputs: &Inputs, program: &Program, events: &[Event]) -> anyhow::Result<FunctionCosts> {
    let aws = Aws::start().await?;
    let endpoint = aws.open().await?;
    let lines = Written::default();
    let (mut starts, mut cpu, mut idle) = (Vec::new(), Vec::new(), 0);
    for _ in 0..inputs.starts {
        let instance = start(program, &endpoint, &lines).await?;
        let usage = instance.usage().context("the process is gone")?;
        starts.push(milliseconds(instance.started_in));
        cpu.push(milliseconds(usage.cpu));
        idle = idle.max(usage.peak_kib);
        instance.end().await;
    }
    let mut work = Vec::new();
    for event in events {
        // A fresh process for each, so that its memory is its own.
        work.push(one(inputs, &mut start(program, &endpoint, &lines).await?, event, &aws).await.with_context(|| event.name)?);
    }
    let (program_bytes, package_bytes) = sizes(&program.bootstrap, &inputs.plan)?;
    Ok(FunctionCosts {
        function: program.name.clone(),
        program_bytes,
        package_bytes,
        fastest_start_ms: starts.iter().copied().fold(f64::INFINITY, f64::min),
        start_ms: median(starts),
        start_cpu_ms: median(cpu),
        idle_mib: mebibytes(idle),
        work,
    })
}

async fn start(program: &Program, endpoint: &str, lines: &Written) -> anyhow::Result<Instance> {
    match Instance::start(program, endpoint, lines).await? {
        Ok(instance) => Ok(instance),
        Err(outcome) => anyhow::bail!("it does not start: {outcome:?}"),
    }
}

async fn one(inputs: &Inputs, instance: &mut Instance, event: &Event, aws: &Aws) -> anyhow::Result<Work> {
    let mut cpu = Vec::new();
    let mut calls = None;
    for turn in 0..=inputs.turns {
        let before = instance.usage().context("the process is gone")?.cpu;
        aws.take_calls();
        match instance.invoke(event.payload.clone()).await {
            Outcome::Answered(_) => {}
            other => anyhow::bail!("{other:?}"),
        }
        let made = aws.take_calls();
        anyhow::ensure!(calls.as_ref().is_none_or(|calls| *calls == made), "the calls differ: {calls:?}, {made:?}");
        calls = Some(made);
        if turn > 0 {
            cpu.push(milliseconds(instance.usage().context("the process is gone")?.cpu.saturating_sub(before)));
        }
    }
    Ok(Work {
        name: event.name,
        events: event.events,
        payload_bytes: event.payload.len(),
        message_bytes: event.message_bytes,
        cpu_ms: median(cpu),
        peak_mib: mebibytes(instance.usage().context("the process is gone")?.peak_kib),
        calls: calls.unwrap_or_default(),
    })
}

/// Size of the program, and of program and plan deflated.
fn sizes(program: &Path, plan: &Path) -> anyhow::Result<(u64, u64)> {
    let mut package = 0;
    for path in [program, plan] {
        let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        deflated.write_all(&fs::read(path)?)?;
        package += u64::try_from(deflated.finish()?.len())?;
    }
    Ok((fs::metadata(program)?.len(), package))
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "sizes of processes")]
fn mebibytes(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
