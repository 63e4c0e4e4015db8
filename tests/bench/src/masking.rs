//! Masking: what it costs to make a text safe to leave the function.

use anyhow::Context as _;
use skywarden_core::{mask::Masker, plan::Masking};

use crate::measure::{Candidate, Local};

/// A JSON line of 343 bytes with nothing to mask: identifiers, times and prices only.
const HEALTHY: &str = r#"{"timestamp":"2026-11-23T02:57:56.002Z","level":"INFO","logger":"app.services.payment","service":"orders-api","environment":"production","version":"2.2.6","request_id":"a78beb7e-0787-40de-af96-0063bc67ba94","trace_id":"6cace4d519d5269512e74f7bfab36728","event":"order_placed","amount":129.95,"currency":"EUR","message":"order 48213 placed OK"}"#;

/// A JSON line of 343 bytes with a secret by its key and an e-mail address.
const SECRETS: &str = r#"{"timestamp":"2026-11-23T02:57:56.002Z","level":"WARN","logger":"app.services.login","service":"orders-api","environment":"production","request_id":"a78beb7e-0787-40de-af96-0063bc67ba94","trace_id":"6cace4d519d5269512e74f7bfab36728","password":"correct-horse-9","message":"sign-in of ann.lee@example.com refused: 3 attempts in 10 s, held 60s"}"#;

/// 60 bytes of free text with nothing to mask.
const TEXT: &str = "connection to orders-db-17 timed out after 5012 ms, attempt3";

/// Name of the candidate [`crate::goals`] looks at.
pub const HEALTHY_NAME: &str = "JSON line of 343 B, nothing to mask";

/// How often a text is masked in one run: the clock is read once a run.
const TIMES: usize = 200;

/// Masking of each text, after checking that it does what it should.
///
/// # Errors
/// The masker masks too much or too little.
pub fn candidates() -> anyhow::Result<Vec<Box<dyn Candidate>>> {
    let masker = Masker::new(&Masking::default())?;
    anyhow::ensure!(masker.mask(HEALTHY) == HEALTHY && masker.mask(TEXT) == TEXT, "masking changes a text without a secret");
    let safe = masker.mask(SECRETS);
    let gone = !safe.contains("correct-horse-9") && !safe.contains("ann.lee");
    anyhow::ensure!(gone && safe.contains("6cace4d519d5269512e74f7bfab36728"), "masking leaves a secret or takes an identifier");
    [(HEALTHY_NAME, HEALTHY), ("JSON line of 343 B, two secrets", SECRETS), ("text of 60 B, nothing to mask", TEXT)]
        .into_iter()
        .map(|(name, text)| {
            let masker = Masker::new(&Masking::default()).context("masking")?;
            let work = move || Ok((0..TIMES).map(|_| masker.mask(std::hint::black_box(text)).len()).sum());
            Ok(Box::new(Local::new(name, TIMES, work)) as Box<dyn Candidate>)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_as_long_as_their_names_say_and_the_masker_passes_its_check() {
        assert_eq!([HEALTHY.len(), SECRETS.len(), TEXT.len()], [343, 343, 60]);
        assert_eq!(candidates().unwrap().len(), 3);
    }
}
