//! Bodies go through as they are, and are told of at their end.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use http_body::Body as _;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use skywarden_telemetry::{
    request::{Outcome, level},
    settings::Requests,
    tower::{Declared, RequestBody, RequestLayer, RequestService, ResponseBody},
};
use tower::{Layer as _, ServiceExt as _};

use super::{
    connection::Connection,
    scripted::{Scripted, Step},
    server::{Server, fresh_id, layered},
    told,
};

/// What becomes of a body.
async fn answered(id: &str, method: Method, response: Response<Scripted>) -> Response<ResponseBody<Scripted>> {
    told::start();
    let response = std::sync::Mutex::new(Some(response));
    let service = layered(tower::service_fn(move |_: Request<Empty<Bytes>>| {
        let response = response.lock().unwrap().take().unwrap();
        async { Ok::<_, Infallible>(response) }
    }));
    service.oneshot(Request::builder().method(method).header("x-request-id", id).body(Empty::new()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn data_and_trailers_go_through_and_the_line_comes_at_the_end() {
    let id = fresh_id("streamed");
    let mut response = answered(&id, Method::GET, Response::new(Scripted::new([Step::Data("one"), Step::Data("two"), Step::Trailers]))).await;
    let body = response.body_mut();
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "one");
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "two");
    assert!(told::lines(&id).is_empty());
    assert_eq!(body.frame().await.unwrap().unwrap().into_trailers().unwrap()["x-checksum"], "7");
    let line = told::only_line(&id);
    assert_eq!((line.facts().response_bytes, line.facts().outcome), (Some(6), Outcome::Answered));
    assert!(body.frame().await.is_none());
    drop(response);
    told::only_line(&id);
    let pieces: Vec<_> = told::events(&id).into_iter().filter(|told| told.message() == "a piece of the body").collect();
    assert_eq!(pieces.len(), 2);
    assert!(pieces.iter().all(|told| told.scope.as_deref() == Some(id.as_str())));
}

#[tokio::test]
async fn what_a_body_says_of_itself_goes_through() {
    let id = fresh_id("hints");
    let sized = Scripted::new([Step::Data("one")]).sized(Some(3)).saying_its_end();
    let mut response = answered(&id, Method::GET, Response::new(sized)).await;
    assert_eq!((response.body().size_hint().exact(), response.body().is_end_stream()), (Some(3), false));
    response.body_mut().frame().await;
    assert!(response.body().is_end_stream());
    assert_eq!(told::only_line(&id).facts().response_bytes, Some(3), "told as soon as the body says that it is at its end");
    drop(response);
    told::only_line(&id);
    let response = answered(&fresh_id("hints"), Method::GET, Response::new(Scripted::new([Step::Data("one")]))).await;
    assert_eq!((response.body().size_hint().exact(), response.body().is_end_stream()), (None, false));
}

#[tokio::test]
async fn a_body_that_is_at_its_end_is_told_at_once() {
    let empty = || Scripted::default().saying_its_end();
    let endless = || Scripted::new([Step::Data("never asked for"), Step::Stuck]);
    for (method, status, body) in [(Method::GET, 200, empty()), (Method::HEAD, 200, endless()), (Method::GET, 204, endless()), (Method::GET, 304, endless())] {
        let id = fresh_id("at-once");
        let response = answered(&id, method.clone(), Response::builder().status(status).body(body).unwrap()).await;
        let line = told::only_line(&id);
        assert_eq!(
            (line.facts().status_code, line.facts().response_bytes, line.facts().outcome),
            (Some(status), Some(0), Outcome::Answered),
            "{method} {status}"
        );
        drop(response);
        told::only_line(&id);
    }
}

#[tokio::test]
async fn a_body_as_long_as_it_was_to_be_is_whole_though_nobody_asks_for_its_end() {
    for (size, length, read, expected) in [
        (Some(6), None, 2, Outcome::Answered),
        (None, Some("6"), 2, Outcome::Answered),
        (Some(6), None, 1, Outcome::ClientDisconnect),
        (None, Some("6"), 1, Outcome::ClientDisconnect),
        (None, None, 2, Outcome::ClientDisconnect),
        (None, Some("many"), 2, Outcome::ClientDisconnect),
        (Some(6), None, 0, Outcome::ClientDisconnect),
    ] {
        let id = fresh_id("as-long");
        let mut builder = Response::builder();
        if let Some(length) = length {
            builder = builder.header(header::CONTENT_LENGTH, length);
        }
        let body = Scripted::new([Step::Data("one"), Step::Data("two")]).sized(size);
        let mut response = answered(&id, Method::GET, builder.body(body).unwrap()).await;
        for _ in 0..read {
            response.body_mut().frame().await.unwrap().unwrap();
        }
        drop(response);
        assert_eq!(told::only_line(&id).facts().outcome, expected, "{size:?} {length:?} {read}");
    }
}

#[tokio::test]
async fn a_server_that_stops_at_the_content_length_saw_the_whole_answer() {
    let server = Server::start(layered(tower::service_fn(|_: Request<Incoming>| async {
        let body = Scripted::new([Step::Data("whole"), Step::Stuck]);
        Ok::<_, Infallible>(Response::builder().header(header::CONTENT_LENGTH, 5).body(body).unwrap())
    })))
    .await;
    let id = fresh_id("content-length");
    let mut connection = Connection::open(server.address).await;
    connection.ask("GET", "/x", &id, "").await;
    connection.head().await;
    assert_eq!(connection.read(5).await, b"whole");
    let line = told::line_soon(&id).await;
    assert_eq!((line.facts().outcome, line.facts().response_bytes), (Outcome::Answered, Some(5)));
    drop(connection);
    server.stop().await;
    told::only_line(&id);
}

#[tokio::test]
async fn head_over_a_real_server_has_one_line_and_no_body() {
    let server =
        Server::start(layered(tower::service_fn(|_: Request<Incoming>| async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"hello")))) })))
            .await;
    let (head, get) = (fresh_id("head"), fresh_id("get"));
    let mut connection = Connection::open(server.address).await;
    connection.ask("HEAD", "/x", &head, "").await;
    assert!(connection.head().await.contains("content-length: 5"));
    connection.ask("GET", "/x", &get, "").await;
    connection.head().await;
    assert_eq!(connection.read(5).await, b"hello");
    drop(connection);
    server.stop().await;
    assert_eq!(told::only_line(&head).facts().response_bytes, Some(0));
    assert_eq!(told::only_line(&get).facts().response_bytes, Some(5));
}

fn echo() -> RequestService<
    impl tower::Service<Request<RequestBody<Incoming>>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone,
    skywarden_telemetry::tower::Counted,
> {
    let settings = Requests { body_bytes: 8, ..Requests::default() };
    RequestLayer::new(settings).count_request_bodies().layer(tower::service_fn(|request: Request<RequestBody<Incoming>>| async move {
        let media_type = request.headers()[header::CONTENT_TYPE].clone();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        Ok(Response::builder().header(header::CONTENT_TYPE, media_type).body(Full::new(body)).unwrap())
    }))
}

#[tokio::test]
async fn chosen_bodies_are_told_within_their_bound() {
    let server = Server::start(echo()).await;
    for (media_type, expected) in [("text/plain", Some("beginnin…")), ("image/png", None)] {
        let id = fresh_id("captured");
        let mut connection = Connection::open(server.address).await;
        connection.ask("POST", "/x", &id, &format!("content-type: {media_type}\r\ntransfer-encoding: chunked\r\n")).await;
        connection.send("5\r\nbegin\r\n").await;
        connection.send("8\r\nning end\r\n0\r\n\r\n").await;
        connection.read_to("beginning end").await;
        drop(connection);
        let line = told::line_soon(&id).await;
        let facts = line.facts();
        assert_eq!((facts.request_bytes, facts.response_bytes), (Some(13), Some(13)));
        assert_eq!((facts.request_body.as_deref(), facts.response_body.as_deref()), (expected, expected));
    }
    server.stop().await;
}

#[tokio::test]
async fn without_counting_the_declared_size_is_told() {
    let server = Server::start(layered(tower::service_fn(|request: Request<Incoming>| async move {
        request.into_body().collect().await.unwrap();
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    })))
    .await;
    for (headers, body, expected) in
        [("content-length: 5\r\n", "hello", Some(5)), ("transfer-encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n", None), ("", "", Some(0))]
    {
        let id = fresh_id("declared");
        let mut connection = Connection::open(server.address).await;
        connection.ask("POST", "/x", &id, headers).await;
        connection.send(body).await;
        connection.head().await;
        drop(connection);
        let line = told::line_soon(&id).await;
        assert_eq!((line.facts().request_bytes, line.facts().request_body.as_deref()), (expected, None), "{headers}");
    }
    server.stop().await;
}

#[test]
fn layers_and_bodies_can_be_moved_between_threads() {
    fn is_send<T: Send>() {}
    fn is_sync<T: Sync>() {}
    is_send::<ResponseBody<Full<Bytes>>>();
    is_send::<RequestBody<Incoming>>();
    is_sync::<RequestService<Server, Declared>>();
    assert_eq!(level(&skywarden_telemetry::request::Facts { status_code: Some(200), ..Default::default() }, None).as_str(), "INFO");
}
