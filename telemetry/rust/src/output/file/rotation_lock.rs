//! Only one process rotates at a time.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::Path,
};

/// The right to rotate, until dropped. The kernel takes it back from a process that ends.
#[derive(Debug)]
pub(super) struct RotationLock(File);

impl RotationLock {
    /// Takes it; none while somebody else has it. Where the file system has no locks nobody is kept out.
    ///
    /// # Errors
    /// When the lock's file cannot be opened.
    pub(super) fn take(path: &Path) -> io::Result<Option<Self>> {
        let file = match OpenOptions::new().read(true).append(true).create(true).open(path) {
            // Made by another user: to lock it, reading is enough.
            Err(failure) if failure.kind() == io::ErrorKind::PermissionDenied => File::open(path)?,
            opened => opened?,
        };
        match file.try_lock() {
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
        }
    }
}

impl Drop for RotationLock {
    fn drop(&mut self) {
        // A child process that inherited the descriptor would go on holding the lock otherwise. Without locks there is nothing to unlock.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_and_the_next_gets_it_after() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(".app.log.lock");
        let held = RotationLock::take(&path).unwrap().unwrap();
        // As a child process would have it.
        let _inherited = held.0.try_clone().unwrap();
        assert!(RotationLock::take(&path).unwrap().is_none());
        drop(held);
        assert!(RotationLock::take(&path).unwrap().is_some());
    }

    #[test]
    fn without_a_directory_it_is_an_error() {
        assert_eq!(RotationLock::take(Path::new("/nowhere/.lock")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
