//! Loads for scenarios in which what arrives is the fault.

use jiff::{SignedDuration, Timestamp};

use super::load::{Line, Load, error_line, payload, payment_line};

/// Lambda takes no larger event from its queue of asynchronous invocations.
const LARGEST_EVENT: usize = 1 << 20;

const PAYMENTS: &str = "/ecs/shop-payments";

/// One batch of payments with one error, and one alarm: what a function does with each of its kinds of events, once.
///
/// # Errors
/// It cannot be written.
pub fn single(now: Timestamp) -> anyhow::Result<Load> {
    let mut load = Load::default();
    let at = now.as_millisecond() - 10_000;
    let mut lines = Vec::new();
    for number in 0..4 {
        let duration = f64::from(number) + 0.5;
        load.expect_payment("adyen", "ok", duration);
        lines.push(Line { at, message: payment_line("adyen", "ok", duration, now) });
    }
    let kind = load.expect_error("payments", 0);
    lines.push(Line { at, message: error_line("payments", &kind, 1, now) });
    load.batch(PAYMENTS, "single", 0, &lines)?;
    load.alarm("shop-prod-catalog-error-rate", "ALARM", 0, now)?;
    Ok(load)
}

/// Batches that all have the same new error.
///
/// # Errors
/// It cannot be written.
pub fn storm(batches: usize, now: Timestamp) -> anyhow::Result<Load> {
    let mut load = Load::default();
    for number in 0..batches {
        let kind = load.expect_error("catalog", 0);
        let line = Line { at: now.as_millisecond() - 1_000, message: error_line("catalog", &kind, number, now) };
        load.batch("/ecs/shop-catalog", &format!("task-{number}"), number, &[line])?;
    }
    Ok(load)
}

/// A payload of zeros that inflates to so many megabytes.
///
/// # Errors
/// It cannot be compressed.
pub fn bomb(megabytes: usize) -> anyhow::Result<bytes::Bytes> {
    payload(&vec![b'0'; megabytes << 20])
}

/// Payloads close to the most Lambda takes: their lines hardly compress.
///
/// # Errors
/// It cannot be written, or came out too large or too small.
pub fn large(batches: usize, now: Timestamp) -> anyhow::Result<Load> {
    let mut load = Load::default();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for number in 0..batches {
        let mut lines = Vec::new();
        for at in 0..960 {
            let noise: String = (0..800).map(|_| noise(&mut state)).collect();
            let line = if at % 100 == 50 {
                let kind = load.expect_error("payments", at / 100);
                error_line("payments", &kind, at, now)
            } else {
                load.expect_payment("stripe", "ok", 2.0);
                payment_line("stripe", "ok", 2.0, now)
            };
            // Beside what the line says, a field nobody asks for.
            let line =
                format!("{},\"noise\":\"{noise}\"}}", line.trim_end_matches('}').to_owned() + &"}".repeat(line.len() - line.trim_end_matches('}').len() - 1));
            lines.push(Line { at: now.as_millisecond() - 5_000, message: line });
        }
        load.batch(PAYMENTS, "large", number, &lines)?;
    }
    for batch in &load.batches {
        anyhow::ensure!((LARGEST_EVENT * 9 / 10..=LARGEST_EVENT).contains(&batch.len()), "a payload of {} bytes", batch.len());
    }
    Ok(load)
}

fn noise(state: &mut u64) -> char {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    char::from(LETTERS[(*state >> 58) as usize])
}

/// Adds payments three weeks old and of tomorrow, which CloudWatch would not take, and as many errors, which count all the same.
///
/// # Errors
/// It cannot be written.
pub fn add_old_and_future(load: &mut Load, now: Timestamp) -> anyhow::Result<()> {
    for (number, days) in [(900_000, -21), (900_001, 1)] {
        let at = now.checked_add(SignedDuration::from_hours(24 * days))?;
        let mut lines = Vec::new();
        for turn in 0..10 {
            lines.push(Line { at: at.as_millisecond(), message: payment_line("adyen", "ok", 3.0, at) });
            let kind = load.expect_error("payments", turn);
            lines.push(Line { at: at.as_millisecond(), message: error_line("payments", &kind, turn, at) });
        }
        load.batch(PAYMENTS, "other-times", number, &lines)?;
    }
    Ok(())
}
