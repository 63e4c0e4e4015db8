//! Compression of rotated files: beside the file under a name of its own, then renamed, then the file is deleted. Whatever is left of one that was
//! interrupted is finished or removed by the next.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, BufReader},
    os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};

use flate2::{Compression, write::GzEncoder};

use super::name::{Ended, Names, Rotated};

/// Bytes read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// Compresses the file, or ends what an earlier compression began.
pub(super) fn compress(names: &Names, ended: Ended) -> io::Result<()> {
    alone(&names.plain(ended), |plain| {
        let done = names.compressed(ended);
        if done.try_exists()? {
            if !stands_for(&done, plain)? {
                return Ok(());
            }
        } else {
            let begun = names.begun(ended);
            if let Err(failure) = write(plain, &begun).and_then(|()| fs::rename(&begun, &done)) {
                // On a full disk its bytes are wanted.
                let _ = fs::remove_file(&begun);
                return Err(failure);
            }
        }
        fs::remove_file(names.plain(ended))
    })
}

/// Removes what an interrupted compression left: a begun file, or the file of a finished one.
pub(super) fn clear(names: &Names, ended: Ended, rotated: Rotated) -> io::Result<()> {
    let remove = |plain: &File| {
        if rotated.begun {
            absent_is_well(fs::remove_file(names.begun(ended)))?;
        }
        if rotated.compressed.is_some() && stands_for(&names.compressed(ended), plain)? {
            absent_is_well(fs::remove_file(names.plain(ended)))?;
        }
        Ok(())
    };
    match rotated.plain {
        Some(_) => alone(&names.plain(ended), remove),
        // Whoever compresses has the file: without it nobody does.
        None => absent_is_well(fs::remove_file(names.begun(ended))),
    }
}

/// Deletes the rotated file in all its forms, unless it is still written to or compressed.
pub(super) fn delete(names: &Names, ended: Ended, rotated: Rotated) -> io::Result<()> {
    if rotated.plain.is_some() {
        let mut deleted = false;
        alone(&names.plain(ended), |_| {
            deleted = true;
            fs::remove_file(names.plain(ended))
        })?;
        if !deleted {
            return Ok(());
        }
    }
    if rotated.begun {
        absent_is_well(fs::remove_file(names.begun(ended)))?;
    }
    if rotated.compressed.is_some() {
        absent_is_well(fs::remove_file(names.compressed(ended)))?;
    }
    Ok(())
}

/// Does something with a rotated file that nobody writes to or compresses; nothing when somebody does, or when it is not there any more.
fn alone(path: &Path, work: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    let file = match File::open(path) {
        Err(failure) if failure.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Ok(()),
        // File systems without locks: several processes cannot share a log there.
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    // Deleted between opening and locking: whoever did so was done with it.
    let outcome = if file.metadata()?.nlink() > 0 { work(&file) } else { Ok(()) };
    // A child process that inherited the descriptor would go on holding the lock otherwise. Without locks there is nothing to unlock.
    let _ = file.unlock();
    outcome
}

/// Whether a compressed file that is there is this file's: of a compression that was interrupted before it deleted the file. It is whole then, it got its
/// name last. One of another length is something else, and both stay.
fn stands_for(compressed: &Path, plain: &File) -> io::Result<bool> {
    let compressed = File::open(compressed)?;
    let mut length = [0; 4];
    let Some(end) = compressed.metadata()?.len().checked_sub(length.len() as u64) else {
        return Ok(false);
    };
    // A gzip file ends with its length before compression, modulo 2^32 (RFC 1952, 2.3.1).
    compressed.read_exact_at(&mut length, end)?;
    Ok(u64::from(u32::from_le_bytes(length)) == plain.metadata()?.len() & u64::from(u32::MAX))
}

fn write(plain: &File, begun: &Path) -> io::Result<()> {
    let metadata = plain.metadata()?;
    // Nobody may read in it what he may not read in the file.
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(begun)?;
    let mut encoder = GzEncoder::new(&file, Compression::default());
    io::copy(&mut BufReader::with_capacity(CHUNK_BYTES, plain), &mut encoder)?;
    encoder.finish()?;
    file.set_permissions(metadata.permissions())?;
    file.set_modified(metadata.modified()?)?;
    // It must be on the disk before the file it stands for is deleted.
    file.sync_all()
}

fn absent_is_well(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(failure) if failure.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
