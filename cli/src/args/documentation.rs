//! Every command that the documentation shows is one that can be typed.

use std::{fs, path::Path};

use clap::{Parser as _, error::ErrorKind};

use super::Args;
use pages::{pages, root};

#[path = "../../../generator/tests/config/pages.rs"]
mod pages;

/// A command of a page.
struct Shown {
    /// `docs/src/verify.md:6`.
    place: String,
    text: String,
    /// Between fences it is whole; within a sentence it may be the beginning of one.
    whole: bool,
}

#[test]
fn every_command_of_the_documentation_can_be_typed() {
    let commands: Vec<Shown> = pages().iter().flat_map(|page| commands(page)).collect();
    let mut refused = Vec::new();
    for command in &commands {
        let Err(error) = Args::try_parse_from(words(&command.text)) else { continue };
        let unfinished =
            matches!(error.kind(), ErrorKind::MissingSubcommand | ErrorKind::MissingRequiredArgument | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand);
        if command.whole || !unfinished {
            refused.push(format!("{}: {}\n{error}", command.place, command.text));
        }
    }
    assert_eq!(refused, [""; 0]);
    for (page, whole) in [("README.md", true), ("docs/src/environments.md", true), ("docs/src/stacks.md", false)] {
        assert!(commands.iter().any(|command| command.place.starts_with(page) && command.whole == whole), "no command was found in {page}");
    }
}

fn commands(page: &Path) -> Vec<Shown> {
    let text = fs::read_to_string(page).unwrap();
    let mut fenced = false;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let place = format!("{}:{number}", page.strip_prefix(root()).unwrap().display());
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            let typed = line.strip_prefix("$ ").unwrap_or(line);
            found.extend(typed.starts_with("skywarden ").then(|| Shown { place, text: typed.to_owned(), whole: true }));
        } else {
            let spans = line.split('`').skip(1).step_by(2).filter(|span| span.starts_with("skywarden "));
            found.extend(spans.map(|span| Shown { place: place.clone(), text: span.to_owned(), whole: false }));
        }
    }
    found
}

/// The words a shell makes of a line, up to a comment, a pipe or a redirection.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '#' | '>' | '|') if word.is_none() => break,
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[test]
fn a_line_is_split_as_a_shell_splits_it() {
    assert_eq!(words("skywarden filter test '{ $.a = \"b c\" }' app.log  # all"), ["skywarden", "filter", "test", "{ $.a = \"b c\" }", "app.log"]);
    assert_eq!(words("skywarden explain error '' > out"), ["skywarden", "explain", "error", ""]);
}
