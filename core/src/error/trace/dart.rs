//! Dart and Flutter.
//!
//! ```text
//! Unhandled exception:
//! Bad state: No element
//! #0      List.first (dart:core-patch/growable_array.dart:352:5)
//! <asynchronous suspension>
//! #1      placeOrder (package:shop/orders.dart:12:9)
//! #2      main.<anonymous closure> (file:///app/bin/main.dart:3:9)
//! ```

use super::{
    Exception, Frame, Language, header,
    lines::{Lines, unindented},
    place,
    search::{Search as _, Words},
};

/// Packages that are not the application's.
static LIBRARIES: Words = Words::of(&[
    "aws_lambda_dart_runtime",
    "bloc",
    "dio",
    "flutter",
    "flutter_bloc",
    "flutter_test",
    "get",
    "grpc",
    "http",
    "provider",
    "riverpod",
    "rxdart",
    "shelf",
    "stack_trace",
    "test_api",
]);

/// What the core library calls its errors, and their classes.
const ERRORS: [(&str, &str); 5] = [
    ("Bad state: ", "StateError"),
    ("Invalid argument(s): ", "ArgumentError"),
    ("Unsupported operation: ", "UnsupportedError"),
    ("Concurrent modification during iteration: ", "ConcurrentModificationError"),
    ("Null check operator used on a null value", "TypeError"),
];

/// Reads the exceptions of a text.
pub(super) fn read(lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut exception = Exception::default();
    for line in lines {
        let text = unindented(line).trim_end();
        if let Some(frame) = frame(text) {
            exception.outwards(frame);
        } else if exception.frames.is_empty() && exception.kind.is_empty() && !text.is_empty() && !text.starts_with("Unhandled exception") {
            exception = named(text).unwrap_or(exception);
        } else if exception.is_empty() && text.len() > "Unhandled exception:".len() {
            let (_, said) = text.cut_at(": ").unwrap_or(("", text));
            exception = named(said).unwrap_or_else(|| Exception::new("", said));
        }
    }
    vec![exception]
}

fn named(text: &str) -> Option<Exception<'_>> {
    // Flutter: `[ERROR:flutter/runtime/dart_vm_initializer.cc(41)] Unhandled Exception: Bad state: …`
    let text = text.cut_at("Unhandled Exception: ").map_or(text, |(_, text)| text);
    if let Some((said, kind)) = ERRORS.iter().find(|(said, _)| text.starts_with(said)) {
        let message = if said.ends_with(": ") { text.strip_prefix(said).unwrap_or(text) } else { text };
        return Some(Exception::new(kind, message));
    }
    let (kind, message) = header::find(text).or_else(|| text.starts_with("RangeError").then_some(("RangeError", text)))?;
    Some(Exception::new(kind, message))
}

/// `#1      placeOrder (package:shop/orders.dart:12:9)`
pub(super) fn frame(text: &str) -> Option<Frame<'_>> {
    let rest = text.strip_prefix('#')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest = rest.get(digits..)?.strip_prefix(' ').filter(|_| digits > 0)?.trim_start();
    let inner = rest.strip_suffix(')')?;
    let (name, location) = inner.cut_last(" (")?;
    let path = place::without_position(location);
    if place::ending(path) != "dart" && !path.starts_with("dart:") {
        return None;
    }
    // `main.<anonymous closure>` is code of main.
    let mut function = name;
    while let Some(outer) = function.strip_suffix(".<anonymous closure>").or_else(|| function.strip_suffix(".<fn>")) {
        function = outer;
    }
    let function = function.strip_prefix("new ").unwrap_or(function);
    Some(Frame::new(Language::Dart, place::stem(path), function, is_in_app(path)))
}

fn is_in_app(path: &str) -> bool {
    let package = path.strip_prefix("package:").map(|path| path.split('/').next().unwrap_or(path));
    !path.starts_with("dart:") && !path.has("/.pub-cache/") && !package.is_some_and(|package| LIBRARIES.hold(package))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read() {
        for (line, module, function, own) in [
            ("#0      List.first (dart:core-patch/growable_array.dart:352:5)", "growable_array", "List.first", false),
            ("#1      placeOrder (package:shop/orders.dart:12:9)", "orders", "placeOrder", true),
            ("#2      main.<anonymous closure> (file:///app/bin/main.dart:3:9)", "main", "main", true),
            ("#3      Element.rebuild (package:flutter/src/widgets/framework.dart:1:1)", "framework", "Element.rebuild", false),
        ] {
            let read = frame(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((read.module.as_ref(), read.function.as_ref(), read.in_app), (module, function, own), "{line}");
        }
        assert!(frame("#0 /app/a.php(3): f()").is_none() && frame("#1 priority (high)").is_none());
    }
}
