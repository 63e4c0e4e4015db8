//! Key names: whether the name of a field says that its value is secret.
//!
//! Names are compared without case and without `-`, `_`, `.` and blanks; words are told apart by those and by camel case. A built-in name fits
//! when it is the end of the key at a word's beginning (`DB_PASSWORD`, `x-api-key`, `clientSecret`), a user's name when it is the whole key.

use super::byte;

/// What a key says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyClass {
    /// Secret by a built-in name.
    Secret,
    /// Secret, and in a header a scheme stands before the credential.
    Authorization,
    /// Secret, and in a header a list of pairs.
    Cookie,
    /// A phone number, when the value looks like one at all.
    Phone,
    /// Secret because the user says so.
    User,
}

/// How a name has to fit into a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// The end of the key, from the beginning of a word.
    Words,
    /// The end of the key: long enough to be meant wherever it stands (`dbpassword`).
    End,
    /// The whole key, or all of it behind the last dot.
    Whole,
}

#[derive(Clone, Debug)]
struct Name {
    letters: Vec<u8>,
    fit: Fit,
    class: KeyClass,
}

/// Names that are meant wherever a key ends with them.
const ENDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "secretkey",
    "privatekey",
    "accesstoken",
    "authtoken",
    "refreshtoken",
    "sessiontoken",
    "securitytoken",
    "csrftoken",
    "xsrftoken",
    "clientsecret",
    "cardnumber",
    "creditcard",
];

/// Names that are meant when they are the last words of a key.
const WORDS: &[&str] = &[
    "pwd",
    "passcode",
    "secret",
    "secrets",
    "token",
    "idtoken",
    "jwt",
    "accesskey",
    "signingkey",
    "encryptionkey",
    "accountkey",
    "masterkey",
    "sessionkey",
    "subscriptionkey",
    "authkey",
    "sharedaccesssignature",
    "ccnumber",
    "cardno",
    "cvv",
    "cvc",
    "securitycode",
    "ssn",
    "socialsecuritynumber",
    "xamzsignature",
    "xamzcredential",
    "xgoogsignature",
    "xgoogcredential",
];

/// Names whose value is a credential behind a scheme.
const AUTHORIZATION: &[&str] = &["authorization"];

/// Names whose value is a list of cookies.
const COOKIE: &[&str] = &["cookie", "cookies"];

/// Names of phone numbers.
const PHONE: &[&str] = &["phone", "phonenumber", "mobile", "mobilenumber", "mobilephone", "telephone", "cellphone", "tel", "msisdn", "fax"];

/// Ends of keys that are no secrets although one of the names above is in them: positions in lists, and tokens that a parser or a scheduler means.
const NOT_SECRET: &[&str] = &[
    "nexttoken",
    "pagetoken",
    "paginationtoken",
    "continuationtoken",
    "cancellationtoken",
    "synctoken",
    "resumetoken",
    "idempotencytoken",
    "clientrequesttoken",
    "startingtoken",
    "unexpectedtoken",
    "jsontoken",
];

/// Query parameters of signed URLs that are secret there and may be anything elsewhere.
const QUERY: &[&str] = &["signature", "sig", "awsaccesskeyid", "keypairid"];

/// Last words of keys that name an identifier, a time or a quantity: a number there is no card.
const IDENTIFIERS: &[&str] = &[
    "id",
    "ids",
    "uid",
    "uuid",
    "guid",
    "at",
    "ts",
    "time",
    "timestamp",
    "date",
    "ns",
    "us",
    "ms",
    "nanos",
    "micros",
    "millis",
    "seq",
    "sequence",
    "offset",
    "nonce",
    "count",
    "size",
    "bytes",
    "length",
    "version",
    "revision",
    "build",
    "hash",
    "digest",
    "checksum",
    "trace",
    "span",
    "order",
    "invoice",
    "tracking",
    "ticket",
    "ref",
    "reference",
    "sku",
    "ean",
    "barcode",
    "isbn",
    "number",
    "no",
    "num",
    "event",
    "snowflake",
    "serial",
    "batch",
];

/// Longest end of a key that is looked at, in bytes.
const LONGEST: usize = 96;

/// The names of one masker.
#[derive(Clone, Debug)]
pub(super) struct KeyNames {
    /// By the last letter.
    buckets: Vec<Vec<Name>>,
    /// A bit for each pair of last letters some name has: most keys end here.
    ends: [u64; 16],
}

impl KeyNames {
    /// The built-in names, unless `built_in` is false, and the user's.
    pub(super) fn new(built_in: bool, phone: bool, user: &[String]) -> Self {
        let mut names = Self { buckets: vec![Vec::new(); 32], ends: [0; 16] };
        let lists = [
            (ENDS, Fit::End, KeyClass::Secret, built_in),
            (WORDS, Fit::Words, KeyClass::Secret, built_in),
            (AUTHORIZATION, Fit::End, KeyClass::Authorization, built_in),
            (COOKIE, Fit::Words, KeyClass::Cookie, built_in),
            (PHONE, Fit::Words, KeyClass::Phone, phone),
        ];
        // The user's names first: what the user says of a key counts.
        for name in user {
            names.add(Letters::of(name.as_bytes()).as_bytes(), Fit::Whole, KeyClass::User);
        }
        for (list, fit, class, _) in lists.into_iter().filter(|(.., wanted)| *wanted) {
            for name in list {
                names.add(name.as_bytes(), fit, class);
            }
        }
        names
    }

    fn add(&mut self, letters: &[u8], fit: Fit, class: KeyClass) {
        let Some(&last) = letters.last() else { return };
        let (word, bit) = end_bit(byte::before(letters, letters.len() - 1), last);
        self.ends[word] |= bit;
        self.buckets[usize::from(last & 31)].push(Name { letters: letters.to_vec(), fit, class });
    }

    /// What a key, as written, says of its value.
    pub(super) fn classify(&self, key: &[u8]) -> Option<KeyClass> {
        let digits = key.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        self.look_up(key).or_else(|| (digits > 0).then(|| self.look_up(key.get(..key.len() - digits)?)).flatten())
    }

    fn look_up(&self, key: &[u8]) -> Option<KeyClass> {
        let mut ends = key.iter().rev().filter(|byte| !is_separator(**byte)).map(u8::to_ascii_lowercase);
        let last = ends.next()?;
        let (word, bit) = end_bit(ends.next().unwrap_or(0), last);
        if self.ends[word] & bit == 0 {
            return None;
        }
        let letters = Letters::of(key);
        let name = self.buckets[usize::from(last & 31)].iter().find(|name| letters.fits(name))?;
        (name.class == KeyClass::User || !NOT_SECRET.iter().any(|end| letters.as_bytes().ends_with(end.as_bytes()))).then_some(name.class)
    }
}

/// Whether a query parameter's value is secret in the query of a URL.
pub(super) fn is_secret_in_query(key: &[u8]) -> bool {
    let letters = Letters::of(key);
    QUERY.iter().any(|name| letters.as_bytes() == name.as_bytes())
}

/// Whether a key names an identifier, a time or a quantity.
pub(super) fn is_identifier(key: &[u8]) -> bool {
    let letters = Letters::of(key);
    IDENTIFIERS.iter().any(|name| letters.ends_with_words(name.as_bytes())) && !letters.as_bytes().ends_with(b"cardnumber")
}

/// Whether a key is the shell's working directory, which is called like a password.
pub(super) fn is_working_directory(key: &[u8]) -> bool {
    key.eq_ignore_ascii_case(b"pwd") || key.eq_ignore_ascii_case(b"oldpwd")
}

/// Whether a name has anything to compare.
pub(super) fn has_letters(name: &str) -> bool {
    !Letters::of(name.as_bytes()).as_bytes().is_empty()
}

/// Place of the bit for two last letters.
fn end_bit(before_last: u8, last: u8) -> (usize, u64) {
    let place = usize::from(before_last & 31) << 5 | usize::from(last & 31);
    (place >> 6, 1 << (place & 63))
}

const fn is_separator(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b'.' | b' ' | b'$' | b'/' | b'[' | b']' | b':' | b'@')
}

/// The letters of a key in lower case, and where words begin.
struct Letters {
    bytes: [u8; LONGEST],
    length: usize,
    /// Bit n: a word begins at letter n.
    words: u128,
    /// First letter behind the last dot.
    dot: usize,
}

impl Letters {
    fn of(key: &[u8]) -> Self {
        let key = key.get(key.len().saturating_sub(LONGEST)..).unwrap_or_default();
        let mut letters = Self { bytes: [0; LONGEST], length: 0, words: 1, dot: 0 };
        let mut previous = b'_';
        for (index, &byte) in key.iter().enumerate() {
            if is_separator(byte) {
                if byte == b'.' {
                    letters.dot = letters.length;
                }
            } else {
                // `dbPassword`, `API` before `Key`, `oauth2token`
                let hump = byte.is_ascii_uppercase() && (!previous.is_ascii_uppercase() || byte::at(key, index + 1).is_ascii_lowercase());
                if is_separator(previous) || hump || previous.is_ascii_digit() && !byte.is_ascii_digit() {
                    letters.words |= 1 << letters.length;
                }
                letters.bytes[letters.length] = byte.to_ascii_lowercase();
                letters.length += 1;
            }
            previous = byte;
        }
        letters
    }

    fn as_bytes(&self) -> &[u8] {
        byte::slice(&self.bytes, 0..self.length)
    }

    fn ends_with_words(&self, end: &[u8]) -> bool {
        self.as_bytes().ends_with(end) && self.words >> (self.length - end.len()) & 1 == 1
    }

    fn fits(&self, name: &Name) -> bool {
        match name.fit {
            Fit::End => self.as_bytes().ends_with(&name.letters),
            Fit::Words => self.ends_with_words(&name.letters),
            Fit::Whole => self.as_bytes() == name.letters || byte::slice(&self.bytes, self.dot..self.length) == name.letters,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(key: &str) -> Option<KeyClass> {
        KeyNames::new(true, true, &["iban".to_owned(), "Customer-Name".to_owned(), "größe".to_owned()]).classify(key.as_bytes())
    }

    #[test]
    fn every_spelling_of_a_secret_name_is_known() {
        for key in [
            "password",
            "PASSWORD",
            "DB_PASSWORD",
            "dbPassword",
            "dbpassword",
            "new-password",
            "password2",
            "user.password",
            "PGPASSWORD",
            "apiKey",
            "API_KEY",
            "APIKey",
            "x-api-key",
            "stripeApiKey",
            "secret",
            "clientSecret",
            "AWS_SECRET_ACCESS_KEY",
            "secretAccessKey",
            "aws_session_token",
            "access_token",
            "oauth2Token",
            "XSRF-TOKEN",
            "private_key",
            "Ocp-Apim-Subscription-Key",
            "AccountKey",
            "cvv2",
            "card_number",
            "ssn",
            "X-Amz-Signature",
            "x-amz-security-token",
        ] {
            assert_eq!(class(key), Some(KeyClass::Secret), "{key}");
        }
        assert_eq!(class("Proxy-Authorization"), Some(KeyClass::Authorization));
        assert_eq!(class("Set-Cookie"), Some(KeyClass::Cookie));
        assert_eq!(class("customer.phoneNumber"), Some(KeyClass::Phone));
    }

    #[test]
    fn names_that_only_resemble_a_secret_pass() {
        for key in [
            "tokens",
            "token_count",
            "max_tokens",
            "tokenType",
            "nextToken",
            "next_page_token",
            "password_changed_at",
            "secret_arn",
            "api_key_id",
            "key",
            "passed",
            "discard",
            "author",
            "authorizer",
            "cookie_consent",
            "microphone",
            "hotel",
            "",
            "---",
        ] {
            assert_eq!(class(key), None, "{key}");
        }
    }

    #[test]
    fn a_name_of_the_users_is_the_whole_key() {
        for key in ["iban", "IBAN", "customer_name", "customerName", "user.iban", "größe"] {
            assert_eq!(class(key), Some(KeyClass::User), "{key}");
        }
        for key in ["my_iban", "iban_country", "name", "customer"] {
            assert_eq!(class(key), None, "{key}");
        }
    }

    #[test]
    fn identifiers_are_told_by_their_last_word() {
        for key in ["id", "orderId", "event_ts", "message-id", "created_at", "tracking_number"] {
            assert!(is_identifier(key.as_bytes()), "{key}");
        }
        for key in ["paid", "card", "cardNumber", "text", "hat"] {
            assert!(!is_identifier(key.as_bytes()), "{key}");
        }
    }
}
