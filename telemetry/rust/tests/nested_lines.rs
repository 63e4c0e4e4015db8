//! A line logged while another is made. With a subscriber of the process: those for a piece of code are not asked again while they are at work.
#![cfg(feature = "layer")]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Value, json};
use skywarden_telemetry::{
    Sink, Telemetry,
    output::{Output, Urgency},
    settings::{LevelFilter, Settings},
};
use tracing::{info, info_span};

#[derive(Clone, Debug, Default)]
struct Lines(Arc<Mutex<Vec<Value>>>);

impl Output for Lines {
    fn write(&self, lines: &[u8], _: Urgency) {
        self.0.lock().unwrap().push(serde_json::from_slice(lines).unwrap());
    }
    fn flush(&self, _: Duration) -> bool {
        true
    }
    fn lost(&self) -> u64 {
        0
    }
    fn after_fork(&self) {}
}

struct Chatty;

impl fmt::Display for Chatty {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _span = info_span!("inside", b = 2).entered();
        info!("inner");
        formatter.write_str("said")
    }
}

#[test]
fn each_line_stands_in_the_spans_of_its_own() {
    let lines = Lines::default();
    let sink = Sink { level: LevelFilter::Trace, pretty: None, output: Arc::new(lines.clone()) };
    let telemetry = Telemetry::with_sinks(Settings::default(), vec![sink], || Timestamp::UNIX_EPOCH).unwrap();
    let _guard = telemetry.install().unwrap();
    let span = info_span!("outside", a = 1).entered();
    for _ in 0..2 {
        info!(chatty = %Chatty, "outer");
        info!("next");
    }
    drop(span);
    info!("after");
    let said: Vec<_> = lines.0.lock().unwrap().iter().map(|line| (line["message"].clone(), line["fields"].clone())).collect();
    let round = [(json!("inner"), json!({"a": 1, "b": 2})), (json!("outer"), json!({"a": 1, "chatty": "said"})), (json!("next"), json!({"a": 1}))];
    assert_eq!(said, [&round[..], &round, &[(json!("after"), Value::Null)]].concat());
}
