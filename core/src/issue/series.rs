//! Counts by time, in bounded space.
//!
//! A series counts events in windows of one width and keeps the newest of them, reckoned from the newest event it has seen. An event that is older
//! than that is not counted here (the next wider series has it). What is kept depends on the events alone, not on their order: the bound only ever
//! moves forward, so a window that was dropped would be dropped at the end as well.

use std::{collections::BTreeMap, fmt};

use base64_simd::STANDARD_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Counts in windows of `SECONDS`, of which the newest `KEEP` are kept, those without an event included.
///
/// Stored as base64 of variable-length numbers: the first window's place, then for each window its count and the distance to the next.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Series<const SECONDS: i64, const KEEP: i64>(BTreeMap<i64, u64>);

impl<const SECONDS: i64, const KEEP: i64> Series<SECONDS, KEEP> {
    /// The window a time falls into. Windows lie on whole multiples of their width since 1970, UTC.
    pub fn window(at: Timestamp) -> i64 {
        at.as_millisecond().div_euclid(SECONDS * 1000)
    }

    /// When a window begins.
    pub fn begin(window: i64) -> Timestamp {
        window.checked_mul(SECONDS).and_then(|second| Timestamp::from_second(second).ok()).unwrap_or(Timestamp::MIN)
    }

    /// Counts events of one time.
    pub fn add(&mut self, at: Timestamp, count: u64) {
        self.put(Self::window(at), count);
        self.prune();
    }

    /// Adds another series' counts.
    pub fn join(&mut self, other: &Self) {
        for (window, count) in other.iter() {
            self.put(window, count);
        }
        self.prune();
    }

    fn put(&mut self, window: i64, count: u64) {
        if count > 0 {
            let stored = self.0.entry(window).or_default();
            *stored = stored.saturating_add(count);
        }
    }

    fn prune(&mut self) {
        if let Some((&newest, _)) = self.0.last_key_value()
            && let Some((&oldest, _)) = self.0.first_key_value()
        {
            let bound = newest.saturating_sub(KEEP - 1);
            if oldest < bound {
                self.0 = self.0.split_off(&bound);
            }
        }
    }

    /// The count of a window.
    pub fn get(&self, window: i64) -> u64 {
        self.0.get(&window).copied().unwrap_or(0)
    }

    /// Windows with events, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (i64, u64)> + '_ {
        self.0.iter().map(|(&window, &count)| (window, count))
    }

    /// Windows with events from one window to another, both included.
    pub fn between(&self, from: i64, until: i64) -> impl DoubleEndedIterator<Item = (i64, u64)> + '_ {
        // An inverted range has nothing in it; the map would panic.
        self.0.range(from..=until.max(from)).filter(move |_| from <= until).map(|(&window, &count)| (window, count))
    }

    /// The newest window with an event.
    pub fn newest(&self) -> Option<i64> {
        self.0.last_key_value().map(|(&window, _)| window)
    }

    /// Times with their counts, oldest first.
    pub fn times(&self) -> impl Iterator<Item = (Timestamp, u64)> + '_ {
        self.iter().map(|(window, count)| (Self::begin(window), count))
    }

    fn encode(&self) -> String {
        let mut bytes = Vec::new();
        let mut place = None;
        for (window, count) in self.iter() {
            match place {
                None => push(&mut bytes, zigzag(window)),
                Some(before) => push(&mut bytes, window.abs_diff(before)),
            }
            push(&mut bytes, count);
            place = Some(window);
        }
        STANDARD_NO_PAD.encode_to_string(bytes)
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = STANDARD_NO_PAD.decode_to_vec(text.as_bytes()).ok()?;
        let mut rest = bytes.as_slice();
        let mut series = Self::default();
        let mut place: Option<i64> = None;
        while !rest.is_empty() {
            let step = pop(&mut rest)?;
            let window = match place {
                None => unzigzag(step),
                // A distance of zero would count a window twice.
                Some(before) => before.checked_add_unsigned(step).filter(|&window| window > before)?,
            };
            series.put(window, pop(&mut rest)?);
            place = Some(window);
        }
        series.prune();
        Some(series)
    }
}

const fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

const fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// Seven bits a byte, the lowest first; the top bit says that more follow.
fn push(bytes: &mut Vec<u8>, mut number: u64) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or(0);
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

fn pop(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..70).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let low = u64::from(byte & 0x7f);
        let shifted = low.checked_shl(shift).filter(|shifted| shifted >> shift == low)?;
        number |= shifted;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

impl<const SECONDS: i64, const KEEP: i64> fmt::Debug for Series<SECONDS, KEEP> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.times()).finish()
    }
}

impl<const SECONDS: i64, const KEEP: i64> Serialize for Series<SECONDS, KEEP> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.encode())
    }
}

impl<'de, const SECONDS: i64, const KEEP: i64> Deserialize<'de> for Series<SECONDS, KEEP> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::decode(&text).ok_or_else(|| D::Error::custom("not the counts of a series"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Minutes = Series<60, 10>;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn of(events: &[(i64, u64)]) -> Minutes {
        let mut series = Minutes::default();
        for &(second, count) in events {
            series.add(at(second), count);
        }
        series
    }

    #[test]
    fn the_newest_windows_are_kept_and_the_bound_is_exact() {
        let series = of(&[(0, 1), (59, 1), (60, 5), (600, 2)]);
        assert_eq!(series.iter().collect::<Vec<_>>(), [(1, 5), (10, 2)], "window 0 is the eleventh from the end");
        assert_eq!(of(&[(0, 1), (599, 2)]).iter().count(), 2);
    }

    #[test]
    fn times_before_1970_have_windows_of_their_own() {
        assert_eq!(Minutes::window(at(-1)), -1);
        assert_eq!(Minutes::begin(-1), at(-60));
    }

    #[test]
    fn a_damaged_text_is_refused() {
        for text in ["\"%\"", "\"gA\"", "\"AA\"", "\"////////////////AQ\""] {
            assert!(serde_json::from_str::<Minutes>(text).is_err(), "{text}");
        }
        // Two windows of distance zero.
        let twice = STANDARD_NO_PAD.encode_to_string([2_u8, 1, 0, 1]);
        assert!(serde_json::from_str::<Minutes>(&format!("\"{twice}\"")).is_err());
    }

    #[test]
    fn an_inverted_range_is_empty() {
        assert_eq!(of(&[(0, 1), (60, 1)]).between(5, 1).count(), 0);
    }

    proptest! {
        #[test]
        fn neither_order_nor_cut_matters(mut events in prop::collection::vec((-2000_i64..2000, 0_u64..5), 0..40), cut in 0_usize..40, turn in 0_usize..40) {
            let whole = of(&events);
            let turned = turn.min(events.len());
            events.rotate_left(turned);
            let (left, right) = events.split_at(cut.min(events.len()));
            let mut joined = of(right);
            joined.join(&of(left));
            prop_assert_eq!(&joined, &whole);
            let newest = events.iter().filter(|(_, count)| *count > 0).map(|(second, _)| Minutes::window(at(*second))).max();
            let expected: u64 = events.iter().filter(|(second, _)| newest.is_some_and(|newest| Minutes::window(at(*second)) > newest - 10)).map(|(_, count)| count).sum();
            prop_assert_eq!(whole.iter().map(|(_, count)| count).sum::<u64>(), expected);
        }

        #[test]
        fn what_is_written_is_read_back(events in prop::collection::vec((-2000_i64..2000, 0_u64..=u64::MAX), 0..20)) {
            let series = of(&events);
            let json = serde_json::to_string(&series).unwrap();
            prop_assert_eq!(serde_json::from_str::<Minutes>(&json).unwrap(), series);
        }

        #[test]
        fn no_text_panics(text in "[A-Za-z0-9+/]{0,40}") {
            let _ = serde_json::from_str::<Minutes>(&format!("\"{text}\""));
        }
    }
}
