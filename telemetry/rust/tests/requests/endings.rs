//! Ends other than an answer: panics, errors, time-outs, upgrades.

use std::{convert::Infallible, io, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ws::{Message, WebSocketUpgrade},
    routing::any,
};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use skywarden_telemetry::{
    request::{self, ErrorFacts, InCurrentRequest as _, Outcome},
    settings::Requests,
    tower::RequestLayer,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tower::{Layer as _, ServiceBuilder, ServiceExt as _};
use tracing::{Level, info};

use super::{
    connection::Connection,
    scripted::{Scripted, Step},
    server::{BoxError, Server, client, fetch, fresh_id, layered, request as ask},
    told,
};

fn plain(id: &str) -> Request<Empty<Bytes>> {
    Request::builder().uri("/x").header("x-request-id", id).body(Empty::new()).unwrap()
}

#[tokio::test]
async fn a_panic_before_there_is_a_future_is_answered() {
    told::start();
    let id = fresh_id("panic-in-call");
    let service = layered(tower::service_fn(|request: Request<Empty<Bytes>>| {
        assert_eq!(request.uri(), "/y", "refused");
        async { Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())) }
    }));
    let response = service.oneshot(plain(&id)).await.unwrap();
    assert_eq!((response.status(), &response.headers()["x-request-id"]), (StatusCode::INTERNAL_SERVER_ERROR, &id.parse().unwrap()));
    assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty());
    let line = told::only_line(&id);
    let error = line.facts().error.as_ref().unwrap();
    assert!(error.kind == "panic" && error.message.contains("refused"), "{error:?}");
}

#[tokio::test]
async fn what_the_panic_hook_knows_is_told_in_the_line() {
    told::start();
    let id = fresh_id("hook");
    let known = ErrorFacts { kind: "panic".to_owned(), message: "broken".to_owned(), stack: Some("at src/main.rs:7".to_owned()) };
    let left = known.clone();
    let service = layered(tower::service_fn(move |_: Request<Empty<Bytes>>| {
        let left = left.clone();
        async move {
            // As a hook does, which would be one for all tests of this process.
            request::panic::leave(left, |_| ()).unwrap();
            if tracing::Span::current().is_none() {
                return Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()));
            }
            panic!("broken")
        }
    }));
    service.oneshot(plain(&id)).await.unwrap();
    assert_eq!(told::only_line(&id).facts().error, Some(known));
}

#[tokio::test]
async fn a_panic_tells_its_message_and_other_requests_go_on() {
    let server = Server::start(layered(tower::service_fn(|request: Request<Incoming>| async move {
        assert_ne!(request.uri().path(), "/broken", "order {} is broken", 7);
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    })))
    .await;
    let mut connection = Connection::open(server.address).await;
    for round in 0..2 {
        let (broken, whole) = (fresh_id("broken"), fresh_id("whole"));
        connection.ask("GET", "/broken", &broken, "").await;
        let head = connection.head().await;
        assert!(head.starts_with("http/1.1 500 ") && head.contains(&format!("x-request-id: {broken}\r\n")), "{round}: {head}");
        let line = told::line_soon(&broken).await;
        assert_eq!((line.level, line.facts().status_code), (Level::ERROR, Some(500)));
        let error = line.facts().error.as_ref().unwrap();
        assert_eq!((error.kind.as_str(), &error.stack), ("panic", &None));
        assert!(error.message.contains("order 7 is broken"));
        // Any other subscriber sees ordinary fields.
        assert_eq!((line.fields["error.type"].as_str(), line.fields["error.message"].as_str()), ("panic", error.message.as_str()));
        assert_eq!((line.fields["http.method"].as_str(), line.fields["http.status_code"].as_str()), ("GET", "500"));
        assert!(line.fields.contains_key("http.duration_ms") && !line.fields.contains_key("http.route") && !line.fields.contains_key("outcome"));
        connection.ask("GET", "/whole", &whole, "").await;
        assert!(connection.head().await.starts_with("http/1.1 200 "));
        told::only_line(&broken);
    }
    drop(connection);
    server.stop().await;
}

#[tokio::test]
async fn a_panic_in_the_middle_of_a_body_breaks_the_answer_off() {
    for http2 in [false, true] {
        let (steps, body) = Scripted::fed();
        let server = Server::start(layered(tower::service_fn(body.once()))).await;
        let id = fresh_id("panic-in-body");
        let client = client(http2);
        steps.send(Step::Data("half of ")).unwrap();
        let response = client.request(ask("GET", &server.url("/x"), &id)).await.unwrap();
        assert_eq!(response.status(), 200);
        steps.send(Step::Panic).unwrap();
        assert!(response.into_body().collect().await.is_err(), "an answer that broke off must not look whole");
        let line = told::line_soon(&id).await;
        assert_eq!((line.level, line.facts().status_code, line.facts().response_bytes), (Level::ERROR, Some(200), Some(8)));
        let error = line.facts().error.as_ref().unwrap();
        assert_eq!((error.kind.as_str(), error.message.as_str()), ("panic", "the body broke"));
        drop(client);
        server.stop().await;
        told::only_line(&id);
    }
}

#[tokio::test]
async fn an_error_in_the_middle_of_a_body_is_told() {
    let (steps, body) = Scripted::fed();
    let server = Server::start(layered(tower::service_fn(body.once()))).await;
    let id = fresh_id("error-in-body");
    let client = client(false);
    steps.send(Step::Data("half of ")).unwrap();
    let response = client.request(ask("GET", &server.url("/x"), &id)).await.unwrap();
    steps.send(Step::Error(io::ErrorKind::ConnectionReset)).unwrap();
    assert!(response.into_body().collect().await.is_err());
    drop(client);
    server.stop().await;
    let line = told::only_line(&id);
    assert_eq!((line.level, line.facts().status_code, line.facts().outcome), (Level::ERROR, Some(200), Outcome::Answered));
    assert_eq!(line.facts().error.as_ref().unwrap().kind, "io::ConnectionReset");
}

#[tokio::test]
async fn an_error_of_the_service_is_told_and_passed_on() {
    told::start();
    let id = fresh_id("service-error");
    let service = layered(tower::service_fn(|_: Request<Empty<Bytes>>| async {
        Err::<Response<Full<Bytes>>, BoxError>(io::Error::new(io::ErrorKind::ConnectionRefused, "no database").into())
    }));
    let error = service.oneshot(plain(&id)).await.unwrap_err();
    assert_eq!(error.to_string(), "no database");
    let line = told::only_line(&id);
    assert_eq!((line.level, line.facts().status_code, line.facts().response_bytes), (Level::ERROR, None, None));
    assert_eq!(line.facts().error, Some(ErrorFacts { kind: "io::ConnectionRefused".to_owned(), message: "no database".to_owned(), stack: None }));
}

#[tokio::test]
async fn an_error_an_answer_carries_is_told() {
    told::start();
    let id = fresh_id("carried");
    let carried = ErrorFacts { kind: "PaymentDeclined".to_owned(), message: "no funds".to_owned(), stack: Some("Caused by: limit".to_owned()) };
    let answer = carried.clone();
    let service = layered(tower::service_fn(move |_: Request<Empty<Bytes>>| {
        let answer = Response::builder().status(402).extension(answer.clone()).body(Full::<Bytes>::default());
        async { Ok::<_, Infallible>(answer.unwrap()) }
    }));
    service.oneshot(plain(&id)).await.unwrap();
    let line = told::only_line(&id);
    assert_eq!((line.level, line.facts().error.as_ref()), (Level::WARN, Some(&carried)));
}

#[tokio::test(start_paused = true)]
async fn a_time_out_inside_is_an_error_of_the_service() {
    told::start();
    let id = fresh_id("time-out-inside");
    let service = ServiceBuilder::new()
        .layer(RequestLayer::new(Requests::default()))
        .timeout(Duration::from_secs(3))
        .service(tower::service_fn(|_: Request<Empty<Bytes>>| std::future::pending::<Result<Response<Full<Bytes>>, BoxError>>()));
    service.oneshot(plain(&id)).await.unwrap_err();
    let line = told::only_line(&id);
    assert_eq!((line.level, line.facts().outcome, line.facts().status_code), (Level::ERROR, Outcome::Timeout, None));
    assert_eq!(line.facts().error.as_ref().unwrap().kind, "Elapsed");
    assert_eq!(line.fields["outcome"], "timeout");
}

#[tokio::test(start_paused = true)]
async fn a_time_out_outside_is_told_apart_from_a_disconnect_by_the_deadline() {
    told::start();
    for (deadline, expected, level) in [
        (Some(Duration::ZERO), Outcome::Timeout, Level::ERROR),
        (Some(Duration::from_mins(1)), Outcome::ClientDisconnect, Level::INFO),
        (None, Outcome::ClientDisconnect, Level::INFO),
    ] {
        let id = fresh_id("time-out-outside");
        let layer = RequestLayer::new(Requests::default());
        let layer = if let Some(deadline) = deadline { layer.deadline(deadline) } else { layer };
        let service = ServiceBuilder::new()
            .timeout(Duration::from_millis(5))
            .layer(layer)
            .service(tower::service_fn(|_: Request<Empty<Bytes>>| std::future::pending::<Result<Response<Full<Bytes>>, BoxError>>()));
        service.oneshot(plain(&id)).await.unwrap_err();
        let line = told::only_line(&id);
        assert_eq!((line.level, line.facts().outcome, line.facts().status_code), (level, expected, None));
    }
}

#[tokio::test]
async fn an_upgrade_is_told_at_once() {
    let server = Server::start(layered(tower::service_fn(|mut request: Request<Incoming>| async move {
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(
            async move {
                let mut stream = TokioIo::new(upgrade.await.unwrap());
                let mut word = [0; 4];
                stream.read_exact(&mut word).await.unwrap();
                info!("upgraded");
                stream.write_all(&word).await.unwrap();
            }
            .in_current_request(),
        );
        Ok::<_, Infallible>(Response::builder().status(101).header("upgrade", "echo").body(Empty::<Bytes>::new()).unwrap())
    })))
    .await;
    let id = fresh_id("upgrade");
    let mut connection = Connection::open(server.address).await;
    connection.ask("GET", "/x", &id, "connection: upgrade\r\nupgrade: echo\r\n").await;
    assert!(connection.head().await.starts_with("http/1.1 101 "));
    let line = told::line_soon(&id).await;
    assert_eq!((line.level, line.facts().outcome, line.facts().status_code, line.facts().response_bytes), (Level::INFO, Outcome::Upgrade, Some(101), None));
    connection.send("ping").await;
    assert_eq!(connection.read(4).await, b"ping");
    drop(connection);
    server.stop().await;
    told::only_line(&id);
    assert_eq!(told::events(&id).iter().filter(|told| told.message() == "upgraded").count(), 1);
}

#[tokio::test]
async fn a_websocket_lives_on_after_its_line() {
    let router = Router::new().route(
        "/ws",
        any(|upgrade: WebSocketUpgrade| async move {
            upgrade.on_upgrade(|mut socket| {
                async move {
                    while let Some(Ok(Message::Text(text))) = socket.recv().await {
                        info!("a message");
                        socket.send(Message::Text(text)).await.unwrap();
                    }
                }
                .in_current_request()
            })
        }),
    );
    let server = Server::start(layered(router)).await;
    let id = fresh_id("websocket");
    let mut connection = Connection::open(server.address).await;
    let headers = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    connection.ask("GET", "/ws", &id, headers).await;
    let head = connection.head().await;
    assert!(head.starts_with("http/1.1 101 ") && head.contains(&format!("x-request-id: {id}")), "{head}");
    let line = told::line_soon(&id).await;
    assert_eq!((line.facts().outcome, line.facts().status_code), (Outcome::Upgrade, Some(101)));
    // A text frame from the client, masked with zeros (RFC 6455, section 5.2).
    for _ in 0..2 {
        connection.send_bytes(b"\x81\x82\0\0\0\0hi").await;
        assert_eq!(connection.read(4).await, b"\x81\x02hi");
    }
    drop(connection);
    server.stop().await;
    told::only_line(&id);
}

#[tokio::test]
async fn a_tunnel_is_an_upgrade() {
    told::start();
    for (status, outcome) in [(200, Outcome::Upgrade), (403, Outcome::Answered)] {
        let id = fresh_id("tunnel");
        let service = layered(tower::service_fn(move |_: Request<Empty<Bytes>>| async move {
            Ok::<_, Infallible>(Response::builder().status(status).body(Full::new(Bytes::from_static(b"x"))).unwrap())
        }));
        let mut request = plain(&id);
        *request.method_mut() = Method::CONNECT;
        service.oneshot(request).await.unwrap().into_body().collect().await.unwrap();
        assert_eq!(told::only_line(&id).facts().outcome, outcome);
    }
}

#[tokio::test]
async fn an_error_when_the_service_is_not_ready_is_passed_on() {
    #[derive(Clone)]
    struct Overloaded;
    impl tower::Service<Request<Empty<Bytes>>> for Overloaded {
        type Response = Response<Body>;
        type Error = io::Error;
        type Future = std::future::Ready<io::Result<Self::Response>>;
        fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<io::Result<()>> {
            std::task::Poll::Ready(Err(io::ErrorKind::WouldBlock.into()))
        }
        fn call(&mut self, _: Request<Empty<Bytes>>) -> Self::Future {
            unreachable!("not ready")
        }
    }
    told::start();
    let id = fresh_id("not-ready");
    let error = layered(Overloaded).oneshot(plain(&id)).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    assert!(told::lines(&id).is_empty(), "there was no request yet");
}

#[tokio::test]
async fn answers_of_a_server_are_told_after_they_were_read() {
    let server =
        Server::start(layered(tower::service_fn(|_: Request<Incoming>| async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"hello")))) })))
            .await;
    let id = fresh_id("plain");
    let client = client(false);
    let response = fetch(&client, ask("GET", &server.url("/x"), &id)).await;
    assert_eq!(response.body(), "hello");
    drop(client);
    server.stop().await;
    assert_eq!(told::only_line(&id).facts().response_bytes, Some(5));
}

#[tokio::test]
async fn without_lines_a_panic_is_left_to_the_hook() {
    for lines in [true, false] {
        let service = RequestLayer::new(Requests { lines, ..Requests::default() }).layer(tower::service_fn(move |_: Request<Empty<Bytes>>| {
            assert_eq!(request::panic::is_watched(), lines, "when it is called");
            async move {
                tokio::task::yield_now().await;
                assert_eq!(request::panic::is_watched(), lines, "when it goes on");
                Ok::<_, Infallible>(Response::new(Scripted::new([Step::Panic])))
            }
        }));
        let response = service.oneshot(plain("watched")).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "lines: {lines}");
        assert!(tokio::spawn(response.into_body().collect()).await.unwrap_err().is_panic());
        assert!(!request::panic::is_watched());
    }
}
