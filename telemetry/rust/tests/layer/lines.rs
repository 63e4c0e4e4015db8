//! What was written, for a test.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use serde_json::Value;
use skywarden_telemetry::{
    Sink, Telemetry,
    output::{Output, Urgency},
    settings::{LevelFilter, Service, Settings},
};
use tracing_subscriber::layer::SubscriberExt as _;

#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<(String, Urgency)>>>);

impl Output for Lines {
    fn write(&self, lines: &[u8], urgency: Urgency) {
        let text = std::str::from_utf8(lines).unwrap().strip_suffix('\n').unwrap();
        assert!(!text.contains('\n'), "{text}");
        self.0.lock().unwrap().push((text.to_owned(), urgency));
    }
    fn flush(&self, _: Duration) -> bool {
        true
    }
    fn lost(&self) -> u64 {
        0
    }
    fn after_fork(&self) {}
}

impl Lines {
    pub(crate) fn texts(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(line, _)| line.clone()).collect()
    }

    pub(crate) fn urgencies(&self) -> Vec<Urgency> {
        self.0.lock().unwrap().iter().map(|(_, urgency)| *urgency).collect()
    }
}

pub(crate) fn service() -> Service {
    Service { name: "orders".to_owned(), environment: "prod".to_owned(), version: "1.2.3".to_owned() }
}

pub(crate) fn telemetry(settings: Settings) -> (Telemetry, Lines) {
    let lines = Lines::default();
    let sink = Sink { level: LevelFilter::Trace, pretty: None, output: Arc::new(lines.clone()) };
    (Telemetry::with_sinks(settings, vec![sink], || Timestamp::UNIX_EPOCH).unwrap(), lines)
}

/// The lines a piece of code logs, with the settings as changed.
pub(crate) fn logged(change: impl FnOnce(&mut Settings), log: impl FnOnce()) -> Vec<String> {
    let mut settings = Settings { service: service(), ..Settings::default() };
    change(&mut settings);
    let (telemetry, lines) = telemetry(settings);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(telemetry.bare_layer()).with(telemetry.filter()), log);
    lines.texts()
}

/// The one line a piece of code logs, parsed.
pub(crate) fn one(log: impl FnOnce()) -> Value {
    let lines = logged(|_| {}, log);
    assert_eq!(lines.len(), 1, "{lines:?}");
    serde_json::from_str(&lines[0]).unwrap()
}
