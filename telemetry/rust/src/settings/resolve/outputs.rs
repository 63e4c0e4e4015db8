//! Outputs: the list with what the environment changes in it, and what cannot hold together.

use std::path::{Component, PathBuf};

use skywarden_document::{Span, Spanned};

use super::{or, size};
use crate::settings::{
    Background, Destination, LevelFilter, OutputSettings, RollingFile,
    finding::Code,
    findings::{Findings, Mistake},
    raw::{Layer as _, RawBackground, RawDestination, RawOutput, RawOutputs},
    read::size_text,
};

/// The outputs in the order of the list.
pub(super) fn resolve(raw: RawOutputs, on_lambda: bool, findings: &mut Findings) -> Vec<OutputSettings> {
    let list = with_changes(raw, findings);
    check_destinations(&list, findings);
    let empty = list.is_empty();
    let mut outputs: Vec<_> = list.into_iter().enumerate().filter_map(|(index, raw)| output(raw, index, on_lambda, findings)).collect();
    if outputs.is_empty() && !empty {
        // None of them can be used, which is told; what is logged meanwhile should not be lost.
        outputs.extend(output(standard_output(), 0, on_lambda, findings));
    }
    outputs
}

fn standard_output() -> RawOutput {
    // It is nobody's mistake, so its place is never shown.
    let to = Spanned::new(RawDestination::Stdout, Span::whole(usize::MAX));
    RawOutput { to: Some(to), ..RawOutput::default() }
}

fn with_changes(raw: RawOutputs, findings: &mut Findings) -> Vec<RawOutput> {
    let mut list = match raw.list {
        Some(list) => {
            if list.value.is_empty() && raw.file.is_none() && raw.changes.is_empty() {
                let mistake = Mistake::warning(Code::NoEffect, "outputs", list.span, "lines go nowhere");
                findings.push_missing(mistake.hint("name an output; `level = \"OFF\"` says that no lines are wanted"));
            }
            list.value
        }
        None => vec![standard_output()],
    };
    if let Some(file) = raw.file {
        let to = Some(file.clone().map(RawDestination::File));
        let place = Some(file.span);
        match list.iter_mut().find(|output| matches!(output.to, Some(Spanned { value: RawDestination::File(_), .. }))) {
            Some(output) => output.to = to,
            None => list.push(RawOutput { place, to_place: place, to, ..RawOutput::default() }),
        }
    }
    for (index, change) in raw.changes {
        if let Some(output) = list.get_mut(index) {
            let below = std::mem::take(output);
            *output = change.over(below);
        } else if index == list.len() && (change.to.is_some() || change.to_place.is_some()) {
            list.push(change);
        } else if let Some(span) = change.place {
            let message = format!("there is no outputs[{index}], only {}", list.len());
            let mistake = Mistake::error(Code::MissingKey, format!("outputs[{index}]"), span, message);
            findings.push_missing(mistake.hint("indexes begin with 0; one more output is added with its `TO`"));
        }
    }
    list
}

/// Two outputs with the same destination write every line twice, and rotate each other's file.
fn check_destinations(list: &[RawOutput], findings: &mut Findings) {
    let mut seen: Vec<(RawDestination, Span)> = Vec::new();
    for (index, output) in list.iter().enumerate() {
        let Some(to) = &output.to else { continue };
        let plain = match &to.value {
            RawDestination::File(path) => RawDestination::File(path.components().filter(|component| *component != Component::CurDir).collect::<PathBuf>()),
            other => other.clone(),
        };
        match seen.iter().find(|(known, _)| *known == plain) {
            Some((_, first)) => {
                let mistake = Mistake::error(Code::Contradiction, format!("outputs[{index}].to"), to.span, "two outputs have the same destination");
                findings.push(mistake.first(*first).hint("keep one of them"));
            }
            None => seen.push((plain, to.span)),
        }
    }
}

fn output(raw: RawOutput, index: usize, on_lambda: bool, findings: &mut Findings) -> Option<OutputSettings> {
    let key = format!("outputs[{index}]");
    let to = raw.to.clone()?;
    let to = match to.value {
        RawDestination::Stdout => Destination::Stdout,
        RawDestination::Stderr => Destination::Stderr,
        RawDestination::File(path) => Destination::File(file(&raw, path, &key, findings)),
    };
    if !matches!(to, Destination::File(_)) {
        check_stream(&raw, &key, findings);
    }
    Some(OutputSettings {
        to,
        level: or(raw.level, LevelFilter::Trace),
        format: raw.format.map(|format| format.value),
        background: background(raw.background, on_lambda, &key, findings),
    })
}

/// Rotation is for files. What another layer said of a file does not count for the stream it made of it.
fn check_stream(raw: &RawOutput, key: &str, findings: &mut Findings) {
    let Some(layer) = raw.to.as_ref().map(|to| findings.kind(to.span.source)) else { return };
    let compress = raw.compress.as_ref().filter(|compress| compress.value).map(|compress| compress.span);
    for (name, place) in [("rotate", rotation_place(raw)), ("keep", keep_place(raw)), ("compress", compress)] {
        if let Some(span) = place.filter(|span| findings.kind(span.source) == layer) {
            let mistake = Mistake::error(Code::Contradiction, format!("{key}.{name}"), span, "only a file is rotated");
            findings.push(mistake.hint("delete it, or give `to` the path of a file"));
        }
    }
}

/// The place of what was given and is not off.
fn on<T>(given: Option<&Spanned<Option<T>>>) -> Option<Span> {
    given.filter(|given| given.value.is_some()).map(|given| given.span)
}

fn rotation_place(raw: &RawOutput) -> Option<Span> {
    on(raw.rotate.size.as_ref()).or_else(|| on(raw.rotate.every.as_ref())).map(|span| raw.rotate.place.unwrap_or(span))
}

fn keep_place(raw: &RawOutput) -> Option<Span> {
    let first = on(raw.keep.files.as_ref()).or_else(|| on(raw.keep.age.as_ref())).or_else(|| on(raw.keep.total.as_ref()));
    first.map(|span| raw.keep.place.unwrap_or(span))
}

fn file(raw: &RawOutput, path: PathBuf, key: &str, findings: &mut Findings) -> RollingFile {
    let file = RollingFile {
        path,
        max_bytes: raw.rotate.size.as_ref().and_then(|size| size.value),
        every: raw.rotate.every.as_ref().and_then(|every| every.value),
        keep_files: raw.keep.files.as_ref().and_then(|files| files.value).map(size),
        keep_for: raw.keep.age.as_ref().and_then(|age| age.value),
        keep_bytes: raw.keep.total.as_ref().and_then(|total| total.value),
        compress: raw.compress.as_ref().is_some_and(|compress| compress.value),
    };
    let mentioned = raw.rotate.size.is_some() || raw.rotate.every.is_some() || raw.rotate.place.is_some();
    if !mentioned {
        let compress = raw.compress.as_ref().filter(|compress| compress.value).map(|compress| compress.span);
        for (name, span) in [("keep", keep_place(raw)), ("compress", compress)].into_iter().filter_map(|(name, span)| Some((name, span?))) {
            let mistake = Mistake::error(Code::Contradiction, format!("{key}.{name}"), span, "the file is never rotated");
            findings.push_missing(mistake.hint("add `rotate`, for example `rotate = { size = \"50MB\" }`"));
        }
    }
    if let (Some(largest), Some(together), Some(total), false) = (file.max_bytes, file.keep_bytes, &raw.keep.total, file.compress)
        && together < largest
    {
        let message = format!("a full file of {} is never kept: all together have at most {}", size_text(largest), size_text(together));
        findings.push(Mistake::error(Code::Contradiction, format!("{key}.keep.total"), total.span, message).hint("raise it, or lower `rotate.size`"));
    }
    file
}

fn background(raw: RawBackground, on_lambda: bool, key: &str, findings: &mut Findings) -> Option<Background> {
    let default = Background::default();
    if let Some(enabled) = raw.enabled.as_ref().filter(|enabled| enabled.value && on_lambda) {
        let message = "Lambda freezes the process between invocations: lines that wait are late, or lost";
        let mistake = Mistake::warning(Code::Contradiction, format!("{key}.background"), enabled.span, message);
        findings.push(mistake.hint("delete it"));
    }
    or(raw.enabled, !on_lambda)
        .then(|| Background { buffer_bytes: raw.queue.map_or(default.buffer_bytes, |queue| size(queue.value)), wait: or(raw.wait, default.wait) })
}
