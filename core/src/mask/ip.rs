//! IP addresses. Off by default: operators need them.

use std::{net::Ipv6Addr, ops::Range};

use super::byte::{at, before, is_identifier, run, slice};

/// Longest IPv6 address as text, with an IPv4 tail.
const LONGEST: usize = 45;

/// The address that begins at `start`. Loopback and unspecified addresses say nothing of anybody and pass.
pub(super) fn find(text: &[u8], start: usize) -> Option<Range<usize>> {
    let previous = before(text, start);
    if is_identifier(previous) || matches!(previous, b'.' | b':' | b'-') {
        return None;
    }
    version_4(text, start).or_else(|| version_6(text, start))
}

fn version_4(text: &[u8], start: usize) -> Option<Range<usize>> {
    let mut here = start;
    let mut first = 0;
    for index in 0..4 {
        if index > 0 {
            if at(text, here) != b'.' {
                return None;
            }
            here += 1;
        }
        let end = run(text, here, 4, |byte| byte.is_ascii_digit());
        let octet = std::str::from_utf8(slice(text, here..end)).ok()?.parse::<u8>().ok()?;
        if end - here > 1 && at(text, here) == b'0' {
            return None;
        }
        if index == 0 {
            first = octet;
        }
        here = end;
    }
    let next = at(text, here);
    let goes_on = is_identifier(next) || matches!(next, b'.' | b'-') && is_identifier(at(text, here + 1));
    (!goes_on && first != 127 && first != 0).then_some(start..here)
}

fn version_6(text: &[u8], start: usize) -> Option<Range<usize>> {
    let mut end = run(text, start, LONGEST, |byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'));
    while end > start && (before(text, end) == b'.' || before(text, end) == b':' && before(text, end - 1) != b':') {
        end -= 1;
    }
    let address: Ipv6Addr = std::str::from_utf8(slice(text, start..end)).ok()?.parse().ok()?;
    let said = !address.is_loopback() && !address.is_unspecified();
    (said && !is_identifier(at(text, end))).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_formed_addresses_are_found_and_ports_stay() {
        for (text, length) in [("203.0.113.7:8080", 11), ("10.0.0.1,", 8), ("2001:db8::1]:443", 11), ("fe80::1.", 7), ("::ffff:192.0.2.1", 16)] {
            assert_eq!(find(text.as_bytes(), 0), Some(0..length), "{text}");
        }
        for text in ["256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "127.0.0.1", "::1", "04:00:00", "aa:bb:cc:dd:ee:ff", "1.2.3.4-beta", "face"] {
            assert_eq!(find(text.as_bytes(), 0), None, "{text}");
        }
    }
}
