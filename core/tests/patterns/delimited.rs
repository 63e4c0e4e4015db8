//! Space-delimited patterns against a matcher that makes lists of everything.

use proptest::prelude::*;
use skywarden_core::pattern::FilterPattern;

use crate::naive::{Compare, Left, Logic};

#[derive(Clone, Debug)]
struct Field {
    named: bool,
    condition: Option<Logic<Compare>>,
}

fn field() -> impl Strategy<Value = Field> {
    (any::<bool>(), prop::option::weighted(0.5, Logic::of(Compare::any())))
        .prop_map(|(named, condition)| Field { named: named || condition.is_some(), condition })
}

fn space(c: char) -> bool {
    [' ', '\t', '\r', '\n'].contains(&c)
}

/// The pieces of a line, each with where it starts.
fn pieces(line: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches(space);
        let Some(first) = rest.chars().next() else {
            return pieces;
        };
        let start = line.len() - rest.len();
        let closing = match first {
            '[' => Some(']'),
            '"' => Some('"'),
            _ => None,
        };
        let ends = |at: &usize| rest[at + 1..].chars().next().is_none_or(space);
        let enclosed = closing.and_then(|closing| rest.match_indices(closing).map(|(at, _)| at).filter(|&at| at > 0).find(ends));
        if let Some(close) = enclosed {
            pieces.push((start, &rest[1..close]));
            rest = &rest[close + 1..];
        } else {
            let text = rest.split(space).next().unwrap();
            pieces.push((start, text));
            rest = &rest[text.len()..];
        }
    }
}

/// A plain decimal number.
fn number(text: &str) -> Option<f64> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    plain.then(|| text.parse().ok())?
}

/// The text of each field, by reference; none when the line does not match.
fn naive(leading: &[Field], trailing: Option<&[Field]>, line: &str) -> Option<Vec<(String, String)>> {
    let mut texts = pieces(line);
    if trailing.is_none() && texts.len() > leading.len() {
        texts.truncate(leading.len());
        if let Some(last) = texts.last_mut() {
            last.1 = line[last.0..].trim_end_matches(space);
        }
    }
    let after = trailing.unwrap_or_default();
    if texts.len() < leading.len() + after.len() {
        return None;
    }
    let middle = texts.len() - leading.len() - after.len();
    let anything = Field { named: false, condition: None };
    let fields: Vec<&Field> = leading.iter().chain(std::iter::repeat_n(&anything, middle)).chain(after).collect();
    let mut extracted = Vec::new();
    for (index, ((_, text), field)) in texts.iter().zip(&fields).enumerate() {
        let left = Left { text, number: number(text) };
        if field.condition.as_ref().is_some_and(|condition| !condition.holds(&|compare| compare.holds(left))) {
            return None;
        }
        let name = if index < leading.len() { format!("f{index}") } else { format!("l{}", fields.len() - index) };
        extracted.push((if field.named { format!("${name}") } else { format!("${}", index + 1) }, (*text).to_owned()));
    }
    Some(extracted)
}

fn write(fields: &[Field], name: impl Fn(usize) -> String) -> Vec<String> {
    let one = |(index, field): (usize, &Field)| match &field.condition {
        Some(condition) => condition.write(&|compare| format!("{}{}", name(index), compare.write())),
        None if field.named => name(index),
        None => " ".to_owned(),
    };
    fields.iter().enumerate().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    #[test]
    fn agrees_with_a_naive_matcher(
        leading in prop::collection::vec(field(), 1..4),
        trailing in prop::option::of(prop::collection::vec(field(), 0..3)),
        line in prop_oneof![r#"([ab1é]|1\.0|-1|10|[\[\]"]|[ \t]){0,12}"#, "(a{1,3}|ab|1|1\\.0|\"a b\")( (a{1,3}|ba|1|10)){0,6}"],
    ) {
        let mut written = write(&leading, |index| format!("f{index}"));
        if let Some(trailing) = &trailing {
            written.push("...".to_owned());
            written.extend(write(trailing, |index| format!("l{}", trailing.len() - index)));
        }
        let pattern = format!("[{}]", written.join(","));
        let parsed = FilterPattern::parse(&pattern);
        // One unnamed field alone is `[ ]`, which means something else.
        prop_assume!(pattern != "[ ]" && pattern.len() <= 1024);
        prop_assert!(parsed.is_ok(), "{} refuses {:?}", parsed.unwrap_err(), pattern);
        let expected = naive(&leading, trailing.as_deref(), &line);
        let parsed = parsed.unwrap();
        prop_assert_eq!(parsed.matches(&line), expected.is_some(), "{:?} on {:?}", pattern, line);
        prop_assert_eq!(parsed.extract(&line), expected, "{:?} on {:?}", pattern, line);
    }
}
