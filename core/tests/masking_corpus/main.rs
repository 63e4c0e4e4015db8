//! Proof of masking: a corpus made apart from the patterns, what is found of it, and what masking never does.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

mod benign;
mod generate;
mod labelled;
mod properties;
mod random;
mod score;
mod values;
mod wrap;

use std::{env, fs, path::Path};

use labelled::Labelled;
use skywarden_core::{
    mask::{Entity, Masker},
    plan::Masking,
};

/// Lowest precision of each entity.
const PRECISION: f64 = 0.99;

/// Lowest recall of each entity but phone numbers.
const RECALL: f64 = 0.97;

/// Lowest recall of phone numbers: three groups of digits with blanks between (`206 555 0119`) pass, for they may be any counts side by side.
const RECALL_OF_PHONES: f64 = 0.85;

/// Lowest recall of an entity.
fn recall_floor(entity: &str) -> f64 {
    if entity == Entity::PhoneNumber.name() { RECALL_OF_PHONES } else { RECALL }
}

fn masker() -> Masker {
    Masker::new(&Masking::default()).unwrap()
}

fn committed() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/masking.jsonl")).unwrap()
}

fn lines() -> Vec<Labelled> {
    committed().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_committed_corpus_is_what_the_generator_makes() {
    let made = generate::as_text(&generate::corpus());
    if env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/masking.jsonl"), &made).unwrap();
    }
    let committed = committed();
    for (number, (made, committed)) in made.lines().zip(committed.lines()).enumerate() {
        assert_eq!(made, committed, "line {}; UPDATE_GOLDEN=1 writes it anew", number + 1);
    }
    assert_eq!(made.lines().count(), committed.lines().count(), "UPDATE_GOLDEN=1 writes it anew");
}

#[test]
fn each_entity_is_found_and_little_else() {
    let score = score::score(&masker(), &lines());
    println!("{score}");
    let below: Vec<_> =
        score.entities.iter().filter(|(name, tally)| tally.precision() < PRECISION || tally.recall() < recall_floor(name)).map(|(name, _)| name).collect();
    assert!(below.is_empty(), "below the floor: {below:?}\n{}", score.mistakes.join("\n"));
    let measured = |entity: &&Entity| score.entities.get(entity.name()).is_some_and(|tally| tally.secrets > 0);
    let unmeasured: Vec<_> = Entity::ALL.iter().filter(|entity| entity.on_by_default() && !measured(entity)).map(|entity| entity.name()).collect();
    assert_eq!(unmeasured, ["api-token"], "entities that the corpus has no values of");
}

#[test]
fn the_documentation_shows_what_is_measured() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/masking-measured.md")).unwrap();
    let measured = score::score(&masker(), &lines()).to_string();
    assert!(page.contains(&measured), "the page needs this table:\n{measured}");
}

#[test]
fn what_is_found_is_gone_from_the_masked_line() {
    let masker = masker();
    for line in lines() {
        let output = masker.mask(&line.text);
        for found in masker.find(line.text.as_bytes()) {
            let secret = &line.text[found.place];
            assert!(!output.contains(secret), "{secret:?} is still in {output:?}");
        }
    }
}

#[test]
fn benign_lines_pass_byte_for_byte() {
    let masker = masker();
    let lines: Vec<_> = lines().into_iter().filter(|line| line.spans.is_empty()).collect();
    let changed: Vec<_> =
        lines.iter().filter(|line| masker.mask(&line.text) != line.text).map(|line| format!("{:?} became {:?}", line.text, masker.mask(&line.text))).collect();
    assert!(!lines.is_empty() && changed.is_empty(), "{} of {} changed:\n{}", changed.len(), lines.len(), changed.join("\n"));
}
