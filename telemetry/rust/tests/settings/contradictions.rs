//! Settings that need each other, and layers that switch off what others said.

use skywarden_telemetry::settings::{Code, Destination, Environment, Reading, RollingFile, Settings};

use crate::{clean, told, toml};

fn with(file: &str, variables: &[(&str, &str)]) -> Reading {
    let environment = Environment::from_pairs(variables.iter().copied());
    Settings::builder().file_text("a.toml", file).environment(environment).read()
}

fn file(reading: &Reading, index: usize) -> RollingFile {
    assert_eq!(told(reading), "");
    match reading.settings.outputs[index].to.clone() {
        Destination::File(file) => file,
        other => panic!("{other:?} is no file"),
    }
}

const FILE: &str = "[[outputs]]\nto = \"app.log\"\nrotate = { size = \"50MB\" }\nkeep = { files = 3 }\n";

#[test]
fn what_a_weightier_layer_switches_off_is_no_mistake_of_the_file() {
    assert_eq!(file(&with(FILE, &[("SKYWARDEN_LOG_OUTPUTS_0_ROTATE_SIZE", "off")]), 0).max_bytes, None);
    assert_eq!(with(FILE, &[("SKYWARDEN_LOG_OUTPUTS_0_TO", "stderr")]).settings.outputs[0].to, Destination::Stderr);
    assert_eq!(told(&with(FILE, &[("SKYWARDEN_LOG_OUTPUTS_0_TO", "stderr")])), "");
    let sampling = with("[sampling]\nfirst = 5\nthen = 7\n", &[("SKYWARDEN_LOG_SAMPLING_FIRST", "off")]);
    assert_eq!((told(&sampling), sampling.settings.sampling.first), (String::new(), None));
    let metrics = with("service = \"a\"\n[metrics]\nbuiltin = true\nby_route = true\nnamespace = \"a\"\n", &[("SKYWARDEN_METRICS_BUILTIN", "false")]);
    assert_eq!((told(&metrics), metrics.settings.metrics.by_route), (String::new(), false));
}

#[test]
fn a_short_line_has_short_values() {
    let limits = clean(Settings::builder().file_text("a.toml", "[limits]\nline = \"16KiB\"\n")).limits;
    assert_eq!((limits.value_bytes, limits.line_bytes), (16 * 1024, 16 * 1024));
    assert_eq!(toml("[limits]\nline = \"16KiB\"\nvalue = \"17KiB\"\n").findings[0].code, Code::Contradiction);
}

#[test]
fn the_same_destination_twice_is_a_mistake_however_it_is_written() {
    for (first, second) in [("stdout", "STDOUT"), ("logs/app.log", "./logs/./app.log"), ("/a//b.log", "/a/b.log")] {
        let reading = toml(&format!("outputs = [\"{first}\", \"{second}\"]"));
        assert_eq!(reading.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::Contradiction], "{first} {second}");
    }
    assert_eq!(told(&toml("outputs = [\"stdout\", \"stderr\", \"a.log\", \"b/a.log\"]")), "");
}

#[test]
fn the_namespace_is_made_of_what_is_known_and_says_what_is_missing() {
    let namespace = |text: &str| {
        let reading = toml(text);
        (reading.settings.metrics.namespace.clone(), reading.findings.iter().map(|finding| (finding.code, finding.is_error())).collect::<Vec<_>>())
    };
    assert_eq!(namespace("service = \"c\""), ("c".to_owned(), vec![]));
    assert_eq!(namespace("service = \"c\"\nmetrics = { builtin = true }"), ("c".to_owned(), vec![(Code::MissingKey, false)]));
    assert_eq!(namespace("metrics = { builtin = true }"), (String::new(), vec![(Code::MissingKey, true)]));
    assert_eq!(namespace("project = \"é\""), (String::new(), vec![(Code::BadName, true)]));
    assert_eq!(namespace("service = \"é\""), (String::new(), vec![]));
}

#[test]
fn when_no_output_is_usable_lines_go_to_standard_output() {
    let reading = toml("outputs = [\"sdtout\"]");
    assert_eq!(reading.settings.outputs.len(), 1);
    assert_eq!(reading.settings.outputs[0].to, Destination::Stdout);
    let none = toml("outputs = []");
    assert!(none.settings.outputs.is_empty() && none.findings.len() == 1 && !none.findings[0].is_error());
}

#[test]
fn a_full_file_must_be_kept_unless_it_is_compressed() {
    let text = |compress: bool| format!("[[outputs]]\nto = \"a.log\"\ncompress = {compress}\nrotate = {{ size = \"2MB\" }}\nkeep = {{ total = \"1MB\" }}\n");
    assert_eq!(toml(&text(false)).findings[0].code, Code::Contradiction);
    assert_eq!(told(&toml(&text(true))), "");
}
