//! Makers of look-alikes: what stands in logs, means no person and opens no door, and has the shape of something that does.

use crate::{random::Random, values::with_luhn};

const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A maker of one kind of look-alike.
pub(crate) type Maker = fn(&mut Random) -> String;

/// Every maker.
pub(crate) const MAKERS: &[Maker] =
    &[uuid, ulid, epoch, epoch_with_luhn, hash, commit, snowflake, date, price, version, trace, xray, arn, request, endpoint, mac, source, order, count, prose];

fn uuid(random: &mut Random) -> String {
    format!("{}-{}-4{}-a{}-{}", random.hex(8), random.hex(4), random.hex(3), random.hex(3), random.hex(12))
}

fn ulid(random: &mut Random) -> String {
    format!("01{}", random.letters(CROCKFORD, 24))
}

fn epoch(random: &mut Random) -> String {
    let seconds = random.between(1_600_000_000, 1_799_999_999);
    let below = usize::try_from(random.between(0, 3) * 3).unwrap();
    format!("{seconds}{}", random.letters("0123456789", below))
}

fn epoch_with_luhn(random: &mut Random) -> String {
    with_luhn(&format!("17{}", random.letters("0123456789", 10)))
}

fn hash(random: &mut Random) -> String {
    match random.between(0, 2) {
        0 => random.hex(40),
        1 => random.hex(64),
        _ => format!("sha256:{}", random.hex(64)),
    }
}

fn commit(random: &mut Random) -> String {
    format!("{}..{}", random.hex(7), random.hex(12))
}

fn snowflake(random: &mut Random) -> String {
    random.digits(18)
}

fn date(random: &mut Random) -> String {
    let (month, day, hour, minute) = (random.between(1, 12), random.between(1, 28), random.between(0, 23), random.between(0, 59));
    match random.between(0, 3) {
        0 => format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}:07.123Z"),
        1 => format!("2026-{month:02}-{day:02} {hour:02}:{minute:02}:07,123 +0100"),
        2 => format!("{day:02}/Nov/2026:{hour:02}:{minute:02}:07 +0000"),
        _ => format!("{day:02}.{month:02}.2026 {hour:02}:{minute:02}"),
    }
}

fn price(random: &mut Random) -> String {
    format!("{}{},{}.{} EUR", random.pick(&["", "$", "-"]), random.digits(1), random.digits(3), random.digits(2))
}

fn version(random: &mut Random) -> String {
    let (major, minor, patch) = (random.between(0, 40), random.between(0, 99), random.between(0, 999));
    format!("{}{major}.{minor}.{patch}{}", random.pick(&["v", "", "libpay@"]), random.pick(&["", "-rc.1", "+build.5"]))
}

fn trace(random: &mut Random) -> String {
    format!("00-{}-{}-01", random.hex(32), random.hex(16))
}

fn xray(random: &mut Random) -> String {
    format!("Root=1-{}-{};Parent={};Sampled=1", random.hex(8), random.hex(24), random.hex(16))
}

fn arn(random: &mut Random) -> String {
    let account = random.digits(12);
    let resource =
        random.pick(&["lambda:eu-west-1:{}:function:orders", "iam::{}:role/app", "secretsmanager:eu-west-1:{}:secret:shop/db-Ab12Cd", "sqs:eu-west-1:{}:jobs"]);
    format!("arn:aws:{}", resource.replace("{}", &account))
}

fn request(random: &mut Random) -> String {
    match random.between(0, 2) {
        0 => format!("req-{}", random.hex(24)),
        1 => format!("i-0{}", random.hex(16)),
        _ => random.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 16),
    }
}

fn endpoint(random: &mut Random) -> String {
    format!("10.{}.{}.{}:{}", random.between(0, 255), random.between(0, 255), random.between(1, 254), random.between(1024, 65535))
}

fn mac(random: &mut Random) -> String {
    (0..6).map(|_| random.hex(2)).collect::<Vec<_>>().join(":")
}

fn source(random: &mut Random) -> String {
    let line = random.between(1, 4000);
    format!(
        "{}:{line}:{}",
        random.pick(&["/var/task/app/cart.py", "src/token/key.rs", "C:\\srv\\auth.cs", "node_modules/jsonwebtoken/verify.js"]),
        random.between(1, 80)
    )
}

/// An order number with as many digits as a card, and a check digit that is wrong.
fn order(random: &mut Random) -> String {
    let mut number = with_luhn(&format!("4{}", random.letters("0123456789", 14)));
    let last = number.pop().unwrap().to_digit(10).unwrap();
    format!("{number}{}", (last + 1) % 10)
}

fn count(random: &mut Random) -> String {
    let key = random.pick(&["token_count", "max_tokens", "password_length", "secrets_loaded", "api_key_id", "nextToken", "cookie_consent"]);
    format!("{key}={}", random.between(1, 9000))
}

fn prose(random: &mut Random) -> String {
    random
        .pick(&[
            "invalid token: expired",
            "basic authentication is off, bearer tokens only",
            "password must not be empty",
            "the secret was rotated",
            "git@github.com:acme/shop.git",
            "tokens counted by the tokenizer",
            "the authorization header is missing",
            "wait for the key to expire",
        ])
        .to_owned()
}
