//! The state of a rolling file: what is open, what failed, when to look again.

use std::{io, mem, sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{
    super::{Clock, LostLine, Urgency, append, lost},
    back_off::BackOff,
    current::Current,
    disk::Disk,
    name::{Ended, Names},
    rotation_lock::RotationLock,
};
use crate::settings::Every;

/// How often it is looked whether somebody else moved, deleted or wrote to the file.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How often what was rotated is looked after when nothing is rotated: files get too old, other processes let go of them.
const UPKEEP_EVERY: Duration = Duration::from_mins(10);

/// Most rotations in front of one piece: other processes may fill each new file at once.
const MAX_ROTATIONS: usize = 3;

/// What does not change.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) names: Names,
    pub(super) max_bytes: Option<u64>,
    pub(super) every: Option<Every>,
    pub(super) disk: Arc<dyn Disk>,
    pub(super) clock: Clock,
    pub(super) lost_line: LostLine,
}

impl Place {
    /// How many bytes of `lines` go into a file of that size: whole lines only.
    fn fitting(&self, size: u64, lines: &[u8]) -> usize {
        let Some(most) = self.max_bytes else {
            return lines.len();
        };
        let room = usize::try_from(most.saturating_sub(size)).unwrap_or(usize::MAX);
        match lines.get(..room) {
            Some(fitting) => fitting.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1),
            None => lines.len(),
        }
    }

    /// How many bytes of `lines` go into an empty file: the first line does however long it is.
    fn beginning(&self, lines: &[u8]) -> usize {
        match self.fitting(0, lines) {
            0 => lines.iter().position(|byte| *byte == b'\n').map_or(lines.len(), |end| end + 1),
            fitting => fitting,
        }
    }
}

/// What changes. Nothing here is on the heap, so that a child process can leave it as the parent's threads had it.
#[derive(Debug, Default)]
pub(super) struct Writer {
    current: Option<Current>,
    /// The latest file rotated here.
    last: Option<Ended>,
    /// Lines lost and not told of.
    untold: u64,
    looked: Option<Timestamp>,
    /// After writing failed.
    writing: BackOff,
    /// After rotating failed: the file is written on meanwhile.
    rotating: BackOff,
    upkept: Option<Timestamp>,
    upkeep_due: bool,
}

impl Writer {
    /// Opens the file, so that a wrong path is known at the start.
    pub(super) fn open(place: &Place) -> io::Result<Self> {
        let now = place.clock.now();
        let current = Current::open(&*place.disk, place.names.path(), place.every, now)?;
        Ok(Self { current: Some(current), looked: Some(now), upkept: Some(now), ..Self::default() })
    }

    /// Writes lines; how many of them were lost.
    pub(super) fn write(&mut self, place: &Place, lines: &[u8], urgency: Urgency) -> u64 {
        let now = place.clock.now();
        // CRITICAL lines are few and may be the last: they are tried at once.
        let lost =
            if (self.writing.is_over(now) || urgency == Urgency::Now) && self.get_ready(place, now) { self.put(place, lines, now) } else { lost::count(lines) };
        self.untold += lost;
        lost
    }

    /// Tells a loss that no later line would tell of.
    pub(super) fn tell(&mut self, place: &Place) {
        if self.untold > 0 {
            self.get_ready(place, place.clock.now());
        }
    }

    /// Whether it is time to look after the rotated files; asked once.
    pub(super) const fn take_upkeep(&mut self) -> bool {
        mem::replace(&mut self.upkeep_due, false)
    }

    #[cfg(test)]
    pub(super) fn file(&self) -> &std::fs::File {
        &self.current.as_ref().unwrap().file
    }

    /// Closes the file.
    pub(super) fn close(&mut self) {
        if let Some(current) = self.current.take() {
            current.close();
        }
    }

    /// Closes the file, leaving its lock to the process it was inherited from.
    pub(super) fn abandon(&mut self) {
        self.current = None;
    }

    /// Opens what has to be opened, ends a torn line, tells what was lost; false when that fails.
    fn get_ready(&mut self, place: &Place, now: Timestamp) -> bool {
        self.look(place, now);
        if self.current.is_none() && self.reopen(place, now).is_err() {
            self.writing.failed(now);
            return false;
        }
        if self.current.as_mut().is_some_and(Current::is_torn) && self.append(place, b"\n", now) > 0 {
            return false;
        }
        if self.untold > 0 {
            if self.put(place, &place.lost_line.render(self.untold), now) > 0 {
                return false;
            }
            self.untold = 0;
        }
        true
    }

    fn look(&mut self, place: &Place, now: Timestamp) {
        if !is_due(self.looked, LOOK_EVERY, now) {
            return;
        }
        self.looked = Some(now);
        if is_due(self.upkept, UPKEEP_EVERY, now) {
            self.upkept = Some(now);
            self.upkeep_due = true;
        }
        if let Some(current) = &mut self.current {
            match current.find(place.names.path()) {
                Some(metadata) => current.catch_up(&metadata),
                // Where it cannot be opened anew, the old one is written on as long as somebody can find it.
                None => drop(self.reopen(place, now)),
            }
        }
    }

    /// Opens the file under the path. When that fails the one open now stays, if it was moved; a deleted one is closed.
    fn reopen(&mut self, place: &Place, now: Timestamp) -> io::Result<()> {
        let opened = Current::open(&*place.disk, place.names.path(), place.every, now);
        if opened.is_ok() || !self.current.as_ref().is_some_and(Current::is_linked) {
            // The new one is in its place before the old one is closed: never is a closed one there for a child process to find.
            let (current, outcome) = opened.map_or_else(|failure| (None, Err(failure)), |current| (Some(current), Ok(())));
            if let Some(old) = mem::replace(&mut self.current, current) {
                old.close();
                // Whoever lets go of a rotated file last looks after it.
                self.upkeep_due = true;
            }
            return outcome;
        }
        opened.map(drop)
    }

    /// Writes lines, rotating in between; how many were lost.
    fn put(&mut self, place: &Place, lines: &[u8], now: Timestamp) -> u64 {
        let mut rest = lines;
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(self.make_room(place, rest, now));
            let lost = self.append(place, piece, now);
            if lost > 0 {
                return lost + lost::count(later);
            }
            rest = later;
        }
        0
    }

    /// Rotates when it is time; how many of the bytes go into the file that is then open, one line at least.
    fn make_room(&mut self, place: &Place, lines: &[u8], now: Timestamp) -> usize {
        for _ in 0..MAX_ROTATIONS {
            let Some(current) = &mut self.current else {
                break;
            };
            let over = current.until.filter(|until| now >= *until);
            if current.size == 0 {
                // An empty file is not rotated; it is the new period's.
                current.until = place.every.map(|every| every.end(now));
                return place.beginning(lines);
            }
            let ended = match (over, place.fitting(current.size, lines)) {
                (Some(until), _) => until,
                (None, 0) => now,
                (None, fitting) => return fitting,
            };
            if !self.rotate(place, ended, now) {
                break;
            }
        }
        // Lines are worth more than the right size of files.
        lines.len()
    }

    /// Appends bytes that belong together; how many lines were lost.
    fn append(&mut self, place: &Place, bytes: &[u8], now: Timestamp) -> u64 {
        let Some(current) = &mut self.current else {
            self.writing.failed(now);
            return lost::count(bytes);
        };
        let appended = append::all(|bytes| place.disk.append(&current.file, bytes), bytes, Duration::ZERO);
        current.size = current.size.saturating_add(appended.bytes as u64);
        current.torn = appended.torn(bytes, current.torn);
        if appended.failure.is_none() {
            self.writing.worked();
            return 0;
        }
        self.writing.failed(now);
        // Opened anew it may work again, wherever the fault lies; a torn line is found there.
        self.close();
        lost::count(&bytes[appended.bytes..])
    }

    /// Makes the file a rotated one and opens the next; false when the file open now is to be written on.
    fn rotate(&mut self, place: &Place, ended: Timestamp, now: Timestamp) -> bool {
        if !self.rotating.is_over(now) {
            return false;
        }
        let Ok(rotated) = self.try_to_rotate(place, ended, now) else {
            self.rotating.failed(now);
            return false;
        };
        self.rotating.worked();
        rotated
    }

    fn try_to_rotate(&mut self, place: &Place, ended: Timestamp, now: Timestamp) -> io::Result<bool> {
        let Some(_lock) = RotationLock::take(&place.names.lock())? else {
            // Somebody else rotates in this moment.
            return Ok(false);
        };
        let path = place.names.path();
        match self.current.as_mut().and_then(|current| Some((current.find(path)?, current))) {
            // Somebody else has rotated.
            None => return self.reopen(place, now).map(|()| true),
            // Somebody emptied it.
            Some((metadata, current)) if metadata.len() < current.size => {
                current.catch_up(&metadata);
                return Ok(true);
            }
            Some(_) => {}
        }
        let mut ended = Ended::after(ended, place.names.newest()?.max(self.last));
        // To rename over a file would destroy it.
        while place.names.is_taken(ended)? {
            ended = Ended::after(ended.moment(), Some(ended));
        }
        place.disk.rename(path, &place.names.plain(ended))?;
        self.last = Some(ended);
        self.reopen(place, now).map(|()| true)
    }
}

/// Whether so long has passed. A clock that was set back makes it due.
fn is_due(last: Option<Timestamp>, every: Duration, now: Timestamp) -> bool {
    last.is_none_or(|last| Duration::try_from(now.duration_since(last)).map_or(true, |passed| passed >= every))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::file::disk::System;

    fn place(max_bytes: Option<u64>) -> Place {
        Place {
            names: Names::of("/l/app.log".as_ref()).unwrap(),
            max_bytes,
            every: None,
            disk: Arc::new(System),
            clock: Clock::new(|| Timestamp::UNIX_EPOCH),
            lost_line: LostLine::new(|_| Vec::new()),
        }
    }

    #[test]
    fn as_many_whole_lines_as_fit_go_into_a_file() {
        assert_eq!(place(None).fitting(u64::MAX, b"1\n2\n"), 4);
        assert_eq!(place(Some(10)).fitting(6, b"1\n2\n"), 4, "exactly full");
        assert_eq!(place(Some(10)).fitting(7, b"1\n2\n"), 2);
        assert_eq!(place(Some(10)).fitting(9, b"1\n2\n"), 0);
        assert_eq!(place(Some(10)).fitting(11, b"1\n2\n"), 0);
        assert_eq!(place(Some(10)).fitting(0, b"no line end"), 0);
    }

    #[test]
    fn an_empty_file_takes_one_line_however_long() {
        assert_eq!(place(Some(2)).beginning(b"1\n2\n"), 2);
        assert_eq!(place(Some(2)).beginning(b"long\n2\n"), 5);
        assert_eq!(place(Some(2)).beginning(b"no line end"), 11);
    }

    #[test]
    fn a_clock_set_back_makes_it_due() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(is_due(None, LOOK_EVERY, at(5)));
        assert!(is_due(Some(at(6)), UPKEEP_EVERY, at(5)));
        assert!(!is_due(Some(at(5)), UPKEEP_EVERY, at(604)));
        assert!(is_due(Some(at(5)), UPKEEP_EVERY, at(605)));
    }
}
