//! The Rust half of the example shop: products, search and prices.
//!
//! `CHECKOUT_URL=http://127.0.0.1:8001 SKYWARDEN_LOG_CONFIG=examples/shop/catalog/telemetry.toml cargo run -p shop-catalog`

mod cache;
mod checkout;
mod failure;
mod feed;
mod logging;
mod rehearsal;
mod routes;
mod search;
mod store;

use std::{error::Error, process::ExitCode};

use axum::{Router, middleware::from_fn};
use skywarden_telemetry::Telemetry;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::checkout::Checkout;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let started = logging::start();
    let (telemetry, _guard) = match started {
        Ok(started) => started,
        Err(error) => return refused(&*error),
    };
    match serve(&telemetry).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refused(&*error),
    }
}

async fn serve(telemetry: &Telemetry) -> Result<(), Box<dyn Error>> {
    let variable = |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let checkout = Checkout::new(&variable("CHECKOUT_URL", "http://127.0.0.1:8001"))?;
    let listener = TcpListener::bind(variable("SHOP_ADDRESS", "127.0.0.1:8003")).await?;
    if !rehearsal::facts::wanted() {
        tokio::spawn(feed::run());
    }
    axum::serve(listener, service(telemetry, checkout)).with_graceful_shutdown(end()).await?;
    Ok(())
}

/// The routes, with the middleware around them, and the door of rehearsals around that.
fn service(telemetry: &Telemetry, checkout: Checkout) -> Router {
    routes::routes(checkout).layer(logging::requests(telemetry)).layer(from_fn(rehearsal::door::door))
}

/// Returns when the service is asked to end.
async fn end() {
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => drop(terminate.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[expect(clippy::print_stderr, reason = "there is no log to tell it to")]
fn refused(error: &dyn Error) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}
