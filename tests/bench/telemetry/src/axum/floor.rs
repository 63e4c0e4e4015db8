//! Middleware written by hand for one service: an id for each request, in its answer and in a line with what our line says that is known when the
//! answer's head is there. Nothing is taken over, masked or bounded, and a panic or a client that goes away is not told of.

use std::{
    cell::Cell,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Instant,
};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, Uri, header},
    response::Response,
};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use super::app;
use crate::{case::Work, line::write_head, sink::Sink};

/// The router with it.
pub(super) fn open(sink: Sink) -> anyhow::Result<Work> {
    app::serve(app::router().layer(LogLayer(sink)), true)
}

#[derive(Clone)]
struct LogLayer(Sink);

#[derive(Clone)]
struct Log<S> {
    inner: S,
    sink: Sink,
}

impl<S> Layer<S> for LogLayer {
    type Service = Log<S>;

    fn layer(&self, inner: S) -> Log<S> {
        Log { inner, sink: self.0.clone() }
    }
}

pin_project! {
    struct Logged<F> {
        #[pin]
        inner: F,
        sink: Sink,
        began: Instant,
        id: [u8; 32],
        method: Method,
        uri: Uri,
        agent: Option<HeaderValue>,
    }
}

impl<S: Service<Request, Response = Response>> Service<Request> for Log<S> {
    type Response = Response;
    type Error = S::Error;
    type Future = Logged<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let began = Instant::now();
        let (method, uri, agent) = (request.method().clone(), request.uri().clone(), request.headers().get(header::USER_AGENT).cloned());
        Logged { inner: self.inner.call(request), sink: self.sink.clone(), began, id: id(), method, uri, agent }
    }
}

impl<F: Future<Output = Result<Response, E>>, E> Future for Logged<F> {
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut answered = ready!(this.inner.poll(context));
        if let Ok(response) = &mut answered {
            if let Ok(value) = HeaderValue::from_bytes(this.id) {
                response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
            }
            let milliseconds = this.began.elapsed().as_secs_f64() * 1e3;
            let mut line = Vec::with_capacity(512);
            write_head(&mut line, "request", "orders::requests");
            let mut put = |name: &str, value: &[u8]| {
                line.extend_from_slice(name.as_bytes());
                line.extend_from_slice(value);
            };
            put(",\"request_id\":\"", this.id);
            put("\",\"http\":{\"method\":\"", this.method.as_str().as_bytes());
            put("\",\"path\":\"", this.uri.path().as_bytes());
            put("\",\"status_code\":", itoa::Buffer::new().format(response.status().as_u16()).as_bytes());
            put(",\"duration_ms\":", zmij::Buffer::new().format(milliseconds).as_bytes());
            put(",\"user_agent\":\"", this.agent.as_ref().map_or(b"", HeaderValue::as_bytes));
            put("\"}}\n", b"");
            this.sink.take(&line);
        }
        Poll::Ready(answered)
    }
}

thread_local! {
    static STATE: Cell<u64> = const { Cell::new(0x9E37_79B9_7F4A_7C15) };
}

/// 32 hexadecimal digits that look random.
fn id() -> [u8; 32] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = [0; 32];
    for half in digits.as_chunks_mut::<16>().0 {
        let mut state = STATE.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        STATE.set(state);
        for (index, digit) in half.iter_mut().enumerate() {
            *digit = DIGITS[(state >> (index * 4) & 15) as usize];
        }
    }
    digits
}
