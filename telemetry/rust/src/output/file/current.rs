//! The file that is written to now.

use std::{
    fs::{self, File, Metadata},
    io,
    os::unix::fs::{FileExt as _, MetadataExt as _},
    path::Path,
    thread,
};

use jiff::Timestamp;

use super::disk::Disk;
use crate::settings::Every;

/// How often something is looked at anew because somebody else changed it in the same moment.
const TRIES: usize = 8;

/// The open file. While it is open a shared lock says to every process that it may still be written to, so that nobody compresses or deletes it.
#[derive(Debug)]
pub(super) struct Current {
    pub(super) file: File,
    device: u64,
    inode: u64,
    /// Bytes it has, as far as is known here.
    pub(super) size: u64,
    /// When the next one begins by time.
    pub(super) until: Option<Timestamp>,
    /// Its last line has no end.
    pub(super) torn: bool,
}

impl Current {
    /// Opens the file at `path` and goes on where it ends.
    pub(super) fn open(disk: &dyn Disk, path: &Path, every: Option<Every>, now: Timestamp) -> io::Result<Self> {
        for _ in 0..TRIES {
            let file = disk.open(path)?;
            // Denied where the file has been rotated since and is being compressed, which is seen below; where somebody locks logs for reasons of his own;
            // and on file systems without locks. The latter two are no reason not to write.
            let _ = file.try_lock_shared();
            let metadata = file.metadata()?;
            let mut current = Self { device: metadata.dev(), inode: metadata.ino(), file, size: metadata.len(), until: None, torn: false };
            if current.find(path).is_none() {
                current.close();
                continue;
            }
            current.torn = current.ends_inside_a_line()?;
            // Its period is the one of its last write. A clock that was set back must not keep it open until the clock is right again.
            let written = metadata.modified().ok().and_then(|modified| Timestamp::try_from(modified).ok());
            let begun = written.filter(|written| current.size > 0 && *written < now).unwrap_or(now);
            current.until = every.map(|every| every.end(begun));
            return Ok(current);
        }
        Err(io::Error::other("it is moved away faster than it can be opened"))
    }

    /// Looks whether it still lies under the path; none when somebody moved or deleted it, or when that cannot be seen.
    pub(super) fn find(&self, path: &Path) -> Option<Metadata> {
        fs::metadata(path).ok().filter(|metadata| (metadata.dev(), metadata.ino()) == (self.device, self.inode))
    }

    /// Takes over what others did to the file: more bytes, or fewer when it was emptied in place.
    pub(super) fn catch_up(&mut self, metadata: &Metadata) {
        if metadata.len() != self.size {
            self.size = metadata.len();
            // When it cannot be seen, a line end too many does less harm than one too few.
            self.torn = self.ends_inside_a_line().unwrap_or(self.size > 0);
        }
    }

    /// Whether its last line has no end still: another writer may have ended it.
    pub(super) fn is_torn(&mut self) -> bool {
        if self.torn {
            self.size = self.file.metadata().map_or(self.size, |metadata| metadata.len());
            self.torn = self.ends_inside_a_line().unwrap_or(self.size > 0);
        }
        self.torn
    }

    /// Whether what is written to it can still be found by somebody.
    pub(super) fn is_linked(&self) -> bool {
        self.file.metadata().is_ok_and(|metadata| metadata.nlink() > 0)
    }

    /// Closes it. Without the explicit unlock a child process that inherited the descriptor would go on holding the lock.
    pub(super) fn close(self) {
        // A file system without locks has nothing to unlock.
        let _ = self.file.unlock();
    }

    /// Looks at the last byte. Another process may be in the midst of a write, so it gets some time to end it. Where that is not enough, the file gets
    /// an empty line.
    fn ends_inside_a_line(&mut self) -> io::Result<bool> {
        for _ in 0..TRIES {
            let Some(last) = self.size.checked_sub(1) else {
                return Ok(false);
            };
            let mut byte = [0];
            // Nothing read: it was emptied in this moment.
            if self.file.read_at(&mut byte, last)? == 1 && byte == *b"\n" {
                return Ok(false);
            }
            thread::yield_now();
            self.size = self.file.metadata()?.len();
        }
        Ok(true)
    }
}
