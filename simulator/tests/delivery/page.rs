//! The page of the guarantees names tests that exist.

use std::{fs, path::PathBuf};

#[test]
fn every_test_the_page_names_exists() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/src/concepts/delivery.md")).unwrap();
    let mut named = 0;
    for (file, test) in page.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::")) {
        let path = match file {
            "attempt" => "core/src/pipeline/attempt.rs".to_owned(),
            "bounds" => "core/tests/issues/bounds.rs".to_owned(),
            "plan" => "generator/tests/emit/plan.rs".to_owned(),
            "sending" => "simulator/tests/sending.rs".to_owned(),
            other => format!("simulator/tests/delivery/{other}.rs"),
        };
        let text = fs::read_to_string(root.join(&path)).unwrap();
        assert!(text.contains(&format!("#[test]\nfn {test}()")) || text.contains(&format!("#[test]\n    fn {test}()")), "{path} has no test {test}");
        named += 1;
    }
    assert!(named > 20, "{named}");
}
