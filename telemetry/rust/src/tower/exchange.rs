//! A request and its response, from the first poll to the last byte.

use std::{
    borrow::Cow,
    fmt::{Debug, Display},
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{self, Entry},
};
use http_body::{Body, Frame};
use skywarden_core::schema::Level;
use tracing::{Span, span};

use super::{
    ResponseBody,
    capture::{Capture, remaining},
    config::Config,
    event, headers,
    incoming::Incoming,
    invocation::{self, Invocation},
    request_body::Watch,
    span as request_span,
};
use crate::request::{
    self, ErrorFacts, Facts, Ids, Outcome, Scope, client_address, ids, level, memory, panic,
    scope::Lent,
    told::{set_bounded, set_bounded_bytes},
};

/// The header that gives a response its request's id, read once.
static REQUEST_ID: HeaderName = HeaderName::from_static(ids::REQUEST_ID);

/// A request and its response. Dropped, it tells of them: whatever happens, once.
#[derive(Debug)]
pub(super) struct Exchange {
    config: Arc<Config>,
    scope: Scope,
    /// The scope once more, while no thread works for the request: see [`Scope::lend`].
    spare: Option<Scope>,
    span: Span,
    started: Instant,
    /// None once they have been told.
    facts: Option<Box<Facts>>,
    method: Kind,
    /// Whether it has no line while it succeeds.
    quiet: bool,
    /// Whether it is a Lambda invocation: there a response that is dropped has no client who went away.
    invoked: bool,
    /// Whether it came to its end.
    ended: bool,
    /// Bytes the response has said it would have.
    announced: Option<u64>,
    response_bytes: u64,
    capture: Option<Capture>,
    watch: Option<Arc<Watch>>,
}

/// Methods whose answers are unlike others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// No body.
    Head,
    /// On success the connection goes over to another protocol.
    Connect,
    Usual,
}

/// While it lives, this thread works for the request. The span is left before the scope.
pub(super) struct Inside<'a> {
    _span: span::Entered<'a>,
    _scope: Lent<'a>,
    /// Whether a line tells of the request.
    told: bool,
}

impl Inside<'_> {
    /// Catches a panic, which the line of the request then tells of; where there is no such line, a line of its own does.
    pub(super) fn catch<R>(&self, work: impl FnOnce() -> R) -> Result<R, panic::Caught> {
        if self.told { panic::catch(work) } else { panic::catch_untold(work) }
    }
}

impl Kind {
    fn of(method: &Method) -> Self {
        match *method {
            Method::HEAD => Self::Head,
            Method::CONNECT => Self::Connect,
            _ => Self::Usual,
        }
    }
}

impl Exchange {
    /// Begins: takes the ids of the request or makes them, and leaves its scope in its extensions.
    pub(super) fn begin<B: Body>(config: &Arc<Config>, request: &mut Request<B>, watch: Option<Arc<Watch>>) -> Box<Self> {
        let started = (config.clock)();
        let invocation = invocation::of(request.extensions());
        let incoming = Incoming::read(request.headers());
        let ids = ids_of(config, request.headers(), &incoming, invocation.as_ref());
        let everything = ids.trace_id.is_of_share(config.debug_share);
        let scope = Scope::of(ids, everything, config.buffer_bytes);
        if let Some(observer) = &config.observer {
            observer.begin(invocation.is_some_and(|invocation| invocation.cold_start));
        }
        let mut spare = None;
        let span = {
            let _scope = scope.lend(&mut spare);
            scope.ids().map_or_else(Span::none, |ids| request_span::of(ids, invocation.as_ref()))
        };
        scope.set_span(&span);
        let path = (config.framework.path)(request.extensions()).unwrap_or_else(|| request.uri().path());
        let mut facts = memory::facts();
        facts.method = method(request.method());
        memory::set(&mut facts.route, (config.framework.route)(request.extensions()));
        set_bounded(&mut facts.path, config.settings.paths.then_some(path));
        facts.request_bytes = request.body().size_hint().exact();
        memory::set_shown(&mut facts.client_ip, client_ip(config, request, &incoming));
        set_bounded_bytes(&mut facts.user_agent, incoming.user_agent);
        facts.request_headers = headers::chosen(request.headers(), &config.request_headers);
        let exchange = Box::new(Self {
            facts: Some(facts),
            method: Kind::of(request.method()),
            quiet: config.settings.is_quiet(path),
            invoked: invocation.is_some(),
            ended: false,
            announced: None,
            response_bytes: 0,
            capture: None,
            watch,
            started,
            span,
            scope: scope.clone(),
            spare,
            config: Arc::clone(config),
        });
        request.extensions_mut().insert(scope);
        exchange
    }

    /// Works for the request, on this thread.
    pub(super) fn enter(&mut self) -> Inside<'_> {
        let scope = self.scope.lend(&mut self.spare);
        Inside { _span: self.span.enter(), _scope: scope, told: self.config.settings.lines }
    }

    /// What is told of it.
    fn facts(&mut self) -> &mut Facts {
        self.facts.get_or_insert_default()
    }

    /// Says what went wrong.
    pub(super) fn set_error(&mut self, error: ErrorFacts) {
        self.facts().error = Some(error);
    }

    /// Notes the head of the response, and gives it the request's id.
    pub(super) fn respond<B>(&mut self, response: &mut Response<B>) {
        if let Entry::Vacant(place) = response.headers_mut().entry(&REQUEST_ID)
            && let Some(value) = self.scope.ids().and_then(|ids| HeaderValue::from_str(&ids.request_id).ok())
        {
            place.insert(value);
        }
        let response_headers = headers::chosen(response.headers(), &self.config.response_headers);
        let facts = self.facts();
        facts.status_code = Some(response.status().as_u16());
        facts.response_headers = response_headers;
        if let Some(error) = response.extensions_mut().remove::<ErrorFacts>() {
            facts.error = Some(error);
        }
    }

    /// The service has answered: tells of it now, or at the end of the body.
    pub(super) fn answered<B: Body>(mut self: Box<Self>, mut response: Response<B>) -> Response<ResponseBody<B>> {
        self.respond(&mut response);
        let status = response.status();
        if status == StatusCode::SWITCHING_PROTOCOLS || self.method == Kind::Connect && status.is_success() {
            self.facts().outcome = Outcome::Upgrade;
            self.end();
            return response.map(ResponseBody::transparent);
        }
        let bodiless = self.method == Kind::Head || status == StatusCode::NO_CONTENT || status == StatusCode::NOT_MODIFIED;
        if bodiless || response.body().is_end_stream() {
            self.end();
            return response.map(ResponseBody::transparent);
        }
        let by_header = || response.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        self.announced = response.body().size_hint().exact().or_else(by_header);
        self.capture = Capture::new(self.config.settings.body_bytes, response.headers());
        response.map(|body| ResponseBody::new(body, self))
    }

    /// The service gave an error instead of an answer.
    pub(super) fn failed<E: Debug + Display + 'static>(mut self: Box<Self>, error: &E) {
        if request::error::is_timeout(error) {
            self.facts().outcome = Outcome::Timeout;
        }
        self.facts().error = Some(request::error::facts(error));
        self.end();
    }

    /// Counts what is handed on of the response's body.
    pub(super) fn count<D: bytes::Buf>(&mut self, frame: &Frame<D>) {
        let Some(data) = frame.data_ref() else { return };
        self.response_bytes += remaining(data);
        if let Some(capture) = &mut self.capture {
            capture.take(data);
        }
    }

    /// Comes to the end, and tells of it.
    #[expect(clippy::boxed_local, reason = "taken out of its box it would be copied")]
    pub(super) fn end(mut self: Box<Self>) {
        self.ended = true;
    }

    /// How it ended when nobody waited for the end.
    fn abandoned(&self, answered: bool, lasted: std::time::Duration) -> Outcome {
        // Servers do not ask for the end of a body that is as long as it was to be.
        if answered && self.announced == Some(self.response_bytes) {
            Outcome::Answered
        } else if !answered && self.config.deadline.is_some_and(|deadline| lasted >= deadline) {
            // A time-out waits for the head of a response, not for its body.
            Outcome::Timeout
        } else if self.invoked || std::thread::panicking() {
            Outcome::Cancelled
        } else {
            Outcome::ClientDisconnect
        }
    }

    /// Tells of the request.
    fn tell(&mut self) {
        let lasted = (self.config.clock)().saturating_duration_since(self.started);
        let Some(mut facts) = self.facts.take() else { return };
        let answered = facts.status_code.is_some();
        if !self.ended {
            facts.outcome = self.abandoned(answered, lasted);
        }
        #[expect(clippy::cast_precision_loss, reason = "microseconds of a request are far below 2^53")]
        let microseconds = lasted.as_secs().saturating_mul(1_000_000).saturating_add(u64::from(lasted.subsec_micros())) as f64;
        facts.duration_ms = microseconds / 1e3;
        if let Some(route) = self.scope.take_route() {
            facts.route = Some(route);
        }
        if answered && facts.outcome != Outcome::Upgrade {
            facts.response_bytes = Some(self.response_bytes);
        }
        facts.response_body = self.capture.take().and_then(Capture::into_text);
        if let Some(watch) = &self.watch {
            facts.request_bytes = Some(watch.bytes());
            facts.request_body = watch.take_text();
        }
        if let Some(observer) = &self.config.observer {
            observer.end(&facts);
        }
        let level = level(&facts, self.config.settings.slow);
        let succeeded = level <= Level::Info && answered;
        if self.config.settings.lines && !(self.quiet && succeeded) {
            let _scope = self.scope.lend(&mut self.spare);
            event::tell(&self.span, facts, level);
        } else {
            memory::give_facts(facts);
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        // An observer or a subscriber that panics must not break the answer off, nor the process while another panic is under way.
        let _ = catch_unwind(AssertUnwindSafe(|| self.tell()));
        self.scope.end();
    }
}

/// The method's name; those of the standard take no memory.
fn method(method: &Method) -> Cow<'static, str> {
    const STANDARD: [Method; 9] =
        [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::HEAD, Method::PATCH, Method::OPTIONS, Method::CONNECT, Method::TRACE];
    const NAMES: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "CONNECT", "TRACE"];
    let known = STANDARD.iter().position(|standard| standard == method).and_then(|at| NAMES.get(at));
    known.map_or_else(|| Cow::Owned(method.as_str().to_owned()), |name| Cow::Borrowed(*name))
}

fn ids_of(config: &Config, headers: &HeaderMap, incoming: &Incoming<'_>, invocation: Option<&Invocation<'_>>) -> Ids {
    // Lambda's own word, unlike a header, can be trusted.
    let xray = invocation.and_then(|invocation| invocation.xray).map(str::as_bytes);
    let mut joined = Vec::new();
    let came = if config.settings.accept_ids { incoming.ids(headers, &mut joined) } else { ids::Incoming::default() };
    Ids::new(&ids::Incoming { xray: xray.or(came.xray), ..came }, config.ids)
}

fn client_ip<B>(config: &Config, request: &Request<B>, incoming: &Incoming<'_>) -> Option<IpAddr> {
    let forwarded = if incoming.forwarded && config.settings.trusted_proxies > 0 {
        client_address::forwarded(Incoming::forwarded_for(request.headers()), config.settings.trusted_proxies)
    } else {
        None
    };
    forwarded.unwrap_or_else(|| (config.framework.peer)(request.extensions()).map(|address| address.to_canonical()))
}
