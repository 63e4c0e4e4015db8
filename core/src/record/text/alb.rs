//! Access lines of an Application Load Balancer.
//!
//! Space-separated columns in the order of [`NAMES`], texts in double quotes, `-` for what is absent and `-1` for a time that was not measured.
//! Columns AWS adds later stand behind the last one known and are passed over. Source: "Access logs for your Application Load Balancer" in
//! the user guide of Elastic Load Balancing; the columns from `transformed_host` on belong to URL rewriting.
//!
//! Such a line has no level. Its duration is the sum of its three times; its status is the one the client got, `elb_status_code`.

use std::borrow::Cow;

use super::{
    columns::{Columns, present},
    duration, request, time,
};
use crate::record::{Fields, Http};

/// The columns, in order. `client:port` and `target:port` answer to the names with `_port`, and their addresses alone to `client_ip` and `target_ip`.
pub const NAMES: &[&str] = &[
    "type",
    "time",
    "elb",
    "client_port",
    "target_port",
    "request_processing_time",
    "target_processing_time",
    "response_processing_time",
    "elb_status_code",
    "target_status_code",
    "received_bytes",
    "sent_bytes",
    "request",
    "user_agent",
    "ssl_cipher",
    "ssl_protocol",
    "target_group_arn",
    "trace_id",
    "domain_name",
    "chosen_cert_arn",
    "matched_rule_priority",
    "request_creation_time",
    "actions_executed",
    "redirect_url",
    "error_reason",
    "target_port_list",
    "target_status_code_list",
    "classification",
    "classification_reason",
    "conn_trace_id",
    "transformed_host",
    "transformed_uri",
    "request_transform_status",
];

/// Names beside the columns'.
pub const ADDRESSES: &[&str] = &["client_ip", "target_ip"];

/// The schema's paths such a line can answer.
pub const SCHEMA: &[&str] = &[
    "timestamp",
    "message",
    "trace_id",
    "http.method",
    "http.path",
    "http.status_code",
    "http.duration_ms",
    "http.request_bytes",
    "http.response_bytes",
    "http.client_ip",
    "http.user_agent",
];

/// Columns every line has had since 2018, when `request_creation_time` came.
const FEWEST_COLUMNS: usize = 22;

/// Types of connection a line can begin with.
const TYPES: [&str; 6] = ["http", "https", "h2", "grpcs", "ws", "wss"];

/// An ALB line; columns are found when they are asked for.
#[derive(Clone, Debug)]
pub(super) struct AlbLine<'a> {
    line: &'a str,
}

impl<'a> AlbLine<'a> {
    /// Reads a line; `None` when it is none of a load balancer.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let mut columns = Columns::new(line);
        columns.next().filter(|kind| TYPES.contains(kind))?;
        time::parse(columns.next()?)?;
        columns.next().filter(|elb| elb.starts_with("app/"))?;
        (columns.count() + 3 >= FEWEST_COLUMNS).then_some(Self { line })
    }

    pub(super) fn fields(&self) -> Fields<'a> {
        let mut columns = Columns::new(self.line);
        let mut next = || columns.next().and_then(present);
        let (_, time, _, client, _) = (next(), next(), next(), next(), next());
        let times = [next(), next(), next()];
        let (status, _, received, sent, request, agent) = (next(), next(), next(), next(), next(), next());
        let (_, _, _, trace) = (next(), next(), next(), next());
        let (method, path) = request.and_then(request::read).unzip();
        let seconds = times.into_iter().map(|time| time?.parse::<f64>().ok().filter(|seconds| *seconds >= 0.0));
        Fields {
            timestamp_ms: time.and_then(time::parse),
            message: Some(Cow::Borrowed(request.unwrap_or_else(|| self.line.trim_end()))),
            trace_id: trace.map(root).map(Cow::Borrowed),
            http: Http {
                method: method.map(Cow::Borrowed),
                path: path.map(Cow::Borrowed),
                status_code: status.and_then(request::status),
                // A request the target never answered has a time of -1, and then no duration that means anything.
                duration_ms: seconds.sum::<Option<f64>>().map(duration::of_seconds),
                request_bytes: received.and_then(|bytes| bytes.parse().ok()),
                response_bytes: sent.and_then(|bytes| bytes.parse().ok()),
                client_ip: client.map(address).map(Cow::Borrowed),
                user_agent: agent.map(Cow::Borrowed),
                ..Http::default()
            },
            ..Fields::default()
        }
    }

    /// A column by its name; absent when the line says `-`.
    pub(super) fn field(&self, name: &str) -> Option<&'a str> {
        let name = match name {
            "client_ip" | "http.client_ip" => return self.field("client_port").map(address),
            "target_ip" => return self.field("target_port").map(address),
            "http.status_code" => "elb_status_code",
            "http.request_bytes" => "received_bytes",
            "http.response_bytes" => "sent_bytes",
            "http.user_agent" => "user_agent",
            // The column holds the whole header, `Self=…;Root=…`; the id is its root.
            "trace_id" => return self.column("trace_id").map(root),
            other => other,
        };
        self.column(name)
    }

    fn column(&self, name: &str) -> Option<&'a str> {
        let index = NAMES.iter().position(|known| *known == name)?;
        Columns::new(self.line).nth(index).and_then(present)
    }
}

/// `203.0.113.7` of `203.0.113.7:2817`, and of `[2001:db8::1]:443` what stands between the brackets.
fn address(client: &str) -> &str {
    client.rsplit_once(':').map_or(client, |(address, _)| address).trim_matches(['[', ']'])
}

/// The id in an `X-Amzn-Trace-Id` header, `Root=1-5e34a614-…`.
fn root(header: &str) -> &str {
    header.split(';').find_map(|part| part.trim().strip_prefix("Root=")).unwrap_or(header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::text::{SCHEMA_PATHS, schema};

    #[test]
    fn every_column_is_answered_and_no_other() {
        let line = r#"https 2026-11-23T10:00:00.186641Z app/shop/50dc 203.0.113.7:2817 10.0.0.1:80 0.086 0.048 0.037 200 201 34 366 "GET https://shop.example.com:443/a HTTP/1.1" "curl/8.5.0" ECDHE TLSv1.2 arn:aws:tg "Root=1-58337281-1d84" "shop.example.com" "arn:aws:acm" 7 2026-11-23T10:00:00.364000Z "forward" "https://x" "TargetNotFound" "10.0.0.1:80" "201" "Acceptable" "SpaceInUri" TID_1 "host" "/uri" "TransformSuccess""#;
        let read = AlbLine::read(line).unwrap();
        assert!(NAMES.iter().chain(ADDRESSES).all(|name| read.field(name).is_some()));
        assert_eq!((read.field("request_transform_status"), read.field("matched_rule_priority")), (Some("TransformSuccess"), Some("7")));
        assert_eq!((read.field("target_status_code"), read.field("target_ip"), read.field("nothing")), (Some("201"), Some("10.0.0.1"), None));
        let fields = read.fields();
        assert!(SCHEMA_PATHS.iter().all(|path| schema(&fields, path).is_some() == SCHEMA.contains(path)));
    }

    #[test]
    fn lines_that_only_begin_alike_are_none() {
        for line in ["https 2026-11-23T10:00:00Z app/x/y -", "http is a protocol", "https://shop.example.com/", "ws 2026-11-23T10:00:00Z net/x/y - - -"] {
            assert!(AlbLine::read(line).is_none(), "{line}");
        }
    }
}
