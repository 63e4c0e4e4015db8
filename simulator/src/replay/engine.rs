//! The replay itself: events in, samples, batches and transitions out.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    alarm::{
        Alarm, EvaluationSettings, Transition,
        notification::{self, Origin},
    },
    composite::CompositeAlarm,
    math::MathError,
    replay::{
        BatchLimits, Delivery, Destination, InputError, LogEvent, LogGroups, MetricFilter, PlatformMetrics, SharedMetrics, SubscriptionFilter,
        actions::{Desk, Notice},
        batch::{Batches, Ready},
        composites::Composites,
        embedded::EmbeddedMetrics,
        stream::Streams,
        timeline::{Due, Timeline},
    },
    statistics::{MetricHandle, MetricId, Resolution},
    template::Watched,
};

/// Longest time a replay may span. Every minute of it is evaluated, so one event with a wrong date would keep it busy for years; and the
/// processors' batch markers live only a day longer.
const MAX_SPAN_DAYS: i64 = 14;

/// Events between two calls of the progress callback.
const PROGRESS_EVERY: u64 = 1_000;

/// What receives what a replay produces: the processors.
pub trait Subscriber {
    /// A subscription batch for a function.
    fn deliver(&mut self, delivery: &Delivery, now_ms: i64) -> Outcome;
    /// An alarm's change of state, published to one topic.
    fn alarm(&mut self, message: &AlarmMessage<'_>, now_ms: i64);
    /// The one-minute schedule.
    fn tick(&mut self, now_ms: i64);
}

/// How an invocation ended; Lambda's own retries are not replayed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// The function returned an error.
    pub failed: bool,
    /// How long it ran, in milliseconds of simulated time.
    pub duration_ms: f64,
}

/// What CloudWatch publishes to a topic on a change of state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlarmMessage<'a> {
    /// Alarm name.
    pub alarm: &'a str,
    /// The change.
    pub transition: &'a Transition,
    /// Topic ARN.
    pub topic_arn: &'a str,
    /// The JSON document.
    pub body: &'a str,
}

/// How a replay runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplaySettings {
    /// Timing of alarm evaluations.
    pub evaluation: EvaluationSettings,
    /// Bounds of subscription batches.
    pub batches: BatchLimits,
    /// How far the clock runs, milliseconds since 1970; the end of the last event's minute when not given or earlier than that.
    pub until_ms: Option<i64>,
}

/// How far a replay is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Events replayed.
    pub events: u64,
    /// Simulated time, milliseconds since 1970.
    pub now_ms: i64,
}

/// Why a replay cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The log cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// An alarm's expression cannot be computed.
    #[error("alarm {alarm}: {source}")]
    Math {
        /// Alarm name.
        alarm: String,
        /// What is wrong.
        source: MathError,
    },
    /// The events lie too far apart.
    #[error("the log spans more than {MAX_SPAN_DAYS} days; check its timestamps (milliseconds since 1970) or replay it in parts")]
    TooLong,
}

/// A replay in progress.
#[derive(Debug)]
pub struct Replay {
    origin: Origin,
    settings: ReplaySettings,
    metrics: SharedMetrics,
    platform: PlatformMetrics,
    embedded: EmbeddedMetrics,
    metric_filters: Vec<(MetricFilter, Option<MetricHandle>)>,
    subscriptions: Vec<SubscriptionFilter>,
    /// Places of the metric filters and of the subscription filters, by log group.
    by_group: BTreeMap<String, (Vec<usize>, Vec<usize>)>,
    /// Places of the subscription filters of the account.
    of_account: Vec<usize>,
    streams: Streams,
    alarms: Vec<Alarm>,
    composites: Composites,
    desk: Desk,
    batches: Batches,
    timeline: Option<Timeline>,
    start_ms: i64,
    now_ms: i64,
    events: u64,
}

impl Replay {
    /// A replay over what the templates watch.
    ///
    /// # Errors
    /// [`ReplayError::Math`] when an alarm's expression names an unknown query or cannot be computed.
    pub fn new(watched: &Watched, origin: Origin, settings: ReplaySettings) -> Result<Self, ReplayError> {
        let metrics = SharedMetrics::default();
        let mut by_group: BTreeMap<String, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (place, filter) in watched.metric_filters.iter().enumerate() {
            by_group.entry(filter.log_group.clone()).or_default().0.push(place);
        }
        let mut of_account = Vec::new();
        for (place, filter) in watched.subscriptions.iter().enumerate() {
            match &filter.log_groups {
                LogGroups::One(group) => by_group.entry(group.clone()).or_default().1.push(place),
                LogGroups::AllBut(_) => of_account.push(place),
            }
        }
        for alarm in &watched.alarms {
            alarm.signal.check().map_err(|source| ReplayError::Math { alarm: alarm.name.clone(), source })?;
        }
        let alarms: Vec<Alarm> = watched.alarms.iter().cloned().map(Alarm::new).collect();
        Ok(Self {
            batches: Batches::new(origin.account.clone(), settings.batches),
            origin,
            settings,
            platform: PlatformMetrics::new(metrics.clone()),
            embedded: EmbeddedMetrics::new(metrics.clone(), watched.without_emf.iter().cloned()),
            metric_filters: watched.metric_filters.iter().map(|filter| (filter.clone(), None)).collect(),
            metrics,
            subscriptions: watched.subscriptions.clone(),
            streams: Streams::new(&watched.streams, &watched.stream_readers),
            by_group,
            of_account,
            composites: Composites::new(&watched.composites, &alarms),
            desk: Desk::new(&watched.mute_rules),
            alarms,
            timeline: None,
            start_ms: 0,
            now_ms: 0,
            events: 0,
        })
    }

    /// The metrics, which the processors' sink writes to as well.
    pub fn metrics(&self) -> SharedMetrics {
        self.metrics.clone()
    }

    /// The alarms with their states and histories.
    pub fn alarms(&self) -> &[Alarm] {
        &self.alarms
    }

    /// The composite alarms with their states and histories, those that others look at first.
    pub fn composites(&self) -> &[CompositeAlarm] {
        self.composites.alarms()
    }

    /// Events replayed and the simulated time.
    pub const fn progress(&self) -> Progress {
        Progress { events: self.events, now_ms: self.now_ms }
    }

    /// Time of the first event, milliseconds since 1970; `None` before it.
    pub fn start_ms(&self) -> Option<i64> {
        self.timeline.map(|_| self.start_ms)
    }

    /// Replays events (sorted by time) and runs the clock to the end.
    ///
    /// # Errors
    /// The first [`ReplayError`]; what was replayed until then stays.
    pub fn run(
        &mut self,
        events: impl IntoIterator<Item = Result<LogEvent, InputError>>,
        subscriber: &mut impl Subscriber,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), ReplayError> {
        for event in events {
            self.push(event?, subscriber)?;
            if self.events.is_multiple_of(PROGRESS_EVERY) {
                progress(self.progress());
            }
        }
        self.finish(subscriber)?;
        progress(self.progress());
        Ok(())
    }

    /// Runs the clock to the event's time and replays the event. An event from before the clock is late: it counts at its own time and is
    /// delivered now.
    ///
    /// # Errors
    /// [`ReplayError::TooLong`], or [`ReplayError::Math`] of an evaluation.
    pub fn push(&mut self, event: LogEvent, subscriber: &mut impl Subscriber) -> Result<(), ReplayError> {
        if self.timeline.is_none() {
            self.begin(event.timestamp_ms);
        }
        self.advance(event.timestamp_ms, subscriber)?;
        self.platform.log_event(&event);
        self.embedded.log_event(&event, self.now_ms);
        self.events += 1;
        let nothing = (Vec::new(), Vec::new());
        let (metric_filters, subscriptions) = self.by_group.get(&event.group).unwrap_or(&nothing);
        if metric_filters.is_empty() && subscriptions.is_empty() && self.of_account.is_empty() {
            return Ok(());
        }
        let mut store = self.metrics.lock();
        for &place in metric_filters {
            let Some((filter, handle)) = self.metric_filters.get_mut(place) else { continue };
            let Some(sample) = filter.sample(&event.message) else { continue };
            let target = match *handle {
                Some(known) if sample.dimensions.is_empty() => known,
                _ => {
                    let target = store.handle(&MetricId::new(&filter.namespace, &filter.metric, sample.dimensions));
                    store.name_unit(target, &filter.unit);
                    *handle = Some(target);
                    target
                }
            };
            store.add(target, event.timestamp_ms, Resolution::Minute, sample.value, 1.0);
        }
        // The processors write to the store as well.
        drop(store);
        let event = Arc::new(event);
        let mut ready = Vec::new();
        for &place in subscriptions.iter().chain(&self.of_account) {
            let wanted = self.subscriptions.get(place).is_some_and(|filter| {
                let left_out = matches!(&filter.log_groups, LogGroups::AllBut(except) if except.contains(&event.group));
                !left_out && filter.pattern.matches(&event.message)
            });
            if wanted {
                ready.extend(self.batches.add(&self.subscriptions, place, &event));
            }
        }
        let deliveries = self.route(ready);
        self.deliver(&deliveries, subscriber);
        Ok(())
    }

    /// Runs the clock to a time, milliseconds since 1970: batches, evaluations and ticks that are due by then happen in order. Does nothing
    /// before the first event and when the time has passed.
    ///
    /// # Errors
    /// [`ReplayError::TooLong`], or [`ReplayError::Math`] of an evaluation.
    pub fn advance(&mut self, to_ms: i64, subscriber: &mut impl Subscriber) -> Result<(), ReplayError> {
        let Some(mut timeline) = self.timeline else { return Ok(()) };
        if to_ms - self.start_ms > MAX_SPAN_DAYS * 86_400_000 {
            return Err(ReplayError::TooLong);
        }
        while let Some((at_ms, due)) = timeline.next_due(to_ms) {
            self.timeline = Some(timeline);
            self.now_ms = at_ms;
            match due {
                Due::Flush => {
                    let ready = self.batches.flush(&self.subscriptions);
                    let mut deliveries = self.route(ready);
                    deliveries.extend(self.streams.flush(self.now_ms));
                    self.deliver(&deliveries, subscriber);
                    // What ends with an evaluation waits for it: the suppressor may change in it.
                    let due = self.composites.due(at_ms - 1, &self.origin);
                    self.act(due, subscriber);
                }
                Due::Evaluate => self.evaluate(subscriber)?,
                Due::Tick => subscriber.tick(at_ms),
            }
        }
        self.now_ms = self.now_ms.max(to_ms);
        Ok(())
    }

    /// Runs the clock to the end: what is collected is delivered, and the last minute evaluated.
    ///
    /// # Errors
    /// As [`Replay::advance`].
    pub fn finish(&mut self, subscriber: &mut impl Subscriber) -> Result<(), ReplayError> {
        let minute_end = self.now_ms.div_euclid(60_000) * 60_000 + 60_000;
        let end = self.settings.until_ms.map_or(minute_end, |until| until.max(minute_end));
        self.advance(end + i64::from(self.settings.evaluation.data_delay_seconds) * 1000, subscriber)
    }

    fn begin(&mut self, first_ms: i64) {
        let high_resolution = self.alarms.iter().any(|alarm| alarm.config().rule.period_seconds < 60);
        self.timeline = Some(Timeline::new(first_ms, self.settings.evaluation.data_delay_seconds, high_resolution));
        self.start_ms = first_ms;
        self.now_ms = first_ms;
    }

    /// Puts batches for streams into them; gives those that go straight to functions.
    fn route(&mut self, ready: Ready) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        for (place, batch) in ready {
            match self.subscriptions.get(place).map(|filter| &filter.destination) {
                Some(Destination::Function(function)) => deliveries.push(batch.delivery(function)),
                Some(Destination::Stream(stream)) => self.streams.put(stream, batch, self.now_ms),
                None => {}
            }
        }
        deliveries
    }

    fn deliver(&mut self, ready: &[Delivery], subscriber: &mut impl Subscriber) {
        for delivery in ready {
            if let Some(age_ms) = delivery.iterator_age_ms {
                self.platform.iterator_age(&delivery.function, age_ms, self.now_ms);
            }
            let outcome = subscriber.deliver(delivery, self.now_ms);
            self.platform.invocation(&delivery.function, outcome, self.now_ms);
        }
    }

    fn evaluate(&mut self, subscriber: &mut impl Subscriber) -> Result<(), ReplayError> {
        let mut changed = Vec::new();
        {
            let store = self.metrics.lock();
            for (place, alarm) in self.alarms.iter_mut().enumerate() {
                match alarm.evaluate(&store, &self.settings.evaluation, self.now_ms) {
                    Ok(Some(_)) => changed.push(place),
                    Ok(None) => {}
                    Err(source) => {
                        let alarm = alarm.config().name.clone();
                        return Err(ReplayError::Math { alarm, source });
                    }
                }
            }
        }
        let mut notices: Vec<Notice> = changed.iter().filter_map(|place| self.notice(*place)).collect();
        notices.extend(self.composites.evaluate(&self.alarms, &changed, self.now_ms, &self.origin));
        // Only now that the store is free again: the processors write to it.
        self.act(notices, subscriber);
        Ok(())
    }

    /// What a metric alarm tells of its latest change.
    fn notice(&self, place: usize) -> Option<Notice> {
        let alarm = self.alarms.get(place)?;
        let transition = alarm.history().last()?;
        let config = alarm.config();
        let body = notification::message(config, transition, &self.origin);
        Some(Notice { alarm: config.name.clone(), transition: transition.clone(), topics: config.actions.on(transition.to).to_vec(), body })
    }

    /// Publishes what is due and not muted.
    fn act(&mut self, notices: Vec<Notice>, subscriber: &mut impl Subscriber) {
        for notice in self.desk.take(notices, self.now_ms) {
            for topic_arn in &notice.topics {
                let message = AlarmMessage { alarm: &notice.alarm, transition: &notice.transition, topic_arn, body: &notice.body };
                subscriber.alarm(&message, self.now_ms);
            }
        }
    }
}
