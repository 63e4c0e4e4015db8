//! What is done with rotated files, off the path of writing: compression and retention, by a thread that lives as long as there is something to do.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
    thread,
};

use super::{
    super::{Clock, lock::lock},
    compression,
    name::Names,
    retention::Retention,
};

/// Looks after the rotated files of one log.
#[derive(Debug)]
pub(super) struct Upkeep {
    names: Names,
    retention: Retention,
    compress: bool,
    clock: Clock,
    phase: Mutex<Phase>,
    #[cfg(test)]
    rested: std::sync::Condvar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Resting,
    Working,
    /// Working, and asked for more meanwhile.
    Again,
}

impl Upkeep {
    pub(super) const fn new(names: Names, retention: Retention, compress: bool, clock: Clock) -> Self {
        Self {
            names,
            retention,
            compress,
            clock,
            phase: Mutex::new(Phase::Resting),
            #[cfg(test)]
            rested: std::sync::Condvar::new(),
        }
    }

    /// Whether there is something to do.
    pub(super) fn is_needed(&self) -> bool {
        self.names.list().is_ok_and(|files| {
            let unfinished = files.values().any(|rotated| rotated.begun || rotated.plain.is_some() && (self.compress || rotated.compressed.is_some()));
            unfinished || !self.retention.surplus(&files, self.clock.now()).is_empty()
        })
    }

    /// Begins to work, if nobody does. When no thread can be had, the next time will do.
    pub(super) fn begin(self: &Arc<Self>) {
        let mut phase = lock(&self.phase);
        if *phase != Phase::Resting {
            *phase = Phase::Again;
            return;
        }
        let this = Arc::clone(self);
        if thread::Builder::new().name("skywarden-upkeep".to_owned()).spawn(move || this.work()).is_ok() {
            *phase = Phase::Working;
        }
    }

    fn work(&self) {
        loop {
            // What fails is tried again the next time, and nobody waits for it; a panic must not leave the phase as it is.
            let _ = catch_unwind(AssertUnwindSafe(|| self.pass()));
            let mut phase = lock(&self.phase);
            if *phase == Phase::Working {
                *phase = Phase::Resting;
                #[cfg(test)]
                self.rested.notify_all();
                return;
            }
            *phase = Phase::Working;
        }
    }

    /// Everything once. The failure of one file does not keep the others from being looked after.
    fn pass(&self) -> io::Result<()> {
        for (ended, rotated) in self.names.list()? {
            if rotated.begun || rotated.plain.is_some() && rotated.compressed.is_some() {
                let _ = compression::clear(&self.names, ended, rotated);
            }
        }
        // What goes anyway is not compressed before.
        self.delete_surplus(Retention { bytes: None, ..self.retention })?;
        if self.compress {
            for (ended, rotated) in self.names.list()? {
                if rotated.plain.is_some() {
                    let _ = compression::compress(&self.names, ended);
                }
            }
        }
        self.delete_surplus(self.retention)
    }

    fn delete_surplus(&self, retention: Retention) -> io::Result<()> {
        let files = self.names.list()?;
        for ended in retention.surplus(&files, self.clock.now()) {
            if let Some(rotated) = files.get(&ended) {
                let _ = compression::delete(&self.names, ended, *rotated);
            }
        }
        Ok(())
    }

    /// Waits until nothing is being done.
    #[cfg(test)]
    pub(super) fn settle(&self) {
        let phase = lock(&self.phase);
        drop(self.rested.wait_while(phase, |phase| *phase != Phase::Resting).unwrap());
    }
}
