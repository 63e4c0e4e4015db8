//! Makers of secrets, from the public descriptions of their formats alone: what they make knows nothing of how it is recognised.

use base64::{Engine as _, engine::general_purpose};

use crate::{labelled::Labelled, random::Random};

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const PLAIN: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A maker of one kind of secret.
pub(crate) type Maker = fn(&mut Random) -> Labelled;

/// Every maker.
pub(crate) const MAKERS: &[Maker] = &[
    email,
    card,
    iban,
    ssn,
    phone_international,
    phone_national,
    jwt,
    bearer,
    basic,
    aws_pair,
    aws_id,
    github,
    gitlab,
    slack,
    stripe,
    google,
    private_key,
    userinfo,
    signed_by_aws,
    signed_by_others,
    connection_string,
    secret_in_json,
    secret_in_pairs,
    secret_in_environment,
    secret_in_header,
];

fn email(random: &mut Random) -> Labelled {
    let given = random.pick(&["maria", "j.doe", "kwame", "li-wei", "o_brien", "Sofia.Rossi", "x"]);
    let tag = match random.between(0, 3) {
        0 => format!("+{}", random.pick(&["billing", "news", "2026", "aws-alerts"])),
        1 => random.digits(2),
        _ => String::new(),
    };
    let host = random.pick(&[
        "mail.test",
        "corp.acme.io",
        "post.uni-ulm.de",
        "shop.co.uk",
        "eu.west.mx9.net",
        "xn--bcher-kva.ch",
        "firma.museum",
        "onet.pl",
        "team.shop.rs",
        "py-shop.py",
        "acme.sh",
    ]);
    Labelled::secret("email-address", &format!("{given}{tag}@{host}"))
}

/// Digits with the check digit of Luhn behind them.
pub(crate) fn with_luhn(digits: &str) -> String {
    let sum: u32 = digits
        .chars()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = digit.to_digit(10).unwrap();
            let weighed = if place % 2 == 0 { digit * 2 } else { digit };
            if weighed > 9 { weighed - 9 } else { weighed }
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn card(random: &mut Random) -> Labelled {
    // Visa, Mastercard (old and new range), American Express, Discover, Diners, JCB, UnionPay, Maestro: first digits and length.
    const ISSUERS: &[&(&str, usize)] = &[
        &("4", 16),
        &("53", 16),
        &("2345", 16),
        &("34", 15),
        &("37", 15),
        &("6011", 16),
        &("65", 16),
        &("3056", 14),
        &("36", 14),
        &("3541", 16),
        &("6225", 16),
        &("6759", 16),
    ];
    let (first, length) = random.pick(ISSUERS);
    let number = with_luhn(&format!("{first}{}", random.letters("0123456789", length - 1 - first.len())));
    let groups: &[usize] = match length {
        15 => &[4, 6, 5],
        14 => &[4, 6, 4],
        _ => &[4, 4, 4, 4],
    };
    Labelled::secret("credit-card-number", &grouped(&number, groups, random.pick(&["", " ", "-"])))
}

fn grouped(text: &str, groups: &[usize], separator: &str) -> String {
    let mut rest = text;
    let mut parts = Vec::new();
    for length in groups {
        let (part, behind) = rest.split_at((*length).min(rest.len()));
        parts.push(part);
        rest = behind;
    }
    parts.push(rest);
    parts.retain(|part| !part.is_empty());
    parts.join(separator)
}

fn iban(random: &mut Random) -> Labelled {
    // Country and the form of what stands behind the check digits: `n` a digit, `a` a capital, as the registry of SWIFT has it.
    const COUNTRIES: &[&(&str, &str)] = &[
        &("DE", "nnnnnnnnnnnnnnnnnn"),
        &("FR", "nnnnnnnnnnnnnnnnnnnnnnn"),
        &("GB", "aaaannnnnnnnnnnnnn"),
        &("NL", "aaaannnnnnnnnn"),
        &("ES", "nnnnnnnnnnnnnnnnnnnn"),
        &("IT", "annnnnnnnnnnnnnnnnnnnnn"),
        &("AT", "nnnnnnnnnnnnnnnn"),
        &("BE", "nnnnnnnnnnnn"),
        &("CH", "nnnnnnnnnnnnnnnnn"),
        &("PL", "nnnnnnnnnnnnnnnnnnnnnnnn"),
        &("PT", "nnnnnnnnnnnnnnnnnnnnn"),
        &("SE", "nnnnnnnnnnnnnnnnnnnn"),
        &("NO", "nnnnnnnnnnn"),
        &("DK", "nnnnnnnnnnnnnn"),
        &("FI", "nnnnnnnnnnnnnn"),
        &("IE", "aaaannnnnnnnnnnnnn"),
        &("MT", "aaaannnnnnnnnnnnnnnnnnnnnnn"),
    ];
    let (country, form) = random.pick(COUNTRIES);
    let account: String = form.chars().map(|kind| random.letters(if kind == 'n' { "0123456789" } else { UPPER }, 1)).collect();
    let remainder = format!("{account}{country}00").chars().fold(0, |remainder, letter| {
        let value = letter.to_digit(36).unwrap();
        (remainder * if value > 9 { 100 } else { 10 } + value) % 97
    });
    let number = format!("{country}{:02}{account}", 98 - remainder);
    Labelled::secret("iban", &grouped(&number, &[4; 8], random.pick(&["", " "])))
}

fn ssn(random: &mut Random) -> Labelled {
    // Never 000, 666 or 9xx; no group and no serial number of zeros.
    let area = random.between(1, 665);
    Labelled::secret("ssn-us", &format!("{area:03}-{:02}-{:04}", random.between(1, 99), random.between(1, 9999)))
}

fn phone_international(random: &mut Random) -> Labelled {
    let number = match random.between(0, 4) {
        0 => format!("+1{}{}", random.pick(&["206", "312", "617", "808"]), random.digits(7)),
        1 => format!("+44 20 7946 0{}", random.letters("0123456789", 3)),
        2 => format!("+49 30 {}", random.digits(7)),
        3 => format!("+33 1 {} {} {} {}", random.digits(2), random.digits(2), random.digits(2), random.digits(2)),
        _ => format!("+91-{}-{}", random.pick(&["98201", "70123"]), random.digits(5)),
    };
    Labelled::secret("phone-number", &number)
}

fn phone_national(random: &mut Random) -> Labelled {
    let area = random.pick(&["206", "312", "617", "808"]);
    let line = format!("555{}01{}", random.pick(&["-", ".", " "]), random.letters("0123456789", 2));
    let number = match &line[3..4] {
        "-" if random.between(0, 1) == 0 => format!("({area}) {line}"),
        separator => format!("{area}{separator}{line}"),
    };
    Labelled::secret("phone-number", &number)
}

fn token_of_parts(random: &mut Random) -> String {
    let encode = |text: &str| general_purpose::URL_SAFE_NO_PAD.encode(text);
    let header = encode(&format!(r#"{{"alg":"{}","typ":"JWT"}}"#, random.pick(&["HS256", "RS256", "ES384"])));
    let claims = encode(&format!(r#"{{"sub":"{}","iat":{}}}"#, random.digits(9), random.between(1_700_000_000, 1_799_999_999)));
    format!("{header}.{claims}.{}", random.letters(URL_SAFE, 43))
}

fn jwt(random: &mut Random) -> Labelled {
    Labelled::secret("jwt", &token_of_parts(random))
}

fn bearer(random: &mut Random) -> Labelled {
    let length = usize::try_from(random.between(20, 48)).unwrap();
    let token = random.letters(URL_SAFE, length - 2) + &random.digits(2);
    Labelled::plain(random.pick(&["Bearer ", "bearer "])).and_secret("http-credential", &token)
}

fn basic(random: &mut Random) -> Labelled {
    let user = random.pick(&["deploy", "admin", "svc-orders"]);
    let credential = general_purpose::STANDARD.encode(format!("{user}:{}", random.letters(PLAIN, 14)));
    Labelled::plain("Basic ").and_secret("http-credential", &credential)
}

fn access_key_id(random: &mut Random) -> String {
    format!("{}{}", random.pick(&["AKIA", "ASIA"]), random.letters(BASE32, 16))
}

fn aws_pair(random: &mut Random) -> Labelled {
    let (id, key) = (access_key_id(random), random.letters(BASE64, 40));
    let (before, between) = random.pick(&[&("aws_access_key_id=", " aws_secret_access_key="), &("AWS_ACCESS_KEY_ID=", "\nAWS_SECRET_ACCESS_KEY="), &("", ",")]);
    Labelled::plain(before).and_secret("aws-access-key-id", &id).and(between).and_secret("aws-secret-key", &key)
}

fn aws_id(random: &mut Random) -> Labelled {
    Labelled::secret("aws-access-key-id", &access_key_id(random))
}

fn github(random: &mut Random) -> Labelled {
    let token = match random.between(0, 2) {
        0 => format!("github_pat_{}_{}", random.letters(PLAIN, 22), random.letters(PLAIN, 59)),
        _ => format!("{}{}", random.pick(&["ghp_", "gho_", "ghs_", "ghr_"]), random.letters(PLAIN, 36)),
    };
    Labelled::secret("github-token", &token)
}

fn gitlab(random: &mut Random) -> Labelled {
    let token = format!("{}{}", random.pick(&["glpat-", "gldt-", "glrt-"]), random.letters(URL_SAFE, 18) + &random.digits(2));
    Labelled::secret("gitlab-token", &token)
}

fn slack(random: &mut Random) -> Labelled {
    if random.between(0, 1) == 0 {
        let token = format!("{}-{}-{}-{}", random.pick(&["xoxb", "xoxp"]), random.digits(12), random.digits(13), random.letters(PLAIN, 24));
        return Labelled::secret("slack-token", &token);
    }
    let path = format!("T{}/B{}/{}", random.letters(UPPER, 8), random.letters(UPPER, 8), random.letters(PLAIN, 24));
    Labelled::plain("https://hooks.slack.com/services/").and_secret("slack-token", &path)
}

fn stripe(random: &mut Random) -> Labelled {
    Labelled::secret("stripe-key", &format!("{}{}", random.pick(&["sk_live_", "sk_test_", "rk_live_"]), random.letters(PLAIN, 24)))
}

fn google(random: &mut Random) -> Labelled {
    let key = match random.between(0, 1) {
        0 => format!("AIza{}", random.letters(URL_SAFE, 34) + &random.digits(1)),
        _ => format!("GOCSPX-{}", random.letters(URL_SAFE, 27) + &random.digits(1)),
    };
    Labelled::secret("google-key", &key)
}

fn private_key(random: &mut Random) -> Labelled {
    let kind = random.pick(&["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"]);
    let body = [random.letters(BASE64, 64), random.letters(BASE64, 64), random.letters(BASE64, 30) + "=="].join("\n");
    Labelled::secret("private-key", &format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----"))
}

fn userinfo(random: &mut Random) -> Labelled {
    let scheme = random.pick(&["https", "postgres", "redis", "amqp", "mongodb+srv", "ftp"]);
    let secret = format!("{}:{}", random.pick(&["app", "root", "svc.orders"]), random.letters(PLAIN, 12));
    Labelled::plain(&format!("{scheme}://")).and_secret("url-userinfo", &secret).and(random.pick(&[
        "@db.internal:5432/shop",
        "@10.1.2.3/",
        "@cache.acme.io/0?tls=on",
    ]))
}

fn signed_by_aws(random: &mut Random) -> Labelled {
    let credential = format!("{}%2F20261123%2Feu-west-1%2Fs3%2Faws4_request", access_key_id(random));
    Labelled::plain("https://media.s3.eu-west-1.amazonaws.com/a/photo.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=")
        .and_secret("signed-url", &credential)
        .and("&X-Amz-Date=20261123T040000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=")
        .and_secret("signed-url", &random.hex(64))
}

fn signed_by_others(random: &mut Random) -> Labelled {
    let signature = random.letters(PLAIN, 27) + "%3D";
    match random.between(0, 2) {
        0 => Labelled::plain("https://media.s3.amazonaws.com/a.jpg?AWSAccessKeyId=")
            .and_secret("signed-url", &access_key_id(random))
            .and("&Expires=1795402676&Signature=")
            .and_secret("signed-url", &signature),
        1 => Labelled::plain("https://acme.blob.core.windows.net/c/b.txt?sv=2024-11-04&sr=b&sp=r&sig=")
            .and_secret("signed-url", &signature)
            .and("&se=2026-12-01"),
        _ => Labelled::plain("https://storage.googleapis.com/b/o.txt?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Signature=")
            .and_secret("signed-url", &random.hex(128))
            .and("&X-Goog-Expires=600"),
    }
}

fn password(random: &mut Random) -> String {
    random.letters(LOWER, 1) + &random.letters(PLAIN, 11) + random.pick(&["", "!", "_7", "-x", "#1"])
}

fn connection_string(random: &mut Random) -> Labelled {
    let password = password(random);
    match random.between(0, 2) {
        0 => Labelled::plain("Server=db.internal;Database=shop;User Id=app;Password=").and_secret("secret", &password).and(";Encrypt=True"),
        1 => Labelled::plain("host=db.internal port=5432 user=app password=").and_secret("secret", &password).and(" dbname=shop"),
        _ => Labelled::plain("DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=")
            .and_secret("secret", &(random.letters(BASE64, 86) + "=="))
            .and(";EndpointSuffix=core.windows.net"),
    }
}

fn secret_in_json(random: &mut Random) -> Labelled {
    let key = random.pick(&["password", "clientSecret", "api_key", "accessToken", "refresh_token", "privateKey", "db.passphrase"]);
    Labelled::plain(&format!(r#"{{"region":"eu-west-1","{key}":""#)).and_secret("secret", &password(random)).and(r#"","attempts":3}"#)
}

fn secret_in_pairs(random: &mut Random) -> Labelled {
    let key = random.pick(&["password", "db_password", "secret", "auth_token", "session_token", "apikey"]);
    Labelled::plain(&format!("user=app {key}=")).and_secret("secret", &password(random)).and(" attempts=3")
}

fn secret_in_environment(random: &mut Random) -> Labelled {
    let key = random.pick(&["DB_PASSWORD", "STRIPE_API_KEY", "JWT_SECRET", "SESSION_TOKEN", "APP_SIGNING_KEY", "PGPASSWORD"]);
    Labelled::plain(&format!("STAGE=prod\n{key}=")).and_secret("secret", &password(random)).and("\nREGION=eu-west-1")
}

fn secret_in_header(random: &mut Random) -> Labelled {
    match random.between(0, 2) {
        0 => Labelled::plain("Host: api.acme.io\r\nX-Api-Key: ").and_secret("secret", &random.letters(PLAIN, 32)).and("\r\nAccept: */*"),
        1 => {
            let credential = format!("Bearer {}", token_of_parts(random));
            Labelled::plain("Host: api.acme.io\r\nAuthorization: ").and_secret("secret", &credential).and("\r\nAccept: */*")
        }
        _ => {
            let cookies = format!("sid={}; theme=dark", random.hex(32));
            Labelled::plain("Host: api.acme.io\r\nCookie: ").and_secret("secret", &cookies).and("\r\nAccept: */*")
        }
    }
}
