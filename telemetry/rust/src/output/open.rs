//! The outputs that the settings name.

use std::{io, path::Path, sync::Arc};

use super::{Background, Clock, Console, LostLine, Output, OutputError, OutputFailure};
use crate::settings::{Destination, OutputSettings, RollingFile};

/// Opens what the settings name, in their order; with a thread of its own before it where that is asked for.
///
/// # Errors
/// [`OutputError`] with everything that cannot be opened. Nothing stays open then.
pub fn open(settings: &[OutputSettings], lost_line: &LostLine, clock: &Clock) -> Result<Vec<Arc<dyn Output>>, OutputError> {
    let mut outputs = Vec::with_capacity(settings.len());
    let mut failures = Vec::new();
    for (number, output) in settings.iter().enumerate() {
        match destination(&output.to, &settings[..number], lost_line, clock) {
            Ok(opened) => outputs.push(match output.background {
                Some(background) => Arc::new(Background::new(opened, background, lost_line.clone())),
                None => opened,
            }),
            Err(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() { Ok(outputs) } else { Err(OutputError { failures }) }
}

fn destination(to: &Destination, before: &[OutputSettings], lost_line: &LostLine, clock: &Clock) -> Result<Arc<dyn Output>, OutputFailure> {
    let stream = |stream, opened: io::Result<Console>| match opened {
        Ok(console) => Ok(Arc::new(console) as Arc<dyn Output>),
        Err(source) => Err(OutputFailure::Stream { stream, source }),
    };
    match to {
        Destination::Stdout => stream("stdout", Console::stdout(lost_line.clone())),
        Destination::Stderr => stream("stderr", Console::stderr(lost_line.clone())),
        Destination::File(file) if before.iter().any(|output| names(&output.to, &file.path)) => Err(OutputFailure::Twice { path: file.path.clone() }),
        Destination::File(file) => log_file(file, lost_line, clock),
    }
}

fn names(to: &Destination, path: &Path) -> bool {
    matches!(to, Destination::File(file) if file.path == path)
}

#[cfg(feature = "file")]
fn log_file(settings: &RollingFile, lost_line: &LostLine, clock: &Clock) -> Result<Arc<dyn Output>, OutputFailure> {
    Ok(Arc::new(super::LogFile::open(settings, lost_line.clone(), clock.clone())?))
}

#[cfg(not(feature = "file"))]
fn log_file(settings: &RollingFile, _: &LostLine, _: &Clock) -> Result<Arc<dyn Output>, OutputFailure> {
    Err(OutputFailure::Feature { path: settings.path.clone() })
}
