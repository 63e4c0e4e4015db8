//! Names of rotated files: `app.log` becomes `app.2026-11-25T13-00-00Z.log`, and `app.2026-11-25T13-00-00Z.log.gz` once compressed.
//!
//! The time is the one at which the file ended: it holds what was written before. When several end in one second, the later ones carry a counter
//! (`app.2026-11-25T13-00-00Z_0001.log`). Sorted by name they are in the order of writing, also when the clock was set back.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs, io,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, fmt::strtime, tz::TimeZone};

/// Form of the time.
const TIME: &str = "%Y-%m-%dT%H-%M-%SZ";

/// Length of a time in that form.
const TIME_LEN: usize = "2026-11-25T13-00-00Z".len();

/// Most files of one second that have a name of their own; the next is named for the second after it.
const MAX_COUNTER: u32 = 9_999;

/// Latest second that has four digits for its year: 9999-12-30T22:00:00Z, the last one that every time zone has.
const LAST_SECOND: i64 = 253_402_207_200;

/// When a file ended: what orders rotated files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ended {
    second: i64,
    counter: u32,
}

impl Ended {
    /// At that moment, as the first of its second.
    pub(super) fn at(moment: Timestamp) -> Self {
        Self { second: moment.as_second().clamp(0, LAST_SECOND), counter: 0 }
    }

    /// At that moment, or as soon after `previous` as can be named.
    pub(super) fn after(moment: Timestamp, previous: Option<Self>) -> Self {
        let wanted = Self::at(moment);
        match previous {
            Some(previous) if previous >= wanted && previous.counter < MAX_COUNTER => Self { counter: previous.counter + 1, ..previous },
            Some(previous) if previous >= wanted => Self { second: previous.second + 1, counter: 0 },
            _ => wanted,
        }
    }

    /// The moment, to the second.
    pub(super) fn moment(self) -> Timestamp {
        Timestamp::from_second(self.second).unwrap_or(Timestamp::MAX)
    }

    fn render(self) -> String {
        let time = self.moment().strftime(TIME);
        if self.counter == 0 { time.to_string() } else { format!("{time}_{:04}", self.counter) }
    }

    /// Reads exactly what [`Self::render`] writes.
    fn parse(text: &str) -> Option<Self> {
        let (time, counter) = text.split_at_checked(TIME_LEN)?;
        let moment = strtime::parse(TIME, time).ok()?.to_datetime().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
        let counter = if counter.is_empty() { 0 } else { counter.strip_prefix('_')?.parse().ok()? };
        let ended = Self { second: moment.as_second(), counter };
        (ended.render() == text).then_some(ended)
    }
}

/// What lies on the disk of one rotated file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rotated {
    /// Bytes of the file as it was written, when it is there.
    pub(super) plain: Option<u64>,
    /// Bytes of the compressed one, when it is there.
    pub(super) compressed: Option<u64>,
    /// Whether there is a begun compression.
    pub(super) begun: bool,
}

impl Rotated {
    /// Bytes together.
    pub(super) fn bytes(self) -> u64 {
        self.plain.unwrap_or(0).saturating_add(self.compressed.unwrap_or(0))
    }
}

/// The names that belong to one log.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// The file written to.
    path: PathBuf,
    directory: PathBuf,
    /// Before the time, with its dot.
    before: OsString,
    /// After the time, with its dot; empty when the path has no extension.
    after: OsString,
}

impl Names {
    /// Those of the log at `path`; none when the path names no file.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let mut before = path.file_stem()?.to_owned();
        before.push(".");
        let mut after = OsString::new();
        if let Some(extension) = path.extension() {
            after.push(".");
            after.push(extension);
        }
        Some(Self { path: path.to_owned(), directory: path.parent()?.to_owned(), before, after })
    }

    /// The file written to.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The rotated file that ended then.
    pub(super) fn plain(&self, ended: Ended) -> PathBuf {
        self.with(ended, "")
    }

    /// The same, compressed.
    pub(super) fn compressed(&self, ended: Ended) -> PathBuf {
        self.with(ended, ".gz")
    }

    /// The same while it is being compressed.
    pub(super) fn begun(&self, ended: Ended) -> PathBuf {
        self.with(ended, ".gz.tmp")
    }

    /// The file whose lock is held by whoever rotates. It stays: to delete it while another process opens it would give two locks.
    pub(super) fn lock(&self) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(".lock");
        self.directory.join(name)
    }

    fn with(&self, ended: Ended, suffix: &str) -> PathBuf {
        let mut name = self.before.clone();
        name.push(ended.render());
        name.push(&self.after);
        name.push(suffix);
        self.directory.join(name)
    }

    /// The rotated files that are there, oldest first.
    pub(super) fn list(&self) -> io::Result<BTreeMap<Ended, Rotated>> {
        let mut found: BTreeMap<Ended, Rotated> = BTreeMap::new();
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            let Some((ended, kind)) = self.read(&entry.file_name()) else {
                continue;
            };
            // Deleted since it was listed: not there.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            let rotated = found.entry(ended).or_default();
            match kind {
                Kind::Plain => rotated.plain = Some(metadata.len()),
                Kind::Compressed => rotated.compressed = Some(metadata.len()),
                Kind::Begun => rotated.begun = true,
            }
        }
        Ok(found)
    }

    /// The rotated file that ended last. Looked for twice: a file that gets its compressed name while the directory is read can be seen under neither, but
    /// that happens to it once only.
    pub(super) fn newest(&self) -> io::Result<Option<Ended>> {
        let newest = |files: BTreeMap<Ended, Rotated>| files.last_key_value().map(|(newest, _)| *newest);
        Ok(newest(self.list()?).max(newest(self.list()?)))
    }

    /// Whether the name is in use. The compressed one is asked for last: it is there before the plain one goes.
    pub(super) fn is_taken(&self, ended: Ended) -> io::Result<bool> {
        Ok(self.plain(ended).try_exists()? || self.compressed(ended).try_exists()?)
    }

    fn read(&self, name: &OsStr) -> Option<(Ended, Kind)> {
        let rest = name.as_bytes().strip_prefix(self.before.as_bytes())?;
        let (rest, kind) = if let Some(rest) = rest.strip_suffix(b".gz.tmp") {
            (rest, Kind::Begun)
        } else if let Some(rest) = rest.strip_suffix(b".gz") {
            (rest, Kind::Compressed)
        } else {
            (rest, Kind::Plain)
        };
        let time = rest.strip_suffix(self.after.as_bytes())?;
        Some((Ended::parse(str::from_utf8(time).ok()?)?, kind))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Compressed,
    Begun,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> Names {
        Names::of(Path::new(path)).unwrap()
    }

    fn ended(time: &str, counter: u32) -> Ended {
        Ended { counter, ..Ended::at(time.parse().unwrap()) }
    }

    #[test]
    fn the_time_stands_before_the_extension() {
        let at = ended("2026-11-25T13:00:00.9Z", 0);
        assert_eq!(names("/l/app.log").plain(at), Path::new("/l/app.2026-11-25T13-00-00Z.log"));
        assert_eq!(names("/l/app.json.log").compressed(at), Path::new("/l/app.json.2026-11-25T13-00-00Z.log.gz"));
        assert_eq!(names("/l/app").begun(at), Path::new("/l/app.2026-11-25T13-00-00Z.gz.tmp"));
        assert_eq!(names("/l/app.log").plain(ended("2026-11-25T13:00:00Z", 12)), Path::new("/l/app.2026-11-25T13-00-00Z_0012.log"));
        assert_eq!(names("/l/app.log").lock(), Path::new("/l/.app.log.lock"));
    }

    #[test]
    fn a_path_without_a_file_has_no_names() {
        assert!(Names::of(Path::new("/")).is_none());
        assert!(Names::of(Path::new("/l/..")).is_none());
    }

    #[test]
    fn names_are_read_back_and_others_are_left_alone() {
        for path in ["/l/app.log", "/l/app", "/l/.app", "/l/a.b.log"] {
            let names = names(path);
            for at in [ended("1970-01-01T00:00:00Z", 0), ended("2026-11-25T13:00:00Z", 1), ended("2026-11-25T13:00:00Z", MAX_COUNTER)] {
                let read = |path: PathBuf| names.read(path.file_name().unwrap());
                assert_eq!(read(names.plain(at)), Some((at, Kind::Plain)), "{path}");
                assert_eq!(read(names.compressed(at)), Some((at, Kind::Compressed)), "{path}");
                assert_eq!(read(names.begun(at)), Some((at, Kind::Begun)), "{path}");
            }
        }
        for other in [
            "app.log",
            "app.2026-11-25.log",
            "app.2026-11-25T13-00-00Z.txt",
            "other.2026-11-25T13-00-00Z.log",
            "app.2026-11-25T13-00-00Z_1.log",
            "app.2026-11-25T13-00-00Z_0000.log",
            "app.2026-13-25T13-00-00Z.log",
            "app.2026-11-25T13-00-00Z.log.bz2",
            "app.x.2026-11-25T13-00-00Z.log",
            "app.2026-11-25T13-00-0\u{e9}.log",
        ] {
            assert_eq!(names("/l/app.log").read(OsStr::new(other)), None, "{other}");
        }
    }

    #[test]
    fn each_name_sorts_after_the_one_before() {
        let moments = ["2026-11-25T13:00:00Z", "2026-11-25T13:00:00Z", "2026-11-25T12:00:00Z", "2026-11-25T13:00:01Z", "2026-11-25T13:00:01Z"];
        let names = names("/l/app.log");
        let mut previous = None;
        let mut shown = Vec::new();
        for moment in moments {
            let next = Ended::after(moment.parse().unwrap(), previous);
            shown.push(names.plain(next).into_os_string().into_string().unwrap());
            previous = Some(next);
        }
        let mut sorted = shown.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(shown, sorted);
    }

    #[test]
    fn a_second_that_is_full_borrows_the_next() {
        let full = ended("2026-11-25T13:00:00Z", MAX_COUNTER);
        let next = Ended::after("2026-11-25T13:00:00Z".parse().unwrap(), Some(full));
        assert_eq!(next, ended("2026-11-25T13:00:01Z", 0));
        assert!(names("/l/a").plain(full) < names("/l/a").plain(next));
    }

    #[test]
    fn moments_out_of_range_still_have_a_name() {
        assert_eq!(Ended::at(Timestamp::MIN).render(), "1970-01-01T00-00-00Z");
        let last = Ended::at(Timestamp::MAX);
        assert_eq!(Ended::parse(&last.render()), Some(last));
    }
}
