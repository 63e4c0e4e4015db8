//! Templates: a message with its variable parts replaced by `*`, so that alike messages become equal.
//!
//! One left-to-right scan, no state learned. A token that holds a digit becomes `*`, as do addresses, paths, identifiers and the values of
//! `k=v`; codes that tell causes apart (`status 503`, `SQLSTATE 40001`, `E0277`, `ORA-00001`) stay. Masking a template again changes nothing.

use memchr::memchr;

use self::scan::Scan;

mod class;
mod scan;
mod word;
mod words;
mod written;

/// Most bytes of a message looked at.
pub const MAX_BYTES: usize = 2048;

/// Most lines of a message looked at.
pub const MAX_LINES: usize = 2;

/// The template of a message.
pub fn template(message: &str) -> String {
    String::from_utf8(Scan::new(bounded(message)).run()).unwrap_or_default()
}

/// The first lines that say something, and not too much of them.
fn bounded(message: &str) -> &[u8] {
    let bytes = message.as_bytes();
    let blank = |bytes: &[u8]| bytes.iter().take_while(|&&byte| class::class(byte) & class::SPACE != 0).count();
    let start = blank(bytes);
    let mut end = start;
    for _ in 0..MAX_LINES {
        let line = end + blank(bytes.get(end..).unwrap_or_default());
        end = memchr(b'\n', bytes.get(line..).unwrap_or_default()).map_or(bytes.len(), |length| line + length);
        if end - start >= MAX_BYTES {
            end = message.floor_char_boundary(start + MAX_BYTES);
            break;
        }
    }
    bytes.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn variable_parts_go_and_causes_stay() {
        for (message, expected) in [
            ("Connection to orders-db-3.cluster.local:5432 timed out after 210ms", "Connection to * timed out after *"),
            ("user ann@example.com rejected (code 17)", "user * rejected (code 17)"),
            ("POST https://payments.internal/charge/77 returned 503", "POST * returned *"),
            ("gateway answered with status 503", "gateway answered with status 503"),
            ("'customer_8812' missing at offset 9", "'*' missing at offset *"),
            ("retry attempt=3 host=db", "retry attempt=* host=*"),
            ("ORA-00001: unique constraint violated", "ORA-00001: unique constraint violated"),
        ] {
            assert_eq!(template(message), expected);
        }
    }

    proptest! {
        #[test]
        fn a_template_of_a_template_is_itself(message in ".{0,200}|([a-z]{0,3}|[0-9*]{1,2}|[:=\"'(){}\\[\\]<>,;@/.%#+\n-]|status|for user |key|Fri|ms | |fe80:|GET ){0,30}") {
            let once = template(&message);
            prop_assert_eq!(template(&once), once);
        }
    }
}
