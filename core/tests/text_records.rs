//! Text records: a corpus of lines in every dialect, and what no line may do.

use std::{borrow::Cow, collections::BTreeMap, env, fs, path::Path};

use proptest::prelude::*;
use skywarden_core::{
    envelope::LogEvent,
    record::{
        Form, Record,
        format::LineFormat,
        text::{self, SCHEMA_PATHS, TextLine},
    },
};

/// What is between two events of a corpus file: an event may have several lines.
const SEPARATOR: &str = "\n%%\n";

/// Paths that are a dialect's own. Together with the schema's they are asked of every line, so that a line that should not know one is caught.
const OWN_PATHS: [&str; 18] = [
    "type",
    "record.requestId",
    "record.metrics.durationMs",
    "record.metrics.maxMemoryUsedMB",
    "record.metrics.initDurationMs",
    "record.status",
    "record.errorType",
    "record.runtimeVersion",
    "target_status_code",
    "target_ip",
    "domain_name",
    "remote_user",
    "http_referer",
    "request_time",
    "upstream_response_time",
    "order",
    "table",
    "duration",
];

/// What a line says, by path; a time without a year is put near this moment.
const EVENT_MS: i64 = 1_795_428_005_000;

fn said(line: &str) -> BTreeMap<String, String> {
    let read = TextLine::recognise(line);
    let paths = SCHEMA_PATHS.iter().chain(&OWN_PATHS).filter_map(|path| Some(((*path).to_owned(), read.field(path)?.into_owned())));
    let mut said: BTreeMap<String, String> = paths.collect();
    said.insert("dialect".to_owned(), read.dialect().as_str().to_owned());
    if let Some(platform) = read.fields().platform {
        said.insert("platform".to_owned(), format!("{platform:?}"));
    }
    if let Some(ms) = text::timestamp_near(line, EVENT_MS) {
        said.insert("timestamp_near".to_owned(), ms.to_string());
    }
    said
}

/// `UPDATE_GOLDEN=1` writes what is said now; the difference is reviewed like code.
#[test]
fn every_line_of_the_corpus_says_what_stands_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/records/text");
    let mut files: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "txt")).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut mistakes = Vec::new();
    for path in files {
        let corpus = fs::read_to_string(&path).unwrap();
        let found: Vec<_> = corpus.split_terminator(SEPARATOR).map(said).collect();
        let beside = path.with_extension("json");
        if env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
            fs::write(&beside, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
        }
        let expected: Vec<BTreeMap<String, String>> = serde_json::from_str(&fs::read_to_string(&beside).unwrap()).unwrap();
        assert_eq!(found.len(), expected.len(), "{}", path.display());
        for ((found, expected), line) in found.iter().zip(&expected).zip(corpus.split_terminator(SEPARATOR)) {
            if found != expected {
                mistakes.push(format!("{}: {line}\n  says     {found:?}\n  expected {expected:?}", path.file_name().unwrap().to_string_lossy()));
            }
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn a_line_is_never_told_to_be_of_another_dialect_than_its_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/records/text");
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "txt") {
            for line in fs::read_to_string(&path).unwrap().split_terminator(SEPARATOR) {
                let dialect = TextLine::recognise(line).dialect().as_str();
                assert!(name == dialect || (dialect == "prefix" && name.starts_with("prefix-")), "{name}: {line} is {dialect}");
            }
        }
    }
}

#[test]
fn long_and_broken_lines_are_read() {
    const BYTES: usize = 256 * 1024;
    for (start, rest) in [
        ("2026-11-23T10:00:00Z ERROR ", "x"),
        ("level=error msg=\"", "\\\""),
        ("level=error msg=x ", "k=v "),
        ("", "a=b "),
        ("203.0.113.7 - - [23/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1 ", "\"x\" "),
        ("https 2026-11-23T10:00:00Z app/x/y ", "- "),
        ("REPORT RequestId: 9f\t", "Duration: "),
        ("2026-11-23T10:00:00.123456Z ERROR ", "a{b}:"),
        ("2026-11-23T10:00:00.123456Z ERROR a: b ", "c=d "),
        ("[ERROR] x\n", "    at a.b(C.java:1)\n"),
        ("<34>1 - - - - - ", "[a]"),
        ("", "\0"),
        ("", "\u{1b}[0m"),
        ("", "["),
        ("2026-11-23 10:00:00 ", "[1] "),
        ("PHP Warning:  ", " {\""),
        ("ERROR ", "k "),
    ] {
        let mut line = start.to_owned();
        while line.len() < BYTES {
            line.push_str(rest);
        }
        let read = TextLine::recognise(&line);
        let fields = read.fields();
        assert!(fields.message.is_some(), "{start}");
        assert!(SCHEMA_PATHS.iter().chain(&["k", "c", "absent"]).filter_map(|path| read.field(path)).count() > 0, "{start}");
    }
}

#[test]
fn carriage_returns_nul_and_invalid_escapes_do_no_harm() {
    for (line, message) in [
        ("ERROR gone\r\n", "gone"),
        ("level=info msg=\"a\\qb\\u12\"\r\n", "a\\qb\\u12"),
        ("ERROR a\0b", "a\0b"),
        ("plain\r\n", "plain"),
        ("\u{feff}plain", "\u{feff}plain"),
    ] {
        assert_eq!(text::read(line).message.as_deref(), Some(message), "{line:?}");
    }
}

/// Whether a text lies inside the line it was read from.
fn lies_in(line: &str, text: &str) -> bool {
    let range = line.as_bytes().as_ptr_range();
    let part = text.as_bytes().as_ptr_range();
    range.start <= part.start && part.end <= range.end
}

/// Pieces lines are made of: anything, and the beginnings that lead deep into a reader.
fn pieces() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "2026-11-23T10:00:00.123456Z ",
        "2026/11/23 10:00:00 ",
        "Nov 23 10:00:00 ",
        "[Mon Nov 23 10:00:00 2026] ",
        "[2026-11-23 10:00:00] ",
        "23/Nov/2026:10:00:00 +0000",
        "1795428000.5 ",
        "ERROR",
        "[error] ",
        "warn: ",
        "level=",
        "msg=\"",
        "a.b: ",
        " --- ",
        " - ",
        "|",
        "\t",
        "\n",
        "\r",
        "\"",
        "\\",
        "{",
        "}:",
        "[",
        "] ",
        "<34>",
        "<165>1 ",
        "1 ",
        "E1123 10:00:00.123456 1 a.go:1] ",
        "E, [",
        "#1] ERROR -- : ",
        "PHP Fatal error:  Uncaught ",
        "app.ERROR: ",
        "[object] (A(code: 0): m at ",
        "1#1: *1 ",
        ", client: ",
        "request: \"GET / HTTP/1.1\"",
        "UTC [1] ERROR:  ",
        "fail: A[0]\n",
        "REPORT RequestId: 9f\tDuration: ",
        "RequestId: 9f Error: ",
        "d35eb155-40ed-4e29-b3ee-b2df0b839e7c\t",
        "https ",
        "app/x/y ",
        "203.0.113.7 - - [",
        "GET / HTTP/1.1",
        " 200 ",
        "Traceback (most recent call last):",
        "panic: ",
        "thread 'a' panicked at ",
        "java.lang.IllegalStateException: ",
        "\u{1b}[31m",
        "é",
        "\0",
        "x=y ",
        "12ms ",
    ]);
    prop_oneof![3 => known.prop_map(str::to_owned), 1 => ".{0,8}"]
}

proptest! {
    #[test]
    fn every_line_is_a_record_that_borrows_from_it(pieces in prop::collection::vec(pieces(), 0..12)) {
        let line = pieces.concat();
        let read = TextLine::recognise(&line);
        let fields = read.fields();
        prop_assert!(fields.message.is_some(), "{line:?}");
        for path in SCHEMA_PATHS.iter().chain(&OWN_PATHS) {
            let value = read.field(path);
            // A word for a level and a type a reader gives itself lie nowhere; the rest lies in the line, or was undone of escapes and owned.
            if let Some(Cow::Borrowed(value)) = value && !matches!(*path, "level" | "type" | "error.type") && !value.is_empty() {
                prop_assert!(lies_in(&line, value), "{path} of {line:?}: {value:?}");
            }
        }
    }

    #[test]
    fn the_parts_of_a_line_may_be_cut_anywhere(pieces in prop::collection::vec(pieces(), 0..8), at in 0_usize..64) {
        let line = pieces.concat();
        let cut = line.char_indices().map(|(at, _)| at).nth(at).unwrap_or(line.len());
        let (before, after) = line.split_at(cut);
        for part in [before, after] {
            let event = LogEvent { id: Cow::Borrowed("1"), timestamp: EVENT_MS, message: Cow::Borrowed(part) };
            let record = Record::parse(&event);
            prop_assert!(record.form == Form::Json || record.fields.message.is_some());
        }
    }

    #[test]
    fn any_expression_compiles_or_says_why(regex in ".{0,40}", time in prop::option::of("[%a-zA-Z:/ -]{0,12}"), line in ".{0,60}") {
        match LineFormat::compile(&regex, time.as_deref()) {
            Ok(format) => {
                prop_assert_eq!(format.matches(&line), format.read(&line).is_some());
                prop_assert!(format.names().count() > 0);
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                for error in errors {
                    prop_assert!(error.offset().is_none_or(|offset| regex.is_char_boundary(offset)), "{regex:?}: {error}");
                }
            }
        }
    }
}
