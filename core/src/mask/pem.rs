//! Private keys as text: PEM (RFC 7468), OpenSSH, PGP armor, `PuTTY`.

use std::ops::Range;

use super::byte::{before, find as find_text, run, slice, starts};

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Longest name of a key: `RSA`, `ENCRYPTED`, `PGP … BLOCK`.
const LONGEST_LABEL: usize = 64;

/// The block whose first dash stands at `start`; to the end of the text when it is not closed.
pub(super) fn find(text: &[u8], start: usize) -> Option<Range<usize>> {
    if !starts(text, start, BEGIN) || before(text, start) == b'-' {
        return None;
    }
    let inside = label(text, start + BEGIN.len())?;
    Some(start..close(text, inside).unwrap_or(text.len()))
}

/// Where the label that begins at `start` and its dashes end, when it is that of a private key.
fn label(text: &[u8], start: usize) -> Option<usize> {
    let end = run(text, start, LONGEST_LABEL, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ');
    let label = slice(text, start..end);
    let private = label.ends_with(b"PRIVATE KEY") || label.ends_with(b"PRIVATE KEY BLOCK");
    (private && starts(text, end, DASHES)).then_some(end + DASHES.len())
}

/// Where the block ends that is open at `from`.
fn close(text: &[u8], from: usize) -> Option<usize> {
    let end = find_text(text, from, END)?;
    let dashes = find_text(text, end + END.len(), DASHES)?;
    Some(dashes + DASHES.len())
}

/// A `PuTTY` key file that begins at `start`.
pub(super) fn putty(text: &[u8], start: usize) -> Option<Range<usize>> {
    if !starts(text, start, b"PuTTY-User-Key-File-") {
        return None;
    }
    let checksum = find_text(text, start, b"Private-MAC:").or_else(|| find_text(text, start, b"Private-Hash:"));
    let end = checksum.map_or(text.len(), |checksum| run(text, checksum, usize::MAX, |byte| !matches!(byte, b'\n' | b'\r')));
    Some(start..end)
}

/// Whether a line opens a private key that it does not close.
pub(super) fn opens(line: &[u8]) -> bool {
    let mut from = 0;
    while let Some(begin) = find_text(line, from, BEGIN) {
        from = begin + BEGIN.len();
        if label(line, from).is_some_and(|inside| close(line, inside).is_none()) {
            return true;
        }
    }
    false
}

/// Whether a line is one of the inside of a key: base64, a header of it, nothing, or its end.
pub(super) fn goes_on(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let base64 = line.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    base64 || closes(line) || [&b"Proc-Type:"[..], b"DEK-Info:", b"Version:", b"Comment:"].iter().any(|header| line.starts_with(header))
}

/// Whether a line ends a key.
pub(super) fn closes(line: &[u8]) -> bool {
    find_text(line, 0, END).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_to_their_end_and_public_keys_pass() {
        for text in [
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE+/=\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl",
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----",
        ] {
            assert_eq!(find(text.as_bytes(), 0), Some(0..text.len()), "{text}");
        }
        for text in ["-----BEGIN PUBLIC KEY-----\nMIIE", "-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY", "-----"] {
            assert_eq!(find(text.as_bytes(), 0), None, "{text}");
        }
        let putty_file = "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: 00ff\nnext";
        assert_eq!(putty(putty_file.as_bytes(), 0), Some(0..putty_file.len() - 5));
    }

    #[test]
    fn an_open_key_is_told_from_a_closed_one() {
        assert!(opens(b"x -----BEGIN EC PRIVATE KEY-----"));
        assert!(!opens(b"-----BEGIN EC PRIVATE KEY-----a-----END EC PRIVATE KEY-----"));
        assert!(goes_on(b"MIIE+/==\r\n") && goes_on(b"") && goes_on(b"-----END EC PRIVATE KEY-----") && !goes_on(b"2026-11-23 INFO done"));
    }
}
