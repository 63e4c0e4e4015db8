//! Why an assembly could not be written or packaged.

use std::{io, path::PathBuf};

/// What went wrong, with the path and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// The directory holds something else.
    #[error(
        "{} is not empty and holds no assembly of Skywarden\nhint: name another directory, or remove what is in it first",
        directory.display()
    )]
    NotAnAssembly {
        /// The directory.
        directory: PathBuf,
    },
    /// The path of the output directory is a file.
    #[error("{} is not a directory\nhint: name another directory, or move that file away", path.display())]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("cannot {action} {}: {}\nhint: {}", path.display(), reason_of(reason), advice(reason))]
    FileSystem {
        /// What was tried: `write`, `read`, `create`, `remove`.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        reason: io::Error,
    },
    /// A program of a function is missing from the package.
    #[error("no program was given for function {function}\nhint: build it first: `cargo lambda build --profile lambda`")]
    NoProgram {
        /// Short name of the function.
        function: &'static str,
    },
    /// A typed model could not be spelled as JSON.
    #[error("cannot write {path} as JSON: {reason}\nhint: this is a defect, please report it with the config")]
    Json {
        /// The file, relative to the assembly.
        path: String,
        /// What the writer said.
        reason: String,
    },
}

impl ArtifactError {
    /// Wraps an error of the operating system.
    pub(super) fn file_system(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |reason| Self::FileSystem { action, path, reason }
    }
}

/// What the system said, without its error number.
pub fn reason_of(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is no directory".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => {
            let text = error.to_string();
            text.split_once(" (os error").map_or(text.as_str(), |(said, _)| said).to_owned()
        }
    }
}

/// What usually helps against an error of the operating system.
fn advice(reason: &io::Error) -> &'static str {
    match reason.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "check who owns the directory and whether it may be written, or name another one"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space on that disk, or name a directory on another one",
        io::ErrorKind::NotADirectory => "a part of that path is a file; name another directory",
        _ => "check that the path can be written, then run the command again",
    }
}
