//! The proxy: a port of its own for each process, so that it is known whose a call is.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response, Uri,
    body::Incoming,
    header::{HOST, HeaderValue},
    http::request::Parts,
    service::service_fn,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use jiff::Timestamp;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{
    Call, Effect, Fault, Record, Rule, Service,
    answer::{Refusal, refusal},
    call::identify,
    partial::{Half, cut, messages},
    record::puts,
};
use crate::runtime::{Attached, Process};

/// Longest a call without an answer is held; whoever waits longer has no deadline.
const HELD: Duration = Duration::from_mins(5);

/// The proxy in front of one emulator.
#[derive(Debug)]
pub struct Proxy {
    upstream: String,
    client: Client<HttpConnector, Full<Bytes>>,
    rules: RwLock<Arc<Vec<Rule>>>,
    record: Record,
    ports: Mutex<BTreeMap<String, Port>>,
}

#[derive(Debug)]
struct Port {
    accepting: JoinHandle<()>,
    process: Option<Arc<Process>>,
}

/// Why a connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is to be reset")]
struct Gone;

/// A caller that waits. Says so when it does no more.
#[derive(Debug, Default)]
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Proxy {
    /// A proxy in front of `upstream`, host and port of the emulator.
    pub fn new(upstream: String) -> Arc<Self> {
        Arc::new(Self {
            upstream,
            client: Client::builder(TokioExecutor::new()).build_http(),
            rules: RwLock::default(),
            record: Record::default(),
            ports: Mutex::default(),
        })
    }

    /// What happens from now on, in the order in which rules are asked; the first that hits counts. Every rule counts every call it is about.
    pub fn set(&self, rules: Vec<Rule>) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }

    /// What it saw.
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// Its side towards one function.
    pub fn side(self: &Arc<Self>, function: &str) -> Arc<dyn Attached> {
        Arc::new(Side { proxy: Arc::clone(self), function: function.to_owned() })
    }

    fn process(&self, endpoint: &str) -> Option<Arc<Process>> {
        self.ports.lock().unwrap_or_else(PoisonError::into_inner).get(endpoint).and_then(|port| port.process.clone())
    }

    /// `left`: whether the caller has gone away by now.
    async fn handle(&self, function: &str, endpoint: &str, request: Request<Incoming>, left: &AtomicBool) -> Result<Response<Full<Bytes>>, Gone> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Gone)?.to_bytes();
        let process = self.process(endpoint);
        let Some((service, operation)) = identify(&head, &body) else {
            return self.forward(&head, body).await.map_err(|_| Gone);
        };
        let rules = Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner));
        // Every rule counts the call; the first that hits is what happens.
        let hits: Vec<Fault> = rules.iter().filter(|rule| rule.hits(function, service, &operation)).map(|rule| rule.fault).collect();
        let fired = hits.first().copied();
        let compressed = head.headers.get("content-encoding").is_some_and(|encoding| encoding == "gzip");
        let mut call = Call {
            function: function.to_owned(),
            process: process.as_ref().map_or(0, |process| process.number()),
            service,
            puts: if operation == "PutMetricData" { puts(&body, compressed).unwrap_or_default() } else { Vec::new() },
            messages: messages(&operation, &body),
            operation,
            fired,
            took_effect: false,
            answered: false,
            refused: None,
        };
        let answer = self.fate(fired, &head, body, &mut call).await;
        // A function abandons a call that has no answer when its time is over.
        call.answered &= !left.load(Ordering::SeqCst);
        let killed = matches!(fired, Some(Fault::Kill(_)));
        self.record.add(call);
        if killed && let Some(process) = process {
            process.kill().await;
        }
        match (fired, answer) {
            (Some(Fault::NoAnswer(_)), _) => {
                // Until the caller gives up, which ends this task with its connection.
                tokio::time::sleep(HELD).await;
                Err(Gone)
            }
            (_, answer) => answer.ok_or(Gone),
        }
    }

    /// Does to a call what is to happen; gives the answer, when there is one.
    async fn fate(&self, fired: Option<Fault>, head: &Parts, body: Bytes, call: &mut Call) -> Option<Response<Full<Bytes>>> {
        let service = call.service;
        let told = |call: &mut Call, answer: Response<Full<Bytes>>| {
            call.answered = true;
            Some(answer)
        };
        match fired {
            Some(Fault::Throttled) => told(call, refusal(service, Refusal::Throttled)),
            Some(Fault::Denied) => told(call, refusal(service, Refusal::Denied)),
            Some(Fault::ClockRefused) => told(call, refusal(service, Refusal::Clock)),
            Some(fault @ (Fault::Partial | Fault::PartlyRefused)) => {
                let half = if fault == Fault::Partial { Half::Failed } else { Half::Refused };
                let answer = self.partly(half, head, &body, call).await?;
                told(call, answer)
            }
            Some(Fault::ServerError(effect)) => {
                self.effect(effect, head, body, call).await;
                Some(refusal(service, Refusal::Failed))
            }
            Some(Fault::Reset(effect) | Fault::NoAnswer(effect) | Fault::Kill(effect)) => {
                self.effect(effect, head, body, call).await;
                None
            }
            Some(Fault::Slow(by)) => {
                let answer = self.done(head, body, call).await?;
                tokio::time::sleep(by).await;
                told(call, answer)
            }
            Some(Fault::DateOff(by)) => {
                let mut answer = self.done(head, body, call).await?;
                let date = Timestamp::now().checked_add(jiff::SignedDuration::from_secs(i64::from(by))).ok()?;
                let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
                answer.headers_mut().insert("date", HeaderValue::from_str(&date).ok()?);
                told(call, answer)
            }
            None => {
                let answer = self.done(head, body, call).await?;
                told(call, answer)
            }
        }
    }

    async fn effect(&self, effect: Effect, head: &Parts, body: Bytes, call: &mut Call) {
        if effect == Effect::After {
            self.done(head, body, call).await;
        }
    }

    /// Forwards a call, and notes whether the service did it.
    async fn done(&self, head: &Parts, body: Bytes, call: &mut Call) -> Option<Response<Full<Bytes>>> {
        let answer = self.forward(head, body).await.ok()?;
        call.took_effect = answer.status().is_success();
        if !call.took_effect {
            let body = answer.body().clone().collect().await.ok()?.to_bytes();
            call.refused = Some(format!("{} {}", answer.status(), String::from_utf8_lossy(&body)));
        }
        Some(answer)
    }

    /// Lets the first half of a batch through and fails the rest.
    async fn partly(&self, half: Half, head: &Parts, body: &Bytes, call: &mut Call) -> Option<Response<Full<Bytes>>> {
        let cut = cut(&call.operation, body, half)?;
        call.messages = cut.request.as_ref().map_or(0, |request| messages(&call.operation, request));
        let first = match cut.request.clone() {
            Some(request) => Some(self.done(head, request, call).await?.into_body().collect().await.ok()?.to_bytes()),
            None => None,
        };
        let mut answer = Response::new(Full::new(cut.answer(first.as_deref())?));
        let kind = if call.service == Service::Sns { "text/xml" } else { "application/x-amz-json-1.0" };
        answer.headers_mut().insert("content-type", HeaderValue::from_static(kind));
        Some(answer)
    }

    async fn forward(&self, head: &Parts, body: Bytes) -> anyhow::Result<Response<Full<Bytes>>> {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let uri: Uri = format!("http://{}{path}", self.upstream).parse()?;
        let mut request = Request::builder().method(head.method.clone()).uri(uri);
        // The length may be another now.
        for (name, value) in head.headers.iter().filter(|(name, _)| *name != HOST && *name != "content-length" && *name != "transfer-encoding") {
            request = request.header(name, value);
        }
        let answer = self.client.request(request.body(Full::new(body))?).await.context("the emulator does not answer")?;
        let (mut head, body) = answer.into_parts();
        head.headers.remove("transfer-encoding");
        head.headers.remove("content-length");
        Ok(Response::from_parts(head, Full::new(body.collect().await?.to_bytes())))
    }
}

/// The proxy as one function sees it.
#[derive(Debug)]
struct Side {
    proxy: Arc<Proxy>,
    function: String,
}

impl Attached for Side {
    fn open(&self) -> Pin<Box<dyn Future<Output = anyhow::Result<String>> + Send + '_>> {
        Box::pin(async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no port for the proxy")?;
            let endpoint = format!("http://{}", listener.local_addr()?);
            let accepting = tokio::spawn(accept(listener, Arc::clone(&self.proxy), self.function.clone(), endpoint.clone()));
            let mut ports = self.proxy.ports.lock().unwrap_or_else(PoisonError::into_inner);
            ports.insert(endpoint.clone(), Port { accepting, process: None });
            Ok(endpoint)
        })
    }

    fn belongs(&self, endpoint: &str, process: Arc<Process>) {
        if let Some(port) = self.proxy.ports.lock().unwrap_or_else(PoisonError::into_inner).get_mut(endpoint) {
            port.process = Some(process);
        }
    }

    fn died(&self, endpoint: &str) {
        if let Some(process) = self.proxy.process(endpoint) {
            self.proxy.record.died(process.number());
        }
        self.close(endpoint);
    }

    fn close(&self, endpoint: &str) {
        if let Some(port) = self.proxy.ports.lock().unwrap_or_else(PoisonError::into_inner).remove(endpoint) {
            port.accepting.abort();
        }
    }
}

async fn accept(listener: TcpListener, proxy: Arc<Proxy>, function: String, endpoint: String) {
    while let Ok((stream, _)) = listener.accept().await {
        // What ends without an answer ends with a reset, not with a polite close.
        if stream.set_zero_linger().is_err() || stream.set_nodelay(true).is_err() {
            continue;
        }
        let (proxy, function, endpoint) = (Arc::clone(&proxy), function.clone(), endpoint.clone());
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let (proxy, function, endpoint) = (Arc::clone(&proxy), function.clone(), endpoint.clone());
                // A task of its own: a caller that goes away does not end what is under way, and all of it is remembered.
                async move {
                    let waiting = Waiting::default();
                    let left = Arc::clone(&waiting.0);
                    tokio::spawn(async move { proxy.handle(&function, &endpoint, request, &left).await }).await.unwrap_or(Err(Gone))
                }
            });
            // A connection that ends is what this is about.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
