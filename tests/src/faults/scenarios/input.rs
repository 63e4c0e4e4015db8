//! What arrives is not what it should be, or is very large; and packages that are not complete.

use crate::faults::{
    deployment::PlanFile,
    scenario::{Course, Keeps, Scenario},
};

/// The scenarios.
pub(super) const SCENARIOS: [Scenario; 7] = [
    Scenario::course("poison", "half of all lines are not what they should be", Course::Poison),
    Scenario::course("gzip-bomb", "a payload inflates to 100 MB", Course::Bomb)
        .keeps(Keeps::Failed)
        .memory(220 * 1024)
        .counters(&[("metrics-extractor", "RecordsRejected", 3.0), ("error-classifier", "RecordsRejected", 3.0)]),
    Scenario::course("large", "payloads of 1 MB, the most Lambda takes", Course::Large).memory(220 * 1024),
    Scenario::course("old-and-future", "events that are three weeks old, and events of tomorrow", Course::OldAndFuture).counters(&[(
        "metrics-extractor",
        "SamplesDropped",
        20.0,
    )]),
    Scenario::course("plan-missing", "`plan.json` is missing", Course::RefusesToStart(PlanFile::Missing)).keeps(Keeps::Failed),
    Scenario::course("plan-unreadable", "`plan.json` is cut off", Course::RefusesToStart(PlanFile::Unreadable)).keeps(Keeps::Failed),
    Scenario::course("plan-too-new", "`plan.json` is of a later version", Course::RefusesToStart(PlanFile::TooNew)).keeps(Keeps::Failed),
];
