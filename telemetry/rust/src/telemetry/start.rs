//! Making the pipeline from settings.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use jiff::Timestamp;
use skywarden_core::plan::PlanError;

use super::{CurrentLevels, Inner, Sink, Telemetry, sink};
use crate::{
    metrics::{Complaint, Flusher, Metrics, RequestMetrics},
    output::{Capture, Clock, LostLine, Output, OutputError},
    record::Encoder,
    sampling::Sampler,
    settings::{OutputSettings, Settings},
};

/// Why nothing can be written.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Outputs cannot be opened.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A masking rule cannot be used.
    #[error("a rule of masking cannot be used: {0}")]
    Masking(#[from] PlanError),
}

/// What `main` shows when it returns the error, so it reads as [`Display`](fmt::Display) does.
impl fmt::Debug for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl StartError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Output(_) => "log-output",
            Self::Masking(error) => error.code(),
        }
    }
}

impl Telemetry {
    /// Opens the outputs of the settings.
    ///
    /// # Errors
    /// [`StartError`] when an output cannot be opened, or a masking rule cannot be used.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        Self::start_at(settings, Timestamp::now)
    }

    /// As [`Self::start`], with the time from `clock`.
    ///
    /// # Errors
    /// [`StartError`] when an output cannot be opened, or a masking rule cannot be used.
    pub fn start_at(settings: Settings, clock: fn() -> Timestamp) -> Result<Self, StartError> {
        Self::made(settings, clock, |settings, lost_line| Ok(sink::open(settings, lost_line, &Clock::new(clock))?))
    }

    /// As [`Self::start`], with each output inside of what `wrap` makes of it.
    ///
    /// # Errors
    /// [`StartError`] when an output cannot be opened, or a masking rule cannot be used.
    pub fn start_wrapped(
        settings: Settings,
        clock: fn() -> Timestamp,
        wrap: impl Fn(Arc<dyn Output>, &OutputSettings) -> Arc<dyn Output>,
    ) -> Result<Self, StartError> {
        Self::made(settings, clock, |settings, lost_line| {
            let sinks = sink::open(settings, lost_line, &Clock::new(clock))?;
            Ok(sinks.into_iter().zip(&settings.outputs).map(|(sink, asked)| Sink { output: wrap(sink.output, asked), ..sink }).collect())
        })
    }

    /// Writes to the given sinks instead of the outputs of the settings.
    ///
    /// # Errors
    /// [`StartError::Masking`] for a masking rule that cannot be used.
    pub fn with_sinks(settings: Settings, sinks: Vec<Sink>, clock: fn() -> Timestamp) -> Result<Self, StartError> {
        Self::made(settings, clock, |_, _| Ok(sinks))
    }

    /// For tests: keeps lines in memory instead of writing them to the outputs of the settings.
    ///
    /// # Errors
    /// [`StartError::Masking`] for a masking rule that cannot be used.
    pub fn capture(settings: Settings) -> Result<(Self, Capture), StartError> {
        let capture = Capture::new();
        let telemetry = Self::with_sinks(settings, vec![Sink::json(Arc::new(capture.clone()))], Timestamp::now)?;
        Ok((telemetry, capture))
    }

    fn made(
        settings: Settings,
        clock: fn() -> Timestamp,
        open: impl FnOnce(&Settings, &LostLine) -> Result<Vec<Sink>, StartError>,
    ) -> Result<Self, StartError> {
        let encoder = Encoder::new(&settings)?;
        let metrics = Metrics::new(&settings.metrics);
        let requests = RequestMetrics::new(&metrics, &settings.metrics);
        let lost_line = {
            let (encoder, requests) = (encoder.clone(), requests.clone());
            LostLine::new(move |lost| {
                requests.dropped(lost);
                Self::lost_line(&encoder, lost, clock())
            })
        };
        let sinks = open(&settings, &lost_line)?;
        // Each metric is written once: two outputs may lead to the same log group.
        let first = sinks.iter().find(|sink| sink.pretty.is_none()).or(sinks.first()).map(|sink| Arc::clone(&sink.output));
        Ok(Self(Arc::new_cyclic(|weak: &Weak<Inner>| {
            let weak = weak.clone();
            let tell = move |complaint: Complaint| {
                if let Some(inner) = weak.upgrade() {
                    Self(inner).complain(&complaint);
                }
            };
            Inner {
                flusher: first.map(|output| Flusher::new(metrics.clone(), output, settings.metrics.interval, clock, tell)),
                encoder,
                levels: CurrentLevels::new(&settings.levels),
                sampler: Sampler::new(&settings.sampling),
                sinks,
                metrics,
                requests,
                clock,
                settings,
            }
        })))
    }
}
