//! The pipeline from a line to the outputs.

use std::{
    cell::RefCell,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use skywarden_core::plan::PlanError;

use crate::{
    output::{Output, Urgency},
    record::{Draft, Encoder, Event, Failure, Level, Parts, Place, Pretty, ValueWriter},
    request::{Facts, Scope},
    sampling::{self, Admission, Sampler},
    settings::{LevelFilter, Levels, Settings},
};

/// Everything that writes, made from [`Settings`]. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Telemetry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    clock: fn() -> Timestamp,
    encoder: Encoder,
    levels: ArcSwap<Levels>,
    sampler: Option<Sampler>,
    sinks: Vec<Sink>,
    counts: [AtomicU64; 5],
}

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

/// A line that is being filled.
#[derive(Debug)]
pub struct Entry<'a> {
    encoder: &'a Encoder,
    draft: &'a mut Draft,
    level: Level,
    logger: Option<String>,
    urgency: Urgency,
    /// What was kept of the request has to be written.
    failed: bool,
    slow: Option<Duration>,
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Written { sampled: bool },
    Kept,
    Dropped,
}

thread_local! {
    static DRAFT: RefCell<Draft> = RefCell::default();
}

impl Telemetry {
    /// Writes to the given sinks.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] for a masking rule that cannot be used.
    pub fn with_sinks(settings: Settings, sinks: Vec<Sink>, clock: fn() -> Timestamp) -> Result<Self, PlanError> {
        Ok(Self(Arc::new(Inner {
            encoder: Encoder::new(&settings)?,
            levels: ArcSwap::from_pointee(settings.levels.clone()),
            sampler: Sampler::new(&settings.sampling),
            sinks,
            counts: Default::default(),
            clock,
            settings,
        })))
    }

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
        self.0.levels.load_full()
    }

    /// Changes the levels, for lines from now on.
    pub fn set_levels(&self, levels: Levels) {
        self.0.levels.store(Arc::new(levels));
        #[cfg(feature = "layer")]
        tracing::callsite::rebuild_interest_cache();
    }

    /// Lines written of each level since the start: DEBUG, INFO, WARNING, ERROR, CRITICAL.
    pub fn counts(&self) -> [u64; 5] {
        std::array::from_fn(|index| self.0.counts.get(index).map_or(0, |count| count.load(Relaxed)))
    }

    /// Lines lost by outputs since the start.
    pub fn lost(&self) -> u64 {
        self.0.sinks.iter().map(|sink| sink.output.lost()).sum()
    }

    /// Waits until everything has been written, at most so long for each output; false when something has not.
    pub fn flush(&self, within: Duration) -> bool {
        self.0.sinks.iter().fold(true, |all, sink| sink.output.flush(within) && all)
    }

    /// To be called in a child process after `fork`.
    pub fn after_fork(&self) {
        for sink in &self.0.sinks {
            sink.output.after_fork();
        }
    }

    /// Whether a line of that level may be written or kept; a cheap answer before the line is made.
    pub fn wants(&self, level: Level, logger: &str, scope: Option<&Scope>) -> bool {
        let threshold = level_filter(level);
        threshold >= self.0.levels.load().filter_for(logger) || scope.is_some_and(|scope| scope.everything() || self.keeps(threshold))
    }

    /// Whether lines of that level may be wanted in some request; then they have to be looked at one by one.
    pub(crate) fn may_want(&self, threshold: LevelFilter, logger: &str) -> bool {
        threshold >= self.0.levels.load().filter_for(logger) || self.may_want_in_a_request(threshold)
    }

    /// As [`Self::may_want`], for what the levels alone would leave out.
    pub(crate) fn may_want_in_a_request(&self, threshold: LevelFilter) -> bool {
        self.0.settings.sampling.debug_requests > 0.0 || self.keeps(threshold)
    }

    fn keeps(&self, threshold: LevelFilter) -> bool {
        self.0.settings.buffer.is_some_and(|buffer| threshold >= buffer.level)
    }

    fn fate(&self, level: Level, record: &Record<'_>, scope: Option<&Scope>, at: Timestamp) -> Fate {
        let threshold = level_filter(level);
        if threshold >= self.0.levels.load().filter_for(record.logger) {
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
        match DRAFT.try_with(|draft| draft.try_borrow_mut().map(|mut draft| std::mem::take(&mut *draft))) {
            Ok(Ok(mut draft)) => {
                write(&mut draft);
                let _ = DRAFT.try_with(|kept| kept.try_borrow_mut().map(|mut kept| *kept = draft));
            }
            _ => write(&mut Draft::default()),
        }
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
        if let Some(count) = self.0.counts.get(level as usize) {
            count.fetch_add(1, Relaxed);
        }
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

impl Entry<'_> {
    /// Raises the level, or lowers it.
    pub fn level(&mut self, level: Level) {
        self.level = level;
    }

    /// Names another logger than the record does.
    pub fn logger(&mut self, logger: &str) {
        self.logger = Some(logger.to_owned());
    }

    /// Has the line written before the call returns, as far as the output can.
    pub fn urgent(&mut self) {
        self.urgency = Urgency::Now;
    }

    /// Sets the message.
    pub fn message(&mut self, message: fmt::Arguments<'_>) {
        self.draft.message(self.encoder, message);
    }

    /// Sets the message.
    pub fn message_text(&mut self, message: &str) {
        self.draft.message_text(self.encoder, message);
    }

    /// Sets a field: at the top when its name is a context key, else under `fields`.
    pub fn field(&mut self, name: &str, write: impl FnOnce(&mut ValueWriter<'_>)) {
        self.draft.parts.field(name, self.encoder.limits(), write);
    }

    /// Sets the error.
    pub fn failure(&mut self, failure: &Failure<'_>) {
        self.encoder.failure(&mut self.draft.parts, failure);
    }

    /// Sets what is told of a request, its error included.
    pub fn http(&mut self, facts: &Facts) {
        self.draft.parts.http(facts, self.encoder.limits());
        if let Some(error) = &facts.error {
            let message: &dyn fmt::Display = &error.message;
            self.failure(&Failure { kind: Some(&error.kind), message: Some(message), stack: error.stack.as_deref() });
        }
        self.failed |= facts.status_code.is_some_and(|status| status >= 500) || self.slow.is_some_and(|slow| facts.duration_ms >= slow.as_secs_f64() * 1e3);
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
