//! Swift: fatal errors, and the backtraces of its runtime and of Apple's crash reports.
//!
//! ```text
//! App/Store.swift:12: Fatal error: Unexpectedly found nil while unwrapping an Optional value
//! Fatal error: Index out of range: file Swift/ContiguousArrayBuffer.swift, line 600
//!
//! Thread 0 "app" crashed:
//! 0 0x00005581c3e2 Store.fetch(_:) + 12 in app at /app/Sources/Store.swift:12:5
//! 1 [ra] 0x00005581c4a0 static Main.main() + 3 in app at /app/Sources/main.swift:3:1
//! ```
//!
//! Crash reports: `0   Shop   0x0000000100003f28 Store.fetch(_:) + 120 (Store.swift:12)`. Source: `SwiftReporting`, `Backtrace.description`.

use super::{
    Exception, Frame, Language, header,
    lines::{Lines, unindented},
    place,
    search::{Search as _, Words},
};

/// Images that are not the application's.
const LIBRARIES: [&str; 14] = [
    "libswift",
    "libdispatch",
    "libsystem",
    "libobjc",
    "libc.so",
    "libpthread",
    "libFoundation",
    "Foundation",
    "CoreFoundation",
    "UIKit",
    "SwiftUI",
    "dyld",
    "Swift",
    "libstdc++",
];

/// Folders of packages.
static FOLDERS: Words = Words::of(&["checkouts", "SourcePackages", ".build"]);

/// Reads the exceptions of a text.
pub(super) fn read(lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut exception = Exception::default();
    for line in lines {
        let text = unindented(line).trim_end();
        if let Some(frame) = frame(text) {
            exception.outwards(frame);
        } else if exception.frames.is_empty() {
            if let Some(message) = fatal(text) {
                exception = Exception::new("Fatal error", message);
            } else if exception.kind.is_empty()
                && let Some(crash) = crash(text)
            {
                exception = Exception::new("Program crashed", crash);
            } else if exception.kind.is_empty()
                && let Some((kind, message)) = header::find(text)
            {
                exception = Exception::new(kind, message);
            }
        } else if text.starts_with("Thread ") || text.starts_with("Registers") || text.starts_with("Binary Images") {
            break;
        }
    }
    vec![exception]
}

/// The message of a fatal error, without the place before and behind it.
pub(super) fn fatal(text: &str) -> Option<&str> {
    let message = if let Some(message) = text.strip_prefix("Fatal error: ") {
        message
    } else {
        let (file, message) = text.cut_at(": Fatal error: ")?;
        (place::ending(place::without_position(file)) == "swift").then_some(message)?
    };
    Some(message.split(": file ").next().unwrap_or(message))
}

/// `*** Program crashed: Bad pointer dereference at 0x0 ***`
fn crash(text: &str) -> Option<&str> {
    let (_, crash) = text.cut_at("Program crashed: ")?;
    Some(crash.trim_end_matches('*').trim_end())
}

/// A frame of the runtime's backtrace or of a crash report.
pub(super) fn frame(text: &str) -> Option<Frame<'_>> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.get(digits..)?.strip_prefix(' ').filter(|_| (1..=3).contains(&digits))?.trim_start();
    let rest = rest.strip_prefix("[ra] ").or_else(|| rest.strip_prefix("[async] ")).or_else(|| rest.strip_prefix("[system] ")).unwrap_or(rest);
    if rest.starts_with("0x") {
        let (_, described) = rest.split_once(' ')?;
        let described = described.strip_prefix("[ra] ").unwrap_or(described);
        let (name, place) = described.cut_last(" in ")?;
        let (image, file) = place.cut_at(" at ").unwrap_or((place, ""));
        return Some(make(name, image.trim(), file));
    }
    // `Shop   0x0000000100003f28 Store.fetch(_:) + 120 (Store.swift:12)`
    let (image, rest) = rest.split_at(rest.at(" 0x").or_else(|| rest.at("\t0x"))?);
    let (_, described) = rest.get(1..)?.split_once(' ')?;
    let (name, file) = match described.trim_end().strip_suffix(')').and_then(|inner| inner.cut_last(" (")) {
        Some((name, file)) if file.has(".swift") => (name, file),
        _ => (described, ""),
    };
    Some(make(name, image.trim(), file))
}

fn make<'a>(name: &'a str, image: &'a str, file: &'a str) -> Frame<'a> {
    // ` + 120`: how far into the function.
    let name = name.cut_last(" + ").map_or(name, |(name, _)| name).trim();
    let name = name.strip_prefix("static ").unwrap_or(name);
    let own = !LIBRARIES.iter().any(|library| image.starts_with(library)) && !place::is_under(file, &["/usr/", "/home/build-user/"], &FOLDERS);
    let own = own && !name.starts_with("swift_") && !name.starts_with("_swift") && !matches!(name, "_start" | "__libc_start_main" | "start");
    // Without its arguments the name's last dot is before the function.
    let head = name.find('(').map_or(name, |at| name.get(..at).unwrap_or(name));
    // `closure #1 in Store.fetch(_:)`
    let head = head.rsplit(" in ").next().unwrap_or(head);
    let (module, function) = head.rsplit_once('.').unwrap_or((image, head));
    Frame::new(Language::Swift, module, function, own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_both_forms() {
        for (line, module, function, own) in [
            ("0 0x00005581c3e2 Store.fetch(_:) + 12 in app at /app/Sources/Store.swift:12:5", "Store", "fetch", true),
            ("1 [ra] 0x00005581c4a0 static Main.main() + 3 in app at /app/Sources/main.swift:3:1", "Main", "main", true),
            ("2 [ra] 0x00007f00 swift_task_run + 3 in libswift_Concurrency.so", "libswift_Concurrency.so", "swift_task_run", false),
            (
                "0   libswiftCore.dylib                  0x00007fff2c0a _assertionFailure(_:_:file:line:flags:) + 120",
                "libswiftCore.dylib",
                "_assertionFailure",
                false,
            ),
            ("1   Shop                                0x0000000100003f28 Store.fetch(_:) + 120 (Store.swift:12)", "Store", "fetch", true),
        ] {
            let read = frame(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((read.module.as_ref(), read.function.as_ref(), read.in_app), (module, function, own), "{line}");
        }
        for line in ["0 errors in 12 files", "12 items", "0: main", "3 0x12"] {
            assert!(frame(line).is_none(), "{line}");
        }
    }

    #[test]
    fn messages_lose_their_place() {
        assert_eq!(fatal("Fatal error: Index out of range: file Swift/A.swift, line 600"), Some("Index out of range"));
        assert_eq!(fatal("App/Store.swift:12: Fatal error: no"), Some("no"));
        assert_eq!(fatal("PHP Fatal error: no"), None);
    }
}
