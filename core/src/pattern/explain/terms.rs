//! Patterns of terms in words.

use super::Statement;
use super::trap::{Trap, TrapCode, Traps};
use super::words::{listed, quoted};
use crate::pattern::terms::{Term, Terms};

/// What the pattern matches.
pub(super) fn statement(terms: &Terms) -> Statement {
    if !terms.ignores_optional() {
        return match &*terms.optional {
            [only] => Statement::leaf(format!("matches an event whose text {}", has(only))),
            several => Statement::of("matches an event of which at least one of these holds:", several.iter().map(its_text_has).collect()),
        };
    }
    let mut parts: Vec<Statement> = terms.required.iter().map(its_text_has).collect();
    parts.extend(terms.excluded.iter().map(|term| Statement::leaf(format!("its text {}", lacks(term)))));
    match &*parts {
        [only] => Statement::leaf(only.text.replacen("its text", "matches an event whose text", 1)),
        _ => Statement::of("matches an event of which all of these hold, in any order:", parts),
    }
}

fn its_text_has(term: &Term) -> Statement {
    Statement::leaf(format!("its text {}", has(term)))
}

fn has(term: &Term) -> String {
    match term {
        Term::Text(phrase) => format!("contains {}", quoted(&phrase.text)),
        Term::Regex(regex) => format!("has a match of the regular expression `{}` in it", regex.source()),
    }
}

fn lacks(term: &Term) -> String {
    match term {
        Term::Text(phrase) => format!("does not contain {}", quoted(&phrase.text)),
        Term::Regex(regex) => format!("has no match of the regular expression `{}` in it", regex.source()),
    }
}

/// Where the pattern may not mean what it seems to.
pub(super) fn traps(terms: &Terms) -> Vec<Trap> {
    let mut traps = Traps::default();
    ignored(terms, &mut traps);
    if terms.required.is_empty() && !terms.excluded.is_empty() {
        traps.add(
            TrapCode::OnlyExcluded,
            "with nothing but `-` terms every event matches that has none of them, of whatever kind it is",
            "add a term that wanted events contain",
        );
    }
    contradiction(terms, &mut traps);
    for phrase in texts(terms.required.iter().chain(&terms.excluded).chain(optional(terms))) {
        text(phrase, &mut traps);
    }
    let count = terms.required.len() + terms.excluded.len() + terms.optional.len();
    let regex = |term: &&Term| matches!(term, Term::Regex(_));
    if count > 1 && terms.required.iter().chain(&terms.excluded).chain(&terms.optional).any(|term| regex(&term)) {
        traps.add(
            TrapCode::RegexBesideTerms,
            "a regular expression outside JSON and space-delimited patterns is documented only as the whole pattern, not beside other terms",
            "try the pattern with TestMetricFilter, or write one regular expression with `|`",
        );
    }
    traps.sorted()
}

/// The `?` terms, when they count.
fn optional(terms: &Terms) -> &[Term] {
    if terms.ignores_optional() { &[] } else { &terms.optional }
}

fn texts<'t>(terms: impl Iterator<Item = &'t Term>) -> impl Iterator<Item = &'t str> {
    terms.filter_map(|term| match term {
        Term::Text(phrase) => Some(phrase.text.as_str()),
        Term::Regex(_) => None,
    })
}

fn ignored(terms: &Terms, traps: &mut Traps) {
    if !terms.ignores_optional() || terms.optional.is_empty() {
        return;
    }
    let written = |sign: &str, terms: &[Term]| -> Vec<String> { terms.iter().map(|term| format!("`{sign}{}`", source(term))).collect() };
    let mut stronger = written("", &terms.required);
    stronger.extend(written("-", &terms.excluded));
    let optional = written("?", &terms.optional);
    let verb = if optional.len() == 1 { "is" } else { "are" };
    traps.add(
        TrapCode::IgnoredOptional,
        format!("{} {verb} ignored beside {}: `?` counts only where every term has it", listed(&optional), listed(&stronger)),
        "write every term with `?`, or make two filters, or use one regular expression with `|`",
    );
}

/// A term as the pattern writes it, without its sign.
fn source(term: &Term) -> String {
    match term {
        Term::Text(phrase) if phrase.text.chars().all(crate::pattern::cursor::is_word) && !phrase.text.is_empty() => phrase.text.clone(),
        Term::Text(phrase) => quoted(&phrase.text),
        Term::Regex(regex) => format!("%{}%", regex.source()),
    }
}

fn contradiction(terms: &Terms, traps: &mut Traps) {
    for excluded in texts(terms.excluded.iter()) {
        if let Some(required) = texts(terms.required.iter()).find(|required| required.contains(excluded)) {
            let (required, excluded) = (quoted(required), quoted(excluded));
            let message = format!("no event can match: what contains {required} contains {excluded} as well");
            traps.add(TrapCode::NeverMatches, message, "exclude something longer than what is required");
        } else if excluded.is_empty() {
            traps.add(TrapCode::NeverMatches, "no event can match: every text contains the empty phrase", "leave out `-\"\"`");
        }
    }
}

fn text(text: &str, traps: &mut Traps) {
    match text {
        "" => {
            traps.add(TrapCode::EmptyPhrase, "an empty phrase is found in every event", "for every event leave the pattern empty");
            return;
        }
        " " => {
            let message = "`\" \"` is documented to match every event, and was observed to match only those with a space in them";
            traps.add(TrapCode::OnlySpace, message, "for every event leave the pattern empty");
            return;
        }
        _ => {}
    }
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    if word(text.chars().next()) || word(text.chars().next_back()) {
        let longer = if word(text.chars().next()) { format!("T{text}") } else { format!("{text}S") };
        let message = format!("{} is found inside longer words as well, such as {}", quoted(text), quoted(&longer));
        let hint = "where that matters, quote what stands around it too, as in \"[ERROR]\" or \" ERROR \", or use a JSON or space-delimited pattern";
        traps.add(TrapCode::InsideWords, message, hint);
    }
    let other = if text.chars().any(char::is_lowercase) { text.to_uppercase() } else { text.to_lowercase() };
    if other != text {
        let message = format!("case matters: {} is not found in {}", quoted(text), quoted(&other));
        traps.add(TrapCode::CaseMatters, message, "add the other spelling as a term of its own, all with `?`, or use a class, as in %[Ee]rror%");
    }
}
