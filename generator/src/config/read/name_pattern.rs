//! The pattern by which alarms are named: `{project}-{environment}-{service}-{alarm}`.

use skywarden_document::{Node, closest, shortened};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        read::{Expected, scalar},
    },
    model::{NamePattern, NamePiece},
};

const PLACEHOLDERS: [(&str, NamePiece); 4] =
    [("project", NamePiece::Project), ("environment", NamePiece::Environment), ("service", NamePiece::Service), ("alarm", NamePiece::Alarm)];

/// What the texts of a pattern may be made of. No brackets: what stands in them could go without them.
fn is_text(character: char) -> bool {
    character.is_ascii_alphanumeric() || " -_./:@#|".contains(character)
}

/// A pattern; every mistake in it is reported.
pub(crate) fn name_pattern(node: &Node, findings: &mut Findings) -> Option<NamePattern> {
    let expected = Expected { what: "a pattern of names", example: "alarms: '{project}-{environment}-{service}-{alarm}'" };
    let typed = scalar::text(node, &expected, findings)?;
    let mut refuse = |message: String, hint: String| findings.push(Finding::error(Code::BadNamePattern, typed.span, message).hint(hint));
    let mut pieces = Vec::new();
    let mut sound = true;
    let mut rest = typed.value.as_str();
    while let Some((before, behind)) = rest.split_once('{') {
        push_text(&mut pieces, before);
        let Some((word, after)) = behind.split_once('}') else {
            refuse("a `{` of the pattern is not closed".to_owned(), "write `{service}`, for example".to_owned());
            return None;
        };
        rest = after;
        match PLACEHOLDERS.iter().find(|(known, _)| *known == word) {
            Some((_, piece)) if pieces.contains(piece) => {
                sound = false;
                refuse(format!("`{{{word}}}` stands twice in the pattern"), "keep one of them".to_owned());
            }
            Some((_, piece)) => pieces.push(piece.clone()),
            None => {
                sound = false;
                let hint = match closest(word, PLACEHOLDERS.iter().map(|(known, _)| *known)) {
                    Some(known) => format!("did you mean `{{{known}}}`?"),
                    None => "there are `{project}`, `{environment}`, `{service}` and `{alarm}`".to_owned(),
                };
                refuse(format!("there is no `{{{}}}` to fill in", shortened(word)), hint);
            }
        }
    }
    push_text(&mut pieces, rest);
    for (word, piece) in &PLACEHOLDERS[2..] {
        if sound && !pieces.contains(piece) {
            sound = false;
            let hint = format!("add it, for example `{}-{{{word}}}`", shortened(&typed.value));
            refuse(format!("without `{{{word}}}` several alarms would have the same name"), hint);
        }
    }
    let texts = pieces.iter().filter_map(|piece| if let NamePiece::Text(text) = piece { Some(text) } else { None });
    if let Some(odd) = texts.flat_map(|text| text.chars()).find(|character| !is_text(*character)) {
        sound = false;
        refuse(format!("the names of alarms cannot have `{odd}`"), "use letters, digits, spaces and `- _ . / : @ # |` between the placeholders".to_owned());
    }
    let missing: Vec<String> = PLACEHOLDERS[..2].iter().filter(|(_, piece)| !pieces.contains(piece)).map(|(word, _)| format!("`{{{word}}}`")).collect();
    if sound && !missing.is_empty() {
        let message = format!("without {} two deployments in one account would give alarms the same names", missing.join(" and "));
        findings.push(Finding::warning(Code::BadNamePattern, typed.span, message).hint("add it, unless each account has one project in one environment"));
    }
    sound.then(|| NamePattern::new(pieces))
}

fn push_text(pieces: &mut Vec<NamePiece>, text: &str) {
    if !text.is_empty() {
        pieces.push(NamePiece::Text(text.to_owned()));
    }
}
