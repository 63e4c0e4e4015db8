//! Full disks, lost permissions, deleted directories.

use super::*;

fn appends(bench: &Bench) -> usize {
    bench.disk.appends.load(Ordering::SeqCst)
}

#[test]
fn a_full_disk_loses_lines_counts_them_and_tells_it() {
    let bench = Bench::new();
    let log = bench.open();
    log.say("before\n");
    bench.disk.fill(3);
    log.say("torn line\nsecond\n");
    assert_eq!(log.lost(), 2);
    assert_eq!(bench.read("app.log"), "before\ntor");
    log.say("third\n");
    assert_eq!(log.lost(), 3);
    bench.disk.free();
    bench.advance(250);
    log.say("after\n");
    log.say("later\n");
    assert_eq!(bench.read("app.log"), "before\ntor\nlost 3\nafter\nlater\n");
    assert_eq!(log.lost(), 3);
}

#[test]
fn a_full_disk_is_not_tried_at_every_line() {
    let bench = Bench::new();
    let log = bench.open();
    bench.disk.fill(0);
    for _ in 0..100 {
        log.say("lost\n");
    }
    assert_eq!(appends(&bench), 1);
    bench.advance(249);
    log.say("lost\n");
    assert_eq!(appends(&bench), 1);
    bench.advance(1);
    log.say("lost\n");
    // The loss is told first, and that fails.
    assert_eq!(appends(&bench), 2);
    bench.advance(499);
    log.say("lost\n");
    assert_eq!(appends(&bench), 2, "each pause is twice as long");
    for _ in 0..100 {
        bench.advance(10_000);
        log.say("lost\n");
    }
    assert_eq!(appends(&bench), 102, "but ten seconds at most");
    bench.disk.free();
    bench.advance(10_000);
    log.say("back\n");
    assert_eq!(bench.all(), "lost 203\nback\n");
}

#[test]
fn critical_lines_are_tried_at_once() {
    let bench = Bench::new();
    let log = bench.open();
    bench.disk.fill(0);
    log.say("lost\n");
    bench.disk.free();
    log.say("lost too\n");
    log.write(b"critical\n", Urgency::Now);
    assert_eq!(bench.all(), "lost 2\ncritical\n");
}

#[test]
fn a_loss_is_told_by_a_flush_when_no_line_follows() {
    let bench = Bench::new();
    let log = bench.open();
    bench.disk.fill(1);
    log.say("lost\n");
    assert!(log.flush(Duration::ZERO));
    bench.disk.free();
    assert!(log.flush(Duration::ZERO));
    assert_eq!(bench.all(), "l\nlost 1\n");
    assert!(log.flush(Duration::ZERO));
    assert_eq!(bench.all(), "l\nlost 1\n", "once");
}

#[test]
fn the_line_that_tells_a_loss_can_be_torn_as_well() {
    let bench = Bench::new();
    let log = bench.open();
    bench.disk.fill(0);
    log.say("lost\n");
    bench.disk.fill(2);
    bench.advance(1_000);
    log.say("lost\n");
    bench.disk.free();
    bench.advance(1_000);
    log.say("back\n");
    assert_eq!(bench.all(), "lo\nlost 2\nback\n");
}

#[test]
fn a_disk_that_fills_between_two_files_loses_only_what_came_after() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(4));
    let log = bench.open();
    bench.disk.fill(7);
    log.say("1\n2\n3\n4\n5\n");
    assert_eq!(log.lost(), 2);
    assert_eq!(bench.all(), "1\n2\n3\n4");
    bench.disk.free();
    bench.advance(250);
    log.say("6\n");
    assert_eq!(bench.all(), "1\n2\n3\n4\nlost 2\n6\n");
}

#[test]
fn a_file_that_cannot_be_renamed_is_written_on_until_it_can() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(2));
    let log = bench.open();
    bench.disk.fail_to_rename(Some(io::ErrorKind::PermissionDenied));
    log.say("1\n2\n3\n");
    log.say("4\n");
    assert_eq!(bench.names(), ["app.log"]);
    assert_eq!(bench.read("app.log"), "1\n2\n3\n4\n");
    bench.disk.fail_to_rename(None);
    log.say("5\n");
    assert_eq!(bench.names(), ["app.log"], "not tried at every line");
    bench.advance(250);
    log.say("6\n");
    assert_eq!(bench.read("app.log"), "6\n");
    assert_eq!(bench.all(), "1\n2\n3\n4\n5\n6\n");
    assert_eq!(log.lost(), 0);
}

#[test]
fn when_the_next_file_cannot_be_opened_the_last_one_is_written_on() {
    let bench = Bench::with(|settings| {
        settings.max_bytes = Some(2);
        settings.compress = true;
    });
    let log = bench.open();
    log.say("1\n");
    bench.disk.fail_to_open(Some(io::ErrorKind::PermissionDenied));
    log.say("2\n");
    log.say("3\n");
    log.settle();
    assert_eq!(bench.names(), ["app.2001-11-25T13-10-00Z.log"], "still written to, so it is not compressed");
    assert_eq!(bench.all(), "1\n2\n3\n");
    bench.disk.fail_to_open(None);
    bench.advance(250);
    log.say("4\n");
    log.settle();
    assert_eq!(bench.names(), ["app.2001-11-25T13-10-00Z.log.gz", "app.log"], "it is not written to any more");
    assert_eq!(bench.read("app.log"), "4\n");
    assert_eq!(bench.all(), "1\n2\n3\n4\n");
    assert_eq!(log.lost(), 0);
}

#[test]
fn a_deleted_directory_is_made_again() {
    let mut bench = Bench::new();
    bench.settings.path = bench.path("logs/app.log");
    let log = bench.open();
    log.say("gone with the directory\n");
    fs::remove_dir_all(bench.path("logs")).unwrap();
    bench.advance_to_look();
    log.say("there\n");
    assert_eq!(read(&bench.settings.path), "there\n");
}

#[test]
fn a_deleted_file_that_cannot_be_made_again_loses_lines_and_does_not_hide_it() {
    let bench = Bench::new();
    let log = bench.open();
    fs::remove_file(&bench.settings.path).unwrap();
    bench.disk.fail_to_open(Some(io::ErrorKind::PermissionDenied));
    bench.advance_to_look();
    for _ in 0..10 {
        log.say("lost\n");
    }
    assert_eq!(log.lost(), 10);
    assert_eq!(bench.disk.opens.load(Ordering::SeqCst), 3, "at the start, when it was seen, when there was none");
    bench.disk.fail_to_open(None);
    bench.advance(250);
    log.say("back\n");
    assert_eq!(bench.all(), "lost 10\nback\n");
}

#[test]
fn a_moved_file_that_cannot_be_made_again_is_written_on() {
    let bench = Bench::new();
    let log = bench.open();
    fs::rename(&bench.settings.path, bench.path("moved")).unwrap();
    bench.disk.fail_to_open(Some(io::ErrorKind::PermissionDenied));
    bench.advance_to_look();
    log.say("one\n");
    assert_eq!(bench.read("moved"), "one\n");
    assert_eq!(log.lost(), 0);
    bench.disk.fail_to_open(None);
    bench.advance_to_look();
    log.say("two\n");
    assert_eq!(bench.read("app.log"), "two\n");
}

#[test]
fn a_clock_set_back_does_not_prolong_the_loss() {
    let bench = Bench::new();
    let log = bench.open();
    bench.disk.fill(0);
    log.say("lost\n");
    bench.disk.free();
    bench.set("1999-01-01T00:00:00Z");
    log.say("back\n");
    assert_eq!(bench.all(), "lost 1\nback\n");
}
