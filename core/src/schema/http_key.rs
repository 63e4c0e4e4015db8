//! Keys of the object `http`.

use super::keys::keys;

/// How an exchange may end when it does not end as usual.
pub const OUTCOMES: [&str; 4] = ["client_disconnect", "timeout", "cancelled", "upgrade"];

keys! {
    /// A key of the object `http`, in the order lines are written.
    HttpKey, 14:
    Method "method" "Method."
    Route "route" "Route template."
    Path "path" "Path as asked for, without the query."
    StatusCode "status_code" "Status code."
    DurationMs "duration_ms" "Time until the last byte of the answer, milliseconds."
    RequestBytes "request_bytes" "Bytes of the request's body."
    ResponseBytes "response_bytes" "Bytes of the response's body."
    ClientIp "client_ip" "Address of the client."
    UserAgent "user_agent" "User agent of the client."
    RequestHeaders "request_headers" "Chosen request headers, an object."
    ResponseHeaders "response_headers" "Chosen response headers, an object."
    RequestBody "request_body" "Body of the request, when it is told."
    ResponseBody "response_body" "Body of the response, when it is told."
    Outcome "outcome" "How the exchange ended when it did not end as usual: `client_disconnect`, `timeout`, `cancelled`, `upgrade`."
}

impl HttpKey {
    /// The key of a field named `http.…`.
    pub fn of_field(name: &str) -> Option<Self> {
        let name = name.strip_prefix("http.")?;
        Self::ALL.into_iter().find(|key| key.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_http_are_found_by_their_whole_name() {
        assert_eq!(HttpKey::of_field("http.status_code"), Some(HttpKey::StatusCode));
        assert_eq!(HttpKey::of_field("status_code"), None);
        assert_eq!(HttpKey::of_field("http.status"), None);
    }

    #[test]
    fn the_outcomes_are_those_of_the_description() {
        for outcome in OUTCOMES {
            assert!(HttpKey::Outcome.description().contains(&format!("`{outcome}`")), "{outcome}");
        }
    }
}
