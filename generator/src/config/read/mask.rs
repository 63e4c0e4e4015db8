//! What to mask: keys, paths, patterns and entities, checked by the very types that will mask.

use skywarden_core::{
    mask::{Entity, KeyPath, Masker, PatternError, UserPattern},
    plan::{MaskPattern, Masking},
};
use skywarden_document::{Node, Spanned, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{Expected, Fields, name, pattern::inside, scalar},
};

/// A key whose values are masked.
pub(crate) fn mask_key(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let key = name::mask_key(node, findings)?;
    if Masker::new(&Masking { keys: vec![key.value.clone()], ..Masking::default() }).is_ok() {
        return Some(key);
    }
    let message = format!("`{}` has no letter or digit a key could be known by", shortened(&key.value));
    findings.push(Finding::error(Code::BadMasking, key.span, message).hint("name the key, for example `keys: [card_number]`"));
    None
}

/// A path of keys: `user.card`, `**.ssn`.
pub(crate) fn mask_path(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "a path of keys", example: "paths: [user.card]" };
    let path = scalar::text(node, &expected, findings)?;
    let Err(error) = KeyPath::parse(&path.value) else {
        return Some(path);
    };
    let message = format!("`{}` is not a path of keys: {error}", shortened(&path.value));
    findings.push(Finding::error(Code::BadMasking, inside(&path, error.offset, findings), message).hint(error.hint()));
    None
}

/// `{ name: customer-number, regex: 'CUST-[0-9]{8}', mask: 'CUST_***' }`; the place is that of the name.
pub(crate) fn mask_pattern(node: &Node, findings: &mut Findings) -> Option<Spanned<MaskPattern>> {
    let example = "{ name: customer-number, regex: 'CUST-[0-9]{8}' }";
    let expected = Expected { what: "a pattern as a map", example };
    let mut fields = Fields::open(node, "a pattern to mask", &expected, findings)?;
    let expression = Expected { what: "a regular expression", example: "regex: 'CUST-[0-9]{8}'" };
    let replacement = Expected { what: "the text to stand in its place", example: "mask: 'CUST_***'" };
    let name = fields.require("name", "name: customer-number", findings).and_then(|node| name::mask_pattern_name(node, findings));
    let regex = fields.require("regex", expression.example, findings).and_then(|node| scalar::text(node, &expression, findings));
    let mask = fields.take("mask").and_then(|node| scalar::text(node, &replacement, findings));
    fields.finish(findings);
    // Each of the two is checked alone, so that mistakes in both are told at once, and those of a pattern without a good name too.
    let regex = regex.filter(|regex| is_usable(&regex.value, None, regex, findings));
    // Any expression that is good itself: only the mask can be wrong then.
    let mask = mask.map(|mask| is_usable("x", Some(&mask.value), &mask, findings).then_some(mask));
    let (name, regex) = (name?, regex?);
    let mask = match mask {
        Some(mask) => Some(mask?.value),
        None => None,
    };
    Some(Spanned::new(MaskPattern { name: name.value, regex: regex.value, mask }, name.span))
}

/// Whether the expression can be used with the mask; reported at a place inside of `typed` when not.
fn is_usable(regex: &str, mask: Option<&str>, typed: &Spanned<String>, findings: &mut Findings) -> bool {
    let Err(error) = UserPattern::compile("", regex, mask) else {
        return true;
    };
    let span = match error {
        PatternError::Syntax { .. } => inside(typed, error.offset(), findings),
        _ => typed.span,
    };
    findings.push(Finding::error(Code::BadMasking, span, error.to_string()).hint(error.hint()));
    false
}

/// A kind of secret or personal data by its name.
pub(crate) fn entity(node: &Node, findings: &mut Findings) -> Option<Spanned<Entity>> {
    let expected = Expected { what: "a kind of data that is known to masking", example: "also: [ip-address]" };
    let words: Vec<_> = Entity::ALL.iter().map(|entity| (entity.name(), *entity)).collect();
    scalar::word(node, &words, &expected, findings)
}
