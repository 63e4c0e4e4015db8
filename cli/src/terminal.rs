//! Talking to the person at the terminal: the only place that prints.

use std::{
    borrow::Cow,
    fmt,
    io::{self, BufWriter, IsTerminal as _, StdoutLock, Write as _},
    sync::OnceLock,
};

use skywarden_core::plain_text;

use crate::project::reason;

/// Width when the terminal does not say.
const DEFAULT_WIDTH: usize = 100;

/// Why a command ends without having done its work.
#[derive(Debug)]
pub(crate) enum Failed {
    /// Mistakes have been shown already, or what was checked is not so.
    Shown,
    /// A text to show: what is wrong, then `hint: …`.
    Because(String),
    /// What was asked for is not there or must not be done: a text as well.
    Refused(String),
}

impl Failed {
    /// 1: the input or what was checked is wrong. 2: the work could not be done.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Shown | Self::Refused(_) => 1,
            Self::Because(_) => 2,
        }
    }

    /// A failure with a hint.
    pub(crate) fn with_hint(what: impl fmt::Display, hint: &str) -> Self {
        Self::Because(format!("{what}\nhint: {hint}"))
    }
}

/// Why standard output did not take everything, if it was not its reader who had seen enough.
static UNWRITTEN: OnceLock<String> = OnceLock::new();

/// Whether the output is taken. A reader that went away (`| head`) ends the printing, not the program; a full disk is remembered, since what a
/// command printed into a file would be short without a word.
fn taken(written: &io::Result<()>) -> bool {
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        UNWRITTEN.get_or_init(|| reason(error));
    }
    written.is_ok()
}

/// The failure of a command whose output was lost, whatever else became of it.
pub(crate) fn unwritten() -> Option<Failed> {
    UNWRITTEN.get().map(|why| Failed::Because(format!("cannot write to standard output: {why}")))
}

/// Prints to standard output.
pub(crate) fn say(text: &str) {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let mut out = io::stdout().lock();
    taken(&write!(out, "{text}{end}").and_then(|()| out.flush()));
}

/// Standard output for many lines, buffered. Once the reader has gone away (`| head`) it says so and prints nothing more.
pub(crate) struct Printer {
    out: BufWriter<StdoutLock<'static>>,
    /// A terminal acts on control characters, and log text is not ours: there they are shown and not sent.
    terminal: bool,
    gone: bool,
}

impl Printer {
    pub(crate) fn new() -> Self {
        let out = io::stdout();
        let terminal = out.is_terminal();
        Self { out: BufWriter::with_capacity(1 << 16, out.lock()), terminal, gone: false }
    }

    /// Prints one line. False when nobody reads any more.
    pub(crate) fn line(&mut self, text: &str) -> bool {
        let written = if self.terminal && text.contains(is_command) { writeln!(self.out, "{}", without_commands(text)) } else { writeln!(self.out, "{text}") };
        self.gone |= !taken(&written);
        !self.gone
    }

    /// Prints a line as it is, with its line ending if it has one. False when nobody reads any more.
    pub(crate) fn raw(&mut self, line: &[u8]) -> bool {
        let text = if self.terminal { String::from_utf8_lossy(line) } else { Cow::Borrowed("") };
        let text = text.trim_end_matches(['\r', '\n']);
        if text.contains(is_command) {
            return self.line(text);
        }
        self.gone |= !taken(&self.out.write_all(line));
        !self.gone
    }

    /// Hands on what is buffered. False when nobody reads any more.
    pub(crate) fn flush(&mut self) -> bool {
        self.gone |= !taken(&self.out.flush());
        !self.gone
    }
}

/// Whether a terminal would do something at this character other than show it.
fn is_command(c: char) -> bool {
    c == '\n' || plain_text::acts(c)
}

/// The text with control characters written out, as `\u{1b}`.
pub(crate) fn without_commands(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_command(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Prints to standard error.
pub(crate) fn warn(text: &str) {
    let mut err = io::stderr().lock();
    let _ = writeln!(err, "{}", text.trim_end());
}

/// Prints why a command failed.
pub(crate) fn complain(failed: &Failed) {
    if let Failed::Because(text) | Failed::Refused(text) = failed {
        warn(&format!("error: {text}"));
    }
}

/// Whether standard error takes colour.
pub(crate) fn colored() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Whether standard output takes colour.
pub(crate) fn colored_output() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Columns of the terminal, or `COLUMNS`, or a default.
pub(crate) fn width() -> usize {
    let given = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || indicatif::TermLike::width(&console::Term::stdout());
    match given {
        Some(width) => width,
        None if io::stdout().is_terminal() => usize::from(seen()),
        None => DEFAULT_WIDTH,
    }
}
