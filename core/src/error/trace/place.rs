//! Places: the file a frame names, without what a build or a machine puts into its path.

use memchr::{memchr2_iter, memrchr, memrchr2};

use super::search::{Search as _, Words, begins_with_any};

/// Whether a path is under one of these beginnings, or one of its folders has one of these names.
pub(super) fn is_under(path: &str, roots: &[&str], folders: &Words) -> bool {
    if begins_with_any(roots, path) {
        return true;
    }
    let mut start = 0;
    for end in memchr2_iter(b'/', b'\\', path.as_bytes()) {
        if path.get(start..end).is_some_and(|part| folders.hold(part)) {
            return true;
        }
        start = end + 1;
    }
    false
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    let at = memrchr2(b'/', b'\\', path.as_bytes()).map_or(0, |at| at + 1);
    path.get(at..).unwrap_or(path)
}

/// The last part of a path without its ending.
pub(super) fn stem(path: &str) -> &str {
    without_ending(file_name(path))
}

/// What stands behind the last dot of a path's last part, or nothing.
pub(super) fn ending(path: &str) -> &str {
    let name = file_name(path);
    memrchr(b'.', name.as_bytes()).and_then(|at| name.get(at + 1..)).unwrap_or_default()
}

/// A path without the ending of its last part.
pub(super) fn without_ending(path: &str) -> &str {
    let name = file_name(path);
    match name.bytes().rposition(|byte| byte == b'.') {
        Some(at) if at > 0 => path.get(..path.len() - (name.len() - at)).unwrap_or(path),
        _ => path,
    }
}

/// What stands behind the last of a mark in a path.
pub(super) fn behind<'a>(path: &'a str, mark: &str) -> Option<&'a str> {
    let at = path.last_at(mark)?;
    path.get(at + mark.len()..)
}

/// A path without `:LINE:COLUMN` or `:LINE` at its end.
pub(super) fn without_position(place: &str) -> &str {
    let mut rest = place;
    for _ in 0..2 {
        match rest.bytes().rposition(|byte| !byte.is_ascii_digit()) {
            Some(at) if at + 1 < rest.len() && rest.as_bytes().get(at) == Some(&b':') => rest = rest.get(..at).unwrap_or(rest),
            _ => break,
        }
    }
    rest
}

/// Whether a place ends with `:LINE`.
pub(super) fn has_position(place: &str) -> bool {
    without_position(place).len() < place.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_folders_endings_and_positions() {
        static VENDOR: Words = Words::of(&["vendor"]);
        assert_eq!((stem("/var/task/app/db.py"), stem("C:\\app\\Db.cs"), stem("db"), stem(".env")), ("db", "Db", "db", ".env"));
        assert_eq!((without_position("/a.js:1:2"), without_position("a:1"), without_position("a:b"), without_position("a:")), ("/a.js", "a", "a:b", "a:"));
        assert_eq!(without_ending("express/lib/router.js"), "express/lib/router");
        assert_eq!(behind("/a/node_modules/x/node_modules/y/z.js", "node_modules/"), Some("y/z.js"));
        assert!(is_under("/app/vendor/x.rb", &["/usr/"], &VENDOR) && is_under("/usr/x", &["/usr/"], &Words::NONE));
        assert!(!is_under("/app/vendored/x.rb", &["/usr/"], &VENDOR));
    }
}
