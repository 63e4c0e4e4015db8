//! The routes.

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{cache, checkout::Checkout, failure::Failure, search, store};

/// The service's routes.
pub(crate) fn routes(checkout: Checkout) -> Router {
    Router::new()
        .route("/products/{sku}", get(product))
        .route("/search", get(search_products))
        .route("/categories/{slug}", get(category))
        .route("/prices/{sku}", put(change_price))
        .route("/reservations", post(reserve))
        .with_state(checkout)
}

async fn product(Path(sku): Path<u32>) -> Result<Json<Value>, Failure> {
    cache::look_up(sku);
    let cents = store::price(sku).await?;
    Ok(Json(json!({"sku": sku, "cents": cents})))
}

#[derive(Deserialize)]
struct Search {
    q: String,
}

async fn search_products(Query(search): Query<Search>) -> Result<Json<Value>, Failure> {
    let found = search::find(&search.q).await?;
    Ok(Json(json!({"hits": found.hits, "see_also": found.see_also})))
}

async fn category(Path(slug): Path<String>) -> Result<Json<Value>, Failure> {
    let products = store::category_size().await?;
    Ok(Json(json!({"category": slug, "products": products})))
}

#[derive(Deserialize)]
struct Price {
    cents: u32,
}

async fn change_price(State(checkout): State<Checkout>, Path(sku): Path<u32>, Json(price): Json<Price>) -> Result<StatusCode, Failure> {
    store::write_price(sku).await?;
    checkout.price_changed(sku, price.cents).await;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Reservation {
    sku: u32,
    quantity: u32,
}

async fn reserve(Json(wanted): Json<Reservation>) -> Result<Response, Failure> {
    cache::look_up(wanted.sku);
    Ok(match store::reserve(wanted.quantity).await? {
        Ok(left) => Json(json!({"left": left})).into_response(),
        Err(left) => (StatusCode::CONFLICT, Json(json!({"left": left}))).into_response(),
    })
}
