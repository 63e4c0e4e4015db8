//! What to mask besides the built-in rules.

use skywarden_core::{
    mask::{Entity, KeyPath, MAX_PATTERNS, UserPattern},
    plan::{MaskPattern, Masking},
};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{self, Expected, Fields},
    tree::Node,
};

/// Reads `mask: { keys, paths, patterns, also, allow, labels }`. What the masker itself would refuse is refused here, with its place.
pub(super) fn mask(node: &Node, findings: &mut Findings) -> Masking {
    let expected = Expected { what: "what to mask as a map", example: "mask: { keys: [card_number] }" };
    let Some(mut fields) = Fields::open(node, "`mask`", &expected, findings) else {
        return Masking::default();
    };
    let list = |what, example| Expected { what, example };
    let keys = list("a list of key names", "keys: [card_number]");
    let paths = list("a list of paths of keys", "paths: [user.card, '**.ssn']");
    let patterns = list("a list of patterns", "patterns: [{ name: customer, regex: 'C-[0-9]{8}' }]");
    let also = list("a list of what to mask that passes by default", "also: [ip-address]");
    let allow = list("a list of what passes", "allow: [phone-number]");
    let labels = Expected { what: "`true` or `false`", example: "labels: true" };
    let names = |list: Vec<Entity>| list.into_iter().map(|entity| entity.name().to_owned()).collect();
    let masking = Masking {
        keys: fields.take("keys").map(|node| read::each(node, &keys, findings, read::mask_key)).unwrap_or_default().into_iter().map(|key| key.value).collect(),
        paths: fields.take("paths").map(|node| read::each(node, &paths, findings, path)).unwrap_or_default(),
        patterns: fields.take("patterns").map(|node| all_patterns(node, &patterns, findings)).unwrap_or_default(),
        also: names(fields.take("also").map(|node| read::each(node, &also, findings, entity)).unwrap_or_default()),
        allow: names(fields.take("allow").map(|node| read::each(node, &allow, findings, entity)).unwrap_or_default()),
        labels: fields.take("labels").and_then(|node| read::boolean(node, &labels, findings)).is_some_and(|flag| flag.value),
    };
    fields.finish(findings);
    masking
}

fn path(node: &Node, findings: &mut Findings) -> Option<String> {
    let expected = Expected { what: "a path of keys", example: "paths: [user.card]" };
    let text = read::text(node, &expected, findings)?;
    match KeyPath::parse(&text.value) {
        Ok(_) => Some(text.value),
        Err(error) => {
            findings.push(Finding::error(Code::BadMask, text.span, error.to_string()).hint(error.hint()));
            None
        }
    }
}

fn entity(node: &Node, findings: &mut Findings) -> Option<Entity> {
    let expected = Expected { what: "something the masker knows", example: "allow: [phone-number]" };
    let all: Vec<(&str, Entity)> = Entity::ALL.iter().map(|&entity| (entity.name(), entity)).collect();
    read::word(node, &all, &expected, findings).map(|word| word.value)
}

fn all_patterns(node: &Node, expected: &Expected, findings: &mut Findings) -> Vec<MaskPattern> {
    let patterns = read::each(node, expected, findings, pattern);
    if patterns.len() > MAX_PATTERNS {
        let message = format!("there are {} patterns, at most {MAX_PATTERNS} are looked for in every line", patterns.len());
        findings.push(Finding::error(Code::BadMask, node.span, message).hint("put alike ones together: `regex: 'A-[0-9]+|B-[0-9]+'`"));
    }
    patterns
}

fn pattern(node: &Node, findings: &mut Findings) -> Option<MaskPattern> {
    let expected = Expected { what: "a pattern as a map", example: "{ name: customer, regex: 'C-[0-9]{8}' }" };
    let mut fields = Fields::open(node, "the pattern", &expected, findings)?;
    let name = Expected { what: "the name of a pattern", example: "name: customer" };
    let regex = Expected { what: "a regular expression", example: "regex: 'C-[0-9]{8}'" };
    let mask = Expected { what: "what stands in place of a match", example: "mask: '<customer>'" };
    let name = fields.require("name", name.example, findings).and_then(|node| read::text(node, &name, findings));
    let regex = fields.require("regex", regex.example, findings).and_then(|node| read::text(node, &regex, findings));
    let mask = fields.take("mask").and_then(|node| read::text(node, &mask, findings));
    fields.finish(findings);
    let (name, regex) = (name?, regex?);
    // First by itself, so that each mistake has its own place.
    let place = match (UserPattern::compile(&name.value, &regex.value, None), &mask) {
        (Err(error), _) => Err((error, regex.span)),
        (Ok(_), Some(mask)) => UserPattern::compile(&name.value, &regex.value, Some(&mask.value)).map_err(|error| (error, mask.span)),
        (Ok(_), None) => return Some(MaskPattern { name: name.value, regex: regex.value, mask: None }),
    };
    match place {
        Ok(_) => Some(MaskPattern { name: name.value, regex: regex.value, mask: mask.map(|mask| mask.value) }),
        Err((error, span)) => {
            findings.push(Finding::error(Code::BadMask, span, error.to_string()).hint(error.hint()));
            None
        }
    }
}
