//! A load by way of a Kinesis data stream, whose records are the log batches.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::task::JoinSet;

use super::{
    deployment::{Deployment, failed_bucket},
    scenario::Scale,
};
use crate::runtime::stream::{Position, Shard, Step};

/// Place of the record that is no batch, in the first shard: among others of its batch.
const POISON_AT: usize = 2;

/// What the mappings have seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Records that were reported as failed, by function.
    pub reported: BTreeMap<String, usize>,
    /// Invocations that failed as a whole.
    pub failed: usize,
    /// Batches that were given up.
    pub given_up: usize,
}

/// Shards of a stream.
pub const fn shards(scale: Scale) -> usize {
    scale.of(2, 4)
}

/// Records of one invocation.
pub const fn batch_size(scale: Scale) -> usize {
    scale.of(4, 10)
}

/// The batches as records of a stream, which the log groups' subscriptions spread at random; with one among them that is no batch when asked for.
///
/// # Errors
/// A batch is none.
pub fn stream(batches: &[Bytes], shards: usize, poison: bool, now: Timestamp) -> anyhow::Result<Vec<Shard>> {
    let mut stream: Vec<Shard> = (0..shards).map(Shard::new).collect();
    for (number, batch) in batches.iter().enumerate() {
        let batch: Value = serde_json::from_slice(batch)?;
        let data = batch["awslogs"]["data"].as_str().context("a batch without data")?.to_owned();
        let shard = stream.get_mut(number % shards).context("no shard")?;
        if poison && number % shards == 0 && shard.records.len() == POISON_AT {
            shard.add("poison".to_owned(), STANDARD.encode("no batch at all"), now);
        }
        shard.add(format!("{:032x}", (number as u128).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)), data, now);
    }
    Ok(stream)
}

impl Deployment {
    /// Lets both functions that take batches read a stream to its end, each by a mapping of its own, while the queue `alerts` is served. What the mappings
    /// give up goes to the bucket for failed invocations.
    ///
    /// # Errors
    /// The test itself is broken.
    pub async fn deliver_stream(&self, stream: Vec<Shard>, batch_size: usize) -> anyhow::Result<Seen> {
        let mut positions = Vec::new();
        for shard in stream.into_iter().map(Arc::new) {
            for function in [&self.extractor, &self.classifier] {
                positions.push(Position::new(Arc::clone(function), Arc::clone(&shard), batch_size));
            }
        }
        let done = AtomicBool::new(false);
        let read = async {
            let seen = self.read(positions).await;
            done.store(true, Ordering::SeqCst);
            seen
        };
        let (seen, first, second) = tokio::join!(read, self.mapping(&done), self.mapping(&done));
        first?;
        second?;
        seen
    }

    /// Step by step, in every shard at once.
    async fn read(&self, mut positions: Vec<Position>) -> anyhow::Result<Seen> {
        let mut seen = Seen::default();
        while !positions.is_empty() {
            let mut running = JoinSet::new();
            for mut position in std::mem::take(&mut positions) {
                let clock = self.clock.clone();
                running.spawn(async move {
                    let step = position.step(|| clock.now()).await;
                    (position, step)
                });
            }
            while let Some(done) = running.join_next().await {
                let (position, step) = done?;
                match step? {
                    Step::Done => {}
                    Step::Reported(records) => *seen.reported.entry(position.function().to_owned()).or_default() += records,
                    Step::Failed => seen.failed += 1,
                    Step::GivenUp(given_up) => {
                        seen.given_up += 1;
                        self.aws.put_object(&failed_bucket(&self.name), &given_up.key, given_up.record.to_string().into_bytes()).await?;
                    }
                }
                if !position.is_at_end() {
                    positions.push(position);
                }
            }
            let wait = positions.iter().map(Position::wait).max().unwrap_or(0);
            if wait > 0 {
                self.pass(SignedDuration::from_secs(wait)).await?;
            }
        }
        Ok(seen)
    }
}
