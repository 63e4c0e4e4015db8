//! Names stay from version to version: `fixtures/names/names.txt` lists every physical name and logical id of a config with all kinds of resources.
//!
//! `UPDATE_GOLDEN=1 cargo test -p skywarden-generator --test emit names` adds what is new.

use std::{collections::BTreeSet, env, fs, path::PathBuf};

use skywarden_cloudformation::{Environment, Resolver};

use crate::config::emitted;

const CONFIG: &str = include_str!("../fixtures/names/skywarden.yaml");

/// `stack logical-id type: name`, a resource a line; without a name where CloudFormation makes one up.
fn names() -> BTreeSet<String> {
    let assembly = emitted(CONFIG);
    let mut names = BTreeSet::new();
    for stack in assembly.stacks() {
        let environment = Environment::new("123456789012", "eu-west-1", stack.name.as_str());
        let resolver = Resolver::new(&stack.template, &environment);
        for (id, resource) in &stack.template.resources {
            // A made-up name holds the stack's, the logical id and a hash: those two stand in the line.
            let name = resolver.physical_name(id).ok().filter(|name| !name.starts_with(&format!("{}-{id}-", stack.name)));
            names.insert(format!("{} {id} {}: {}", stack.name, resource.type_name(), name.unwrap_or_default()).trim_end().to_owned());
        }
    }
    names
}

#[test]
fn no_name_changes_and_none_goes() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/names/names.txt");
    let now = names();
    if env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::write(&path, now.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>()).unwrap();
    }
    let text = fs::read_to_string(&path).unwrap();
    let before: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    let gone: Vec<_> = before.difference(&now).map(String::as_str).collect();
    let new: Vec<_> = now.difference(&before).map(String::as_str).collect();
    assert!(
        gone.is_empty(),
        "these names or ids are not given any more: with this version users' alarms and other resources would be renamed, which deletes them and makes them anew. \
         Give them their names back.\n{}\ninstead of them:\n{}",
        gone.join("\n"),
        new.join("\n")
    );
    assert!(new.is_empty(), "these names are new: run with UPDATE_GOLDEN=1, and from then on they stay\n{}", new.join("\n"));
}

#[test]
fn the_list_is_of_all_kinds() {
    let lines: Vec<String> = names().into_iter().collect();
    for kind in [
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::LogAlarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::Logs::LogGroup",
        "AWS::Logs::MetricFilter",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::DynamoDB::Table",
        "AWS::Lambda::Function",
        "AWS::IAM::Role",
    ] {
        assert!(lines.iter().any(|line| line.contains(kind)), "{kind}");
    }
}
