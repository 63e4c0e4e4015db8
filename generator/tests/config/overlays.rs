//! Files that are laid over others.

use skywarden_generator::config::Level;

use crate::support::{SMALLEST, errors, load};

#[test]
fn an_empty_overlay_changes_nothing_and_says_so() {
    let loaded = load(&[SMALLEST, "# nothing is different yet\n"]);
    assert!(loaded.model.is_some());
    let said: Vec<_> = loaded.diagnostics.iter().map(|diagnostic| (diagnostic.severity, diagnostic.file.as_str(), diagnostic.message.as_str())).collect();
    assert_eq!(said, [(Level::Warning, "prod.yaml", "`prod.yaml` is empty, and changes nothing")]);
}

#[test]
fn an_overlay_over_nothing_is_no_config() {
    assert_eq!(errors(&load(&["", SMALLEST])), ["empty-config: `skywarden.yaml` is empty"]);
}
