//! Middleware for `tower`: servers built with axum, hyper or `lambda_http`, and clients.
//!
//! [`RequestLayer`] gives each request its ids, a span that carries them, and one line at its end. Applied outermost, it sees what the client sees:
//! also the 500 of a panic, and the time until the last byte of the answer. [`PropagateLayer`] hands the ids on to other services.
//!
//! ```
//! use axum::{Router, routing::get};
//! use skywarden_telemetry::{request, settings::Requests, tower::RequestLayer};
//!
//! let settings = Requests { quiet_paths: vec!["/health".to_owned()], ..Requests::default() };
//! let app: Router = Router::new()
//!     .route("/health", get(|| async { "well" }))
//!     .route("/id", get(|| async { request::current().and_then(|scope| scope.header("x-request-id").map(ToOwned::to_owned)).unwrap_or_default() }))
//!     .layer(RequestLayer::new(settings));
//! ```
//!
//! * The line is told when the body has ended or is dropped. An answer without a body (HEAD, 204, 304, an empty one) is told at once, and so is an
//!   upgrade, with outcome `upgrade`: how long the upgraded connection then lives is not known here.
//! * A panic is caught. Before the answer it becomes a 500 with the request's id; in the middle of a body the line tells of it and the panic goes on,
//!   so that the server breaks the connection off: an answer that ends early must not look whole.
//! * A request or a body that is dropped before its end is told as `client_disconnect`, at INFO. A time-out of a layer outside this one drops the
//!   request just so: [`RequestLayer::deadline`] tells the two apart.
//! * Work in tasks and threads of its own keeps the request with [`InCurrentRequest`](crate::request::InCurrentRequest) and
//!   [`in_current_request`](crate::request::in_current_request).
//! * The [`Scope`](crate::request::Scope) of a request lies in its extensions, and is what
//!   [`request::current`](crate::request::current) finds while the request is worked on.
//! * An answer may carry [`ErrorFacts`](crate::request::ErrorFacts) in its extensions: they become the `error` of the line.
//! * Applied twice, the inner layer does nothing but say its route.

mod body;
mod capture;
pub mod client;
mod config;
mod event;
mod exchange;
mod framework;
mod future;
mod headers;
mod incoming;
mod invocation;
mod layer;
mod request_body;
mod route;
mod service;
mod span;

pub use body::ResponseBody;
pub use client::PropagateLayer;
pub use framework::Framework;
pub use future::ResponseFuture;
pub use layer::RequestLayer;
pub use request_body::{Counted, Declared, RequestBodies, RequestBody};
pub use route::{RouteLayer, RouteService};
pub use service::RequestService;
