//! Diagnostics for a terminal, by miette's graphical handler.

use std::{borrow::Cow, fmt};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents};
use skywarden_document::position;

use super::counts;
use crate::config::{Code, Diagnostic, Level, Range, Related, Source};

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
    /// The second place, where it is drawn beside the first.
    drawn: Option<&'a Related>,
}

impl<'a> Report<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &'a [Source]) -> Self {
        // An empty file has no line to show.
        let source = sources.iter().find(|source| source.path == diagnostic.file && !source.text.is_empty());
        let beside = diagnostic.related.as_ref().filter(|related| related.file == diagnostic.file);
        let snippet = source.filter(|_| diagnostic.line > 0).map(|source| Snippet::of(source, diagnostic.span, beside.map(|related| related.span)));
        let drawn = beside.filter(|_| snippet.as_ref().is_some_and(Snippet::is_whole));
        Self { diagnostic, snippet, drawn }
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
        // A second place that is not in the picture can only be told.
        let elsewhere = self.diagnostic.related.as_ref().filter(|_| self.drawn.is_none());
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
        let snippet = self.snippet.as_ref()?;
        let span = |range: Range| SourceSpan::from(range.start..range.end);
        let main = LabeledSpan::new_primary_with_span(self.diagnostic.label.clone(), span(snippet.span));
        let related = self.drawn.map(|related| LabeledSpan::new_with_span(Some(related.message.clone()), span(related.span)));
        Some(Box::new(std::iter::once(main).chain(related)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }
}

/// Longest line that is drawn whole, in bytes. Whoever writes JSON may have all of it in one line.
const LONGEST_LINE: usize = 300;

/// Characters before and behind a place that are drawn of a longer line.
const AROUND: usize = 60;

/// A source, or a piece of it, whose columns are counted in characters, as in the other formats; miette itself counts bytes.
#[derive(Debug)]
struct Snippet<'a> {
    path: &'a str,
    text: Cow<'a, str>,
    /// What is marked, in `text`.
    span: Range,
    /// Lines of the file before `text`.
    lines_before: usize,
    /// Characters of the first line that `text` lacks.
    columns_before: usize,
}

impl<'a> Snippet<'a> {
    /// The source, or what stands around the place alone, when a line that would be drawn is too long for it.
    fn of(source: &'a Source, span: Range, beside: Option<Range>) -> Self {
        let whole = || Snippet { path: &source.path, text: Cow::Borrowed(&source.text), span, lines_before: 0, columns_before: 0 };
        let is_long = [Some(span), beside].into_iter().flatten().any(|place| longest_line_around(&source.text, place.start) > LONGEST_LINE);
        if is_long { Self::piece(source, span).unwrap_or_else(whole) } else { whole() }
    }

    fn is_whole(&self) -> bool {
        matches!(self.text, Cow::Borrowed(_))
    }

    fn piece(source: &'a Source, span: Range) -> Option<Self> {
        let (before, behind) = source.text.split_at_checked(span.start)?;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = span.start + behind.find('\n').unwrap_or(behind.len());
        let marked_end = span.end.clamp(span.start, end);
        let from = before[start..].char_indices().rev().nth(AROUND - 1).map_or(start, |(at, _)| start + at);
        let marked = source.text.get(span.start..marked_end)?.chars().count().min(AROUND);
        let to = behind.char_indices().nth(marked + AROUND).map_or(end, |(at, _)| (span.start + at).min(end));
        let (left, right) = (if from > start { "…" } else { "" }, if to < end { "…" } else { "" });
        let offset = |at: usize| left.len() + at - from;
        Some(Self {
            path: &source.path,
            text: Cow::Owned(format!("{left}{}{right}", &source.text[from..to])),
            span: Range { start: offset(span.start), end: offset(marked_end.min(to)) },
            lines_before: source.text[..start].matches('\n').count(),
            columns_before: source.text[start..from].chars().count() - left.chars().count(),
        })
    }
}

/// Length of the longest of three lines, that of a place and those beside it, in bytes.
fn longest_line_around(text: &str, at: usize) -> usize {
    let Some((before, behind)) = text.split_at_checked(at) else { return 0 };
    let mut before = before.rsplit('\n');
    let mut behind = behind.split('\n');
    let own = before.next().map_or(0, str::len) + behind.next().map_or(0, str::len);
    own.max(before.next().map_or(0, str::len)).max(behind.next().map_or(0, str::len))
}

impl SourceCode for Snippet<'_> {
    fn read_span<'b>(&'b self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let contents = self.text.as_ref().read_span(span, before, after)?;
        let (_, column) = position(&self.text, contents.span().offset());
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.to_owned(),
            contents.data(),
            *contents.span(),
            self.lines_before + contents.line(),
            self.columns_before + column - 1,
            contents.line_count(),
        )))
    }
}
