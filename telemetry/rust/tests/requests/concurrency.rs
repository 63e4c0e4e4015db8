//! Many requests at once: no id is mixed up.

use std::time::Duration;

use axum::{Router, body::Body, extract::Path, routing::get};
use futures::future::join_all;
use skywarden_telemetry::request::{InCurrentRequest as _, in_current_request};
use tracing::{Instrument as _, info};

use super::{
    scripted::{Scripted, Step},
    server::{Server, client, fetch, fresh_id, layered, request},
    told,
};

const REQUESTS: usize = 200;

async fn work(asked: String) -> Body {
    for step in 0..3 {
        info!(%asked, "step");
        // Tasks are taken up by whichever thread is free.
        tokio::time::sleep(Duration::from_millis(step)).await;
    }
    let of_task = asked.clone();
    let task = tokio::spawn(async move { async move { info!(asked = %of_task, "task") }.instrument(tracing::info_span!("within")).await }.in_current_request());
    let of_thread = asked.clone();
    let thread = tokio::task::spawn_blocking(in_current_request(move || info!(asked = %of_thread, "thread")));
    task.await.unwrap();
    thread.await.unwrap();
    Body::new(Scripted::new([Step::Data("a"), Step::Data("b")]))
}

async fn check(http2: bool) {
    let router = Router::new().route("/{asked}", get(|Path(asked): Path<String>| work(asked)));
    let server = Server::start(layered(router)).await;
    let client = client(http2);
    let ids: Vec<String> = (0..REQUESTS).map(|_| fresh_id("many")).collect();
    let answers = join_all(ids.iter().map(|id| fetch(&client, request("GET", &server.url(&format!("/{id}")), id)))).await;
    for (id, answer) in ids.iter().zip(answers) {
        assert_eq!((answer.headers()["x-request-id"].to_str().unwrap(), answer.body().as_ref()), (id.as_str(), b"ab".as_slice()));
    }
    drop(client);
    server.stop().await;
    for id in &ids {
        let line = told::only_line(id);
        assert_eq!(line.facts().path.as_deref(), Some(format!("/{id}").as_str()));
        let events = told::events(id);
        let mut messages: Vec<_> = events.iter().filter(|told| told.fields.contains_key("asked")).map(|told| told.message().to_owned()).collect();
        messages.sort_unstable();
        assert_eq!(messages, ["step", "step", "step", "task", "thread"], "{id}");
        for told in &events {
            assert_eq!(told.fields.get("asked").unwrap_or(id), id);
            assert_eq!(told.scope.as_ref(), Some(id));
            assert_eq!(told.context["trace_id"], line.context["trace_id"]);
        }
    }
    for message in ["step", "task", "thread"] {
        let strays = told::with_message(message).into_iter().filter(|told| !told.context.contains_key("request_id")).count();
        assert_eq!(strays, 0, "{message} without a request");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn http_1() {
    check(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn http_2() {
    check(true).await;
}
