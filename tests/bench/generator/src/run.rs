//! One run: both, turn by turn.

use std::{thread, time::Duration};

use skywarden_bench_machine::Machine;

use crate::{
    child::Cost,
    config::ALARMS_A_SERVICE,
    contender::{Contender, Contenders},
    content::Content,
    goals,
    report::{FORMAT, Report, Row, Side},
};

/// Numbers of functions for both.
const BOTH: [usize; 4] = [1, 10, 100, 250];

/// Numbers of functions for ours alone: CloudFormation takes no stack of so many resources, and the CDK app has one stack.
const OURS: [usize; 2] = [500, 1_000];

/// Time after the removal of many files in which new ones cost more (see [`Contenders::clean`]): five seconds on ext4.
const AFTER_CLEANING: Duration = Duration::from_secs(6);

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Turns, after one that only warms up.
    turns: usize,
    /// Runs of ours in a turn: it takes so little that one would say less than a run of the CDK app.
    runs_of_ours: usize,
}

impl Effort {
    /// What the published numbers come from.
    pub(crate) const FULL: Self = Self { turns: 5, runs_of_ours: 3 };
    /// To see that all works and roughly how fast.
    pub(crate) const QUICK: Self = Self { turns: 1, runs_of_ours: 2 };
}

/// Measures every size.
pub(crate) fn measure(contenders: &Contenders, effort: Effort, quick: bool, tools: String) -> anyhow::Result<Report> {
    let sizes: Vec<usize> = BOTH.into_iter().chain(OURS).collect();
    contenders.prepare(&sizes)?;
    let mut seen: Vec<(Seen, Option<Seen>)> = Vec::new();
    for &services in &sizes {
        println!("warming up: {services} functions");
        let cdk = if BOTH.contains(&services) { Some(Seen::first(contenders, Contender::Cdk, services)?) } else { None };
        seen.push((Seen::first(contenders, Contender::Ours, services)?, cdk));
    }
    for turn in 1..=effort.turns {
        println!("turn {turn} of {}", effort.turns);
        for (&services, (ours, cdk)) in sizes.iter().zip(&mut seen) {
            for _ in 0..effort.runs_of_ours {
                ours.again(contenders, services)?;
            }
            if let Some(cdk) = cdk {
                cdk.again(contenders, services)?;
            }
        }
        contenders.clean()?;
        thread::sleep(AFTER_CLEANING);
    }
    let rows = sizes.iter().zip(seen).map(|(&services, (ours, cdk))| Row::new(services, ours.side(), cdk.map(Seen::side))).collect();
    let mut report = Report { format: FORMAT, machine: Machine::here(tools), quick, clock: "user and system CPU time of the process", rows, goals: Vec::new() };
    report.goals = goals::goals(&report.rows);
    Ok(report)
}

/// Both do the smallest work, and have the alarms they should.
pub(crate) fn check(contenders: &Contenders) -> anyhow::Result<()> {
    contenders.prepare(&[1])?;
    for contender in [Contender::Ours, Contender::Cdk] {
        Seen::first(contenders, contender, 1)?;
    }
    contenders.clean()
}

/// Runs seen of one contender at one size.
struct Seen {
    contender: Contender,
    content: Content,
    costs: Vec<Cost>,
}

impl Seen {
    /// Runs it once without counting the costs, and looks at what it wrote.
    fn first(contenders: &Contenders, contender: Contender, services: usize) -> anyhow::Result<Self> {
        contenders.run(contender, services, 0)?;
        let content = contenders.content(contender, services, 0)?;
        let expected = services * ALARMS_A_SERVICE;
        anyhow::ensure!(content.alarms == expected, "{contender:?} made {} alarms of {services} functions, not {expected}", content.alarms);
        Ok(Self { contender, content, costs: Vec::new() })
    }

    fn again(&mut self, contenders: &Contenders, services: usize) -> anyhow::Result<()> {
        self.costs.push(contenders.run(self.contender, services, self.costs.len() + 1)?);
        Ok(())
    }

    fn side(self) -> Side {
        let median = |of: fn(&Cost) -> f64| median(self.costs.iter().map(of).collect());
        let (cpu_ms, peak_mib) = (median(|cost| cost.cpu_ms), median(|cost| cost.peak_mib));
        Side { runs: self.costs.len(), cpu_ms, peak_mib, content: self.content }
    }
}

/// The value in the middle, the lower one of two; NaN when there is none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_a_value_that_was_seen() {
        let medians = [vec![3.0, 1.0, 2.0], vec![4.0, 1.0], vec![5.0]].map(median);
        assert_eq!(medians.map(f64::to_bits), [2.0, 1.0, 5.0].map(f64::to_bits));
        assert!(median(Vec::new()).is_nan());
    }
}
