//! How the service logs: all there is to say of it.

use std::{error::Error, sync::Arc};

use skywarden_telemetry::{
    Sink, Telemetry,
    layer::Guard,
    output::{Console, LostLine},
    request::ids::Source,
    settings::{Environment, LevelFilter, Settings},
    tower::RequestLayer,
};

use crate::rehearsal::{clock, dice};

/// Begins to log, by the file of settings that the environment names.
pub(crate) fn start() -> Result<(Telemetry, Guard), Box<dyn Error>> {
    let settings = Settings::builder().environment(Environment::of_process()).version(env!("CARGO_PKG_VERSION")).build()?;
    let sink = Sink { level: LevelFilter::Trace, pretty: None, output: Arc::new(Console::stdout(LostLine::new(|_| Vec::new()))?) };
    let telemetry = Telemetry::with_sinks(settings, vec![sink], clock::timestamp)?;
    let guard = telemetry.install()?;
    Ok((telemetry, guard))
}

/// The middleware: ids, and one line per request. The clock and the ids are the real ones except in a rehearsal.
pub(crate) fn requests(telemetry: &Telemetry) -> RequestLayer {
    RequestLayer::new(telemetry.settings().requests.clone()).clock(clock::instant).ids(Source { now: clock::timestamp, random: dice::id })
}
