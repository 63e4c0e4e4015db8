//! The corpus: every value in every wrapping, several times.

use crate::{
    benign,
    labelled::Labelled,
    random::Random,
    values,
    wrap::{self, WRAPS},
};

/// Decides the whole corpus.
const SEED: u64 = 20_261_123;

/// Values of each kind in each wrapping.
const SECRETS_EACH: usize = 4;
const BENIGN_EACH: usize = 2;

/// Every line of the corpus.
pub(crate) fn corpus() -> Vec<Labelled> {
    let mut random = Random::new(SEED);
    let mut lines = Vec::new();
    for maker in values::MAKERS {
        for wrap in WRAPS.iter().chain([&(wrap::secret_field as wrap::Wrap)]) {
            for _ in 0..SECRETS_EACH {
                let value = maker(&mut random);
                lines.push(wrap(&mut random, &value));
            }
        }
    }
    for maker in benign::MAKERS {
        for wrap in WRAPS.iter().chain([&(wrap::open_field as wrap::Wrap)]) {
            for _ in 0..BENIGN_EACH {
                let value = Labelled::plain(&maker(&mut random));
                lines.push(wrap(&mut random, &value));
            }
        }
    }
    lines
}

/// The corpus as it is committed: one JSON object a line.
pub(crate) fn as_text(lines: &[Labelled]) -> String {
    lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect()
}
