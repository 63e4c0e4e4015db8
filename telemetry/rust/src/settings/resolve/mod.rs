//! From what was given to what is meant: defaults filled in, settings checked against each other.
//!
//! A setting that needs another one which nobody gave is a mistake. When the other one was switched off by a layer of more weight, it is none: that is what
//! the layer is for.

mod mask;
mod metrics;
mod outputs;

use skywarden_document::Spanned;

use super::{
    Buffer, Format, Levels, Limits, Profile, Requests, Sampling, Service, Settings,
    finding::Code,
    findings::{Findings, Mistake},
    levels::LevelFilter,
    raw::{Given, Raw, RawBuffer, RawLimits, RawRequests, RawSampling},
    read::size_text,
};

/// The settings that can be built; what cannot be used is noted and has its default.
pub(super) fn resolve(raw: Raw, on_lambda: bool, findings: &mut Findings) -> Settings {
    let service = Service { name: or(raw.service, String::new()), environment: or(raw.environment, String::new()), version: or(raw.version, String::new()) };
    let levels = Levels {
        default: or(raw.levels.default, Levels::default().default),
        targets: raw.levels.targets.into_iter().map(|(name, level)| (name, level.value)).collect(),
    };
    Settings {
        format: or(raw.format, Format::Json),
        profile: or(raw.profile, Profile::Standard),
        location: or(raw.location, false),
        limits: limits(raw.limits, findings),
        masking: mask::resolve(raw.mask, findings),
        outputs: outputs::resolve(raw.outputs, on_lambda, findings),
        sampling: sampling(raw.sampling, findings),
        buffer: buffer(raw.buffer, &levels, findings),
        requests: requests(raw.requests, findings),
        metrics: metrics::resolve(raw.metrics, raw.project.as_ref(), &service, findings),
        service,
        levels,
    }
}

fn or<T>(given: Given<T>, default: T) -> T {
    given.map_or(default, |given| given.value)
}

/// A number that was checked against its bounds, all of which are far below what a pointer's width holds.
fn size(given: u64) -> usize {
    usize::try_from(given).unwrap_or(usize::MAX)
}

fn limits(raw: RawLimits, findings: &mut Findings) -> Limits {
    let default = Limits::default();
    let line = raw.line.map_or(default.line_bytes, |line| size(line.value));
    if let Some(value) = raw.value.as_ref().filter(|value| size(value.value) > line) {
        let message = format!("a value of {} does not fit into a line of {}", size_text(value.value), size_text(line as u64));
        findings.push(Mistake::error(Code::Contradiction, "limits.value", value.span, message).hint("lower it, or raise `limits.line`"));
    }
    Limits {
        fields: raw.fields.map_or(default.fields, |fields| size(fields.value)),
        // A short line has short values, unless somebody says how long they are.
        value_bytes: raw.value.map_or(default.value_bytes, |value| size(value.value)).min(line),
        line_bytes: line,
        depth: raw.depth.map_or(default.depth, |depth| size(depth.value)),
    }
}

fn sampling(raw: RawSampling, findings: &mut Findings) -> Sampling {
    let default = Sampling::default();
    if raw.first.is_none() {
        let without = [("then", raw.then.as_ref().map(|then| then.span)), ("per", raw.per.as_ref().map(|per| per.span))];
        for (name, span) in without.into_iter().filter_map(|(name, span)| Some((name, span?))) {
            let message = "without `first` every line is written";
            let mistake = Mistake::error(Code::Contradiction, format!("sampling.{name}"), span, message);
            findings.push_missing(mistake.hint("add `first`, for example `first = 100`"));
        }
    }
    Sampling {
        first: or(raw.first, default.first),
        then_every: or(raw.then, default.then_every),
        per: or(raw.per, default.per),
        debug_requests: or(raw.debug_requests, default.debug_requests),
    }
}

fn buffer(raw: RawBuffer, levels: &Levels, findings: &mut Findings) -> Option<Buffer> {
    let enabled = raw.enabled.filter(|enabled| enabled.value)?;
    let default = Buffer::default();
    let place = raw.level.as_ref().map_or(enabled.span, |level| level.span);
    let level = or(raw.level, default.level);
    let highest = levels.targets.values().copied().fold(levels.default, LevelFilter::max);
    if level >= highest {
        let message = format!("nothing is kept: lines from {level} on are written anyway");
        findings.push(Mistake::warning(Code::NoEffect, "buffer.level", place, message).hint("lower it, or raise `level`"));
    }
    Some(Buffer { level, bytes: raw.bytes.map_or(default.bytes, |bytes| size(bytes.value)), slow: or(raw.slow, default.slow) })
}

fn requests(raw: RawRequests, findings: &mut Findings) -> Requests {
    let default = Requests::default();
    let texts = |given: Given<Vec<Spanned<String>>>| given.map_or_else(Vec::new, |given| given.value.into_iter().map(|text| text.value).collect());
    if raw.lines.as_ref().is_some_and(|lines| !lines.value)
        && let Some(paths) = raw.quiet_paths.as_ref().filter(|paths| !paths.value.is_empty())
    {
        let mistake = Mistake::warning(Code::NoEffect, "requests.quiet_paths", paths.span, "no request has a line");
        findings.push(mistake.hint("delete it, or switch `requests.lines` on"));
    }
    Requests {
        lines: or(raw.lines, default.lines),
        quiet_paths: texts(raw.quiet_paths),
        slow: or(raw.slow, default.slow),
        request_headers: texts(raw.request_headers),
        response_headers: texts(raw.response_headers),
        accept_ids: or(raw.accept_ids, default.accept_ids),
        trusted_proxies: raw.trusted_proxies.map_or(default.trusted_proxies, |proxies| size(proxies.value)),
        paths: or(raw.paths, default.paths),
        body_bytes: raw.body.map_or(default.body_bytes, |body| body.value.map_or(0, size)),
    }
}
