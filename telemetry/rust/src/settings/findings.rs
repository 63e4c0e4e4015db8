//! The list that every step of reading writes its mistakes to, and the sources they are in.

use std::{ops::Range, path::Path};

use skywarden_document::{Span, Spanned, position};

use super::{
    finding::{Code, Excerpt, Finding, Grade, Place},
    source::{Kind, Source},
};

/// Most findings told of one run: what is behind is most likely the same mistake again.
pub(super) const MAX_FINDINGS: usize = 100;

/// One mistake before its place is turned into file, line and column.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    code: Code,
    grade: Grade,
    key: String,
    message: String,
    hint: Option<String>,
    span: Span,
    first: Option<Span>,
}

impl Mistake {
    /// An error at a place.
    pub(super) fn error(code: Code, key: impl Into<String>, span: Span, message: impl Into<String>) -> Self {
        Self { code, grade: Grade::Error, key: key.into(), message: message.into(), hint: None, span, first: None }
    }

    /// A warning at a place.
    pub(super) fn warning(code: Code, key: impl Into<String>, span: Span, message: impl Into<String>) -> Self {
        Self { grade: Grade::Warning, ..Self::error(code, key, span, message) }
    }

    /// What to do about it.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Where the same stands first.
    pub(super) const fn first(mut self, span: Span) -> Self {
        self.first = Some(span);
        self
    }
}

/// Everything found so far, and where it was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    sources: Vec<Source>,
    list: Vec<Mistake>,
    more: usize,
    incomplete: bool,
}

impl Findings {
    /// Adds a source and gives its index.
    pub(super) fn source(&mut self, kind: Kind, name: impl Into<String>, text: impl Into<String>) -> usize {
        self.sources.push(Source { kind, name: name.into(), text: text.into() });
        self.sources.len() - 1
    }

    /// The text of a source.
    pub(super) fn text(&self, source: usize) -> &str {
        self.sources.get(source).map_or("", |source| source.text.as_str())
    }

    /// The place of a part of a text, as far as the text stands in its source as it is read; behind an escape it is the whole text.
    pub(super) fn inside(&self, typed: &Spanned<String>, part: Range<usize>) -> Span {
        let text = self.text(typed.span.source);
        let whole = text.get(typed.span.start..typed.span.end).unwrap_or_default();
        // At most a quote stands before it.
        let skipped = (0..2).find(|skipped| whole.get(*skipped..).is_some_and(|rest| rest.starts_with(typed.value.as_str())));
        skipped.map_or(typed.span, |skipped| {
            let start = typed.span.start + skipped;
            Span::in_line(typed.span.source, text, start + part.start, start + part.end)
        })
    }

    /// What a source is.
    pub(super) fn kind(&self, source: usize) -> Kind {
        self.sources.get(source).map_or(Kind::Code, |source| source.kind)
    }

    /// Adds one; those over [`MAX_FINDINGS`] are counted.
    pub(super) fn push(&mut self, mistake: Mistake) {
        if self.list.len() < MAX_FINDINGS {
            self.list.push(mistake);
        } else if mistake.grade == Grade::Error {
            self.more += 1;
        }
    }

    /// Counts errors that nobody kept.
    #[cfg(feature = "config")]
    pub(super) const fn count(&mut self, errors: usize) {
        self.more += errors;
    }

    /// Adds one that is about something that was not given. It may be in a part that could not be read, so it is left out when there is one.
    pub(super) fn push_missing(&mut self, mistake: Mistake) {
        if !self.incomplete {
            self.push(mistake);
        }
    }

    /// Whether more would only be counted, so that looking for words alike is not worth its time.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= MAX_FINDINGS
    }

    /// Says that a part of a file could not be read: from here on nothing is told to be missing.
    pub(super) const fn mark_incomplete(&mut self) {
        self.incomplete = true;
    }

    /// The findings in the order of files, variables and code, and of the places in them; how many errors more there are.
    pub(super) fn finish(mut self) -> (Vec<Finding>, usize) {
        self.list.sort_by_key(|mistake| (self.sources.get(mistake.span.source).map(|source| source.kind), mistake.span, mistake.code));
        let findings = self.list.iter().map(|mistake| self.finding(mistake)).collect();
        (findings, self.more)
    }

    fn finding(&self, mistake: &Mistake) -> Finding {
        let mut message = mistake.message.clone();
        if let Some(first) = mistake.first.filter(|first| first.source < self.sources.len()) {
            message = format!("{message} (first {})", self.shown(first));
        }
        Finding {
            code: mistake.code,
            grade: mistake.grade,
            key: mistake.key.clone(),
            message,
            hint: mistake.hint.as_ref().map(|hint| if self.is_yaml(mistake.span.source) { in_yaml(hint) } else { hint.clone() }),
            place: self.place(mistake.span),
        }
    }

    fn is_yaml(&self, source: usize) -> bool {
        let extension = |name: &str| Path::new(name).extension().is_some_and(|form| form.eq_ignore_ascii_case("yaml") || form.eq_ignore_ascii_case("yml"));
        self.sources.get(source).is_some_and(|source| source.kind == Kind::File && extension(&source.name))
    }

    fn place(&self, span: Span) -> Place {
        let Some(source) = self.sources.get(span.source) else {
            return Place::Code { name: "code".to_owned() };
        };
        let name = source.name.clone();
        // An empty text has no line to show.
        let excerpt = (!source.text.is_empty()).then(|| Excerpt::new(&source.text, span.start, span.end));
        match source.kind {
            Kind::File => {
                let (line, column) = excerpt.as_ref().map_or((0, 0), |_| position(&source.text, span.start));
                Place::File { name, line, column, excerpt }
            }
            Kind::Variable => Place::Variable { name, excerpt },
            Kind::Code => Place::Code { name },
        }
    }

    fn shown(&self, span: Span) -> String {
        match self.place(span) {
            Place::File { name, line, column, .. } => format!("at {name}:{line}:{column}"),
            Place::Variable { name, .. } | Place::Code { name } => format!("in {name}"),
        }
    }
}

/// A hint with the settings in it, which are between back quotes, as YAML writes them.
fn in_yaml(hint: &str) -> String {
    let pieces = hint.split('`').enumerate();
    pieces.map(|(index, piece)| if index % 2 == 1 { piece.replace(" = ", ": ") } else { piece.to_owned() }).collect::<Vec<_>>().join("`")
}
