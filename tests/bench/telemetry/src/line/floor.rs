//! Our line, written by hand: what a program costs that knows its one line. Nothing is bounded, looked up, masked or merged.

use std::cell::{Cell, RefCell};

use jiff::Timestamp;

use super::work::{AMOUNT, CURRENCY, MESSAGE, REQUEST_ID, TARGET, TENANT, TRACE_ID, USER};
use crate::{case::Work, sink::Sink};

thread_local! {
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static SECOND: Cell<(i64, [u8; 19])> = const { Cell::new((i64::MIN, [0; 19])) };
}

/// The line with all its texts known only at run time.
pub(super) fn open(sink: Sink) -> Work {
    Box::new(move |count| {
        for _ in 0..count {
            let texts = std::hint::black_box([MESSAGE, TARGET, REQUEST_ID, TRACE_ID, USER, TENANT, CURRENCY]);
            LINE.with_borrow_mut(|line| {
                write(line, texts, std::hint::black_box(AMOUNT));
                sink.take(line);
            });
        }
        Ok(())
    })
}

fn write(line: &mut Vec<u8>, [message, target, request, trace, user, tenant, currency]: [&str; 7], amount: f64) {
    line.clear();
    write_head(line, message, target);
    for (name, value) in [("request_id", request), ("trace_id", trace), ("user_id", user), ("tenant_id", tenant)] {
        line.extend_from_slice(b",\"");
        line.extend_from_slice(name.as_bytes());
        line.extend_from_slice(b"\":\"");
        text(line, value);
        line.push(b'"');
    }
    line.extend_from_slice(b",\"schema\":\"1.0\",\"fields\":{\"amount\":");
    line.extend_from_slice(zmij::Buffer::new().format_finite(amount).as_bytes());
    line.extend_from_slice(b",\"currency\":\"");
    text(line, currency);
    line.extend_from_slice(b"\"}}\n");
}

/// Appends the beginning of a line, up to the logger.
pub(crate) fn write_head(line: &mut Vec<u8>, message: &str, target: &str) {
    line.extend_from_slice(b"{\"timestamp\":\"");
    time(line, Timestamp::now());
    line.extend_from_slice(b"\",\"level\":\"INFO\",\"severity_number\":9,\"message\":\"");
    text(line, message);
    line.extend_from_slice(b"\",\"service\":\"orders\",\"environment\":\"prod\",\"version\":\"2.2.6\",\"logger\":\"");
    text(line, target);
    line.push(b'"');
}

/// Appends what needs no escape as it is, which is all of it here.
fn text(line: &mut Vec<u8>, text: &str) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        line.extend(text.escape_default().map(|letter| u8::try_from(letter).unwrap_or(b'?')));
    } else {
        line.extend_from_slice(text.as_bytes());
    }
}

fn time(line: &mut Vec<u8>, at: Timestamp) {
    let milliseconds = at.as_millisecond();
    let second = milliseconds.div_euclid(1_000);
    let (known, mut text) = SECOND.get();
    if known != second {
        let rendered = at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        text = rendered.as_bytes().first_chunk().copied().unwrap_or(text);
        SECOND.set((second, text));
    }
    line.extend_from_slice(&text);
    let rest = u16::try_from(milliseconds.rem_euclid(1_000)).unwrap_or(0);
    let digit = |value: u16| b'0' + u8::try_from(value % 10).unwrap_or(0);
    line.extend_from_slice(&[b'.', digit(rest / 100), digit(rest / 10), digit(rest), b'Z']);
}
