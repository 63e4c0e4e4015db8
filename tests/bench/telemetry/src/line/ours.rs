//! Our layer.

use std::sync::Arc;

use jiff::Timestamp;
use skywarden_telemetry::{Sink as TelemetrySink, Telemetry};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{case::Work, ours, sink::Sink};

/// Ours as the subscriber of the process; masking, when it is on, as it is by default.
pub(super) fn open(sink: Sink, masking: bool, work: fn() -> Work) -> anyhow::Result<Work> {
    let output = TelemetrySink::json(Arc::new(sink));
    let telemetry = Telemetry::with_sinks(ours::settings(masking), vec![output], Timestamp::now)?;
    let subscriber = tracing_subscriber::registry().with(telemetry.bare_layer()).with(telemetry.filter());
    tracing::subscriber::set_global_default(subscriber)?;
    Ok(work())
}
