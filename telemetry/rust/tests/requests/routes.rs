//! Routes and peers as axum knows them.

use axum::{
    Router,
    routing::{any, get},
};
use skywarden_telemetry::{
    request,
    settings::Requests,
    tower::{RequestLayer, RouteLayer},
};
use tower::Layer as _;

use super::{
    server::{Server, client, fetch, fresh_id, request as ask},
    told,
};

fn layer() -> RequestLayer {
    RequestLayer::new(Requests::default())
}

async fn route_and_path(server: Server, path: &str) -> (Option<String>, Option<String>) {
    let id = fresh_id("route");
    let client = client(false);
    fetch(&client, ask("GET", &server.url(path), &id)).await;
    drop(client);
    server.stop().await;
    let line = told::only_line(&id);
    assert_eq!(line.facts().client_ip.as_deref(), Some("127.0.0.1"));
    (line.facts().route.clone(), line.facts().path.clone())
}

fn expected(route: Option<&str>, path: &str) -> (Option<String>, Option<String>) {
    (route.map(ToOwned::to_owned), Some(path.to_owned()))
}

#[tokio::test]
async fn a_layer_inside_the_router_sees_the_route() {
    let router = Router::new().route("/orders/{id}", get(|| async { "" })).layer(layer());
    assert_eq!(route_and_path(Server::start(router.clone()).await, "/orders/7").await, expected(Some("/orders/{id}"), "/orders/7"));
    assert_eq!(route_and_path(Server::start(router).await, "/none").await, expected(None, "/none"));
}

#[tokio::test]
async fn a_layer_around_the_router_is_told_the_route() {
    let inner = Router::new().route("/orders/{id}", get(|| async { "" }));
    let routed = layer().layer(inner.clone().layer(RouteLayer::default()));
    assert_eq!(route_and_path(Server::start(routed).await, "/orders/7").await, expected(Some("/orders/{id}"), "/orders/7"));
    let unrouted = layer().layer(inner);
    assert_eq!(route_and_path(Server::start(unrouted).await, "/orders/7").await, expected(None, "/orders/7"));
}

#[tokio::test]
async fn nested_routers_have_whole_routes_and_paths() {
    let orders = Router::new().route("/{id}", get(|| async { "" }));
    let nested = Router::new().nest("/api/{version}/orders", orders.clone()).layer(layer());
    assert_eq!(route_and_path(Server::start(nested).await, "/api/v1/orders/7").await, expected(Some("/api/{version}/orders/{id}"), "/api/v1/orders/7"));
    let as_service = layer().layer(Router::new().nest_service("/api", orders.clone().layer(RouteLayer::default())));
    assert_eq!(route_and_path(Server::start(as_service).await, "/api/7").await, expected(Some("/api/{id}"), "/api/7"));
    let layered_inside = Router::new().nest("/api", orders.layer(layer()));
    assert_eq!(
        route_and_path(Server::start(layered_inside).await, "/api/7").await,
        expected(Some("/api/{id}"), "/api/7"),
        "the whole path, though axum shortens it"
    );
}

#[tokio::test]
async fn the_inner_of_two_layers_says_its_route() {
    let router = layer().layer(Router::new().route("/orders/{id}", get(|| async { "" })).layer(layer()));
    assert_eq!(route_and_path(Server::start(router).await, "/orders/7").await, expected(Some("/orders/{id}"), "/orders/7"));
}

#[tokio::test]
async fn a_service_with_a_router_of_its_own_says_the_route() {
    let router = layer().layer(Router::new().fallback(any(|| async { request::current().unwrap().set_route("/mine/{x}") })));
    assert_eq!(route_and_path(Server::start(router).await, "/mine/1").await, expected(Some("/mine/{x}"), "/mine/1"));
}
