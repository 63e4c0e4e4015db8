//! Rolling files on a real file system, with a clock and faults that the test decides.

mod failing;
mod history;
mod looking_after;
mod rotating;
mod sharing;

use std::{
    fs::{self, File},
    io::{self, BufReader, Read as _},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use flate2::bufread::GzDecoder;
use jiff::Timestamp;
use tempfile::TempDir;

use super::{
    super::{Output as _, Urgency, lock::lock},
    *,
};
use crate::settings::Every;

/// Most bytes a compressed file of a test holds.
const MAX_INFLATED: u64 = 16 * 1024 * 1024;

/// Where a test's log lies, and what time it is there. The time begins long before the files are really made.
struct Bench {
    directory: TempDir,
    milliseconds: Arc<AtomicI64>,
    disk: Arc<Faults>,
    settings: RollingFile,
}

impl Bench {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let settings = RollingFile {
            path: directory.path().join("app.log"),
            max_bytes: None,
            every: None,
            keep_files: None,
            keep_for: None,
            keep_bytes: None,
            compress: false,
        };
        let bench = Self { directory, milliseconds: Arc::default(), disk: Arc::default(), settings };
        bench.set("2001-11-25T13:10:00Z");
        bench
    }

    fn with(change: impl FnOnce(&mut RollingFile)) -> Self {
        let mut bench = Self::new();
        change(&mut bench.settings);
        bench
    }

    fn open(&self) -> LogFile {
        let milliseconds = Arc::clone(&self.milliseconds);
        let clock = Clock::new(move || Timestamp::from_millisecond(milliseconds.load(Ordering::SeqCst)).unwrap());
        LogFile::open_on(&self.settings, lost_line(), clock, self.disk.clone()).unwrap()
    }

    fn set(&self, time: &str) {
        self.milliseconds.store(time.parse::<Timestamp>().unwrap().as_millisecond(), Ordering::SeqCst);
    }

    fn advance(&self, milliseconds: i64) {
        self.milliseconds.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Enough for the next line to see what others did.
    fn advance_to_look(&self) {
        self.advance(100);
    }

    /// Gives the file the time it would have, had it been written to at the bench's time.
    fn touch(&self) {
        let now = Timestamp::from_millisecond(self.milliseconds.load(Ordering::SeqCst)).unwrap();
        File::options().append(true).open(&self.settings.path).unwrap().set_modified(now.into()).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Names of all files but hidden ones, sorted.
    fn names(&self) -> Vec<String> {
        names(self.directory.path())
    }

    /// Whether all rotated files are compressed, and nothing else lies there.
    fn is_compressed(&self) -> bool {
        self.names().iter().all(|name| name == "app.log" || Path::new(name).extension().is_some_and(|extension| extension == "gz"))
    }

    fn read(&self, name: &str) -> String {
        read(&self.path(name))
    }

    /// What all files hold, in the order of their names.
    fn all(&self) -> String {
        self.names().iter().map(|name| self.read(name)).collect()
    }
}

impl LogFile {
    fn say(&self, lines: &str) {
        self.write(lines.as_bytes(), Urgency::Normal);
    }

    /// Waits until nobody looks after rotated files.
    fn settle(&self) {
        self.state.load().upkeep.settle();
    }
}

fn lost_line() -> LostLine {
    LostLine::new(|lost| format!("lost {lost}").into_bytes())
}

fn names(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

/// What a file holds, decompressed.
fn read(path: &Path) -> String {
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut text = String::new();
        let mut decoder = GzDecoder::new(BufReader::new(File::open(path).unwrap()));
        decoder.by_ref().take(MAX_INFLATED).read_to_string(&mut text).unwrap();
        assert_eq!(decoder.into_inner().bytes().count(), 0, "one member, and nothing after it");
        text
    } else {
        fs::read_to_string(path).unwrap()
    }
}

/// A file system that fails as told.
#[derive(Debug, Default)]
struct Faults {
    /// Bytes until the disk is full.
    room: Mutex<Option<usize>>,
    open: Mutex<Option<io::ErrorKind>>,
    rename: Mutex<Option<io::ErrorKind>>,
    appends: AtomicUsize,
    opens: AtomicUsize,
}

impl Faults {
    fn fill(&self, room: usize) {
        *lock(&self.room) = Some(room);
    }

    fn free(&self) {
        *lock(&self.room) = None;
    }

    fn fail_to_open(&self, with: Option<io::ErrorKind>) {
        *lock(&self.open) = with;
    }

    fn fail_to_rename(&self, with: Option<io::ErrorKind>) {
        *lock(&self.rename) = with;
    }
}

impl Disk for Faults {
    fn open(&self, path: &Path) -> io::Result<File> {
        self.opens.fetch_add(1, Ordering::SeqCst);
        let failure = *lock(&self.open);
        failure.map_or_else(|| System.open(path), |kind| Err(kind.into()))
    }

    fn append(&self, file: &File, bytes: &[u8]) -> io::Result<usize> {
        self.appends.fetch_add(1, Ordering::SeqCst);
        let mut room = lock(&self.room);
        match &mut *room {
            None => System.append(file, bytes),
            Some(0) => Err(io::ErrorKind::StorageFull.into()),
            // As a disk does: a part is taken, and the next call fails.
            Some(room) => {
                let taken = System.append(file, &bytes[..bytes.len().min(*room)])?;
                *room -= taken;
                Ok(taken)
            }
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let failure = *lock(&self.rename);
        failure.map_or_else(|| System.rename(from, to), |kind| Err(kind.into()))
    }
}
