//! `cargo xtask docs`: pages and documents that are made from the code.

mod errors;

use std::{fmt::Write as _, fs, path::Path};

use anyhow::Context as _;
use skywarden_core::{
    metric::name::{FUNCTION, ProcessorMetric, ROUTE, ServiceMetric},
    schema::json_schema,
};

/// A generated file: its path in the repository, and what it is made by.
type Page = (&'static str, fn() -> anyhow::Result<String>);

/// Every generated file.
const PAGES: [Page; 3] = [
    ("docs/src/reference/log-record-1.0.schema.json", || Ok(json_schema())),
    ("docs/src/reference/metrics.md", || Ok(metrics())),
    ("docs/src/reference/errors.md", errors::page),
];

/// Writes the files, or only looks whether they are current.
pub(crate) fn run(root: &Path, check: bool) -> anyhow::Result<()> {
    let mut stale = Vec::new();
    for (path, make) in PAGES {
        let file = root.join(path);
        let text = make().with_context(|| path.to_owned())?;
        if fs::read_to_string(&file).is_ok_and(|found| found == text) {
            continue;
        }
        if check {
            stale.push(path);
        } else {
            fs::write(&file, text).with_context(|| path.to_owned())?;
            println!("wrote {path}");
        }
    }
    anyhow::ensure!(stale.is_empty(), "not current: {}; run `cargo xtask docs`", stale.join(", "));
    Ok(())
}

/// The page of the metrics Skywarden itself names.
fn metrics() -> String {
    let mut page = String::from(
        "# Metrics\n\n<!-- Written by `cargo xtask docs`. -->\n\nThe metrics Skywarden itself names. Those of your own are under `metrics:` of \
         `skywarden.yaml` and in your code.\n\n## Of a service\n\nNamespace `project/environment/service`.\n\n| metric | unit | usually read as | \
         dimensions | written by | what |\n|---|---|---|---|---|---|\n",
    );
    for metric in ServiceMetric::ALL {
        let dimensions = match metric.dimension() {
            Some(dimension) => format!("`{dimension}`"),
            None if metric.is_by_route() => format!("none, and `{ROUTE}` when asked for"),
            None => "none".to_owned(),
        };
        row(&mut page, metric.as_str(), &[metric.unit(), metric.statistic(), &dimensions, writer(metric), metric.description()]);
    }
    page.push_str(
        "\nThe library writes its metrics as lines in the embedded metric format when its setting `metrics.builtin` is on; the service then says \
         `telemetry: true` in `skywarden.yaml`, so that nothing is counted twice. `ErrorLines` is counted from the log either way: what a runtime or the \
         platform writes of a process that died is in no library's count.\n\n## Of Skywarden's own functions\n\nNamespace \
         `project/environment/skywarden`, dimension ",
    );
    let _ = write!(page, "`{FUNCTION}`.\n\n| metric | unit | usually read as | what |\n|---|---|---|---|\n");
    for metric in ProcessorMetric::ALL {
        row(&mut page, metric.as_str(), &[metric.unit(), metric.statistic(), metric.description()]);
    }
    page
}

/// What writes a metric of a service.
fn writer(metric: ServiceMetric) -> &'static str {
    match metric {
        ServiceMetric::ErrorLines => "a metric filter",
        ServiceMetric::Requests | ServiceMetric::ServerErrors | ServiceMetric::RequestDuration => {
            "the telemetry library, or a metric filter over request lines"
        }
        _ => "the telemetry library",
    }
}

fn row(page: &mut String, name: &str, cells: &[&str]) {
    let _ = writeln!(page, "| `{name}` | {} |", cells.join(" | "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_current_and_what_is_changed_is_not() {
        let root = std::env::temp_dir().join(format!("skywarden-docs-{}", std::process::id()));
        fs::create_dir_all(root.join("docs/src/reference")).unwrap();
        assert!(run(&root, true).is_err());
        run(&root, false).unwrap();
        run(&root, true).unwrap();
        fs::write(root.join(PAGES[1].0), "# Metrics").unwrap();
        let error = run(&root, true).unwrap_err().to_string();
        assert!(error.contains(PAGES[1].0) && !error.contains(PAGES[0].0), "{error}");
        fs::remove_dir_all(root).unwrap();
    }
}
