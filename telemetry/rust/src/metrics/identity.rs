//! What tells one series from another, and what CloudWatch takes of it.

use std::borrow::Cow;

use skywarden_core::metric::{MAX_DIMENSIONS, clean_dimension, emf::MAX_DIMENSION_NAME, unit};
use smallvec::SmallVec;

use super::Reason;

/// Most characters of a metric's name. The embedded metric format takes 1,024, but PutMetricData, alarms and dashboards take 255: nothing could be
/// done with a longer one.
pub(super) const MAX_NAME: usize = 255;

/// Most characters of a namespace (PutMetricData).
const MAX_NAMESPACE: usize = 255;

/// The member of a document that holds the directives: no target can have its name.
const METADATA: &str = "_aws";

/// How the samples of a series are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Distribution,
}

/// Dimensions by name, as borrowed for a look-up.
pub(super) type Given<'a> = SmallVec<[(&'a str, &'a str); 8]>;

/// Dimensions by name, for keeping.
pub(super) type Dimensions = Box<[(Box<str>, Box<str>)]>;

/// A series: metric and dimensions.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) name: Box<str>,
    pub(super) kind: Kind,
    pub(super) unit: &'static str,
    /// As given, ascending, the values cleaned: what it is found by.
    pub(super) own: Dimensions,
    /// As written: those of all metrics as well, ascending.
    pub(super) dimensions: Dimensions,
}

impl Identity {
    /// Checks everything; `given` and `defaults` are in order.
    ///
    /// # Errors
    /// What CloudWatch would not take.
    pub(super) fn new(kind: Kind, name: &str, unit_name: &str, given: &Given<'_>, defaults: &[(Box<str>, Box<str>)]) -> Result<Self, Reason> {
        if !is_name(name, MAX_NAME) {
            return Err(Reason::Name);
        }
        let unit = unit(unit_name).ok_or(Reason::Unit)?;
        if given.iter().any(|(name, _)| !is_name(name, MAX_DIMENSION_NAME)) {
            return Err(Reason::DimensionName);
        }
        if given.iter().zip(given.iter().skip(1)).any(|(one, next)| one.0 == next.0) {
            return Err(Reason::Clash);
        }
        let own = owned(given.iter().copied());
        let inherited = defaults.iter().filter(|(name, _)| own.iter().all(|(own, _)| own != name));
        let mut dimensions: Vec<_> = own.iter().chain(inherited).cloned().collect();
        dimensions.sort_unstable();
        if dimensions.len() > MAX_DIMENSIONS {
            return Err(Reason::TooManyDimensions);
        }
        if dimensions.iter().any(|(dimension, _)| **dimension == *name) {
            return Err(Reason::Clash);
        }
        Ok(Self { name: name.into(), kind, unit, own, dimensions: dimensions.into() })
    }

    /// What series are written in the order of.
    pub(super) fn order(&self) -> impl Ord + '_ {
        (&self.dimensions, &self.name, &self.own)
    }

    /// Whether it is the one looked for.
    pub(super) fn is(&self, name: &str, given: &Given<'_>) -> bool {
        *self.name == *name && self.own.len() == given.len() && self.own.iter().zip(given).all(|(own, given)| *own.0 == *given.0 && *own.1 == *given.1)
    }
}

/// Dimensions in order. More than CloudWatch takes are refused before anything is done with them.
///
/// # Errors
/// [`Reason::TooManyDimensions`].
pub(super) fn in_order<'a>(dimensions: &[(&'a str, &'a str)]) -> Result<Given<'a>, Reason> {
    if dimensions.len() > MAX_DIMENSIONS {
        return Err(Reason::TooManyDimensions);
    }
    let mut given = Given::from_slice(dimensions);
    given.sort_unstable();
    Ok(given)
}

/// The dimensions that every metric has: in order, without those CloudWatch would not take, whose names are handed to `complain`.
pub(super) fn defaults(settings: &[(String, String)], mut complain: impl FnMut(&str)) -> Dimensions {
    let mut given: Vec<(&str, &str)> = Vec::new();
    for (name, value) in settings {
        let known = given.iter().any(|(known, _)| known == name);
        if is_name(name, MAX_DIMENSION_NAME) && !known && given.len() < MAX_DIMENSIONS {
            given.push((name, value));
        } else {
            complain(name);
        }
    }
    given.sort_unstable();
    owned(given.into_iter())
}

/// Whether metrics can be written to a namespace.
pub(super) fn is_namespace(namespace: &str) -> bool {
    is_name(namespace, MAX_NAMESPACE) && !namespace.starts_with("AWS/")
}

/// Values as CloudWatch takes them: what is odd in a value is replaced, since it comes from data; a name comes from code.
pub(super) fn cleaned<'a>(given: &Given<'a>) -> SmallVec<[(&'a str, Cow<'a, str>); 8]> {
    given.iter().map(|&(name, value)| (name, clean_dimension(value))).collect()
}

/// Mixes a text into a hash, eight bytes at a time. Good enough for as many series as the settings allow, whoever chooses their names: the table is
/// bounded, and the seed is not known.
pub(super) fn hash(seed: u64, text: &str) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |sum: u64, word: u64| {
        let product = (sum ^ word).wrapping_mul(SPREAD);
        product ^ (product >> 32)
    };
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let sum = words.iter().fold(mix(seed, text.len() as u64), |sum, word| mix(sum, u64::from_le_bytes(*word)));
    mix(sum, rest.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte)))
}

fn owned<'a>(dimensions: impl Iterator<Item = (&'a str, &'a str)>) -> Dimensions {
    dimensions.map(|(name, value)| (name.into(), clean_dimension(value).into())).collect()
}

/// Printable ASCII with a character that is seen, the first no colon (PutMetricData, `Dimension`).
fn is_name(name: &str, most: usize) -> bool {
    (1..=most).contains(&name.len())
        && name.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && name.bytes().any(|byte| byte != b' ')
        && !name.starts_with(':')
        && name != METADATA
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, unit: &str, dimensions: &[(&str, &str)]) -> Result<Identity, Reason> {
        Identity::new(Kind::Counter, name, unit, &in_order(dimensions)?, &[("Env".into(), "prod".into())])
    }

    fn numbered(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("d{number}")).collect()
    }

    #[test]
    fn names_are_checked_at_the_boundary() {
        for name in ["m", "a b", "\"quoted\\", "a:b", "_aws2", &"x".repeat(MAX_NAME)] {
            assert!(of(name, "Count", &[]).is_ok(), "{name}");
        }
        for name in ["", " ", ":m", "_aws", "\u{e9}", "a\nb", "\u{7f}", &"x".repeat(MAX_NAME + 1), &"\"".repeat(10_000)] {
            assert_eq!(of(name, "Count", &[]).err(), Some(Reason::Name), "{name}");
        }
        assert!(of("m", "Count", &[(&"x".repeat(MAX_DIMENSION_NAME), "v")]).is_ok());
        for name in ["", ":d", "_aws", "\u{e9}", &"x".repeat(MAX_DIMENSION_NAME + 1)] {
            assert_eq!(of("m", "Count", &[(name, "v")]).err(), Some(Reason::DimensionName), "{name}");
        }
    }

    #[test]
    fn units_are_those_of_cloudwatch() {
        assert!(of("m", "Bytes/Second", &[]).is_ok());
        for unit in ["", "ms", "count"] {
            assert_eq!(of("m", unit, &[]).err(), Some(Reason::Unit), "{unit}");
        }
    }

    #[test]
    fn thirty_dimensions_fit_with_those_of_all_metrics() {
        let names = numbered(31);
        let dimensions: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "v")).collect();
        assert_eq!(of("m", "Count", &dimensions[..29]).map(|identity| identity.dimensions.len()), Ok(30));
        assert_eq!(of("m", "Count", &dimensions[..30]).err(), Some(Reason::TooManyDimensions));
        assert_eq!(of("m", "Count", &dimensions).err(), Some(Reason::TooManyDimensions));
    }

    #[test]
    fn names_of_dimensions_do_not_clash() {
        assert_eq!(of("m", "Count", &[("d", "1"), ("d", "2")]).err(), Some(Reason::Clash));
        assert_eq!(of("d", "Count", &[("d", "1")]).err(), Some(Reason::Clash));
        assert_eq!(of("Env", "Count", &[]).err(), Some(Reason::Clash));
    }

    #[test]
    fn own_dimensions_outweigh_those_of_all_metrics_and_all_are_in_order() {
        let pairs = |identity: &Identity| identity.dimensions.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect::<Vec<_>>();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let identity = of("m", "Count", &[("Z", "\u{e9}"), ("A", "")]).unwrap();
        assert_eq!(pairs(&identity), [pair("A", "__empty__"), pair("Env", "prod"), pair("Z", "?")]);
        assert!(identity.is("m", &in_order(&[("A", "__empty__"), ("Z", "?")]).unwrap()));
        assert_eq!(pairs(&of("m", "Count", &[("Env", "test")]).unwrap()), [pair("Env", "test")]);
    }

    #[test]
    fn defaults_that_cannot_be_are_left_out_and_told() {
        let mut told = Vec::new();
        let mut settings: Vec<(String, String)> =
            [("b", "1"), (":", "x"), ("a", ""), ("b", "2")].map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        settings.extend(numbered(29).into_iter().map(|name| (name, "v".to_owned())));
        let kept = defaults(&settings, |name| told.push(name.to_owned()));
        assert_eq!(kept.len(), 30);
        assert_eq!((&*kept[0].0, &*kept[0].1, &*kept[1].1), ("a", "__empty__", "1"));
        assert_eq!(told, [":", "b", "d28"]);
    }

    #[test]
    fn hashes_tell_texts_and_their_order_apart() {
        let texts = ["", "a", "b", "aa", "a\0", "abcdefgh", "abcdefg", "abcdefghi", "hgfedcba"];
        let mut all: Vec<u64> = texts.iter().flat_map(|one| texts.iter().map(|other| hash(hash(7, one), other))).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), texts.len() * texts.len());
    }

    #[test]
    fn namespaces_are_ours() {
        for (namespace, fits) in [("shop/prod/api", true), ("", false), ("AWS/Lambda", false), (":x", false), (&*"x".repeat(256), false)] {
            assert_eq!(is_namespace(namespace), fits, "{namespace}");
        }
    }
}
