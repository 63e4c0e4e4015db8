//! Where measured lines go: nowhere, or into a file that is nowhere, `/dev/null`; the first few are kept when they are asked for.

use std::{
    fs::{File, OpenOptions},
    hint::black_box,
    io::{self, Write},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::Context as _;
use skywarden_telemetry::output::{Output, Urgency};

/// How many lines are kept when they are asked for.
const SHOWN: usize = 3;

/// How many more lines are to be kept.
static WANTED: AtomicUsize = AtomicUsize::new(0);

/// What was kept.
static KEPT: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Where lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Destination {
    /// Nowhere: only the making of the line is measured.
    Nowhere,
    /// Into `/dev/null`, with a system call for each line.
    DevNull,
}

/// Takes lines for every library under measurement, in the same way.
#[derive(Clone, Debug)]
pub struct Sink(Option<Arc<File>>);

impl Sink {
    /// Opens the destination.
    ///
    /// # Errors
    /// There is no `/dev/null`.
    pub fn open(destination: Destination) -> anyhow::Result<Self> {
        Ok(Self(match destination {
            Destination::Nowhere => None,
            Destination::DevNull => Some(Arc::new(OpenOptions::new().append(true).open("/dev/null").context("cannot open /dev/null")?)),
        }))
    }

    /// Takes a line with its end.
    pub fn take(&self, line: &[u8]) {
        if WANTED.load(Relaxed) > 0 {
            keep(line);
        }
        match &self.0 {
            None => {
                black_box(line);
            }
            // What /dev/null does not take is lost as what it takes.
            Some(file) => drop((&**file).write_all(line)),
        }
    }
}

#[cold]
fn keep(line: &[u8]) {
    WANTED.fetch_sub(1, Relaxed);
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).push(String::from_utf8_lossy(line).into_owned());
}

/// Runs `work` and gives the first lines written meanwhile.
///
/// # Errors
/// As `work`.
pub fn shown(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Vec<String>> {
    WANTED.store(SHOWN, Relaxed);
    let worked = work();
    WANTED.store(0, Relaxed);
    let lines = std::mem::take(&mut *KEPT.lock().unwrap_or_else(PoisonError::into_inner));
    worked.map(|()| lines)
}

impl Write for Sink {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.take(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for Sink {
    fn write(&self, lines: &[u8], _: Urgency) {
        self.take(lines);
    }

    fn flush(&self, _: Duration) -> bool {
        true
    }

    fn lost(&self) -> u64 {
        0
    }

    fn after_fork(&self) {}
}
