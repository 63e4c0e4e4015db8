//! Our layer.

use std::sync::Arc;

use jiff::Timestamp;
use skywarden_telemetry::{
    Sink as TelemetrySink, Telemetry,
    settings::{LevelFilter, Service, Settings},
};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{case::Work, sink::Sink};

/// Ours as the subscriber of the process; masking, when it is on, as it is by default.
pub(super) fn open(sink: Sink, masking: bool, work: fn() -> Work) -> anyhow::Result<Work> {
    let mut settings =
        Settings { service: Service { name: "orders".to_owned(), environment: "prod".to_owned(), version: "2.2.6".to_owned() }, ..Settings::default() };
    if !masking {
        settings.masking = None;
    }
    let output = TelemetrySink { level: LevelFilter::Trace, pretty: None, output: Arc::new(sink) };
    let telemetry = Telemetry::with_sinks(settings, vec![output], Timestamp::now)?;
    let subscriber = tracing_subscriber::registry().with(telemetry.bare_layer()).with(telemetry.filter());
    tracing::subscriber::set_global_default(subscriber)?;
    Ok(work())
}
