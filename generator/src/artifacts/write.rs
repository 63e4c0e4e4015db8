//! Writing an assembly to disk.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::artifacts::{ArtifactError, Files, tree};

/// What a write did, as relative paths in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were not there.
    pub created: Vec<String>,
    /// Files whose content or mode was another.
    pub replaced: Vec<String>,
    /// Files that were right already and have not been touched.
    pub unchanged: Vec<String>,
    /// Files of an earlier assembly that are no longer part of it.
    pub removed: Vec<String>,
}

/// Makes a directory hold exactly these files of ours.
///
/// Files that are right already keep their time of change; files of an earlier assembly that are no longer part of it are removed; whatever is
/// not of our form stays. `manifest.json` comes last, so that a reader never finds it before what it names; a file that takes the place of another comes there
/// whole.
///
/// # Errors
/// [`ArtifactError::NotAnAssembly`] when the directory holds something else, [`ArtifactError::NotADirectory`], or
/// [`ArtifactError::FileSystem`] with the path.
pub fn write(directory: &Path, files: &Files) -> Result<Written, ArtifactError> {
    let present = present(directory)?;
    if present.iter().any(|path| !tree::is_cdk_lock(path)) && !tree::is_assembly(directory) {
        return Err(ArtifactError::NotAnAssembly { directory: directory.to_owned() });
    }
    create_directory(directory)?;

    let mut written = Written::default();
    let mut made = BTreeSet::new();
    for (path, bytes) in in_writing_order(files) {
        let target = directory.join(path);
        let there = present.binary_search(path).is_ok();
        match if there { state(&target, bytes)? } else { State::Missing } {
            State::Right => written.unchanged.push(path.clone()),
            State::Missing => {
                if let Some((parent, _)) = path.rsplit_once('/')
                    && made.insert(parent)
                {
                    create_directory(&directory.join(parent))?;
                }
                if HEADS.contains(&path.as_str()) {
                    put(&target, bytes)?;
                } else {
                    put_new(&target, bytes)?;
                }
                written.created.push(path.clone());
            }
            State::Wrong => {
                put(&target, bytes)?;
                written.replaced.push(path.clone());
            }
        }
    }
    for path in present {
        if tree::is_ours(&path) && !files.contains_key(&path) {
            remove(directory, &path)?;
            written.removed.push(path);
        }
    }
    Ok(written)
}

fn present(directory: &Path) -> Result<Vec<String>, ArtifactError> {
    tree::files(directory).map_err(|(path, error)| {
        if error.kind() == io::ErrorKind::NotADirectory { ArtifactError::NotADirectory { path } } else { ArtifactError::file_system("read", path)(error) }
    })
}

/// `plan.json` first (it marks the directory as ours), `manifest.json` last.
fn in_writing_order(files: &Files) -> Vec<(&String, &Arc<Vec<u8>>)> {
    let mut ordered: Vec<_> = files.iter().collect();
    ordered.sort_by_key(|(path, _)| match path.as_str() {
        "plan.json" => 0,
        "manifest.json" => 2,
        _ => 1,
    });
    ordered
}

enum State {
    Missing,
    Wrong,
    Right,
}

fn state(target: &Path, bytes: &[u8]) -> Result<State, ArtifactError> {
    match fs::read(target) {
        Ok(found) if found == bytes && mode_is_right(target) => Ok(State::Right),
        Ok(_) => Ok(State::Wrong),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::Missing),
        Err(error) => Err(ArtifactError::file_system("read", target)(error)),
    }
}

/// Files that say what the others are: whoever finds one takes it for whole.
const HEADS: [&str; 2] = ["plan.json", "manifest.json"];

/// Writes a file that nothing names yet: `manifest.json` comes later. One that was cut short is another than it should be, and the next write replaces it.
fn put_new(target: &Path, bytes: &[u8]) -> Result<(), ArtifactError> {
    let write = || -> io::Result<()> {
        let mut file = open_new(target)?;
        file.write_all(bytes)?;
        set_mode(&file, target)
    };
    match write() {
        // Something has come there meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => put(target, bytes),
        written => written.map_err(ArtifactError::file_system("write", target)),
    }
}

/// Writes beside the target and renames, so that no reader sees half a file.
fn put(target: &Path, bytes: &[u8]) -> Result<(), ArtifactError> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = target.with_file_name(name);
    let write = || -> io::Result<()> {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        set_mode(&file, target)
    };
    write().map_err(ArtifactError::file_system("write", &beside))?;
    fs::rename(&beside, target).map_err(ArtifactError::file_system("write", target))
}

fn create_directory(directory: &Path) -> Result<(), ArtifactError> {
    fs::create_dir_all(directory).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => ArtifactError::NotADirectory { path: directory.to_owned() },
        _ => ArtifactError::file_system("create", directory)(error),
    })
}

fn remove(directory: &Path, path: &str) -> Result<(), ArtifactError> {
    let target: PathBuf = directory.join(path);
    fs::remove_file(&target).map_err(ArtifactError::file_system("remove", &target))?;
    // A directory that still holds somebody's file is not empty and stays: that is no error.
    if let Some(parent) = target.parent().filter(|parent| *parent != directory) {
        let _ = fs::remove_dir(parent);
    }
    Ok(())
}

/// Whether a file has to be executable: the program of a function, which Lambda starts by its name.
#[cfg(unix)]
fn is_program(target: &Path) -> bool {
    target.file_name().is_some_and(|name| name == super::BOOTSTRAP)
}

#[cfg(unix)]
fn mode_is_right(target: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    !is_program(target) || fs::metadata(target).is_ok_and(|metadata| metadata.permissions().mode() & 0o777 == 0o755)
}

/// The mode a file is to have.
#[cfg(unix)]
fn mode(target: &Path) -> u32 {
    if is_program(target) { 0o755 } else { 0o644 }
}

#[cfg(unix)]
fn open_new(target: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(mode(target)).open(target)
}

/// Sets the mode, unless the file was opened with it: looking is cheaper than changing.
#[cfg(unix)]
fn set_mode(file: &File, target: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = mode(target);
    if file.metadata()?.permissions().mode() & 0o777 == mode { Ok(()) } else { file.set_permissions(fs::Permissions::from_mode(mode)) }
}

#[cfg(not(unix))]
fn mode_is_right(_target: &Path) -> bool {
    true
}

#[cfg(not(unix))]
fn open_new(target: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(target)
}

#[cfg(not(unix))]
fn set_mode(_file: &File, _target: &Path) -> io::Result<()> {
    Ok(())
}
