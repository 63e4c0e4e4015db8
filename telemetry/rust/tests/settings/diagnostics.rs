//! One mistake per code, and what is said about it. A code without a case here does not compile.

use insta::assert_snapshot;
use skywarden_telemetry::settings::{Code, Environment, MAX_FILE_BYTES, Reading, Settings};

use crate::{told, toml, variables, yaml};

fn case(code: Code) -> Reading {
    match code {
        Code::UnreadableFile => {
            // The words of the operating system differ, those of a directory that is no file do least.
            let environment = Environment::from_pairs([("SKYWARDEN_LOG_CONFIG", "/nowhere/telemetry.toml")]);
            Settings::builder().environment(environment).read()
        }
        Code::UnknownForm => Settings::builder().file_text("telemetry.ini", "service = orders").read(),
        Code::TooLarge => Settings::builder().file_text("telemetry.toml", " ".repeat(MAX_FILE_BYTES + 1)).file_text("telemetry.yaml", nested_aliases()).read(),
        Code::Syntax => toml("service = orders\nlevel =\nversion = 1.2.3\nformat: json\n[limits\nfields = 5\n[buffer]\nslow = \"2s\n"),
        Code::DuplicateKey => Settings::builder()
            .file_text("telemetry.toml", "service = \"a\"\nservice = \"b\"\n[limits]\nfields = 5\n[limits]\nvalue = \"1KiB\"\n")
            .file_text("telemetry.yaml", "service: a\nservice: b\nlevel: info,orders=debug\nlevels: { orders: error, default: debug }\n")
            .read(),
        Code::UnknownKey => toml("colour = true\n[[outputs]]\nto = \"stdout\"\n[[outputs]]\nto = \"/var/log/app.log\"\nrotaet = { size = \"50MB\" }\nrotate = { Size = \"50MB\" }\n"),
        Code::MissingKey => toml("[[outputs]]\nlevel = \"DEBUG\"\n[[outputs]]\nto = \"a.log\"\nrotate = {}\n[[mask.patterns]]\nmask = \"x\"\n[metrics]\nbuiltin = true\n"),
        Code::WrongType => yaml("service: 5\nlevel: [info]\nformat: true\nlocation: yes\nlimits: 5\noutputs: { to: stdout }\nsampling: { first: 1.5, per: {} }\nbuffer:\n  slow:\nrequests: { quiet_paths: /health, request_headers: [1] }\n"),
        Code::UnknownWord => toml("format = \"jsonl\"\nprofile = \"otlp\"\nmask = { also = [\"ip-adress\", \"names\"] }\n[[outputs]]\nto = \"sdtout\"\nrotate = { every = \"week\" }\n[[outputs]]\nto = \"app\"\n"),
        Code::BadLevel => toml("level = \"infp,orders=,orders.db=debgu\"\n[levels]\nhyper = \"verbose\"\n"),
        Code::BadName => toml("service = \"a\\nb\"\n[levels]\n\"a b\" = \"INFO\"\n\".a\" = \"INFO\"\n[requests]\nrequest_headers = [\"x client\"]\n[metrics]\nnamespace = \"AWS/Shop\"\ndimensions = { \":a\" = \"x\", b = \"é\" }\n"),
        Code::BadSize => toml("[limits]\nvalue = \"50M\"\nline = \"1.5\"\n[requests]\nbody = \"99999999999TiB\"\n[buffer]\nbytes = \"-5KiB\"\n"),
        Code::BadDuration => toml("[requests]\nslow = 5\n[buffer]\nslow = \"2 parsecs\"\n[metrics]\ninterval = \"10m1h\"\n"),
        Code::BadShare => Settings::builder()
            .file_text("telemetry.toml", "[sampling]\ndebug_requests = 5\n")
            .environment(Environment::from_pairs([("SKYWARDEN_LOG_SAMPLING_DEBUG_REQUESTS", "few")]))
            .read(),
        Code::OutOfRange => toml("[limits]\nfields = 0\ndepth = 65\nvalue = \"2MiB\"\n[metrics]\ninterval = \"2h\"\n"),
        Code::BadPath => toml("[requests]\nquiet_paths = [\"health\", \"/a/*/b\"]\n[[outputs]]\nto = \"/var/log/\"\n[[outputs]]\nto = \"..\"\n"),
        Code::BadMasking => toml(concat!(
            "[mask]\nkeys = [\"--\", \"card\"]\npaths = [\"user..card\"]\n",
            "patterns = [\n  { name = \"a b\", regex = 'x(' },\n  { name = \"iban\", regex = 'x*', mask = \"a b\" },\n  { name = \"p\", regex = 'x' },\n  { name = \"p\", regex = 'y' },\n]\n",
        )),
        Code::Contradiction => toml(concat!(
            "[[outputs]]\nto = \"stdout\"\nrotate = { size = \"50MB\" }\n",
            "[[outputs]]\nto = \"app.log\"\nkeep = { files = 3 }\ncompress = true\n",
            "[[outputs]]\nto = \"./app.log\"\nrotate = { size = \"50MB\" }\nkeep = { total = \"1MB\" }\n",
            "[limits]\nvalue = \"512KiB\"\n[sampling]\nthen = 10\nper = \"1m\"\n[metrics]\nby_route = true\n[mask]\nalso = [\"ip-address\"]\nallow = [\"ip-address\"]\n",
        )),
        Code::NoEffect => Settings::builder()
            .file_text("telemetry.toml", "outputs = []\nlevel = \"DEBUG\"\nbuffer = true\n[requests]\nlines = false\nquiet_paths = [\"/health\"]\n[mask]\nalso = [\"iban\"]\nallow = [\"ip-address\"]\n")
            .environment(Environment::from_pairs([("SKYWARDEN_LOG_CONFIG", "other.toml")]))
            .read(),
        Code::UnknownVariable => variables([
            ("SKYWARDEN_LOG_LEVEL", "debug"),
            ("SKYWARDEN_LOG_FROMAT", "json"),
            ("SKYWARDEN_LOG_OUTPUTS_0_LEVLE", "debug"),
            ("SKYWARDEN_SERVCE", "orders"),
            ("SKYWARDEN_METRICS_COLOUR", "red"),
            ("SKYWARDEN_TABLE", "another program's"),
        ]),
        Code::Unusable => variables([
            ("AWS_LAMBDA_LOG_LEVEL", "NOTSET"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=a%zz,service.version=1%0A,host.name=x,y"),
            ("POWERTOOLS_LOGGER_SAMPLE_RATE", "2"),
            ("POWERTOOLS_METRICS_NAMESPACE", "é"),
        ]),
    }
}

/// Few bytes that would be many values.
fn nested_aliases() -> String {
    let mut text = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
    for level in 1..6 {
        let previous = format!("*a{}", level - 1);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", [previous.as_str(); 10].join(",")));
    }
    text
}

#[test]
fn each_code_has_its_mistakes_and_they_are_told() {
    for code in Code::ALL {
        let reading = case(*code);
        assert!(reading.findings.iter().any(|finding| finding.code == *code), "{code}:\n{}", told(&reading));
        assert_snapshot!(code.as_str(), told(&reading));
    }
}

#[test]
fn mistakes_of_all_layers_are_told_in_one_run() {
    let reading = Settings::builder()
        .service("a\tb")
        .layer_json("configure()", &serde_json::json!({"sampling": {"per": "soon"}, "outputs": [{"to": "stdout", "levl": "INFO"}], "format": null}))
        .file_text("telemetry.yaml", "limits: { fields: 0 }\nlevle: INFO\noutputs:\n  - to: stdout\n    rotaet: { size: 50MB }\n")
        .environment(Environment::from_pairs([
            ("SKYWARDEN_LOG", "info,orders.db=debgu"),
            ("SKYWARDEN_LOG_LIMITS_FIELDS", "many"),
            ("SKYWARDEN_LOG_OUTPUTS_3_LEVEL", "debug"),
        ]))
        .debug_requests(f64::NAN)
        .build()
        .unwrap_err();
    assert_snapshot!("all_layers", reading);
}

#[test]
fn yaml_mistakes_have_their_place_as_well() {
    let mut text = String::new();
    for mistake in [
        "service: orders\n\tlevel: info\n",
        "outputs: [stdout\n",
        "service: \"orders\n",
        "service: a\n level: b\n",
        "service: a\n---\nservice: b\n",
        "service: !secret a\nlevel: *level\n",
        "? [a]\n: b\n",
        "mask:\n  paths: [user..card]\n  patterns:\n    - { name: p, regex: 'a(b' }\n",
    ] {
        text.push_str(&format!("{mistake}---\n{}\n", told(&yaml(mistake))));
    }
    assert_snapshot!("yaml", text);
}

#[test]
fn toml_mistakes_are_told_in_words_and_once() {
    let mut text = String::new();
    for mistake in [
        "a = [1,\nservice = 1\n",
        "service = \"a\nlevel = 5\n",
        "[[outputs]\nto = \"stdout\"\n[limits]\nfields = 0\n",
        "= 1\n",
        "[outputs.a]\nto = \"stdout\"\n",
        "level = \"\\q\"\n",
        "[[outputs]]\nto = \"stdout\"\n[outputs]\n",
    ] {
        text.push_str(&format!("{mistake}---\n{}\n", told(&toml(mistake))));
    }
    assert_snapshot!("toml", text);
}

#[test]
fn columns_count_characters_and_long_lines_are_shortened() {
    let long = "x".repeat(300);
    assert_snapshot!("columns", told(&toml(&format!("limits = {{ value = \"é\", depth = 0 }}\nmask = {{ keys = [\"{long}\", \"{long}\"] }}\n"))));
}

#[test]
fn a_byte_order_mark_and_line_ends_of_windows_change_nothing() {
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    for mistake in ["servce: a\nlevel: infp\n", "outputs: [stdout\n", "level: info\nlevel: warn\n"] {
        assert_eq!(told(&yaml(&windows(mistake))), told(&yaml(mistake)));
    }
    for mistake in ["servce = \"a\"\nlevel = \"infp\"\n", "[[outputs]\nto = \"stdout\"\n", "level = info\nformat = \n"] {
        assert_eq!(told(&toml(&windows(mistake))), told(&toml(mistake)));
    }
}

#[test]
fn more_mistakes_of_a_document_than_are_told_are_counted() {
    let reading = yaml(&"level: info\n".repeat(1_001));
    assert_eq!((reading.findings.len(), reading.more), (100, 900));
}

#[test]
fn findings_are_bounded() {
    let text: String = (0..1_000).map(|index| format!("k{index} = 1\n")).collect();
    let reading = toml(&text);
    assert_eq!(reading.findings.len(), 100);
    let reading = toml(&(0..1_000).map(|index| format!("t{index} = 1\n")).fold("[levels]\n".to_owned(), |text, line| text + &line));
    assert_eq!((reading.findings.len(), reading.more), (100, 900));
    assert!(reading.into_result().unwrap_err().to_string().ends_with("the settings have 1000 mistakes, 900 of them not shown"));
}
