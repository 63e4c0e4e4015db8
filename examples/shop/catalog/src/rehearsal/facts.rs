//! What is true of the day, written down where it is decided and not where it is logged. The load script adds it up to `logs/expected.json`.

use std::{
    fs::File,
    io::Write as _,
    sync::{LazyLock, Mutex, PoisonError},
};

use super::clock;

static FILE: LazyLock<Option<Mutex<File>>> =
    LazyLock::new(|| Some(Mutex::new(File::options().append(true).create(true).open(std::env::var_os("SHOP_FACTS")?).ok()?)));

/// Whether somebody wants to know facts: then this is a rehearsal.
pub(crate) fn wanted() -> bool {
    FILE.is_some()
}

/// Notes that something goes wrong now: an error of that kind, which the log will tell of at that level.
pub(crate) fn fault(kind: &str, level: &str) {
    note(&serde_json::json!({"fact": "fault", "at": clock::micros(), "kind": kind, "level": level}));
}

/// Notes a fact. Outside of a rehearsal nobody wants to know.
pub(crate) fn note(fact: &serde_json::Value) {
    if let Some(file) = FILE.as_ref().filter(|_| clock::held()) {
        // The load script misses what could not be written.
        let _ = writeln!(file.lock().unwrap_or_else(PoisonError::into_inner), "{fact}");
    }
}
