//! Conditions as data: written out as a pattern would, and decided the slow and plain way.

use proptest::prelude::*;

/// A tree of conditions on `S`.
#[derive(Clone, Debug)]
pub(crate) enum Logic<C> {
    One(C),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl<C: Clone + std::fmt::Debug + 'static> Logic<C> {
    /// Trees of these conditions, up to three deep.
    pub(crate) fn of(condition: impl Strategy<Value = C> + 'static) -> BoxedStrategy<Self> {
        let one = condition.prop_map(Self::One).boxed();
        let tree = one.clone().prop_recursive(3, 8, 3, |inner| {
            prop_oneof![prop::collection::vec(inner.clone(), 1..4).prop_map(Self::All), prop::collection::vec(inner, 1..4).prop_map(Self::Any)]
        });
        // Single conditions as often: among several one that is decided wrongly seldom shows.
        prop_oneof![one, tree].boxed()
    }

    /// The tree as a pattern writes it: parentheses where `&&` would otherwise bind tighter, and around every third list.
    pub(crate) fn write(&self, leaf: &impl Fn(&C) -> String) -> String {
        let parts = |parts: &[Self], sign: &str, around_or: bool| {
            let written = parts.iter().map(|part| match part {
                Self::Any(inner) if around_or && inner.len() > 1 => format!("({})", part.write(leaf)),
                _ if parts.len() == 3 => format!("( {} )", part.write(leaf)),
                _ => part.write(leaf),
            });
            written.collect::<Vec<_>>().join(sign)
        };
        match self {
            Self::One(condition) => leaf(condition),
            // A list of one is no list: what stands in it is next to what stands around it.
            Self::All(inner) | Self::Any(inner) if inner.len() == 1 => format!("({})", inner[0].write(leaf)),
            Self::All(inner) => parts(inner, "&&", true),
            Self::Any(inner) => parts(inner, " || ", false),
        }
    }

    pub(crate) fn holds(&self, leaf: &impl Fn(&C) -> bool) -> bool {
        match self {
            Self::One(condition) => leaf(condition),
            Self::All(inner) => inner.iter().all(|part| part.holds(leaf)),
            Self::Any(inner) => inner.iter().any(|part| part.holds(leaf)),
        }
    }
}

/// A comparison.
#[derive(Clone, Debug)]
pub(crate) struct Compare {
    sign: &'static str,
    right: Right,
}

#[derive(Clone, Debug)]
enum Right {
    /// Unquoted number.
    Number(&'static str),
    /// Unquoted word.
    Bare(String),
    /// Quoted text; none is a `*`.
    Quoted(Vec<Option<char>>),
}

/// A string, or a number as it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left<'t> {
    pub(crate) text: &'t str,
    pub(crate) number: Option<f64>,
}

impl Compare {
    /// Any comparison.
    pub(crate) fn any() -> BoxedStrategy<Self> {
        let number = prop::sample::select(vec!["1", "1.0", "1e0", "-1", "0", "-0", "+1", "01", "10", "1.5"]);
        let right = prop_oneof![
            number.clone().prop_map(Right::Number),
            "[a*]{1,4}".prop_map(Right::Bare),
            "[ab*]{1,4}".prop_map(Right::Bare),
            prop::collection::vec(
                prop::sample::select(vec![Some('a'), Some('b'), Some('1'), Some('"'), Some('\\'), Some('*'), Some('é'), Some(' '), None]),
                0..4
            )
            .prop_map(Right::Quoted),
        ];
        let equality = (prop::sample::select(vec!["=", "!=", " = ", " !=\t"]), right);
        let order = (prop::sample::select(vec!["<", "<=", ">", ">=", " > "]), number.prop_map(Right::Number));
        prop_oneof![equality, order].prop_map(|(sign, right)| Self { sign, right }).boxed()
    }

    /// As a pattern writes it.
    pub(crate) fn write(&self) -> String {
        let right = match &self.right {
            Right::Number(text) => (*text).to_owned(),
            Right::Bare(text) => text.clone(),
            Right::Quoted(text) => {
                let escaped = text.iter().map(|character| match character {
                    None => "*".to_owned(),
                    Some(special @ ('"' | '\\' | '*')) => format!("\\{special}"),
                    Some(other) => other.to_string(),
                });
                format!("\"{}\"", escaped.collect::<String>())
            }
        };
        format!("{}{right}", self.sign)
    }

    pub(crate) fn holds(&self, left: Left<'_>) -> bool {
        let bound = || match self.right {
            Right::Number(text) => text.parse::<f64>().unwrap(),
            _ => unreachable!("an order has a number"),
        };
        match self.sign.trim() {
            "=" => self.equals(left),
            "!=" => !self.equals(left),
            "<" => left.number.is_some_and(|number| number < bound()),
            "<=" => left.number.is_some_and(|number| number <= bound()),
            ">" => left.number.is_some_and(|number| number > bound()),
            _ => left.number.is_some_and(|number| number >= bound()),
        }
    }

    fn equals(&self, left: Left<'_>) -> bool {
        match (&self.right, left.number) {
            (Right::Number(text), Some(number)) => {
                text.parse::<f64>().unwrap().total_cmp(&number).is_eq() || (number == 0.0 && text.trim_start_matches('-') == "0")
            }
            (Right::Number(text), None) => *text == left.text,
            (Right::Bare(text), _) => wildcard(&text.chars().map(|c| (c != '*').then_some(c)).collect::<Vec<_>>(), left.text),
            (Right::Quoted(text), _) => wildcard(text, left.text),
        }
    }
}

/// `*` without backtracking: each piece of text is taken where it first appears, and the last one must then end the text.
fn wildcard(pattern: &[Option<char>], text: &str) -> bool {
    let pieces: Vec<String> = pattern.split(Option::is_none).map(|piece| piece.iter().flatten().collect()).collect();
    if pieces.len() == 1 {
        return text == pieces[0];
    }
    if !text.starts_with(&pieces[0]) {
        return false;
    }
    let mut at = pieces[0].len();
    for (index, piece) in pieces.iter().enumerate().skip(1) {
        if piece.is_empty() && index + 1 == pieces.len() {
            return true;
        }
        let Some(found) = (at..=text.len()).find(|&start| text.is_char_boundary(start) && text[start..].starts_with(piece.as_str())) else {
            return false;
        };
        at = found + piece.len();
    }
    at == text.len()
}
