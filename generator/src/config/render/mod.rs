//! Diagnostics as text for people, JSON for tools, or annotations for a CI run.

mod github;
mod json;
mod text;

use crate::config::{Diagnostic, Level, Source};

/// How diagnostics are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal: code, place, the line with a caret, hint.
    Text {
        /// Whether to colour it.
        color: bool,
        /// Width of the terminal in columns.
        width: usize,
    },
    /// One JSON document with every diagnostic and the counts.
    Json,
    /// Workflow commands of GitHub Actions, one line each, shown at the changed line.
    Github,
}

/// Renders diagnostics. `sources` are the files they point into ([`Loaded::sources`](crate::config::Loaded::sources)); a diagnostic in a
/// file that is not among them is shown without its line.
pub fn render(diagnostics: &[Diagnostic], sources: &[Source], format: Format) -> String {
    match format {
        Format::Text { color, width } => text::render(diagnostics, sources, color, width),
        Format::Json => json::render(diagnostics),
        Format::Github => github::render(diagnostics),
    }
}

/// Number of errors and of warnings.
fn counts(diagnostics: &[Diagnostic]) -> (usize, usize) {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Level::Error).count();
    (errors, diagnostics.len() - errors)
}
