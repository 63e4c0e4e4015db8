//! Seeded chance: the same name gives the same draws on every machine.

use std::{
    cell::RefCell,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use jiff::Timestamp;

use super::clock;

/// Pairs (probability, value), both rising, the first at probability 0.0 and the last at 1.0, joined by straight lines.
pub(crate) type Quantiles = [(f64, f64)];

/// A stream of draws.
#[derive(Debug)]
pub(crate) struct Dice {
    name: String,
    state: u64,
}

thread_local! {
    // The service has one thread, and serves one request at a time in a rehearsal.
    static CURRENT: RefCell<Dice> = RefCell::new(Dice::new("start"));
}

/// What the ids of the current request are made from.
static IDS: AtomicU64 = AtomicU64::new(0);

/// Takes up the dice of that name.
pub(crate) fn throw(name: &str) {
    let dice = Dice::new(name);
    IDS.store(dice.state ^ STEP, Relaxed);
    CURRENT.set(dice);
}

/// Name of the current dice.
pub(crate) fn name() -> String {
    CURRENT.with_borrow(|dice| dice.name.clone())
}

/// True with the given probability.
pub(crate) fn chance(probability: f64) -> bool {
    CURRENT.with_borrow_mut(Dice::share) < probability
}

/// A whole number from `low` to `high`, both included.
pub(crate) fn whole(low: u32, high: u32) -> u32 {
    let share = CURRENT.with_borrow_mut(Dice::share);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a range of u32")]
    let step = (f64::from(high - low + 1) * share) as u32;
    low + step
}

/// A draw from the distribution the table describes.
pub(crate) fn quantile(table: &Quantiles) -> f64 {
    let share = CURRENT.with_borrow_mut(Dice::share);
    table
        .windows(2)
        .find_map(|pair| match *pair {
            [(p0, v0), (p1, v1)] if share < p1 => Some(v0 + (v1 - v0) * (share - p0) / (p1 - p0)),
            _ => None,
        })
        .unwrap_or_default()
}

/// 128 bits for an id; in a rehearsal they follow from the dice.
pub(crate) fn id(_: Timestamp) -> u128 {
    if !clock::held() {
        return skywarden_telemetry::request::unique();
    }
    let next = || mixed(IDS.fetch_add(STEP, Relaxed));
    u128::from(next()) << 64 | u128::from(next())
}

/// The step of splitmix64, whose draws these are (Steele, Lea and Flood, 2014).
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Dice {
    fn new(name: &str) -> Self {
        // FNV-1a, mixed once more: names differ in their last characters only.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self { name: name.to_owned(), state: mixed(hash) }
    }

    /// A number from 0 up to 1.
    fn share(&mut self) -> f64 {
        self.state = self.state.wrapping_add(STEP);
        #[expect(clippy::cast_precision_loss, reason = "53 bits")]
        let share = (mixed(self.state) >> 11) as f64 / (1_u64 << 53) as f64;
        share
    }
}

fn mixed(state: u64) -> u64 {
    let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_the_same_draws_again_and_another_name_others() {
        clock::hold(0);
        let draws = |name: &str| {
            throw(name);
            (whole(1, 1_000_000), quantile(&[(0.0, 10.0), (1.0, 20.0)]), id(Timestamp::UNIX_EPOCH), id(Timestamp::UNIX_EPOCH))
        };
        assert_eq!(draws("r1/catalog"), draws("r1/catalog"));
        assert_ne!(draws("r1/catalog"), draws("r2/catalog"));
        assert!((10.0..20.0).contains(&draws("r3/catalog").1));
        assert!((0..1_000).all(|_| (3..=5).contains(&whole(3, 5))));
    }
}
