//! Search: finds products by their words, and ranks them.

use crate::{
    failure::Failure,
    rehearsal::{clock, day::DAY, dice, facts},
    store,
};

/// Scores below are as good as no hit.
const GOOD: u32 = 40;

/// What a search found.
#[derive(Debug)]
pub(crate) struct Found {
    /// How many products.
    pub(crate) hits: usize,
    /// Score of the first one that is no good hit; shown as "see also".
    pub(crate) see_also: Option<u32>,
}

/// Finds products.
pub(crate) async fn find(query: &str) -> Result<Found, Failure> {
    store::query().await?;
    let scores = scores(query);
    if scores.is_empty() {
        tracing::info!(query, hits = 0, "nothing exact for {query}");
        return Ok(Found { hits: 0, see_also: None });
    }
    Ok(Found { hits: scores.len(), see_also: Some(first_below(&scores)) })
}

/// Scores of the hits, best first. The index knows words of the shop's own language alone.
fn scores(query: &str) -> Vec<u32> {
    if !query.is_ascii() {
        return Vec::new();
    }
    let hits = dice::whole(2, 60);
    // For some queries every hit is a good one.
    let all_good = dice::chance(0.0011 * DAY.faults(clock::micros()));
    if all_good {
        facts::fault("catalog.search-panic", "ERROR");
    }
    (0..hits).map(|hit| if all_good || hit + 1 < hits { 100 - hit } else { GOOD - 1 }).collect()
}

/// The best of the hits that are not good.
fn first_below(scores: &[u32]) -> u32 {
    // A bug: there need not be one.
    scores[scores.iter().take_while(|score| **score >= GOOD).count()]
}
