//! `mask` as typed, each rule checked by the very types that will mask.

use skywarden_core::{
    mask::{Entity, KeyPath, MAX_PATTERNS, Masker, PatternError, UserPattern},
    plan::{MaskPattern, Masking},
};
use skywarden_document::{Node, Span, Spanned, Value, closest, listed, shortened};

use super::{Given, checks, layered};
use crate::settings::{
    catalogue::{self, Kind},
    finding::Code,
    findings::{Findings, Mistake},
    read::{self, Fields},
};

/// Longest name of a key, as in `skywarden.yaml`.
const MAX_NAME: usize = 128;

layered! {
    /// What is masked besides the built-in rules.
    RawMasking {
        enabled: Given<bool>,
        keys: Given<Vec<Spanned<String>>>,
        paths: Given<Vec<Spanned<String>>>,
        patterns: Given<Vec<RawPattern>>,
        also: Given<Vec<Spanned<String>>>,
        allow: Given<Vec<Spanned<String>>>,
        labels: Given<bool>,
    }
}

/// A pattern, each part with its place.
#[derive(Clone, Debug)]
pub(in crate::settings) struct RawPattern {
    pub(in crate::settings) name: Spanned<String>,
    pub(in crate::settings) regex: Spanned<String>,
    pub(in crate::settings) mask: Given<String>,
}

impl RawMasking {
    /// What code gives.
    pub(in crate::settings) fn of(masking: Option<Masking>, span: Span) -> Self {
        let enabled = Some(Spanned::new(masking.is_some(), span));
        let Some(masking) = masking else { return Self { enabled, ..Self::default() } };
        let text = |text| Spanned::new(text, span);
        let texts = |texts: Vec<String>| Some(Spanned::new(texts.into_iter().map(text).collect(), span));
        let pattern = |pattern: MaskPattern| RawPattern { name: text(pattern.name), regex: text(pattern.regex), mask: pattern.mask.map(text) };
        Self {
            enabled,
            keys: texts(masking.keys),
            paths: texts(masking.paths),
            patterns: Some(Spanned::new(masking.patterns.into_iter().map(pattern).collect(), span)),
            also: texts(masking.also),
            allow: texts(masking.allow),
            labels: Some(Spanned::new(masking.labels, span)),
        }
    }

    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        if let Value::Bool(enabled) = node.value {
            return Self { enabled: Some(Spanned::new(enabled, node.span)), ..Self::default() };
        }
        let Some(fields) = Fields::open(node, "mask", findings) else { return Self::default() };
        Self {
            // What is described is wanted.
            enabled: fields.take("enabled").map_or(Some(Spanned::new(true, fields.span())), |field| read::flag(&field, findings)),
            keys: fields.take("keys").and_then(|field| read::texts(&field, findings)),
            paths: fields.take("paths").and_then(|field| read::texts(&field, findings)),
            patterns: fields.section("patterns").and_then(|node| patterns(node, findings)),
            also: fields.take("also").and_then(|field| read::texts(&field, findings)),
            allow: fields.take("allow").and_then(|field| read::texts(&field, findings)),
            labels: fields.take("labels").and_then(|field| read::flag(&field, findings)),
        }
    }

    pub(super) fn check(&mut self, findings: &mut Findings) {
        checks::list(&mut self.keys, "mask.keys", findings, |key, path, findings| is_key(key, path, findings));
        checks::list(&mut self.paths, "mask.paths", findings, |key, path, findings| is_path(key, path, findings));
        checks::list(&mut self.also, "mask.also", findings, |name, path, findings| is_entity(name, path, findings));
        checks::list(&mut self.allow, "mask.allow", findings, |name, path, findings| is_entity(name, path, findings));
        if let Some(patterns) = &mut self.patterns {
            check_patterns(patterns, findings);
        }
    }
}

fn patterns(node: &Node, findings: &mut Findings) -> Given<Vec<RawPattern>> {
    let Value::List(items) = &node.value else {
        let example = "for example `patterns = [{ name = \"customer-number\", regex = \"CUST-[0-9]{8}\" }]`";
        let mistake = Mistake::error(Code::WrongType, "mask.patterns", node.span, format!("expected a list of patterns, found {}", node.found()));
        findings.push(mistake.hint(example));
        return None;
    };
    let read = items.iter().enumerate().filter_map(|(index, item)| pattern(item, index, findings)).collect();
    Some(Spanned::new(read, node.span))
}

fn pattern(node: &Node, index: usize, findings: &mut Findings) -> Option<RawPattern> {
    let fields = Fields::open(node, format!("mask.patterns[{index}]"), findings)?;
    let name = fields.require("name", findings).and_then(|field| read::text(&field, findings));
    let regex = fields.require("regex", findings).and_then(|field| read::text(&field, findings));
    let mask = fields.take("mask").map(|field| read::text(&field, findings));
    // A mask that cannot be read must not become the default one.
    let mask = match mask {
        Some(mask) => Some(mask?),
        None => None,
    };
    Some(RawPattern { name: name?, regex: regex?, mask })
}

/// Compiling is what the bound on their number is to save, so what is behind it is not looked at.
fn check_patterns(patterns: &mut Spanned<Vec<RawPattern>>, findings: &mut Findings) {
    if let Some(first) = patterns.value.get(MAX_PATTERNS) {
        let message = format!("this list has {} patterns, at most {MAX_PATTERNS} are taken", patterns.value.len());
        findings.push(Mistake::error(Code::OutOfRange, "mask.patterns", first.name.span, message).hint("join several into one, or drop some"));
        patterns.value.truncate(MAX_PATTERNS);
    }
    let mut seen: Vec<Spanned<String>> = Vec::new();
    let mut index = 0;
    patterns.value.retain(|pattern| {
        let path = format!("mask.patterns[{index}]");
        index += 1;
        let name = is_pattern_name(&pattern.name, &path, &seen, findings);
        if name {
            seen.push(pattern.name.clone());
        }
        // Each part is checked alone, so that mistakes in several are told at once. Any expression that is good itself: only the mask can be wrong then.
        let regex = is_usable(&pattern.regex.value, None, &pattern.regex, &format!("{path}.regex"), findings);
        let mask = pattern.mask.as_ref().is_none_or(|mask| is_usable("x", Some(&mask.value), mask, &format!("{path}.mask"), findings));
        name && regex && mask
    });
}

/// Counts are told by name, so each name stands for one thing.
fn is_pattern_name(name: &Spanned<String>, path: &str, seen: &[Spanned<String>], findings: &mut Findings) -> bool {
    let text = name.value.as_str();
    let path = format!("{path}.name");
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let most = catalogue::key(&path).map_or(0, |key| if let Kind::Text { most } = key.kind { most } else { 0 });
    let mistake = if !letters || text.is_empty() || text.len() > most || text.starts_with(['-', '_']) {
        let message = format!("`{}` is no name of a pattern", shortened(text));
        Mistake::error(Code::BadMasking, path, name.span, message)
            .hint(format!("use at most {most} letters, digits, `-` and `_`, and begin with a letter or digit"))
    } else if Entity::from_name(text).is_some() {
        let message = format!("`{text}` is the name of a kind of data that is known to masking");
        Mistake::error(Code::BadMasking, path, name.span, message).hint("give the pattern a name of its own")
    } else if let Some(first) = seen.iter().find(|first| first.value == text) {
        Mistake::error(Code::BadMasking, path, name.span, format!("two patterns have the name `{text}`")).first(first.span).hint("give each a name of its own")
    } else {
        return true;
    };
    findings.push(mistake);
    false
}

/// Whether the expression can be used with the mask; noted at its place inside of `typed` when not.
fn is_usable(regex: &str, mask: Option<&str>, typed: &Spanned<String>, path: &str, findings: &mut Findings) -> bool {
    let Err(error) = UserPattern::compile("", regex, mask) else { return true };
    let span = match error {
        PatternError::Syntax { .. } => at(typed, error.offset(), findings),
        _ => typed.span,
    };
    findings.push(Mistake::error(Code::BadMasking, path, span, error.to_string()).hint(error.hint()));
    false
}

fn is_key(key: &Spanned<String>, path: &str, findings: &mut Findings) -> bool {
    let shown = shortened(&key.value);
    let message = if key.value.len() > MAX_NAME || key.value.chars().any(char::is_control) {
        format!("`{shown}` is no name of a key: it has at most {MAX_NAME} printable bytes")
    } else if Masker::new(&Masking { keys: vec![key.value.clone()], ..Masking::default() }).is_err() {
        format!("`{shown}` has no letter or digit a key could be known by")
    } else {
        return true;
    };
    findings.push(Mistake::error(Code::BadMasking, path, key.span, message).hint("for example `customer_name`"));
    false
}

fn is_path(text: &Spanned<String>, path: &str, findings: &mut Findings) -> bool {
    let Err(error) = KeyPath::parse(&text.value) else { return true };
    let message = format!("`{}` is no path of keys: {error}", shortened(&text.value));
    findings.push(Mistake::error(Code::BadMasking, path, at(text, error.offset, findings), message).hint(error.hint()));
    false
}

fn is_entity(name: &Spanned<String>, path: &str, findings: &mut Findings) -> bool {
    if Entity::from_name(&name.value).is_some() {
        return true;
    }
    let known = || Entity::ALL.iter().map(|entity| entity.name());
    let hint = match closest(&name.value, known()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("known: {}", listed(known())),
    };
    let message = format!("`{}` is no kind of data that is known to masking", shortened(&name.value));
    findings.push(Mistake::error(Code::UnknownWord, path, name.span, message).hint(hint));
    false
}

/// One character of a text.
fn at(typed: &Spanned<String>, offset: usize, findings: &Findings) -> Span {
    let length = typed.value.get(offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    findings.inside(typed, offset..offset + length)
}
