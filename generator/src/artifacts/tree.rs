//! Which files an output directory holds, and which of them are ours.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

/// Relative paths (with `/`) of every file below a directory, sorted. Links are listed, never followed.
///
/// # Errors
/// The first directory that cannot be read, with the operating system's error. A directory that does not exist is empty.
pub(super) fn files(directory: &Path) -> Result<Vec<String>, (PathBuf, io::Error)> {
    let mut found = Vec::new();
    let mut pending = vec![(directory.to_owned(), String::new())];
    while let Some((path, prefix)) = pending.pop() {
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound && prefix.is_empty() => continue,
            Err(error) => return Err((path, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| (path.clone(), error))?;
            let relative = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().map_err(|error| (entry.path(), error))?.is_dir() {
                pending.push((entry.path(), format!("{relative}/")));
            } else {
                found.push(relative);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file is left behind by the CDK CLI while it works: never ours, never a difference.
pub(super) fn is_cdk_lock(path: &str) -> bool {
    path == "synth.lock" || (path.starts_with("read.") && path.contains(".lock") && !path.contains('/'))
}

/// Whether a path has the form of a file this module writes. Only such files are ever removed.
pub(super) fn is_ours(path: &str) -> bool {
    match path.split_once('/') {
        None => matches!(path, "cdk.out" | "manifest.json" | "plan.json") || path.ends_with(".template.json") || path.ends_with(".assets.json"),
        Some(("cloudformation", file)) => !file.contains('/') && file.ends_with(".template.json"),
        Some((directory, file)) => {
            let id = directory.strip_prefix("asset.").unwrap_or_default();
            id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit()) && matches!(file, "bootstrap" | "plan.json")
        }
    }
}

/// Whether a directory holds an assembly of ours: its `plan.json` reads as one. It is the first file written, so a write that was cut short is
/// recognised too.
pub(super) fn is_assembly(directory: &Path) -> bool {
    #[derive(Deserialize)]
    struct Head {
        #[serde(rename = "format")]
        _format: u32,
        #[serde(rename = "project")]
        _project: String,
    }
    fs::read_to_string(directory.join("plan.json")).is_ok_and(|text| serde_json::from_str::<Head>(&text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_our_form_are_ours() {
        let id = "0123456789abcdef".repeat(4);
        for path in [
            "manifest.json".to_owned(),
            "shop-prod-skywarden.template.json".to_owned(),
            "cloudformation/shop-prod-skywarden.template.json".to_owned(),
            format!("asset.{id}/bootstrap"),
        ] {
            assert!(is_ours(&path), "{path}");
        }
        for path in [
            "notes.md".to_owned(),
            "cloudformation/notes.md".to_owned(),
            "deep/er/x.template.json".to_owned(),
            format!("asset.{id}/index.py"),
            "asset.zzz/bootstrap".to_owned(),
        ] {
            assert!(!is_ours(&path), "{path}");
        }
    }

    #[test]
    fn lock_files_of_the_cdk_cli_are_known() {
        assert!(is_cdk_lock("read.1234.1.lock") && is_cdk_lock("synth.lock"));
        assert!(!is_cdk_lock("read.me") && !is_cdk_lock("cloudformation/read.1.lock"));
    }
}
