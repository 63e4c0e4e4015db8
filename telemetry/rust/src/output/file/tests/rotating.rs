//! When a file ends, what it is called then, and how writing goes on after a restart.

use std::os::unix::fs::symlink;

use super::*;

#[test]
fn a_file_takes_exactly_its_largest_size() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(10));
    let log = bench.open();
    log.say("1234\n");
    log.say("1234\n");
    assert_eq!(bench.names(), ["app.log"]);
    log.say("\n");
    assert_eq!(bench.names(), ["app.2001-11-25T13-10-00Z.log", "app.log"]);
    assert_eq!(bench.read("app.2001-11-25T13-10-00Z.log"), "1234\n1234\n");
    assert_eq!(bench.read("app.log"), "\n");
}

#[test]
fn a_batch_is_spread_over_files_by_whole_lines() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(10));
    let log = bench.open();
    log.say("1\n22\n333\n4444\n5\nlonger than a file\n6\n");
    let files: Vec<String> = bench.names().iter().map(|name| bench.read(name)).collect();
    assert_eq!(files, ["1\n22\n333\n", "4444\n5\n", "longer than a file\n", "6\n"]);
    assert_eq!(log.lost(), 0);
}

#[test]
fn a_new_file_begins_at_the_full_hour() {
    let bench = Bench::with(|settings| settings.every = Some(Every::Hour));
    let log = bench.open();
    log.say("one\n");
    bench.set("2001-11-25T13:59:59.999Z");
    log.say("two\n");
    assert_eq!(bench.names(), ["app.log"]);
    bench.set("2001-11-25T14:00:00Z");
    log.say("three\n");
    assert_eq!(bench.names(), ["app.2001-11-25T14-00-00Z.log", "app.log"]);
    assert_eq!(bench.read("app.2001-11-25T14-00-00Z.log"), "one\ntwo\n");
    assert_eq!(bench.read("app.log"), "three\n");
}

#[test]
fn a_new_file_begins_at_the_full_minute_and_at_midnight() {
    for (every, before, after, name) in [
        (Every::Minute, "2001-11-25T13:10:59.999Z", "2001-11-25T13:11:00Z", "app.2001-11-25T13-11-00Z.log"),
        (Every::Day, "2001-11-25T23:59:59.999Z", "2001-11-26T00:00:00Z", "app.2001-11-26T00-00-00Z.log"),
    ] {
        let bench = Bench::with(|settings| settings.every = Some(every));
        let log = bench.open();
        bench.set(before);
        log.say("one\n");
        bench.set(after);
        log.say("two\n");
        assert_eq!(bench.names(), [name, "app.log"]);
        assert_eq!(bench.read(name), "one\n");
    }
}

#[test]
fn a_file_that_was_long_quiet_is_named_for_the_end_of_its_own_period() {
    let bench = Bench::with(|settings| settings.every = Some(Every::Hour));
    let log = bench.open();
    log.say("one\n");
    bench.set("2001-11-27T08:30:00Z");
    log.say("two\n");
    bench.set("2001-11-27T09:00:00Z");
    log.say("three\n");
    assert_eq!(bench.names(), ["app.2001-11-25T14-00-00Z.log", "app.2001-11-27T09-00-00Z.log", "app.log"]);
}

#[test]
fn an_empty_file_is_not_rotated() {
    let bench = Bench::with(|settings| settings.every = Some(Every::Minute));
    let log = bench.open();
    bench.set("2001-11-25T14:00:30Z");
    log.say("one\n");
    assert_eq!(bench.names(), ["app.log"]);
    bench.set("2001-11-25T14:00:59Z");
    log.say("two\n");
    bench.set("2001-11-25T14:01:00Z");
    log.say("three\n");
    assert_eq!(bench.read("app.2001-11-25T14-01-00Z.log"), "one\ntwo\n", "its period is the one of its first line");
}

#[test]
fn size_and_time_both_end_a_file() {
    let bench = Bench::with(|settings| {
        settings.every = Some(Every::Hour);
        settings.max_bytes = Some(8);
    });
    let log = bench.open();
    log.say("1\n2\n3\n4\n5\n");
    bench.set("2001-11-25T14:00:00Z");
    log.say("6\n");
    bench.set("2001-11-25T14:20:00.7Z");
    log.say("7\n8\n9\n10\n");
    let files: Vec<(String, String)> = bench.names().into_iter().map(|name| (name.clone(), bench.read(&name))).collect();
    let expected = [
        ("app.2001-11-25T13-10-00Z.log", "1\n2\n3\n4\n"),
        ("app.2001-11-25T14-00-00Z.log", "5\n"),
        ("app.2001-11-25T14-20-00Z.log", "6\n7\n8\n9\n"),
        ("app.log", "10\n"),
    ];
    assert_eq!(files, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
}

#[test]
fn files_that_end_in_one_second_are_counted() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(2));
    let log = bench.open();
    let lines: Vec<String> = (10..30).map(|number| format!("{number}\n")).collect();
    log.say(&lines.concat());
    assert_eq!(bench.names()[..3], ["app.2001-11-25T13-10-00Z.log", "app.2001-11-25T13-10-00Z_0001.log", "app.2001-11-25T13-10-00Z_0002.log"]);
    assert_eq!(bench.all(), lines.concat());
}

#[test]
fn a_clock_set_back_does_not_mix_up_the_order() {
    let bench = Bench::with(|settings| {
        settings.max_bytes = Some(2);
        settings.every = Some(Every::Hour);
    });
    let log = bench.open();
    log.say("1\n2\n");
    bench.set("2001-11-25T08:00:00Z");
    log.say("3\n4\n");
    drop(log);
    let log = bench.open();
    log.say("5\n6\n");
    assert_eq!(bench.all(), "1\n2\n3\n4\n5\n6\n");
    bench.set("2001-11-25T13:11:00Z");
    log.say("7\n8\n");
    assert_eq!(bench.all(), "1\n2\n3\n4\n5\n6\n7\n8\n");
    assert!(bench.names().contains(&"app.2001-11-25T13-11-00Z.log".to_owned()), "the names are right again when the clock is");
}

#[test]
fn a_deleted_name_is_not_used_again_for_a_newer_file() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(2));
    let log = bench.open();
    log.say("1\n2\n3\n");
    fs::remove_file(bench.path("app.2001-11-25T13-10-00Z.log")).unwrap();
    fs::remove_file(bench.path("app.2001-11-25T13-10-00Z_0001.log")).unwrap();
    log.say("4\n");
    assert_eq!(bench.names(), ["app.2001-11-25T13-10-00Z_0002.log", "app.log"]);
}

#[test]
fn a_restart_goes_on_with_size_and_lines() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(10));
    bench.open().say("1234\n");
    let log = bench.open();
    log.say("1234\n");
    assert_eq!(bench.names(), ["app.log"]);
    drop(log);
    bench.open().say("5\n");
    assert_eq!(bench.read("app.2001-11-25T13-10-00Z.log"), "1234\n1234\n");
    assert_eq!(bench.read("app.log"), "5\n");
}

#[test]
fn a_restart_goes_on_with_the_period_of_the_last_write() {
    let bench = Bench::with(|settings| settings.every = Some(Every::Hour));
    bench.open().say("one\n");
    bench.touch();
    bench.set("2001-11-25T13:30:00Z");
    let log = bench.open();
    log.say("two\n");
    assert_eq!(bench.names(), ["app.log"]);
    drop(log);
    bench.touch();
    bench.set("2001-11-25T17:30:00Z");
    bench.open().say("three\n");
    assert_eq!(bench.read("app.2001-11-25T14-00-00Z.log"), "one\ntwo\n");
    assert_eq!(bench.read("app.log"), "three\n");
}

#[test]
fn a_file_from_the_future_belongs_to_the_present_period() {
    let bench = Bench::with(|settings| settings.every = Some(Every::Hour));
    bench.set("2002-01-01T00:00:00Z");
    bench.open().say("one\n");
    bench.touch();
    bench.set("2001-11-25T13:10:00Z");
    let log = bench.open();
    bench.set("2001-11-25T14:00:00Z");
    log.say("two\n");
    assert_eq!(bench.names(), ["app.2001-11-25T14-00-00Z.log", "app.log"]);
}

#[test]
fn a_torn_last_line_is_ended_before_the_next() {
    let bench = Bench::new();
    fs::write(&bench.settings.path, "whole\ntor").unwrap();
    let log = bench.open();
    assert_eq!(bench.read("app.log"), "whole\ntor", "not before there is a next one");
    log.say("next\n");
    log.say("after\n");
    assert_eq!(bench.all(), "whole\ntor\nnext\nafter\n");
}

#[test]
fn a_torn_last_line_is_ended_in_the_file_it_is_in() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(4));
    fs::write(&bench.settings.path, "torn").unwrap();
    bench.open().say("next\n");
    assert_eq!(bench.read("app.2001-11-25T13-10-00Z.log"), "torn\n");
    assert_eq!(bench.read("app.log"), "next\n");
}

#[test]
fn directories_above_the_file_are_made() {
    let mut bench = Bench::new();
    bench.settings.path = bench.path("a/b/app.log");
    bench.open().say("one\n");
    assert_eq!(read(&bench.settings.path), "one\n");
}

#[test]
fn a_link_is_followed_and_rotation_takes_place_behind_it() {
    let mut bench = Bench::with(|settings| settings.max_bytes = Some(2));
    let real = tempfile::tempdir().unwrap();
    fs::write(real.path().join("real.log"), "1\n").unwrap();
    symlink(real.path().join("real.log"), bench.path("link.log")).unwrap();
    bench.settings.path = bench.path("link.log");
    bench.open().say("2\n");
    assert_eq!(names(real.path()), ["real.2001-11-25T13-10-00Z.log", "real.log"]);
    assert_eq!(bench.read("link.log"), "2\n");
}

#[test]
fn what_is_no_file_and_limits_without_room_are_refused() {
    let refused = |change: &dyn Fn(&mut RollingFile)| {
        let bench = Bench::with(change);
        let failure = LogFile::open(&bench.settings, lost_line(), Clock::new(Timestamp::now)).unwrap_err();
        let text = failure.to_string();
        assert!(text.contains(&*bench.settings.path.to_string_lossy()) && text.contains("hint: "), "{text}");
        failure
    };
    assert!(matches!(refused(&|settings| settings.path = "/dev/null".into()), OutputFailure::NoFile { .. }));
    assert!(matches!(refused(&|settings| settings.path = "/".into()), OutputFailure::NoFile { .. }));
    assert!(matches!(refused(&|settings| settings.path = "/tmp/".into()), OutputFailure::NoFile { .. }));
    assert!(matches!(refused(&|settings| settings.path = "/dev/null/app.log".into()), OutputFailure::File { .. }));
    assert!(matches!(refused(&|settings| settings.path = "".into()), OutputFailure::File { .. }));
    assert!(matches!(refused(&|settings| settings.max_bytes = Some(0)), OutputFailure::NoRoom { .. }));
}
