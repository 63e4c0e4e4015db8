//! Outputs, and what goes there how.

use std::{io::IsTerminal as _, sync::Arc};

use crate::{
    output::{self, Clock, LostLine, Output, OutputError},
    record::Pretty,
    settings::{Destination, Format, LevelFilter, Settings},
};

/// An output, and what goes there how.
#[derive(Clone, Debug)]
pub struct Sink {
    /// Lines below do not go there.
    pub level: LevelFilter,
    /// Whether people read it.
    pub pretty: Option<Pretty>,
    /// Where.
    pub output: Arc<dyn Output>,
}

impl Sink {
    /// Takes every line as it is.
    pub fn json(output: Arc<dyn Output>) -> Self {
        Self { level: LevelFilter::Trace, pretty: None, output }
    }
}

/// Opens what the settings name.
///
/// # Errors
/// [`OutputError`] with everything that cannot be opened.
pub(super) fn open(settings: &Settings, lost_line: &LostLine, clock: &Clock) -> Result<Vec<Sink>, OutputError> {
    let outputs = output::open(&settings.outputs, lost_line, clock)?;
    let sink = |(output, asked): (Arc<dyn Output>, &crate::settings::OutputSettings)| Sink {
        level: asked.level,
        pretty: pretty(asked.format.unwrap_or(settings.format), &asked.to),
        output,
    };
    Ok(outputs.into_iter().zip(&settings.outputs).map(sink).collect())
}

fn pretty(format: Format, to: &Destination) -> Option<Pretty> {
    let terminal = match to {
        Destination::Stdout => std::io::stdout().is_terminal(),
        Destination::Stderr => std::io::stderr().is_terminal(),
        Destination::File(_) => false,
    };
    match format {
        Format::Json => None,
        Format::Auto if !terminal => None,
        // The convention of no-color.org.
        Format::Pretty | Format::Auto => Some(Pretty { colours: terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) }),
    }
}
