//! Diagnostics as workflow commands of GitHub Actions.
//!
//! Source: docs.github.com, "Workflow commands", and the escapes of `actions/toolkit` (`command.ts`).

use std::fmt::Write;

use crate::config::Diagnostic;

/// One `::error …::` or `::warning …::` line per diagnostic.
pub(super) fn render(diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let title = format!("{} {}", diagnostic.code, diagnostic.code.name());
        let mut message = diagnostic.message.clone();
        if let Some(hint) = &diagnostic.hint {
            message.push_str("\nhint: ");
            message.push_str(hint);
        }
        let mut place = String::new();
        if !diagnostic.file.is_empty() {
            place = format!("file={},", property(&diagnostic.file));
        }
        if diagnostic.line > 0 {
            let _infallible = write!(place, "line={},col={},", diagnostic.line, diagnostic.column);
        }
        let level = diagnostic.severity.as_str();
        let _infallible = writeln!(text, "::{level} {place}title={}::{}", property(&title), data(&message));
    }
    text
}

/// Text after the last `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("5%\nnext"), "5%25%0Anext");
        assert_eq!(property("a,b: c"), "a%2Cb%3A c");
    }
}
