//! Which rotated files are deleted.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use super::name::{Ended, Rotated};

/// How much is kept. A file goes when any of the limits says so; all that are older than a file that is too much go with it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Retention {
    /// Most files.
    pub(super) files: Option<usize>,
    /// Longest time since a file ended.
    pub(super) age: Option<Duration>,
    /// Most bytes together.
    pub(super) bytes: Option<u64>,
}

impl Retention {
    /// The files that go, oldest first.
    pub(super) fn surplus(&self, files: &BTreeMap<Ended, Rotated>, now: Timestamp) -> Vec<Ended> {
        let mut bytes = 0_u64;
        for (kept, (ended, rotated)) in files.iter().rev().enumerate() {
            bytes = bytes.saturating_add(rotated.bytes());
            let too_many = self.files.is_some_and(|most| kept >= most);
            let too_old = self.age.is_some_and(|most| Duration::try_from(now.duration_since(ended.moment())).is_ok_and(|age| age > most));
            let too_large = self.bytes.is_some_and(|most| bytes > most);
            if too_many || too_old || too_large {
                return files.range(..=*ended).map(|(ended, _)| *ended).collect();
            }
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files that ended at these minutes before noon, with these sizes.
    fn files(files: &[(i64, u64)]) -> BTreeMap<Ended, Rotated> {
        files.iter().map(|(minutes, bytes)| (ended(*minutes), Rotated { plain: Some(*bytes), ..Rotated::default() })).collect()
    }

    fn ended(minutes: i64) -> Ended {
        Ended::at(Timestamp::from_second(noon().as_second() - minutes * 60).unwrap())
    }

    fn noon() -> Timestamp {
        "2026-11-25T12:00:00Z".parse().unwrap()
    }

    /// Minutes before noon of the files that go.
    fn surplus(retention: Retention, of: &[(i64, u64)]) -> Vec<i64> {
        retention.surplus(&files(of), noon()).into_iter().map(|ended| (noon().as_second() - ended.moment().as_second()) / 60).collect()
    }

    const NONE: [i64; 0] = [];

    const FOUR: &[(i64, u64)] = &[(40, 100), (30, 100), (20, 100), (10, 100)];

    #[test]
    fn without_limits_everything_stays() {
        assert_eq!(surplus(Retention::default(), FOUR), NONE);
        assert_eq!(surplus(Retention { files: Some(0), age: Some(Duration::ZERO), bytes: Some(0) }, &[]), NONE);
    }

    #[test]
    fn the_oldest_over_the_count_go() {
        assert_eq!(surplus(Retention { files: Some(4), ..Retention::default() }, FOUR), NONE);
        assert_eq!(surplus(Retention { files: Some(3), ..Retention::default() }, FOUR), [40]);
        assert_eq!(surplus(Retention { files: Some(0), ..Retention::default() }, FOUR), [40, 30, 20, 10]);
    }

    #[test]
    fn what_is_older_than_the_age_goes_and_what_is_as_old_stays() {
        let age = |seconds| Retention { age: Some(Duration::from_secs(seconds)), ..Retention::default() };
        assert_eq!(surplus(age(30 * 60), FOUR), [40]);
        assert_eq!(surplus(age(30 * 60 - 1), FOUR), [40, 30]);
        assert_eq!(surplus(age(0), &[(-5, 1)]), NONE, "a file of the future is not old");
    }

    #[test]
    fn the_oldest_over_the_bytes_go() {
        let bytes = |most| Retention { bytes: Some(most), ..Retention::default() };
        assert_eq!(surplus(bytes(400), FOUR), NONE);
        assert_eq!(surplus(bytes(399), FOUR), [40]);
        assert_eq!(surplus(bytes(99), FOUR), [40, 30, 20, 10]);
        assert_eq!(surplus(bytes(150), &[(40, 1), (30, 100), (20, 100)]), [40, 30], "a small file behind a large one does not stay in its place");
    }

    #[test]
    fn the_strictest_limit_counts() {
        let retention = |files, minutes: u64, bytes| Retention { files: Some(files), age: Some(Duration::from_secs(minutes * 60)), bytes: Some(bytes) };
        assert_eq!(surplus(retention(1, 60, 1_000), FOUR), [40, 30, 20]);
        assert_eq!(surplus(retention(9, 25, 1_000), FOUR), [40, 30]);
        assert_eq!(surplus(retention(9, 60, 399), FOUR), [40]);
    }

    #[test]
    fn a_file_half_compressed_counts_with_all_its_bytes() {
        let mut files = files(FOUR);
        files.insert(ended(10), Rotated { plain: Some(100), compressed: Some(20), begun: false });
        assert_eq!(Retention { bytes: Some(410), ..Retention::default() }.surplus(&files, noon()), [ended(40)]);
    }
}
