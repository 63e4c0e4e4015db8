//! URLs: user and password before the host (RFC 3986, 3.2.1), and webhooks whose path is their secret. Queries are read as assignments.

use std::ops::Range;

use super::{
    byte::{at, run, slice, starts},
    entity::Entity,
};

/// Longest authority.
const LONGEST: usize = 2048;

/// Shortest user without a password that is taken for a token rather than a name.
const TOKEN: usize = 16;

/// What stands before the `@` of an authority.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Userinfo {
    /// Its place, without the `@`.
    pub(super) range: Range<usize>,
    /// Whether it holds a password or a token; a bare user name does not.
    pub(super) secret: bool,
}

/// The userinfo of the authority that begins at `start`.
pub(super) fn userinfo(text: &[u8], start: usize) -> Option<Userinfo> {
    let end = run(text, start, LONGEST, |byte| {
        !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b',') && byte >= 0x20
    });
    let authority = slice(text, start..end);
    // A password may hold an `@` that nobody encoded: the last one counts.
    let sign = authority.iter().rposition(|byte| *byte == b'@')?;
    let user = slice(authority, 0..sign);
    let secret = user.contains(&b':') || user.len() >= TOKEN;
    (!user.is_empty()).then_some(Userinfo { range: start..start + sign, secret })
}

/// The secret part of a webhook's path; the authority begins at `start`.
pub(super) fn webhook(text: &[u8], start: usize) -> Option<(Range<usize>, Entity)> {
    const FORMS: &[(&[u8], Entity)] = &[
        (b"hooks.slack.com/services/", Entity::SlackToken),
        (b"hooks.slack.com/workflows/", Entity::SlackToken),
        (b"discord.com/api/webhooks/", Entity::ApiToken),
    ];
    let (form, entity) = FORMS.iter().find(|(form, _)| starts(text, start, form))?;
    let path = start + form.len();
    let end = run(text, path, LONGEST, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-'));
    (end > path && at(text, path) != b'*').then_some((path..end, *entity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_tokens_are_secret_and_names_are_not() {
        for (text, range, secret) in [
            ("app:s3cret@db:5432/x", 0..10, true),
            (":only@redis:6379", 0..5, true),
            ("app:p@ss@db/x@y", 0..8, true),
            ("ghp_1234567890abcdef@github.com/x", 0..20, true),
            ("git@github.com/x.git", 0..3, false),
        ] {
            assert_eq!(userinfo(text.as_bytes(), 0), Some(Userinfo { range, secret }), "{text}");
        }
        for text in ["db:5432/x?a=b@c", "host/path", "@host", "a, b@c"] {
            assert_eq!(userinfo(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn the_path_of_a_webhook_is_its_secret() {
        assert_eq!(webhook(b"hooks.slack.com/services/T0/B0/xyz \"", 0), Some((25..34, Entity::SlackToken)));
        assert_eq!(webhook(b"slack.com/services/T0", 0), None);
    }
}
