//! Diagnostics as one JSON document.

use serde::Serialize;

use super::counts;
use crate::config::Diagnostic;

/// The document.
#[derive(Serialize)]
struct Document<'a> {
    errors: usize,
    warnings: usize,
    diagnostics: &'a [Diagnostic],
}

/// Indented JSON with a final line end.
pub(super) fn render(diagnostics: &[Diagnostic]) -> String {
    let (errors, warnings) = counts(diagnostics);
    let document = Document { errors, warnings, diagnostics };
    // Plain data with string keys always serialises.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
