//! The pages of the documentation, for the tests that try what stands in them: those here, and those of the command line.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Everything that is written for users.
pub(crate) fn pages() -> Vec<PathBuf> {
    let root = root();
    let mut pages: Vec<PathBuf> =
        ["README.md", "examples/shop/README.md", "telemetry/rust/README.md", "telemetry/python/README.md"].map(|page| root.join(page)).into();
    let mut open = vec![root.join("docs/src")];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
