//! Every piece of YAML that the documentation shows is one that Skywarden takes.
//!
//! A block is a config, or a part of one: it is laid over [`FRAME`] as an overlay is. Three kinds are taken otherwise: one with `project` stands
//! alone; one that begins with `# DIR/…` is that file of `--templates DIR`; one behind [`TELEMETRY`] is read by another program, and tested there.

use std::{fmt::Write as _, fs, path::Path};

use skywarden_generator::config::Templates;

use crate::{
    pages::{pages, root},
    support::{load_with, text_of},
};

/// The project that the pages speak of: what one page names and another one describes.
const FRAME: &str = "\
project: shop
services:
  checkout: { runtime: lambda }
  payments: { runtime: lambda }
  mailer: { runtime: ec2, format: text }
  web: { runtime: ec2, format: access }
  playground: { runtime: ecs }
routes:
  - { email: team@example.com }
";

/// Stands in the line before settings of the telemetry library.
const TELEMETRY: &str = "<!-- yaml: settings of the telemetry library -->";

/// One block of YAML of a page.
struct Block {
    /// `docs/src/alarms.md:26`.
    place: String,
    text: String,
    /// The last line before it with anything in it.
    before: String,
}

#[test]
fn every_yaml_of_the_documentation_is_taken() {
    let blocks: Vec<Block> = pages().iter().flat_map(|page| blocks(page)).collect();
    let mut refused = String::new();
    for block in blocks.iter().filter(|block| block.before != TELEMETRY) {
        let mut templates = Templates::builtin();
        let loaded = match template(&block.text) {
            Some(path) => match templates.replace(path, block.text.clone()) {
                Ok(()) => load_with(&[FRAME], &templates),
                Err(unknown) => {
                    let _ = write!(refused, "{}\n{unknown}\n", block.place);
                    continue;
                }
            },
            None if block.text.contains("project:") => load_with(&[&block.text], &templates),
            None => load_with(&[FRAME, &block.text], &templates),
        };
        if !loaded.diagnostics.is_empty() {
            let _ = write!(refused, "{}\n{}\n", block.place, text_of(&loaded));
        }
    }
    assert_eq!(refused, "");
    for page in ["README.md", "docs/src/alarms.md", "docs/src/errors/classification.md"] {
        assert!(blocks.iter().any(|block| block.place.starts_with(page)), "no YAML was found in {page}");
    }
}

/// The path of a template that a block says it is.
fn template(text: &str) -> Option<&str> {
    text.lines().next()?.strip_prefix("# DIR/")
}

/// The YAML of one page. A block may be indented, as in a list.
fn blocks(page: &Path) -> Vec<Block> {
    let name = page.strip_prefix(root()).unwrap().display().to_string();
    let text = fs::read_to_string(page).unwrap();
    let mut blocks = Vec::new();
    let mut before = "";
    let mut open: Option<(usize, Block)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let fence = line.trim_start().strip_prefix("```");
        match (&mut open, fence) {
            (None, Some("yaml" | "yml")) => {
                let indent = line.len() - line.trim_start().len();
                open = Some((indent, Block { place: format!("{name}:{number}"), text: String::new(), before: before.to_owned() }));
            }
            (Some(_), Some("")) => blocks.extend(open.take().map(|(_, block)| block)),
            (Some((indent, block)), _) => {
                block.text.push_str(line.get(*indent..).unwrap_or_default());
                block.text.push('\n');
            }
            (None, _) => {}
        }
        if !line.trim().is_empty() {
            before = line;
        }
    }
    assert!(open.is_none(), "{name} has a block without an end");
    blocks
}

#[test]
fn a_block_has_its_place_its_text_and_the_line_before_it() {
    let found = blocks(&root().join("README.md"));
    let first = found.first().unwrap();
    assert!(first.text.starts_with("project: shop\n") && first.before.starts_with("## "), "{}{}", first.before, first.text);
    assert_eq!(template("# DIR/messages/sms.txt\nx"), Some("messages/sms.txt"));
    assert_eq!(template("services: {}\n# DIR/messages/sms.txt\n"), None);
}
