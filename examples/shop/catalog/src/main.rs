//! The Rust half of the example shop: products, search and prices.
//!
//! `SHOP_ADDRESS=127.0.0.1:8003 CHECKOUT_URL=http://127.0.0.1:8001 cargo run -p shop-catalog`

mod cache;
mod checkout;
mod failure;
mod feed;
mod rehearsal;
mod routes;
mod search;
mod store;

fn main() {}
