//! Who may import whom.

use std::path::Path;

use serde::Deserialize;

use super::Finding;

/// The table: crate, and the crates of ours it may depend on. A crate that is missing here may depend on none.
const ALLOWED: &[(&str, &[&str])] = &[
    ("skywarden-core", &[]),
    ("skywarden-cloudformation", &[]),
    ("skywarden-document", &[]),
    ("skywarden-generator", &["skywarden-cloudformation", "skywarden-core", "skywarden-document"]),
    // Never the generator: it reads templates and plan.json, so that it also serves other tools' templates.
    ("skywarden-simulator", &["skywarden-cloudformation", "skywarden-core"]),
    ("skywarden-lambda-adapters", &["skywarden-core"]),
    ("metrics-extractor", LAMBDA),
    ("error-classifier", LAMBDA),
    ("alert-notifier", LAMBDA),
    ("skywarden-telemetry", &["skywarden-core", "skywarden-document"]),
    // As any service that uses the library.
    ("shop-catalog", &["skywarden-telemetry"]),
    ("skywarden-telemetry-python", &["skywarden-telemetry"]),
    (
        "skywarden",
        &[
            "skywarden-cloudformation",
            "skywarden-core",
            "skywarden-document",
            "skywarden-generator",
            "skywarden-lambda-adapters",
            "skywarden-simulator",
            "skywarden-telemetry",
        ],
    ),
];

const LAMBDA: &[&str] = &["skywarden-core", "skywarden-lambda-adapters", "skywarden-telemetry"];

/// These may import anything.
const FREE: &[&str] = &["skywarden-e2e", "xtask"];

/// Crates of the outside that only one of ours may use: (beginning of the name, who).
const RESERVED: &[(&str, &[&str])] = &[("aws-sdk-", &["skywarden-lambda-adapters"]), ("aws-config", &["skywarden-lambda-adapters"])];

/// What core must not depend on: it is pure.
const NOT_IN_CORE: &[&str] = &["tokio", "lambda_runtime", "reqwest", "hyper", "rand"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

/// Checks the table.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let mut command = crate::shell::cargo(root);
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Metadata = serde_json::from_str(&crate::shell::output(command)?)?;
    Ok(findings(&metadata))
}

fn findings(metadata: &Metadata) -> Vec<Finding> {
    let ours: Vec<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in &metadata.packages {
        if FREE.contains(&package.name.as_str()) {
            continue;
        }
        let allowed = ALLOWED.iter().find(|(name, _)| *name == package.name).map_or(&[][..], |(_, allowed)| allowed);
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            if ours.contains(&name) && !allowed.contains(&name) {
                findings.push(format!("{}: must not import {name} (see xtask/src/tidy/imports.rs)", package.name));
            }
            let reserved = RESERVED.iter().find(|(beginning, _)| name.starts_with(beginning));
            if let Some((_, who)) = reserved
                && !who.contains(&package.name.as_str())
            {
                findings.push(format!("{}: must not use {name}; AWS SDKs live in {}", package.name, who.join(", ")));
            }
            if package.name == "skywarden-core" && dependency.kind.is_none() && NOT_IN_CORE.contains(&name) {
                findings.push(format!("skywarden-core: must not use {name}: core is pure"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings_of(package: &str, imports: &str) -> Vec<Finding> {
        let json = serde_json::json!({"packages": [
            {"name": package, "dependencies": [{"name": "serde", "kind": null}, {"name": imports, "kind": null}]},
            {"name": "skywarden-generator", "dependencies": []},
        ]});
        findings(&serde_json::from_value(json).unwrap())
    }

    #[test]
    fn an_edge_outside_the_table_is_found_and_one_inside_is_not() {
        assert_eq!(findings_of("skywarden-simulator", "skywarden-generator").len(), 1);
        assert_eq!(findings_of("a-new-crate", "skywarden-generator").len(), 1);
        assert!(findings_of("skywarden", "skywarden-generator").is_empty());
        assert!(findings_of("xtask", "skywarden-generator").is_empty());
    }

    #[test]
    fn sdks_stay_in_the_adapters_and_core_stays_pure() {
        assert_eq!(findings_of("skywarden-core", "aws-sdk-sns").len(), 1);
        assert_eq!(findings_of("skywarden-core", "tokio").len(), 1);
        assert!(findings_of("skywarden-lambda-adapters", "aws-sdk-sns").is_empty());
    }
}
