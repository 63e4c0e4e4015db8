//! Matching terms and fields of a line allocates nothing, once a regular expression has made its caches; a template allocates itself only.

use allocation_counter::measure;
use skywarden_core::{
    error::template::template,
    pattern::{FilterPattern, MetricValue},
};

const LINE: &str = "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534 ERROR é \"open";

/// Allocations of one run, after one that may fill caches.
fn allocations(mut run: impl FnMut()) -> u64 {
    run();
    measure(run).count_total
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(Box::new(1)))), 1);
    let pattern = FilterPattern::parse("[ip, ...]").unwrap();
    assert!(allocations(|| assert!(pattern.extract(LINE).is_some())) > 0, "extracted fields are owned");
}

#[test]
fn terms_and_fields_match_without_allocating() {
    for (text, expected) in [
        ("", true),
        ("ERROR", true),
        ("ERROR \"GET /\" -\"health check\" -DEBUG", true),
        ("?CRITICAL ?ERROR", true),
        ("%[0-9]{3} [0-9]+% -%^x%", true),
        ("ERROR -frank", false),
        ("[]", true),
        ("[ip, user, name, time, request, status = 404 || status = 410, rest]", true),
        ("[ip, user, name, time, request = *.html*, status = 4*, bytes > 1000]", false),
        ("[ip = %^127%, ..., status > 400 && status != \"405\", size = 1534, level, , mark = x]", false),
        ("[ip != \"::1\", ..., level = ERROR, x, y = \"\\\"open\"]", true),
    ] {
        let pattern = FilterPattern::parse(text).unwrap();
        assert_eq!(pattern.matches(LINE), expected, "{text}");
        assert_eq!(allocations(|| assert_eq!(pattern.matches(LINE), expected)), 0, "{text}");
    }
}

#[test]
fn the_sample_of_a_line_is_read_without_allocating() {
    for (pattern, value, expected) in [
        ("[..., status, size, level, x, y]", "$size", Some(1534.0)),
        ("[ip, ...]", "$6", Some(404.0)),
        ("[ip, user, rest]", "$rest", None),
        ("ERROR", "1", Some(1.0)),
    ] {
        let (pattern, value) = (FilterPattern::parse(pattern).unwrap(), MetricValue::parse(value).unwrap());
        assert_eq!(allocations(|| assert_eq!(value.extract(&pattern, LINE), expected)), 0, "{pattern} {value}");
    }
}

#[test]
fn a_template_is_allocated_once_and_nothing_beside_it() {
    for message in [
        "plain words of a message that holds no variable part at all",
        "user ann@example.com at 10.0.0.7:5432 took 12.5 ms (3 of 17), Fri Nov 27 03:21:51 2026, fe80::1, /srv/shop/a.csv, 'x1', status 503",
        "two lines 1\nof numbers 2\nand a third that does not count",
    ] {
        assert_eq!(allocations(|| assert!(!template(message).is_empty())), 1, "{message}");
    }
}
