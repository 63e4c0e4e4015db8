//! Bytes: what the recognisers ask of single bytes and runs of them. Beyond the end there is a NUL, which no recogniser accepts.

use std::ops::Range;

/// The byte at `at`, or NUL beyond the end.
pub(super) fn at(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// The byte before `at`, or NUL at the beginning.
pub(super) fn before(text: &[u8], at: usize) -> u8 {
    at.checked_sub(1).map_or(0, |before| self::at(text, before))
}

/// End of the run of bytes from `from` that `accept` takes, at most `limit` of them.
pub(super) fn run(text: &[u8], from: usize, limit: usize, accept: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.iter().take(limit).take_while(|byte| accept(**byte)).count()
}

/// Start of the run of bytes before `to` that `accept` takes, at most `limit` of them.
pub(super) fn run_back(text: &[u8], to: usize, limit: usize, accept: impl Fn(u8) -> bool) -> usize {
    let head = text.get(..to).unwrap_or_default();
    to - head.iter().rev().take(limit).take_while(|byte| accept(**byte)).count()
}

/// The bytes of a range, empty when it is none.
pub(super) fn slice(text: &[u8], range: Range<usize>) -> &[u8] {
    text.get(range).unwrap_or_default()
}

/// Whether the text goes on with `prefix` at `at`.
pub(super) fn starts(text: &[u8], at: usize, prefix: &[u8]) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(prefix))
}

/// Whether the text goes on with `prefix` at `at`, in any ASCII case.
pub(super) fn starts_any_case(text: &[u8], at: usize, prefix: &[u8]) -> bool {
    text.get(at..at + prefix.len()).is_some_and(|piece| piece.eq_ignore_ascii_case(prefix))
}

/// A blank inside a line.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// A quotation mark of any kind a program writes around a value.
pub(super) const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// A byte of a word, and of an identifier that a token may be glued to.
pub(super) const fn is_identifier(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A byte of the base64url alphabet.
pub(super) const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Where `needle` first is in `text` from `from` on.
pub(super) fn find(text: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(text.get(from..)?, needle).map(|found| from + found)
}

/// How far before a number the word that explains it may stand.
const HINT: usize = 24;

/// Whether one of these lower-case words stands shortly before `start` in the same line.
pub(super) fn is_called(text: &[u8], start: usize, words: &[&str]) -> bool {
    let from = run_back(text, start, HINT, |byte| byte != b'\n');
    let before = slice(text, from..start).to_ascii_lowercase();
    words.iter().any(|word| find(&before, 0, word.as_bytes()).is_some())
}
