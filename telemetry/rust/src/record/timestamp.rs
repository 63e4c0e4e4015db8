//! The time of a line, as text.

use std::cell::Cell;

use jiff::Timestamp;

/// Length of `2026-11-25T13:00:00`.
const SECOND_BYTES: usize = 19;

thread_local! {
    /// The last second written by this thread: most lines share theirs with the line before.
    static LAST: Cell<(i64, [u8; SECOND_BYTES])> = const { Cell::new((i64::MIN, [0; SECOND_BYTES])) };
}

/// Appends the time as RFC 3339 in UTC with milliseconds. Years beyond four digits do not fit and are written as the last that does.
pub(super) fn write(out: &mut Vec<u8>, at: Timestamp) {
    // Before 1970 the part behind the second counts backwards.
    let (second, nanosecond) = match (at.as_second(), at.subsec_nanosecond()) {
        (second, nanosecond) if nanosecond < 0 => (second - 1, nanosecond + 1_000_000_000),
        whole => whole,
    };
    let (known, mut text) = LAST.get();
    if known != second {
        text = render(second);
        LAST.set((second, text));
    }
    out.extend_from_slice(&text);
    let rest = nanosecond.unsigned_abs() / 1_000_000;
    let digit = |value: u32| b'0' + u8::try_from(value % 10).unwrap_or(0);
    out.extend_from_slice(&[b'.', digit(rest / 100), digit(rest / 10), digit(rest), b'Z']);
}

fn render(second: i64) -> [u8; SECOND_BYTES] {
    let text = Timestamp::from_second(second).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%S").to_string();
    text.as_bytes().first_chunk().copied().unwrap_or(*b"9999-12-31T23:59:59")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_cut_and_seconds_change() {
        let mut out = Vec::new();
        for (second, nanosecond) in [(1_795_406_400, 123_999_999), (1_795_406_400, 0), (1_795_406_401, 5_000_000), (-1, 999_000_000), (0, 0)] {
            write(&mut out, Timestamp::new(second, 0).unwrap() + jiff::SignedDuration::from_nanos(nanosecond));
            out.push(b' ');
        }
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "2026-11-23T04:00:00.123Z 2026-11-23T04:00:00.000Z 2026-11-23T04:00:01.005Z 1969-12-31T23:59:59.999Z 1970-01-01T00:00:00.000Z "
        );
    }
}
