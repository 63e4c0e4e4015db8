//! Masking: what must not leave the function is replaced before it does.
//!
//! Applied to samples, notifications, residues and our own logs, never to every line: a healthy record costs nothing. Order: values of secret
//! keys, then value patterns. Identifiers that mean no person (UUIDs, hashes, times, prices) pass byte for byte.

use std::borrow::Cow;

use regex::{Captures, Regex, RegexBuilder};

use crate::plan::{Masking, PlanError};

/// What stands in place of a secret.
pub const MASK: &str = "***";

/// Names of keys whose values are secret, compared without case; `-` and `_` in them are optional.
const SECRET_KEYS: [&str; 16] = [
    "password",
    "passwd",
    "pwd",
    "secret",
    "client_secret",
    "token",
    "access_token",
    "refresh_token",
    "id_token",
    "api_key",
    "apikey",
    "authorization",
    "cookie",
    "set_cookie",
    "private_key",
    "session_token",
];

/// Query parameters that hold signatures or credentials.
const SECRET_QUERY: [&str; 7] = ["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature"];

/// A compiled masker.
#[derive(Clone, Debug)]
pub struct Masker {
    keys: Regex,
    values: Regex,
    cards: Regex,
}

impl Masker {
    /// Compiles the built-in rules and the user's key names.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] when a key name makes the rule too large.
    pub fn new(masking: &Masking) -> Result<Self, PlanError> {
        let names: Vec<String> =
            SECRET_KEYS.iter().copied().chain(masking.keys.iter().map(String::as_str)).map(|name| regex::escape(name).replace('_', "[-_]?")).collect();
        // A key may be quoted, inside a string that is itself JSON (so the quote is escaped), or bare before `=` or `:`.
        let keys = format!(
            r#"(?P<key>(?:^|[^A-Za-z0-9_-])(?:[a-z0-9]+[-_])?(?:{})\\*["']?\s*[:=]\s*)(?P<value>\\*"[^"\\]*\\*"|'[^']*'|(?:Bearer|Basic)\s+[^\s,;"'\\}}]+|[^\s,;&"'\\}}\]]+)"#,
            names.join("|")
        );
        let query = SECRET_QUERY.map(regex::escape).join("|");
        let values = [
            // URL userinfo, before e-mail addresses, which it resembles.
            r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^\s/@:]+:[^\s/@]+@".to_owned(),
            format!(r"(?P<query>[?&](?:{query})=)[^&\s]+"),
            r"(?P<bearer>\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}".to_owned(),
            // JSON Web Token
            r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*".to_owned(),
            // AWS access key id, GitHub, Slack and Stripe tokens
            r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b".to_owned(),
            r"\bgh[pousr]_[A-Za-z0-9]{20,}\b".to_owned(),
            r"\bxox[abprs]-[A-Za-z0-9-]{10,}".to_owned(),
            r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}\b".to_owned(),
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?".to_owned(),
            // E-mail address
            r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+".to_owned(),
        ]
        .join("|");
        let compile = |what: &str, pattern: &str, any_case: bool| {
            RegexBuilder::new(pattern)
                .case_insensitive(any_case)
                .build()
                .map_err(|error| PlanError::Invalid { what: format!("masking {what}"), reason: error.to_string() })
        };
        Ok(Self {
            keys: compile("keys", &keys, true)?,
            values: compile("values", &values, false)?,
            cards: compile("cards", r"\b[3-6]\d(?:[ -]?\d){11,17}\b", false)?,
        })
    }

    /// The text with everything secret replaced; borrowed when there is nothing to replace.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let masked = self.keys.replace_all(text, |found: &Captures<'_>| {
            let value = &found["value"];
            let quote = value.find(['"', '\'']).and_then(|at| value.get(..=at)).unwrap_or("");
            format!("{}{quote}{MASK}{quote}", &found["key"])
        });
        let masked = replace(&self.values, masked, |found| {
            let kept = ["scheme", "query", "bearer"].iter().find_map(|name| found.name(name)).map_or("", |kept| kept.as_str());
            let at = if found.name("scheme").is_some() { "@" } else { "" };
            Some(format!("{kept}{MASK}{at}"))
        });
        replace(&self.cards, masked, |found| is_card(&found[0]).then(|| MASK.to_owned()))
    }
}

/// `replace_all` that keeps a borrowed text borrowed and lets the replacement decline.
fn replace<'a>(regex: &Regex, text: Cow<'a, str>, with: impl Fn(&Captures<'_>) -> Option<String>) -> Cow<'a, str> {
    if !regex.is_match(&text) {
        return text;
    }
    let replaced = regex.replace_all(&text, |found: &Captures<'_>| with(found).unwrap_or_else(|| found[0].to_owned()));
    Cow::Owned(replaced.into_owned())
}

/// A payment card: 13 to 19 digits, a known issuer's first digits, and the Luhn check digit. Epoch times in milliseconds have 13 digits and
/// begin with 1: the issuer rule keeps them.
fn is_card(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    if !(13..=19).contains(&digits.len()) {
        return false;
    }
    let head = digits.iter().take(2).fold(0, |number, digit| number * 10 + digit);
    let issuer = matches!(head, 34 | 37 | 30 | 36 | 38 | 39 | 35 | 40..=49 | 51..=55 | 22..=27 | 60 | 62 | 64 | 65);
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    issuer && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(text: &str) -> String {
        Masker::new(&Masking { keys: vec!["iban".to_owned()] }).unwrap().mask(text).into_owned()
    }

    #[test]
    fn secrets_go_and_their_surroundings_stay() {
        for (text, expected) in [
            (r#"{"password":"hunter2","user":"ann"}"#, r#"{"password":"***","user":"ann"}"#),
            (r#"{"body":"{\"api_key\":\"abc123\"}"}"#, r#"{"body":"{\"api_key\":\"***\"}"}"#),
            ("login password=hunter2 ok", "login password=*** ok"),
            ("Authorization: Bearer abcdefghijkl", "Authorization: ***"),
            ("sent to ann.lee@example.com at 5", "sent to *** at 5"),
            ("postgres://app:s3cret@db:5432/x", "postgres://***@db:5432/x"),
            ("card 4111 1111 1111 1111 declined", "card *** declined"),
            ("GET /x?X-Amz-Signature=abcdef&y=1", "GET /x?X-Amz-Signature=***&y=1"),
            ("key AKIAIOSFODNN7EXAMPLE used", "key *** used"),
            ("DB_PASSWORD=abc", "DB_PASSWORD=***"),
            ("iban: DE00123", "iban: ***"),
        ] {
            assert_eq!(mask(text), expected);
        }
    }

    #[test]
    fn benign_identifiers_pass_byte_for_byte() {
        for text in [
            "550e8400-e29b-41d4-a716-446655440000",
            "1795402676000",
            "1795402676000000000",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "2026-11-23T04:00:00.123Z",
            "order 4111111111111112 costs 12.50 EUR",
            "tokens: counted in the tokenizer",
        ] {
            assert_eq!(mask(text), *text, "{text}");
        }
    }

    #[test]
    fn masking_twice_changes_nothing_more() {
        let once = mask(r#"{"token":"abc","mail":"a@example.com","url":"https://u:p@h/"}"#);
        assert_eq!(mask(&once), once);
    }
}
