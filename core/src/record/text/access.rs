//! Access lines of nginx and Apache, common and combined.
//!
//! ```text
//! [vhost] remote_addr ident remote_user [time_local] "request" status body_bytes_sent ["http_referer" "http_user_agent" [more]]
//! ```
//!
//! Sources: Apache `mod_log_config` (common, combined, `vhost_combined`), nginx `ngx_http_log_module` (`combined`). Fields are called as nginx calls
//! its variables. Behind the user agent people add `"$http_x_forwarded_for"` and times; of those are read: an address list in quotes,
//! `request_time` (or `rt`, `upstream_response_time`, `urt`) written `name=value`, the first number with a decimal point as `$request_time`
//! (seconds) and the second as `$upstream_response_time`, a time with a unit (Traefik's `5ms`), and a whole number that is all there is as
//! Apache's `%D` (microseconds).
//!
//! An access line has no level: a server that answers 500 has said so in its error log.

use std::borrow::Cow;

use super::{
    columns::{Columns, present},
    duration, request, time,
};
use crate::record::{Fields, Http};

/// The names [`AccessLine::field`] knows.
pub const NAMES: &[&str] = &[
    "vhost",
    "remote_addr",
    "ident",
    "remote_user",
    "time_local",
    "request",
    "status",
    "body_bytes_sent",
    "http_referer",
    "http_user_agent",
    "http_x_forwarded_for",
    "request_time",
    "upstream_response_time",
];

/// The schema's paths an access line can answer.
pub const SCHEMA: &[&str] =
    &["timestamp", "message", "http.method", "http.path", "http.status_code", "http.duration_ms", "http.response_bytes", "http.client_ip", "http.user_agent"];

/// An access line. What stands behind the bytes is read when it is asked for.
#[derive(Clone, Debug)]
pub(super) struct AccessLine<'a> {
    vhost: Option<&'a str>,
    remote_addr: &'a str,
    ident: &'a str,
    remote_user: &'a str,
    time_local: &'a str,
    request: &'a str,
    status: &'a str,
    body_bytes_sent: &'a str,
    rest: &'a str,
}

/// What people add behind the user agent.
#[derive(Clone, Copy, Debug, Default)]
struct Extras<'a> {
    forwarded_for: Option<&'a str>,
    /// As written, and in milliseconds.
    request_time: Option<(&'a str, f64)>,
    upstream_response_time: Option<(&'a str, f64)>,
}

impl<'a> AccessLine<'a> {
    /// Reads a line; `None` when it is no access line.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        // Three or four words stand before the time: cheap to see, and nothing else looks so.
        let bracket = line.find(" [")?;
        let words = line.get(..bracket)?.split(' ').count();
        if !(3..=4).contains(&words) {
            return None;
        }
        let mut columns = Columns::new(line);
        let vhost = if words == 4 { Some(columns.next()?) } else { None };
        let (remote_addr, ident, remote_user) = (columns.next()?, columns.next()?, columns.next()?);
        let time_local = columns.next()?;
        time::parse(time_local)?;
        if !columns.rest().starts_with(" \"") {
            return None;
        }
        let request = columns.next()?;
        let status = columns.next()?;
        request::status(status)?;
        let body_bytes_sent = columns.next()?;
        let counted = body_bytes_sent == "-" || body_bytes_sent.bytes().all(|byte| byte.is_ascii_digit());
        counted.then_some(Self { vhost, remote_addr, ident, remote_user, time_local, request, status, body_bytes_sent, rest: columns.rest() })
    }

    pub(super) fn fields(&self) -> Fields<'a> {
        let (method, path) = request::read(self.request).unzip();
        Fields {
            timestamp_ms: time::parse(self.time_local),
            message: Some(Cow::Borrowed(self.request)),
            http: Http {
                method: method.map(Cow::Borrowed),
                path: path.map(Cow::Borrowed),
                status_code: request::status(self.status),
                duration_ms: self.extras().request_time.map(|(_, ms)| ms),
                response_bytes: self.body_bytes_sent.parse().ok(),
                client_ip: present(self.remote_addr).map(Cow::Borrowed),
                user_agent: self.agent().map(Cow::Borrowed),
                ..Http::default()
            },
            ..Fields::default()
        }
    }

    /// A field by nginx's name; absent when the line says `-`.
    pub(super) fn field(&self, name: &str) -> Option<&'a str> {
        let column = match name {
            "vhost" => self.vhost?,
            "remote_addr" | "http.client_ip" => self.remote_addr,
            "ident" => self.ident,
            "remote_user" => self.remote_user,
            "time_local" => self.time_local,
            "request" => self.request,
            "status" | "http.status_code" => self.status,
            "body_bytes_sent" | "http.response_bytes" => self.body_bytes_sent,
            "http_referer" => Columns::new(self.rest).next()?,
            "http_user_agent" | "http.user_agent" => self.agent()?,
            "http_x_forwarded_for" => self.extras().forwarded_for?,
            "request_time" => self.extras().request_time?.0,
            "upstream_response_time" => self.extras().upstream_response_time?.0,
            _ => return None,
        };
        present(column)
    }

    fn agent(&self) -> Option<&'a str> {
        Columns::new(self.rest).nth(1).and_then(present)
    }

    fn extras(&self) -> Extras<'a> {
        let mut columns = Columns::new(self.rest);
        // A common line has neither referer nor agent, and its times follow the bytes at once.
        if columns.rest().trim_start().starts_with('"') {
            columns.by_ref().take(2).for_each(drop);
        }
        let mut extras = Extras::default();
        let only = columns.clone().count() == 1;
        for column in columns {
            let (name, value) = column.split_once('=').unwrap_or(("", column));
            match name {
                "rt" | "request_time" => extras.request_time = seconds(value),
                "urt" | "upstream_response_time" => extras.upstream_response_time = seconds(value),
                "" if only && column.bytes().all(|byte| byte.is_ascii_digit()) => {
                    extras.request_time = column.parse().ok().map(|microseconds: f64| (column, microseconds / 1_000.0));
                }
                "" if column.contains('.') && column.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && seconds(column).is_some() => {
                    if extras.request_time.is_none() {
                        extras.request_time = seconds(column);
                    } else if extras.upstream_response_time.is_none() {
                        extras.upstream_response_time = seconds(column);
                    }
                }
                "" if extras.request_time.is_none() && column.ends_with('s') => {
                    extras.request_time = duration::milliseconds(column).map(|ms| (column, ms));
                }
                "" if extras.forwarded_for.is_none() && is_address_list(column) => extras.forwarded_for = Some(column),
                _ => {}
            }
        }
        extras
    }
}

/// nginx's times: seconds with a decimal point, perhaps in quotes.
fn seconds(text: &str) -> Option<(&str, f64)> {
    let text = text.trim_matches('"');
    let seconds: f64 = text.parse().ok().filter(|seconds: &f64| seconds.is_finite())?;
    Some((text, duration::of_seconds(seconds)))
}

/// `203.0.113.7, 10.0.0.1`
fn is_address_list(column: &str) -> bool {
    column.split(", ").all(|address| address.parse::<std::net::IpAddr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::text::{SCHEMA_PATHS, schema};

    const COMBINED: &str =
        r#"203.0.113.7 - ann [23/Nov/2026:10:00:00 +0000] "GET /orders/42?x=1 HTTP/1.1" 502 91 "https://shop.example.com/" "Mozilla/5.0 (X11)""#;

    fn duration(extras: &str) -> Option<f64> {
        AccessLine::read(&format!("{COMBINED}{extras}")).unwrap().fields().http.duration_ms
    }

    #[test]
    fn times_behind_the_agent_are_read_by_their_form() {
        for (extras, ms) in [
            ("", None),
            (" 0.123", Some(123.0)),
            (" \"10.0.0.1\" 0.123 0.100", Some(123.0)),
            (" 417 0.123 [shop] [] 10.0.0.2:80 91 0.100 502 8f3a", Some(123.0)),
            (" rt=0.25 urt=\"0.2\"", Some(250.0)),
            (" 12345", Some(12.345)),
            (" 7 \"router\" \"http://10.0.0.2:80\" 5ms", Some(5.0)),
            (" \"-\" -", None),
        ] {
            assert_eq!(duration(extras), ms, "{extras}");
        }
    }

    #[test]
    fn every_name_is_answered() {
        let line = format!("shop:443 {COMBINED} \"203.0.113.9, 10.0.0.1\" 0.123 0.100");
        let read = AccessLine::read(&line).unwrap();
        let missing: Vec<_> = NAMES.iter().filter(|name| read.field(name).is_none()).collect();
        assert_eq!(missing, [&"ident"], "the line has a dash there");
        assert_eq!((read.field("vhost"), read.field("http_x_forwarded_for")), (Some("shop:443"), Some("203.0.113.9, 10.0.0.1")));
        assert_eq!(read.field("nothing"), None);
        let fields = read.fields();
        assert!(SCHEMA_PATHS.iter().all(|path| schema(&fields, path).is_some() == SCHEMA.contains(path)));
    }
}
