//! Compression and retention of rotated files, and what a crash left of them.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

/// Names without what they all have.
fn short(bench: &Bench) -> Vec<String> {
    bench.names().into_iter().map(|name| name.replace("2001-11-25T", "")).collect()
}

/// One rotated file at each full minute from 13:11 on, the number in it.
fn minutes(bench: &Bench, log: &LogFile, count: i64) {
    for number in 0..count {
        log.say(&format!("{number}\n"));
        bench.advance(60_000);
    }
    log.say("last\n");
    log.settle();
}

#[test]
fn a_compressed_file_holds_the_same_and_takes_the_place_of_the_plain_one() {
    let bench = Bench::with(|settings| {
        settings.max_bytes = Some(100_000);
        settings.compress = true;
    });
    let log = bench.open();
    fs::set_permissions(&bench.settings.path, fs::Permissions::from_mode(0o640)).unwrap();
    let lines = (0..20_000).map(|number| format!("line {number}\n")).collect::<Vec<_>>().concat();
    log.say(&lines);
    log.settle();
    let names = bench.names();
    assert_eq!(names[..2], ["app.2001-11-25T13-10-00Z.log.gz", "app.2001-11-25T13-10-00Z_0001.log.gz"]);
    assert!(bench.is_compressed(), "{names:?}");
    assert_eq!(bench.all(), lines);
    let metadata = fs::metadata(bench.path(&names[0])).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
    assert!(metadata.len() < 50_000, "it is smaller");
}

#[test]
fn so_many_files_are_kept() {
    let bench = Bench::with(|settings| {
        settings.every = Some(Every::Minute);
        settings.keep_files = Some(2);
    });
    let log = bench.open();
    minutes(&bench, &log, 4);
    assert_eq!(short(&bench), ["app.13-13-00Z.log", "app.13-14-00Z.log", "app.log"]);
    assert_eq!(bench.all(), "2\n3\nlast\n");
}

#[test]
fn no_files_are_kept() {
    let bench = Bench::with(|settings| {
        settings.max_bytes = Some(2);
        settings.keep_files = Some(0);
        settings.compress = true;
    });
    let log = bench.open();
    log.say("1\n2\n3\n");
    log.settle();
    assert_eq!(bench.all(), "3\n");
}

#[test]
fn files_are_kept_for_so_long() {
    let bench = Bench::with(|settings| {
        settings.every = Some(Every::Minute);
        settings.keep_for = Some(Duration::from_mins(2));
        settings.compress = true;
    });
    let log = bench.open();
    minutes(&bench, &log, 4);
    // It is 13:14: the file of 13:12 is as old as is kept.
    assert_eq!(short(&bench), ["app.13-12-00Z.log.gz", "app.13-13-00Z.log.gz", "app.13-14-00Z.log.gz", "app.log"]);
}

#[test]
fn files_get_too_old_without_a_rotation_too() {
    let bench = Bench::with(|settings| {
        settings.max_bytes = Some(2);
        settings.keep_for = Some(Duration::from_mins(2));
    });
    let log = bench.open();
    log.say("1\n2\n");
    log.settle();
    bench.advance(9 * 60_000);
    log.say("");
    log.settle();
    assert_eq!(short(&bench), ["app.13-10-00Z.log", "app.log"], "it is looked after them every ten minutes");
    bench.advance(60_000);
    fs::write(&bench.settings.path, "").unwrap();
    log.say("3\n");
    log.settle();
    assert_eq!(short(&bench), ["app.log"]);
}

#[test]
fn so_many_bytes_are_kept() {
    let bench = Bench::with(|settings| {
        settings.every = Some(Every::Minute);
        settings.keep_bytes = Some(5);
    });
    let log = bench.open();
    minutes(&bench, &log, 4);
    assert_eq!(short(&bench), ["app.13-13-00Z.log", "app.13-14-00Z.log", "app.log"], "2 bytes each");
}

#[test]
fn bytes_are_counted_as_they_are_after_compression() {
    let bench = Bench::with(|settings| {
        settings.max_bytes = Some(10_000);
        settings.keep_bytes = Some(10_000);
        settings.compress = true;
    });
    let log = bench.open();
    let lines = format!("{}\n", "x".repeat(9_999)).repeat(5);
    log.say(&lines);
    log.settle();
    assert_eq!(bench.all(), lines, "each takes some 50 bytes compressed");
}

#[test]
fn the_strictest_limit_counts() {
    for (files, minutes_kept, bytes, kept) in [(1, 60, 100, 1), (9, 1, 100, 2), (9, 60, 7, 3), (9, 60, 100, 4)] {
        let bench = Bench::with(|settings| {
            settings.every = Some(Every::Minute);
            settings.keep_files = Some(files);
            settings.keep_for = Some(Duration::from_mins(minutes_kept));
            settings.keep_bytes = Some(bytes);
        });
        let log = bench.open();
        minutes(&bench, &log, 4);
        assert_eq!(bench.names().len() - 1, kept, "{files} files, {minutes_kept} min, {bytes} bytes");
    }
}

#[test]
fn what_belongs_to_others_stays() {
    let bench = Bench::with(|settings| {
        settings.max_bytes = Some(2);
        settings.keep_files = Some(0);
        settings.compress = true;
    });
    let others = ["app.2001-11-25.log", "app.log.1", "app.old.log", "other.2001-11-25T13-00-00Z.log", "app.2001-11-25T13-00-00Z.txt"];
    for other in others {
        fs::write(bench.path(other), "other\n").unwrap();
    }
    let log = bench.open();
    log.say("1\n2\n3\n");
    log.settle();
    let names = bench.names();
    assert!(others.iter().all(|other| names.iter().any(|name| name == other)), "{names:?}");
    assert_eq!(names.len(), others.len() + 1);
}

#[test]
fn what_was_rotated_without_compression_is_compressed_at_the_start() {
    let mut bench = Bench::with(|settings| settings.max_bytes = Some(2));
    bench.open().say("1\n2\n");
    bench.settings.compress = true;
    bench.open().settle();
    assert_eq!(short(&bench), ["app.13-10-00Z.log.gz", "app.log"]);
    assert_eq!(bench.all(), "1\n2\n");
}

#[test]
fn a_compression_that_was_interrupted_is_done_again() {
    let bench = Bench::with(|settings| settings.compress = true);
    fs::write(bench.path("app.2001-11-25T13-00-00Z.log"), "1\n").unwrap();
    fs::write(bench.path("app.2001-11-25T13-00-00Z.log.gz.tmp"), "half").unwrap();
    bench.open().settle();
    assert_eq!(short(&bench), ["app.13-00-00Z.log.gz", "app.log"]);
    assert_eq!(bench.all(), "1\n");
}

#[test]
fn a_compression_that_only_had_to_delete_the_file_does_so() {
    let bench = Bench::with(|settings| {
        settings.compress = true;
        settings.max_bytes = Some(2);
    });
    let log = bench.open();
    log.say("1\n2\n");
    log.settle();
    drop(log);
    fs::write(bench.path("app.2001-11-25T13-10-00Z.log"), "1\n").unwrap();
    bench.open().settle();
    assert_eq!(short(&bench), ["app.13-10-00Z.log.gz", "app.log"]);
    assert_eq!(bench.all(), "1\n2\n");
}

#[test]
fn a_compressed_file_of_something_else_costs_no_line() {
    let bench = Bench::with(|settings| {
        settings.compress = true;
        settings.max_bytes = Some(2);
    });
    let log = bench.open();
    log.say("1\n2\n");
    log.settle();
    drop(log);
    for other in ["other\n", ""] {
        fs::write(bench.path("app.2001-11-25T13-10-00Z.log"), other).unwrap();
        bench.open().settle();
        assert_eq!(bench.all(), format!("{other}1\n2\n"));
    }
    fs::write(bench.path("app.2001-11-25T13-00-00Z.log"), "0\n").unwrap();
    fs::write(bench.path("app.2001-11-25T13-00-00Z.log.gz"), "gz").unwrap();
    bench.open().settle();
    assert_eq!(bench.read("app.2001-11-25T13-00-00Z.log"), "0\n");
}

#[test]
fn what_is_left_of_a_compression_is_cleared_although_it_is_off_now() {
    let bench = Bench::new();
    fs::write(bench.path("app.2001-11-25T13-00-00Z.log"), "1\n").unwrap();
    fs::write(bench.path("app.2001-11-25T13-00-00Z.log.gz.tmp"), "half").unwrap();
    fs::write(bench.path("app.2001-11-25T13-05-00Z.log.gz.tmp"), "half, and its file is gone").unwrap();
    bench.open().settle();
    assert_eq!(short(&bench), ["app.13-00-00Z.log", "app.log"]);
    assert_eq!(bench.all(), "1\n");
}

#[test]
fn a_file_that_cannot_be_compressed_stays_and_does_not_keep_others_from_it() {
    let bench = Bench::with(|settings| {
        settings.compress = true;
        settings.max_bytes = Some(2);
    });
    // A directory in the way: nothing can be written there.
    fs::create_dir(bench.path("app.2001-11-25T13-10-00Z.log.gz.tmp")).unwrap();
    let log = bench.open();
    log.say("1\n2\n");
    bench.advance(1_000);
    log.say("3\n");
    log.settle();
    assert_eq!(
        short(&bench),
        ["app.13-10-00Z.log.gz.tmp", "app.13-10-00Z_0001.log.gz", "app.13-10-01Z.log.gz", "app.log"],
        "a name that is taken is passed over"
    );
    drop(log);
    fs::write(bench.path("app.2001-11-25T13-10-00Z.log"), "0\n").unwrap();
    fs::write(bench.path("app.2001-11-25T13-12-00Z.log"), "4\n").unwrap();
    bench.open().settle();
    assert_eq!(
        short(&bench),
        ["app.13-10-00Z.log", "app.13-10-00Z.log.gz.tmp", "app.13-10-00Z_0001.log.gz", "app.13-10-01Z.log.gz", "app.13-12-00Z.log.gz", "app.log"]
    );
}

#[test]
fn without_rotated_files_no_thread_is_started() {
    let bench = Bench::with(|settings| {
        settings.compress = true;
        settings.keep_files = Some(3);
    });
    let log = bench.open();
    log.say("1\n");
    assert!(!log.state.load().upkeep.is_needed());
}
