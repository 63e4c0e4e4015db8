//! Which alarms of a service an impact alarm tells for.

use skywarden_document::{Spanned, closest, listed, shortened};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawAlarms, RawImpact},
    },
    model::{Alarm, AlarmKind, Service},
};

/// Most parts that a text names.
const MOST_NAMED: usize = 5;

/// Places of the parts among the alarms of the service. `own`: the service names them itself, so that one it does not have is a mistake.
pub(super) fn of(service: &Service, named: Option<&Spanned<Vec<Spanned<String>>>>, own: bool, findings: &mut Findings) -> Vec<usize> {
    let places: Vec<usize> = match named {
        None => (0..).zip(&service.alarms).filter(|(_, alarm)| is_felt(alarm, service)).map(|(place, _)| place).collect(),
        Some(named) => {
            let mut places = Vec::new();
            for name in &named.value {
                match service.alarms.iter().position(|alarm| alarm.kind.is_called(&name.value)) {
                    Some(place) if !places.contains(&place) => places.push(place),
                    None if own => unknown(name, service, findings),
                    Some(_) | None => {}
                }
            }
            // In the order of the alarms: the order of the config means nothing.
            places.sort_unstable();
            places
        }
    };
    // What is silenced must not speak through another alarm; where everything is silenced the impact alarm is as well.
    let speaks = |place: &usize| service.alarms.get(*place).is_some_and(|alarm| alarm.silenced.is_none());
    if places.iter().any(speaks) { places.into_iter().filter(speaks).collect() } else { places }
}

/// What a user of the service feels when nobody says what that is.
fn is_felt(alarm: &Alarm, service: &Service) -> bool {
    match alarm.kind {
        AlarmKind::ErrorRate | AlarmKind::Latency | AlarmKind::NoLogs => true,
        // With request lines the error rate says it better.
        AlarmKind::ErrorLines => !service.http,
        _ => false,
    }
}

/// An alarm as the config calls it.
fn called(alarm: &Alarm) -> String {
    let called = alarm.kind.called();
    if matches!(alarm.kind, AlarmKind::Metric(_) | AlarmKind::Named(_)) { called } else { called.replace('-', "_") }
}

fn unknown(name: &Spanned<String>, service: &Service, findings: &mut Findings) {
    if findings.is_incomplete() {
        return;
    }
    let known: Vec<String> = service.alarms.iter().map(called).collect();
    let message = format!("service `{}` has no alarm `{}`", service.name, shortened(&name.value));
    findings.push(Finding::error(Code::UnknownAlarm, name.span, message).hint(hint(&name.value, &known, "alarms of this service")));
}

fn hint(name: &str, known: &[String], what: &str) -> String {
    match closest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "it has none; take it out".to_owned(),
        None => format!("{what}: {}", listed(known.iter().map(String::as_str))),
    }
}

/// Reports a part that the defaults name and no service has.
pub(super) fn check_general(general: &RawAlarms, services: &[Service], findings: &mut Findings) {
    let Some(RawImpact::On(settings, _)) = &general.impact else { return };
    for name in settings.of.iter().flat_map(|named| &named.value) {
        let has = |service: &Service| service.alarms.iter().any(|alarm| alarm.kind.is_called(&name.value));
        if services.iter().any(has) || findings.is_incomplete() {
            continue;
        }
        let mut known: Vec<String> = services.iter().flat_map(|service| service.alarms.iter().map(called)).collect();
        known.sort();
        known.dedup();
        let message = format!("no service has an alarm `{}`", shortened(&name.value));
        findings.push(Finding::error(Code::UnknownAlarm, name.span, message).hint(hint(&name.value, &known, "alarms there are")));
    }
}

/// Parts by their titles, without the name of the service, and how many more there are.
pub(super) fn in_words(service: &Service, places: &[usize]) -> String {
    let prefix = format!("{}: ", service.name);
    let titles = places.iter().filter_map(|place| service.alarms.get(*place)).map(|alarm| alarm.title.strip_prefix(&prefix).unwrap_or(&alarm.title));
    let mut named: Vec<String> = titles.map(str::to_owned).collect();
    let more = named.len().saturating_sub(MOST_NAMED);
    if more > 0 {
        named.truncate(MOST_NAMED);
        named.push(format!("{more} more"));
    }
    joined(&named.iter().map(String::as_str).collect::<Vec<_>>())
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn joined(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
