//! Signs: what a line by itself says of a trace that it opens or goes on with. Detection and joining ask for these.

use super::{
    Language, go, header, java, javascript,
    language::tells,
    lines::{Lines, unindented},
    native, php, ruby, rust,
    search::Search as _,
    swift,
};
use crate::record::Level;

/// A report nobody caught, by its first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opening {
    /// Who writes such reports.
    pub(crate) language: Language,
    /// How bad it is: CRITICAL when the process or thread has ended with it.
    pub(crate) level: Level,
    /// The line is evidence enough. Otherwise frames must follow.
    pub(crate) alone: bool,
}

/// What a text opens with, when it is a report that a runtime writes of its own.
pub(crate) fn opening(text: &str) -> Option<Opening> {
    let first = Lines::new(text).find(|line| !is_blank(line) && !is_rule(line))?;
    if first.starts_with([' ', '\t']) && !is_group(first) {
        return None;
    }
    let line = unindented(first).trim_end();
    let found = |language, level, alone| Some(Opening { language, level, alone });
    match *line.as_bytes().first()? {
        b'T' if line.starts_with("Traceback (most recent call last):") => found(Language::Python, Level::Error, false),
        b'+' if line.ends_with("Traceback (most recent call last):") => found(Language::Python, Level::Error, false),
        b'F' if line.starts_with("Fatal Python error: ") => found(Language::Python, Level::Critical, true),
        b'T' if line.starts_with(rust::CRASHED) => found(Language::Rust, Level::Critical, true),
        b't' if rust::is_overflow(line) => found(Language::Rust, Level::Critical, true),
        b'f' if line.starts_with("fatal runtime error: ") => found(Language::Rust, Level::Critical, true),
        b't' if rust::is_panic(line) => found(Language::Rust, Level::Critical, true),
        b'p' if line.starts_with("panic: ") => {
            let alone = line.starts_with("panic: runtime error: ") || line.has("goroutine ");
            found(Language::Go, Level::Critical, alone)
        }
        b'f' if line.starts_with("fatal error: ") => {
            let known = ["all goroutines are asleep", "concurrent map ", "stack overflow", "out of memory", "runtime: "];
            let alone = line.strip_prefix("fatal error: ").is_some_and(|message| known.iter().any(|known| message.starts_with(known)));
            found(Language::Go, Level::Critical, alone)
        }
        b'E' if line.starts_with("Exception in thread \"") => found(Language::Java, Level::Error, header::find(line).is_some()),
        b'U' if line.starts_with("Unhandled exception. ") || line.starts_with("Unhandled Exception: ") => {
            found(Language::Dotnet, Level::Critical, header::find(line).is_some())
        }
        b'U' if line.starts_with("Unhandled exception:") => found(Language::Dart, Level::Critical, false),
        b'P' if line.starts_with("PHP Fatal error:") || line.starts_with("PHP Parse error:") => found(Language::Php, Level::Critical, true),
        b'F' if line.starts_with("Fatal error: Uncaught ") => found(Language::Php, Level::Critical, header::find(line).is_some()),
        b'F' if line.starts_with("FATAL ERROR: ") && line.has("JavaScript heap out of memory") => found(Language::JavaScript, Level::Critical, true),
        b'*' if line.has("Program crashed: ") => found(Language::Swift, Level::Critical, true),
        _ if swift::fatal(line).is_some_and(|_| line.has(": file ") || line.has(".swift:")) => found(Language::Swift, Level::Critical, true),
        // A data race may do no harm, and ThreadSanitizer goes on.
        b'W' if line.starts_with("WARNING: ThreadSanitizer: ") => found(Language::Native, Level::Error, true),
        _ if ruby::opens(line) => found(Language::Ruby, Level::Error, true),
        _ if native::opens(line) => found(Language::Native, Level::Critical, true),
        _ => None,
    }
}

/// The line a group of exceptions of Python begins with, which is indented.
fn is_group(line: &str) -> bool {
    unindented(line).starts_with("+ Exception Group Traceback (most recent call last):")
}

/// Lines that reports put before what they tell: rules of sanitizers, the virtual machines' notes.
fn is_rule(line: &str) -> bool {
    match line.as_bytes() {
        [b'=', ..] => line.trim_end().bytes().all(|byte| byte == b'='),
        [b'#', ..] => line.trim_end() == "#",
        [b'A' | b'U' | b'M' | b'T', ..] => line.trim_end().ends_with("Sanitizer:DEADLYSIGNAL"),
        [b'r', ..] => line.starts_with("runtime: goroutine stack exceeds "),
        [b'<', ..] => line.starts_with("<--- "),
        [b'[', ..] => line.has(" ms: ") && (line.has("Mark-Compact") || line.has("Scavenge")),
        _ => false,
    }
}

/// Whether there is nothing on a line.
pub(crate) fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// How a line goes on with what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follow {
    /// It stands for itself.
    Apart,
    /// It belongs to whatever text stands before it.
    Always,
    /// It opens a trace, which belongs to the line before when that one tells of an error and has no trace yet.
    Opens,
}

/// How a line goes on, when a trace of `open` is being read before it; `next` is the line behind it.
pub(crate) fn follows(line: &str, open: Option<Language>, next: Option<&str>) -> Follow {
    if line.starts_with([' ', '\t', '\u{a0}']) {
        return if is_group(line) { Follow::Opens } else { Follow::Always };
    }
    let text = line.trim_end();
    // A time begins most lines, and no line of a trace but those of Swift.
    if text.starts_with(|c: char| c.is_ascii_digit()) && !matches!(open, Some(Language::Swift | Language::Native)) {
        return Follow::Apart;
    }
    if goes_on(text) {
        return Follow::Always;
    }
    if let Some(language) = open
        && (language == Language::Ruby || opening(text).is_none_or(|_| is_last_word(text)))
        && goes_on_in(language, text, next)
    {
        return Follow::Always;
    }
    if text.starts_with("Traceback (most recent call last):") || ruby::is_rails_header(text) {
        return Follow::Opens;
    }
    // A report of its own is never a part of the line before.
    if opening(text).is_some() {
        return Follow::Apart;
    }
    if next.is_some_and(|next| heads(text, next)) { Follow::Opens } else { Follow::Apart }
}

/// Reports of the end of a process that another report has announced.
fn is_last_word(text: &str) -> bool {
    text.ends_with("(core dumped)")
        || text.starts_with('#')
        || text.starts_with("fatal runtime error: ")
        || text.starts_with("*** Program crashed: ")
        || text.ends_with(" Program crashed: ***")
}

/// Lines that only continue, in whatever language.
fn goes_on(text: &str) -> bool {
    let told = match text.as_bytes() {
        [b'C', ..] => text.starts_with("Caused by: ") || text == "Caused by:",
        [b'D', ..] => text.starts_with("During handling of the above exception"),
        [b'T', ..] => text.starts_with("The above exception was the direct cause"),
        [b'S', ..] => text == "Stack trace:" || text.starts_with("Suppressed: ") || text == "Stack backtrace:",
        [b'L', ..] => text == "Location:",
        [b'W', ..] => text.starts_with("Wrapped by: "),
        [b's', ..] => text == "stack backtrace:",
        [b'n', ..] => {
            text.starts_with("note: run with `RUST_BACKTRACE")
                || text.starts_with("note: Some details are omitted")
                || text.starts_with("note: run with `RUST_")
        }
        [b'g', ..] => text.starts_with("goroutine ") && text.has(" [") && text.ends_with("]:"),
        [b'c', ..] => text.starts_with("created by ") || text.starts_with("caused by: "),
        [b'-', ..] => text.starts_with("--- End of "),
        [b'.', ..] => text.starts_with("... ") && text.ends_with(" more"),
        [b'[', ..] => text.starts_with("[signal SIG") || text == "[stacktrace]",
        [b'<', ..] => text == "<asynchronous suspension>",
        [b'a', ..] => matches!(tells(text), Some((Language::Java | Language::JavaScript | Language::Dotnet, true))),
        [b'#', ..] => matches!(tells(text), Some((_, true))),
        _ => false,
    };
    told || is_ruby_frame(text) || (memchr::memchr(b'@', text.as_bytes()).is_some() && javascript::frame(text).is_some())
}

fn is_ruby_frame(text: &str) -> bool {
    // The first frame of a trace has the message behind it, and opens one.
    memchr::memmem::find(text.as_bytes(), b":in ").is_some() && ruby::frame(text.strip_prefix("from ").unwrap_or(text)).is_some_and(|(_, rest)| rest.is_empty())
}

/// Lines that continue a trace of their own language only.
fn goes_on_in(language: Language, text: &str, next: Option<&str>) -> bool {
    match language {
        Language::Go => {
            go::traced(text).is_some()
                || next.is_some_and(is_go_file)
                || (text.ends_with(')') && text.contains('(') && !text.has(": ") && text.split('(').next().is_some_and(|name| !name.contains(' ')))
                || text.starts_with("exit status ")
                || text.starts_with("goroutine ")
                || text == "runtime stack:"
        }
        Language::JavaScript => matches!(text, "}" | "]" | "}," | "],") || text.starts_with("Node.js v") || javascript::frame(text).is_some(),
        Language::Rust => {
            text.starts_with("Location:")
                || text.starts_with("Backtrace:")
                || text.starts_with("Backtrace omitted")
                || text.starts_with("Message: ")
                || text.starts_with("fatal runtime error: ")
                || text.has("━━")
        }
        Language::Php => text.starts_with("Next ") && text.has(" in ") || php::call(text).is_some() || text == "\"}",
        Language::Java => java::frame(text).is_some(),
        Language::Swift => {
            swift::frame(text).is_some()
                || ["Thread ", "Registers", "Images", "Crash", "Illegal instruction", "*** ", "Backtrace took", "Press "]
                    .iter()
                    .any(|start| text.starts_with(start))
        }
        Language::Native => [
            "==",
            "=>",
            "0x",
            "READ of size",
            "WRITE of size",
            "freed by",
            "previously allocated",
            "SUMMARY: ",
            "Shadow byte",
            "Address ",
            "HINT: ",
            "Direct leak",
            "Indirect leak",
            "Thread T",
            "Aborted",
            "#",
            "Segmentation fault",
        ]
        .iter()
        .any(|start| text.starts_with(start)),
        Language::Ruby => ruby::frame(text).is_some(),
        Language::Python => text.ends_with("(most recent call first):"),
        Language::Dotnet | Language::Dart => false,
    }
}

/// Whether a line names what the frame behind it was thrown as, or is its function.
fn heads(text: &str, next: &str) -> bool {
    let indented = next.starts_with([' ', '\t']);
    match tells(next) {
        Some((Language::Java | Language::JavaScript | Language::Dotnet, true)) if indented || next.contains('@') => {
            // Only a line that begins with the name: one with a time before it stands for itself.
            let bare = text.strip_prefix("Uncaught ").unwrap_or(text);
            header::find(bare).is_some_and(|(kind, _)| bare.starts_with(kind)) || header::placed(bare).is_some_and(|(kind, _)| kind.contains('.'))
        }
        Some((Language::Go, true)) if indented => !text.contains(' ') || text.ends_with(')') && !text.has(": "),
        Some((Language::Ruby, true)) => ruby::frame(text).is_some(),
        _ => false,
    }
}

fn is_go_file(next: &str) -> bool {
    next.starts_with(['\t', ' ']) && matches!(tells(next), Some((Language::Go, true)))
}

/// Whether a text begins in the middle of a trace whose beginning was in another batch.
pub(crate) fn is_fragment(text: &str) -> bool {
    let Some(first) = Lines::new(text).find(|line| !is_blank(line)) else { return false };
    let bare = unindented(first);
    (first.len() > bare.len() && !is_group(first)) || (goes_on(first.trim_end()) && !first.starts_with("goroutine ")) || rust::numbered(bare).is_some()
}

/// How a text changes what is being read: the language of the trace it leaves open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The trace being read, which lines of its language go on with.
    pub(crate) open: Option<Language>,
    /// There has been a trace.
    pub(crate) traced: bool,
    /// What must follow.
    pub(crate) awaits: Awaits,
}

/// What must follow a line for its trace to be whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Awaits {
    /// Nothing in particular.
    #[default]
    Nothing,
    /// A message on the next line, whatever it says.
    Message,
    /// The line on which Python names the exception.
    Name,
    /// Another traceback of the same chain.
    Traceback,
}

impl Progress {
    /// What is being read behind one more line.
    pub(crate) fn line(&mut self, line: &str) {
        let text = unindented(line);
        if self.awaits == Awaits::Message {
            self.awaits = Awaits::Nothing;
        }
        if text.is_empty() {
            return;
        }
        let indented = text.len() < line.len();
        if !indented && text.starts_with(|c: char| c.is_ascii_digit()) && swift::frame(text).is_none() && !text.ends_with("panic recovered:") {
            return;
        }
        if text.ends_with("panic recovered:") {
            (self.open, self.awaits) = (Some(Language::Go), Awaits::Message);
            return;
        }
        if !indented && javascript::is_source(text) {
            (self.open, self.awaits) = (Some(Language::JavaScript), Awaits::Message);
            return;
        }
        if let Some(opening) = opening(line) {
            self.open = Some(opening.language);
            self.traced |= opening.alone;
            self.awaits = match opening.language {
                Language::Rust if text.trim_end().ends_with(':') => Awaits::Message,
                Language::Dart if text.trim_end() == "Unhandled exception:" => Awaits::Message,
                Language::Python => Awaits::Name,
                _ => Awaits::Nothing,
            };
            return;
        }
        if text.starts_with("During handling of the above exception") || text.starts_with("The above exception was the direct cause") {
            self.awaits = Awaits::Traceback;
            return;
        }
        if let Some((language, _)) = tells(line) {
            self.open = Some(language);
            self.traced = true;
            self.awaits = if language == Language::Python { Awaits::Name } else { Awaits::Nothing };
            return;
        }
        if self.awaits == Awaits::Name && !indented && header::placed(text).is_some() {
            self.awaits = Awaits::Nothing;
            self.open = None;
        }
    }

    /// Whether the exception's line is what a traceback of Python still lacks.
    pub(crate) fn ends_with(self, line: &str) -> bool {
        self.awaits == Awaits::Name && header::placed(line.trim_end()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_told_from_sentences() {
        for (line, language, alone) in [
            ("thread 'main' panicked at src/a.rs:1:2:", Language::Rust, true),
            ("panic: runtime error: index out of range", Language::Go, true),
            ("panic: no", Language::Go, false),
            ("fatal error: concurrent map writes", Language::Go, true),
            ("Exception in thread \"main\" java.lang.IllegalStateException: no", Language::Java, true),
            ("Unhandled exception. System.IO.IOException: no", Language::Dotnet, true),
            ("PHP Fatal error:  Uncaught Exception: no in /a.php:1", Language::Php, true),
            ("Traceback (most recent call last):", Language::Python, false),
            ("==1==ERROR: AddressSanitizer: SEGV on unknown address", Language::Native, true),
            ("App/A.swift:3: Fatal error: no", Language::Swift, true),
        ] {
            let found = opening(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((found.language, found.alone), (language, alone), "{line}");
        }
        for line in [
            "see Traceback (most recent call last): below",
            "the thread 'main' panicked at noon",
            "don't panic: it is fine",
            "Fatal errors are listed here",
            "  at com.shop.A.b(A.java:1)",
            "",
        ] {
            assert_eq!(opening(line), None, "{line}");
        }
    }

    #[test]
    fn lines_that_go_on() {
        for line in [
            "\tat a.B.c(B.java:1)",
            "Caused by: x",
            "goroutine 1 [running]:",
            "#1 /a.php(3): f()",
            "from /a.rb:3:in 'f'",
            "--- End of inner exception stack trace ---",
        ] {
            assert_eq!(follows(line, None, None), Follow::Always, "{line}");
        }
        assert_eq!(follows("java.io.IOException: gone", None, Some("\tat a.B.c(B.java:1)")), Follow::Opens);
        assert_eq!(follows("java.io.IOException: gone", None, Some("next")), Follow::Apart);
        assert_eq!(follows("main.run()", None, Some("\t/app/main.go:3 +0x1d")), Follow::Opens);
        assert_eq!(follows("main.run()", Some(Language::Go), None), Follow::Always);
        assert_eq!(follows("thread 'a' panicked at b.rs:1:1:", Some(Language::Rust), None), Follow::Apart);
        assert_eq!(follows("all is well", Some(Language::Native), None), Follow::Apart);
    }
}
