//! The goals the generator is held to, beside what was measured. They are shown and never fail a run: a number depends on the machine.

use serde::Serialize;

use crate::report::Row;

/// Least that ours must take less CPU time for one function.
const CPU_OF_ONE: f64 = 50.0;

/// The same for more of them.
const CPU_OF_MANY: f64 = 100.0;

/// Most memory ours may hold, as a share of the CDK app's.
const MEMORY: f64 = 0.2;

/// Sizes whose CPU time per function is compared, and most that that of the second may be over that of the first.
const LINEAR: (usize, usize, f64) = (100, 1_000, 1.2);

/// A goal and what was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Goal {
    /// What is measured.
    pub(crate) name: String,
    /// The goal in words.
    pub(crate) wanted: String,
    /// What was measured, as a multiple.
    pub(crate) measured: f64,
    /// Whether it is met.
    pub(crate) met: bool,
}

/// A goal that is a lower bound.
fn least(name: String, measured: f64, limit: f64) -> Goal {
    Goal { name, wanted: format!("at least {limit}"), measured, met: measured >= limit }
}

/// A goal that is an upper bound.
fn most(name: String, measured: f64, limit: f64) -> Goal {
    Goal { name, wanted: format!("at most {limit}"), measured, met: measured <= limit }
}

/// The goals the rows can say something about.
pub(crate) fn goals(rows: &[Row]) -> Vec<Goal> {
    let mut goals = Vec::new();
    for row in rows {
        if let Some(ratio) = row.cpu_ratio {
            let limit = if row.services == 1 { CPU_OF_ONE } else { CPU_OF_MANY };
            goals.push(least(format!("CPU time of the CDK app over ours, N = {}", row.services), ratio, limit));
        }
    }
    for row in rows {
        if let Some(share) = row.memory_share {
            goals.push(most(format!("memory of ours over the CDK app's, N = {}", row.services), share, MEMORY));
        }
    }
    let (few, many, limit) = LINEAR;
    let cost = |services| rows.iter().find(|row| row.services == services).map(Row::ms_a_service);
    if let (Some(few_ms), Some(many_ms)) = (cost(few), cost(many)) {
        goals.push(most(format!("CPU time of ours per function, N = {many} over N = {few}"), many_ms / few_ms, limit));
    }
    goals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Side;

    fn row(services: usize, ours: (f64, f64), cdk: Option<(f64, f64)>) -> Row {
        let side = |(cpu_ms, peak_mib)| Side { runs: 5, cpu_ms, peak_mib, content: crate::content::Content::default() };
        Row::new(services, side(ours), cdk.map(side))
    }

    #[test]
    fn one_function_has_a_goal_of_its_own() {
        let rows = [row(1, (10.0, 10.0), Some((600.0, 40.0))), row(10, (10.0, 10.0), Some((600.0, 60.0)))];
        let met: Vec<_> = goals(&rows).iter().map(|goal| (goal.met, goal.wanted.clone())).collect();
        let expected = [(true, "at least 50"), (false, "at least 100"), (false, "at most 0.2"), (true, "at most 0.2")];
        assert_eq!(met, expected.map(|(met, wanted)| (met, wanted.to_owned())));
    }

    #[test]
    fn what_grows_faster_than_the_config_is_not_linear() {
        let goal = |many_ms| goals(&[row(100, (10.0, 1.0), None), row(1_000, (many_ms, 1.0), None)]).remove(0);
        assert!(goal(100.0).met && !goal(1_000.0).met);
    }
}
