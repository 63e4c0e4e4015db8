//! What no text may do: reading is bounded and gives the same every time, and joining loses nothing, invents nothing and moves nothing.

use std::borrow::Cow;

use proptest::prelude::*;
use skywarden_core::{
    envelope::LogEvent,
    error::{
        detect::{detect, may_be_error},
        join::{MAX_JOINED_BYTES, MAX_JOINED_EVENTS, join},
        trace::{MAX_EXCEPTIONS, MAX_FRAMES, MAX_MESSAGE_BYTES, MAX_SCANNED_BYTES, read},
    },
    record::Record,
};

use crate::{corpus::cases, reading::told};

/// Lines of the corpus, of look-alikes and of nothing.
fn line() -> impl Strategy<Value = String> {
    let mut known: Vec<String> = cases().iter().flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    known.sort();
    known.dedup();
    prop_oneof![
        8 => prop::sample::select(known),
        1 => Just(String::new()),
        1 => "[ \t]{0,3}(at |#0 |panic: |Caused by: |File \"|thread '|goroutine 1 \\[|\\+-\\+-|  \\| |---> |from |0x|é|\u{a0}){0,3}.{0,12}",
        1 => ".{0,40}",
    ]
}

fn event(message: &str, timestamp: i64) -> LogEvent<'_> {
    LogEvent { id: Cow::Borrowed("1"), timestamp, message: Cow::Borrowed(message) }
}

/// A piece of a text that was read is a piece of the text, not a copy.
fn lies_in(text: &str, piece: &str) -> bool {
    let (range, part) = (text.as_bytes().as_ptr_range(), piece.as_bytes().as_ptr_range());
    piece.is_empty() || (range.start <= part.start && part.end <= range.end)
}

/// Pieces that readers give themselves, in place of what the text says otherwise.
const GIVEN: &[&str] = &[
    "ArgumentError",
    "ConcurrentModificationError",
    "FATAL ERROR",
    "Fatal Python error",
    "Fatal error",
    "Program crashed",
    "RangeError",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGILL",
    "SIGKILL",
    "SIGSEGV",
    "SIGTRAP",
    "StateError",
    "SyntaxError",
    "TypeError",
    "UndefinedBehaviorSanitizer",
    "UnsupportedError",
    "$Proxy",
    "[internal function]",
    "fatal error",
    "fatal runtime error",
    "native",
    "panic",
    "stack overflow",
    "{closure}",
    "{main}",
    // What a shell says of a signal.
    "Aborted (core dumped)",
    "Bus error",
    "Floating point exception",
    "Illegal instruction",
    "Segmentation fault",
    "Trace/breakpoint trap",
];

/// Records as services write them, and as they should not.
fn record() -> impl Strategy<Value = String> {
    let member = prop_oneof![
        prop::sample::select(&["INFO", "ERROR", "warn", "FATAL", "", "?"][..]).prop_map(|level| format!(r#""level":"{level}""#)),
        prop::sample::select(&["KeyError", "", "none", "null"][..]).prop_map(|kind| format!(r#""error":{{"type":"{kind}","message":"m"}}"#)),
        Just(r#""stack":"Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nKeyError: 'a'""#.to_owned()),
        Just(r#""exception":"java.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)""#.to_owned()),
        Just(r#""http":{"status_code":503}"#.to_owned()),
        Just(r#""message":"Task timed out after 3.00 seconds""#.to_owned()),
        Just(r#""type":"platform.report","record":{"status":"timeout"}"#.to_owned()),
        Just(r#""errorType":"Runtime.ExitError","errorMessage":"gone""#.to_owned()),
    ];
    let lines = prop::collection::vec(line(), 1..4).prop_map(|lines| lines.join("\n"));
    let text = ("(|2026-11-26 06:00:00,000 ERROR a: |WARNING: ThreadSanitizer: |INFO |Task timed out )", lines).prop_map(|(prefix, rest)| prefix + &rest);
    prop_oneof![prop::collection::vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(","))), text]
}

proptest! {
    #[test]
    fn what_is_no_candidate_is_no_error(text in record()) {
        let event = event(&text, 0);
        let record = Record::parse(&event);
        prop_assert!(may_be_error(&record) || detect(&record).is_none(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn reading_is_bounded_and_borrows(lines in prop::collection::vec(line(), 0..40)) {
        let text = lines.join("\n");
        let exceptions = read(&text);
        prop_assert!(exceptions.len() <= MAX_EXCEPTIONS);
        prop_assert_eq!(&exceptions, &read(&text));
        for exception in &exceptions {
            prop_assert!(exception.frames.len() <= MAX_FRAMES && exception.message.len() <= MAX_MESSAGE_BYTES);
            prop_assert!(exception.frames.windows(2).all(|pair| pair[0] != pair[1]));
            let pieces = exception.frames.iter().flat_map(|frame| [&frame.module, &frame.function]).chain([&exception.kind, &exception.message]);
            for piece in pieces {
                // Only doubled backslashes of PHP are undone.
                prop_assert!(piece.is_empty() || matches!(piece, Cow::Borrowed(_)) || text.contains("\\\\"));
                let given = GIVEN.contains(&piece.as_ref());
                prop_assert!(lies_in(&text, piece) || given || text.contains("\\\\"), "{piece:?}");
            }
        }
    }

    #[test]
    fn any_text_is_detected_the_same_way_twice(lines in prop::collection::vec(line(), 0..20), other in ".{0,200}") {
        for text in [lines.join("\n"), lines.join("\r"), other] {
            let event = event(&text, 0);
            let record = Record::parse(&event);
            let (one, two) = (detect(&record), detect(&record));
            prop_assert_eq!(one.as_ref().map(told), two.as_ref().map(told));
            prop_assert!(one.is_none_or(|fault| fault.exceptions.len() <= MAX_EXCEPTIONS));
        }
    }

    #[test]
    fn joining_loses_nothing_invents_nothing_and_moves_nothing(lines in prop::collection::vec((line(), 0_i64..5_000), 0..60)) {
        let events: Vec<_> = lines.iter().map(|(line, timestamp)| event(line, *timestamp)).collect();
        let joined = join(&events);
        // The texts in a row are the same, but for the line ends between them.
        let flat = |events: &[LogEvent<'_>]| events.iter().map(|event| event.message.replace('\n', "")).collect::<String>();
        prop_assert_eq!(flat(&joined), flat(&events));
        let mut rest = events.iter().peekable();
        for one in &joined {
            let parts = one.message.len();
            let mut taken = 0;
            let mut count = 0;
            while let Some(part) = rest.next() {
                if count == 0 {
                    prop_assert_eq!(one.timestamp, part.timestamp);
                }
                count += 1;
                taken += part.message.len() + usize::from(taken > 0 && count > 1);
                if taken >= parts && (taken > parts || rest.peek().is_none() || parts == taken) {
                    break;
                }
            }
            prop_assert!(count <= MAX_JOINED_EVENTS && (count == 1 || one.message.len() <= MAX_JOINED_BYTES));
        }
        prop_assert!(joined.len() <= events.len());
    }

    #[test]
    fn what_is_joined_stays_joined(lines in prop::collection::vec(line(), 0..30)) {
        let events: Vec<_> = lines.iter().map(|line| event(line, 0)).collect();
        let once = join(&events);
        prop_assert_eq!(once.iter().filter(|event| event.message.trim_start().starts_with('{')).count(), lines.iter().filter(|line| line.trim_start().starts_with('{')).count());
    }
}

#[test]
fn long_texts_are_read_within_their_bound() {
    for (name, text) in cases() {
        let mut long = text.clone();
        while long.len() < 4 * MAX_SCANNED_BYTES {
            long.push('\n');
            long.push_str(&text);
        }
        let exceptions = read(&long);
        assert!(exceptions.len() <= MAX_EXCEPTIONS && exceptions.iter().all(|exception| exception.frames.len() <= MAX_FRAMES), "{name}");
    }
}

#[test]
fn many_frames_and_many_causes_are_bounded_at_the_throw() {
    let frames = |number: usize| (0..number).map(|at| format!("  File \"/app/m{at}.py\", line 1, in f\n")).collect::<Vec<_>>().concat();
    let python = format!("Traceback (most recent call last):\n{}KeyError: 'x'", frames(500));
    let read_python = read(&python);
    assert_eq!((read_python[0].frames.len(), read_python[0].frames[0].module.as_ref()), (MAX_FRAMES, "m499"));
    let java = (0..500).map(|at| format!("\tat a.b.C{at}.f(C.java:1)\n")).collect::<Vec<_>>().concat();
    let java = format!("a.b.Boom: x\n{java}");
    let read_java = read(&java);
    assert_eq!((read_java[0].frames.len(), read_java[0].frames[0].module.as_ref()), (MAX_FRAMES, "a.b.C0"));
    let causes = (0..50).map(|at| format!("Caused by: a.b.E{at}: {at}\n\tat a.b.C.f(C.java:1)\n")).collect::<Vec<_>>().concat();
    let causes = format!("a.b.Outer: x\n\tat a.b.C.f(C.java:1)\n{causes}");
    let read_causes = read(&causes);
    assert_eq!((read_causes.len(), read_causes[0].kind.as_ref()), (MAX_EXCEPTIONS, "a.b.E49"));
    let fatal = format!("Fatal Python error: Aborted\n\nCurrent thread 0x1 (most recent call first):\n{}", frames(500));
    let read_fatal = read(&fatal);
    assert_eq!((read_fatal[0].frames.len(), read_fatal[0].frames[0].module.as_ref()), (MAX_FRAMES, "m0"));
    let gin = format!("[Recovery] panic recovered:\n{}\n/app/a.go:3 (0x1)\n\tf: g()", "x".repeat(MAX_MESSAGE_BYTES + 1));
    assert_eq!(read(&gin)[0].message.len(), MAX_MESSAGE_BYTES);
    let long = format!("a.b.Boom: {}\n\tat a.b.C.f(C.java:1)", "é".repeat(MAX_MESSAGE_BYTES));
    assert!(read(&long)[0].message.len() <= MAX_MESSAGE_BYTES);
}
