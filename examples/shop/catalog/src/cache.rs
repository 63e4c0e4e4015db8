//! The cache before the database. It stands for Redis, and is out of reach now and then: then the database answers.

use std::{error::Error, io};

use thiserror::Error;

use crate::rehearsal::{dice, facts};

/// The cache did not take the connection.
#[derive(Debug, Error)]
#[error("cache {host} cannot be reached")]
struct CacheUnreachable {
    host: String,
    source: io::Error,
}

/// Looks a product up, and gives nothing when the cache knows nothing of it: it is emptied whenever a price changes, which is all the time.
pub(crate) fn look_up(sku: u32) {
    if let Err(error) = connect() {
        // Something to know of, though the customer sees nothing of it.
        tracing::error!(error = &error as &dyn Error, sku, "cache read failed, asking the database");
    }
}

fn connect() -> Result<(), CacheUnreachable> {
    if dice::chance(0.0012) {
        facts::fault("catalog.cache-unreachable", "ERROR");
        let source = io::Error::from_raw_os_error(111);
        return Err(CacheUnreachable { host: format!("cache-{}.shop.internal:6379", dice::whole(1, 4)), source });
    }
    Ok(())
}
