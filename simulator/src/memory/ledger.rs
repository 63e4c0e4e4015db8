//! Which batches have been processed.

use std::{
    collections::BTreeMap,
    future::{Future, ready},
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use skywarden_core::{
    batch::BatchId,
    port::{BatchLedger, Opened, PortResult},
};

use crate::memory::{MemoryClock, locked};

/// Batch markers in memory.
#[derive(Debug)]
pub struct MemoryLedger {
    clock: Arc<MemoryClock>,
    markers: Mutex<BTreeMap<(BatchId, String), Marker>>,
}

impl MemoryLedger {
    /// No markers yet; every call takes the clock's time.
    pub const fn new(clock: Arc<MemoryClock>) -> Self {
        Self { clock, markers: Mutex::new(BTreeMap::new()) }
    }
}

/// The marker of a batch and purpose.
#[derive(Clone, Copy, Debug)]
enum Marker {
    Claimed { until: Timestamp },
    Closed { expires: Timestamp },
}

impl BatchLedger for MemoryLedger {
    fn open(&self, batch: &BatchId, purpose: &str, now: Timestamp, claim_until: Timestamp) -> impl Future<Output = PortResult<Opened>> + Send {
        self.clock.spend_call();
        let mut markers = locked(&self.markers);
        let key = (batch.clone(), purpose.to_owned());
        let opened = match markers.get(&key) {
            Some(Marker::Closed { expires }) if *expires > now => Opened::Done,
            None | Some(Marker::Closed { .. }) => Opened::Fresh,
            Some(Marker::Claimed { until }) if *until >= now => Opened::Busy,
            Some(Marker::Claimed { .. }) => Opened::Abandoned,
        };
        if matches!(opened, Opened::Fresh | Opened::Abandoned) {
            markers.insert(key, Marker::Claimed { until: claim_until });
        }
        ready(Ok(opened))
    }

    fn release(&self, batch: &BatchId, purpose: &str, _expires: Timestamp) -> impl Future<Output = PortResult<()>> + Send {
        self.clock.spend_call();
        let mut markers = locked(&self.markers);
        let key = (batch.clone(), purpose.to_owned());
        if matches!(markers.get(&key), Some(Marker::Claimed { .. })) {
            markers.remove(&key);
        }
        ready(Ok(()))
    }

    fn close(&self, batch: &BatchId, purpose: &str, expires: Timestamp) -> impl Future<Output = PortResult<()>> + Send {
        self.clock.spend_call();
        locked(&self.markers).insert((batch.clone(), purpose.to_owned()), Marker::Closed { expires });
        ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use skywarden_core::envelope::{Inflated, Payload};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn batch() -> BatchId {
        match Payload::parse(&mut Inflated::from(r#"{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1"}]}"#)).unwrap() {
            Payload::Data(batch) => BatchId::of(&batch),
            Payload::Control => panic!("no data"),
        }
    }

    #[test]
    fn a_batch_is_worked_on_once_until_its_claim_or_its_marker_runs_out() {
        let (ledger, batch) = (MemoryLedger::new(Arc::new(MemoryClock::new(at(0)))), batch());
        let open = |now, purpose: &str| block_on(ledger.open(&batch, purpose, at(now), at(now + 60))).unwrap();
        assert_eq!(open(0, "metrics"), Opened::Fresh);
        assert_eq!(open(60, "metrics"), Opened::Busy);
        assert_eq!(open(61, "metrics"), Opened::Abandoned);
        assert_eq!(open(62, "other"), Opened::Fresh, "purposes are apart");
        block_on(ledger.close(&batch, "metrics", at(1000))).unwrap();
        assert_eq!(open(999, "metrics"), Opened::Done);
        block_on(ledger.release(&batch, "metrics", at(1000))).unwrap();
        assert_eq!(open(999, "metrics"), Opened::Done, "what is done is not given back");
        assert_eq!(open(1000, "metrics"), Opened::Fresh);
        block_on(ledger.release(&batch, "metrics", at(1000))).unwrap();
        assert_eq!(open(1001, "metrics"), Opened::Fresh);
    }
}
