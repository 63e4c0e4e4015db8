//! The generated batches, as `generate.py` writes them.

use std::{fs, path::Path};

use anyhow::Context as _;
use serde::Deserialize;

/// Sizes of the batches every pipeline is measured with.
pub const SIZES: [usize; 3] = [50, 1_000, 10_000];

/// Size of the batch whose memory is measured: near the most an asynchronous invocation can carry.
pub const MEMORY_SIZE: usize = 6_000;

/// One delivered batch.
#[derive(Debug)]
pub struct Batch {
    /// How many events it holds.
    pub events: usize,
    /// What Lambda receives: `{"awslogs":{"data":"…"}}`.
    pub payload: Vec<u8>,
    /// `awslogs.data`: base64 of gzip.
    pub base64: String,
    /// The subscription message inside.
    pub inner: String,
}

/// One event of the inner message, owned.
#[derive(Debug, Deserialize)]
pub struct Event {
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// The line.
    pub message: String,
}

impl Batch {
    /// Reads the batch of so many events.
    ///
    /// # Errors
    /// Names the file that cannot be read.
    pub fn read(directory: &Path, events: usize) -> anyhow::Result<Self> {
        let read = |ending: &str| {
            let path = directory.join(format!("batch_{events}.{ending}"));
            fs::read(&path).with_context(|| format!("cannot read {}; `cargo xtask bench` makes it", path.display()))
        };
        Ok(Self { events, payload: read("json")?, base64: String::from_utf8(read("b64")?)?, inner: String::from_utf8(read("inner.json")?)? })
    }

    /// The events of the inner message, by `serde_json`.
    ///
    /// # Errors
    /// The inner message is not what the generator writes.
    pub fn events(&self) -> anyhow::Result<Vec<Event>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Inner {
            log_events: Vec<Event>,
        }
        let inner: Inner = serde_json::from_str(&self.inner)?;
        anyhow::ensure!(inner.log_events.len() == self.events, "the batch of {} events holds {}", self.events, inner.log_events.len());
        Ok(inner.log_events)
    }
}
