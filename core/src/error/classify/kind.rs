//! Names of error types, as the languages write them.

use smallvec::SmallVec;

/// Most segments of a type's name looked at, from its end.
const MAX_SEGMENTS: usize = 6;

/// The name without what surrounds it: `*url.Error`, `&str`, `alloc::boxed::Box<dyn core::error::Error>`, `TypeError [ERR_X]`.
pub(super) fn bare(kind: &str) -> &str {
    // Lambda's runtime for Ruby writes `Function<NoMethodError>`.
    let kind = kind.strip_prefix("Function<").unwrap_or(kind);
    let kind = kind.trim_start_matches(['&', '*', ' ', '<', '"']);
    let end = kind.find(['<', '[', '(', ' ', '>', '"']).unwrap_or(kind.len());
    kind.get(..end).unwrap_or(kind).trim_end_matches([':', '.'])
}

/// The name and its endings at the borders of segments, longest first: `a.b.KeyError`, `b.KeyError`, `KeyError`. The borders are those of every
/// language: `.`, `::`, `\` (PHP), `/` (Go), `$` (Java) and `#` (AWS).
pub(super) fn endings(name: &str) -> SmallVec<[&str; MAX_SEGMENTS]> {
    let mut endings = SmallVec::new();
    for (at, byte) in name.bytes().enumerate().rev() {
        if matches!(byte, b'.' | b':' | b'\\' | b'/' | b'$' | b'#')
            && let Some(ending) = name.get(at + 1..).filter(|ending| !ending.is_empty() && !ending.starts_with(':'))
        {
            if endings.len() + 1 == MAX_SEGMENTS {
                break;
            }
            endings.push(ending);
        }
    }
    endings.push(name);
    endings.reverse();
    endings
}

/// Whether the name is a path of Rust. Its runtime for Lambda reports the type of whatever was returned, and an error type of Rust is most often an
/// enum of everything that can go wrong: the last segment says little.
pub(super) fn is_of_rust(name: &str) -> bool {
    // Ruby writes `::` as well, between names with capitals.
    name.contains("::") && name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
}

/// Whether a word is known for an error's name even in the middle of a sentence: two humps (`NoSuchKey`), or capitals joined (`RESOURCE_EXHAUSTED`).
pub(super) fn is_distinctive(word: &str) -> bool {
    if word.len() < 6 || !word.starts_with(|first: char| first.is_ascii_uppercase()) {
        return false;
    }
    let capitals = word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let humps = word.bytes().zip(word.bytes().skip(1)).any(|(left, right)| left.is_ascii_lowercase() && right.is_ascii_uppercase());
    humps || (capitals && word.contains('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_what_surrounds_it() {
        for (kind, expected) in [
            ("*url.Error", "url.Error"),
            ("alloc::boxed::Box<dyn core::error::Error>", "alloc::boxed::Box"),
            ("TypeError [ERR_INVALID_ARG_TYPE]", "TypeError"),
            ("KeyError", "KeyError"),
            ("&str", "str"),
            ("Function<NoMethodError>", "NoMethodError"),
            ("", ""),
        ] {
            assert_eq!(bare(kind), expected);
        }
    }

    #[test]
    fn endings_go_from_the_whole_to_the_last_segment() {
        assert_eq!(endings("a.b.KeyError").as_slice(), ["a.b.KeyError", "b.KeyError", "KeyError"]);
        assert_eq!(endings("sqlx::Error").as_slice(), ["sqlx::Error", "Error"]);
        assert_eq!(endings("KeyError").as_slice(), ["KeyError"]);
        assert_eq!(endings("Illuminate\\Database\\QueryException").last(), Some(&"QueryException"));
        assert_eq!(endings(&"a.".repeat(40)).len(), MAX_SEGMENTS);
    }

    #[test]
    fn paths_of_rust_are_told_from_names_of_ruby() {
        assert!(is_of_rust("shop::OrderError") && !is_of_rust("PG::UniqueViolation") && !is_of_rust("shop.OrderError"));
    }

    #[test]
    fn distinctive_words_are_no_words_of_a_language() {
        assert!(is_distinctive("NoSuchKey") && is_distinctive("RESOURCE_EXHAUSTED"));
        assert!(!is_distinctive("Forbidden") && !is_distinctive("UNAVAILABLE") && !is_distinctive("iPhone") && !is_distinctive("panic"));
    }
}
