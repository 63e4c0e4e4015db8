//! Clients that go away.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use skywarden_telemetry::request::{self, Outcome};
use tokio::sync::Notify;
use tracing::Level;

use super::{
    connection::Connection,
    scripted::{Scripted, Step},
    server::{Server, client, fresh_id, layered, request},
    told,
};

#[tokio::test]
async fn before_the_answer() {
    for http2 in [false, true] {
        let (at_work, dropped_inside) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
        let (began, dropped) = (Arc::clone(&at_work), Arc::clone(&dropped_inside));
        let server = Server::start(layered(tower::service_fn(move |_: Request<Incoming>| {
            struct Last(Arc<AtomicBool>);
            impl Drop for Last {
                fn drop(&mut self) {
                    self.0.store(request::current().is_some() && !tracing::Span::current().is_none(), Ordering::Release);
                }
            }
            let (began, last) = (Arc::clone(&began), Last(Arc::clone(&dropped)));
            async move {
                let _last = last;
                began.notify_one();
                std::future::pending::<Result<Response<Full<Bytes>>, Infallible>>().await
            }
        })))
        .await;
        let id = fresh_id("before-the-answer");
        let client = client(http2);
        let asked = tokio::spawn(client.request(request("GET", &server.url("/x"), &id)));
        at_work.notified().await;
        asked.abort();
        drop(client);
        let line = told::line_soon(&id).await;
        server.stop().await;
        assert_eq!((line.level, line.facts().status_code, line.facts().outcome), (Level::INFO, None, Outcome::ClientDisconnect));
        assert_eq!(line.fields["outcome"], "client_disconnect");
        assert!(line.facts().error.is_none() && line.facts().response_bytes.is_none());
        assert!(dropped_inside.load(Ordering::Acquire), "what the handler drops is dropped within the request");
        told::only_line(&id);
    }
}

#[tokio::test]
async fn in_the_middle_of_the_body() {
    for http2 in [false, true] {
        let (steps, body) = Scripted::fed();
        let server = Server::start(layered(tower::service_fn(body.once()))).await;
        let id = fresh_id("mid-body");
        let client = client(http2);
        let mut response = client.request(request("GET", &server.url("/x"), &id)).await.unwrap();
        steps.send(Step::Data("half of ")).unwrap();
        assert_eq!(response.frame().await.unwrap().unwrap().into_data().unwrap(), "half of ");
        assert!(told::lines(&id).is_empty(), "not told before its end");
        drop((response, client));
        let line = told::line_soon(&id).await;
        server.stop().await;
        assert!(steps.is_closed(), "the body was dropped");
        assert_eq!((line.level, line.facts().status_code, line.facts().outcome), (Level::INFO, Some(200), Outcome::ClientDisconnect));
        assert_eq!(line.facts().response_bytes, Some(8));
        told::only_line(&id);
    }
}

#[tokio::test]
async fn in_the_middle_of_its_own_request() {
    let server = Server::start(layered(tower::service_fn(|request: Request<Incoming>| async move {
        // As axum does it: what cannot be read is the client's fault.
        let status = if request.into_body().collect().await.is_ok() { 200 } else { 400 };
        Ok::<_, Infallible>(Response::builder().status(status).body(Full::<Bytes>::default()).unwrap())
    })))
    .await;
    let id = fresh_id("mid-request");
    let mut connection = Connection::open(server.address).await;
    connection.ask("POST", "/x", &id, "content-length: 100\r\n").await;
    connection.send("ten bytes.").await;
    drop(connection);
    let line = told::line_soon(&id).await;
    server.stop().await;
    told::only_line(&id);
    assert!(line.level >= Level::WARN, "{line:?}: no error of the service");
    assert!(line.facts().outcome == Outcome::ClientDisconnect || line.facts().status_code == Some(400), "{line:?}");
}

#[tokio::test]
async fn the_next_connection_is_not_touched() {
    let server = Server::start(layered(tower::service_fn(|request: Request<Incoming>| async move {
        if request.uri().path() == "/stuck" {
            return Ok::<_, Infallible>(Response::new(Scripted::new([Step::Data("x"), Step::Stuck])));
        }
        Ok(Response::new(Scripted::new([Step::Data("whole")])))
    })))
    .await;
    let (gone, whole) = (fresh_id("gone"), fresh_id("whole"));
    let mut connection = Connection::open(server.address).await;
    connection.ask("GET", "/stuck", &gone, "").await;
    connection.read_to("x\r\n").await;
    drop(connection);
    let mut connection = Connection::open(server.address).await;
    connection.ask("GET", "/whole", &whole, "connection: close\r\n").await;
    assert!(connection.read_to_end().await.contains("whole"));
    server.stop().await;
    assert_eq!(told::only_line(&gone).facts().outcome, Outcome::ClientDisconnect);
    assert_eq!(told::only_line(&whole).facts().outcome, Outcome::Answered);
}
