//! Every template through three validators: cfn-lint, AWS's cloudformation-validate and checkov; and every stack of a config of 250 services through the second.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    shell::{program, run},
    tools,
};

/// Services of the large config.
const SERVICES: usize = 250;

/// Checks the committed templates, then those of the large config, which `skywarden` writes.
pub(crate) fn check(root: &Path, skywarden: &Path) -> anyhow::Result<()> {
    let committed = templates_under(&[root.join("cdk-out"), root.join("generator/tests/fixtures")])?;
    validate(root, &committed)?;
    let mut command = program(tools::python_bin(root)?.join("cfn-lint"), root);
    command.args(["--non-zero-exit-code", "warning", "--"]).args(&committed);
    run(command)?;
    let mut command = program(tools::checkov_python(root)?, root);
    command.arg("tests/checkov/check.py").args(&committed);
    run(command)?;
    println!("{} templates: nothing found", committed.len());

    let home = root.join("target/templates");
    fs::create_dir_all(&home)?;
    let (config, out) = (home.join("skywarden.yaml"), home.join("cdk-out"));
    fs::write(&config, large(SERVICES))?;
    let mut command = program(skywarden, root);
    command.arg("generate").arg("--config").arg(&config).arg("--out").arg(&out);
    run(command)?;
    let large = templates_under(&[out.join("cloudformation")])?;
    anyhow::ensure!(large.len() > SERVICES, "{} templates of {SERVICES} services", large.len());
    validate(root, &large)
}

fn validate(root: &Path, templates: &[PathBuf]) -> anyhow::Result<()> {
    let node = tools::node(root)?;
    // Node finds packages beside the script that imports them: the script goes where they are.
    fs::copy(root.join("tests/node/validate.mjs"), node.join("validate.mjs"))?;
    let mut command = program("node", root);
    command.arg(node.join("validate.mjs")).args(templates);
    run(command)
}

/// Every template below some directories, sorted.
fn templates_under(directories: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = directories.to_vec();
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(".template.json") {
                found.push(path);
            }
        }
    }
    found.sort();
    anyhow::ensure!(!found.is_empty(), "there are no templates");
    Ok(found)
}

/// A config of so many services of every runtime and form of log, with metrics, alarms and objectives of every kind.
fn large(services: usize) -> String {
    let mut config = String::from(
        "project: large\nregion: eu-west-1\nowner: team-platform\ndefaults: { alarms: { warm_up: 30 minutes, impact: { deploying: 10 minutes } } }\n\
         maintenance:\n  - { name: import, at: Sun 02:00, for: 2 hours, zone: Europe/Berlin }\n\
         routes:\n  - { name: oncall, severity: [critical, error], email: oncall@example.com, sqs: ops }\n  - { severity: [warning, info], email: team@example.com }\n\
         services:\n",
    );
    let mut metrics = String::from("metrics:\n");
    let mut listed = String::from(
        "alarms:\n  - { name: traffic, metric: AWS/ApplicationELB RequestCount, of: { LoadBalancer: app/shop/0123456789abcdef }, unusual: low }\n  \
           - { name: drain, drain: { queue: orders }, above: 30 minutes }\n",
    );
    for number in 0..services {
        let runtime = ["lambda", "ecs", "ec2", "apprunner", "external"][number % 5];
        let form = ["json", "json", "text", "json", "logfmt", "access"][number % 6];
        let json = form == "json";
        let encryption = ["customer", "customer", "aws", "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"][number % 4];
        let telemetry = json && number % 3 == 0;
        let slo = if json { "[{ availability: 99.9% }, { latency: 99%, below: 300ms, window: 28d, application_signals: true }]" } else { "[]" };
        let existing = number % 2;
        let alarms = if json { "{ latency: { above: 800ms, severity: error }, no_logs: { for: 30 minutes } }" } else { "{ error_lines: { above: 20 } }" };
        let _ = writeln!(
            config,
            "  service-{number}: {{ runtime: {runtime}, format: {form}, encryption: {encryption}, telemetry: {telemetry}, existing_subscriptions: {existing}, runbook: 'https://runbooks.example.com/{number}', alarms: {alarms}, slo: {slo} }}"
        );
        let _ = writeln!(
            listed,
            "  - {{ name: age-{number}, service: service-{number}, metric: AWS/SQS ApproximateAgeOfOldestMessage, of: {{ QueueName: queue-{number} }}, above: 10 minutes }}"
        );
        if json {
            let _ = writeln!(
                listed,
                "  - {{ name: bots-{number}, service: service-{number}, query: 'filter bot = 1 | stats count(*) as n by client', above: 100, every: 10 minutes }}"
            );
            let _ = writeln!(
                metrics,
                "  - {{ name: Orders, from: service-{number}, where: '{{ $.event = \"order\" }}', kind: counter, alarm: {{ below: 1, for: 30 minutes }} }}\n  \
                   - {{ name: Declined, from: service-{number}, where: '{{ $.event = \"declined\" }}', kind: counter, alarm: {{ share_of: Orders, above: 10% }} }}\n  \
                   - {{ name: Amount, from: service-{number}, where: '{{ $.event = \"order\" }}', value: $.amount, alarm: {{ unusual: either }} }}\n  \
                   - {{ name: Wait, from: service-{number}, where: '{{ $.event = \"call\" }}', value: $.ms, unit: Milliseconds, by: {{ Provider: $.provider }}, limit: 20, alarm: {{ above: 2s, statistic: p90 }} }}"
            );
        }
    }
    config + &metrics + &listed
}
