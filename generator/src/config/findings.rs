//! The list that every step of loading writes its mistakes to.

use skywarden_document::{Span, position};

use crate::config::{
    Source,
    code::Code,
    diagnostic::{Diagnostic, Level, Range, Related},
};

/// One mistake before its place is turned into file, line and column.
#[derive(Debug)]
pub(crate) struct Finding {
    code: Code,
    level: Level,
    message: String,
    hint: Option<String>,
    label: Option<String>,
    span: Option<Span>,
    /// Path of a file that is not among the sources (a message or alarm template).
    file: Option<String>,
    /// Line in that file, from 1; 0 when it is about the whole.
    line: usize,
    related: Option<(Span, String)>,
}

impl Finding {
    /// An error at a place.
    pub(crate) fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { code, level: Level::Error, message: message.into(), hint: None, label: None, span: Some(span), file: None, line: 0, related: None }
    }

    /// An error of the config as a whole, or of a file without lines worth pointing at.
    pub(crate) fn error_in(code: Code, file: Option<&str>, message: impl Into<String>) -> Self {
        let (message, file) = (message.into(), file.map(str::to_owned));
        Self { code, level: Level::Error, message, hint: None, label: None, span: None, file, line: 0, related: None }
    }

    /// The line in a file that is not among the sources.
    pub(crate) const fn at_line(mut self, line: usize) -> Self {
        self.line = line;
        self
    }

    /// A warning at a place.
    pub(crate) fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(code, span, message) }
    }

    /// What to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A word under the caret.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// A second place that explains the first.
    pub(crate) fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related = Some((span, message.into()));
        self
    }
}

/// Everything found so far in some sources.
#[derive(Debug, Default)]
pub(crate) struct Findings<'s> {
    sources: &'s [Source],
    list: Vec<Finding>,
    incomplete: bool,
}

impl<'s> Findings<'s> {
    /// Nothing found yet.
    pub(crate) fn new(sources: &'s [Source]) -> Self {
        Self { sources, ..Self::default() }
    }

    /// The text of a source.
    pub(crate) fn text(&self, source: usize) -> &'s str {
        self.sources.get(source).map_or("", |source| source.text.as_str())
    }

    /// Adds one.
    pub(crate) fn push(&mut self, finding: Finding) {
        self.list.push(finding);
    }

    /// Says that a part of the config could not be read at all: from here on nothing is reported as missing, it may be in that part.
    pub(crate) fn mark_incomplete(&mut self) {
        self.incomplete = true;
    }

    /// Whether a part of the config could not be read.
    pub(crate) const fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// How many were found so far.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether any error was found.
    pub(crate) fn has_errors(&self) -> bool {
        self.list.iter().any(|finding| finding.level == Level::Error)
    }

    /// The diagnostics in the order of files and places; those without a place come last.
    pub(crate) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| {
            let place = |finding: &Finding| (finding.span.is_none(), finding.span, finding.code);
            place(a).cmp(&place(b))
        });
        self.list.into_iter().map(|finding| diagnostic(finding, self.sources)).collect()
    }
}

fn diagnostic(finding: Finding, sources: &[Source]) -> Diagnostic {
    let place = finding.span.and_then(|span| locate(span, sources));
    let (file, span, line, column) = place.unwrap_or((finding.file.unwrap_or_default(), Range::default(), finding.line, usize::from(finding.line > 0)));
    let related = finding.related.and_then(|(span, message)| {
        let (file, span, line, column) = locate(span, sources)?;
        Some(Related { message, file, span, line, column })
    });
    Diagnostic {
        code: finding.code,
        severity: finding.level,
        message: finding.message,
        hint: finding.hint,
        file,
        span,
        line,
        column,
        label: finding.label,
        related,
    }
}

fn locate(span: Span, sources: &[Source]) -> Option<(String, Range, usize, usize)> {
    let source = sources.get(span.source)?;
    let (line, column) = position(&source.text, span.start);
    let range = Range { start: span.start, end: span.end };
    Some((source.path.clone(), range, line, column))
}
