//! Free text: one pass from left to right that looks only at the bytes some secret begins with, and asks the recogniser for it.

use super::{
    aws,
    byte::{at, before, is_identifier, run, run_back, slice, starts},
    card, email,
    entity::Entity,
    finder::{Finder, MAX_LEVELS},
    http_credential, iban, ip, jwt, key, pem, phone, ssn, token, url,
    view::View,
};

/// What is done at a byte.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nothing,
    Digit,
    Letter,
    /// `@`
    At,
    /// `=`
    Equals,
    /// `:`
    Colon,
    /// `>`
    Tag,
    /// `%`
    Percent,
    /// `{` and `[`
    Open,
    /// `+` and `(`
    Dial,
    /// `-`
    Dash,
}

static KIND: [Kind; 256] = {
    let mut kind = [Kind::Nothing; 256];
    let mut byte = u8::MIN;
    loop {
        kind[byte as usize] = match byte {
            b'0'..=b'9' => Kind::Digit,
            b'a'..=b'z' | b'A'..=b'Z' => Kind::Letter,
            b'@' => Kind::At,
            b'=' => Kind::Equals,
            b':' => Kind::Colon,
            b'>' => Kind::Tag,
            b'%' => Kind::Percent,
            b'{' | b'[' => Kind::Open,
            b'+' | b'(' => Kind::Dial,
            b'-' => Kind::Dash,
            _ => Kind::Nothing,
        };
        if byte == u8::MAX {
            break kind;
        }
        byte += 1;
    }
};

impl Finder<'_> {
    /// Searches a text that is the value of `key`, or of none.
    pub(super) fn text(&mut self, view: View<'_>, key: &[u8]) {
        if self.patterns != 0 {
            self.user_patterns(view);
        }
        let text = view.text;
        let mut encoded = false;
        let mut here = 0;
        while let Some(byte) = text.get(here) {
            here = match KIND[usize::from(*byte)] {
                Kind::Nothing => here + 1,
                Kind::Letter => self.word(view, here),
                Kind::Digit => self.digits(view, here, key),
                Kind::At => self.email(view, here),
                Kind::Equals => self.assignment(view, here),
                Kind::Colon => self.colon(view, here),
                Kind::Tag => self.element(view, here),
                Kind::Percent => {
                    encoded |= at(text, here + 1).is_ascii_hexdigit() && at(text, here + 2).is_ascii_hexdigit();
                    here + 1
                }
                Kind::Open => self.open(view, here),
                Kind::Dial => self.dial(view, here),
                Kind::Dash => self.dash(view, here),
            };
        }
        if encoded && view.level() < MAX_LEVELS {
            let decoded = view.percent_decode();
            self.text(decoded.view(), key);
        }
    }

    /// A word: most begin no secret.
    fn word(&mut self, view: View<'_>, start: usize) -> usize {
        let text = view.text;
        let end = word_end(text, start);
        if !token::may_begin(at(text, start), at(text, start + 1)) && !iban::may_begin(text, start) && !self.rules.is_on(Entity::IpAddress) {
            return end;
        }
        if let Some(range) = iban::find(text, start) {
            return self.mask(view, range, Entity::Iban);
        }
        if let Some((range, entity)) = token::find(text, start) {
            return self.mask(view, range, entity);
        }
        if let Some(range) = jwt::find(text, start) {
            return self.mask(view, range, Entity::Jwt);
        }
        if let Some(range) = http_credential::find(text, start) {
            return self.mask(view, range, Entity::HttpCredential);
        }
        if let Some(range) = pem::putty(text, start) {
            return self.mask(view, range, Entity::PrivateKey);
        }
        if let Some(range) = aws::access_key_id(text, start) {
            if let Some(secret) = aws::secret_near(text, &range) {
                self.mask(view, secret, Entity::AwsSecretKey);
            }
            return self.mask(view, range, Entity::AwsAccessKeyId);
        }
        self.ip(view, start).unwrap_or(end)
    }

    /// A number, or an identifier that begins with a digit.
    fn digits(&mut self, view: View<'_>, start: usize, key: &[u8]) -> usize {
        let text = view.text;
        let end = run(text, start, usize::MAX, |byte| byte.is_ascii_digit());
        // URL-encoded: it is read when it is decoded.
        if before(text, start) == b'%' && at(text, start + 1).is_ascii_hexdigit() {
            return word_end(text, start);
        }
        if let Some(end) = self.ip(view, start) {
            return end;
        }
        // A part of something longer: an identifier, a fraction, a time.
        let part = match before(text, start) {
            b'_' | b'.' => true,
            b'-' | b':' => before(text, start - 1).is_ascii_alphanumeric(),
            previous => previous.is_ascii_alphanumeric(),
        };
        if part || is_identifier(at(text, end)) {
            return word_end(text, end);
        }
        let (found, entity) = match end - start {
            1 => (phone::with_trunk_prefix(text, start), Entity::PhoneNumber),
            2 | 5 => (phone::national(text, start), Entity::PhoneNumber),
            3 => match ssn::find(text, start) {
                None => (phone::north_american(text, start).or_else(|| phone::national(text, start)), Entity::PhoneNumber),
                found => (found, Entity::SsnUs),
            },
            4 => match card::grouped(text, start) {
                None => (phone::national(text, start), Entity::PhoneNumber),
                found => (found, Entity::CreditCardNumber),
            },
            card::SHORTEST..=card::LONGEST => {
                let named = || key::is_identifier(key) || is_named_identifier(text, start);
                (card::plain(text, start..end).filter(|_| !named()), Entity::CreditCardNumber)
            }
            _ => return end,
        };
        found.map_or(end, |range| self.mask(view, range, entity))
    }

    fn ip(&mut self, view: View<'_>, start: usize) -> Option<usize> {
        if !self.rules.is_on(Entity::IpAddress) {
            return None;
        }
        ip::find(view.text, start).map(|range| self.mask(view, range, Entity::IpAddress))
    }

    fn email(&mut self, view: View<'_>, sign: usize) -> usize {
        email::find(view.text, sign).map_or(sign + 1, |range| self.mask(view, range, Entity::EmailAddress))
    }

    fn colon(&mut self, view: View<'_>, colon: usize) -> usize {
        let text = view.text;
        if starts(text, colon, b"://") {
            return self.url(view, colon + 3);
        }
        if at(text, colon + 1) == b':'
            && let Some(end) = self.ip(view, colon)
        {
            return end;
        }
        self.assignment(view, colon)
    }

    /// A URL whose authority begins at `start`.
    fn url(&mut self, view: View<'_>, start: usize) -> usize {
        let text = view.text;
        if let Some((range, entity)) = url::webhook(text, start) {
            return self.mask(view, range, entity);
        }
        match url::userinfo(text, start) {
            Some(url::Userinfo { range, secret: true }) => self.mask(view, range, Entity::UrlUserinfo) + 1,
            Some(url::Userinfo { range, secret: false }) => range.end + 1,
            None => start,
        }
    }

    /// A brace or bracket that may begin a JSON document.
    fn open(&mut self, view: View<'_>, start: usize) -> usize {
        let text = view.text;
        let first = at(text, run(text, start + 1, 64, |byte| byte.is_ascii_whitespace()));
        let likely = match at(text, start) {
            b'{' => first == b'"',
            // A list in a sentence is hardly one of numbers: `[1]` is a reference.
            _ => matches!(first, b'{' | b'"' | b'[') || slice(text, 0..start).trim_ascii().is_empty(),
        };
        if likely { self.document(view, start).unwrap_or(start + 1) } else { start + 1 }
    }

    fn dial(&mut self, view: View<'_>, start: usize) -> usize {
        let text = view.text;
        let found = match at(text, start) {
            b'+' => phone::international(text, start),
            _ => phone::in_parentheses(text, start),
        };
        found.map_or(start + 1, |range| self.mask(view, range, Entity::PhoneNumber))
    }

    fn dash(&mut self, view: View<'_>, start: usize) -> usize {
        let text = view.text;
        if at(text, start + 1) != b'-' {
            return start + 1;
        }
        if let Some(range) = pem::find(text, start) {
            return self.mask(view, range, Entity::PrivateKey);
        }
        let more = run(text, start, usize::MAX, |byte| byte == b'-');
        let begins = matches!(before(text, start), 0 | b' ' | b'\t' | b'"' | b'\'' | b',' | b'[' | b'\n');
        if more == start + 2 && begins { self.flag(view, start) } else { more }
    }
}

/// End of the letters and digits from `start` on.
fn word_end(text: &[u8], start: usize) -> usize {
    let mut end = start;
    while text.get(end).is_some_and(|byte| matches!(KIND[usize::from(*byte)], Kind::Letter | Kind::Digit)) {
        end += 1;
    }
    end
}

/// Whether the number at `start` is told to be an identifier: `order_id=…`, `offset: …`, `order …`, `event #…`.
fn is_named_identifier(text: &[u8], start: usize) -> bool {
    let end = run_back(text, start, 4, |byte| matches!(byte, b' ' | b'#' | b'=' | b':' | b'"' | b'\''));
    let word = run_back(text, end, 40, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let name = slice(text, word..end);
    end < start && !name.eq_ignore_ascii_case(b"number") && !name.eq_ignore_ascii_case(b"no") && key::is_identifier(name)
}
