//! Makers of secrets and personal data: written from the formats' own definitions, apart from what recognises them.

use crate::{
    dice::Dice,
    piece::{Piece, around, secret},
};

/// A maker of a phrase that holds a value of one entity.
type Maker = fn(&mut Dice) -> Vec<Piece>;

/// Entity and maker.
pub(crate) const MAKERS: &[(&str, Maker)] = &[
    ("email-address", email),
    ("credit-card-number", card),
    ("iban", iban),
    ("ssn-us", ssn),
    ("phone-number", phone),
    ("ip-address", ip),
    ("jwt", jwt),
    ("http-credential", http_credential),
    ("aws-access-key-id", aws_access_key_id),
    ("aws-secret-key", aws_secret_key),
    ("github-token", github),
    ("gitlab-token", gitlab),
    ("slack-token", slack),
    ("stripe-key", stripe),
    ("google-key", google),
    ("api-token", api_token),
    ("private-key", private_key),
    ("url-userinfo", userinfo),
    ("signed-url", signed_url),
];

/// A value in the middle of a text, in the ways values stand there.
fn amid(dice: &mut Dice, entity: &'static str, value: String) -> Vec<Piece> {
    let (before, after) = *dice.pick(&[
        ("", ""),
        ("got ", " twice"),
        ("<", ">"),
        ("(", ")."),
        ("[", "]"),
        ("'", "'"),
        ("\"", "\","),
        ("“", "”"),
        ("value=", ""),
        ("v=", "&w=1"),
        ("note: ", ";"),
        ("it was ", ", again"),
        ("was it ", "?"),
        ("ends with ", "."),
        ("a\t", "\tb"),
        ("a|", "|b"),
        ("{", "}"),
        ("x\n", "\ny"),
    ]);
    vec![around(before), secret(entity, value), around(after)]
}

fn email(dice: &mut Dice) -> Vec<Piece> {
    const FIRST: &[&str] = &["ann", "bob", "zoë", "jörg", "o'neil", "li", "priya", "x", "sales", "no-reply", "олена"];
    const DOMAINS: &[&str] = &[
        "example.com",
        "mail.example.org",
        "example.co.uk",
        "exämple.de",
        "a-b.example.io",
        "xn--exmple-cua.com",
        "corp.example.museum",
        "example.rs",
        "shop.example.py",
    ];
    let first = (*dice.pick(FIRST)).to_owned();
    let local = match dice.whole(0, 4) {
        0 => first,
        1 => format!("{first}.{}", dice.pick(&["lee", "smith", "o", "van.dam"])),
        2 => format!("{first}+{}", dice.letters("abcdefgh", 4)),
        3 => format!("{first}_{}", dice.digits(2)),
        _ => dice.letters("abcdefghijklmnopqrstuvwxyz0123456789", 12),
    };
    let address = format!("{local}@{}", dice.pick(DOMAINS));
    if dice.once_in(3) {
        return vec![around("mail to "), secret("email-address", address), around(*dice.pick(&[" bounced", ", who left", ": no such user"]))];
    }
    let address = if dice.once_in(6) { address.to_uppercase() } else { address };
    amid(dice, "email-address", address)
}

/// Digits with the check digit that makes their Luhn sum end in zero.
fn with_luhn(head: &str) -> String {
    let sum: u32 = head
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            if place % 2 == 0 { [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit as usize] } else { digit }
        })
        .sum();
    format!("{head}{}", (10 - sum % 10) % 10)
}

fn card(dice: &mut Dice) -> Vec<Piece> {
    let (prefix, length) = *dice.pick(&[
        ("4", 16),
        ("51", 16),
        ("55", 16),
        ("2221", 16),
        ("2720", 16),
        ("34", 15),
        ("37", 15),
        ("6011", 16),
        ("65", 16),
        ("3528", 16),
        ("3589", 16),
        ("300", 14),
        ("36", 14),
        ("62", 16),
        ("62", 19),
    ]);
    let head = format!("{prefix}{}", dice.letters("0123456789", length - prefix.len() - 1));
    let number = with_luhn(&head);
    let groups: &[usize] = match length {
        15 => &[4, 6, 5],
        14 => &[4, 6, 4],
        19 => &[4, 4, 4, 4, 3],
        _ => &[4, 4, 4, 4],
    };
    let separator = *dice.pick(&["", "", " ", "-"]);
    let mut rest = number.as_str();
    let mut parts = Vec::new();
    for length in groups {
        let (part, more) = rest.split_at(*length);
        parts.push(part);
        rest = more;
    }
    amid(dice, "credit-card-number", parts.join(separator))
}

/// Remainder of digits and letters (A is 10) by 97, over the text read from left to right.
fn modulo_97(text: &str) -> u64 {
    let digits: String = text.chars().map(|letter| letter.to_digit(36).unwrap_or(0).to_string()).collect();
    digits.as_bytes().chunks(9).fold(0, |rest, chunk| format!("{rest}{}", String::from_utf8_lossy(chunk)).parse::<u64>().unwrap_or(0) % 97)
}

fn iban(dice: &mut Dice) -> Vec<Piece> {
    let (country, account) = match dice.whole(0, 6) {
        0 => ("DE", dice.letters("0123456789", 18)),
        1 => ("GB", dice.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 4) + &dice.letters("0123456789", 14)),
        2 => ("FR", dice.letters("0123456789", 10) + &dice.letters("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 11) + &dice.digits(2)),
        3 => ("NL", dice.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 4) + &dice.letters("0123456789", 10)),
        4 => ("NO", dice.letters("0123456789", 11)),
        5 => ("PL", dice.letters("0123456789", 24)),
        _ => ("MT", dice.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 4) + &dice.letters("0123456789", 5) + &dice.letters("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 18)),
    };
    let check = 98 - modulo_97(&format!("{account}{country}00"));
    let number = format!("{country}{check:02}{account}");
    let shown = if dice.once_in(2) {
        number
    } else {
        let letters: Vec<char> = number.chars().collect();
        letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    };
    amid(dice, "iban", shown)
}

fn ssn(dice: &mut Dice) -> Vec<Piece> {
    let area = loop {
        let area = dice.whole(1, 899);
        if area != 666 {
            break area;
        }
    };
    let (group, serial) = (dice.whole(1, 99), dice.whole(1, 9999));
    if dice.once_in(4) {
        return vec![around("SSN "), secret("ssn-us", format!("{area:03} {group:02} {serial:04}")), around(" given")];
    }
    amid(dice, "ssn-us", format!("{area:03}-{group:02}-{serial:04}"))
}

fn phone(dice: &mut Dice) -> Vec<Piece> {
    let area = |dice: &mut Dice| format!("{}{}{}", dice.whole(2, 9), dice.whole(2, 9), dice.whole(0, 9));
    let line = dice.letters("0123456789", 4);
    let number = match dice.whole(0, 15) {
        0 => format!("+1{}{}{line}", area(dice), area(dice)),
        1 => format!("+1 ({}) {}-{line}", area(dice), area(dice)),
        2 => format!("+1-{}-{}-{line}", area(dice), area(dice)),
        3 => format!("({}) {}-{line}", area(dice), area(dice)),
        4 => format!("{}-{}-{line}", area(dice), area(dice)),
        5 => format!("{}.{}.{line}", area(dice), area(dice)),
        6 => format!("+44 20 7{} {line}", dice.letters("0123456789", 3)),
        7 => format!("+49 {} {}", dice.digits(3), dice.digits(7)),
        8 => format!("+33 {} {}", dice.whole(1, 9), [dice.digits(2), dice.digits(2), dice.digits(2), dice.digits(2)].join(" ")),
        9 => format!("+91{}", dice.digits(10)),
        10 => format!("020 7{} {line}", dice.letters("0123456789", 3)),
        11 => [format!("0{}", dice.whole(1, 9)), dice.digits(2), dice.digits(2), dice.digits(2), dice.digits(2)].join(" "),
        12 => format!("+44 (0)20 7{} {line}", dice.letters("0123456789", 3)),
        13 => format!("1-{}-{}-{line}", area(dice), area(dice)),
        14 => format!("0044 20 7{} {line}", dice.letters("0123456789", 3)),
        _ => format!("+81 {} {} {}", dice.digits(2), dice.digits(4), dice.digits(4)),
    };
    amid(dice, "phone-number", number)
}

fn ip(dice: &mut Dice) -> Vec<Piece> {
    let address = match dice.whole(0, 3) {
        0 => format!("2001:db8:{}::{}", dice.hex(4), dice.hex(2)),
        1 => (0..8).map(|_| dice.hex(4)).collect::<Vec<_>>().join(":"),
        _ => format!("{}.{}.{}.{}", dice.whole(1, 126), dice.whole(0, 255), dice.whole(0, 255), dice.whole(1, 254)),
    };
    amid(dice, "ip-address", address)
}

/// Base64 (URL alphabet, no padding) of some text.
fn base64url(text: &str) -> String {
    base64(text).replace('+', "-").replace('/', "_").replace('=', "")
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.as_bytes()
        .chunks(3)
        .map(|three| {
            let bits = three.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
            (0..4).map(|place| if place <= three.len() { char::from(LETTERS[bits >> (18 - 6 * place) & 63]) } else { '=' }).collect::<String>()
        })
        .collect()
}

fn jwt(dice: &mut Dice) -> Vec<Piece> {
    let header = base64url(dice.pick::<&str>(&[r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"alg":"RS256","kid":"k1"}"#, r#"{"typ":"JWT","alg":"none"}"#]));
    let payload = base64url(&format!(r#"{{"sub":"{}","exp":{}}}"#, dice.digits(10), dice.digits(10)));
    let signature = dice.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 42) + "A";
    amid(dice, "jwt", format!("{header}.{payload}.{signature}"))
}

fn http_credential(dice: &mut Dice) -> Vec<Piece> {
    let (scheme, credential) = match dice.whole(0, 3) {
        0 => ("Basic ", base64(&format!("{}:{}", dice.letters("abcdefgh", 6), dice.mixed(9)))),
        1 => ("Bearer ", dice.hex(40)),
        2 => ("bearer ", dice.letters("abcdefgh", 8) + "." + &dice.mixed(20)),
        _ => ("Bearer ", dice.mixed(24)),
    };
    vec![around(format!("sent {scheme}")), secret("http-credential", credential), around(" upstream")]
}

fn access_key_id(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&["AKIA", "ASIA"]), dice.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16))
}

fn aws_access_key_id(dice: &mut Dice) -> Vec<Piece> {
    let id = access_key_id(dice);
    amid(dice, "aws-access-key-id", id)
}

fn aws_secret_key(dice: &mut Dice) -> Vec<Piece> {
    let key = dice.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+", 37) + &dice.mixed(3);
    let between = *dice.pick(&[" ", ", ", " / ", " and "]);
    vec![around("pair "), secret("aws-access-key-id", access_key_id(dice)), around(between), secret("aws-secret-key", key), around(" leaked")]
}

fn github(dice: &mut Dice) -> Vec<Piece> {
    let value = match dice.whole(0, 2) {
        0 => format!("github_pat_{}_{}", dice.mixed(22), dice.mixed(59)),
        _ => format!("gh{}_{}", dice.pick(&["p", "o", "u", "s", "r"]), dice.mixed(36)),
    };
    amid(dice, "github-token", value)
}

fn gitlab(dice: &mut Dice) -> Vec<Piece> {
    let value = format!("{}-{}", dice.pick(&["glpat", "gldt", "glrt", "glcbt", "glptt", "glft"]), dice.mixed(20));
    amid(dice, "gitlab-token", value)
}

fn slack(dice: &mut Dice) -> Vec<Piece> {
    if dice.once_in(4) {
        let path = format!("T{}/B{}/{}", dice.digits(8), dice.digits(8), dice.mixed(24));
        return vec![around("post https://hooks.slack.com/services/"), secret("slack-token", path), around(" failed")];
    }
    let value = format!("xox{}-{}-{}-{}", dice.pick(&["b", "p", "a", "r", "s"]), dice.digits(12), dice.digits(12), dice.mixed(24));
    amid(dice, "slack-token", value)
}

fn stripe(dice: &mut Dice) -> Vec<Piece> {
    let value = format!("{}{}", dice.pick(&["sk_live_", "sk_test_", "rk_live_", "whsec_"]), dice.mixed(24));
    amid(dice, "stripe-key", value)
}

fn google(dice: &mut Dice) -> Vec<Piece> {
    let value = match dice.whole(0, 2) {
        0 => format!("GOCSPX-{}", dice.mixed(28)),
        1 => format!("ya29.a0{}", dice.mixed(60)),
        _ => format!("AIzaSy{}", dice.mixed(33)),
    };
    amid(dice, "google-key", value)
}

fn api_token(dice: &mut Dice) -> Vec<Piece> {
    let value = match dice.whole(0, 6) {
        0 => format!("npm_{}", dice.mixed(36)),
        1 => format!("SG.{}.{}", dice.mixed(22), dice.mixed(43)),
        2 => format!("sk-proj-{}", dice.mixed(48)),
        3 => format!("shpat_{}", dice.hex(32)),
        4 => format!("hvs.{}", dice.mixed(24)),
        5 => format!("dop_v1_{}", dice.hex(64)),
        _ => format!("pypi-AgEIcHlwaS5vcmc{}", dice.mixed(60)),
    };
    amid(dice, "api-token", value)
}

fn private_key(dice: &mut Dice) -> Vec<Piece> {
    let label = *dice.pick(&["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK"]);
    let body: Vec<String> = (0..dice.length(2, 6)).map(|_| dice.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 64)).collect();
    let key = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", body.join("\n"));
    vec![around("loaded "), secret("private-key", key), around(" from disk")]
}

fn userinfo(dice: &mut Dice) -> Vec<Piece> {
    let scheme = *dice.pick(&["postgres", "postgresql+psycopg2", "mysql", "mongodb+srv", "redis", "amqp", "https", "jdbc:oracle"]);
    let password = match dice.whole(0, 2) {
        0 => dice.mixed(12),
        1 => format!("p@{}", dice.mixed(8)),
        _ => format!("{}!{}", dice.letters("abcdef", 5), dice.digits(3)),
    };
    let user = *dice.pick(&["app", "svc-orders", "root", "user_1", ""]);
    vec![
        around(format!("connect {scheme}://")),
        secret("url-userinfo", format!("{user}:{password}")),
        around(format!("@db-{}.internal:5432/shop", dice.digits(2))),
    ]
}

fn signed_url(dice: &mut Dice) -> Vec<Piece> {
    let name = *dice.pick(&["Signature", "sig", "AWSAccessKeyId"]);
    let value = if name == "sig" { dice.mixed(20) + "%3D" } else { dice.mixed(20) };
    vec![around(format!("https://files.example.com/a.pdf?v=1&{name}=")), secret("signed-url", value), around("&Expires=1795402676")]
}

/// Names of keys whose value is secret, as people write them.
pub(crate) const KEYS: &[&str] = &[
    "password",
    "Password",
    "passwd",
    "pwd",
    "db_password",
    "dbPassword",
    "newPassword",
    "user-password",
    "passphrase",
    "secret",
    "client_secret",
    "clientSecret",
    "token",
    "access_token",
    "accessToken",
    "refresh-token",
    "id_token",
    "session_token",
    "auth_token",
    "csrfToken",
    "api_key",
    "apiKey",
    "apikey",
    "x-api-key",
    "X-API-Key",
    "private_key",
    "secret_key",
    "secretAccessKey",
    "aws_secret_access_key",
    "signing_key",
    "AccountKey",
    "cvv",
];

/// A value for such a key; `plain` has no character that ends a value without quotes.
pub(crate) fn value(dice: &mut Dice, plain: bool) -> String {
    match dice.whole(0, if plain { 7 } else { 9 }) {
        0 => dice.letters("abcdefghijklmnopqrstuvwxyz", 9),
        1 => dice.mixed(16),
        2 => dice.hex(32),
        3 => format!("{}-{}", dice.letters("abcdefgh", 5), dice.digits(3)),
        4 => format!("{}@{}!{}", dice.letters("abcdefgh", 3), dice.digits(2), dice.letters("XYZ", 2)),
        5 => dice.digits(6),
        6 => format!("{}{}{}", dice.letters("abcdefgh", 4), dice.pick(&[",", ";", "&", ")", "/", "$", "#", "=", "|", "~", "^", "?", "}"]), dice.mixed(5)),
        7 => format!("{}ü{}", dice.letters("abcdefgh", 3), dice.mixed(6)),
        8 => format!("{} {}", dice.letters("abcdefgh", 5), dice.letters("abcdefgh", 6)),
        _ => format!("{}\"{}\\{},{}", dice.letters("abc", 3), dice.letters("abc", 3), dice.letters("xyz", 2), dice.digits(2)),
    }
}

/// Headers: name and value.
pub(crate) fn header(dice: &mut Dice) -> (&'static str, String) {
    match dice.whole(0, 4) {
        0 => ("Authorization", format!("Bearer {}", dice.mixed(32))),
        1 => ("Authorization", format!("Basic {}", base64(&format!("user:{}", dice.mixed(10))))),
        2 => ("Proxy-Authorization", format!("Digest {}", dice.mixed(20))),
        3 => ("Cookie", format!("sid={}; theme=dark; csrf={}", dice.mixed(20), dice.hex(16))),
        _ => ("Set-Cookie", format!("sid={}; Path=/; HttpOnly", dice.mixed(20))),
    }
}
