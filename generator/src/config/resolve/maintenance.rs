//! Maintenance windows: each is given to the services whose alarms it keeps quiet.

use std::collections::BTreeMap;

use skywarden_document::Span;

use super::service::unknown_service;
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawConfig, RawMaintenance},
    },
    model::{Maintenance, Service},
};

/// Time zone of a window that names none.
const DEFAULT_ZONE: &str = "UTC";

/// Gives every window to its services: all of them when it names none, those that come later too.
pub(super) fn assign(raw: &RawConfig, services: &mut [Service], findings: &mut Findings) {
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    for window in &raw.maintenance {
        if let Some(name) = &window.name {
            if let Some(first) = names.get(name.value.as_str()) {
                let finding = Finding::error(Code::DuplicateWindow, name.span, format!("two maintenance windows are called `{}`", name.value));
                findings.push(finding.related(*first, "first window").hint("call one of them something else"));
            } else {
                names.insert(&name.value, name.span);
            }
        }
        for service in window.services.iter().flatten() {
            unknown_service(service, raw, findings);
        }
        let Some(resolved) = resolve(window, findings) else { continue };
        let is_of = |service: &Service| window.services.as_ref().is_none_or(|names| names.iter().any(|name| name.value == service.name));
        for service in services.iter_mut().filter(|service| is_of(service)) {
            service.maintenance.push(resolved.clone());
        }
    }
    for service in services {
        service.maintenance.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn resolve(raw: &RawMaintenance, findings: &mut Findings) -> Option<Maintenance> {
    let (name, opens, minutes) = (raw.name.as_ref()?, raw.opens.as_ref()?, raw.minutes.as_ref()?);
    if let Some(gap) = opens.value.least_gap().filter(|gap| *gap <= minutes.value) {
        let message = format!("the window `{}` opens again before it has closed: nobody would ever be told", name.value);
        let hint = format!("make it shorter than {} hours, or open it on fewer days", gap / 60);
        findings.push(Finding::error(Code::BadMaintenance, minutes.span, message).hint(hint));
        return None;
    }
    Some(Maintenance {
        name: name.value.clone(),
        opens: opens.value.clone(),
        minutes: minutes.value,
        zone: raw.zone.as_ref().map_or(DEFAULT_ZONE, |zone| zone.value.name.as_str()).to_owned(),
    })
}
