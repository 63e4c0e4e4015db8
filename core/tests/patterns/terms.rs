//! Terms against the rules, decided without compiling anything.

use proptest::prelude::*;
use skywarden_core::pattern::FilterPattern;

#[derive(Clone, Debug)]
enum Term {
    Word(String),
    Phrase(String),
    /// Alternatives of plain text.
    Regex(Vec<String>),
}

impl Term {
    fn any() -> impl Strategy<Value = Self> {
        let phrase = prop::collection::vec(prop::sample::select(vec!['a', 'b', ' ', '"', '\\', '*', '[', 'é', '\t']), 0..4);
        prop_oneof![
            4 => "[ab][ab_-]{0,2}".prop_map(Self::Word),
            3 => phrase.prop_map(|characters| Self::Phrase(characters.into_iter().collect())),
            1 => prop::collection::vec("[ab ]{1,2}", 1..3).prop_map(Self::Regex),
        ]
    }

    fn write(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Phrase(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('*', "\\*")),
            Self::Regex(alternatives) => format!("%{}%", alternatives.join("|")),
        }
    }

    fn is_in(&self, message: &str) -> bool {
        let has = |text: &str| message.char_indices().map(|(at, _)| at).chain([message.len()]).any(|at| message[at..].starts_with(text));
        match self {
            Self::Word(text) | Self::Phrase(text) => has(text),
            Self::Regex(alternatives) => alternatives.iter().any(|text| has(text)),
        }
    }
}

/// What the rules say.
fn naive(terms: &[(char, Term)], message: &str) -> bool {
    let found = |sign: char| terms.iter().filter(move |term| term.0 == sign).map(|term| term.1.is_in(message));
    if terms.is_empty() {
        true
    } else if terms.iter().all(|term| term.0 == '?') {
        found('?').any(|found| found)
    } else {
        found('+').all(|found| found) && !found('-').any(|found| found)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn agrees_with_a_naive_matcher(
        terms in prop::collection::vec((prop::sample::select(vec!['+', '-', '?']), Term::any()), 0..5),
        space in prop::sample::select(vec![" ", "\t", " \n", "  "]),
        message in "[ab\"\\\\*\\[é \t_-]{0,8}",
    ) {
        let regexes = terms.iter().filter(|term| matches!(term.1, Term::Regex(_))).count();
        prop_assume!(regexes <= 2);
        let written: Vec<String> = terms.iter().map(|(sign, term)| format!("{}{}", sign.to_string().replace('+', ""), term.write())).collect();
        let pattern = written.join(space);
        let parsed = FilterPattern::parse(&pattern);
        prop_assert!(parsed.is_ok(), "{} refuses {:?}", parsed.unwrap_err(), pattern);
        prop_assert_eq!(parsed.unwrap().matches(&message), naive(&terms, &message), "{:?} on {:?}", pattern, message);
    }
}
