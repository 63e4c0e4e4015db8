//! Values in text: how far the value behind a key reaches, when nothing says so but the text itself.

use std::ops::Range;

use super::{
    byte::{at, before, find, is_blank, is_quote, run, slice, starts},
    debug_form, edit,
    key::KeyClass,
};

/// Most bytes of one value in brackets or quotes.
pub(super) const LONGEST: usize = 16 * 1024;

/// What stands for "there is no value" in some language.
const NOTHING: &[&str] = &["null", "none", "nil", "undefined", "true", "false", "nan", "yes", "no"];

/// Words that go on a sentence behind a name and a colon: `invalid token: expired`. Anything else there is taken for a value.
const PROSE: &[&str] = &[
    "a",
    "absent",
    "already",
    "an",
    "and",
    "are",
    "at",
    "bad",
    "be",
    "but",
    "can",
    "cannot",
    "changed",
    "check",
    "contains",
    "could",
    "denied",
    "did",
    "does",
    "empty",
    "eof",
    "error",
    "expected",
    "expired",
    "failed",
    "failure",
    "field",
    "for",
    "found",
    "from",
    "has",
    "have",
    "if",
    "in",
    "incorrect",
    "invalid",
    "is",
    "it",
    "key",
    "length",
    "malformed",
    "may",
    "minimum",
    "mismatch",
    "missing",
    "must",
    "never",
    "not",
    "of",
    "ok",
    "on",
    "only",
    "or",
    "out",
    "please",
    "provided",
    "refresh",
    "refused",
    "rejected",
    "required",
    "reset",
    "revoked",
    "rotated",
    "set",
    "should",
    "signature",
    "the",
    "this",
    "to",
    "too",
    "unauthorized",
    "unexpected",
    "unknown",
    "unset",
    "updated",
    "use",
    "used",
    "user",
    "using",
    "valid",
    "value",
    "was",
    "we",
    "were",
    "when",
    "will",
    "with",
    "without",
    "wrong",
    "you",
    "your",
];

/// Schemes a credential may stand behind.
const SCHEMES: &[&str] = &["basic", "bearer", "digest", "negotiate", "token", "apikey", "hmac", "aws4-hmac-sha256", "ntlm", "hawk", "oauth", "dpop", "key"];

/// The value behind the separator at `sep` (`=`, `:`, `=>`, `:=`), without its quotes; `None` when there is none worth masking.
pub(super) fn behind(text: &[u8], sep: usize, quoted_key: bool, class: KeyClass) -> Option<Range<usize>> {
    let mut start = sep + 1;
    match (at(text, sep), at(text, start)) {
        // A comparison, and a path of a program: `token::Kind`.
        (b'=', b'=') | (b':', b':') => return None,
        (b'=', b'>') | (b':', b'=') => start += 1,
        (b':', _) if before(text, sep) == b':' => return None,
        _ => {}
    }
    let first = run(text, start, 8, is_blank);
    let sentence = at(text, sep) == b':' && first > start && !quoted_key;
    let value = match quoted(text, first).or_else(|| debug_form::inside(text, first)) {
        Some(value) => value,
        None => bare(text, first, class)?,
    };
    // What is assigned is no sentence: passwords like to end with `!` or `?`.
    let marks = if at(text, sep) == b'=' { run(text, value.end, LONGEST, |byte| matches!(byte, b'!' | b'?')) } else { value.end };
    let value = value.start..marks;
    let shown = slice(text, value.clone());
    // In a line of commas the first piece tells.
    let head = shown.split(|byte| matches!(byte, b',' | b';')).next().unwrap_or_default();
    let pass = |text: &[u8]| is_placeholder(text) || sentence && class != KeyClass::Authorization && is_prose(text);
    (!edit::is_masked(shown) && !pass(shown) && (head.is_empty() || !pass(head))).then_some(value)
}

/// The value between an element's tags; `close` is where its opening tag ends.
pub(super) fn in_element(text: &[u8], close: usize) -> Option<Range<usize>> {
    let start = close + 1;
    let end = run(text, start, LONGEST, |byte| byte != b'<' && byte != b'\n');
    let value = start..end;
    (at(text, end) == b'<' && !is_placeholder(slice(text, value.clone()))).then_some(value)
}

/// The argument behind a command's flag and a blank.
pub(super) fn argument(text: &[u8], blank: usize) -> Option<Range<usize>> {
    let first = run(text, blank, 8, is_blank);
    if first == blank || at(text, first) == b'-' {
        return None;
    }
    let value = quoted(text, first).or_else(|| bare(text, first, KeyClass::Secret))?;
    let shown = slice(text, value.clone());
    (!is_placeholder(shown) && !is_prose(shown)).then_some(value)
}

/// A value in quotes, which may be escaped any number of times: it ends at the next quote of its kind that is escaped as often.
pub(super) fn quoted(text: &[u8], first: usize) -> Option<Range<usize>> {
    // Python's b'..', f"..", u'..'
    let prefix = usize::from(matches!(at(text, first), b'b' | b'u' | b'r' | b'f') && is_quote(at(text, first + 1)));
    let first = first + prefix;
    let open = run(text, first, 64, |byte| byte == b'\\');
    let escapes = open - first;
    let quote = at(text, open);
    if !is_quote(quote) {
        return None;
    }
    let start = open + 1;
    let limit = text.len().min(start + LONGEST);
    let mut from = start;
    while let Some(found) = memchr::memchr(quote, slice(text, from..limit)) {
        let close = from + found;
        let before = slice(text, start..close).iter().rev().take_while(|byte| **byte == b'\\').count();
        if before <= escapes {
            return Some(start..close - before);
        }
        from = close + 1;
    }
    // Cut off in the middle: the rest of the line.
    Some(start..run(text, start, LONGEST, |byte| byte != b'\n'))
}

/// A value without quotes.
fn bare(text: &[u8], first: usize, class: KeyClass) -> Option<Range<usize>> {
    match at(text, first) {
        b'[' => {
            let end = run(text, first + 1, LONGEST, |byte| byte != b']' && byte != b'\n');
            return (at(text, end) == b']').then_some(first + 1..end);
        }
        // A structure, whose own keys count; a reference, `${NAME}`; a placeholder, `<token>`; an escape.
        b'{' | b'(' | b'<' | b'\\' => return None,
        b'$' if matches!(at(text, first + 1), b'{' | b'(') => return None,
        b'%' if at(text, first + 1) == b'(' => return None,
        _ => {}
    }
    let end = match class {
        KeyClass::Cookie => cookies(text, first),
        KeyClass::Authorization => credential(text, first),
        _ => token(text, first),
    };
    (slice(text, first..end).iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)).then_some(first..end)
}

/// End of a value of one piece.
fn token(text: &[u8], first: usize) -> usize {
    let end = run(text, first, LONGEST, |byte| !ends_token(byte));
    let inside = slice(text, first..end);
    // Punctuation ends the value when nothing but punctuation or another pair follows; otherwise it belongs to it.
    for (index, _) in inside.iter().enumerate().skip(1).filter(|(_, byte)| matches!(byte, b',' | b';' | b'|' | b'&' | b')' | b']' | b'}')) {
        let rest = slice(inside, index + 1..inside.len());
        let closes = rest.iter().all(|byte| matches!(byte, b')' | b']' | b'}' | b',' | b';' | b'.' | b':' | b'&'));
        let word = run(rest, 0, 64, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' ' | b'['));
        let pair = word > 0 && matches!(at(rest, word), b'=' | b':');
        // `Password=a;User Id=b`: the next key has a blank in it, so the token ended before its separator.
        let broken_pair = word == rest.len() && word > 0 && inside[index] == b';' && {
            let more = run(text, end, 32, |byte| byte.is_ascii_alphanumeric() || byte == b' ');
            at(text, more) == b'='
        };
        if closes || pair || broken_pair {
            return first + index;
        }
    }
    // The full stop or comma behind a value is the sentence's.
    let tail = inside.iter().rev().take_while(|byte| matches!(byte, b'.' | b',' | b';' | b':' | b'!' | b'?')).count();
    if tail < inside.len() { end - tail } else { end }
}

fn ends_token(byte: u8) -> bool {
    byte.is_ascii_whitespace() || is_quote(byte) || matches!(byte, b'<' | b'>' | b'\\') || byte < 0x20
}

/// End of a credential: a scheme, then one piece, or the list of pairs that Digest and AWS write.
fn credential(text: &[u8], first: usize) -> usize {
    let word = run(text, first, 32, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let scheme = slice(text, first..word);
    if !SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known.as_bytes())) || !is_blank(at(text, word)) {
        return token(text, first);
    }
    // `Credential=…, SignedHeaders=…, Signature=…`, or one piece.
    let mut next = run(text, word, 8, is_blank);
    let mut end = next;
    loop {
        let name = run(text, next, 32, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let first = at(text, name + 1);
        let parameter = name > next && at(text, name) == b'=' && (is_quote(first) || first.is_ascii_alphanumeric());
        match (parameter, end == next) {
            (true, _) if is_quote(first) => end = quoted(text, name + 1).map_or(name + 1, |inner| inner.end + 1),
            (true, _) => end = token(text, name + 1),
            (false, true) => return token(text, next),
            (false, false) => return end,
        }
        if at(text, end) != b',' {
            return end;
        }
        next = run(text, end + 1, 4, is_blank);
    }
}

/// End of a list of cookies: pieces that end with `;` go on.
fn cookies(text: &[u8], first: usize) -> usize {
    let mut end = first;
    loop {
        let piece = run(text, end, LONGEST, |byte| !ends_token(byte));
        let next = run(text, piece, 2, is_blank);
        if piece == end || before(text, piece) != b';' || next == piece || ends_token(at(text, next)) {
            return piece - slice(text, end..piece).iter().rev().take_while(|byte| matches!(byte, b',' | b']' | b'}' | b')')).count();
        }
        end = next;
    }
}

/// Whether a value says that there is none, that it is masked already, or where it is to be found.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    let inner = value.strip_prefix(b"[").or_else(|| value.strip_prefix(b"<")).unwrap_or(value);
    let inner = inner.strip_suffix(b"]").or_else(|| inner.strip_suffix(b">")).unwrap_or(inner);
    let word = |words: &[&str]| words.iter().any(|word| inner.eq_ignore_ascii_case(word.as_bytes()));
    inner.iter().all(|byte| !byte.is_ascii_alphanumeric() && *byte < 0x80)
        || word(NOTHING)
        || word(&["redacted", "filtered", "masked", "hidden", "removed", "secret", "sanitized"])
        || inner.len() > 2 && inner.iter().all(|byte| matches!(byte, b'x' | b'X' | b'*'))
        || starts(value, 0, b"arn:aws")
        || starts(value, 0, b"${")
        || starts(value, 0, b"{{")
        || starts(value, 0, b"ssm:/")
        || find(value, 0, b"{{resolve:").is_some()
}

fn is_prose(value: &[u8]) -> bool {
    let word = run(value, 0, 16, |byte| byte.is_ascii_alphabetic());
    word == value.len() && PROSE.iter().any(|known| value.eq_ignore_ascii_case(known.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, class: KeyClass) -> Option<&str> {
        let sep = text.find(['=', ':'])?;
        behind(text.as_bytes(), sep, false, class).map(|range| &text[range])
    }

    #[test]
    fn values_end_where_they_are_meant_to() {
        for (text, expected) in [
            ("k=v rest", "v"),
            ("k=v, rest", "v"),
            ("k=v,l=w", "v"),
            ("k=a,b;c rest", "a,b;c"),
            ("k=v;User Id=b;", "v"),
            ("k=abc==;EndpointSuffix=x", "abc=="),
            ("k=v&l=w", "v"),
            ("T(k=v)", "v"),
            ("[{k=v}]", "v"),
            ("k=p@ss)word!", "p@ss)word!"),
            ("k: p@ss)word!", "p@ss)word"),
            ("k = 'a b' x", "a b"),
            ("k: \"a \\\" b\" x", "a \\\" b"),
            ("k\\\":\\\"a b\\\" x", "a b"),
            ("k=>'v'", "v"),
            ("k:= v", "v"),
            ("k=b'v'", "v"),
            ("k=[v, w] x", "v, w"),
            ("k=\"cut off", "cut off"),
            ("k: hunter2.", "hunter2"),
        ] {
            assert_eq!(value(text, KeyClass::Secret), Some(expected), "{text}");
        }
    }

    #[test]
    fn headers_reach_over_their_parts() {
        for (text, expected) in [
            ("A: Bearer abc, B: c", "Bearer abc"),
            ("A: abc", "abc"),
            (
                "A: AWS4-HMAC-SHA256 Credential=A/b/c, SignedHeaders=host;date, Signature=abc\nHost: x",
                "AWS4-HMAC-SHA256 Credential=A/b/c, SignedHeaders=host;date, Signature=abc",
            ),
            ("A: Digest username=\"a b\", realm=\"r\" end", "Digest username=\"a b\", realm=\"r\""),
            ("A:[Basic abc=] C:[d]", "Basic abc="),
        ] {
            assert_eq!(value(text, KeyClass::Authorization), Some(expected), "{text}");
        }
        assert_eq!(value("C: a=b; c=d; e=f next", KeyClass::Cookie), Some("a=b; c=d; e=f"));
        assert_eq!(value("C: a=b' -v", KeyClass::Cookie), Some("a=b"));
    }

    #[test]
    fn what_is_no_value_passes() {
        for text in [
            "k==v",
            "k::v",
            "k: expired",
            "k: null",
            "k=",
            "k=***",
            "k=[REDACTED]",
            "k=<password>",
            "k=${DB}",
            "k={a:1}",
            "k: \"\"",
            "k=xxxx",
            "k=arn:aws:x",
            "k: }",
        ] {
            assert_eq!(value(text, KeyClass::Secret), None, "{text}");
        }
    }
}
