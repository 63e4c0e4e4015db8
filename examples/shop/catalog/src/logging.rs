//! How the service logs: all there is to say of it.

use std::error::Error;

use skywarden_telemetry::{
    Telemetry,
    layer::Guard,
    request::ids::Source,
    settings::{Environment, Settings},
    tower::RequestLayer,
};

use crate::rehearsal::{clock, dice};

/// Begins to log, by the file of settings that the environment names.
pub(crate) fn start() -> Result<(Telemetry, Guard), Box<dyn Error>> {
    let settings = Settings::builder().environment(Environment::of_process()).version(env!("CARGO_PKG_VERSION")).build()?;
    let telemetry = Telemetry::start_at(settings, clock::timestamp)?;
    let guard = telemetry.install()?;
    Ok((telemetry, guard))
}

/// The middleware: ids, and one line per request. Clock and ids are the real ones except in a rehearsal.
pub(crate) fn requests(telemetry: &Telemetry) -> RequestLayer {
    telemetry.request_layer().clock(clock::instant).ids(Source { now: clock::timestamp, random: dice::id })
}
