//! The database: products, categories and prices. It stands for Postgres, and is as slow as that on a good day and in the slow hour.

use axum::http::StatusCode;
use thiserror::Error;

use crate::{
    failure::Failure,
    rehearsal::{clock, day::DAY, dice, facts},
};

const FAST: &dice::Quantiles = &[(0.0, 1.2), (0.5, 17.0), (0.9, 78.0), (0.99, 300.0), (0.999, 480.0), (1.0, 640.0)];
const SLOW: &dice::Quantiles = &[(0.0, 45.0), (0.5, 510.0), (0.9, 1_900.0), (0.98, 3_700.0), (0.995, 5_600.0), (1.0, 7_800.0)];

/// How long a query waits for a connection, milliseconds.
const POOL_TIMEOUT: u32 = 5_000;

/// From here on there are no products.
const FIRST_UNKNOWN_SKU: u32 = 50_000;

/// No connection was free in time.
#[derive(Debug, Error)]
#[error("pool timed out while waiting for an open connection to {host} after {waited_ms} ms")]
pub(crate) struct PoolTimedOut {
    host: String,
    waited_ms: u32,
}

/// What the database says when it gives up on a statement.
#[derive(Debug, Error)]
#[error("error returned from database: deadlock detected (SQLSTATE 40P01): process {process} waits for ShareLock on transaction {transaction}")]
pub(crate) struct DatabaseError {
    process: u32,
    transaction: u32,
}

/// A price was not written.
#[derive(Debug, Error)]
#[error("price of sku {sku} not written")]
pub(crate) struct PriceNotWritten {
    sku: u32,
    source: DatabaseError,
}

/// There is no such product.
#[derive(Debug, Error)]
#[error("no product with sku {sku}")]
pub(crate) struct ProductNotFound {
    sku: u32,
}

impl From<PoolTimedOut> for Failure {
    fn from(error: PoolTimedOut) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, &error)
    }
}

/// The price of a product, in cents.
pub(crate) async fn price(sku: u32) -> Result<u32, Failure> {
    query().await?;
    if sku >= FIRST_UNKNOWN_SKU {
        return Err(Failure::new(StatusCode::NOT_FOUND, &ProductNotFound { sku }));
    }
    Ok(100 + sku % 90 * 50)
}

/// Writes a price.
pub(crate) async fn write_price(sku: u32) -> Result<(), Failure> {
    query().await?;
    if dice::chance(0.009 * DAY.faults(clock::micros())) {
        clock::wait(1_000.0).await;
        facts::fault("catalog.deadlock", "ERROR");
        let source = DatabaseError { process: dice::whole(1_000, 32_000), transaction: dice::whole(700_000, 999_999) };
        return Err(Failure::new(StatusCode::INTERNAL_SERVER_ERROR, &PriceNotWritten { sku, source }));
    }
    Ok(())
}

/// Puts goods aside; gives how many are left, or how few there were.
pub(crate) async fn reserve(quantity: u32) -> Result<Result<u32, u32>, Failure> {
    query().await?;
    Ok(if dice::chance(0.007) { Err(dice::whole(0, quantity.saturating_sub(1))) } else { Ok(dice::whole(0, 900)) })
}

/// How many products a category has.
pub(crate) async fn category_size() -> Result<u32, Failure> {
    query().await?;
    Ok(dice::whole(3, 400))
}

/// One round trip.
pub(crate) async fn query() -> Result<(), PoolTimedOut> {
    let slow = DAY.slow_database(clock::micros());
    if dice::chance(0.0004 * DAY.faults(clock::micros()) + 0.004 * slow) {
        let waited_ms = POOL_TIMEOUT + dice::whole(0, 12);
        clock::wait(f64::from(waited_ms)).await;
        facts::fault("catalog.pool-timed-out", "ERROR");
        return Err(PoolTimedOut { host: format!("db-{}.shop.internal:5432", dice::whole(1, 3)), waited_ms });
    }
    clock::wait(dice::quantile(FAST)).await;
    if dice::chance(slow) {
        clock::wait(dice::quantile(SLOW)).await;
    }
    Ok(())
}
