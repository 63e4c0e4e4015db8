//! `outputs` as typed.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use skywarden_document::{Node, Span, Spanned, Value, closest, shortened};

use super::{FORMATS, Given, Layer, checks, layered};
use crate::settings::{
    Format, LevelFilter,
    finding::Code,
    findings::{Findings, Mistake},
    output::{Destination, Every, OutputSettings},
    read::{self, Field, Fields},
};

/// Longest path (Linux, `PATH_MAX`).
const MAX_PATH_BYTES: usize = 4_096;

/// Words of [`Every`].
const EVERY: &[(&str, Every)] = &[("minute", Every::Minute), ("hour", Every::Hour), ("day", Every::Day)];

/// Where lines go, as one layer says it.
#[derive(Clone, Debug, Default)]
pub(in crate::settings) struct RawOutputs {
    /// All of them.
    pub(in crate::settings) list: Given<Vec<RawOutput>>,
    /// The path of the first file, or of one more output.
    pub(in crate::settings) file: Given<PathBuf>,
    /// What changes in those of the layers below, by index.
    pub(in crate::settings) changes: BTreeMap<usize, RawOutput>,
}

impl Layer for RawOutputs {
    fn over(self, below: Self) -> Self {
        // A list stands for itself: what was said of another list does not count for it.
        if self.list.is_some() {
            return self;
        }
        let mut changes = below.changes;
        for (index, change) in self.changes {
            let lower = changes.remove(&index).unwrap_or_default();
            changes.insert(index, change.over(lower));
        }
        Self { list: below.list, file: self.file.or(below.file), changes }
    }
}

/// Where lines go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::settings) enum RawDestination {
    Stdout,
    Stderr,
    File(PathBuf),
}

layered! {
    /// One place where lines go.
    RawOutput {
        place: Option<Span>,
        /// Where `to` was given, whether or not it was good.
        to_place: Option<Span>,
        to: Given<RawDestination>,
        level: Given<LevelFilter>,
        format: Given<Format>,
        rotate: RawRotation,
        keep: RawKeep,
        compress: Given<bool>,
        background: RawBackground,
    }
}

layered! {
    /// When a new file begins.
    RawRotation {
        place: Option<Span>,
        size: Given<Option<u64>>,
        every: Given<Option<Every>>,
    }
}

layered! {
    /// Which rotated files are kept.
    RawKeep {
        place: Option<Span>,
        files: Given<Option<u64>>,
        age: Given<Option<Duration>>,
        total: Given<Option<u64>>,
    }
}

layered! {
    /// Writing by a thread of its own.
    RawBackground {
        enabled: Given<bool>,
        queue: Given<u64>,
        wait: Given<Duration>,
    }
}

impl RawOutputs {
    pub(super) fn read(field: &Field<'_>, findings: &mut Findings) -> Self {
        let list = read::destinations(field, findings).map(|mut nodes| {
            checks::bounded(&mut nodes, "outputs", findings);
            nodes.map(|nodes| {
                // One that cannot be read keeps its place, so that the others keep their index.
                nodes.iter().enumerate().map(|(index, node)| RawOutput::read(node, index, findings).required(index, findings)).collect()
            })
        });
        Self { list, ..Self::default() }
    }

    pub(super) fn check(&mut self, findings: &mut Findings) {
        if let Some(list) = &mut self.list {
            checks::bounded(list, "outputs", findings);
            for (index, output) in list.value.iter_mut().enumerate() {
                output.check(index, findings);
            }
        }
    }

    /// Checks what the environment changes.
    pub(in crate::settings) fn check_changes(&mut self, findings: &mut Findings) {
        if let Some(file) = &self.file
            && !is_file_path(&file.value, "outputs", file.span, findings)
        {
            self.file = None;
        }
        for (index, output) in &mut self.changes {
            output.check(*index, findings);
        }
    }
}

impl RawOutput {
    /// What code gives.
    pub(in crate::settings) fn of(output: OutputSettings, span: Span) -> Self {
        let mut raw = Self {
            place: Some(span),
            to_place: Some(span),
            level: Some(Spanned::new(output.level, span)),
            format: output.format.map(|format| Spanned::new(format, span)),
            background: RawBackground {
                enabled: Some(Spanned::new(output.background.is_some(), span)),
                queue: output.background.map(|background| Spanned::new(background.buffer_bytes as u64, span)),
                wait: output.background.map(|background| Spanned::new(background.wait, span)),
            },
            ..Self::default()
        };
        let to = match output.to {
            Destination::Stdout => RawDestination::Stdout,
            Destination::Stderr => RawDestination::Stderr,
            Destination::File(file) => {
                raw.rotate.size = file.max_bytes.map(|bytes| Spanned::new(Some(bytes), span));
                raw.rotate.every = file.every.map(|every| Spanned::new(Some(every), span));
                raw.keep.files = file.keep_files.map(|files| Spanned::new(Some(files as u64), span));
                raw.keep.age = file.keep_for.map(|age| Spanned::new(Some(age), span));
                raw.keep.total = file.keep_bytes.map(|bytes| Spanned::new(Some(bytes), span));
                raw.compress = Some(Spanned::new(file.compress, span));
                RawDestination::File(file.path)
            }
        };
        raw.to = Some(Spanned::new(to, span));
        raw
    }

    /// Reads a map, or a destination alone.
    pub(in crate::settings) fn read(node: &Node, index: usize, findings: &mut Findings) -> Self {
        let path = format!("outputs[{index}]");
        let unread = Self { place: Some(node.span), to_place: Some(node.span), ..Self::default() };
        if let Value::Text(text) = &node.value {
            return Self { to: destination(&Spanned::new(text.clone(), node.span), &path, findings), ..unread };
        }
        let Some(fields) = Fields::open(node, path, findings) else { return unread };
        let to = fields.take("to");
        let to_place = to.as_ref().map(|field| field.node.span);
        let to = to.and_then(|field| destination(&read::text(&field, findings)?, &field.path, findings));
        Self {
            place: Some(fields.span()),
            to_place,
            to,
            level: fields.take("level").and_then(|field| read::level(&field, findings)),
            format: fields.take("format").and_then(|field| read::word(&field, FORMATS, findings)),
            rotate: fields.section("rotate").map(|node| RawRotation::read(node, fields.join("rotate"), findings)).unwrap_or_default(),
            keep: fields.section("keep").map(|node| RawKeep::read(node, fields.join("keep"), findings)).unwrap_or_default(),
            compress: fields.take("compress").and_then(|field| read::flag(&field, findings)),
            background: fields.section("background").map(|node| RawBackground::read(node, fields.join("background"), findings)).unwrap_or_default(),
        }
    }

    /// Notes when it does not say where lines go.
    pub(in crate::settings) fn required(self, index: usize, findings: &mut Findings) -> Self {
        if let (Some(place), None) = (self.place, self.to_place) {
            let mistake = Mistake::error(Code::MissingKey, format!("outputs[{index}]"), place, "`to` is missing");
            findings.push_missing(mistake.hint("add `to = \"stdout\"` or the path of a file"));
        }
        self
    }

    fn check(&mut self, index: usize, findings: &mut Findings) {
        let path = format!("outputs[{index}]");
        if let Some(Spanned { value: RawDestination::File(file), span }) = &self.to
            && !is_file_path(file, &format!("{path}.to"), *span, findings)
        {
            self.to = None;
        }
        checks::off_or(&mut self.rotate.size, &format!("{path}.rotate.size"), findings, checks::size);
        checks::off_or(&mut self.keep.files, &format!("{path}.keep.files"), findings, checks::count);
        checks::off_or(&mut self.keep.age, &format!("{path}.keep.age"), findings, checks::duration);
        checks::off_or(&mut self.keep.total, &format!("{path}.keep.total"), findings, checks::size);
        checks::size(&mut self.background.queue, &format!("{path}.background.queue"), findings);
        checks::duration(&mut self.background.wait, &format!("{path}.background.wait"), findings);
    }
}

impl RawRotation {
    fn read(node: &Node, path: String, findings: &mut Findings) -> Self {
        let Some(fields) = Fields::open(node, path.clone(), findings) else { return Self::default() };
        let rotation = Self {
            place: Some(fields.span()),
            size: fields.take("size").and_then(|field| read::off_or(&field, findings, read::size)),
            every: fields.take("every").and_then(|field| read::off_or(&field, findings, |field, findings| read::word(field, EVERY, findings))),
        };
        if fields.is_empty() {
            let mistake = Mistake::error(Code::MissingKey, path, fields.span(), "neither `size` nor `every` is given");
            findings.push_missing(mistake.hint("for example `rotate = { size = \"50MB\", every = \"day\" }`"));
        }
        rotation
    }
}

impl RawKeep {
    fn read(node: &Node, path: String, findings: &mut Findings) -> Self {
        let Some(fields) = Fields::open(node, path, findings) else { return Self::default() };
        Self {
            place: Some(fields.span()),
            files: fields.take("files").and_then(|field| read::off_or(&field, findings, read::count)),
            age: fields.take("age").and_then(|field| read::off_or(&field, findings, read::duration)),
            total: fields.take("total").and_then(|field| read::off_or(&field, findings, read::size)),
        }
    }
}

impl RawBackground {
    fn read(node: &Node, path: String, findings: &mut Findings) -> Self {
        if let Value::Bool(enabled) = node.value {
            return Self { enabled: Some(Spanned::new(enabled, node.span)), ..Self::default() };
        }
        let Some(fields) = Fields::open(node, path, findings) else { return Self::default() };
        Self {
            // What is described is wanted.
            enabled: fields.take("enabled").map_or(Some(Spanned::new(true, fields.span())), |field| read::flag(&field, findings)),
            queue: fields.take("queue").and_then(|field| read::size(&field, findings)),
            wait: fields.take("wait").and_then(|field| read::duration(&field, findings)),
        }
    }
}

fn destination(text: &Spanned<String>, key: &str, findings: &mut Findings) -> Given<RawDestination> {
    let name = text.value.trim();
    if name.eq_ignore_ascii_case("stdout") {
        return Some(Spanned::new(RawDestination::Stdout, text.span));
    }
    if name.eq_ignore_ascii_case("stderr") {
        return Some(Spanned::new(RawDestination::Stderr, text.span));
    }
    // A misspelt `stdout` must not become a file of that name.
    if !name.contains(['/', '\\', '.']) {
        let hint = match closest(name, ["stdout", "stderr"]) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("a file in the working directory is written `./{}`", shortened(name)),
        };
        let message = format!("`{}` is neither `stdout` nor `stderr` nor the path of a file", shortened(name));
        findings.push(Mistake::error(Code::UnknownWord, key, text.span, message).hint(hint));
        return None;
    }
    Some(Spanned::new(RawDestination::File(PathBuf::from(name)), text.span))
}

/// Whether a path can be that of a file.
fn is_file_path(path: &Path, key: &str, span: Span, findings: &mut Findings) -> bool {
    let text = path.to_string_lossy();
    let reason = if path.as_os_str().len() > MAX_PATH_BYTES {
        "is too long for a path"
    } else if text.chars().any(char::is_control) {
        "has a control character"
    } else if text.ends_with(['/', '\\']) || path.file_name().is_none() {
        "names a directory"
    } else {
        return true;
    };
    let message = format!("`{}` {reason}", shortened(&text));
    findings.push(Mistake::error(Code::BadPath, key, span, message).hint("give the path of a file, for example `/var/log/orders/app.log`"));
    false
}
