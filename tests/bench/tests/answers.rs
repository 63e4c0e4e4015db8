//! Every pipeline gives the answer of the independent count, and the count tells a wrong one. On a batch made here: what is generated for the
//! measurement needs Python.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fmt::Write as _, fs, io::Write as _, path::Path, process::Command};

use base64::Engine as _;
use skywarden_bench::{
    answer::check,
    child::{Remote, Server},
    data::Batch,
    filter,
    floor::{Base64, Floor, Gunzip},
    measure::Candidate as _,
    memory::{self, Work},
    ours::{self, Ours},
    pipeline::Pipeline,
    truth,
};

const EVENTS: usize = 60;

/// A batch as the generator writes them: `timestamp` before `message`, strings without escapes but for the message.
fn batch() -> Batch {
    let mut list = String::new();
    for number in 0..EVENTS {
        let failed = number % 10 == 3;
        let (level, status) = if failed { ("ERROR", 503) } else { ("INFO", [200, 404][number % 2]) };
        let method = ["GET", "POST", "DELETE"][number % 3];
        let error = if failed { r#","error":{"type":"TimeoutError","message":"a \"b\" \u00fc","stack":"one\n  two"}"# } else { "" };
        let message = format!(
            r#"{{"timestamp":"2026-11-23T02:57:56.002Z","level":"{level}","service":"orders","version":"2.{}","method":"{method}","path":"/a/{number}","status":{status},"duration_ms":{}.25,"bytes_out":{},"client_ip":"10.0.0.1","user_id":"u"{error}}}"#,
            number % 4,
            number * 7,
            number * 100 + 1
        );
        let comma = if number == 0 { "" } else { "," };
        // Over a minute's end: 02:57:56 and 70 s on.
        let timestamp = 1_795_402_676_000_usize + number * 1_200;
        write!(list, r#"{comma}{{"id":"{number:056}","timestamp":{timestamp},"message":{}}}"#, serde_json::to_string(&message).unwrap()).unwrap();
    }
    let inner = format!(
        r#"{{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/aws/lambda/orders-api-prod","logStream":"s","subscriptionFilters":["f"],"logEvents":[{list}]}}"#
    );
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(inner.as_bytes()).unwrap();
    let base64 = base64::engine::general_purpose::STANDARD.encode(encoder.finish().unwrap());
    Batch { events: EVENTS, payload: format!(r#"{{"awslogs":{{"data":"{base64}"}}}}"#).into_bytes(), base64, inner }
}

fn write(directory: &Path, name: &str, batch: &Batch) {
    fs::create_dir_all(directory).unwrap();
    fs::write(directory.join(format!("{name}.json")), &batch.payload).unwrap();
    fs::write(directory.join(format!("{name}.b64")), &batch.base64).unwrap();
    fs::write(directory.join(format!("{name}.inner.json")), &batch.inner).unwrap();
}

#[test]
fn the_floor_reads_what_serde_json_reads_whatever_its_libraries() {
    let batch = batch();
    let expected = truth::fields(&batch).unwrap();
    for base64 in [Base64::Simd, Base64::Plain] {
        for gunzip in [Gunzip::Libdeflate, Gunzip::ZlibRs] {
            let mut floor = Floor::new(base64, gunzip);
            floor.process(&batch.payload).unwrap();
            check("floor", &floor.answer(), &expected).unwrap();
        }
    }
}

#[test]
fn a_damaged_payload_fails_in_every_variant() {
    let batch = batch();
    let place = batch.payload.len() / 2;
    for gunzip in [Gunzip::Libdeflate, Gunzip::ZlibRs] {
        let mut payload = batch.payload.clone();
        payload[place] = if payload[place] == b'A' { b'B' } else { b'A' };
        assert!(Floor::new(Base64::Simd, gunzip).process(&payload).is_err());
    }
}

#[test]
fn ours_finds_every_series_and_nothing_else() {
    let batch = batch();
    let expected = truth::metrics(&batch).unwrap();
    let mut ours = Ours::new().unwrap();
    ours.process(&batch.payload).unwrap();
    check("ours", &ours.answer(), &expected).unwrap();
    for metric in ["Requests ", "ServerErrors ", "RequestDuration ", "BytesOut ", "Errors "] {
        assert!(expected.keys().any(|name| name.starts_with(metric)), "the batch has no {metric}");
    }
}

#[test]
fn stages_do_the_work_they_are_named_for() {
    let batch = batch();
    let done: Vec<(&str, usize)> = ours::stages(&batch).unwrap().into_iter().map(|mut stage| (stage.name, (stage.run)())).collect();
    let expected = [
        ("event", batch.base64.len()),
        ("base64 and inflate", batch.inner.len()),
        ("inflate", batch.inner.len()),
        ("decode", EVENTS),
        ("rules into aggregation", 0),
        ("rules into requests", 1),
        ("aggregation", 0),
        ("record, every field", EVENTS),
    ];
    assert_eq!(done, expected);
    for (_, with, without) in ours::DERIVED {
        assert!(expected.iter().any(|(name, _)| *name == with) && expected.iter().any(|(name, _)| *name == without));
    }
}

#[test]
fn patterns_match_what_they_should_before_they_are_measured() {
    assert_eq!(filter::candidates(&batch()).unwrap().len(), 5);
}

#[test]
fn a_pipeline_of_another_process_is_asked_and_checked_alike() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("child");
    let batch = batch();
    write(&directory, &format!("batch_{EVENTS}"), &batch);
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command.arg("serve").arg("--data").arg(&directory);
    let server = Server::start(command).unwrap();
    let mut remote = Remote::new(&server, "ours, elsewhere", "ours", EVENTS);
    check("elsewhere", &remote.answer().unwrap(), &truth::metrics(&batch).unwrap()).unwrap();
    assert_eq!(remote.run(3).unwrap().len(), 3);
    let unknown = Remote::new(&server, "nobody", "nobody", EVENTS).answer().unwrap_err().to_string();
    assert!(unknown.contains("ended while running nobody on 60 events"), "{unknown}");
}

#[test]
fn the_peak_of_a_process_holds_at_least_what_it_inflates() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("memory");
    let batch = batch();
    write(&directory, "batch_6000", &batch);
    assert!(memory::own_peak(Work::Batch, &directory).unwrap() > batch.inner.len());
}
