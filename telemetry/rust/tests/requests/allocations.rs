//! What a request costs, in allocations.

use std::{
    convert::Infallible,
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{Empty, Full};
use skywarden_telemetry::{settings::Requests, tower::RequestLayer};
use tower::{Layer as _, Service};
use tracing::subscriber::{NoSubscriber, with_default};

/// What the layer may add: the state, the scope, the ids and their headers, method, path and user agent, an extension and a header of the answer.
const BUDGET: u64 = 16;

/// Allocations of one request, from the call to the end of the body. Nobody listens.
fn allocations<S, B>(service: &mut S) -> u64
where
    S: Service<Request<Empty<Bytes>>, Response = Response<B>, Error = Infallible>,
    B: Body,
{
    let mut ask = || {
        let request = Request::builder()
            .uri("/orders/42?page=3")
            .header("user-agent", "test/1")
            .header("x-request-id", "0192f3a4-7c1e-7aaa-8000-000000000000")
            .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .body(Empty::new())
            .unwrap();
        let once = || {
            let mut context = Context::from_waker(Waker::noop());
            let Poll::Ready(Ok(response)) = pin!(service.call(request)).poll(&mut context) else { panic!("not ready") };
            let mut body = pin!(response.into_body());
            while !body.is_end_stream() {
                assert!(body.as_mut().poll_frame(&mut context).is_ready());
            }
        };
        with_default(NoSubscriber::new(), || allocation_counter::measure(once).count_total)
    };
    // What is made once for the thread is not counted.
    ask();
    ask()
}

#[tokio::test]
async fn a_request_costs_a_few_allocations() {
    let work = tower::service_fn(|_: Request<Empty<Bytes>>| async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"hello")))) });
    let bare = allocations(&mut work.clone());
    let with = allocations(&mut RequestLayer::new(Requests::default()).layer(work));
    assert!(with - bare <= BUDGET, "{with} instead of {bare}");
}
