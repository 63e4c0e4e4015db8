//! How fast errors are classified: every example of the catalogue, over and over, on one core.
//!
//! `cargo run --release -p skywarden-generator --example classification_speed`
#![expect(clippy::print_stdout, reason = "the result is for a person at a terminal")]

use std::{hint::black_box, time::Instant};

use skywarden_core::{error::classify::Classifier, plan::TaxonomyRule};
use skywarden_generator::config::{Templates, error_catalogue};

/// How often each example is classified.
const ROUNDS: usize = 2_000;

fn main() -> Result<(), String> {
    let rules = error_catalogue(&Templates::builtin()).map_err(|broken| format!("{:?}", broken.diagnostics))?;
    let taxonomy: Vec<TaxonomyRule> = rules.iter().map(|rule| rule.rule.clone()).collect();
    let started = Instant::now();
    let classifier = Classifier::new(&[], &taxonomy).map_err(|error| error.to_string())?;
    let compiled = started.elapsed();
    let examples: Vec<_> = rules.iter().flat_map(|rule| rule.examples.iter().chain(&rule.counterexamples)).collect();
    let started = Instant::now();
    for _ in 0..ROUNDS {
        for example in &examples {
            black_box(classifier.classify(black_box(&example.fault()), "checkout"));
        }
    }
    let taken = started.elapsed();
    let done = f64::from(u32::try_from(ROUNDS * examples.len()).unwrap_or(u32::MAX));
    println!("{} rules compiled in {compiled:.1?}", taxonomy.len());
    println!("{} examples: {:.0} classified a second, {:.2} µs each", examples.len(), done / taken.as_secs_f64(), taken.as_secs_f64() / done * 1e6);
    Ok(())
}
