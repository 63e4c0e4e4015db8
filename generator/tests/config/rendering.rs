//! Many mistakes in one run, in every format.

use skywarden_generator::config::{Format, Loaded, render};

use crate::support::load;

const BASE: &str = "\
project: shop
envronment: prod
services:
  checkout:
    runtime: lamda
    retention: 45d
  catalog: { runtime: ecs, http: yes }
metrics:
  - name: OrderValue
    from: chekout
    where: '{ $.event = order placed }'
    value: $..amount
routes:
  - { severity: critcal, email: oncall }
";

const PROD: &str = "\
services:
  checkout:
    alarms:
      error_rate: { above: 5 }
      latency: { above: 1500, for: soon }
  payments: { runtime: ecs, unknown: null }
routes:
  - severity: critical
    webhook: https://example.com/hook
";

fn many() -> Loaded {
    load(&[BASE, PROD])
}

#[test]
fn many_mistakes_in_two_files_are_told_in_one_run() {
    let loaded = many();
    assert!(loaded.model.is_none());
    insta::assert_snapshot!(crate::support::text_of(&loaded));
}

#[test]
fn a_narrow_terminal_wraps() {
    let loaded = many();
    insta::assert_snapshot!(render(&loaded.diagnostics[..2], &loaded.sources, Format::Text { color: false, width: 60 }));
}

#[test]
fn a_secret_is_not_repeated_in_any_format() {
    let loaded = load(&["project: shop\nservices: { a: { runtime: ecs } }\nroutes:\n  - severty: error\n    webhook: https://hooks.example.com/T0/s3cret\n"]);
    for format in [Format::Text { color: true, width: 100 }, Format::Json, Format::Github] {
        let text = render(&loaded.diagnostics, &loaded.sources, format);
        assert!(text.contains("SKY032") && !text.contains("s3cret"), "{text}");
    }
}

#[test]
fn colour_changes_no_word() {
    let loaded = many();
    let plain = render(&loaded.diagnostics, &loaded.sources, Format::Text { color: false, width: 100 });
    let coloured = render(&loaded.diagnostics, &loaded.sources, Format::Text { color: true, width: 100 });
    assert_ne!(plain, coloured);
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, escape)) = rest.split_once('\u{1b}') {
        stripped.push_str(before);
        rest = escape.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
}

#[test]
fn json_holds_every_field() {
    let loaded = many();
    insta::assert_snapshot!(render(&loaded.diagnostics[..2], &loaded.sources, Format::Json));
}

#[test]
fn github_gets_one_command_a_line() {
    let loaded = many();
    let text = render(&loaded.diagnostics, &loaded.sources, Format::Github);
    assert_eq!(text.lines().count(), loaded.diagnostics.len());
    insta::assert_snapshot!(text);
}

#[test]
fn columns_are_counted_in_characters_in_every_format() {
    let loaded = load(&["project: shop\nowner: équipe\nservices: { a: { runtime: ecs } }\nroutes: [{ name: 'ü', email: 'é', fallbak: true }]\n"]);
    let text = crate::support::text_of(&loaded);
    for diagnostic in &loaded.diagnostics {
        let place = format!("{}:{}:{}", diagnostic.file, diagnostic.line, diagnostic.column);
        assert!(text.contains(&place), "{place} is not in\n{text}");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn mistakes_before_a_syntax_error_are_told_and_what_may_be_behind_it_is_not_missed() {
    let loaded = load(&["project: Shop\nservices:\n  a: { runtime: ecs }\n  b: { runtime: \"ecs }\n"]);
    insta::assert_snapshot!(crate::support::text_of(&loaded));
}

#[test]
fn a_byte_order_mark_and_line_ends_of_windows_move_no_place() {
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let marked = load(&[&windows(BASE), &windows(PROD)]);
    let told = |loaded: &Loaded| {
        let places = loaded.diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.message.clone(), diagnostic.line, diagnostic.column));
        places.collect::<Vec<_>>()
    };
    assert_eq!(told(&marked), told(&many()));
    // The byte ranges are those of the file as it is on disk.
    let first = load(&["\u{feff}projekt: shop\r\n"]);
    let unknown = first.diagnostics.iter().find(|diagnostic| diagnostic.message.contains("projekt")).unwrap();
    assert_eq!((unknown.line, unknown.column, unknown.span.start, unknown.span.end), (1, 1, 3, 10));
}

#[test]
fn of_a_line_that_no_terminal_shows_the_piece_with_the_mistake_is_drawn() {
    let services: Vec<String> =
        (0..2_000).map(|number| format!(r#""service-{number}": {{"runtime": "{}"}}"#, if number == 1_000 { "lamda" } else { "ecs" })).collect();
    let json = format!(r#"{{"project": "shop", "projet": "é", "services": {{{}}}, "routes": [{{"email": "team@example.com"}}]}}"#, services.join(", "));
    let loaded = load(&[&json]);
    insta::assert_snapshot!(crate::support::text_of(&loaded));
}

#[test]
fn lines_beside_a_mistake_are_drawn_only_when_they_are_short() {
    let long = "x".repeat(100_000);
    let loaded = load(&[&format!(
        "project: shop # {long}\nenvronment: prod\nowner: {long}\nservices: {{ a: {{ runtime: ecs }} }}\nservices: {{ b: {{ runtime: ecs }} }}\n"
    )]);
    let text = crate::support::text_of(&loaded);
    assert!(text.contains("[skywarden.yaml:2:1]") && text.contains("envronment: prod") && text.len() < 10_000, "{} bytes", text.len());
    // A place that is not in the picture is told.
    assert!(text.contains("(first time at skywarden.yaml:4:1)"), "{text}");
}

#[test]
fn a_misspelt_key_is_not_told_of_as_missing_too() {
    let loaded = load(&["projct: shop\nservices: { a: { runtme: ecs }, b: {} }\nroutes: [{ email: team@example.com }]\n"]);
    let said: Vec<&str> = loaded.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(said, ["the config has no key `projct`", "service `a` has no key `runtme`", "service `b` needs `runtime`"]);
}
