//! Texts cut to what they take in a stored document.

/// What stands where a text was cut.
const CUT: &str = " …";

/// The text, cut so that its JSON form takes at most `limit` bytes without the quotes. Cutting what was cut changes nothing.
pub(super) fn fit(text: &str, limit: usize) -> String {
    let mut length = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        length += json_length(character);
        if length + CUT.len() <= limit {
            end = at + character.len_utf8();
        }
        if length > limit {
            return format!("{}{CUT}", text.get(..end).unwrap_or(""));
        }
    }
    text.to_owned()
}

/// Bytes of a character in a JSON text, as `serde_json` writes it.
const fn json_length(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => character.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stored(text: &str) -> usize {
        serde_json::to_string(text).unwrap().len() - 2
    }

    #[test]
    fn a_text_at_the_limit_is_whole_and_a_longer_one_is_cut_at_a_character() {
        assert_eq!(fit("abcdefgh", 8), "abcdefgh");
        assert_eq!(fit("abcdefghi", 8), "abcd …");
        assert_eq!(fit("äöüäö", 9), "äö …");
        assert_eq!(fit("\u{1}\u{1}\u{1}", 12), "\u{1} …");
    }

    proptest! {
        #[test]
        fn a_text_takes_no_more_than_its_limit_and_is_cut_once(text in "[\\x00-\\x7fä€😀]{0,60}", limit in 8_usize..80) {
            let cut = fit(&text, limit);
            prop_assert!(stored(&cut) <= limit);
            prop_assert_eq!(fit(&cut, limit), cut.clone());
            prop_assert_eq!(cut == text, stored(&text) <= limit);
        }
    }
}
