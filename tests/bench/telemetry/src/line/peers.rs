//! What others use to write JSON from `tracing`, each set up as its documentation says, at level INFO.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{case::Work, sink::Sink};

fn install(subscriber: impl tracing::Subscriber + Send + Sync, work: fn() -> Work) -> anyhow::Result<Work> {
    tracing::subscriber::set_global_default(subscriber)?;
    Ok(work())
}

/// `tracing_subscriber::fmt().json()`; flat: the event's fields at the top, and the span once, not also in a list.
pub(super) fn tracing_subscriber(sink: Sink, flat: bool, work: fn() -> Work) -> anyhow::Result<Work> {
    let builder = tracing_subscriber::fmt().json().with_max_level(LevelFilter::INFO).with_writer(move || sink.clone());
    if flat { install(builder.flatten_event(true).with_span_list(false).finish(), work) } else { install(builder.finish(), work) }
}

/// How json-subscriber lays a line out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// As it does by default: like tracing-subscriber.
    Default,
    /// The event's fields at the top, and the span once, not also in a list.
    FlatEvent,
    /// The span's fields at the top as well.
    AllFlat,
}

/// `json_subscriber::layer()`.
pub(super) fn json_subscriber(sink: Sink, shape: Shape, work: fn() -> Work) -> anyhow::Result<Work> {
    let layer = json_subscriber::layer().with_writer(move || sink.clone());
    let layer = match shape {
        Shape::Default => layer,
        Shape::FlatEvent => layer.flatten_event(true).with_span_list(false),
        Shape::AllFlat => layer.flatten_event(true).with_span_list(false).with_current_span(false).flatten_current_span_on_top_level(true),
    };
    install(tracing_subscriber::registry().with(layer).with(LevelFilter::INFO), work)
}

/// `tracing-bunyan-formatter`: a layer that keeps the fields of spans, and one that writes.
pub(super) fn bunyan(sink: Sink, work: fn() -> Work) -> anyhow::Result<Work> {
    use tracing_bunyan_formatter::{BunyanFormattingLayer, JsonStorageLayer};
    let layer = BunyanFormattingLayer::new("orders".to_owned(), move || sink.clone());
    install(tracing_subscriber::registry().with(JsonStorageLayer).with(layer).with(LevelFilter::INFO), work)
}
