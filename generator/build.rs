//! Makes the error catalogue that comes with Skywarden ready for the program, which needs it at every start: JSON is read many times as fast as YAML. What a rule does not say
//! its file says for it. The examples stay behind: tests and documentation read them from the files.

use std::{env, error::Error, fs, path::Path};

use serde_json::{Map, Value as Json};
use skywarden_document::{Limits, Node, Value, parse_yaml};

/// The files, one a category.
const CATALOGUE: &str = "../templates/catalogue/errors";

/// What a file says for all its rules.
const OF_ALL: [&str; 3] = ["category", "severity", "retry"];

/// What is said of a rule and is no part of it.
const EVIDENCE: [&str; 2] = ["examples", "counterexamples"];

/// Far above any file of the catalogue.
const LIMITS: Limits = Limits { bytes: 1 << 20, values: 100_000, depth: 16 };

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={CATALOGUE}");
    let mut paths = fs::read_dir(CATALOGUE)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    let mut rules = Vec::new();
    for path in paths {
        let of_file = rules_of(&fs::read_to_string(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
        rules.extend(of_file);
    }
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("error_catalogue.json"), serde_json::to_string(&rules)?)?;
    Ok(())
}

/// The rules of a file.
fn rules_of(text: &str) -> Result<Vec<Json>, Box<dyn Error>> {
    let reading = parse_yaml(0, text, LIMITS);
    if let Some(mistake) = reading.mistakes.first() {
        return Err(mistake.message.clone().into());
    }
    let Json::Object(mut file) = json(&reading.root.ok_or("the file is empty")?)? else { return Err("a file is a map".into()) };
    let Some(Json::Array(mut rules)) = file.remove("rules") else { return Err("a file has a list of `rules`".into()) };
    for rule in rules.iter_mut().filter_map(Json::as_object_mut) {
        rule.retain(|key, _| !EVIDENCE.contains(&key.as_str()));
        for key in OF_ALL {
            if let (false, Some(value)) = (rule.contains_key(key), file.get(key)) {
                rule.insert(key.to_owned(), value.clone());
            }
        }
    }
    Ok(rules)
}

fn json(node: &Node) -> Result<Json, serde_json::Error> {
    Ok(match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number { lexeme, .. } => serde_json::from_str(lexeme)?,
        Value::Text(text) | Value::Untyped(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(json).collect::<Result<_, _>>()?),
        Value::Map(entries) => {
            let entries = entries.iter().map(|entry| Ok((entry.key.value.clone(), json(&entry.value)?)));
            Json::Object(entries.collect::<Result<Map<_, _>, serde_json::Error>>()?)
        }
    })
}
