//! E-mail addresses.

use std::ops::Range;

use super::byte::{at, before, run, run_back, slice};

/// Longest local part that is taken along; RFC 5321 allows 64 bytes, what is longer is masked that far.
const LONGEST_LOCAL: usize = 128;

/// Longest domain. Source: RFC 1035.
const LONGEST_DOMAIN: usize = 253;

/// Last labels that are no top-level domains but the ends of names with an `@` in them: systemd units, files of several resolutions, modules. Endings
/// that are both, `.rs`, `.py`, `.sh`, `.target`, are domains: what stands around an address looks like a path or a line of code often enough.
const NOT_DOMAINS: &[&str] = &[
    "service", "socket", "timer", "mount", "slice", "scope", "device", "path", "swap", "png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "mjs", "cjs",
    "jsx", "ts", "tsx", "json", "html", "yaml", "yml", "toml", "lock",
];

/// Labels that begin with a digit, from the first on, that make a version. A domain may have two.
const VERSION_NUMBERS: usize = 3;

/// The address around the `@` at `sign`.
pub(super) fn find(text: &[u8], sign: usize) -> Option<Range<usize>> {
    let start = local(text, sign)?;
    let end = domain(text, sign + 1)?;
    // `git@host:owner/repository` names a place, not a person.
    let remote = slice(text, start..sign) == b"git" && matches!(at(text, end), b':' | b'/');
    (!remote).then_some(start..end)
}

/// Where the local part begins: dot-atoms of RFC 5322 as people use them, letters of other alphabets included.
fn local(text: &[u8], sign: usize) -> Option<usize> {
    let accept = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-' | b'\'') || byte >= 0x80;
    let mut start = run_back(text, sign, LONGEST_LOCAL, accept);
    if let Some(lead) = slice(text, start..sign).iter().rposition(|byte| is_foreign(*byte)) {
        start = run(text, start + lead + 1, 3, |byte| byte & 0xC0 == 0x80);
    }
    start = run(text, start, LONGEST_LOCAL, |byte| matches!(byte, b'.' | b'-' | b'\''));
    (start < sign && before(text, sign) != b'.').then_some(start)
}

/// First byte, in UTF-8, of quotation marks and of scripts written without blanks: they belong to the sentence around the address.
const fn is_foreign(byte: u8) -> bool {
    byte == 0xC2 || byte >= 0xE0
}

/// Where the domain that begins at `start` ends: two labels or more, the last one a top-level domain.
fn domain(text: &[u8], start: usize) -> Option<usize> {
    let end = run(text, start, LONGEST_DOMAIN, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-') || byte >= 0x80 && !is_foreign(byte));
    let trailing = slice(text, start..end).iter().rev().take_while(|byte| matches!(byte, b'.' | b'-')).count();
    let end = end - trailing;
    let name = slice(text, start..end);
    let dot = name.iter().rposition(|byte| *byte == b'.')?;
    let top = slice(name, dot + 1..name.len());
    let known = top.len() >= 2 && (top.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80) || top.starts_with(b"xn--"));
    let labels = !name.starts_with(b".") && !name.starts_with(b"-") && !name.windows(2).any(|two| two == b"..");
    // `react@18.2.0-beta.rc`: a version is no domain.
    let version = name.split(|byte| *byte == b'.').take(VERSION_NUMBERS).all(|label| label.first().is_some_and(u8::is_ascii_digit));
    let is_file = |label: &[u8]| NOT_DOMAINS.iter().any(|end| label.eq_ignore_ascii_case(end.as_bytes()));
    // `react@18.min.js.map`: the map of a file.
    let other = is_file(top) || top.eq_ignore_ascii_case(b"map") && name.rsplit(|byte| *byte == b'.').nth(1).is_some_and(is_file);
    (known && labels && !version && !other).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        find(text.as_bytes(), text.find('@')?).map(|range| &text[range])
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        for (text, expected) in [
            ("to ann.lee+x@mail.example.com, and", "ann.lee+x@mail.example.com"),
            ("<ann@example.co.uk>", "ann@example.co.uk"),
            ("mail ann@example.com.", "ann@example.com"),
            ("o'brien@example.ie", "o'brien@example.ie"),
            ("josé@exämple.de x", "josé@exämple.de"),
            ("'ann@example.com'", "ann@example.com"),
            ("a=1&ann@example.com", "ann@example.com"),
            ("«ann@example.com»", "ann@example.com"),
            ("邮件ann@example.com", "ann@example.com"),
            ("mailto:ann@xn--exmple-cua.xn--p1ai", "ann@xn--exmple-cua.xn--p1ai"),
        ] {
            assert_eq!(found(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn an_ending_that_files_have_as_well_is_a_domain_when_the_internet_has_it() {
        for top in ["rs", "py", "sh", "md", "zip", "so", "pl", "cc", "mov", "ps", "java", "map", "target"] {
            let address = format!("ann@example.{top}");
            // Behind it may stand what looks like a line of code, before it what looks like a path: a port, a field, a URL.
            for (before, after) in [("", ""), ("to ", ", who left"), ("/users/", "/orders"), ("1001:", ":25"), ("x ", "(new)"), ("", ": no such user")] {
                assert_eq!(found(&format!("{before}{address}{after}")), Some(address.as_str()));
            }
        }
    }

    #[test]
    fn a_domain_may_begin_with_numbers_and_a_version_has_three() {
        for address in ["ann@163.com", "ann@3.14.dk", "ann@1a.2b.rs", "ann@2.2.example.com"] {
            assert_eq!(found(address), Some(address));
        }
    }

    #[test]
    fn what_only_has_an_at_sign_passes() {
        for text in [
            "git@github.com:o/r.git",
            "react@18.2.0",
            "user@host",
            "@decorator.name",
            "Bar@1a2b3c",
            "getty@tty1.service",
            "icon@2x.png",
            "render@bundle.js:1:20",
            "react@18.2.0-beta.rc",
            "serde@1.0.219.crate",
            "react@18.min.js.map",
            "theme@2x.css.map",
            "a@10.0.0.1",
            "x@-a.com",
            "x@a..com",
            "image@sha256:ab",
            "mod@v1.2.3",
            "a.@example.com",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
