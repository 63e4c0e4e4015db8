//! The object `http` of a canonical request line.

use super::value::ValueWriter;
use crate::{
    record::{HttpKey, Key, Parts},
    request::Facts,
    settings::Limits,
};

impl Parts {
    /// Sets `http` to what is told of a request.
    pub fn http(&mut self, facts: &Facts, limits: &Limits) {
        self.top(Key::Http, limits, |value| {
            value.begin_object();
            let text = |value: &mut ValueWriter<'_>, key: HttpKey, text: Option<&str>| {
                if let Some(text) = text {
                    value.member(key.member());
                    value.str(text);
                }
            };
            text(value, HttpKey::Method, Some(&facts.method));
            text(value, HttpKey::Route, facts.route.as_deref());
            text(value, HttpKey::Path, facts.path.as_deref());
            let number = |value: &mut ValueWriter<'_>, key: HttpKey, number: Option<u64>| {
                if let Some(number) = number {
                    value.member(key.member());
                    value.u64(number);
                }
            };
            number(value, HttpKey::StatusCode, facts.status_code.map(u64::from));
            value.member(HttpKey::DurationMs.member());
            value.f64(microseconds(facts.duration_ms));
            number(value, HttpKey::RequestBytes, facts.request_bytes);
            number(value, HttpKey::ResponseBytes, facts.response_bytes);
            text(value, HttpKey::ClientIp, facts.client_ip.as_deref());
            text(value, HttpKey::UserAgent, facts.user_agent.as_deref());
            headers(value, HttpKey::RequestHeaders, &facts.request_headers);
            headers(value, HttpKey::ResponseHeaders, &facts.response_headers);
            text(value, HttpKey::RequestBody, facts.request_body.as_deref());
            text(value, HttpKey::ResponseBody, facts.response_body.as_deref());
            text(value, HttpKey::Outcome, facts.outcome.as_str());
            value.end_object();
        });
    }
}

/// Milliseconds with three digits behind the point: what is finer is noise, and costs bytes in every line.
fn microseconds(milliseconds: f64) -> f64 {
    (milliseconds * 1_000.0).round() / 1_000.0
}

fn headers(value: &mut ValueWriter<'_>, key: HttpKey, headers: &[(String, String)]) {
    if headers.is_empty() {
        return;
    }
    value.member(key.member());
    value.begin_object();
    for (name, text) in headers {
        value.key(name);
        value.str(text);
    }
    value.end_object();
}
