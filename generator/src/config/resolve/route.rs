//! Routes: who hears of what, and whether anybody does.

use std::collections::{BTreeMap, BTreeSet};

use skywarden_core::{
    plan::{ErrorPolicy, NotifyChoice, TaxonomyRule},
    severity::Severity,
};
use skywarden_document::{Span, Spanned};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawConfig, RawRoute},
    },
    model::{Alarm, AlarmTarget, Route, Service, Target},
};

/// The routes in the order of the config.
pub(super) fn routes(raw: &RawConfig, findings: &mut Findings) -> Vec<Route> {
    let fallback = fallback(&raw.routes, raw.routes_span, findings);
    let mut names: BTreeMap<String, Span> = BTreeMap::new();
    let mut routes = Vec::new();
    for (index, route) in raw.routes.iter().enumerate() {
        let severities = severities(route);
        let joined = || severities.iter().map(|severity| severity.as_str()).collect::<Vec<_>>().join("-");
        let name = route.name.as_ref().map_or_else(joined, |name| name.value.clone());
        let place = route.name.as_ref().map_or(route.span, |name| name.span);
        if let Some(first) = names.get(&name) {
            let finding = Finding::error(Code::DuplicateRoute, place, format!("two routes are called `{name}`")).related(*first, "first route");
            findings.push(finding.hint("a route without `name` is called after its severities: give one of them a `name`, or join them"));
        } else {
            names.insert(name.clone(), place);
        }
        check_receivers(&route.targets, findings);
        routes.push(Route { name, severities, targets: route.targets.iter().map(|target| target.value.clone()).collect(), fallback: fallback == Some(index) });
    }
    routes
}

/// Most urgent first, each once; all of them when none is named.
fn severities(route: &RawRoute) -> Vec<Severity> {
    let Some(given) = &route.severities else { return Severity::ALL.to_vec() };
    Severity::ALL.into_iter().filter(|severity| given.iter().any(|given| given.value == *severity)).collect()
}

/// The same receiver twice in a route would get each message twice, and AWS refuses the second subscription.
fn check_receivers(targets: &[Spanned<Target>], findings: &mut Findings) {
    for (index, target) in targets.iter().enumerate() {
        if let Some(first) = targets.iter().take(index).find(|first| first.value == target.value) {
            let finding = Finding::error(Code::DuplicateRoute, target.span, "this receiver is twice in the same route");
            findings.push(finding.related(first.span, "first time").hint("keep one of them"));
        }
    }
}

/// The route that also hears of trouble with the notification path: the one that is flagged, else the first with a mail address.
fn fallback(routes: &[RawRoute], place: Span, findings: &mut Findings) -> Option<usize> {
    let mut flagged = routes.iter().enumerate().filter_map(|(index, route)| {
        let flag = route.fallback.as_ref().filter(|flag| flag.value)?;
        Some((index, flag.span))
    });
    let first = flagged.next();
    if let (Some((_, first)), Some((_, second))) = (first, flagged.next()) {
        let finding = Finding::error(Code::DuplicateRoute, second, "two routes are the fallback").related(first, "first one");
        findings.push(finding.hint("keep `fallback: true` on one of them"));
    }
    if let Some((index, span)) = first {
        let mail = routes.get(index).is_some_and(|route| route.has_email);
        if !mail {
            let finding = Finding::error(Code::NoFallback, span, "the fallback route has no mail address");
            findings.push(finding.hint("add `email`: the fallback must work when everything else of Skywarden does not"));
        }
        return Some(index);
    }
    let chosen = routes.iter().position(|route| route.has_email);
    // With no route at all another diagnostic says so.
    if chosen.is_none() && !routes.is_empty() {
        let finding = Finding::warning(Code::NoFallback, place, "no route has a mail address: nobody hears when the notification path itself is broken");
        findings.push(finding.hint("add `email` to one of the routes"));
    }
    chosen
}

/// Warns of severities that are in use and reach nobody. `info` may be silent: nobody has to act on it.
pub(super) fn check_coverage(
    raw: &RawConfig,
    routes: &[Route],
    services: &[Service],
    of_project: &[&Alarm],
    errors: &ErrorPolicy,
    taxonomy: &[TaxonomyRule],
    findings: &mut Findings,
) {
    // What could not be read may be the severity that seems to be missing.
    if findings.is_incomplete() || raw.routes.iter().any(|route| !route.severities_sound) {
        return;
    }
    let alarms = services.iter().flat_map(|service| &service.alarms).chain(of_project.iter().copied()).map(|alarm| (alarm.target, alarm.severity));
    let composites = services.iter().flat_map(|service| &service.composites).map(|composite| (composite.target, composite.severity));
    let of_alarms = alarms.chain(composites).filter(|(target, _)| *target == AlarmTarget::Alarms).map(|(_, severity)| severity);
    let of_rules = errors.rules.iter().filter(|rule| rule.notify == NotifyChoice::Policy).filter_map(|rule| rule.severity);
    let of_taxonomy = taxonomy.iter().map(|rule| rule.severity);
    let used: BTreeSet<Severity> = of_alarms.chain(of_rules).chain(of_taxonomy).filter(|severity| *severity != Severity::Info).collect();
    let heard: BTreeSet<Severity> = routes.iter().flat_map(|route| &route.severities).copied().collect();
    let unheard: Vec<_> = used.iter().rev().filter(|severity| !heard.contains(severity)).map(|severity| format!("`{severity}`")).collect();
    if unheard.is_empty() {
        return;
    }
    let (message, hint) = if routes.is_empty() {
        let message = "there is no route: nobody hears of any alarm or error".to_owned();
        (message, "add `routes: [{ email: team@example.com }]`".to_owned())
    } else {
        let message = format!("no route carries {}: nobody hears of it", unheard.join(" or "));
        (message, format!("add {} to the `severity` of a route", unheard.join(" and ")))
    };
    findings.push(Finding::warning(Code::UnheardSeverity, raw.routes_span, message).hint(hint));
}
