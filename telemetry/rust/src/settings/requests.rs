//! What is told of requests.

use std::time::Duration;

/// What is told of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Requests {
    /// Whether each request has its canonical line.
    pub lines: bool,
    /// Paths without a line while they succeed; a `*` at the end stands for anything: `/health`, `/internal/*`.
    pub quiet_paths: Vec<String>,
    /// Answers slower than this are told as WARNING; none never.
    pub slow: Option<Duration>,
    /// Request headers told, lower case.
    pub request_headers: Vec<String>,
    /// Response headers told, lower case.
    pub response_headers: Vec<String>,
    /// Whether ids of incoming requests are taken over; off where clients cannot be trusted.
    pub accept_ids: bool,
    /// How many proxies in front of the service add to `X-Forwarded-For`; 0 takes the peer's address.
    pub trusted_proxies: usize,
    /// Whether the path is told beside the route.
    pub paths: bool,
    /// Most bytes of a request's and a response's body that are told; 0 none.
    pub body_bytes: usize,
}

impl Requests {
    /// Whether a path has no line while it succeeds.
    pub fn is_quiet(&self, path: &str) -> bool {
        self.quiet_paths.iter().any(|quiet| quiet.strip_suffix('*').map_or(quiet == path, |start| path.starts_with(start)))
    }
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            lines: true,
            quiet_paths: Vec::new(),
            slow: None,
            request_headers: Vec::new(),
            response_headers: Vec::new(),
            accept_ids: true,
            trusted_proxies: 0,
            paths: true,
            body_bytes: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_paths_are_whole_or_begin_so() {
        let requests = Requests { quiet_paths: vec!["/health".to_owned(), "/internal/*".to_owned()], ..Requests::default() };
        for (path, quiet) in [("/health", true), ("/healthy", false), ("/health/", false), ("/internal/", true), ("/internal/a/b", true), ("/internal", false)]
        {
            assert_eq!(requests.is_quiet(path), quiet, "{path}");
        }
    }
}
