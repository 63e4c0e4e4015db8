//! What is wrong with outputs, for people.

use std::{fmt, io, path::PathBuf};

/// Outputs that cannot be opened: all of them, not the first only.
#[derive(thiserror::Error)]
pub struct OutputError {
    /// What is wrong with each, in the order of the settings; one at least.
    pub failures: Vec<OutputFailure>,
}

impl fmt::Display for OutputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, failure) in self.failures.iter().enumerate() {
            if number > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{failure}")?;
        }
        Ok(())
    }
}

/// What `main` shows when it returns the error, so it reads as [`Display`](fmt::Display) does.
impl fmt::Debug for OutputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Why one output cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputFailure {
    /// A file cannot be opened for writing.
    #[error("cannot write the log to {}: {source}; hint: {}", path.display(), hint(source.kind()))]
    File {
        /// The path as it was set.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The path names a directory, a device or nothing that can be a file.
    #[error("cannot write the log to {}: it is not a file; hint: name a file, or log to stdout or stderr", path.display())]
    NoFile {
        /// The path as it was set.
        path: PathBuf,
    },
    /// Files of 0 bytes.
    #[error("cannot write the log to {}: its largest size is 0 bytes; hint: set a larger one, or none to rotate by time only", path.display())]
    NoRoom {
        /// The path as it was set.
        path: PathBuf,
    },
    /// Two outputs write to one file.
    #[error("cannot write the log to {} twice: each line would be in it twice; hint: name each file once", path.display())]
    Twice {
        /// The path as it was set.
        path: PathBuf,
    },
    /// Files are not compiled in.
    #[error("cannot write the log to {}: files are not compiled in; hint: switch on the feature `file` of `skywarden-telemetry`", path.display())]
    Feature {
        /// The path as it was set.
        path: PathBuf,
    },
    /// Standard output or standard error cannot be used.
    #[error("cannot write the log to {stream}: {source}; hint: raise the limit of open files (`ulimit -n`)")]
    Stream {
        /// `stdout` or `stderr`.
        stream: &'static str,
        /// What the operating system says.
        source: io::Error,
    },
}

fn hint(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::PermissionDenied => "let the user the service runs as write to the file and to its directory, or set another path",
        io::ErrorKind::ReadOnlyFilesystem => "set a path on a file system that can be written to (in Lambda `/tmp` alone), or log to stdout",
        io::ErrorKind::NotADirectory => "a part of the path is a file: set another path",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space, or set a path on another file system",
        io::ErrorKind::InvalidFilename => "set a shorter path",
        io::ErrorKind::NotFound => "the path leads through a link to nowhere: make its target or set another path",
        _ => "check the path, and that its directory can be written to",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_where_what_and_what_to_do() {
        let failure = OutputFailure::File { path: "/var/log/app.log".into(), source: io::ErrorKind::PermissionDenied.into() };
        assert_eq!(
            failure.to_string(),
            "cannot write the log to /var/log/app.log: permission denied; hint: let the user the service runs as write to the file and to its directory, \
             or set another path"
        );
        let error = OutputError { failures: vec![OutputFailure::NoFile { path: "/tmp".into() }, OutputFailure::NoRoom { path: "/tmp/a.log".into() }] };
        let lines: Vec<String> = error.to_string().lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.contains("; hint: ")));
    }
}
