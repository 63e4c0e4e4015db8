//! Undoing a string's escapes inside the buffer it was read into: what is meant is never longer than what is written.

use super::marks::{BLOCK, marks};
use super::scan::escape_length;
use super::text::code_point;

/// Runs up to this length are moved as if they had it, where there is room: one move, no branch on the length.
const SHORT: usize = 16;

/// What the byte behind a backslash stands for; zero when it stands for nothing by itself.
const ESCAPES: [u8; 256] = {
    let mut escapes = [0; 256];
    escapes[b'"' as usize] = b'"';
    escapes[b'\\' as usize] = b'\\';
    escapes[b'/' as usize] = b'/';
    escapes[b'n' as usize] = b'\n';
    escapes[b't' as usize] = b'\t';
    escapes[b'r' as usize] = b'\r';
    escapes[b'b' as usize] = 0x08;
    escapes[b'f' as usize] = 0x0C;
    escapes
};

/// Undoes the escapes of the string whose contents begin at byte `start`, moving them to byte `to`, which is `start` or before it. Gives where
/// the contents end now, and the offset behind the closing quote; what lies between the two is left over. None: the string does not end, or is
/// not JSON.
///
/// Bytes that are not UTF-8 pass; half a surrogate pair becomes U+FFFD. It is quickest when `to` is at least 16 bytes before `start`.
pub(crate) fn unescape_in_place(bytes: &mut [u8], start: usize, to: usize) -> Option<(usize, usize)> {
    let mut read = start;
    let mut write = to;
    let mut block = start;
    loop {
        let mut marks = marks(bytes.get(block..)?);
        while marks != 0 {
            let mark = block + marks.trailing_zeros() as usize;
            let found = *bytes.get(mark)?;
            move_run(bytes, read, mark, write)?;
            write += mark - read;
            if found == b'"' {
                return Some((write, mark + 1));
            }
            if found != b'\\' {
                return None; // a control character must be escaped
            }
            let plain = ESCAPES[usize::from(*bytes.get(mark + 1)?)];
            read = mark + 2;
            if plain == 0 {
                escape_length(bytes.get(mark + 1..)?)?;
                let (decoded, length) = code_point(bytes.get(read..)?);
                let mut utf8 = [0; 4];
                let utf8 = decoded.encode_utf8(&mut utf8).as_bytes();
                bytes.get_mut(write..write + utf8.len())?.copy_from_slice(utf8);
                read += length;
                write += utf8.len();
            } else {
                *bytes.get_mut(write)? = plain;
                write += 1;
            }
            // The second byte of an escape may look like a mark, and so does the second half of a surrogate pair.
            marks &= u64::MAX.checked_shl(u32::try_from(read - block).unwrap_or(u32::MAX)).unwrap_or(0);
        }
        block += BLOCK;
        // An escape can reach beyond the block.
        block = block.max(read);
    }
}

/// Moves the bytes from `from` to `end` down to `to`.
#[inline]
fn move_run(bytes: &mut [u8], from: usize, end: usize, to: usize) -> Option<()> {
    if end - from <= SHORT
        && from - to >= SHORT
        && let Some(short) = bytes.get(from..)?.first_chunk::<SHORT>()
    {
        // As a number, since the compiler would make one call of both moves. What is written beyond the run lies before what has not been read.
        let short = u128::from_ne_bytes(*short);
        *bytes.get_mut(to..)?.first_chunk_mut::<SHORT>()? = short.to_ne_bytes();
    } else if from != to {
        bytes.copy_within(from..end, to);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unescape(text: &str) -> Option<(String, String)> {
        let mut bytes = text.as_bytes().to_vec();
        let (end, next) = unescape_in_place(&mut bytes, 1, 1)?;
        let result = (String::from_utf8(bytes[1..end].to_vec()).unwrap(), String::from_utf8(bytes[next..].to_vec()).unwrap());
        // With room before it, the way that is quickest, the same comes out.
        for room in [15, 16, 40] {
            let mut bytes = vec![b'#'; room];
            bytes.extend(text.as_bytes());
            let (end, next) = unescape_in_place(&mut bytes, room + 1, 1).unwrap();
            assert_eq!((&bytes[1..end], &bytes[next..]), (result.0.as_bytes(), result.1.as_bytes()));
            assert_eq!(bytes[0], if room == 0 { b'"' } else { b'#' });
        }
        Some(result)
    }

    #[test]
    fn escapes_are_found_wherever_they_stand_in_a_block() {
        for before in 0..200 {
            for escape in ["\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "\\n\\n"] {
                let written = format!("\"{}{escape}{}\",1", "x".repeat(before), "y".repeat(70));
                let meant: String = serde_json::from_str(written.strip_suffix(",1").unwrap()).unwrap();
                assert_eq!(unescape(&written), Some((meant, ",1".to_owned())), "{escape} after {before}");
            }
        }
    }

    #[test]
    fn every_escape_is_undone_and_what_follows_is_left_alone() {
        let written = r#""a\"b\\c\/\b\f\n\r\t\u00e9\ud83d\ude00 and more than eight plain bytes","next":1}"#;
        let (text, rest) = unescape(written).unwrap();
        assert_eq!(text, "a\"b\\c/\u{8}\u{c}\n\r\té😀 and more than eight plain bytes");
        assert_eq!(rest, r#","next":1}"#);
    }

    #[test]
    fn half_a_pair_becomes_a_replacement_character() {
        assert_eq!(unescape(r#""\ud83db\ude00""#).unwrap().0, "\u{fffd}b\u{fffd}");
    }

    #[test]
    fn what_does_not_end_or_is_no_json_is_refused() {
        for bad in ["\"", "\"abc", "\"abc\\", "\"abc\\\"", "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "\"\\u12"] {
            assert_eq!(unescape(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn undoes_what_serde_json_writes(text in any::<String>(), tail in ".{0,12}") {
            let written = serde_json::to_string(&text).unwrap() + &tail;
            prop_assert_eq!(unescape(&written), Some((text, tail)));
        }

        #[test]
        fn agrees_with_serde_json_on_almost_strings(text in r#"["\\\\unabt0-9d8 é]{0,40}"#) {
            let written = format!("\"{text}\"");
            let ours = unescape(&written).filter(|(_, rest)| rest.is_empty()).map(|(text, _)| text);
            // Half a surrogate pair is the one thing it refuses and we do not.
            if let Ok(theirs) = serde_json::from_str::<String>(&written) {
                prop_assert_eq!(ours, Some(theirs));
            } else if let Some(ours) = ours {
                prop_assert!(ours.contains('\u{fffd}'), "{} gave {}", written, ours);
            }
        }
    }
}
