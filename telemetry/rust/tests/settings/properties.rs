//! Whatever the text: settings or findings, never a panic, and every place lies in its text.

use proptest::prelude::*;
use skywarden_telemetry::settings::{Environment, KEYS, Levels, Place, Reading, Settings};

use crate::{told, toml, yaml};

/// Pieces that settings are made of, so that random text reaches beyond the parsers.
fn pieces() -> impl Strategy<Value = String> {
    let words: Vec<String> = KEYS
        .iter()
        .flat_map(|key| {
            [key.name().to_owned(), key.example.to_owned(), format!("{} = {}\n", key.name(), key.example), format!("{}: {}\n", key.name(), key.example)]
        })
        .chain(
            [
                "[",
                "]",
                "{",
                "}",
                "=",
                ":",
                "\n",
                "\"",
                "'",
                ",",
                "[[outputs]]\n",
                "[limits]\n",
                "- ",
                "  ",
                "\t",
                "&a ",
                "*a",
                "---\n",
                "é",
                "\u{0}",
                "5",
                "-1",
                "1e9",
                "\r\n",
                "#",
            ]
            .map(str::to_owned),
        )
        .collect();
    prop::collection::vec(prop::sample::select(words), 0..20).prop_map(|pieces| pieces.concat())
}

fn check(reading: &Reading, text: &str) -> Result<(), TestCaseError> {
    let lines = text.trim_start_matches('\u{feff}').split('\n').count();
    for finding in &reading.findings {
        prop_assert!(!finding.message.is_empty() && !finding.to_string().is_empty());
        if let Place::File { line, column, excerpt: Some(excerpt), .. } = &finding.place {
            prop_assert!(*line >= 1 && *line <= lines && *column >= 1, "{finding}");
            prop_assert!(excerpt.start <= excerpt.text.chars().count() && excerpt.length >= 1, "{finding}");
        }
    }
    prop_assert!(!reading.settings.outputs.is_empty() || text.contains("outputs"));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn garbage_is_told_of_and_never_panics(text in any::<String>()) {
        check(&toml(&text), &text)?;
        check(&yaml(&text), &text)?;
    }

    #[test]
    fn pieces_of_settings_are_told_of_and_never_panic(text in pieces()) {
        check(&toml(&text), &text)?;
        check(&yaml(&text), &text)?;
    }

    #[test]
    fn variables_of_any_value_never_panic(index in 0..KEYS.len(), value in "[ -~é]{0,20}", piece in pieces()) {
        if let Some(name) = KEYS[index].variable() {
            for value in [value, piece] {
                let environment = Environment::from_pairs([(name.replace("<n>", "0"), value)]);
                let _ = told(&Settings::builder().environment(environment).read());
            }
        }
    }

    #[test]
    fn lists_of_levels_never_panic_and_lead_back(text in "[a-z.:=, ]{0,30}|(info|debug|a\\.b|=|,|x::y){0,8}") {
        if let Ok(levels) = Levels::parse(&text) {
            prop_assert_eq!(Levels::parse(&levels.to_string()), Ok(levels));
        }
    }

    #[test]
    fn the_level_of_a_logger_is_that_of_its_longest_parent(names in prop::collection::vec("[ab](\\.[ab]){0,3}", 1..6), logger in "[ab](\\.[ab]){0,5}") {
        let text = names.iter().enumerate().map(|(index, name)| format!("{name}={}", ["trace", "debug", "warn", "error", "critical", "off"][index])).collect::<Vec<_>>().join(",");
        if let Ok(levels) = Levels::parse(&text) {
            let parents = levels.targets.iter().filter(|(name, _)| logger == **name || logger.starts_with(&format!("{name}.")));
            let expected = parents.max_by_key(|(name, _)| name.len()).map_or(levels.default, |(_, level)| *level);
            prop_assert_eq!(levels.filter_for(&logger), expected);
        }
    }
}
