//! The language of a trace.

use super::{
    dart, dotnet, go, header, java, javascript,
    lines::{Lines, unindented},
    native, php, ruby, rust,
    search::Search as _,
    swift,
};

/// A language, or a family of them whose traces read alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python.
    Python,
    /// Java, Kotlin, Scala and Groovy.
    Java,
    /// JavaScript and TypeScript.
    JavaScript,
    /// Go.
    Go,
    /// Rust.
    Rust,
    /// C# and other languages of .NET.
    Dotnet,
    /// Ruby.
    Ruby,
    /// PHP.
    Php,
    /// Swift.
    Swift,
    /// Dart.
    Dart,
    /// C and C++.
    Native,
}

/// The language of a text: that of the first line that only one of them writes.
pub(super) fn of(lines: Lines<'_>) -> Option<Language> {
    let mut guess = None;
    for line in lines {
        match tells(line) {
            Some((language, true)) => return Some(language),
            Some((language, false)) => guess = guess.or(Some(language)),
            None => {}
        }
    }
    guess
}

/// The language a line tells of, and whether it is sure: what is not sure gives way to a later line that is.
pub(super) fn tells(line: &str) -> Option<(Language, bool)> {
    let text = unindented(line);
    let sure = |language| Some((language, true));
    match *text.as_bytes().first()? {
        b'a' if text.starts_with("at ") => at(text).map(|language| (language, true)),
        b'F' if text.starts_with("File \"") && text.has("\", line ") => sure(Language::Python),
        b'F' if text.starts_with("Fatal error: Uncaught ") => sure(Language::Php),
        b'F' if text.starts_with("FATAL ERROR: ") && text.has("JavaScript heap") => Some((Language::JavaScript, false)),
        b'F' if swift::fatal(text).is_some() => Some((Language::Swift, false)),
        b'P' if text.starts_with("PHP Fatal error:") || text.starts_with("PHP Parse error:") => sure(Language::Php),
        b'T' | b'E' | b'+' if text.ends_with("Traceback (most recent call last):") => sure(Language::Python),
        b'#' => numbered(text).map(|language| (language, true)).or_else(|| native_report(text)),
        b'0'..=b'9' if rust::numbered(text).is_some_and(is_rust_path) && line.len() > text.len() => sure(Language::Rust),
        b'0'..=b'9' if swift::frame(text).is_some() => sure(Language::Swift),
        b'g' if text.starts_with("goroutine ") && text.has(" [") && text.trim_end().ends_with("]:") => sure(Language::Go),
        b'p' if text.starts_with("panic: ") => Some((Language::Go, false)),
        b'f' if text.starts_with("fatal error: ") => Some((Language::Go, false)),
        b'F' if text.starts_with("Fatal Python error: ") => sure(Language::Python),
        b'T' if text.starts_with(rust::CRASHED) => sure(Language::Rust),
        b't' if rust::is_overflow(text) => sure(Language::Rust),
        b'f' if text.starts_with("fatal runtime error: ") => sure(Language::Rust),
        b't' if rust::is_panic(text) => sure(Language::Rust),
        b'C' if text.starts_with("Caused by:") => Some((caused_by(text), false)),
        b'-' if text.starts_with("--- End of inner exception stack trace") => sure(Language::Dotnet),
        _ => elsewhere(line, text),
    }
}

fn at(text: &str) -> Option<Language> {
    if java::frame(text).is_some() {
        Some(Language::Java)
    } else if javascript::frame(text).is_some() {
        Some(Language::JavaScript)
    } else if dotnet::frame(text).is_some() {
        Some(Language::Dotnet)
    } else {
        None
    }
}

/// Frames behind a number sign.
fn numbered(text: &str) -> Option<Language> {
    if php::call(text).is_some() {
        Some(Language::Php)
    } else if dart::frame(text).is_some() {
        Some(Language::Dart)
    } else if native::frame(text).is_some() {
        Some(Language::Native)
    } else {
        None
    }
}

fn native_report(text: &str) -> Option<(Language, bool)> {
    native::opens(text).then_some((Language::Native, false))
}

/// `Caused by: java.io.IOException: gone` of Java, `Caused by: no route` of Rust, whose errors have no names; `Caused by:` alone of anyhow.
fn caused_by(text: &str) -> Language {
    match text.strip_prefix("Caused by: ") {
        Some(cause) if header::find(cause).is_some() => Language::Java,
        _ => Language::Rust,
    }
}

/// Lines that are not told by how they begin.
fn elsewhere(line: &str, text: &str) -> Option<(Language, bool)> {
    let bytes = text.as_bytes();
    if text.len() < line.len() && go::file(text).is_some() {
        return Some((Language::Go, true));
    }
    if let Some(at) = memchr::memchr(b'@', bytes)
        && at < 200
        && javascript::frame(text).is_some()
    {
        return Some((Language::JavaScript, true));
    }
    let ruby_text = text.strip_prefix("from ").unwrap_or(text);
    if memchr::memmem::find(bytes, b":in ").is_some() && ruby::frame(ruby_text).is_some() {
        return Some((Language::Ruby, true));
    }
    // Lambda lists the frames of Java without `at`.
    if bytes.last() == Some(&b')') && java::frame(text).is_some() {
        return Some((Language::Java, true));
    }
    if go::traced(text).is_some() {
        return Some((Language::Go, true));
    }
    if ruby::opens(text) {
        return Some((Language::Ruby, true));
    }
    if native::opens(text) {
        return Some((Language::Native, false));
    }
    swift::fatal(text).map(|_| (Language::Swift, false))
}

/// A numbered line is a frame of Rust when it is a path, or a function that a backtrace begins or ends with.
fn is_rust_path(name: &str) -> bool {
    (name.has("::") && !name.has(": ")) || matches!(name, "main" | "_start" | "rust_begin_unwind" | "_main" | "__libc_start_main" | "<unknown>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_their_language() {
        for (line, language) in [
            ("\tat com.shop.A.b(A.java:3)", Language::Java),
            ("    at b (/app/a.js:3:1)", Language::JavaScript),
            ("   at Shop.A.B(String s) in /a.cs:line 3", Language::Dotnet),
            ("  File \"a.py\", line 3, in f", Language::Python),
            ("goroutine 1 [running]:", Language::Go),
            ("\t/app/main.go:3 +0x1d", Language::Go),
            ("   3: shop::db::fetch", Language::Rust),
            ("#0 /app/a.php(3): f()", Language::Php),
            ("#0      main (file:///a.dart:3:1)", Language::Dart),
            ("    #0 0x4f in f /app/a.c:3:1", Language::Native),
            ("\tfrom /app/a.rb:3:in 'f'", Language::Ruby),
            ("f@https://a.example/a.js:3:1", Language::JavaScript),
            ("0 0x0055 f() + 1 in app at /a.swift:3:1", Language::Swift),
        ] {
            assert_eq!(tells(line), Some((language, true)), "{line}");
        }
        for line in ["at foo(bar)", "Error: 0", "3: three", "ann@example.com", "#1 priority", "the panic: was real", "  12: a list: of things"] {
            assert_eq!(tells(line), None, "{line}");
        }
    }
}
