//! Pieces of a line, each with what it is, and the ways they are written into lines.

use std::ops::Range;

use crate::dice::Dice;

/// What a piece of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The line around what matters.
    Around,
    /// Must be masked, whole.
    Secret(&'static str),
    /// Must stay byte for byte.
    Benign(&'static str),
}

/// A piece of text and its role.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) role: Role,
}

pub(crate) fn around(text: impl Into<String>) -> Piece {
    Piece { text: text.into(), role: Role::Around }
}

pub(crate) fn secret(entity: &'static str, text: impl Into<String>) -> Piece {
    Piece { text: text.into(), role: Role::Secret(entity) }
}

pub(crate) fn benign(kind: &'static str, text: impl Into<String>) -> Piece {
    Piece { text: text.into(), role: Role::Benign(kind) }
}

/// A line and what is in it.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) labels: Vec<(Range<usize>, Role)>,
}

impl Line {
    /// Adds pieces, each one written by `write`.
    fn push(&mut self, pieces: &[Piece], write: impl Fn(&str) -> String) {
        for piece in pieces {
            let start = self.text.len();
            self.text += &write(&piece.text);
            if piece.role != Role::Around {
                self.labels.push((start..self.text.len(), piece.role));
            }
        }
    }

    /// Adds text that is nothing but the line around.
    fn add(&mut self, text: &str) {
        self.text += text;
    }
}

/// The inside of a JSON string.
pub(crate) fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// URL-encoded.
pub(crate) fn percent(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~*".contains(&byte);
    text.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Names of the ways a phrase is written into a line.
pub(crate) const WRAPPINGS: &[&str] = &[
    "json",
    "json-alone",
    "json-deep",
    "json-nested",
    "json-nested-twice",
    "url",
    "url-encoded-twice",
    "logfmt",
    "prose",
    "bracketed",
    "csv",
    "python-trace",
    "java-trace",
];

/// A phrase as part of a line.
pub(crate) fn wrap(phrase: &[Piece], wrapping: &str, dice: &mut Dice) -> Line {
    let mut line = Line::default();
    let time =
        format!("2026-11-{:02}T{:02}:{:02}:{:02}.{:03}Z", dice.whole(1, 30), dice.whole(0, 23), dice.whole(0, 59), dice.whole(0, 59), dice.whole(0, 999));
    let id = dice.hex(32);
    match wrapping {
        "json" => {
            line.add(&format!(r#"{{"timestamp":"{time}","level":"INFO","message":""#));
            line.push(phrase, json);
            line.add(&format!(r#"","trace_id":"{id}","http":{{"status_code":200,"duration_ms":12.3}}}}"#));
        }
        "json-alone" => {
            line.add(r#"{"detail": ""#);
            line.push(phrase, json);
            line.add("\"}");
        }
        "json-deep" => {
            line.add(&format!(r#"{{"level":"DEBUG","fields":{{"list":[1,{{"note":["{time}",""#));
            line.push(phrase, json);
            line.add(r#""]}],"ok":true}}"#);
        }
        "json-nested" => {
            line.add(&format!(r#"{{"time":"{time}","body":"{{\"n\":1,\"note\":\""#));
            line.push(phrase, |text| json(&json(text)));
            line.add(r#"\",\"z\":[]}"}"#);
        }
        "json-nested-twice" => {
            line.add(r#"{"body":"{\"inner\":\"{\\\"note\\\":\\\""#);
            line.push(phrase, |text| json(&json(&json(text))));
            line.add(r#"\\\"}\"}"}"#);
        }
        "url" => {
            line.add("GET https://api.example.com/v1/find?page=2&q=");
            line.push(phrase, percent);
            line.add("&sort=asc HTTP/1.1 200 512");
        }
        "url-encoded-twice" => {
            line.add(r#"{"path":"/login?next=%2Ffind%3Fq%3D"#);
            line.push(phrase, |text| percent(&percent(text)));
            line.add(r#"%26page%3D2&lang=en","status":302}"#);
        }
        "logfmt" => {
            line.add(&format!("ts={time} level=info msg=\""));
            line.push(phrase, |text| text.replace('\\', "\\\\").replace('"', "\\\""));
            line.add("\" dur=12ms rows=3");
        }
        "prose" => {
            line.add("Could not handle ");
            line.push(phrase, str::to_owned);
            line.add(" for the third time.");
        }
        "bracketed" => {
            line.add(&format!("{time} WARN [worker-7] ("));
            line.push(phrase, str::to_owned);
            line.add(") skipped");
        }
        "csv" => {
            line.add("2026-11-23,eu-west-1,");
            line.push(phrase, str::to_owned);
            line.add(",ok,17");
        }
        "python-trace" => {
            line.add(r#"{"level":"ERROR","stack":"Traceback (most recent call last):\n  File \"/app/shop/cart.py\", line 142, in add\n    raise ValueError(text)\nValueError: "#);
            line.push(phrase, json);
            line.add(r#"\n","line":142}"#);
        }
        _ => {
            line.add("java.lang.IllegalStateException: rejected '");
            line.push(phrase, str::to_owned);
            line.add("'\n\tat com.example.shop.Cart.add(Cart.java:142)\n\tat java.base/java.lang.Thread.run(Thread.java:1583)\n\t... 12 more");
        }
    }
    line
}

/// Names of the ways a key and its value are written into a line.
pub(crate) const PAIRINGS: &[&str] = &[
    "json",
    "json-spaced",
    "json-nested",
    "json-list",
    "cut-json",
    "query",
    "query-encoded",
    "form",
    "logfmt",
    "logfmt-quoted",
    "colon",
    "equals-spaced",
    "python-repr",
    "ruby-hash",
    "java-to-string",
    "environment",
    "connection-string",
    "flag",
    "xml",
    "yaml",
];

/// A key as the name of an environment variable: `clientSecret` is `CLIENT_SECRET`.
fn environment_name(key: &str) -> String {
    let mut name = String::new();
    let mut lower = false;
    for letter in key.chars() {
        if letter.is_ascii_uppercase() && lower {
            name.push('_');
        }
        lower = letter.is_ascii_lowercase();
        name.push(if letter == '-' { '_' } else { letter.to_ascii_uppercase() });
    }
    name
}

/// A key and its value, one of which or both have roles, as part of a line.
pub(crate) fn pair(key: &str, value: &[Piece], pairing: &str) -> Line {
    let mut line = Line::default();
    let mut write = |before: &str, value: &[Piece], after: &str, how: fn(&str) -> String| {
        line.add(before);
        line.push(value, how);
        line.add(after);
    };
    let as_is: fn(&str) -> String = str::to_owned;
    match pairing {
        "json" => write(&format!(r#"{{"user":"u1","{key}":""#), value, r#"","n":7}"#, json),
        "json-spaced" => write(&format!(r#"{{ "user" : "u1" , "{key}" : ""#), value, r#"" , "n" : 7 }"#, json),
        "json-nested" => write(&format!(r#"{{"body":"{{\"user\":\"u1\",\"{key}\":\""#), value, r#"\",\"n\":7}"}"#, |text| json(&json(text))),
        "json-list" => write(&format!(r#"{{"user":"u1","{key}":[""#), value, r#""],"n":7}"#, json),
        "cut-json" => write(&format!(r#"{{"user":"u1","{key}":""#), value, r#"","n":"#, json),
        "query" => write(&format!("GET /v1/login?user=u1&{key}="), value, "&n=7 HTTP/1.1", percent),
        "query-encoded" => {
            write(&format!("{{\"url\":\"/go?to=%2Flogin%3Fuser%3Du1%26{}%3D", percent(key)), value, "%26n%3D7\"}", |text| percent(&percent(text)));
        }
        "form" => write(&format!("user=u1&{key}="), value, "&n=7", percent),
        "logfmt" => write(&format!("level=info user=u1 {key}="), value, " n=7", as_is),
        "logfmt-quoted" => write(&format!("level=info user=u1 {key}=\""), value, "\" n=7", |text| text.replace('\\', "\\\\").replace('"', "\\\"")),
        "colon" => write(&format!("login of u1 with {key}: "), value, " refused", as_is),
        "equals-spaced" => write(&format!("user = u1\n{key} = "), value, "\nn = 7", as_is),
        "python-repr" => write(&format!("{{'user': 'u1', '{key}': '"), value, "', 'n': 7}", |text| text.replace('\\', "\\\\").replace('\'', "\\'")),
        "ruby-hash" => {
            write(&format!("Parameters: {{\"user\"=>\"u1\", \"{key}\"=>\""), value, "\", \"n\"=>7}", |text| text.replace('\\', "\\\\").replace('"', "\\\""));
        }
        "java-to-string" => write(&format!("Login(user=u1, {key}="), value, ", n=7)", as_is),
        "environment" => write(&format!("USER=u1\n{}=", environment_name(key)), value, "\nN=7", as_is),
        "connection-string" => write(&format!("Server=db;User Id=u1;{key}="), value, ";Port=5432;", as_is),
        "flag" => write(&format!("run: tool --user u1 --{key} "), value, " --n 7", as_is),
        "xml" => write(&format!("<login><user>u1</user><{key}>"), value, &format!("</{key}><n>7</n></login>"), |text| {
            text.replace('&', "&amp;").replace('<', "&lt;")
        }),
        _ => write(&format!("login:\n  user: u1\n  {key}: "), value, "\n  n: 7\n", as_is),
    }
    line
}
