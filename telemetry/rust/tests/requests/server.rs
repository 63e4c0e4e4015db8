//! A server on the loopback interface, and clients.

use std::{
    error::Error,
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
};

use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use skywarden_telemetry::{
    request,
    settings::Requests,
    tower::{RequestLayer, RequestService},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinSet};
use tower::{Layer as _, Service};

/// An id no other test of this process has.
pub(crate) fn fresh_id(of: &str) -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    format!("{of}-{}", COUNTER.fetch_add(1, Ordering::Relaxed))
}

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// A running server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    stopped: tokio::task::JoinHandle<()>,
}

/// The default layer around a service.
pub(crate) fn layered<S>(service: S) -> RequestService<S> {
    RequestLayer::new(Requests::default()).layer(service)
}

impl Server {
    /// Serves HTTP/1 and HTTP/2 with upgrades.
    pub(crate) async fn start<S, R>(service: S) -> Self
    where
        S: Service<Request<hyper::body::Incoming>, Response = Response<R>> + Clone + Send + Sync + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        R: Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        super::told::start();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, mut stopping) = oneshot::channel();
        let stopped = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    _ = &mut stopping => break,
                };
                let (stream, peer) = accepted.unwrap();
                let service = TowerToHyperService::new(Watched { inner: service.clone(), peer });
                connections.spawn(async move {
                    // A broken connection is what some tests are about.
                    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection_with_upgrades(TokioIo::new(stream), service).await;
                });
            }
            while connections.join_next().await.is_some() {}
        });
        Self { address, stop, stopped }
    }

    /// Waits until all connections are over: their clients must be gone.
    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.stopped.await.unwrap();
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// Checks that nothing of a request before is left on the thread, and says who the peer is, as axum does.
#[derive(Clone)]
struct Watched<S> {
    inner: S,
    peer: SocketAddr,
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for Watched<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        assert!(request::current().is_none(), "a request before leaks its scope");
        assert!(tracing::Span::current().is_none(), "a request before leaks its span");
        request.extensions_mut().insert(ConnectInfo(self.peer));
        request.extensions_mut().insert(self.peer);
        self.inner.call(request)
    }
}

pub(crate) type HttpClient = Client<HttpConnector, Full<Bytes>>;

/// A client that keeps its connections, of HTTP/2 when that is wanted.
pub(crate) fn client(http2: bool) -> HttpClient {
    Client::builder(TokioExecutor::new()).http2_only(http2).build_http()
}

/// A request with an id.
pub(crate) fn request(method: &str, url: &str, id: &str) -> Request<Full<Bytes>> {
    Request::builder().method(method).uri(url).header("x-request-id", id).body(Full::default()).unwrap()
}

/// The whole response.
pub(crate) async fn fetch(client: &HttpClient, request: Request<Full<Bytes>>) -> Response<Bytes> {
    let (parts, body) = client.request(request).await.unwrap().into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}
