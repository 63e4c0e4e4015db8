//! Rust: panics, backtraces of `std`, the shortened ones of Skywarden's telemetry library, chains of anyhow and eyre, span traces.
//!
//! ```text
//! thread 'main' (7) panicked at src/stock.rs:12:9:
//! index out of bounds
//! stack backtrace:
//!    0: rust_begin_unwind
//!    4: shop::stock::reserve
//!              at ./src/stock.rs:12:9
//! note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.
//!
//! Error: cannot place the order
//!
//! Caused by:
//!     0: cannot reserve
//!     1: no route
//! ```
//!
//! The outermost error stands first, and has no type. The library writes the causes alone, a line each: `Caused by: no route`.

use std::borrow::Cow;

use super::{
    Exception, Frame, Language, MAX_MESSAGE_BYTES, bound_outermost_first,
    lines::{Lines, cut, unindented},
    place,
    search::{Search as _, Words, begins_with_any},
};

/// Crates that are not the application's.
static LIBRARIES: Words = Words::of(&[
    "actix_http",
    "actix_rt",
    "actix_server",
    "actix_web",
    "addr2line",
    "alloc",
    "anyhow",
    "async_std",
    "aws_config",
    "aws_runtime",
    "aws_sdk_dynamodb",
    "aws_sdk_s3",
    "aws_smithy_runtime",
    "axum",
    "axum_core",
    "backtrace",
    "color_eyre",
    "core",
    "diesel",
    "eyre",
    "futures",
    "futures_channel",
    "futures_core",
    "futures_executor",
    "futures_util",
    "gimli",
    "h2",
    "hashbrown",
    "http",
    "http_body_util",
    "hyper",
    "hyper_util",
    "lambda_http",
    "lambda_runtime",
    "lambda_runtime_api_client",
    "mio",
    "once_cell",
    "parking_lot",
    "quinn",
    "rayon",
    "rayon_core",
    "reqwest",
    "rocket",
    "rustls",
    "serde",
    "serde_json",
    "sqlx",
    "sqlx_core",
    "std",
    "test",
    "tokio",
    "tokio_rustls",
    "tokio_util",
    "tonic",
    "tower",
    "tower_http",
    "tracing",
    "warp",
]);

/// Folders of crates and of the standard library.
static FOLDERS: Words = Words::of(&[".cargo", "rustlib"]);

/// Functions that are not the application's and belong to no crate of theirs.
static SYSTEM: Words = Words::of(&[
    "__libc_start_main",
    "__libc_start_call_main",
    "_start",
    "main",
    "start_thread",
    "clone",
    "__clone",
    "clone3",
    "__rust_try",
    "__rustc",
    "rust_begin_unwind",
    "_rust_begin_unwind",
]);

/// The functions in which a panic begins, by their beginning; what stands above the last of them is of the panic itself.
const BEGIN: [&str; 8] = [
    "core::panicking::",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::result::unwrap_failed",
    "core::slice::index::slice_",
    "core::str::slice_error_fail",
    "std::panic::panic_any",
    "rust_begin_unwind",
];

/// How eyre's panic hook begins; the message follows on a line of its own.
pub(super) const CRASHED: &str = "The application panicked (crashed).";

/// Behind this function there is what started the thread.
const END: &str = "__rust_begin_short_backtrace";

/// Reads the exceptions of a text.
pub(super) fn read(lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut reader =
        Reader { lines: lines.clone(), chain: Vec::new(), frames: Exception::default(), place: Place::Before, pending: None, ended: false, numbered: false };
    for line in lines {
        reader.line(line);
    }
    reader.end()
}

struct Reader<'a> {
    lines: Lines<'a>,
    /// As they stand: the outermost first.
    chain: Vec<Exception<'a>>,
    frames: Exception<'a>,
    place: Place<'a>,
    /// A function whose file may stand on the next line.
    pending: Option<&'a str>,
    ended: bool,
    /// The causes have numbers, of which the first is the outermost error's (eyre).
    numbered: bool,
}

#[derive(Clone, Copy)]
enum Place<'a> {
    Before,
    /// Behind the line that tells of a panic; the message is where it begins.
    Message(Option<&'a str>),
    Causes,
    Frames,
    /// Of a span trace: what was being done, not where.
    Spans,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) {
        let text = unindented(line);
        if let Some(path) = text.strip_prefix("at ").filter(|_| self.pending.is_some()) {
            self.flush(path);
            return;
        }
        self.flush("");
        if matches!(self.place, Place::Frames)
            && let Some(name) = numbered(text)
        {
            self.pending = Some(name);
            return;
        }
        if let Some(message) = text.strip_prefix("fatal runtime error: ") {
            if self.chain.is_empty() {
                self.chain.push(Exception::new("fatal runtime error", message));
            }
        } else if is_overflow(text) {
            self.chain.push(Exception::new("stack overflow", text));
            bound_outermost_first(&mut self.chain);
        } else if text.starts_with(CRASHED) {
            self.chain.push(Exception::new("panic", ""));
            bound_outermost_first(&mut self.chain);
        } else if let Some(message) = text.strip_prefix("Message: ")
            && let Some(exception) = self.chain.last_mut()
        {
            exception.message = Cow::Borrowed(cut(message.trim(), MAX_MESSAGE_BYTES));
        } else if is_panic(text) {
            self.panicked(text);
        } else if let Some(cause) = text.strip_prefix("Caused by: ") {
            self.push(cause);
        } else if text.starts_with("Caused by:") {
            self.place = Place::Causes;
            if self.chain.is_empty() {
                self.push("");
            }
        } else if is_title(text, "stack backtrace:") || text.has(" BACKTRACE ") {
            self.place = Place::Frames;
        } else if text.has(" SPANTRACE ") {
            self.place = Place::Spans;
        } else if text.starts_with("Location:") {
            self.place = Place::Before;
        } else if let Some(outer) = text.strip_prefix("Error: ").or_else(|| (text == "Error:").then_some("")) {
            self.push(outer);
            self.numbered = outer.trim().is_empty();
            self.place = if self.numbered { Place::Causes } else { Place::Message(Some(outer)) };
        } else {
            self.inside(line, text);
        }
    }

    fn inside(&mut self, line: &'a str, text: &'a str) {
        if text.starts_with("note: ") {
            return;
        }
        match self.place {
            Place::Spans => {}
            Place::Causes => {
                if line.len() > text.len() && !text.is_empty() {
                    let cause = numbered(text).unwrap_or(text);
                    if self.numbered {
                        self.chain.pop();
                        self.numbered = false;
                    }
                    self.push(cause);
                    self.place = Place::Causes;
                }
            }
            Place::Message(first) => {
                if let Some(name) = numbered(text).filter(|_| line.len() > text.len()) {
                    self.place = Place::Frames;
                    self.pending = Some(name);
                } else if text.is_empty() {
                    self.place = Place::Before;
                } else if let Some(exception) = self.chain.last_mut() {
                    let first = first.unwrap_or(line);
                    exception.message = Cow::Borrowed(cut(self.lines.between(first, line), MAX_MESSAGE_BYTES).trim_end());
                    self.place = Place::Message(Some(first));
                }
            }
            Place::Before | Place::Frames => {
                if let Some(name) = numbered(text) {
                    self.place = Place::Frames;
                    self.pending = Some(name);
                }
            }
        }
    }

    fn panicked(&mut self, text: &'a str) {
        let (_, place) = text.cut_at(" panicked at ").unwrap_or((text, ""));
        // Before 1.73 the message stood between quotes before the place.
        let message = place.strip_prefix('\'').and_then(|quoted| quoted.cut_last("', ")).map(|(message, _)| message);
        if !self.frames.frames.is_empty() {
            // A panic while another one was on its way; the first one is the cause.
            return;
        }
        self.chain.push(Exception::new("panic", message.unwrap_or_default()));
        bound_outermost_first(&mut self.chain);
        self.place = if message.is_some() { Place::Before } else { Place::Message(None) };
    }

    fn push(&mut self, message: &'a str) {
        self.chain.push(Exception::new("", message));
        bound_outermost_first(&mut self.chain);
        self.place = Place::Before;
    }

    /// The frame of the function that was read, with its file if there was one.
    fn flush(&mut self, path: &'a str) {
        let Some(name) = self.pending.take() else { return };
        if self.ended {
            return;
        }
        if begins_panic(name) {
            self.frames.frames.clear();
            return;
        }
        if name.has(END) {
            self.ended = true;
            return;
        }
        let (module, function) = split(name);
        self.frames.outwards(Frame::new(Language::Rust, module, function, is_in_app(name, path)));
    }

    fn end(mut self) -> Vec<Exception<'a>> {
        self.flush("");
        self.chain.reverse();
        let frames = self.frames.frames;
        match self.chain.first_mut() {
            // A backtrace is taken where the error came to be.
            Some(root) => root.frames = frames,
            None => self.chain.push(Exception { frames, ..Exception::default() }),
        }
        self.chain
    }
}

/// Whether a function is one in which a panic begins.
fn begins_panic(name: &str) -> bool {
    begins_with_any(&BEGIN, name) || (name.starts_with("__rustc") && name.has("rust_begin_unwind")) || (name.starts_with("std::") && name.has("begin_panic"))
}

/// Whether a line begins the report of a panic.
pub(super) fn is_panic(line: &str) -> bool {
    (line.starts_with("thread '") || line.starts_with("thread <unnamed>")) && line.has(" panicked at ")
}

/// Whether a line tells that a thread had no room left on its stack, which ends the process without a panic.
pub(super) fn is_overflow(line: &str) -> bool {
    line.starts_with("thread ") && line.trim_end().ends_with("has overflowed its stack")
}

fn is_title(text: &str, title: &str) -> bool {
    text.get(..title.len()).is_some_and(|head| head.eq_ignore_ascii_case(title))
}

/// `4: shop::stock::reserve`, `4:     0x55d0c0 - shop::stock::reserve`
pub(super) fn numbered(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let name = text.get(digits..)?.strip_prefix(": ").filter(|_| (1..=4).contains(&digits))?.trim();
    let name = match name.strip_prefix("0x").and_then(|address| address.cut_at(" - ")) {
        Some((_, name)) => name,
        None => name,
    };
    (!name.is_empty()).then_some(name)
}

/// Module and function, without the compiler's hash, closures and type parameters.
fn split(name: &str) -> (&str, &str) {
    let mut path = name;
    if let Some(at) = path.last_at("::h")
        && path.len() - at == 19
        && path.get(at + 3..).is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        path = path.get(..at).unwrap_or(path);
    }
    loop {
        // `block_on::<F>`: what stands between the angle brackets may hold `::` too.
        let parameters = if path.starts_with('<') { path.last_at("::<") } else { path.at("::<") };
        if path.ends_with('>')
            && let Some(at) = parameters
        {
            path = path.get(..at).unwrap_or(path);
            continue;
        }
        let (head, last) = path.cut_last("::").unwrap_or(("", path));
        if !last.starts_with('{') || head.is_empty() {
            break;
        }
        path = head;
    }
    path.cut_last("::").unwrap_or(("", path))
}

fn is_in_app(name: &str, path: &str) -> bool {
    if path.starts_with("/rustc/") || path.has("/cargo/registry/") || place::is_under(path, &[], &FOLDERS) {
        return false;
    }
    let name = name.strip_prefix("_<").unwrap_or(name).trim_start_matches(['<', '&', '(', '[']);
    let name = name.strip_prefix("dyn ").unwrap_or(name);
    let first = name.split([':', '<', ' ']).next().unwrap_or(name);
    if SYSTEM.hold(first) && !name.has("::") {
        return false;
    }
    !LIBRARIES.hold(first) && first != "__rustc"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_lose_hashes_closures_and_parameters() {
        for (name, module, function, own) in [
            ("shop::stock::reserve::h0123456789abcdef", "shop::stock", "reserve", true),
            ("shop::stock::reserve::{{closure}}", "shop::stock", "reserve", true),
            ("shop::stock::reserve::{closure#0}::{closure#1}", "shop::stock", "reserve", true),
            ("<shop::Db as shop::Store>::get", "<shop::Db as shop::Store>", "get", true),
            ("tokio::runtime::Runtime::block_on::<shop::main::{closure#0}>", "tokio::runtime::Runtime", "block_on", false),
            ("<core::pin::Pin<P> as core::future::future::Future>::poll", "<core::pin::Pin<P> as core::future::future::Future>", "poll", false),
            ("main", "", "main", false),
            ("__libc_start_main", "", "__libc_start_main", false),
        ] {
            let (read, called) = split(name);
            assert_eq!((read, called, is_in_app(name, "")), (module, function, own), "{name}");
        }
        assert!(!is_in_app("serde_urlencoded::de", "/root/.cargo/registry/src/x/lib.rs"));
        assert!(LIBRARIES.is_sorted());
    }

    #[test]
    fn what_catches_a_panic_is_not_where_it_begins() {
        let text = "   0: rust_begin_unwind\n   1: std::panicking::begin_panic\n   2: shop::place\n   3: std::panicking::try::do_call\n   4: std::panic::catch_unwind\n   5: shop::main";
        let frames: Vec<_> = read(Lines::new(text))[0].frames.iter().map(|frame| frame.function.to_string()).collect();
        assert_eq!(frames, ["place", "do_call", "catch_unwind", "main"]);
    }

    #[test]
    fn causes_alone_come_root_first() {
        let read = read(Lines::new("Caused by: cannot reserve\nCaused by: no route"));
        assert_eq!(read.iter().map(|e| e.message.as_ref()).collect::<Vec<_>>(), ["no route", "cannot reserve"]);
    }
}
