//! Requests: the line that stands for a failed request names a route, which is a template already, and only what slipped into it is masked.

use super::MAX_BYTES;

/// Most segments of a route that count.
const MAX_SEGMENTS: usize = 16;

/// Longest segment a person would write, bytes.
const MAX_SEGMENT: usize = 32;

/// The template of `METHOD /route answered with status N`: segments of the route that hold a digit become `*`, and a query goes.
pub fn request_template(message: &str) -> String {
    let message = message.get(..message.floor_char_boundary(MAX_BYTES)).unwrap_or(message);
    let mut template = String::with_capacity(message.len());
    for (index, word) in message.split_ascii_whitespace().enumerate() {
        if index > 0 {
            template.push(' ');
        }
        if word.starts_with('/') { push_route(&mut template, word) } else { template.push_str(word) }
    }
    template
}

fn push_route(template: &mut String, route: &str) {
    let path = route.split(['?', '#']).next().unwrap_or(route);
    for (index, segment) in path.split('/').take(MAX_SEGMENTS + 1).enumerate() {
        if index > 0 {
            template.push('/');
        }
        template.push_str(if is_fixed(segment) { segment } else { "*" });
    }
}

/// A segment without a digit, a version of an interface (`v2`), or a parameter by its name (`{id1}`, `:id1`).
fn is_fixed(segment: &str) -> bool {
    let is_version = segment.len() <= 3 && segment.strip_prefix('v').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let is_parameter = segment.starts_with(['{', ':', '<']);
    segment.len() <= MAX_SEGMENT && (is_version || is_parameter || !segment.bytes().any(|byte| byte.is_ascii_digit() || byte == b'%'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_stays_and_what_slipped_into_it_goes() {
        for (message, expected) in [
            ("POST /orders/{id}/pay answered with status 502", "POST /orders/{id}/pay answered with status 502"),
            ("GET /v2/orders/8812?expand=1 answered with status 500", "GET /v2/orders/* answered with status 500"),
            ("GET /files/3f4a9c1e-0b1c-4f6e-9a77-3b6f0c8de001 answered with status 500", "GET /files/* answered with status 500"),
        ] {
            assert_eq!(request_template(message), expected);
            assert_eq!(request_template(expected), expected);
        }
    }
}
