//! Writing an assembly to a directory and checking it there.

use std::{fs, path::Path};

use skywarden_generator::{
    artifacts::{DifferenceKind, Files, check, write},
    model::names::Function,
};
use tempfile::tempdir;

use crate::config::{SHOP, TINY, emitted, with_services};

fn files(config: &str) -> Files {
    emitted(config).files()
}

fn paths(directory: &Path, files: &Files) -> Vec<(String, &'static str)> {
    check(directory, files)
        .into_iter()
        .map(|difference| {
            let kind = match difference.kind {
                DifferenceKind::Missing => "missing",
                DifferenceKind::Extra => "extra",
                DifferenceKind::Foreign => "foreign",
                DifferenceKind::Changed { .. } => "changed",
                DifferenceKind::Unreadable { .. } => "unreadable",
            };
            (difference.path, kind)
        })
        .collect()
}

#[test]
fn what_was_written_checks_clean_and_a_second_write_touches_nothing() {
    let root = tempdir().unwrap();
    let directory = root.path().join("deep/cdk-out");
    let files = files(SHOP);
    assert_eq!(paths(&directory, &files).len(), files.len(), "all are missing before");

    let first = write(&directory, &files).unwrap();
    assert_eq!(first.created.len(), files.len());
    assert_eq!(paths(&directory, &files), []);

    let modified = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
    let before = modified(&directory.join("manifest.json"));
    let second = write(&directory, &files).unwrap();
    assert_eq!(second.unchanged.len(), files.len());
    assert!(second.created.is_empty() && second.replaced.is_empty() && second.removed.is_empty(), "{second:?}");
    assert_eq!(modified(&directory.join("manifest.json")), before);
}

#[test]
fn a_service_that_goes_takes_its_files_along_and_foreign_files_stay() {
    let root = tempdir().unwrap();
    let directory = root.path().join("out");
    write(&directory, &files(&with_services(&[1, 2]))).unwrap();
    fs::write(directory.join("read.4711.1.lock"), "").unwrap();
    fs::write(directory.join("notes.md"), "mine").unwrap();

    let fewer = files(&with_services(&[1]));
    let written = write(&directory, &fewer).unwrap();
    assert!(written.removed.contains(&"grow-prod-service-svc-2.template.json".to_owned()), "{written:?}");
    assert!(written.removed.contains(&"cloudformation/grow-prod-service-svc-2.template.json".to_owned()), "{written:?}");
    assert!(directory.join("read.4711.1.lock").exists() && directory.join("notes.md").exists());
    assert_eq!(paths(&directory, &fewer), [("notes.md".to_owned(), "foreign")]);

    // The plan changed, so the packages have other ids: the old directories are gone.
    let packages = fs::read_dir(&directory).unwrap().filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("asset."));
    assert_eq!(packages.count(), Function::ALL.len());
}

#[test]
fn check_tells_missing_extra_and_changed_files_apart() {
    let root = tempdir().unwrap();
    let files = files(TINY);
    write(root.path(), &files).unwrap();
    fs::remove_file(root.path().join("manifest.json")).unwrap();
    fs::write(root.path().join("more.template.json"), "{}").unwrap();
    let plan = fs::read_to_string(root.path().join("plan.json")).unwrap();
    fs::write(root.path().join("plan.json"), plan.replace("\"project\": \"tiny\"", "\"project\": \"huge\"")).unwrap();

    assert_eq!(
        paths(root.path(), &files),
        [("manifest.json".to_owned(), "missing"), ("more.template.json".to_owned(), "extra"), ("plan.json".to_owned(), "changed")]
    );
    let difference = check(root.path(), &files).pop().unwrap();
    assert!(difference.to_string().contains("- \"project\": \"huge\"") && difference.to_string().contains("+ \"project\": \"tiny\""), "{difference}");
}

#[test]
fn a_directory_with_other_things_in_it_is_refused_and_left_alone() {
    let root = tempdir().unwrap();
    fs::write(root.path().join("thesis.txt"), "years of work").unwrap();
    let error = write(root.path(), &files(TINY)).unwrap_err().to_string();
    assert!(error.contains(&root.path().display().to_string()) && error.contains("\nhint: "), "{error}");
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);

    // Another program's cloud assembly is not ours either.
    fs::remove_file(root.path().join("thesis.txt")).unwrap();
    fs::write(root.path().join("manifest.json"), r#"{"version":"36.0.0","artifacts":{}}"#).unwrap();
    assert!(write(root.path(), &files(TINY)).is_err());
}

#[test]
fn a_write_that_was_cut_short_is_finished_by_the_next() {
    let root = tempdir().unwrap();
    let files = files(TINY);
    write(root.path(), &files).unwrap();
    let half = "tiny-prod-skywarden.template.json";
    fs::write(root.path().join(half), &files[half][..files[half].len() / 2]).unwrap();
    for missing in ["manifest.json", "tiny-prod-skywarden.assets.json"] {
        fs::remove_file(root.path().join(missing)).unwrap();
    }
    let written = write(root.path(), &files).unwrap();
    assert_eq!(written.replaced, [half]);
    assert_eq!(written.created, ["tiny-prod-skywarden.assets.json", "manifest.json"], "what names the others comes last");
    assert_eq!(paths(root.path(), &files), []);
}

#[test]
fn a_directory_in_the_place_of_a_file_is_named() {
    let root = tempdir().unwrap();
    fs::create_dir(root.path().join("cdk.out")).unwrap();
    let error = write(root.path(), &files(TINY)).unwrap_err().to_string();
    assert!(error.starts_with("cannot write ") && error.contains("cdk.out") && error.contains("\nhint: "), "{error}");
}

#[test]
fn a_path_that_is_a_file_is_named_as_such() {
    let root = tempdir().unwrap();
    let path = root.path().join("cdk-out");
    fs::write(&path, "").unwrap();
    for directory in [path.clone(), path.join("below")] {
        let error = write(&directory, &files(TINY)).unwrap_err().to_string();
        assert!(error.contains("not a directory") && error.contains(&path.display().to_string()) && error.contains("\nhint: "), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn programs_are_executable_and_a_lost_mode_is_restored() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tempdir().unwrap();
    let programs = Function::ALL.into_iter().map(|function| (function, b"\x7fELF\xff\xfe".to_vec())).collect();
    let files = emitted(TINY).package(programs);
    write(root.path(), &files).unwrap();
    let bootstrap = files.keys().find(|path| path.ends_with("/bootstrap")).unwrap();
    let mode = |path: &str| fs::metadata(root.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(bootstrap), 0o755);
    assert_eq!(mode("plan.json"), 0o644);

    fs::set_permissions(root.path().join(bootstrap), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(write(root.path(), &files).unwrap().replaced, std::slice::from_ref(bootstrap));
    assert_eq!(mode(bootstrap), 0o755);

    fs::write(root.path().join(bootstrap), b"\x7fELF\xff\xff").unwrap();
    let difference = check(root.path(), &files).pop().unwrap();
    assert!(matches!(difference.kind, DifferenceKind::Changed { line: None, .. }), "{difference:?}");
}
