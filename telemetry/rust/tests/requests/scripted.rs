//! Bodies that do what a test says.

use std::{
    collections::VecDeque,
    convert::Infallible,
    future::{Ready, ready},
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::mpsc;

/// What a body does when it is polled.
#[derive(Debug)]
pub(crate) enum Step {
    Data(&'static str),
    Trailers,
    Error(io::ErrorKind),
    Panic,
    /// Never goes on.
    Stuck,
}

/// A body that does one step after the other.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    steps: VecDeque<Step>,
    says_end: bool,
    size: Option<u64>,
    /// More steps.
    fed: Option<mpsc::UnboundedReceiver<Step>>,
}

impl Scripted {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: steps.into_iter().collect(), ..Self::default() }
    }

    /// The body, which says by itself when it is at its end.
    pub(crate) fn saying_its_end(self) -> Self {
        Self { says_end: true, ..self }
    }

    /// The body, which says of itself that it is so long.
    pub(crate) fn sized(self, size: Option<u64>) -> Self {
        Self { size, ..self }
    }

    /// The body, for a service that answers once.
    pub(crate) fn once(self) -> impl FnMut(Request<Incoming>) -> Ready<Result<Response<Self>, Infallible>> + Clone {
        let body = Arc::new(Mutex::new(Some(self)));
        move |_| ready(Ok(Response::new(body.lock().unwrap().take().unwrap())))
    }

    /// A body whose steps are sent while it is read.
    pub(crate) fn fed() -> (mpsc::UnboundedSender<Step>, Self) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (sender, Self { fed: Some(receiver), ..Self::default() })
    }
}

impl Body for Scripted {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let step = match (self.steps.pop_front(), &mut self.fed) {
            (Some(step), _) => Some(step),
            (None, Some(fed)) => std::task::ready!(fed.poll_recv(context)),
            (None, None) => None,
        };
        match step {
            None => Poll::Ready(None),
            Some(Step::Stuck) => {
                self.steps.push_front(Step::Stuck);
                Poll::Pending
            }
            Some(Step::Panic) => panic!("the body broke"),
            Some(Step::Error(kind)) => Poll::Ready(Some(Err(kind.into()))),
            Some(Step::Data(data)) => {
                tracing::info!("a piece of the body");
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(data.as_bytes())))))
            }
            Some(Step::Trailers) => {
                let trailers = HeaderMap::from_iter([(http::HeaderName::from_static("x-checksum"), http::HeaderValue::from_static("7"))]);
                Poll::Ready(Some(Ok(Frame::trailers(trailers))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.says_end && self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.size.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
