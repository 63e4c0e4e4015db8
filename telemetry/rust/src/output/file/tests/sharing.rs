//! Several writers on one path, tools that move or empty it, and child processes.

use std::{collections::BTreeMap, env, process::Command, thread};

use super::*;
use crate::output::file::rotation_lock::RotationLock;

/// Says to this test binary that it is a writer: `number path`.
const WRITER: &str = "SKYWARDEN_TEST_WRITER";

const WRITERS: usize = 3;

const LINES: usize = 3_000;

/// Numbers of the lines of each writer, in the order of the files; each line must be whole.
fn numbers(text: &str) -> BTreeMap<&str, Vec<usize>> {
    let mut numbers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    // A writer that looked at the file in the midst of another's write may have ended that line: it left an empty one.
    for line in text.lines().filter(|line| !line.is_empty()) {
        let [writer, number, filling] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("torn: {line}");
        };
        let number: usize = number.parse().unwrap();
        assert_eq!(filling, "x".repeat(number % 120));
        numbers.entry(writer).or_default().push(number);
    }
    numbers
}

fn line(writer: &str, number: usize) -> String {
    format!("{writer} {number} {}\n", "x".repeat(number % 120))
}

#[test]
fn two_writers_rotate_without_losing_a_line() {
    let bench = Bench::with(|settings| {
        settings.max_bytes = Some(1_000);
        settings.every = Some(Every::Minute);
        settings.compress = true;
    });
    let (one, two) = (bench.open(), bench.open());
    for number in 0..1_000 {
        one.say(&line("one", number));
        two.say(&line("two", number));
        bench.advance(if number % 50 == 0 { 40_000 } else { 7 });
    }
    one.settle();
    two.settle();
    let all = bench.all();
    let expected: Vec<usize> = (0..1_000).collect();
    assert_eq!(numbers(&all), BTreeMap::from([("one", expected.clone()), ("two", expected)]));
    assert!(bench.names().len() > 50);
    assert_eq!(one.lost() + two.lost(), 0);
}

#[test]
fn several_processes_rotate_without_losing_a_line() {
    // This test is also what it starts: a writer, when the environment says so.
    if let Ok(writer) = env::var(WRITER) {
        let (number, path) = writer.split_once(' ').unwrap();
        let settings = RollingFile { path: path.into(), max_bytes: Some(4_000), compress: true, ..Bench::new().settings };
        let log = LogFile::open(&settings, lost_line(), Clock::new(Timestamp::now)).unwrap();
        for line_number in 0..LINES {
            log.say(&line(number, line_number));
        }
        assert_eq!(log.lost(), 0);
        return;
    }
    let bench = Bench::with(|settings| {
        settings.max_bytes = Some(4_000);
        settings.compress = true;
    });
    let start = |number| {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "output::file::tests::sharing::several_processes_rotate_without_losing_a_line"]);
        command.env(WRITER, format!("{number} {}", bench.settings.path.display())).spawn().unwrap()
    };
    let processes: Vec<_> = (0..WRITERS).map(start).collect();
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    // The processes ended in the midst of compressing: that is finished now.
    bench.open().settle();
    let names = bench.names();
    assert!(bench.is_compressed(), "{names:?}");
    assert!(names.len() > 10, "{}", names.len());
    let expected: Vec<usize> = (0..LINES).collect();
    assert_eq!(numbers(&bench.all()), BTreeMap::from([("0", expected.clone()), ("1", expected.clone()), ("2", expected)]));
}

#[test]
fn a_file_another_writer_has_open_is_not_compressed_or_deleted_before_it_lets_go() {
    let bench = Bench::with(|settings| {
        settings.max_bytes = Some(6);
        settings.compress = true;
        settings.keep_files = Some(0);
    });
    let (one, idle) = (bench.open(), bench.open());
    one.say("one\n");
    one.say("two\n");
    one.settle();
    assert_eq!(bench.names(), ["app.2001-11-25T13-10-00Z.log", "app.log"]);
    // It has not seen that the file was rotated: its line goes into the old one and is not lost.
    idle.say("3\n");
    assert_eq!(bench.read("app.2001-11-25T13-10-00Z.log"), "one\n3\n");
    bench.advance_to_look();
    idle.say("4\n");
    assert_eq!(bench.read("app.log"), "two\n4\n");
    idle.settle();
    assert_eq!(bench.names(), ["app.log"], "the last to let go looks after it");
}

#[test]
fn a_writer_sees_that_another_has_rotated_before_it_rotates() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(6));
    let (one, two) = (bench.open(), bench.open());
    one.say("1\n2\n");
    two.say("3\n4\n");
    bench.advance_to_look();
    one.say("5\n");
    two.say("6\n");
    let files: Vec<String> = bench.names().iter().map(|name| bench.read(name)).collect();
    assert_eq!(files, ["1\n2\n3\n4\n", "5\n6\n"]);
}

#[test]
fn while_another_rotates_the_file_is_written_on() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(2));
    let log = bench.open();
    log.say("1\n");
    let held = RotationLock::take(&bench.path(".app.log.lock")).unwrap().unwrap();
    log.say("2\n");
    assert_eq!(bench.read("app.log"), "1\n2\n");
    drop(held);
    log.say("3\n");
    assert_eq!(bench.read("app.log"), "3\n");
}

#[test]
fn the_torn_line_of_another_writer_is_ended() {
    let bench = Bench::new();
    let log = bench.open();
    log.say("one\n");
    fs::write(&bench.settings.path, "one\ntorn by another").unwrap();
    bench.advance_to_look();
    log.say("two\n");
    assert_eq!(bench.all(), "one\ntorn by another\ntwo\n");
}

#[test]
fn a_file_moved_away_is_made_again() {
    let bench = Bench::new();
    let log = bench.open();
    log.say("one\n");
    fs::rename(&bench.settings.path, bench.path("app.log.1")).unwrap();
    log.say("two\n");
    bench.advance_to_look();
    log.say("three\n");
    assert_eq!(bench.read("app.log.1"), "one\ntwo\n", "until it is seen, at most 100 ms");
    assert_eq!(bench.read("app.log"), "three\n");
}

#[test]
fn a_file_moved_away_and_made_by_the_mover_is_found() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(10));
    let log = bench.open();
    log.say("12345678\n");
    fs::rename(&bench.settings.path, bench.path("app.log.1")).unwrap();
    fs::write(&bench.settings.path, "mover's\n").unwrap();
    bench.advance_to_look();
    log.say("2\n");
    assert_eq!(bench.read("app.log"), "mover's\n2\n");
    log.say("3\n");
    assert_eq!(bench.read("app.log"), "3\n", "with the size it had when found");
}

#[test]
fn a_file_copied_and_emptied_goes_on_at_its_beginning() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(10));
    let log = bench.open();
    log.say("12345678\n");
    fs::copy(&bench.settings.path, bench.path("app.log.1")).unwrap();
    File::options().write(true).open(&bench.settings.path).unwrap().set_len(0).unwrap();
    log.say("2\n");
    assert_eq!(bench.names(), ["app.log", "app.log.1"], "it would have been too large, had it not been emptied");
    assert_eq!(bench.read("app.log"), "2\n");
    File::options().write(true).open(&bench.settings.path).unwrap().set_len(0).unwrap();
    bench.advance_to_look();
    log.say("345678\n");
    log.say("9\n");
    assert_eq!(bench.read("app.log"), "345678\n9\n");
}

#[test]
fn a_child_process_opens_the_file_anew_although_the_lock_was_held() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(8));
    let log = bench.open();
    bench.disk.fill(0);
    log.say("lost\n");
    bench.disk.free();
    let parent = log.state.load_full();
    let held = lock(&parent.writer);
    log.after_fork();
    assert_eq!(log.lost(), 0, "the parent's losses are the parent's to tell");
    log.say("child\n");
    assert_eq!(bench.all(), "child\n");
    drop(held);
}

#[test]
fn a_lock_of_somebody_else_is_no_reason_not_to_write() {
    let bench = Bench::new();
    let file = File::create(&bench.settings.path).unwrap();
    file.try_lock().unwrap();
    bench.open().say("one\n");
    assert_eq!(bench.all(), "one\n");
}

#[test]
fn an_inherited_descriptor_keeps_the_lock_until_its_process_lets_go() {
    let bench = Bench::with(|settings| settings.max_bytes = Some(2));
    let log = bench.open();
    log.say("1\n");
    // A duplicate is what a child process has.
    let inherited = lock(&log.state.load().writer).file().try_clone().unwrap();
    let other = File::open(&bench.settings.path).unwrap();
    log.after_fork();
    assert!(other.try_lock().is_err(), "the child closes its descriptor, the parent has the lock still");
    drop(inherited);
    // Another test may be starting a process, which has all descriptors for a moment.
    while other.try_lock().is_err() {
        thread::yield_now();
    }
    other.unlock().unwrap();

    log.say("");
    log.say("2\n");
    let inherited = lock(&log.state.load().writer).file().try_clone().unwrap();
    let other = File::open(&bench.settings.path).unwrap();
    log.say("3\n");
    other.try_lock().expect("the parent has rotated and let go, whatever a child has open");
    drop(inherited);
}

#[test]
fn a_child_process_does_not_take_the_parents_lock_away() {
    let bench = Bench::with(|settings| {
        settings.max_bytes = Some(6);
        settings.compress = true;
    });
    let parent = bench.open();
    parent.say("one\n");
    let child = bench.open();
    child.after_fork();
    child.say("two\n");
    child.settle();
    assert_eq!(bench.names(), ["app.2001-11-25T13-10-00Z.log", "app.log"], "the parent may write to it still");
    parent.say("3\n");
    assert_eq!(bench.all(), "one\n3\ntwo\n");
}

#[test]
fn a_flush_gives_up_while_another_thread_writes() {
    let bench = Bench::new();
    let log = bench.open();
    let state = log.state.load_full();
    let held = lock(&state.writer);
    assert!(!log.flush(Duration::from_millis(2)));
    drop(held);
    assert!(log.flush(Duration::from_millis(2)));
}
