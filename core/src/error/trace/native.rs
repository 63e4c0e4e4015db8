//! C and C++: reports of the sanitizers, of glibc, of the C++ runtime, of the JVM's own crashes, and stacks as debuggers print them.
//!
//! ```text
//! ==12==ERROR: AddressSanitizer: heap-use-after-free on address 0x6020 at pc 0x4f5 bp 0x7ffc sp 0x7ffc
//! READ of size 4 at 0x6020 thread T0
//!     #0 0x4f5e21 in fetch /app/src/db.c:12:3
//!     #1 0x7f1c in __libc_start_main (/lib/x86_64-linux-gnu/libc.so.6+0x21b)
//! /app/src/a.c:3:5: runtime error: signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'
//! WARNING: ThreadSanitizer: data race (pid=12)
//! terminate called after throwing an instance of 'std::out_of_range'
//!   what():  vector::_M_range_check
//! *** stack smashing detected ***: terminated
//! Segmentation fault (core dumped)
//! ```
//!
//! Of a report only the first stack is read: where the fault was.

use super::{
    Exception, Frame, Language,
    lines::{Lines, unindented},
    place,
    search::{Search as _, Words},
};

/// Where no code of the application is.
const ROOTS: [&str; 8] = ["/lib/", "/lib64/", "/usr/", "/build/glibc", "/nptl/", "../sysdeps/", "./csu/", "../csu/"];

/// Folders of compilers and their libraries.
static FOLDERS: Words = Words::of(&["compiler-rt", "llvm-project", "libstdc++-v3", "gcc", "glibc"]);

/// Beginnings of functions of the runtime.
const RUNTIME: [&str; 12] = ["__", "_start", "std::", "operator new", "operator delete", "malloc", "calloc", "realloc", "free", "memcpy", "memmove", "str"];

/// What glibc says before it ends the process.
const ABORTS: [&str; 15] = [
    "double free or corruption",
    "free(): invalid",
    "free(): double free",
    "free(): corrupted",
    "free(): too many chunks",
    "malloc(): invalid",
    "malloc(): corrupted",
    "malloc(): memory corruption",
    "malloc(): unaligned",
    "malloc_consolidate(): ",
    "munmap_chunk(): invalid",
    "corrupted size vs. prev_size",
    "corrupted double-linked list",
    "realloc(): invalid",
    "tcache_thread_shutdown(): ",
];

/// How a shell tells that a process was ended by a signal.
const SIGNALS: [(&str, &str); 6] = [
    ("Segmentation fault", "SIGSEGV"),
    ("Bus error", "SIGBUS"),
    ("Aborted (core dumped)", "SIGABRT"),
    ("Illegal instruction", "SIGILL"),
    ("Floating point exception", "SIGFPE"),
    ("Trace/breakpoint trap", "SIGTRAP"),
];

/// Reads the exceptions of a text.
pub(super) fn read(lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut exception = Exception::default();
    let mut thrown: Option<&str> = None;
    for line in lines {
        let text = unindented(line).trim_end();
        if let Some(frame) = frame(text) {
            exception.outwards(frame);
        } else if !exception.frames.is_empty() {
            // What follows is where memory was freed or allocated, other threads, a summary.
            break;
        } else if let Some(what) = text.strip_prefix("what():").filter(|_| thrown.is_some()) {
            exception = Exception::new(thrown.unwrap_or_default(), what.trim_start());
        } else if exception.kind.is_empty() || exception.kind == "SIGABRT" {
            if let Some(kind) = text.strip_prefix("terminate called after throwing an instance of '").and_then(|kind| kind.strip_suffix('\'')) {
                thrown = Some(kind);
                exception = Exception::new(kind, "");
            } else if let Some((kind, message)) = report(text) {
                exception = Exception::new(kind, message);
            }
        }
    }
    vec![exception]
}

/// Kind and message of a line that tells of a fault.
pub(super) fn report(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    if let Some(report) = sanitizer(text) {
        return Some(report);
    }
    if let Some((place, message)) = text.cut_at(": runtime error: ")
        && place::has_position(place)
        && !place.contains(' ')
    {
        return Some(("UndefinedBehaviorSanitizer", message));
    }
    // `shop: src/stock.c:44: reserve: Assertion `count > 0' failed.` of glibc, the same with "Assertion failed: " of others.
    if let Some(at) = text.at(": Assertion `").filter(|_| text.ends_with("' failed.")) {
        return Some(("SIGABRT", text.get(at + 2..).unwrap_or(text)));
    }
    if let Some(message) = killed(text) {
        return Some(("SIGKILL", message));
    }
    let text = text.strip_prefix("*** ").unwrap_or(text);
    if text.starts_with("stack smashing detected") || text.starts_with("buffer overflow detected") {
        return Some(("SIGABRT", text.trim_end_matches(": terminated").trim_end_matches(" ***")));
    }
    let message = text.strip_prefix("Error in `").and_then(|text| text.cut_at("': ")).map_or(text, |(_, message)| message);
    if ABORTS.iter().any(|abort| message.starts_with(abort)) {
        return Some(("SIGABRT", message));
    }
    // The JVM's own report, line by line behind a `#`.
    if let Some(signal) = text.strip_prefix("#  ").filter(|signal| signal.starts_with("SIG")) {
        let (kind, message) = signal.split_once(' ').unwrap_or((signal, ""));
        return Some((kind, message.split(" at pc=").next().unwrap_or(message)));
    }
    SIGNALS.iter().find(|(said, _)| text.starts_with(said) && (text.len() == said.len() || text.ends_with("(core dumped)"))).map(|(said, kind)| (*kind, *said))
}

/// What the kernel logs of a process it ended for want of memory: `[12345.678] Out of memory: Killed process 4711 (node) …`.
fn killed(text: &str) -> Option<&str> {
    let at = text.at("Out of memory: Killed process ")?;
    let before = text.get(..at)?;
    (at == 0 || before.starts_with('[') && !before.contains('"') || before.has("kernel: ")).then(|| text.get(at..)).flatten()
}

/// `==12==ERROR: AddressSanitizer: heap-use-after-free on address 0x6020 …`, `WARNING: ThreadSanitizer: data race (pid=12)`: sanitizer and fault are the kind.
fn sanitizer(text: &str) -> Option<(&str, &str)> {
    let at = text.at("Sanitizer: ").filter(|_| text.starts_with("==") || text.starts_with("WARNING: ") || text.starts_with("ERROR: "))?;
    let start = text.get(..at)?.rfind(' ').map_or(0, |at| at + 1);
    let said = text.get(at + "Sanitizer: ".len()..)?;
    let fault = said.at(" on ").or_else(|| said.at(" (")).or_else(|| said.find(':')).unwrap_or(said.len());
    let kind = text.get(start..at + "Sanitizer: ".len() + fault)?;
    Some((kind.trim_end(), said))
}

/// A frame of a sanitizer or debugger.
pub(super) fn frame(text: &str) -> Option<Frame<'_>> {
    let rest = text.strip_prefix('#')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest = rest.get(digits..)?.strip_prefix(' ').filter(|_| (1..=4).contains(&digits))?.trim_start();
    let rest = match rest.strip_prefix("0x") {
        // `0x4f5e21 in fetch /app/db.c:12:3`, `0x4f5e21  (/app/server+0x4f5e21)`
        Some(addressed) => {
            let (_, described) = addressed.split_once(' ')?;
            described.trim_start().strip_prefix("in ").unwrap_or(described.trim_start())
        }
        None => rest,
    };
    if rest.starts_with('(') {
        // No symbol: the image is all there is.
        let image = rest.trim_matches(['(', ')']).split('+').next().unwrap_or(rest);
        return Some(make("", "", image));
    }
    // GDB: `fetch (id=3) at db.c:12`, `raise () from /lib/libc.so.6`
    if let Some((call, file)) = rest.cut_at(") at ").or_else(|| rest.cut_at(") from ")) {
        let name = call.split(" (").next().unwrap_or(call);
        return Some(make(name, place::without_position(file), file));
    }
    // Arguments may hold blanks: the place is what stands behind the last one, before the module in parentheses.
    let described = rest.strip_suffix(')').and_then(|inner| inner.last_at(" (").and_then(|at| rest.get(..at)).filter(|_| inner.has("+0x")));
    let image = described.and_then(|described| rest.get(described.len() + 2..)).unwrap_or_default();
    let described = described.unwrap_or(rest);
    let (name, file) = match described.rsplit_once(' ') {
        Some((name, file)) if !file.starts_with('(') && (file.contains('/') || place::has_position(file) || file == "<null>") => (name, file),
        _ if !image.is_empty() => (described, ""),
        _ => return None,
    };
    let path = place::without_position(file);
    (!name.is_empty()).then(|| make(name, path, if path.is_empty() || path == "<null>" { image } else { path }))
}

fn make<'a>(name: &'a str, path: &'a str, known: &'a str) -> Frame<'a> {
    // A function without its arguments; `operator()` and `(anonymous namespace)` are part of the name.
    let end = name
        .char_indices()
        .skip(1)
        .find(|&(at, c)| c == '(' && !name.get(..at).is_some_and(|head| head.ends_with("operator") || head.ends_with("::")))
        .map_or(name.len(), |(at, _)| at);
    let function = name.get(..end).unwrap_or(name).trim_end();
    let own = !function.is_empty()
        && !place::is_under(known, &ROOTS, &FOLDERS)
        && !RUNTIME.iter().any(|runtime| function.starts_with(runtime) && !matches!(place::ending(known), "c" | "cc" | "cpp"))
        && !function.starts_with("__")
        && !function.starts_with("std::");
    let module = if path.is_empty() || path == "<null>" { known.split('+').next().unwrap_or(known) } else { path };
    Frame::new(Language::Native, place::stem(module), function, own)
}

/// Whether a line can begin the report of a fault.
pub(super) fn opens(text: &str) -> bool {
    report(text).is_some()
        || text.starts_with("terminate called after throwing an instance of '")
        || text.starts_with("# A fatal error has been detected by the Java Runtime Environment")
        || text.starts_with("terminate called without an active exception")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_sanitizers_and_debuggers() {
        for (line, module, function, own) in [
            ("#0 0x4f5e21 in fetch /app/src/db.c:12:3", "db", "fetch", true),
            ("#1 0x4f5e21 in shop::Db::fetch(int, char const*) /app/src/db.cpp:12:3", "db", "shop::Db::fetch", true),
            ("#2 0x7f1c in __libc_start_main (/lib/x86_64-linux-gnu/libc.so.6+0x21b)", "libc.so", "__libc_start_main", false),
            ("#3 0x4f5e21  (/app/server+0x4f5e21)", "server", "", false),
            ("#0 operator new(unsigned long) /build/llvm-project/compiler-rt/lib/asan/asan_new_delete.cpp:95:3", "asan_new_delete", "operator new", false),
            ("#0 race /app/src/a.c:5 (app+0x4c5e)", "a", "race", true),
            ("#0  0x00007f2a in raise () from /lib/x86_64-linux-gnu/libc.so.6", "libc.so", "raise", false),
            ("#1  main (argc=1) at src/main.c:3", "main", "main", true),
        ] {
            let read = frame(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((read.module.as_ref(), read.function.as_ref(), read.in_app), (module, function, own), "{line}");
        }
        for line in ["#0 main (file:///a.dart:1:2)", "#0 /app/a.php(3): f()", "#1 priority", "#12 was fixed"] {
            assert!(frame(line).is_none(), "{line}");
        }
    }

    #[test]
    fn faults_are_named() {
        for (line, kind) in [
            ("==12==ERROR: AddressSanitizer: heap-use-after-free on address 0x60", "AddressSanitizer: heap-use-after-free"),
            ("==12==ERROR: LeakSanitizer: detected memory leaks", "LeakSanitizer: detected memory leaks"),
            ("WARNING: ThreadSanitizer: data race (pid=12)", "ThreadSanitizer: data race"),
            ("/app/a.c:3:5: runtime error: division by zero", "UndefinedBehaviorSanitizer"),
            ("*** stack smashing detected ***: terminated", "SIGABRT"),
            ("double free or corruption (fasttop)", "SIGABRT"),
            ("Segmentation fault (core dumped)", "SIGSEGV"),
            ("Segmentation fault", "SIGSEGV"),
            ("#  SIGSEGV (0xb) at pc=0x00007f, pid=1, tid=2", "SIGSEGV"),
        ] {
            assert_eq!(report(line).map(|(kind, _)| kind), Some(kind), "{line}");
        }
        for line in ["Segmentation faults are bad", "panic: runtime error: x", "free of charge", "AddressSanitizer: on"] {
            assert_eq!(report(line), None, "{line}");
        }
    }
}
