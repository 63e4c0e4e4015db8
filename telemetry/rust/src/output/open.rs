//! The outputs that the settings name.

use std::{
    io,
    path::{Path, absolute},
    sync::Arc,
};

use super::{Background, Clock, Console, LostLine, Output, OutputError, OutputFailure};
use crate::settings::{Destination, OutputSettings, RollingFile};

/// Opens what the settings name, in their order; with a thread of its own before it where that is asked for.
///
/// # Errors
/// [`OutputError`] with everything that cannot be opened. Nothing stays open then.
pub fn open(settings: &[OutputSettings], lost_line: &LostLine, clock: &Clock) -> Result<Vec<Arc<dyn Output>>, OutputError> {
    let mut outputs = Vec::with_capacity(settings.len());
    let mut failures = Vec::new();
    for (number, output) in settings.iter().enumerate() {
        match destination(&output.to, &settings[..number], lost_line, clock) {
            Ok(opened) => outputs.push(match output.background {
                Some(background) => Arc::new(Background::new(opened, background, lost_line.clone())),
                None => opened,
            }),
            Err(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() { Ok(outputs) } else { Err(OutputError { failures }) }
}

fn destination(to: &Destination, before: &[OutputSettings], lost_line: &LostLine, clock: &Clock) -> Result<Arc<dyn Output>, OutputFailure> {
    let stream = |stream, opened: io::Result<Console>| match opened {
        Ok(console) => Ok(Arc::new(console) as Arc<dyn Output>),
        Err(source) => Err(OutputFailure::Stream { stream, source }),
    };
    match to {
        Destination::Stdout => stream("stdout", Console::stdout(lost_line.clone())),
        Destination::Stderr => stream("stderr", Console::stderr(lost_line.clone())),
        Destination::File(file) if before.iter().any(|output| names(&output.to, &file.path)) => Err(OutputFailure::Twice { path: file.path.clone() }),
        Destination::File(file) => log_file(file, lost_line, clock),
    }
}

/// Whether it is the file at that path, also when it is spelled otherwise. A path that cannot be read at all is refused elsewhere.
fn names(to: &Destination, path: &Path) -> bool {
    match to {
        Destination::File(file) => absolute(&file.path).is_ok_and(|one| absolute(path).is_ok_and(|other| one == other)),
        Destination::Stdout | Destination::Stderr => false,
    }
}

#[cfg(feature = "file")]
fn log_file(settings: &RollingFile, lost_line: &LostLine, clock: &Clock) -> Result<Arc<dyn Output>, OutputFailure> {
    Ok(Arc::new(super::LogFile::open(settings, lost_line.clone(), clock.clone())?))
}

#[cfg(not(feature = "file"))]
fn log_file(settings: &RollingFile, _: &LostLine, _: &Clock) -> Result<Arc<dyn Output>, OutputFailure> {
    Err(OutputFailure::Feature { path: settings.path.clone() })
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "file")]
    use std::time::Duration;
    use std::{fs, path::PathBuf};

    use jiff::Timestamp;

    use super::*;
    #[cfg(feature = "file")]
    use crate::output::Urgency;
    use crate::settings::{Background as Thread, LevelFilter};

    fn to(to: Destination, background: Option<Thread>) -> OutputSettings {
        OutputSettings { to, level: LevelFilter::Trace, format: None, background }
    }

    fn file(path: impl Into<PathBuf>) -> Destination {
        Destination::File(RollingFile::new(path))
    }

    fn open_all(settings: &[OutputSettings]) -> Result<Vec<Arc<dyn Output>>, OutputError> {
        open(settings, &LostLine::new(|_| Vec::new()), &Clock::new(Timestamp::now))
    }

    #[test]
    fn streams_are_opened_with_and_without_a_thread() {
        let settings = [to(Destination::Stdout, None), to(Destination::Stderr, Some(Thread::default()))];
        let outputs: Vec<String> = open_all(&settings).unwrap().iter().map(|output| format!("{output:?}")).collect();
        assert!(outputs[0].starts_with("Console") && outputs[1].starts_with("Background"), "{outputs:?}");
    }

    #[test]
    fn nothing_named_is_nothing_opened() {
        assert!(open_all(&[]).unwrap().is_empty());
    }

    #[cfg(feature = "file")]
    #[test]
    fn files_are_opened_in_the_order_of_the_settings() {
        let directory = tempfile::tempdir().unwrap();
        let paths = ["one.log", "two.log"].map(|name| directory.path().join(name));
        let outputs = open_all(&[to(file(&paths[0]), None), to(file(&paths[1]), Some(Thread::default()))]).unwrap();
        outputs[0].write(b"one\n", Urgency::Normal);
        outputs[1].write(b"two\n", Urgency::Normal);
        assert!(outputs.iter().all(|output| output.flush(Duration::from_mins(1))));
        assert_eq!(paths.map(|path| fs::read_to_string(path).unwrap()), ["one\n", "two\n"]);
    }

    #[cfg(feature = "file")]
    #[test]
    fn everything_wrong_is_said_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let good = directory.path().join("good.log");
        fs::write(directory.path().join("file"), "").unwrap();
        let behind_a_file = directory.path().join("file/app.log");
        let again = directory.path().join("./good.log");
        let settings = [
            to(file(directory.path()), None),
            to(Destination::Stdout, None),
            to(file(&good), None),
            to(file(&behind_a_file), Some(Thread::default())),
            to(file(&again), None),
        ];
        let error = open_all(&settings).unwrap_err();
        assert!(matches!(
            &error.failures[..],
            [OutputFailure::NoFile { path: one }, OutputFailure::File { path: two, source }, OutputFailure::Twice { path: three }]
                if one == directory.path() && *two == behind_a_file && source.kind() == io::ErrorKind::NotADirectory && *three == again
        ));
        assert_eq!(error.to_string().lines().count(), 3);
    }

    #[cfg(not(feature = "file"))]
    #[test]
    fn without_the_feature_a_file_is_refused() {
        let error = open_all(&[to(file("/tmp/app.log"), None)]).unwrap_err();
        assert!(matches!(&error.failures[..], [OutputFailure::Feature { .. }]));
        assert!(error.to_string().contains("feature `file`"));
        assert!(!fs::exists("/tmp/app.log").unwrap());
    }
}
