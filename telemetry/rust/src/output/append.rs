//! Bytes handed to the operating system, which may take a part of them only.

use std::{io, thread, time::Duration};

use super::deadline::Deadline;

/// First pause before a descriptor that took nothing is asked again; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_micros(50);

/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_millis(5);

/// How far an attempt came.
#[derive(Debug)]
pub(super) struct Appended {
    /// Bytes taken.
    pub(super) bytes: usize,
    /// Why not all were.
    pub(super) failure: Option<io::Error>,
}

impl Appended {
    /// Whether the bytes taken end inside a line; `before` is whether it was so before them.
    pub(super) fn torn(&self, all: &[u8], before: bool) -> bool {
        self.bytes.checked_sub(1).and_then(|last| all.get(last)).map_or(before, |last| *last != b'\n')
    }
}

/// Hands over all of `bytes`, with one call when that call takes them all. Waits at most `patience` in total for a descriptor that does not block
/// and has no room.
pub(super) fn all(mut write: impl FnMut(&[u8]) -> io::Result<usize>, bytes: &[u8], patience: Duration) -> Appended {
    let mut done = 0;
    let mut waiting: Option<(Deadline, Duration)> = None;
    while done < bytes.len() {
        match write(&bytes[done..]) {
            Ok(0) => return Appended { bytes: done, failure: Some(io::ErrorKind::WriteZero.into()) },
            Ok(taken) => done += taken,
            Err(failure) if failure.kind() == io::ErrorKind::Interrupted => {}
            Err(failure) if failure.kind() == io::ErrorKind::WouldBlock => {
                let (deadline, pause) = waiting.unwrap_or_else(|| (Deadline::after(patience), FIRST_PAUSE));
                let Some(left) = deadline.wait() else {
                    return Appended { bytes: done, failure: Some(failure) };
                };
                thread::sleep(pause.min(left));
                waiting = Some((deadline, (pause * 2).min(LONGEST_PAUSE)));
            }
            Err(failure) => return Appended { bytes: done, failure: Some(failure) },
        }
    }
    Appended { bytes: done, failure: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A descriptor that answers as told.
    fn scripted(answers: &[Result<usize, io::ErrorKind>]) -> impl FnMut(&[u8]) -> io::Result<usize> {
        let mut answers = answers.iter().copied();
        move |_| answers.next().unwrap().map_err(Into::into)
    }

    #[test]
    fn parts_are_put_together_and_interruptions_do_not_count() {
        let appended = all(scripted(&[Ok(2), Err(io::ErrorKind::Interrupted), Ok(4)]), b"12345\n", Duration::ZERO);
        assert_eq!(appended.bytes, 6);
        assert!(appended.failure.is_none());
    }

    #[test]
    fn a_full_pipe_is_waited_for_as_long_as_patience_lasts() {
        let would_block = Err(io::ErrorKind::WouldBlock);
        let appended = all(scripted(&[would_block, would_block, Ok(3)]), b"12\n", Duration::from_mins(1));
        assert_eq!(appended.bytes, 3);
        let appended = all(scripted(&[Ok(1), would_block]), b"12\n", Duration::ZERO);
        assert_eq!(appended.bytes, 1);
        assert_eq!(appended.failure.as_ref().unwrap().kind(), io::ErrorKind::WouldBlock);
        assert!(appended.torn(b"12\n", false));
    }

    #[test]
    fn a_descriptor_that_takes_nothing_is_a_failure() {
        assert_eq!(all(scripted(&[Ok(0)]), b"1\n", Duration::ZERO).failure.unwrap().kind(), io::ErrorKind::WriteZero);
        assert_eq!(all(scripted(&[Err(io::ErrorKind::StorageFull)]), b"1\n", Duration::ZERO).failure.unwrap().kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn nothing_taken_leaves_a_torn_line_torn() {
        let nothing = Appended { bytes: 0, failure: None };
        assert!(nothing.torn(b"1\n", true));
        assert!(!nothing.torn(b"1\n", false));
        assert!(!Appended { bytes: 2, failure: None }.torn(b"1\n2\n", true));
    }
}
