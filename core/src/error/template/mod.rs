//! Templates: a message with its variable parts replaced by `*`, so that alike messages become equal.
//!
//! One scan from left to right, byte by byte, with a table of classes; nothing is learned and nothing kept, and the rules are the same for every
//! system. A word with a digit is variable, unless it is a code that tells causes apart (`status 503`, `SQLSTATE 40001`, `E0277`) or a term (`utf8`, `S3`);
//! so are addresses, paths, names where a word says that one follows (`for user ann`), values of keys that hold names, and quoted text where it
//! was somebody's input. What belongs to a variable part goes with it: units, days and months, a port, the rest of a list. The template of a
//! template is itself.

mod class;
mod request;
mod scan;
mod word;
mod words;
mod written;

use memchr::memchr;

pub use self::request::request_template;
use self::{
    class::{SPACE, class},
    scan::Scan,
};

/// Most bytes of a message looked at.
pub const MAX_BYTES: usize = 2048;

/// Most lines of a message looked at; blank ones do not count.
pub const MAX_LINES: usize = 2;

/// The template of a message.
pub fn template(message: &str) -> String {
    // The scan cuts only beside bytes of ASCII, so that what it writes is UTF-8 as its input was.
    String::from_utf8(Scan::new(bounded(message)).run()).unwrap_or_default()
}

/// The first lines that say something, and not too much of them.
fn bounded(message: &str) -> &[u8] {
    let bytes = message.as_bytes();
    let blank = |bytes: &[u8]| bytes.iter().take_while(|&&byte| class(byte) & SPACE != 0).count();
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
mod tests;
