//! What a single word is, whatever stands beside it.

use memchr::memchr_iter;

use super::{
    class::{AT, DIGIT, DOT, HYPHEN, LOWER, SLASH, UNDERSCORE, UPPER},
    words::{is_code_prefix, is_term, is_top_level},
};

/// Fewest letters that are taken for hexadecimal digits without a decimal one among them.
const MIN_HEX_LETTERS: usize = 8;

/// Fewest hexadecimal digits of an object's address.
const MIN_ADDRESS: usize = 4;

/// Most digits in a part of a class's name.
const MAX_CLASS_DIGITS: usize = 2;

/// Most characters of a code behind a word like `status`.
const MAX_CODE: usize = 6;

/// Most characters of a hexadecimal code with its `0x`: 64 bits.
const MAX_HEX_CODE: usize = 18;

/// Whether a word is another each time, whatever stands beside it. `classes` are those of all its bytes.
pub(super) fn is_variable(word: &[u8], classes: u16) -> bool {
    if classes & DIGIT != 0 {
        return !is_term(word) && !is_code(word) && !is_class(word, classes);
    }
    (classes & AT != 0)
        || (classes & SLASH != 0 && is_path(word, classes))
        || (classes & DOT != 0 && is_host(word, classes))
        || (word.len() >= MIN_HEX_LETTERS && is_hex(word))
}

/// The class in `Foo@1b2c3d`, an object without a name of its own. Whatever else holds an `@` is a person's address or a machine's.
pub(super) fn is_object(word: &[u8]) -> Option<&[u8]> {
    let at = word.iter().position(|&byte| byte == b'@')?;
    let (name, behind) = word.split_at_checked(at)?;
    let behind = behind.get(1..)?;
    let is_class =
        name.iter().all(|&byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'_' | b'$')) && name.last().is_some_and(u8::is_ascii_alphabetic);
    (is_class && behind.len() >= MIN_ADDRESS && behind.iter().all(u8::is_ascii_hexdigit)).then_some(name)
}

/// Two slashes, or one and a dot: `a/b/c`, `src/main.rs`. Not `read/write`, `text/html`.
fn is_path(word: &[u8], classes: u16) -> bool {
    classes & DOT != 0 || memchr_iter(b'/', word).nth(1).is_some()
}

/// Names joined by dots that end as hosts do, or begin so and are no class: `db.example.com`, `com.example.worker`.
fn is_host(word: &[u8], classes: u16) -> bool {
    if classes & (SLASH | UNDERSCORE) != 0 {
        return false;
    }
    let mut labels = word.split(|&byte| byte == b'.');
    let (Some(first), Some(last)) = (labels.next(), labels.next_back()) else { return false };
    let more = labels.next().is_some();
    let is_class = last.first().is_some_and(u8::is_ascii_uppercase);
    (is_top_level(last) && (more || classes & HYPHEN != 0 || !matches!(last, b"io" | b"app" | b"dev" | b"us" | b"aws" | b"cloud" | b"se")))
        || (more && !is_class && classes & UPPER == 0 && is_top_level(first))
}

/// Hexadecimal digits of one case.
fn is_hex(word: &[u8]) -> bool {
    let of = |letters: std::ops::RangeInclusive<u8>| word.iter().all(|byte| byte.is_ascii_digit() || letters.contains(byte));
    of(b'a'..=b'f') || of(b'A'..=b'F')
}

/// Names of classes that hold a digit: `software.amazon.awssdk.services.s3.model.NoSuchKeyException`, `AmazonS3Exception`.
fn is_class(word: &[u8], classes: u16) -> bool {
    if classes & !(LOWER | UPPER | DIGIT | DOT) != 0 || classes & (LOWER | UPPER) != LOWER | UPPER {
        return false;
    }
    let mut labels = word.rsplit(|&byte| byte == b'.');
    let Some(class) = labels.next() else { return false };
    let is_name = |label: &[u8]| {
        let digits = label.iter().filter(|byte| byte.is_ascii_digit()).count();
        label.first().is_some_and(u8::is_ascii_alphabetic) && digits <= MAX_CLASS_DIGITS
    };
    let in_package = labels.clone().next().is_some() && labels.all(is_name);
    let is_error = class.ends_with(b"Exception") || class.ends_with(b"Error");
    is_name(class)
        && class.first().is_some_and(u8::is_ascii_uppercase)
        && class.last().is_some_and(u8::is_ascii_lowercase)
        && (in_package || (is_error && classes & DOT == 0))
}

/// `ORA-00001`, `E0277`: three to six digits behind letters that are known to begin codes.
fn is_code(word: &[u8]) -> bool {
    let letters = word.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let (letters, behind) = word.split_at(letters);
    let digits = behind.strip_prefix(b"-").unwrap_or(behind);
    (3..=6).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) && is_code_prefix(letters)
}

/// Whether a word with a digit may be a code when a word like `status` stands before it.
pub(super) fn may_be_code(word: &[u8], classes: u16) -> bool {
    if classes & !(LOWER | UPPER | DIGIT | HYPHEN | UNDERSCORE) != 0 {
        return false;
    }
    if word.starts_with(b"0x") {
        return word.len() <= MAX_HEX_CODE;
    }
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    word.len() <= MAX_CODE || (digits <= MAX_CODE && word.first().is_some_and(u8::is_ascii_uppercase) && word.len() <= MAX_HEX_CODE)
}
