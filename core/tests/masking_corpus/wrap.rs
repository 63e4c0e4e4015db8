//! Wrappings: the places in logs where a value stands, each with the encoding that its writer would use.

use std::fmt::Write as _;

use crate::{labelled::Labelled, random::Random};

/// A wrapping of one value.
pub(crate) type Wrap = fn(&mut Random, &Labelled) -> Labelled;

/// The wrappings for secrets and look-alikes.
pub(crate) const WRAPS: &[Wrap] = &[bare, field, nested_once, nested_twice, query, form, logfmt, prose, java_trace, python_trace, header];

fn bare(_: &mut Random, value: &Labelled) -> Labelled {
    value.clone()
}

/// As the inside of a JSON string.
fn json(value: &Labelled) -> Labelled {
    value.encoded(|character| match character {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        other => other.to_string(),
    })
}

/// As the value of a query: all but the unreserved characters of RFC 3986 percent-encoded.
fn percent(value: &Labelled) -> Labelled {
    value.encoded(|character| {
        if character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_' | '~') {
            return character.to_string();
        }
        character.to_string().bytes().fold(String::new(), |mut encoded, byte| {
            write!(encoded, "%{byte:02X}").unwrap();
            encoded
        })
    })
}

fn field(random: &mut Random, value: &Labelled) -> Labelled {
    let key = random.pick(&["note", "detail", "msg", "value", "text"]);
    json(value).between(&format!(r#"{{"level":"info","{key}":""#), r#"","took":12.5,"ok":true}"#)
}

/// Under a key whose name alone makes the value secret, all of it.
pub(crate) fn secret_field(random: &mut Random, value: &Labelled) -> Labelled {
    let key = random.pick(&["password", "client_secret", "apiKey", "x-auth-token", "accessToken"]);
    json(value).whole().between(&format!(r#"{{"level":"info","{key}":""#), r#"","took":12.5,"ok":true}"#)
}

/// Under a key whose name is like that of a secret and says that it is none.
pub(crate) fn open_field(random: &mut Random, value: &Labelled) -> Labelled {
    let key = random.pick(&["token_type", "password_changed_at", "secret_arn", "api_key_id", "nextToken", "cookie_policy"]);
    json(value).between(&format!(r#"{{"level":"info","{key}":""#), r#"","took":12.5,"ok":true}"#)
}

fn nested_once(random: &mut Random, value: &Labelled) -> Labelled {
    json(&field(random, value)).between(r#"{"requestId":"c6af9ac6","body":""#, r#"","status":200}"#)
}

fn nested_twice(random: &mut Random, value: &Labelled) -> Labelled {
    json(&nested_once(random, value)).between(r#"{"Records":[{"eventSource":"aws:sqs","body":""#, r#""}]}"#)
}

fn query(_: &mut Random, value: &Labelled) -> Labelled {
    percent(value).between("GET /search?q=", "&page=2 HTTP/1.1 200")
}

/// A whole form inside one parameter: encoded twice.
fn form(_: &mut Random, value: &Labelled) -> Labelled {
    percent(&percent(value).between("/callback?note=", "&n=1")).between("POST /login?next=", " 302")
}

fn logfmt(random: &mut Random, value: &Labelled) -> Labelled {
    let key = random.pick(&["note", "detail", "msg", "value"]);
    let bare = !value.text.contains([' ', '"', '=', '\n', '\r', '\\']);
    if bare { value.clone().between(&format!("level=info {key}="), " took=12ms") } else { json(value).between(&format!("level=info {key}=\""), "\" took=12ms") }
}

fn prose(random: &mut Random, value: &Labelled) -> Labelled {
    let (before, after) = random.pick(&[
        &("could not store ", ", trying again"),
        &("the customer wrote \u{201c}", "\u{201d} in the form"),
        &("received (", ") from upstream"),
        &("für Größe und Maß: ", " – weiter"),
        &("nothing matches ", "."),
    ]);
    value.clone().between(before, after)
}

fn java_trace(_: &mut Random, value: &Labelled) -> Labelled {
    value.clone().between(
        "java.lang.IllegalStateException: cannot handle ",
        "\n\tat shop.Cart.add(Cart.java:142)\n\tat shop.Handler.handleRequest(Handler.java:31)\nCaused by: java.io.IOException: closed",
    )
}

fn python_trace(_: &mut Random, value: &Labelled) -> Labelled {
    value
        .clone()
        .between("Traceback (most recent call last):\n  File \"/var/task/app.py\", line 12, in handler\n    check(event)\nValueError: bad input: ", "\n")
}

/// A header has one line: what breaks it is written as an escape.
fn header(random: &mut Random, value: &Labelled) -> Labelled {
    let name = random.pick(&["X-Note", "X-Forwarded-Detail", "Via"]);
    let line = value.encoded(|character| match character {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        other => other.to_string(),
    });
    line.between(&format!("Host: api.acme.io\r\n{name}: "), "\r\nAccept: */*")
}
