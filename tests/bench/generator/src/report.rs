//! The result: tables in Markdown for the terminal and the documentation, JSON for a machine.

use std::fmt::Write as _;

use serde::Serialize;
use skywarden_bench_machine::Machine;

use crate::{content::Content, goals::Goal};

/// Version of the JSON. Raised when a field changes its meaning or goes.
pub(crate) const FORMAT: u32 = 1;

/// Everything one run measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Report {
    /// [`FORMAT`].
    pub(crate) format: u32,
    /// Where it was measured.
    pub(crate) machine: Machine,
    /// Whether the run was a quick one: fewer turns, rougher numbers.
    pub(crate) quick: bool,
    /// Clock of every time below.
    pub(crate) clock: &'static str,
    /// By number of functions.
    pub(crate) rows: Vec<Row>,
    /// The goals these numbers are held to.
    pub(crate) goals: Vec<Goal>,
}

/// One number of functions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Row {
    /// How many.
    pub(crate) services: usize,
    /// `skywarden generate`.
    pub(crate) ours: Side,
    /// The CDK app, where it was run.
    pub(crate) cdk: Option<Side>,
    /// CPU time of the CDK app over ours.
    pub(crate) cpu_ratio: Option<f64>,
    /// Memory of ours over the CDK app's.
    pub(crate) memory_share: Option<f64>,
}

/// One contender at one size: medians of its runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Side {
    /// Runs seen.
    pub(crate) runs: usize,
    /// CPU time, milliseconds.
    pub(crate) cpu_ms: f64,
    /// Most memory held, mebibytes.
    pub(crate) peak_mib: f64,
    /// What was written.
    pub(crate) content: Content,
}

impl Row {
    pub(crate) fn new(services: usize, ours: Side, cdk: Option<Side>) -> Self {
        let cpu_ratio = cdk.as_ref().map(|cdk| cdk.cpu_ms / ours.cpu_ms);
        let memory_share = cdk.as_ref().map(|cdk| ours.peak_mib / cdk.peak_mib);
        Self { services, ours, cdk, cpu_ratio, memory_share }
    }

    /// CPU time of ours for each function, milliseconds.
    #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
    pub(crate) fn ms_a_service(&self) -> f64 {
        self.ours.cpu_ms / self.services as f64
    }
}

impl Report {
    /// The tables.
    pub(crate) fn to_markdown(&self) -> String {
        let Machine { cpu, cores, system, tools } = &self.machine;
        let rough = if self.quick { "; a quick run, rough numbers" } else { "" };
        let mut text = format!("{cpu}, {cores} cores, {system}, {tools}{rough}\n");
        for table in self.tables() {
            text.push('\n');
            for (number, row) in table.iter().enumerate() {
                let _ = writeln!(text, "| {} |", row.join(" | "));
                if number == 0 {
                    let _ = writeln!(text, "|{}", "---|".repeat(row.len()));
                }
            }
        }
        text
    }

    fn tables(&self) -> [Vec<Vec<String>>; 3] {
        let mut costs = vec![cells(&["N", "CPU ms", "CPU ms, CDK", "ratio", "CPU ms per function", "MiB", "MiB, CDK", "share"])];
        costs.extend(self.rows.iter().map(|row| {
            let cdk = |of: fn(&Side) -> f64| row.cdk.as_ref().map_or_else(String::new, |cdk| format!("{:.0}", of(cdk)));
            let ratio = |ratio: Option<f64>, decimals: usize| ratio.map_or_else(String::new, |ratio| format!("{ratio:.decimals$}"));
            vec![
                row.services.to_string(),
                format!("{:.1}", row.ours.cpu_ms),
                cdk(|side| side.cpu_ms),
                ratio(row.cpu_ratio, 0),
                format!("{:.3}", row.ms_a_service()),
                format!("{:.1}", row.ours.peak_mib),
                cdk(|side| side.peak_mib),
                ratio(row.memory_share, 2),
            ]
        }));
        let mut contents = vec![cells(&["N", "by", "templates", "resources", "alarms of the functions", "other alarms", "dashboards", "KB of templates"])];
        for row in &self.rows {
            let sides = [("Skywarden", Some(&row.ours)), ("CDK", row.cdk.as_ref())];
            contents.extend(sides.into_iter().filter_map(|(name, side)| {
                let Content { templates, resources, alarms, own_alarms, dashboards, bytes } = &side?.content;
                let numbers = [templates, resources, alarms, own_alarms, dashboards, &(bytes / 1_000)];
                Some([row.services.to_string(), name.to_owned()].into_iter().chain(numbers.map(ToString::to_string)).collect())
            }));
        }
        let mut goals = vec![cells(&["goal", "measured", "wanted", "met"])];
        goals.extend(self.goals.iter().map(|goal| {
            let met = if goal.met { "met" } else { "not met" };
            vec![goal.name.clone(), format!("{:.2}", goal.measured), goal.wanted.clone(), met.to_owned()]
        }));
        [costs, contents, goals]
    }
}

/// A row of a table.
fn cells(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_run_leaves_its_cells_empty() {
        let side = |cpu_ms| Side { runs: 5, cpu_ms, peak_mib: 8.0, content: Content::default() };
        let machine = Machine { cpu: "a".to_owned(), cores: 2, system: "b".to_owned(), tools: "c".to_owned() };
        let rows = vec![Row::new(1, side(2.0), Some(side(300.0))), Row::new(500, side(50.0), None)];
        let report = Report { format: FORMAT, machine, quick: false, clock: "cpu", rows, goals: Vec::new() };
        let markdown = report.to_markdown();
        assert!(markdown.contains("| 1 | 2.0 | 300 | 150 | 2.000 | 8.0 | 8 | 1.00 |\n| 500 | 50.0 |  |  | 0.100 | 8.0 |  |  |\n"), "{markdown}");
    }
}
