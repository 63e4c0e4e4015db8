//! The `tracing` layer.

mod line;

use std::{io::Write, sync::Mutex};

use jiff::Timestamp;
use skywarden_core::{mask::Masker, plan::Plan};
use tracing::{Event, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::layer::{Context, Layer};

use line::{ErrorObject, Fields, Line, SCHEMA, level};

/// Who writes.
#[derive(Clone, Debug)]
pub struct Service {
    /// Service name.
    pub name: String,
    /// Environment.
    pub environment: String,
    /// Version.
    pub version: String,
}

impl Service {
    /// One of Skywarden's own functions.
    pub fn of_plan(function: &str, plan: &Plan) -> Self {
        Self { name: function.to_owned(), environment: plan.environment.clone(), version: plan.version.clone() }
    }
}

/// Writes events as JSON lines of schema 1.0, masked.
#[derive(Debug)]
pub struct JsonLayer<W> {
    service: Service,
    writer: Mutex<W>,
    masker: Masker,
    clock: fn() -> Timestamp,
}

impl<W: Write> JsonLayer<W> {
    /// A layer that writes to `writer`. The masker is compiled by the caller, with the keys of the plan; the clock is given.
    pub const fn new(service: Service, writer: W, masker: Masker, clock: fn() -> Timestamp) -> Self {
        Self { service, writer: Mutex::new(writer), masker, clock }
    }

    fn line(&self, event: &Event<'_>) -> Option<String> {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let (word, severity_number) = level(*event.metadata().level());
        let has_error = !(fields.error.is_empty() && fields.error_type.is_empty());
        let line = Line {
            timestamp: (self.clock)().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            level: word,
            severity_number,
            message: &fields.message,
            service: &self.service.name,
            environment: &self.service.environment,
            version: &self.service.version,
            logger: event.metadata().target(),
            error: has_error.then_some(ErrorObject { kind: &fields.error_type, message: &fields.error }),
            schema: SCHEMA,
            fields: fields.others(),
        };
        serde_json::to_string(&line).ok().map(|text| self.masker.mask(&text).into_owned())
    }
}

impl<S: Subscriber, W: Write + 'static> Layer<S> for JsonLayer<W> {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let Some(mut line) = self.line(event) else {
            return;
        };
        line.push('\n');
        // A log that cannot be written must not stop the work it tells of, and there is nowhere else to say so.
        if let Ok(mut writer) = self.writer.lock() {
            let _ = writer.write_all(line.as_bytes());
        }
    }
}

/// The level of `SKYWARDEN_LOG`; INFO for an absent or unknown word, which is given back to be warned of.
pub fn level_filter(word: Option<&str>) -> (LevelFilter, Option<&str>) {
    match word.map(str::to_ascii_lowercase).as_deref() {
        Some("error") => (LevelFilter::ERROR, None),
        Some("warn" | "warning") => (LevelFilter::WARN, None),
        None | Some("" | "info") => (LevelFilter::INFO, None),
        Some("debug") => (LevelFilter::DEBUG, None),
        Some("trace") => (LevelFilter::TRACE, None),
        Some(_) => (LevelFilter::INFO, word),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use skywarden_core::{
        envelope::LogEvent,
        plan::Masking,
        record::{Level, Record},
    };
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[derive(Clone, Debug, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn written(log: impl FnOnce()) -> String {
        let sink = Sink::default();
        let service = Service { name: "orders".to_owned(), environment: "prod".to_owned(), version: "1.2.3".to_owned() };
        let layer = JsonLayer::new(service, sink.clone(), Masker::new(&Masking::default()).unwrap(), || Timestamp::UNIX_EPOCH);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
        let bytes = sink.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_line_is_schema_1_0_and_the_core_reads_it_back() {
        let text = written(|| tracing::error!(error = "no route", error_type = "network", attempts = 3, "payment failed"));
        let event = LogEvent { id: "1".into(), timestamp: 0, message: text.trim_end().into() };
        let record = Record::parse(&event);
        assert_eq!(record.fields.level, Some(Level::Error));
        assert_eq!(record.message(), "payment failed");
        assert_eq!(record.fields.error.kind.as_deref(), Some("network"));
        assert!(text.contains(r#""timestamp":"1970-01-01T00:00:00.000Z""#) && text.contains(r#""fields":{"attempts":3}"#), "{text}");
    }

    #[test]
    fn secrets_do_not_reach_the_log() {
        let text = written(|| tracing::info!(detail = "password=hunter2 for ann@example.com", "x"));
        assert!(!text.contains("hunter2") && !text.contains("ann@"), "{text}");
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
    }

    #[test]
    fn an_unknown_level_is_info_and_is_told() {
        assert_eq!(level_filter(Some("loud")), (LevelFilter::INFO, Some("loud")));
        assert_eq!(level_filter(Some("DEBUG")), (LevelFilter::DEBUG, None));
    }
}
