//! When people hear of issues: what was typed, with the defaults of core.

use skywarden_core::plan::{MessageLimit, NotifyPolicy, QuietHours};
use skywarden_document::Spanned;

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    raw::RawNotify,
};

/// Seconds a setting may have, and as a person says them.
struct Range {
    key: &'static str,
    seconds: std::ops::RangeInclusive<u32>,
    words: &'static str,
}

const GROUP_WAIT: Range = Range { key: "group_wait", seconds: 1..=900, words: "1 second to 15 minutes" };
// The schedule that sends it runs once a minute.
const DIGEST: Range = Range { key: "digest", seconds: 60..=86_400, words: "1 minute to 1 day" };
const REPEAT: Range = Range { key: "repeat", seconds: 600..=604_800, words: "10 minutes to 7 days" };
const PER: Range = Range { key: "limit.per", seconds: 60..=86_400, words: "1 minute to 1 day" };

/// The policy.
pub(super) fn policy(raw: &RawNotify, findings: &mut Findings) -> NotifyPolicy {
    let default = NotifyPolicy::default();
    let flag = |given: &Option<Spanned<bool>>, default| given.as_ref().map_or(default, |flag| flag.value);
    let mut at: Vec<u64> = raw.at.as_ref().map_or_else(|| default.at.clone(), |counts| counts.iter().map(|count| count.value).collect());
    at.sort_unstable();
    at.dedup();
    let digest_seconds = seconds(raw.digest.as_ref(), &DIGEST, default.digest_seconds, findings);
    let repeat_seconds = seconds(raw.repeat.as_ref(), &REPEAT, default.repeat_seconds, findings);
    if let Some(given) = raw.repeat.as_ref().or(raw.digest.as_ref()).filter(|_| repeat_seconds < digest_seconds) {
        let finding = Finding::error(Code::OutOfRange, given.span, "an issue would be repeated more often than a digest is sent");
        findings.push(finding.hint("make `repeat` at least as long as `digest`"));
    }
    let count = |given: &Option<Spanned<u64>>, default| given.as_ref().and_then(|count| u32::try_from(count.value).ok()).unwrap_or(default);
    let limit = MessageLimit {
        route: count(&raw.limit.route, default.limit.route),
        service: count(&raw.limit.service, default.limit.service),
        period_seconds: seconds(raw.limit.per.as_ref(), &PER, default.limit.period_seconds, findings),
    };
    if let Some(service) = raw.limit.service.as_ref().filter(|_| limit.service > limit.route) {
        let message = format!("a service may have {} messages and a route only {}: the limit of the service changes nothing", limit.service, limit.route);
        findings.push(Finding::warning(Code::NoEffect, service.span, message).hint("make `service` smaller than `route`"));
    }
    NotifyPolicy {
        new: flag(&raw.new, default.new),
        regressed: flag(&raw.regressed, default.regressed),
        escalating: flag(&raw.escalating, default.escalating),
        resolved: flag(&raw.resolved, default.resolved),
        at,
        group_wait_seconds: seconds(raw.group_wait.as_ref(), &GROUP_WAIT, default.group_wait_seconds, findings),
        digest_seconds,
        repeat_seconds,
        limit,
        quiet: quiet(raw, findings),
    }
}

fn quiet(raw: &RawNotify, findings: &mut Findings) -> Option<QuietHours> {
    let Some(times) = &raw.quiet else {
        if let Some(zone) = &raw.time_zone {
            let finding = Finding::warning(Code::NoEffect, zone.span, "there are no quiet hours: the time zone changes nothing");
            findings.push(finding.hint("add `quiet: 22:00-07:00 except critical`, or delete `time_zone`"));
        }
        return None;
    };
    let (time_zone, time_zone_rule) =
        raw.time_zone.as_ref().map_or_else(|| ("UTC".to_owned(), "UTC0".to_owned()), |zone| (zone.value.name.clone(), zone.value.rule.clone()));
    Some(QuietHours { from_minute: times.value.from, until_minute: times.value.until, except: times.value.except.clone(), time_zone, time_zone_rule })
}

fn seconds(given: Option<&Spanned<f64>>, range: &Range, default: u32, findings: &mut Findings) -> u32 {
    let Some(milliseconds) = given else { return default };
    let seconds = milliseconds.value / 1000.0;
    let (least, most) = (f64::from(*range.seconds.start()), f64::from(*range.seconds.end()));
    if seconds.fract() != 0.0 || !(least..=most).contains(&seconds) {
        let message = format!("`{}` takes whole seconds from {}", range.key, range.words);
        findings.push(Finding::error(Code::OutOfRange, milliseconds.span, message).hint(format!("leave it out for the default of {default} seconds")));
        return default;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number inside the range")]
    let seconds = seconds as u32;
    seconds
}
