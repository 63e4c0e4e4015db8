//! Price feeds of the suppliers, imported every six minutes.

use std::{
    error::Error,
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use serde::Deserialize;
use thiserror::Error;

use crate::rehearsal::{clock, day::DAY, dice, facts};

const EVERY: Duration = Duration::from_mins(6);

/// A row of a feed.
#[derive(Debug, Deserialize)]
struct Row {
    #[expect(dead_code, reason = "what is imported is not kept")]
    sku: u32,
    #[expect(dead_code, reason = "what is imported is not kept")]
    price: f64,
}

/// A feed that cannot be read; that supplier's prices stay as they were.
#[derive(Debug, Error)]
#[error("the price feed cannot be read")]
struct FeedRefused {
    source: serde_json::Error,
}

/// Imports feed after feed, for as long as the service lives.
pub(crate) async fn run() {
    loop {
        tokio::time::sleep(EVERY).await;
        dice::throw(&format!("feed/{}", clock::micros()));
        import().await;
    }
}

/// Imports one supplier's feed.
pub(crate) async fn import() {
    let supplier = format!("supplier-{}", dice::whole(1, 40));
    clock::wait(f64::from(dice::whole(300, 20_000))).await;
    let (sender, receiver) = channel();
    if DAY.feed_worker_dies(clock::micros()) {
        facts::fault("catalog.feed-worker-panic", "ERROR");
        drop(sender);
    } else {
        // The receiver is alive: it is ours still.
        let _ = sender.send(download());
    }
    let Ok(worker) = thread::Builder::new().name("feed-worker".to_owned()).spawn(move || parse(&receiver)) else { return };
    // A worker that panicked has been told of.
    let Ok(parsed) = worker.join() else { return };
    match parsed {
        Ok(rows) => tracing::info!(supplier, rows = rows.len(), errors = 0, "price feed imported"),
        Err(error) => tracing::error!(error = &error as &dyn Error, supplier, "price feed refused"),
    }
}

/// Parses the feed that comes through the channel.
#[expect(clippy::unwrap_used, reason = "the example's bug: nobody thought of a download that breaks off")]
fn parse(feed: &Receiver<String>) -> Result<Vec<Row>, FeedRefused> {
    let text = feed.recv().unwrap();
    serde_json::from_str(&text).map_err(|source| FeedRefused { source })
}

/// A feed as suppliers send it, now and then with a null where a number belongs.
fn download() -> String {
    let rows = dice::whole(20, 900);
    let broken = dice::chance(0.04).then(|| dice::whole(1, rows));
    if broken.is_some() {
        facts::fault("catalog.feed-refused", "ERROR");
    }
    let row = |number: u32| {
        let price = if broken == Some(number) { "null".to_owned() } else { format!("{}.{:02}", number % 70 + 1, number % 100) };
        format!("{{\"sku\": {}, \"price\": {price}}}", 10_000 + number)
    };
    format!("[\n{}\n]", (1..=rows).map(row).collect::<Vec<_>>().join(",\n"))
}
