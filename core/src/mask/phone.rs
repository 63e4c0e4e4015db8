//! Phone numbers: E.164 with its plus sign, and national numbers whose separators show that a phone is meant. Digits in one piece without a plus
//! are never one, unless their key says so: they are times, orders and identifiers.

use std::ops::Range;

use super::byte::{at, before, is_called, is_identifier, run, slice};

/// Fewest digits of an international number, with the country code.
const SHORTEST: usize = 8;

/// Most digits of an international number. Source: ITU-T E.164.
const LONGEST: usize = 15;

/// Words before a number whose separators alone do not tell.
const CALLED: &[&str] = &["phone", "tel", "mobile", "cell", "call", "fax", "sms", "whatsapp", "contact"];

/// Country codes with the most digits a number of theirs has behind the code. Codes that are missing take what E.164 allows.
/// Source: ITU-T E.164 assigned codes and the national numbering plans.
const COUNTRIES: &[(&str, usize)] = &[
    ("1", 10),
    ("7", 10),
    ("20", 10),
    ("27", 9),
    ("30", 10),
    ("31", 9),
    ("32", 9),
    ("33", 9),
    ("34", 9),
    ("351", 9),
    ("352", 9),
    ("353", 9),
    ("358", 10),
    ("36", 9),
    ("380", 9),
    ("39", 10),
    ("40", 9),
    ("41", 9),
    ("420", 9),
    ("421", 9),
    ("44", 10),
    ("45", 8),
    ("46", 9),
    ("47", 8),
    ("48", 9),
    ("49", 11),
    ("43", 11),
    ("52", 10),
    ("54", 11),
    ("55", 11),
    ("56", 9),
    ("57", 10),
    ("60", 10),
    ("61", 9),
    ("62", 12),
    ("63", 10),
    ("64", 10),
    ("65", 8),
    ("66", 9),
    ("81", 10),
    ("82", 10),
    ("84", 10),
    ("852", 8),
    ("86", 11),
    ("90", 10),
    ("91", 10),
    ("92", 10),
    ("94", 9),
    ("98", 10),
    ("966", 9),
    ("971", 9),
    ("972", 9),
    ("234", 10),
    ("254", 9),
];

/// A number behind the plus sign at `plus`, or behind `00`.
pub(super) fn international(text: &[u8], plus: usize) -> Option<Range<usize>> {
    let start = if at(text, plus) == b'+' { plus + 1 } else { plus + 2 };
    let previous = before(text, plus);
    if !(b'1'..=b'9').contains(&at(text, start)) || is_identifier(previous) || matches!(previous, b'+' | b'-' | b'.' | b'*') {
        return None;
    }
    let most = most_digits(text, start);
    let mut digits = 0;
    let mut here = start;
    let mut end = start;
    let mut open = false;
    loop {
        let byte = at(text, here);
        if byte.is_ascii_digit() {
            digits += 1;
            here += 1;
            if digits > most {
                return None;
            }
            end = here;
            if digits == most && !open && !at(text, here).is_ascii_digit() {
                break;
            }
        } else if byte == b'(' && !open && digits > 0 {
            open = true;
            here += 1;
        } else if byte == b')' && open {
            open = false;
            here += 1;
            end = here;
        } else if matches!(byte, b' ' | b'-' | b'.' | b'/')
            && (at(text, here + 1).is_ascii_digit() || at(text, here + 1) == b'(' || byte == b' ' && at(text, here + 1) == b'-')
        {
            // A group that would make the number too long is not its own any more.
            let group = run(text, here + 1, LONGEST + 1, |byte| byte.is_ascii_digit()) - here - 1;
            if digits >= SHORTEST && digits + group > most {
                break;
            }
            here += 1;
        } else {
            break;
        }
    }
    let ends = !(is_identifier(at(text, end)) || at(text, end) == b'.' && at(text, end + 1).is_ascii_digit());
    (digits >= SHORTEST && ends && !open).then_some(plus..end)
}

/// The most digits of the number that begins at `start`, country code and a bracketed `(0)` included.
fn most_digits(text: &[u8], start: usize) -> usize {
    let country = COUNTRIES.iter().find(|(code, _)| slice(text, start..start + code.len()) == code.as_bytes());
    let most = country.map_or(LONGEST, |(code, national)| code.len() + national);
    let code_end = start + country.map_or(0, |(code, _)| code.len());
    let trunk = (0..2).any(|blank| slice(text, code_end + blank..code_end + blank + 3) == b"(0)");
    most + usize::from(trunk)
}

/// `(415) 555-2671`
pub(super) fn in_parentheses(text: &[u8], open: usize) -> Option<Range<usize>> {
    let area = open + 1;
    let close = area + 3;
    if is_identifier(before(text, open)) || at(text, close) != b')' || !is_area(text, area) {
        return None;
    }
    let exchange = close + 1 + usize::from(at(text, close + 1) == b' ');
    let end = subscriber(text, exchange, None)?;
    Some(open..end)
}

/// `415-555-2671` and `415.555.2671`; with blanks only when it is called a phone number.
pub(super) fn north_american(text: &[u8], start: usize) -> Option<Range<usize>> {
    let separator = at(text, start + 3);
    if !matches!(separator, b'-' | b'.' | b' ') || !is_area(text, start) || matches!(before(text, start), b'/' | b'-' | b'.') {
        return None;
    }
    let end = subscriber(text, start + 4, Some(separator))?;
    (separator != b' ' || is_called(text, start, CALLED)).then_some(start..end)
}

/// `1-415-555-2671`
pub(super) fn with_trunk_prefix(text: &[u8], start: usize) -> Option<Range<usize>> {
    if at(text, start) != b'1' || !matches!(at(text, start + 1), b'-' | b'.' | b' ') || matches!(before(text, start), b'/' | b'-') {
        return None;
    }
    let rest = start + 2;
    let range = if at(text, rest) == b'(' { in_parentheses(text, rest) } else { is_three(text, rest).then(|| north_american(text, rest)).flatten() };
    // Behind `1-` the area code is looked at as if nothing stood before it.
    let range = range.or_else(|| {
        let separator = at(text, start + 1);
        (is_area(text, rest) && at(text, rest + 3) == separator && separator != b' ')
            .then(|| subscriber(text, rest + 4, Some(separator)).map(|end| rest..end))?
    });
    range.map(|range| start..range.end)
}

/// National numbers as Europe writes them: `020 7946 0958`, `07700 900123`, `01 23 45 67 89`, and `0044 20 7946 0958`.
pub(super) fn national(text: &[u8], start: usize) -> Option<Range<usize>> {
    if at(text, start) != b'0' || matches!(before(text, start), b'.' | b'/' | b'-' | b':') {
        return None;
    }
    let first = run(text, start, LONGEST, |byte| byte.is_ascii_digit()) - start;
    if at(text, start + 1) == b'0' {
        return (first == 4).then(|| international(text, start))?;
    }
    let separator = at(text, start + first);
    let mut groups = [0_usize; 6];
    let mut count = 1;
    let mut end = start + first;
    groups[0] = first;
    while at(text, end) == separator && matches!(separator, b' ' | b'.') && at(text, end + 1).is_ascii_digit() {
        let next = run(text, end + 1, LONGEST, |byte| byte.is_ascii_digit());
        *groups.get_mut(count)? = next - end - 1;
        count += 1;
        end = next;
    }
    let digits: usize = groups.iter().sum();
    let pairs = first == 2 && count == 5 && groups[..5].iter().all(|group| *group == 2);
    let area = (3..=5).contains(&first)
        && separator == b' '
        && (2..=4).contains(&count)
        && (10..=12).contains(&digits)
        && groups[1..count].iter().all(|group| *group >= 2);
    // One of many pairs: a dump, not a number.
    let previous = slice(text, start.saturating_sub(4)..start);
    let pair_before =
        matches!(previous, [blank, first, second, b' '] if !blank.is_ascii_alphanumeric() && first.is_ascii_hexdigit() && second.is_ascii_hexdigit());
    let next = at(text, end);
    let hexadecimal = pair_before
        || next == b' ' && at(text, end + 1).is_ascii_hexdigit() && at(text, end + 2).is_ascii_hexdigit() && !at(text, end + 3).is_ascii_alphabetic();
    let goes_on =
        is_identifier(next) || next == b'.' && at(text, end + 1).is_ascii_digit() || matches!(next, b'-' | b':' | b'/') && at(text, end + 1).is_ascii_digit();
    ((pairs && !hexadecimal || area) && !goes_on).then_some(start..end)
}

/// Whether the value of a key that names a phone is a number at all.
pub(super) fn is_number(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    (7..=LONGEST).contains(&digits) && value.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b' ' | b'-' | b'.' | b'(' | b')' | b'/'))
}

/// Source: North American Numbering Plan: area code and exchange begin with 2 to 9, and neither is one like 411 or 911.
fn is_area(text: &[u8], start: usize) -> bool {
    is_three(text, start) && (b'2'..=b'9').contains(&at(text, start)) && slice(text, start + 1..start + 3) != b"11"
}

fn is_three(text: &[u8], start: usize) -> bool {
    run(text, start, 4, |byte| byte.is_ascii_digit()) == start + 3
}

/// Exchange and line, `555-2671`; gives the end.
fn subscriber(text: &[u8], start: usize, separator: Option<u8>) -> Option<usize> {
    let between = at(text, start + 3);
    let fits = separator.map_or_else(|| matches!(between, b'-' | b'.' | b' '), |separator| between == separator);
    let end = start + 8;
    let line = run(text, start + 4, 5, |byte| byte.is_ascii_digit()) == end;
    let next = at(text, end);
    let goes_on = is_identifier(next) || matches!(next, b'-' | b'.') && at(text, end + 1).is_ascii_alphanumeric();
    (fits && line && is_area(text, start) && !goes_on).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_first(text: &str, find: impl Fn(&[u8], usize) -> Option<Range<usize>>) -> Option<&str> {
        find(text.as_bytes(), 0).map(|range| &text[range])
    }

    #[test]
    fn international_numbers_end_with_their_country() {
        for (text, expected) in [
            ("+14155552671", "+14155552671"),
            ("+1 (415) 555-2671 x", "+1 (415) 555-2671"),
            ("+44 20 7946 0958 12 items", "+44 20 7946 0958"),
            ("+49 (0)30 123456", "+49 (0)30 123456"),
            ("+33 1 23 45 67 89.", "+33 1 23 45 67 89"),
            ("+358-40-123 4567", "+358-40-123 4567"),
        ] {
            assert_eq!(at_first(text, international), Some(expected), "{text}");
        }
        for text in ["+1", "+1234567", "+0123456789", "+141555526711", "+5 items", "+1.5"] {
            assert_eq!(at_first(text, international), None, "{text}");
        }
    }

    #[test]
    fn national_numbers_need_their_separators() {
        for text in ["415-555-2671", "415.555.2671"] {
            assert_eq!(at_first(text, north_american), Some(text));
        }
        assert_eq!(at_first("(415) 555-2671", in_parentheses), Some("(415) 555-2671"));
        assert_eq!(at_first("1-415-555-2671", with_trunk_prefix), Some("1-415-555-2671"));
        assert_eq!(at_first("1 (415) 555-2671", with_trunk_prefix), Some("1 (415) 555-2671"));
        for text in ["020 7946 0958", "07700 900123", "01 23 45 67 89", "0044 20 7946 0958"] {
            assert_eq!(at_first(text, national), Some(text));
        }
        for text in ["4155552671", "415 555 2671", "115-555-2671", "415-155-2671", "415-555-26711", "415-555-2671-9", "911-555-2671"] {
            assert_eq!(at_first(text, north_american), None, "{text}");
        }
        for text in ["01 02 03", "01 23 45 67 89 ab", "0123456789", "01.02.2026", "0 1 2 3", "000 123 4567"] {
            assert_eq!(at_first(text, national), None, "{text}");
        }
        assert_eq!(north_american(b"call 415 555 2671", 5), Some(5..17));
    }
}
