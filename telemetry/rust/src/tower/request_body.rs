//! The body of a request, as far as it is looked at.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use http::{HeaderMap, Request};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::capture::Capture;

/// Whether the body of a request is looked at: [`Declared`] or [`Counted`].
pub trait RequestBodies: sealed::Sealed {
    /// What the service sees.
    type Body<B: Body>: Body;

    #[doc(hidden)]
    fn watch(limit: usize, headers: &HeaderMap) -> Option<Arc<Watch>>;

    #[doc(hidden)]
    fn wrap<B: Body>(request: Request<B>, watch: Option<Arc<Watch>>) -> Request<Self::Body<B>>;
}

/// The body of a request goes to the service as it is: its size is what the client declared, and unknown when it declared none.
#[derive(Clone, Copy, Debug)]
pub struct Declared;

/// The body of a request is counted as the service reads it.
#[derive(Clone, Copy, Debug)]
pub struct Counted;

/// What has been read of a request's body.
#[doc(hidden)]
pub struct Watch {
    bytes: AtomicU64,
    capture: Mutex<Option<Capture>>,
}

pin_project! {
    /// The body of a request that is counted.
    #[derive(Debug)]
    pub struct RequestBody<B> {
        #[pin]
        inner: B,
        watch: Option<Arc<Watch>>,
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Declared {}
    impl Sealed for super::Counted {}
}

impl RequestBodies for Declared {
    type Body<B: Body> = B;

    fn watch(_: usize, _: &HeaderMap) -> Option<Arc<Watch>> {
        None
    }

    fn wrap<B: Body>(request: Request<B>, _: Option<Arc<Watch>>) -> Request<B> {
        request
    }
}

impl RequestBodies for Counted {
    type Body<B: Body> = RequestBody<B>;

    fn watch(limit: usize, headers: &HeaderMap) -> Option<Arc<Watch>> {
        Some(Arc::new(Watch { bytes: AtomicU64::new(0), capture: Mutex::new(Capture::new(limit, headers)) }))
    }

    fn wrap<B: Body>(request: Request<B>, watch: Option<Arc<Watch>>) -> Request<RequestBody<B>> {
        request.map(|inner| RequestBody { inner, watch })
    }
}

impl Watch {
    /// Bytes read so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The beginning of what was read, where it is kept.
    pub(super) fn take_text(&self) -> Option<String> {
        self.capture.lock().unwrap_or_else(PoisonError::into_inner).take().and_then(Capture::into_text)
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Watch").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl<B: Body> Body for RequestBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let frame = ready!(this.inner.poll_frame(context));
        if let (Some(watch), Some(Ok(frame))) = (&this.watch, &frame)
            && let Some(data) = frame.data_ref()
        {
            watch.bytes.fetch_add(super::capture::remaining(data), Ordering::Relaxed);
            if let Some(capture) = watch.capture.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                capture.take(data);
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
