//! The order of application versions.
//!
//! Teams write versions in many ways. Those that can be compared are compared part by part as numbers; of the others (a git hash, a word) nobody can
//! say which is older, and time has to decide. In words:
//!
//! * A name in front, ended by `-`, `_`, `@`, `/` or a space, and a `v` before the first digit belong to the name: `checkout@v1.2`. Only versions of
//!   one name are compared.
//! * Numbers between dots are compared as numbers, of any length; missing ones are zero: `1.9 < 1.10`, `1.0 = 1.0.0`, `41 < 42`.
//! * A date is its numbers: `2026-11-09 < 2026-11-26`.
//! * What follows a `-`, or Python's `a1`, `b2`, `rc3`, `.dev4`, is a version before the release: `1.2.0-rc.2 < 1.2.0-rc.10 < 1.2.0`. Inside, digits are
//!   compared as numbers and stand before words.
//! * `git describe` counts commits behind a release: `1.2.0 < 1.2.0-14-g0a1b2c3`.
//! * What follows a `+` says how it was built, and does not count.

use std::{borrow::Cow, cmp::Ordering};

/// A version that can be compared with others of its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Release<'a> {
    name: &'a str,
    numbers: Vec<Number<'a>>,
    stage: Stage<'a>,
}

/// Where a version stands beside the release of its numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage<'a> {
    Before(Vec<Piece<'a>>),
    Release,
    /// Commits behind it.
    Behind(Number<'a>),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'a> {
    Number(Number<'a>),
    Word(Cow<'a, str>),
}

/// Decimal digits without leading zeros: a shorter one is smaller. No number is too long for it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Number<'a>(&'a str);

impl Ord for Number<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(other.0))
    }
}

impl PartialOrd for Number<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'a> Number<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| Self(text.trim_start_matches('0')))
    }
}

/// How two versions stand to each other; `None` when nobody can say.
pub fn compare(left: &str, right: &str) -> Option<Ordering> {
    if left == right {
        return Some(Ordering::Equal);
    }
    let (left, right) = (Release::parse(left)?, Release::parse(right)?);
    (left.name == right.name).then(|| left.cmp(&right))
}

/// True when the first is known to be older.
pub fn is_older(version: &str, than: &str) -> bool {
    compare(version, than) == Some(Ordering::Less)
}

/// True when a version can be compared with others at all.
pub(super) fn is_ordered(version: &str) -> bool {
    Release::parse(version).is_some()
}

/// The order in which versions are kept: those that can be compared first, the newest before the older, then the others by their text. It depends
/// on the two texts alone, so what it keeps of many does not depend on which came first.
pub(super) fn rank(left: &str, right: &str) -> Ordering {
    match (Release::parse(left), Release::parse(right)) {
        // `1.0` and `1.0.0` are equal and still two texts.
        (Some(one), Some(two)) => two.cmp(&one).then_with(|| left.cmp(right)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

impl<'a> Release<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.split('+').next().unwrap_or("").trim();
        let (name, rest) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
        let name = name.strip_suffix(['v', 'V']).unwrap_or(name);
        // `abc123` is a hash or a word, not version 123 of `abc`.
        if !(name.is_empty() || name.ends_with(['-', '_', '@', '/', ' '])) {
            return None;
        }
        if let Some(numbers) = date(rest) {
            return Some(Self { name, numbers, stage: Stage::Release });
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (core, suffix) = rest.split_at(end);
        let stage = Stage::parse(suffix)?;
        // `1.2.dev3`
        let core = if suffix.starts_with("dev") { core.strip_suffix('.').unwrap_or(core) } else { core };
        let mut numbers: Vec<Number<'a>> = core.split('.').map(Number::parse).collect::<Option<_>>()?;
        // A zero at the end says nothing.
        while numbers.last().is_some_and(|number| number.0.is_empty()) {
            numbers.pop();
        }
        Some(Self { name, numbers, stage })
    }
}

/// `2026-11-26`, perhaps with more numbers behind.
fn date(text: &str) -> Option<Vec<Number<'_>>> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    text.split('-').map(Number::parse).collect()
}

impl<'a> Stage<'a> {
    fn parse(suffix: &'a str) -> Option<Self> {
        if suffix.is_empty() {
            return Some(Self::Release);
        }
        if let Some(text) = suffix.strip_prefix('-') {
            if let Some((commits, hash)) = text.split_once("-g")
                && let Some(commits) = Number::parse(commits)
                && hash.len() >= 4
                && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
            {
                return Some(Self::Behind(commits));
            }
            return Some(Self::Before(pieces(text)));
        }
        let word = suffix.trim_end_matches(|c: char| c.is_ascii_digit());
        ["a", "b", "rc", "dev"].contains(&word).then(|| Self::Before(pieces(suffix)))
    }
}

/// Runs of digits and of letters; what stands between them does not count.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for part in text.split(|c: char| !c.is_alphanumeric()) {
        let mut rest = part;
        while let Some(first) = rest.chars().next() {
            let digits = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
            let (run, behind) = rest.split_at(end);
            match Number::parse(run) {
                Some(number) => pieces.push(Piece::Number(number)),
                None if run.bytes().any(|byte| byte.is_ascii_uppercase()) => pieces.push(Piece::Word(Cow::Owned(run.to_ascii_lowercase()))),
                None => pieces.push(Piece::Word(Cow::Borrowed(run))),
            }
            rest = behind;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn versions_that_can_be_compared_are_compared_part_by_part() {
        let ascending: &[&[&str]] = &[
            &["1.9", "1.10", "2", "10.0.0"],
            &["v1.2.3", "v1.2.4"],
            &["41", "42", "100"],
            &["2026-11-09", "2026-11-26", "2026-11-26-2", "2027-01-01"],
            &["2026.9.1", "2026.11.1"],
            &["1.2.0-alpha", "1.2.0-alpha.1", "1.2.0-beta", "1.2.0-rc.2", "1.2.0-rc10", "1.2.0", "1.2.0-14-g0a1b2c3", "1.2.1"],
            &["1.2.dev3", "1.2", "1.3a1", "1.3b2", "1.3rc1", "1.3"],
            &["1.0-SNAPSHOT", "1.0"],
            &["checkout@1.2.3", "checkout@1.12.0"],
            &["1.99999999999999999999999999", "1.100000000000000000000000000"],
        ];
        for row in ascending {
            for (at, older) in row.iter().enumerate() {
                assert_eq!(compare(older, older), Some(Ordering::Equal));
                for newer in row.iter().skip(at + 1) {
                    assert_eq!(compare(older, newer), Some(Ordering::Less), "{older} {newer}");
                    assert!(is_older(older, newer) && !is_older(newer, older));
                    assert_eq!(rank(newer, older), Ordering::Less, "the newer one is kept first");
                }
            }
        }
        for (left, right) in [("1.0", "1.0.0"), ("v1.2", "1.2"), ("1.2.3+build7", "1.2.3+build9"), ("1.0-RC1", "1.0-rc.1")] {
            assert_eq!(compare(left, right), Some(Ordering::Equal), "{left} {right}");
        }
    }

    #[test]
    fn of_others_nobody_can_say_which_is_older() {
        for (left, right) in [
            ("0a1b2c3", "9f8e7d6"),
            ("1.2.3", "a1b2c3d4"),
            ("", "1.0"),
            ("main", "1.0"),
            ("abc123", "abc124"),
            ("checkout@1.2", "catalog@1.3"),
            ("1.2.3", "1.2.3x"),
            ("1..2", "1.2"),
            ("1.", "2"),
        ] {
            assert_eq!(compare(left, right), None, "{left} {right}");
            assert!(!is_older(left, right) && !is_older(right, left));
        }
        assert_eq!(compare("main", "main"), Some(Ordering::Equal));
    }

    proptest! {
        #[test]
        fn the_order_of_keeping_is_total(mut versions in prop::collection::vec("(v|a@)?[0-9]{1,3}(\\.[0-9]{1,2}){0,2}(-(rc|a|[0-9])[0-9]?)?|[0-9a-f]{7}|", 0..12)) {
            for a in &versions {
                for b in &versions {
                    prop_assert_eq!(rank(a, b), rank(b, a).reverse());
                    prop_assert_eq!(rank(a, b) == Ordering::Equal, a == b);
                    for c in &versions {
                        if rank(a, b).is_le() && rank(b, c).is_le() {
                            prop_assert!(rank(a, c).is_le(), "{} {} {}", a, b, c);
                        }
                    }
                }
            }
            versions.sort_by(|a, b| rank(a, b));
        }

        #[test]
        fn no_text_panics(left in ".{0,20}", right in ".{0,20}") {
            prop_assert_eq!(compare(&left, &right).map(Ordering::reverse), compare(&right, &left));
        }
    }
}
