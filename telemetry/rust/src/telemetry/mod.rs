//! The pipeline from a line to the outputs.

mod current_levels;
mod entry;
mod observer;
mod sink;
mod start;

use std::{cell::Cell, fmt, sync::Arc, time::Duration};

use jiff::Timestamp;

use current_levels::CurrentLevels;
pub use entry::Entry;
#[cfg_attr(not(feature = "layer"), expect(unused_imports, reason = "the layer names it"))]
pub(crate) use entry::PANIC;
pub use sink::Sink;
pub use start::StartError;

use crate::{
    metrics::{Complaint, Flusher, Metrics, RequestMetrics},
    output::Urgency,
    record::{Draft, Encoder, Event, Level, Parts, Place},
    request::{self, Scope},
    sampling::{self, Admission, Sampler},
    settings::{LevelFilter, Levels, Settings},
};

/// Everything that writes, made from [`Settings`]. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Telemetry(Arc<Inner>);

struct Inner {
    settings: Settings,
    clock: fn() -> Timestamp,
    encoder: Encoder,
    levels: CurrentLevels,
    sampler: Option<Sampler>,
    sinks: Vec<Sink>,
    metrics: Metrics,
    requests: RequestMetrics,
    /// None when there is no output, and so nowhere to write metrics to.
    flusher: Option<Flusher>,
}

/// Who writes what: it lies in the state of applications, which may be shown whole.
impl fmt::Debug for Telemetry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Telemetry").field("service", &self.0.settings.service).field("levels", &self.levels()).finish_non_exhaustive()
    }
}

/// What is known of a line before it is filled.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Level.
    pub level: Level,
    /// Logger or target.
    pub logger: &'a str,
    /// Where in the source; told when the settings ask for it.
    pub place: Option<Place<'a>>,
    /// When; now when not given.
    pub at: Option<Timestamp>,
    /// The same number for like lines, for sampling: of a callsite, or [`message_key`] of a message before its arguments are put in.
    pub message_key: u64,
}

/// The same number for the same text, within a process.
pub fn message_key(message: &str) -> u64 {
    sampling::key(message)
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Written { sampled: bool },
    Kept,
    Dropped,
}

thread_local! {
    /// The memory of this thread's lines; none while a line is in the making.
    static DRAFT: Cell<Option<Box<Draft>>> = const { Cell::new(None) };
}

impl Telemetry {
    /// What it was made from. Levels may have been changed since.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Writes parts and lines.
    pub fn encoder(&self) -> &Encoder {
        &self.0.encoder
    }

    /// The levels at the moment.
    pub fn levels(&self) -> Arc<Levels> {
        self.0.levels.get()
    }

    /// Changes the levels, for lines from now on.
    pub fn set_levels(&self, levels: Levels) {
        self.0.levels.set(levels);
        #[cfg(feature = "layer")]
        tracing::callsite::rebuild_interest_cache();
    }

    #[cfg(feature = "layer")]
    /// Whether there is an output.
    pub(crate) fn writes(&self) -> bool {
        !self.0.sinks.is_empty()
    }

    /// Lines lost by outputs since the start.
    pub fn lost(&self) -> u64 {
        self.0.sinks.iter().map(|sink| sink.output.lost()).sum()
    }

    /// Metrics of the application's own. The first call has a thread write them at the end of each interval, unless the interval is zero.
    pub fn metrics(&self) -> &Metrics {
        self.start_flusher();
        &self.0.metrics
    }

    /// The built-in metrics.
    pub(crate) fn request_metrics(&self) -> &RequestMetrics {
        &self.0.requests
    }

    fn start_flusher(&self) {
        if let Some(flusher) = self.0.flusher.as_ref().filter(|_| !self.0.settings.metrics.interval.is_zero()) {
            flusher.start();
        }
    }

    /// Writes the metrics gathered so far: at the end of an invocation of a Lambda function, whose process then stands still.
    pub fn flush_metrics(&self) {
        if let Some(flusher) = &self.0.flusher {
            flusher.flush((self.0.clock)());
        }
    }

    /// Writes the metrics gathered so far, and waits until everything has been written, at most so long for each output; false when something has
    /// not.
    pub fn flush(&self, within: Duration) -> bool {
        self.flush_metrics();
        // Each output is flushed, whatever became of those before it.
        let done: Vec<bool> = self.0.sinks.iter().map(|sink| sink.output.flush(within)).collect();
        done.into_iter().all(|done| done)
    }

    /// To be called in a child process after `fork`.
    pub fn after_fork(&self) {
        request::after_fork();
        for sink in &self.0.sinks {
            sink.output.after_fork();
        }
        if let Some(flusher) = &self.0.flusher {
            flusher.after_fork();
        }
    }

    /// The time, by the clock it was given.
    pub fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    /// Whether a line of that level may be written or kept; a cheap answer before the line is made.
    pub fn wants(&self, level: Level, logger: &str, scope: Option<&Scope>) -> bool {
        let threshold = level_filter(level);
        self.0.levels.pass(threshold, logger) || scope.is_some_and(|scope| scope.everything() || self.keeps(threshold))
    }

    #[cfg(feature = "layer")]
    /// Whether lines of that level may be wanted in some request; then they have to be looked at one by one.
    pub(crate) fn may_want(&self, threshold: LevelFilter, logger: &str) -> bool {
        self.0.levels.pass(threshold, logger) || self.may_want_in_a_request(threshold)
    }

    #[cfg(feature = "layer")]
    /// As [`Self::may_want`], for what the levels alone would leave out.
    pub(crate) fn may_want_in_a_request(&self, threshold: LevelFilter) -> bool {
        self.0.settings.sampling.debug_requests > 0.0 || self.keeps(threshold)
    }

    fn keeps(&self, threshold: LevelFilter) -> bool {
        self.0.settings.buffer.is_some_and(|buffer| threshold >= buffer.level)
    }

    fn fate(&self, level: Level, record: &Record<'_>, scope: Option<&Scope>, at: Timestamp) -> Fate {
        let threshold = level_filter(level);
        if self.0.levels.pass(threshold, record.logger) {
            let admission = self.0.sampler.as_ref().map_or(Admission::Written, |sampler| sampler.admit(level, record.message_key, at));
            return match admission {
                Admission::Written => Fate::Written { sampled: false },
                Admission::Sampled => Fate::Written { sampled: true },
                // A request of which everything is told is told whole.
                Admission::Dropped if scope.is_some_and(Scope::everything) => Fate::Written { sampled: true },
                Admission::Dropped => Fate::Dropped,
            };
        }
        match scope {
            Some(scope) if scope.everything() => Fate::Written { sampled: true },
            Some(_) if self.keeps(threshold) => Fate::Kept,
            _ => Fate::Dropped,
        }
    }

    /// Writes a line, or keeps it back, or leaves it out, as the settings say. `around` are the parts it stands in, the innermost first; `fill` says
    /// the rest, and is called only when the line is wanted.
    pub fn log(&self, record: &Record<'_>, around: &[&Parts], scope: Option<&Scope>, fill: impl FnOnce(&mut Entry<'_>)) {
        let at = record.at.unwrap_or_else(self.0.clock);
        let fate = self.fate(record.level, record, scope, at);
        // CRITICAL is said while an ERROR line is filled.
        if fate == Fate::Dropped && record.level < Level::Error {
            return;
        }
        let write = |draft: &mut Draft| self.write(draft, record, at, fate, around, scope, fill);
        // Filling calls the user's code, which may log itself; then that line has a draft of its own.
        let mut draft = DRAFT.try_with(Cell::take).ok().flatten().unwrap_or_default();
        write(&mut draft);
        // At the end of a thread there is nothing to keep it for.
        let _ = DRAFT.try_with(|kept| kept.set(Some(draft)));
    }

    #[expect(clippy::too_many_arguments, reason = "one call, split off for the draft")]
    fn write(
        &self,
        draft: &mut Draft,
        record: &Record<'_>,
        at: Timestamp,
        fate: Fate,
        around: &[&Parts],
        scope: Option<&Scope>,
        fill: impl FnOnce(&mut Entry<'_>),
    ) {
        draft.begin(&self.0.encoder);
        let slow = self.0.settings.buffer.map(|buffer| buffer.slow);
        let mut entry = Entry { encoder: &self.0.encoder, draft, level: record.level, logger: None, urgency: Urgency::Normal, failed: false, slow };
        fill(&mut entry);
        let Entry { level, logger, failed, urgency, .. } = entry;
        let fate = if level == record.level { fate } else { self.fate(level, record, scope, at) };
        let sampled = match fate {
            Fate::Dropped => return,
            Fate::Written { sampled } => sampled,
            Fate::Kept => false,
        };
        let place = record.place.filter(|_| self.0.settings.location);
        let event = Event { at, level, logger: logger.as_deref().unwrap_or(record.logger), place, sampled, buffered: fate == Fate::Kept };
        self.0.encoder.write(draft, &event, around);
        match scope {
            Some(scope) if fate == Fate::Kept => scope.keep(level, &draft.line),
            Some(scope) if failed || level >= Level::Error => {
                self.write_kept(scope, at);
                self.send(&draft.line, level, urgency);
            }
            _ => self.send(&draft.line, level, urgency),
        }
    }

    fn send(&self, line: &[u8], level: Level, urgency: Urgency) {
        self.0.requests.log_event(level);
        let urgency = urgency.max(match level {
            Level::Critical => Urgency::Now,
            Level::Error => Urgency::Soon,
            _ => Urgency::Normal,
        });
        for sink in self.0.sinks.iter().filter(|sink| level_filter(level) >= sink.level) {
            match sink.pretty {
                None => sink.output.write(line, urgency),
                Some(pretty) => sink.output.write(pretty.render(&String::from_utf8_lossy(line)).as_bytes(), urgency),
            }
        }
    }

    /// Writes what was kept of a request, and how much of it had no room.
    fn write_kept(&self, scope: &Scope, at: Timestamp) {
        let (lines, dropped) = scope.take_kept();
        for (level, line) in lines {
            self.send(&line, level, Urgency::Normal);
        }
        if dropped > 0 {
            let mut draft = Draft::default();
            draft.begin(&self.0.encoder);
            draft.message_text(&self.0.encoder, "buffered lines dropped");
            draft.parts.field("dropped", self.0.encoder.limits(), |value| value.u64(dropped));
            let event = Event { at, level: Level::Info, logger: "skywarden", place: None, sampled: false, buffered: true };
            self.0.encoder.write(&mut draft, &event, &[]);
            self.send(&draft.line, Level::Info, Urgency::Normal);
        }
    }

    /// Says what was wrong with a metric.
    fn complain(&self, complaint: &Complaint) {
        let record = Record { level: Level::Warning, logger: "skywarden", place: None, at: None, message_key: 0 };
        self.log(&record, &[], None, |entry| {
            entry.message(format_args!("{complaint}"));
            entry.field("metric", |value| value.str(&complaint.name));
            entry.field("reason", |value| value.str(complaint.reason.as_str()));
        });
    }

    /// A line that says how many lines an output has lost.
    pub(crate) fn lost_line(encoder: &Encoder, lost: u64, at: Timestamp) -> Vec<u8> {
        let mut draft = Draft::default();
        draft.begin(encoder);
        draft.message_text(encoder, "log lines lost");
        draft.parts.field("lost", encoder.limits(), |value| value.u64(lost));
        let event = Event { at, level: Level::Warning, logger: "skywarden", place: None, sampled: false, buffered: false };
        encoder.write(&mut draft, &event, &[]);
        draft.line
    }
}

/// The threshold a line of this level just passes.
pub(crate) const fn level_filter(level: Level) -> LevelFilter {
    match level {
        Level::Debug => LevelFilter::Debug,
        Level::Info => LevelFilter::Info,
        Level::Warning => LevelFilter::Warning,
        Level::Error => LevelFilter::Error,
        Level::Critical => LevelFilter::Critical,
    }
}
