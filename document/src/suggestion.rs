//! "Did you mean": the known word closest to a typed one.

/// The closest of `known`, when it is close enough to be what was meant.
pub fn closest<'w>(typed: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let folded = fold(typed);
    // A third of the word may differ: `retension` is `retention`, `colour` is not `color_mode`.
    let allowed = (folded.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&folded, &fold(word)), word))
        .filter(|(distance, word)| *distance <= allowed && *distance < word.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Case and the word separator do not count as mistakes of spelling.
fn fold(word: &str) -> String {
    // Longer words than this are no slip of the finger, and the distance costs their product.
    word.chars().take(64).collect::<String>().to_lowercase().replace('-', "_")
}

/// Words as a person lists them: `a`, `b`, `c`.
pub fn listed<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let known = ["retention", "rotate", "request_headers", "to"];
        assert_eq!(closest("retension", known), Some("retention"));
        assert_eq!(closest("rotaet", known), Some("rotate"));
        assert_eq!(closest("Request-Headers", known), Some("request_headers"));
        assert_eq!(closest("Rotate", known), Some("rotate"));
        assert_eq!(closest("colour", known), None);
        assert_eq!(closest("x", ["y"]), None);
        assert_eq!(closest("x", []), None);
        assert_eq!(closest(&"rotate".repeat(100_000), known), None);
    }

    #[test]
    fn words_are_listed_in_their_order() {
        assert_eq!(listed(["b", "a"]), "`b`, `a`");
        assert_eq!(listed([]), "");
    }
}
