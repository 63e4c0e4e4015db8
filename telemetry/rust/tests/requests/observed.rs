//! Watching requests come and go.

use std::{
    convert::Infallible,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Empty};
use skywarden_telemetry::{
    request::{Facts, Observer, Outcome},
    settings::Requests,
    tower::RequestLayer,
};
use tower::{Layer as _, ServiceExt as _};

use super::scripted::{Scripted, Step};

#[derive(Debug, Default)]
struct Watcher {
    begun: AtomicUsize,
    ended: Mutex<Vec<Facts>>,
}

impl Observer for Watcher {
    fn begin(&self, cold_start: bool) {
        assert!(!cold_start, "that is for Lambda functions");
        self.begun.fetch_add(1, Ordering::Relaxed);
    }

    fn end(&self, facts: &Facts) {
        self.ended.lock().unwrap().push(facts.clone());
    }
}

/// What watches and breaks.
#[derive(Debug)]
struct Broken;

impl Observer for Broken {
    fn begin(&self, _: bool) {}

    fn end(&self, _: &Facts) {
        panic!("the observer broke");
    }
}

#[tokio::test]
async fn an_observer_that_breaks_does_not_break_the_answer() {
    let layer = RequestLayer::new(Requests::default()).observer(Arc::new(Broken));
    let service = layer.layer(tower::service_fn(|_: Request<Empty<Bytes>>| async { Ok::<_, Infallible>(Response::new(Scripted::new([Step::Data("whole")]))) }));
    let body = service.oneshot(Request::new(Empty::new())).await.unwrap().into_body();
    assert_eq!(body.collect().await.unwrap().to_bytes(), "whole");
}

#[tokio::test]
async fn each_request_that_begins_ends_once_line_or_not() {
    let watcher = Arc::new(Watcher::default());
    let settings = Requests { lines: false, quiet_paths: vec!["*".to_owned()], ..Requests::default() };
    let layer = RequestLayer::new(settings).observer(Arc::<Watcher>::clone(&watcher));
    let service = layer.layer(layer.clone().layer(tower::service_fn(|request: Request<Empty<Bytes>>| async move {
        match request.uri().path() {
            "/error" => Err(io::Error::other("no")),
            "/panic" => panic!("no"),
            "/stuck" => std::future::pending().await,
            _ => Ok(Response::new(Scripted::new([Step::Data("x")]))),
        }
    })));
    let ask = |path: &'static str| service.clone().oneshot(Request::builder().uri(path).body(Empty::new()).unwrap());
    drop(ask("/x").await.unwrap());
    ask("/error").await.unwrap_err();
    assert_eq!(ask("/panic").await.unwrap().status(), 500);
    let mut stuck = Box::pin(ask("/stuck"));
    assert!(futures_poll(&mut stuck).await);
    assert_eq!((watcher.begun.load(Ordering::Relaxed), watcher.ended.lock().unwrap().len()), (4, 3));
    drop(stuck);
    let told: Vec<_> =
        watcher.ended.lock().unwrap().iter().map(|facts| (facts.path.clone().unwrap(), facts.status_code, facts.outcome, facts.error.is_some())).collect();
    let expected = [
        ("/x", Some(200), Outcome::ClientDisconnect, false),
        ("/error", None, Outcome::Answered, true),
        ("/panic", Some(500), Outcome::Answered, true),
        ("/stuck", None, Outcome::ClientDisconnect, false),
    ];
    assert_eq!(told, expected.map(|(path, status, outcome, error)| (path.to_owned(), status, outcome, error)));
}

/// Polls once; true when there is no answer yet.
async fn futures_poll<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|context| std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_pending())).await
}

#[tokio::test]
async fn a_request_whose_task_panics_elsewhere_was_dropped_by_the_service() {
    let watcher = Arc::new(Watcher::default());
    let layer = RequestLayer::new(Requests::default()).observer(Arc::<Watcher>::clone(&watcher));
    let mut service = layer.layer(tower::service_fn(|_: Request<Empty<Bytes>>| std::future::pending::<Result<Response<Scripted>, Infallible>>()));
    let task = tokio::spawn(async move {
        let _waiting = tower::Service::call(&mut service, Request::new(Empty::new()));
        panic!("a layer further out");
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(watcher.ended.lock().unwrap().iter().map(|facts| facts.outcome).collect::<Vec<_>>(), [Outcome::Cancelled]);
}

#[tokio::test]
async fn a_deadline_is_for_the_head_of_an_answer_not_for_its_body() {
    let watcher = Arc::new(Watcher::default());
    let layer = RequestLayer::new(Requests::default()).observer(Arc::<Watcher>::clone(&watcher)).deadline(std::time::Duration::ZERO);
    let service = layer.layer(tower::service_fn(|_: Request<Empty<Bytes>>| async { Ok::<_, Infallible>(Response::new(Scripted::new([Step::Stuck]))) }));
    drop(service.oneshot(Request::new(Empty::new())).await.unwrap());
    assert_eq!(watcher.ended.lock().unwrap()[0].outcome, Outcome::ClientDisconnect);
}

#[tokio::test]
async fn a_future_that_is_never_polled_ends_too() {
    let watcher = Arc::new(Watcher::default());
    let layer = RequestLayer::new(Requests::default()).observer(Arc::<Watcher>::clone(&watcher));
    let mut service = layer.layer(tower::service_fn(|request: Request<Empty<Bytes>>| {
        assert_ne!(request.uri().path(), "/panic", "no");
        async { Ok::<_, Infallible>(Response::new(Scripted::default())) }
    }));
    for path in ["/x", "/panic"] {
        drop(tower::Service::call(&mut service, Request::builder().uri(path).body(Empty::new()).unwrap()));
    }
    let ended = watcher.ended.lock().unwrap();
    assert_eq!((watcher.begun.load(Ordering::Relaxed), ended.len()), (2, 2));
    assert_eq!((ended[0].outcome, ended[0].error.is_some(), ended[1].error.is_some()), (Outcome::ClientDisconnect, false, true));
}
