//! The address of a client behind proxies.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The client's address by `X-Forwarded-For`, of which each proxy in front of the service adds the address it was called from at the right:
/// counted so far from the right as there are proxies to be trusted. What stands further left the client may have written itself. With fewer
/// addresses than proxies the leftmost counts. Outer none: the header says nothing, and the peer's address counts.
///
/// `values` are the header's values in the order they came.
pub fn forwarded<'a>(values: impl DoubleEndedIterator<Item = &'a [u8]>, trusted_proxies: usize) -> Option<Option<IpAddr>> {
    let entries = values.rev().flat_map(|value| value.rsplit(|byte| *byte == b',')).map(<[u8]>::trim_ascii).filter(|entry| !entry.is_empty());
    entries.take(trusted_proxies).last().map(address)
}

/// One address: without brackets, port and zone, IPv4 written as IPv6 turned back. None for what is no address, as `unknown`.
pub fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?.trim_matches('"');
    let plain = text.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip())).or_else(|| {
        let inner = text.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(text);
        inner.split('%').next()?.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
    });
    plain.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The address, `unreadable`, or none when the header says nothing.
    fn found(values: &[&str], trusted_proxies: usize) -> Option<String> {
        let found = forwarded(values.iter().map(|value| value.as_bytes()), trusted_proxies)?;
        Some(found.map_or_else(|| "unreadable".to_owned(), |address| address.to_string()))
    }

    #[test]
    fn proxies_are_counted_from_the_right() {
        let values = ["6.6.6.6, 203.0.113.7", " 10.0.0.1 ,, 10.0.0.2"];
        for (trusted, expected) in [(1, "10.0.0.2"), (2, "10.0.0.1"), (3, "203.0.113.7"), (4, "6.6.6.6"), (9, "6.6.6.6")] {
            assert_eq!(found(&values, trusted).as_deref(), Some(expected), "{trusted}");
        }
        assert_eq!(found(&values, 0), None);
        assert_eq!(found(&[], 1), None);
        assert_eq!(found(&["", " , "], 1), None);
    }

    #[test]
    fn an_address_that_cannot_be_read_is_not_replaced_by_one_further_left() {
        assert_eq!(found(&["203.0.113.7, unknown"], 1).as_deref(), Some("unreadable"));
    }

    #[test]
    fn ports_brackets_zones_and_mapped_addresses_are_stripped() {
        for (text, expected) in [
            ("203.0.113.7", Some("203.0.113.7")),
            ("203.0.113.7:4711", Some("203.0.113.7")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("[2001:db8::1]:443", Some("2001:db8::1")),
            ("\"[2001:db8::1]:443\"", Some("2001:db8::1")),
            ("fe80::1%eth0", Some("fe80::1")),
            ("[fe80::1%eth0]:80", Some("fe80::1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("unknown", None),
            ("_hidden", None),
            ("1.2.3", None),
            ("[", None),
            ("", None),
        ] {
            assert_eq!(address(text.as_bytes()).map(|address| address.to_string()).as_deref(), expected, "{text}");
        }
        assert_eq!(address(b"\xff"), None);
    }
}
