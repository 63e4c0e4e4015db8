//! What is masked besides the built-in rules.

use skywarden_core::{
    mask::{Entity, Masker},
    plan::{MaskPattern, Masking, PlanError},
};
use skywarden_document::Spanned;

use super::or;
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
    raw::{Given, RawMasking},
};

/// The masking; none when it is switched off.
pub(super) fn resolve(raw: RawMasking, findings: &mut Findings) -> Option<Masking> {
    check_kinds(&raw, findings);
    let place = raw.paths.as_ref().map(|paths| paths.span).or_else(|| raw.keys.as_ref().map(|keys| keys.span));
    let texts = |given: Given<Vec<Spanned<String>>>| given.map_or_else(Vec::new, |given| given.value.into_iter().map(|text| text.value).collect());
    let patterns = raw.patterns.map_or_else(Vec::new, |patterns| patterns.value);
    let masking = Masking {
        keys: texts(raw.keys),
        paths: texts(raw.paths),
        patterns: patterns
            .into_iter()
            .map(|pattern| MaskPattern { name: pattern.name.value, regex: pattern.regex.value, mask: pattern.mask.map(|mask| mask.value) })
            .collect(),
        also: texts(raw.also),
        allow: texts(raw.allow),
        labels: or(raw.labels, false),
    };
    // Every rule is good alone; this finds what they are too much of together.
    if let (Some(span), Err(PlanError::Invalid { what, reason })) = (place, Masker::new(&masking)) {
        findings.push(Mistake::error(Code::BadMasking, "mask", span, format!("{what}: {reason}")).hint("use fewer or shorter ones"));
        return Some(Masking::default());
    }
    or(raw.enabled, true).then_some(masking)
}

/// A kind of data cannot be masked and pass, and naming one in the list it is in by default changes nothing.
fn check_kinds(raw: &RawMasking, findings: &mut Findings) {
    let names = |given: &Given<Vec<Spanned<String>>>| given.as_ref().map_or_else(Vec::new, |given| given.value.clone());
    let on_by_default = |name: &str| Entity::from_name(name).is_some_and(Entity::on_by_default);
    let (also, allow) = (names(&raw.also), names(&raw.allow));
    for allowed in &allow {
        let name = &allowed.value;
        if let Some(masked) = also.iter().find(|masked| masked.value == *name) {
            let mistake = Mistake::error(Code::Contradiction, "mask.allow", allowed.span, format!("`{name}` is both to be masked and to pass"));
            findings.push(mistake.first(masked.span).hint("keep it in `also` or in `allow`"));
        } else if !on_by_default(name) {
            let mistake = Mistake::warning(Code::NoEffect, "mask.allow", allowed.span, format!("`{name}` passes already"));
            findings.push(mistake.hint("delete it; `also` is for what is to be masked"));
        }
    }
    for masked in also.iter().filter(|masked| on_by_default(&masked.value) && allow.iter().all(|allowed| allowed.value != masked.value)) {
        let mistake = Mistake::warning(Code::NoEffect, "mask.also", masked.span, format!("`{}` is masked already", masked.value));
        findings.push(mistake.hint("delete it; `allow` is for what is to pass"));
    }
}
