//! A file that is rotated by size and by time.
//!
//! What is promised, and how it is kept:
//!
//! * Rotated files sort by name in the order of writing (`name`). Which are kept is decided in `retention`.
//! * Several processes may write to one path. All append; only the one with the rotation lock renames (`rotation_lock`); each has a shared lock on
//!   the file it writes to (`current`), and nobody compresses or deletes a rotated file before all have let go of it (`compression`).
//! * A file that was moved, deleted or emptied by somebody else is noticed within 100 ms of the next line (`writer`).
//! * A crash leaves at most a line without its end, which gets one at the next start, and an unfinished compression, which is done again.
//! * A full disk or a lost permission loses lines, counted, and is tried again with growing pauses (`back_off`). A file that cannot be rotated is
//!   written on.

mod back_off;
mod compression;
mod current;
mod disk;
mod name;
mod period;
mod retention;
mod rotation_lock;
#[cfg(test)]
mod tests;
mod upkeep;
mod writer;

use std::{
    fs, io, mem, path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;

use super::{
    Clock, LostLine, Output, OutputFailure, Urgency,
    lock::{lock, lock_if_free, lock_within},
};
use crate::settings::RollingFile;
use disk::{Disk, System};
use name::Names;
use retention::Retention;
use upkeep::Upkeep;
use writer::{Place, Writer};

/// Writes to a file, rotates it, and looks after the rotated ones.
///
/// `app.log` becomes `app.2026-11-25T13-00-00Z.log`, the time being the one at which it ended, and `….log.gz` when it is compressed; names sort in the
/// order of writing. Beside them lies an empty `.app.log.lock`. Several processes may write to one path; a file becomes larger than its largest size then
/// by what the others write in 100 ms. A file system without `flock` is for one process only.
#[derive(Debug)]
pub struct LogFile {
    place: Place,
    retention: Retention,
    compress: bool,
    state: ArcSwap<State>,
}

#[derive(Debug)]
struct State {
    writer: Mutex<Writer>,
    upkeep: Arc<Upkeep>,
    lost: AtomicU64,
}

impl LogFile {
    /// Opens the file and goes on where it ends; directories above it are made. Rotated files left unfinished are looked after.
    ///
    /// # Errors
    /// When the file cannot be opened, is something else than a file, or a limit leaves no room for a line.
    pub fn open(settings: &RollingFile, lost_line: LostLine, clock: Clock) -> Result<Self, OutputFailure> {
        Self::open_on(settings, lost_line, clock, Arc::new(System))
    }

    fn open_on(settings: &RollingFile, lost_line: LostLine, clock: Clock, disk: Arc<dyn Disk>) -> Result<Self, OutputFailure> {
        if settings.max_bytes == Some(0) {
            return Err(OutputFailure::NoRoom { path: settings.path.clone() });
        }
        let failed = |source| OutputFailure::File { path: settings.path.clone(), source };
        let path = resolve(&settings.path).map_err(failed)?;
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(OutputFailure::NoFile { path: settings.path.clone() });
        }
        let names = Names::of(&path).ok_or_else(|| OutputFailure::NoFile { path: settings.path.clone() })?;
        let place = Place { names, max_bytes: settings.max_bytes, every: settings.every, disk, clock, lost_line };
        let retention = Retention { files: settings.keep_files, age: settings.keep_for, bytes: settings.keep_bytes };
        let writer = Writer::open(&place).map_err(failed)?;
        let state = ArcSwap::from_pointee(State::new(writer, &place, retention, settings.compress));
        let upkeep = Arc::clone(&state.load().upkeep);
        // No thread without need: a process that forks later is better off without.
        if upkeep.is_needed() {
            upkeep.begin();
        }
        Ok(Self { place, retention, compress: settings.compress, state })
    }
}

impl State {
    fn new(writer: Writer, place: &Place, retention: Retention, compress: bool) -> Self {
        let upkeep = Arc::new(Upkeep::new(place.names.clone(), retention, compress, place.clock.clone()));
        Self { writer: Mutex::new(writer), upkeep, lost: AtomicU64::new(0) }
    }
}

impl Output for LogFile {
    fn write(&self, lines: &[u8], urgency: Urgency) {
        let state = self.state.load();
        let mut writer = lock(&state.writer);
        let lost = writer.write(&self.place, lines, urgency);
        let upkeep = writer.take_upkeep();
        drop(writer);
        if lost > 0 {
            state.lost.fetch_add(lost, Ordering::Relaxed);
        }
        if upkeep {
            state.upkeep.begin();
        }
    }

    fn flush(&self, within: Duration) -> bool {
        let state = self.state.load();
        let Some(mut writer) = lock_within(&state.writer, within) else {
            return false;
        };
        // Nothing is kept back here; but a loss that no later line would tell of is told now.
        writer.tell(&self.place);
        true
    }

    fn lost(&self) -> u64 {
        self.state.load().lost.load(Ordering::Relaxed)
    }

    fn after_fork(&self) {
        let old = self.state.swap(Arc::new(State::new(Writer::default(), &self.place, self.retention, self.compress)));
        // The descriptor is the parent's. Where a thread of the parent had the lock, it is left open: what is behind it may be half changed.
        if let Some(mut writer) = lock_if_free(&old.writer) {
            writer.abandon();
        }
        mem::forget(old);
    }
}

impl Drop for LogFile {
    fn drop(&mut self) {
        if let Some(mut writer) = lock_if_free(&self.state.load().writer) {
            writer.close();
        }
    }
}

/// Where the file really lies: rotation takes place there, also after the working directory has changed.
fn resolve(path: &path::Path) -> io::Result<path::PathBuf> {
    let path = path::absolute(path)?;
    if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) { fs::canonicalize(path) } else { Ok(path) }
}
