//! Terminal colours around a word.
//!
//! Only the sequences of ECMA-48 that begin with `ESC [` are known; they run to a byte from `@` to `~`.

/// What every sequence begins with.
pub(crate) const ESCAPE: char = '\u{1b}';

/// A word without the codes before and behind it.
pub(super) fn inner(word: &str) -> &str {
    let mut rest = word;
    while let Some(after) = rest.starts_with(ESCAPE).then(|| after_sequence(rest)).flatten() {
        rest = after;
    }
    rest.split(ESCAPE).next().unwrap_or(rest)
}

/// What follows the sequence a text begins with.
pub(crate) fn after_sequence(text: &str) -> Option<&str> {
    let body = text.strip_prefix("\u{1b}[")?;
    let end = body.bytes().position(|byte| !(b' '..=b'?').contains(&byte))?;
    body.as_bytes().get(end).filter(|byte| (b'@'..=b'~').contains(byte))?;
    body.get(end + 1..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_around_a_word_go() {
        assert_eq!((inner("\u{1b}[1m\u{1b}[31mx\u{1b}[0m"), inner("x"), inner("\u{1b}")), ("x", "x", ""));
        assert_eq!((after_sequence("\u{1b}[0mx"), after_sequence("\u{1b}[é"), after_sequence("x")), (Some("x"), None, None));
    }
}
