//! Talking to the person at the terminal: the only place that prints.

use std::{
    fmt,
    io::{IsTerminal as _, Write as _},
};

/// Width when the terminal does not say.
const DEFAULT_WIDTH: usize = 100;

/// Why a command ends without having done its work.
#[derive(Debug)]
pub(crate) enum Failed {
    /// Mistakes have been shown already, or what was checked is not so.
    Shown,
    /// A text to show: what is wrong, then `hint: …`.
    Because(String),
}

impl Failed {
    /// 1: the input or what was checked is wrong. 2: the work could not be done.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Shown => 1,
            Self::Because(_) => 2,
        }
    }

    /// A failure with a hint.
    pub(crate) fn with_hint(what: impl fmt::Display, hint: &str) -> Self {
        Self::Because(format!("{what}\nhint: {hint}"))
    }
}

/// Prints to standard output. A reader that went away (`| head`) ends the printing, not the program.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = out.write_all(b"\n");
    }
}

/// Prints to standard error.
pub(crate) fn warn(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{}", text.trim_end());
}

/// Prints why a command failed.
pub(crate) fn complain(failed: &Failed) {
    if let Failed::Because(text) = failed {
        warn(&format!("error: {text}"));
    }
}

/// Whether standard error takes colour.
pub(crate) fn colored() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Columns of the terminal, or `COLUMNS`, or a default.
pub(crate) fn width() -> usize {
    let given = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || indicatif::TermLike::width(&console::Term::stdout());
    match given {
        Some(width) => width,
        None if std::io::stdout().is_terminal() => usize::from(seen()),
        None => DEFAULT_WIDTH,
    }
}
