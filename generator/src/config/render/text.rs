//! Diagnostics for a terminal, by miette's graphical handler.

use std::{borrow::Cow, fmt};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents};
use skywarden_document::position;

use super::counts;
use crate::config::{Code, Diagnostic, Level, Source};

/// Narrowest width that still gives readable text.
const MIN_WIDTH: usize = 40;

/// Every diagnostic, a blank line between, and a last line with the counts.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &[Source], color: bool, width: usize) -> String {
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(width.max(MIN_WIDTH)).with_context_lines(1);
    let sources = without_secrets(diagnostics, sources);
    let mut text = String::new();
    for diagnostic in diagnostics {
        let report = Report::new(diagnostic, &sources);
        if handler.render_report(&mut text, &report).is_err() {
            // Writing into a string does not fail; if the handler gives up, the message is still worth having.
            text.push_str(&diagnostic.message);
        }
        text.push('\n');
    }
    text.push_str(&summary(diagnostics));
    text
}

/// The sources with every secret that was found covered: the output of a run is seen by more people than the file, in CI by anybody.
fn without_secrets<'a>(diagnostics: &[Diagnostic], sources: &'a [Source]) -> Cow<'a, [Source]> {
    let mut sources = Cow::Borrowed(sources);
    for secret in diagnostics.iter().filter(|diagnostic| diagnostic.code == Code::LiteralSecret) {
        let Some(source) = sources.to_mut().iter_mut().find(|source| source.path == secret.file) else { continue };
        let range = secret.span.start..secret.span.end;
        if source.text.get(range.clone()).is_some() {
            // The same number of bytes, so that every other place stays where it is.
            source.text.replace_range(range.clone(), &"*".repeat(range.len()));
        }
    }
    sources
}

fn summary(diagnostics: &[Diagnostic]) -> String {
    let (errors, warnings) = counts(diagnostics);
    let amount = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, 0) => String::new(),
        (errors, 0) => format!("{}\n", amount(errors, "error")),
        (0, warnings) => format!("{}\n", amount(warnings, "warning")),
        (errors, warnings) => format!("{}, {}\n", amount(errors, "error"), amount(warnings, "warning")),
    }
}

/// A diagnostic in the form miette draws.
#[derive(Debug)]
struct Report<'a> {
    diagnostic: &'a Diagnostic,
    snippet: Option<Snippet<'a>>,
}

impl<'a> Report<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &'a [Source]) -> Self {
        // An empty file has no line to show.
        let source = sources.iter().find(|source| source.path == diagnostic.file && !source.text.is_empty());
        Self { diagnostic, snippet: source.filter(|_| diagnostic.line > 0).map(|source| Snippet { source }) }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.snippet.is_none() && !self.diagnostic.file.is_empty() {
            match self.diagnostic.line {
                0 => write!(formatter, "{}: ", self.diagnostic.file)?,
                line => write!(formatter, "{}:{line}: ", self.diagnostic.file)?,
            }
        }
        formatter.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(format!("{} {}", self.diagnostic.code, self.diagnostic.code.name())))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.diagnostic.severity {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        let hint = self.diagnostic.hint.as_deref();
        // A second place in the same file is drawn; one in another file can only be told.
        let elsewhere = self.diagnostic.related.as_ref().filter(|related| related.file != self.diagnostic.file);
        let text = match (hint, elsewhere) {
            (None, None) => return None,
            (Some(hint), None) => hint.to_owned(),
            (hint, Some(related)) => {
                let place = format!("{} at {}:{}:{}", related.message, related.file, related.line, related.column);
                hint.map_or(place.clone(), |hint| format!("{hint} ({place})"))
            }
        };
        Some(Box::new(text))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.snippet.as_ref()?;
        let span = |range: crate::config::Range| SourceSpan::from(range.start..range.end);
        let main = LabeledSpan::new_primary_with_span(self.diagnostic.label.clone(), span(self.diagnostic.span));
        let related = self.diagnostic.related.as_ref().filter(|related| related.file == self.diagnostic.file);
        let related = related.map(|related| LabeledSpan::new_with_span(Some(related.message.clone()), span(related.span)));
        Some(Box::new(std::iter::once(main).chain(related)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }
}

/// A source whose columns are counted in characters, as in the other formats; miette itself counts bytes.
#[derive(Debug)]
struct Snippet<'a> {
    source: &'a Source,
}

impl SourceCode for Snippet<'_> {
    fn read_span<'b>(&'b self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let contents = self.source.text.read_span(span, before, after)?;
        let (_, column) = position(&self.source.text, contents.span().offset());
        Ok(Box::new(MietteSpanContents::new_named(
            self.source.path.clone(),
            contents.data(),
            *contents.span(),
            contents.line(),
            column - 1,
            contents.line_count(),
        )))
    }
}
