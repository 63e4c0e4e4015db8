//! Templates: a message with its variable parts replaced by `*`, so that alike messages become equal.
//!
//! One left-to-right scan, no state learned. A token that holds a digit becomes `*`, as do addresses, paths, identifiers and the values of
//! `k=v`; codes that tell causes apart (`status 503`, `SQLSTATE 40001`, `E0277`, `ORA-00001`) stay. Masking a template again changes nothing.

/// Most characters of a message looked at.
pub const MAX_BYTES: usize = 2048;

/// Most lines of a message looked at.
pub const MAX_LINES: usize = 2;

/// Words after which a number is a code, not a quantity.
const CODE_WORDS: [&str; 5] = ["status", "code", "sqlstate", "errno", "http"];

/// Words that name a thing by its proper name: what follows differs from one occurrence to the next.
const NAME_WORDS: [&str; 6] = ["user", "host", "bucket", "key", "table", "id"];

/// The template of a message.
pub fn template(message: &str) -> String {
    let mut text = String::with_capacity(message.len().min(MAX_BYTES));
    for (index, line) in bounded(message).lines().take(MAX_LINES).enumerate() {
        if index > 0 {
            text.push(' ');
        }
        push_line(&mut text, line.trim());
    }
    text
}

fn bounded(message: &str) -> &str {
    let mut end = message.len().min(MAX_BYTES);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    message.get(..end).unwrap_or(message)
}

fn push_line(text: &mut String, line: &str) {
    let mut previous = "";
    let mut first = true;
    for token in line.split([' ', '\t']).filter(|token| !token.is_empty()) {
        let core = token.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '\'' | '`' | ',' | ';' | ':' | '!' | '?'));
        let variable = is_variable(core, previous);
        if variable && text.ends_with('*') && core == token {
            // A run of variable tokens is one: "12 345 ms" and "12 ms" are the same place.
            previous = core;
            continue;
        }
        if !first {
            text.push(' ');
        }
        first = false;
        if !variable {
            push_pairs(text, token);
        } else if let Some(at) = token.find(core).filter(|_| !core.is_empty()) {
            text.push_str(token.get(..at).unwrap_or(""));
            text.push('*');
            text.push_str(token.get(at + core.len()..).unwrap_or(""));
        } else {
            text.push('*');
        }
        previous = core;
    }
}

/// A token without a variable whole may still be `k=v`.
fn push_pairs(text: &mut String, token: &str) {
    match token.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() && !value.starts_with('=') => {
            let tail_at = value.trim_end_matches([',', ';', ')', ']', '}']).len();
            text.push_str(key);
            text.push_str("=*");
            text.push_str(value.get(tail_at..).unwrap_or(""));
        }
        _ => text.push_str(token),
    }
}

fn is_variable(core: &str, previous: &str) -> bool {
    if core.is_empty() || core == "*" {
        return core == "*";
    }
    let previous_is = |words: &[&str]| words.iter().any(|word| previous.trim_end_matches([':', '=']).eq_ignore_ascii_case(word));
    let has_digit = core.bytes().any(|byte| byte.is_ascii_digit());
    if core.contains('=') && !has_digit {
        return false;
    }
    if has_digit {
        return !is_code(core, previous_is(&CODE_WORDS)) && !core.contains('=');
    }
    core.contains("://")
        || (core.contains('@') && core.contains('.'))
        || (core.starts_with('/') && core.len() > 1)
        || (core.contains('/') && core.matches('/').count() > 1)
        || is_host(core)
        || is_hex(core)
        || (previous_is(&NAME_WORDS) && core.len() > 1 && !is_plain_word(core))
}

/// `ORA-00001`, `E0277`, `HTTP-503`, or a short number after a code word.
fn is_code(core: &str, after_code_word: bool) -> bool {
    if after_code_word && core.len() <= 5 {
        return true;
    }
    let letters = core.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = core.get(letters..).unwrap_or("").trim_start_matches('-');
    (1..=5).contains(&letters) && (3..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_host(core: &str) -> bool {
    let name = core.split(':').next().unwrap_or(core);
    name.matches('.').count() >= 2 && name.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
}

fn is_hex(core: &str) -> bool {
    core.len() >= 8 && core.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_plain_word(core: &str) -> bool {
    core.bytes().all(|byte| byte.is_ascii_lowercase())
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
        fn a_template_of_a_template_is_itself(message in ".{0,200}") {
            let once = template(&message);
            prop_assert_eq!(template(&once), once);
        }
    }
}
