//! What is masked besides the built-in rules, as the plan says it.

use skywarden_core::{
    mask::{Entity, Masker},
    plan::{Masking, PlanError},
};
use skywarden_document::Spanned;

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    raw::RawMasking,
};

/// The masking of the plan, in the order of the config.
pub(super) fn masking(raw: &RawMasking, findings: &mut Findings) -> Masking {
    check_entities(raw, findings);
    check_names(raw, findings);
    let texts = |list: &[Spanned<String>]| list.iter().map(|text| text.value.clone()).collect();
    let names = |list: &[Spanned<Entity>]| list.iter().map(|entity| entity.value.name().to_owned()).collect();
    let masking = Masking {
        keys: texts(&raw.keys),
        paths: texts(&raw.paths),
        patterns: raw.patterns.iter().map(|pattern| pattern.value.clone()).collect(),
        also: names(&raw.also),
        allow: names(&raw.allow),
        labels: raw.labels.as_ref().is_some_and(|labels| labels.value),
    };
    // Every value is good alone; this finds what they are too much of together, so that no function meets a plan it cannot use.
    if let (Some(span), Err(PlanError::Invalid { what, reason })) = (raw.span, Masker::new(&masking)) {
        findings.push(Finding::error(Code::BadMasking, span, format!("{what}: {reason}")).hint("use fewer or shorter ones"));
    }
    masking
}

/// An entity cannot be masked and pass, and naming one in the list it is in by default changes nothing.
fn check_entities(raw: &RawMasking, findings: &mut Findings) {
    for allowed in &raw.allow {
        if let Some(masked) = raw.also.iter().find(|masked| masked.value == allowed.value) {
            let message = format!("`{}` is both to be masked and to pass", allowed.value);
            let finding = Finding::error(Code::BadMasking, allowed.span, message).related(masked.span, "to be masked");
            findings.push(finding.hint("keep it in `also` or in `allow`"));
        } else if !allowed.value.on_by_default() {
            let message = format!("`{}` passes already", allowed.value);
            findings.push(Finding::warning(Code::NoEffect, allowed.span, message).hint("delete it; `also` is for what is to be masked"));
        }
    }
    for masked in &raw.also {
        if masked.value.on_by_default() && raw.allow.iter().all(|allowed| allowed.value != masked.value) {
            let message = format!("`{}` is masked already", masked.value);
            findings.push(Finding::warning(Code::NoEffect, masked.span, message).hint("delete it; `allow` is for what is to pass"));
        }
    }
}

/// Counts are told by name, so each name stands for one thing.
fn check_names(raw: &RawMasking, findings: &mut Findings) {
    for (index, pattern) in raw.patterns.iter().enumerate() {
        let name = &pattern.value.name;
        if Entity::from_name(name).is_some() {
            let message = format!("`{name}` is the name of a kind of data that is known to masking");
            findings.push(Finding::error(Code::BadMasking, pattern.span, message).hint("give the pattern a name of its own"));
        }
        if let Some(first) = raw.patterns.iter().take(index).find(|first| first.value.name == *name) {
            let message = format!("two patterns have the name `{name}`");
            let finding = Finding::error(Code::BadMasking, pattern.span, message).label("second time").related(first.span, "first time");
            findings.push(finding.hint("give each a name of its own"));
        }
    }
}
