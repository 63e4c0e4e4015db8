//! Masking measured: a generated corpus of secrets and of what resembles them, in everything a log line can be, with floors for each entity.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

mod allocations;
mod benign;
mod dice;
mod measure;
mod piece;
mod properties;
mod secrets;

use skywarden_core::{mask::Masker, plan::Masking};

use crate::{
    dice::Dice,
    measure::Measure,
    piece::{Line, PAIRINGS, WRAPPINGS, around, benign as benign_piece, pair, secret, wrap},
};

/// Seed of the corpus.
const SEED: u64 = 0x5AFE_2026;

/// Values of each entity in each wrapping.
const ROUNDS: usize = 40;

/// Lowest recall of any entity.
const RECALL_FLOOR: f64 = 0.97;

/// Lowest precision of any entity.
const PRECISION_FLOOR: f64 = 0.99;

/// Share of benign values that may be changed: among random numbers of 13 to 19 digits a few are valid card numbers.
const BENIGN_FLOOR: f64 = 0.9995;

fn everything() -> Masker {
    let masking = Masking { also: vec!["ip-address".to_owned()], ..Masking::default() };
    Masker::new(&masking).unwrap()
}

/// Secrets by their form, in every wrapping, often with something benign beside them.
fn phrases(dice: &mut Dice) -> Vec<Line> {
    let mut lines = Vec::new();
    for (_, make) in secrets::MAKERS {
        for wrapping in WRAPPINGS {
            for _ in 0..ROUNDS {
                let mut phrase = make(dice);
                if dice.once_in(2) {
                    let (kind, value) = dice.pick(benign::VALUES);
                    // With the address switched on, an address with its port is no benign value.
                    if *kind != "ip-port" && *kind != "version" {
                        phrase.extend([around(" after "), benign_piece(kind, value(dice))]);
                    }
                }
                lines.push(wrap(&phrase, wrapping, dice));
            }
        }
    }
    lines
}

/// Secrets by the name of their key, in every way a key and a value are written, and headers.
fn pairs(dice: &mut Dice) -> Vec<Line> {
    let mut lines = Vec::new();
    for key in secrets::KEYS {
        for pairing in PAIRINGS {
            for _ in 0..ROUNDS / 10 {
                let plain = matches!(*pairing, "logfmt" | "colon" | "equals-spaced" | "java-to-string" | "environment" | "connection-string" | "flag" | "yaml");
                let value = secrets::value(dice, plain);
                lines.push(pair(key, &[secret("secret", value)], pairing));
            }
        }
    }
    for wrapping in WRAPPINGS {
        for _ in 0..ROUNDS {
            let (name, value) = secrets::header(dice);
            let phrase = [around(format!("{name}: ")), secret("secret", value), around("\nAccept: text/html")];
            lines.push(wrap(&phrase, wrapping, dice));
        }
    }
    lines
}

/// What must stay, in every wrapping.
fn benign_lines(dice: &mut Dice) -> Vec<Line> {
    let mut lines = Vec::new();
    for wrapping in WRAPPINGS {
        for (kind, make) in benign::VALUES {
            for _ in 0..ROUNDS {
                lines.push(wrap(&benign::phrase(kind, *make, dice), wrapping, dice));
            }
        }
        for phrase in benign::PHRASES {
            lines.push(wrap(&[benign_piece("sentence", *phrase)], wrapping, dice));
        }
    }
    lines
}

#[test]
fn every_entity_is_found_and_hardly_anything_else() {
    let mut dice = Dice::new(SEED);
    let with_addresses = everything();
    let default = Masker::new(&Masking::default()).unwrap();
    let mut measure = Measure::default();
    for line in phrases(&mut dice).iter().chain(&pairs(&mut dice)) {
        measure.add(&with_addresses, line);
    }
    for line in benign_lines(&mut dice) {
        measure.add(&default, &line);
    }
    println!("{}", measure.table());
    println!("{}", measure.mistakes());
    for (entity, score) in &measure.scores {
        assert!(score.labelled >= 400, "{entity} has only {} values", score.labelled);
        assert!(score.recall() >= RECALL_FLOOR, "{entity}: recall {:.4} below {RECALL_FLOOR}\n{}", score.recall(), measure.mistakes());
        assert!(score.precision() >= PRECISION_FLOOR, "{entity}: precision {:.4} below {PRECISION_FLOOR}\n{}", score.precision(), measure.mistakes());
    }
    for (kind, (seen, touched)) in &measure.benign {
        assert!(*kind == "long-number" || *touched == 0, "{touched} of {seen} {kind} were changed\n{}", measure.mistakes());
    }
    let (seen, touched) = measure
        .benign
        .values()
        .fold((0_u32, 0_u32), |(seen, touched), (more, hit)| (seen + u32::try_from(*more).unwrap(), touched + u32::try_from(*hit).unwrap()));
    assert!(1.0 - f64::from(touched) / f64::from(seen) >= BENIGN_FLOOR, "{touched} of {seen} benign values were changed");
}

#[test]
fn every_line_of_the_corpus_is_masked_once_for_all_and_stays_json() {
    let mut dice = Dice::new(SEED + 1);
    let masker = everything();
    for line in phrases(&mut dice).iter().chain(&pairs(&mut dice)).chain(&benign_lines(&mut dice)) {
        let once = masker.mask(&line.text);
        assert_eq!(masker.mask(&once), once, "{}", line.text);
        if let Ok(before) = serde_json::from_str::<serde_json::Value>(&line.text) {
            let after: serde_json::Value = serde_json::from_str(&once).unwrap_or_else(|error| panic!("{error}: {once}"));
            assert_eq!(properties::keys(&before), properties::keys(&after), "{}", line.text);
        }
    }
}
