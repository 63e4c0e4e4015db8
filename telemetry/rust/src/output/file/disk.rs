//! The file system, as far as it fails: full disks and lost permissions can be put before the writer in a test.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// What the writer asks of the file system.
pub(super) trait Disk: Send + Sync + fmt::Debug {
    /// Opens a file to append to; it and the directories above it are made when they are not there.
    fn open(&self, path: &Path) -> io::Result<File>;

    /// Appends at the end of the file, whoever else writes there; how much was taken.
    fn append(&self, file: &File, bytes: &[u8]) -> io::Result<usize>;

    /// Gives a file another name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
}

/// The real one.
#[derive(Debug)]
pub(super) struct System;

impl Disk for System {
    fn open(&self, path: &Path) -> io::Result<File> {
        // Readable, so that it can be seen whether the last line has its end.
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        match options.open(path) {
            Err(failure) if failure.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(path.parent().ok_or(failure)?)?;
                options.open(path)
            }
            opened => opened,
        }
    }

    fn append(&self, mut file: &File, bytes: &[u8]) -> io::Result<usize> {
        file.write(bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
}
