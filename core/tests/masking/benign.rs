//! Makers of what resembles a secret and is none: identifiers, times, numbers, and sentences about secrets.

use crate::{
    dice::Dice,
    piece::{Piece, around, benign},
};

/// A kind and a maker of its values.
type Maker = fn(&mut Dice) -> String;

/// Kinds of values that stand anywhere.
pub(crate) const VALUES: &[(&str, Maker)] = &[
    ("uuid", uuid),
    ("uuid-upper", |dice| uuid(dice).to_uppercase()),
    ("ulid", |dice| format!("01{}", dice.letters("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24))),
    ("epoch-seconds", |dice| dice.whole(1_600_000_000, 1_900_000_000).to_string()),
    ("epoch-milliseconds", |dice| dice.whole(1_600_000_000_000, 1_900_000_000_000).to_string()),
    ("epoch-microseconds", |dice| dice.whole(1_600_000_000_000_000, 1_900_000_000_000_000).to_string()),
    ("epoch-nanoseconds", |dice| dice.whole(1_600_000_000_000_000_000, 1_900_000_000_000_000_000).to_string()),
    ("md5", |dice| dice.hex(32)),
    ("sha1", |dice| dice.hex(40)),
    ("sha256", |dice| dice.hex(64)),
    ("digest", |dice| format!("sha256:{}", dice.hex(64))),
    ("git-short", |dice| dice.hex(7)),
    ("date", |dice| format!("20{}-{:02}-{:02}", dice.whole(10, 39), dice.whole(1, 12), dice.whole(1, 28))),
    ("date-us", |dice| format!("{:02}/{:02}/20{}", dice.whole(1, 12), dice.whole(1, 28), dice.whole(10, 39))),
    ("date-de", |dice| format!("{:02}.{:02}.20{}", dice.whole(1, 28), dice.whole(1, 12), dice.whole(10, 39))),
    ("date-compact", |dice| format!("20{}{:02}{:02}", dice.whole(10, 39), dice.whole(1, 12), dice.whole(1, 28))),
    ("time-iso", |dice| {
        format!(
            "20{}-{:02}-{:02}T{:02}:{:02}:{:02}+01:00",
            dice.whole(10, 39),
            dice.whole(1, 12),
            dice.whole(1, 28),
            dice.whole(0, 23),
            dice.whole(0, 59),
            dice.whole(0, 59)
        )
    }),
    ("time-python", |dice| {
        format!(
            "20{}-{:02}-{:02} {:02}:{:02}:{:02},{:03}",
            dice.whole(10, 39),
            dice.whole(1, 12),
            dice.whole(1, 28),
            dice.whole(0, 23),
            dice.whole(0, 59),
            dice.whole(0, 59),
            dice.whole(0, 999)
        )
    }),
    ("time-apache", |dice| format!("{:02}/Nov/2026:{:02}:{:02}:{:02} +0000", dice.whole(1, 28), dice.whole(0, 23), dice.whole(0, 59), dice.whole(0, 59))),
    ("time-http", |dice| format!("Mon, {:02} Nov 2026 {:02}:{:02}:{:02} GMT", dice.whole(1, 28), dice.whole(0, 23), dice.whole(0, 59), dice.whole(0, 59))),
    ("time-compact", |dice| format!("202611{:02}T{:02}{:02}{:02}Z", dice.whole(1, 28), dice.whole(0, 23), dice.whole(0, 59), dice.whole(0, 59))),
    ("time-digits", |dice| format!("202611{:02}{:02}{:02}{:02}", dice.whole(1, 28), dice.whole(0, 23), dice.whole(0, 59), dice.whole(0, 59))),
    ("price", |dice| format!("{}.{:02} EUR", dice.whole(0, 99_999), dice.whole(0, 99))),
    ("price-grouped", |dice| format!("${},{:03}.{:02}", dice.whole(1, 999), dice.whole(0, 999), dice.whole(0, 99))),
    ("price-blanks", |dice| format!("{} {:03} {:03},{:02} kr", dice.whole(1, 999), dice.whole(0, 999), dice.whole(0, 999), dice.whole(0, 99))),
    ("fraction", |dice| format!("0.{}", dice.digits(16))),
    ("coordinates", |dice| format!("{}.{}, -{}.{}", dice.whole(1, 89), dice.digits(6), dice.whole(1, 179), dice.digits(6))),
    ("version", |dice| format!("{}.{}.{}", dice.whole(0, 30), dice.whole(0, 30), dice.whole(0, 99))),
    ("version-build", |dice| format!("v{}.{}.{}-rc.{}+build.{}", dice.whole(0, 30), dice.whole(0, 30), dice.whole(0, 99), dice.whole(1, 9), dice.digits(4))),
    ("package", |dice| format!("{}@{}.{}.{}", dice.pick(&["react", "lodash", "@babel/core"]), dice.whole(1, 30), dice.whole(0, 30), dice.whole(0, 99))),
    ("traceparent", |dice| format!("00-{}-{}-01", dice.hex(32), dice.hex(16))),
    ("xray", |dice| format!("Root=1-{}-{};Parent={};Sampled=1", dice.hex(8), dice.hex(24), dice.hex(16))),
    ("arn", |dice| format!("arn:aws:lambda:eu-west-1:{}:function:shop-{}", dice.digits(12), dice.letters("abcdef", 5))),
    ("arn-secret", |dice| format!("arn:aws:secretsmanager:eu-west-1:{}:secret:shop/db-{}", dice.digits(12), dice.mixed(6))),
    ("account-id", |dice| dice.digits(12)),
    ("request-id", |dice| format!("{}=", dice.mixed(15))),
    ("host-port", |dice| format!("db-{}.internal:{}", dice.whole(1, 9), dice.whole(1024, 65_535))),
    ("ip-port", |dice| format!("10.{}.{}.{}:{}", dice.whole(0, 255), dice.whole(0, 255), dice.whole(1, 254), dice.whole(1024, 65_535))),
    ("mac", |dice| (0..6).map(|_| dice.hex(2)).collect::<Vec<_>>().join(":")),
    ("path-line", |dice| format!("/app/src/cart/{}.py:{}", dice.letters("abcdef", 5), dice.whole(1, 2000))),
    ("rust-path", |dice| format!("shop::token::{}::parse src/token.rs:{}:{}", dice.pick(&["Kind", "Secret", "lexer"]), dice.whole(1, 900), dice.whole(1, 80))),
    ("java-frame", |dice| format!("com.example.auth.TokenService$Inner.check(TokenService.java:{})", dice.whole(1, 900))),
    ("object-hash", |dice| format!("com.example.Cart@{}", dice.hex(8))),
    ("order-number", |dice| {
        let length = dice.length(5, 10);
        dice.digits(length)
    }),
    ("order-grouped", |dice| format!("{}-{}-{}", dice.digits(3), dice.digits(7), dice.digits(7))),
    ("isbn", |dice| format!("978-{}-{}-{}-{}", dice.whole(0, 9), dice.digits(2), dice.digits(6), dice.whole(0, 9))),
    ("ean", |dice| format!("40{}", dice.letters("0123456789", 11))),
    ("long-number", |dice| {
        let length = dice.length(13, 19);
        dice.digits(length)
    }),
    ("instance-id", |dice| format!("i-0{}", dice.hex(16))),
    ("role-id", |dice| format!("AROA{}", dice.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17))),
    ("pod", |dice| format!("orders-{}-{}", dice.hex(10), dice.letters("bcdfghjklmnpqrstvwxz2456789", 5))),
    ("stream", |dice| format!("2026/11/{:02}/[$LATEST]{}", dice.whole(1, 28), dice.hex(32))),
    ("base64", |dice| format!("{}==", dice.mixed(42))),
    ("hex-dump", |dice| (0..8).map(|_| dice.hex(2)).collect::<Vec<_>>().join(" ")),
    ("git-remote", |dice| format!("git@github.com:acme/{}.git", dice.letters("abcdef", 5))),
    ("unit", |dice| format!("getty@tty{}.service", dice.whole(1, 9))),
    ("image", |dice| format!("icon@{}x.png", dice.whole(2, 4))),
    ("numbers", |dice| [dice.digits(3), dice.digits(3), dice.digits(4)].join(" ")),
    ("sizes", |dice| format!("{} of {} bytes in {}.{} ms", dice.digits(6), dice.digits(9), dice.digits(3), dice.digits(2))),
    ("query", |dice| format!("/v1/items?page={}&size=50&from=2026-11-01&sort=-created_at", dice.whole(1, 99))),
    ("public-key", |dice| format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", dice.mixed(64))),
];

/// Sentences and settings that speak of secrets without telling one.
pub(crate) const PHRASES: &[&str] = &[
    "password must be at least 12 characters",
    "invalid token: expired",
    "Invalid password: must not be empty",
    "unexpected token: }",
    "Basic authentication is disabled",
    "Bearer authentication required",
    "max_tokens=4096 prompt_tokens=812 completion_tokens=99",
    "next_token=AAAABBBBCCCC page_token=xyz",
    "token_type=bearer expires_in=3600",
    "api_key_id=k-17 secret_name=shop/db",
    "password=null token=None secret=undefined",
    "password=[FILTERED] token=<redacted> secret=********",
    "PWD=/var/task HOME=/root",
    "secret: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db",
    "DB_PASSWORD=${DB_PASSWORD}",
    "cookie_consent=true author=ann",
    "tokens: 17, passed: 12, compass: north",
    "key: value, status: ok",
    "SELECT token_count FROM usage WHERE id = 17",
    "--verbose --token-file /run/token --no-password",
];

/// A benign value between words.
pub(crate) fn phrase(kind: &'static str, make: Maker, dice: &mut Dice) -> Vec<Piece> {
    let (before, after) = *dice.pick(&[("", ""), ("value ", " seen"), ("got ", ", then more"), ("at=", ""), ("(", ")")]);
    vec![around(before), benign(kind, make(dice)), around(after)]
}

fn uuid(dice: &mut Dice) -> String {
    let alphabet = if dice.once_in(4) { "0123456789" } else { "0123456789abcdef" };
    [8, 4, 4, 4, 12].map(|length| dice.letters(alphabet, length)).join("-")
}
