//! The time of day as the functions see it, which a test moves: a minute of waiting passes in no time.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};

/// A clock that functions share.
#[derive(Clone, Debug)]
pub struct Clock(Option<Arc<Shifted>>);

#[derive(Debug)]
struct Shifted {
    library: PathBuf,
    file: PathBuf,
    offset_ms: AtomicI64,
}

/// Compiles the library that moves a function's clock (`tests/clock/shifted_clock.c`) with the C compiler that links Rust programs.
///
/// # Errors
/// There is no C compiler, or it fails.
pub fn library(root: &Path, scratch: &Path) -> anyhow::Result<PathBuf> {
    let library = scratch.join("shifted_clock.so");
    let output = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o"])
        .arg(&library)
        .arg(root.join("tests/clock/shifted_clock.c"))
        .output()
        .context("cc does not start: a C compiler is needed")?;
    anyhow::ensure!(output.status.success(), "cc: {}", String::from_utf8_lossy(&output.stderr));
    Ok(library)
}

impl Clock {
    /// The clock of the machine.
    pub const fn real() -> Self {
        Self(None)
    }

    /// A clock that starts as the machine's and can be moved. `name` is that of a file in `scratch`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn shifted(library: &Path, scratch: &Path, name: &str) -> anyhow::Result<Self> {
        let file = scratch.join(format!("{name}.clock"));
        fs::write(&file, 0_i64.to_ne_bytes())?;
        Ok(Self(Some(Arc::new(Shifted { library: library.to_owned(), file, offset_ms: AtomicI64::new(0) }))))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        let offset = self.0.as_ref().map_or(0, |shifted| shifted.offset_ms.load(Ordering::SeqCst));
        Timestamp::now().checked_add(SignedDuration::from_millis(offset)).unwrap_or(Timestamp::MAX)
    }

    /// Moves it. The functions that run see it at once.
    ///
    /// # Errors
    /// It is the machine's, or its file cannot be written.
    pub fn advance(&self, by: SignedDuration) -> anyhow::Result<()> {
        let shifted = self.0.as_ref().context("the clock of the machine stays as it is")?;
        let millis = i64::try_from(by.as_millis())?;
        let offset = shifted.offset_ms.fetch_add(millis, Ordering::SeqCst) + millis;
        // In place: the functions have the file mapped.
        let mut file = fs::OpenOptions::new().write(true).open(&shifted.file)?;
        std::io::Write::write_all(&mut file, &offset.to_ne_bytes())?;
        Ok(())
    }

    /// Variables that give a program this clock.
    pub fn environment(&self) -> Vec<(String, String)> {
        self.0.as_ref().map_or_else(Vec::new, |shifted| {
            vec![
                ("LD_PRELOAD".to_owned(), shifted.library.to_string_lossy().into_owned()),
                ("SKYWARDEN_TEST_CLOCK".to_owned(), shifted.file.to_string_lossy().into_owned()),
            ]
        })
    }

    /// When an invocation that begins now and may take so long is ended.
    pub(crate) fn deadline(&self, timeout: Duration) -> Timestamp {
        self.now().checked_add(SignedDuration::try_from(timeout).unwrap_or(SignedDuration::ZERO)).unwrap_or(Timestamp::MAX)
    }
}
