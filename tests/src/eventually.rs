//! Waiting for what happens in its own time.

use std::time::{Duration, Instant};

/// Longest wait. An emulator on a busy machine is slow; a test that waits for what never comes fails all the same.
const PATIENCE: Duration = Duration::from_mins(3);

/// Looks again until there is an answer.
///
/// # Errors
/// The last look's error, or that `what` did not happen.
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let began = Instant::now();
    loop {
        let answer = look()?;
        if let Some(answer) = answer {
            return Ok(answer);
        }
        anyhow::ensure!(began.elapsed() < PATIENCE, "did not happen within {} s: {what}", PATIENCE.as_secs());
        std::thread::sleep(Duration::from_millis(500));
    }
}
