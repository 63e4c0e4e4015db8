//! The middleware that is compared, each set up as its documentation says.

use std::sync::Arc;

use axum::{
    extract::MatchedPath,
    http::{Request, header},
};
use jiff::Timestamp;
use skywarden_telemetry::{Sink as TelemetrySink, Telemetry};
use tower::ServiceBuilder;
use tower_http::{
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    trace::{DefaultOnResponse, TraceLayer},
};
use tracing::{Level, level_filters::LevelFilter};
use tracing_subscriber::layer::SubscriberExt as _;

use super::app;
use crate::{case::Work, ours, sink::Sink};

/// Ours: the layer for requests, and the layer for `tracing` that writes their lines.
pub(super) fn ours(sink: Sink, masking: bool) -> anyhow::Result<Work> {
    let telemetry = Telemetry::with_sinks(ours::settings(masking), vec![TelemetrySink::json(Arc::new(sink))], Timestamp::now)?;
    let subscriber = tracing_subscriber::registry().with(telemetry.bare_layer()).with(telemetry.filter());
    tracing::subscriber::set_global_default(subscriber)?;
    app::serve(app::router().layer(telemetry.request_layer()), true)
}

/// tower-http's two layers for request ids alone.
pub(super) fn request_id_pair() -> anyhow::Result<Work> {
    let layers = ServiceBuilder::new().layer(SetRequestIdLayer::x_request_id(MakeRequestUuid)).layer(PropagateRequestIdLayer::x_request_id());
    app::serve(app::router().layer(layers), true)
}

/// How much the line of tower-http's layers says, and how tracing-subscriber lays it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The span in the line twice, as it is by default.
    Default,
    /// The span once, the event's fields at the top.
    Flat,
    /// As [`Self::Default`], with the route and the user agent, which our line has as well.
    Telling,
}

/// tower-http's layers for ids and tracing, with the id in the span, and one line for each response by tracing-subscriber.
pub(super) fn tower_http(sink: Sink, form: Form) -> anyhow::Result<Work> {
    let builder = tracing_subscriber::fmt().json().with_max_level(LevelFilter::INFO).with_writer(move || sink.clone());
    if form == Form::Flat {
        tracing::subscriber::set_global_default(builder.flatten_event(true).with_span_list(false).finish())?;
    } else {
        tracing::subscriber::set_global_default(builder.finish())?;
    }
    let span = move |request: &Request<_>| {
        let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default();
        if form != Form::Telling {
            return tracing::info_span!("request", request_id = id, method = %request.method(), uri = %request.uri());
        }
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        tracing::info_span!("request", request_id = id, method = %request.method(), uri = %request.uri(), route, user_agent = agent)
    };
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_response(DefaultOnResponse::new().level(Level::INFO)))
        .layer(PropagateRequestIdLayer::x_request_id());
    app::serve(app::router().layer(layers), true)
}
