//! Stack frames read from stack text: enough of each to know where an error was thrown, never a line number.

use std::borrow::Cow;

use super::{Frame, MAX_FRAMES};

/// Directories and name beginnings that are not the application's own code.
const LIBRARY_MARKS: [&str; 18] = [
    "site-packages",
    "dist-packages",
    "/usr/lib",
    "/usr/local/lib",
    "/var/lang/",
    "/var/runtime/",
    "node_modules",
    "node:",
    "internal/",
    "/rustc/",
    "/.cargo/",
    "std::",
    "core::",
    "alloc::",
    "tokio::",
    "java.",
    "jdk.",
    "sun.",
];

/// Frames of a stack, nearest the throw first, consecutive repeats once.
pub(super) fn frames(stack: &str) -> Vec<Frame<'_>> {
    let python = stack.contains("File \"");
    // Rust puts the place of a numbered frame on an `at` line of its own.
    let rust = !python && stack.lines().any(|line| rust_frame(line.trim_start()).is_some());
    let mut frames: Vec<Frame<'_>> = Vec::new();
    for line in stack.lines() {
        let line = line.trim_start();
        let frame = if python {
            python_frame(line)
        } else if rust {
            rust_frame(line)
        } else {
            at_frame(line)
        };
        if let Some(frame) = frame
            && frames.last() != Some(&frame)
        {
            frames.push(frame);
        }
    }
    if python {
        // Python prints the most recent call last.
        frames.reverse();
    }
    frames.truncate(MAX_FRAMES);
    frames
}

/// `File "/var/task/app/db.py", line 12, in fetch`
fn python_frame(line: &str) -> Option<Frame<'_>> {
    let rest = line.strip_prefix("File \"")?;
    let (path, rest) = rest.split_once('"')?;
    let function = rest.rsplit_once(" in ").map_or("", |(_, name)| name.trim());
    Some(Frame { module: Cow::Borrowed(file_stem(path)), function: Cow::Borrowed(function), in_app: in_app(path) })
}

/// `at com.shop.Db.fetch(Db.java:12)`, `at fetch (/app/db.js:1:2)`, `at /app/db.js:1:2`
fn at_frame(line: &str) -> Option<Frame<'_>> {
    let rest = line.strip_prefix("at ")?;
    let rest = rest.strip_prefix("async ").unwrap_or(rest);
    let (function, place) = match rest.split_once('(') {
        Some((function, place)) => (function.trim(), place.trim_end().trim_end_matches(')')),
        None => ("", rest.trim()),
    };
    if !place.contains(':') && !place.contains("Native") && !place.contains("Unknown") {
        return None;
    }
    if place.contains('/') || function.is_empty() {
        let path = place.split_once(':').map_or(place, |(path, _)| path);
        return Some(Frame { module: Cow::Borrowed(file_stem(path)), function: Cow::Borrowed(function), in_app: in_app(place) });
    }
    let (module, method) = function.rsplit_once('.').unwrap_or(("", function));
    Some(Frame { module: Cow::Borrowed(module), function: Cow::Borrowed(method), in_app: in_app(function) })
}

/// `   3: shop_catalog::db::fetch` followed by `at src/db.rs:12:5`
fn rust_frame(line: &str) -> Option<Frame<'_>> {
    let (number, path) = line.split_once(": ")?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) || !path.contains("::") {
        return None;
    }
    // `::h0123456789abcdef` at the end is the compiler's hash.
    let path = path.trim();
    let path = match path.rsplit_once("::h") {
        Some((head, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => head,
        _ => path,
    };
    let (module, function) = path.rsplit_once("::").unwrap_or(("", path));
    Some(Frame { module: Cow::Borrowed(module), function: Cow::Borrowed(function), in_app: in_app(path) })
}

fn in_app(place: &str) -> bool {
    !LIBRARY_MARKS
        .iter()
        .any(|mark| if mark.ends_with("::") || mark.ends_with('.') { place.trim_start_matches('<').starts_with(mark) } else { place.contains(mark) })
}

fn file_stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_python_java_node_and_rust_are_read_nearest_first() {
        let python = "Traceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in handler\n    f()\n  File \"/var/lang/lib/python3.11/site-packages/x/db.py\", line 9, in fetch\n";
        let read = frames(python);
        assert_eq!((read[0].module.as_ref(), read[0].function.as_ref(), read[0].in_app), ("db", "fetch", false));
        assert_eq!((read[1].module.as_ref(), read[1].function.as_ref(), read[1].in_app), ("app", "handler", true));
        let java = "java.lang.X: m\n\tat com.shop.Db.fetch(Db.java:12)\n\tat java.base/java.lang.Thread.run(Thread.java:1)";
        assert_eq!((frames(java)[0].module.as_ref(), frames(java)[0].function.as_ref()), ("com.shop.Db", "fetch"));
        let node = "Error: m\n    at fetch (/app/db.js:1:2)\n    at async main (/app/node_modules/y/z.js:3:4)";
        assert_eq!((frames(node)[0].module.as_ref(), frames(node)[0].in_app, frames(node)[1].in_app), ("db", true, false));
        let rust = "   0: shop::db::fetch::h0123456789abcdef\n             at src/db.rs:1:2\n   1: tokio::runtime::x\n";
        assert_eq!((frames(rust)[0].module.as_ref(), frames(rust)[0].function.as_ref(), frames(rust)[1].in_app), ("shop::db", "fetch", false));
    }
}
