//! What AWS or arithmetic cannot express.

use skywarden_cloudformation::limits::{
    ALARM_WINDOW_SECONDS, LONG_PERIOD_SECONDS, OBJECTIVE_NAME_CHARACTERS, OBJECTIVE_PERIOD_SECONDS, SHORT_ALARM_WINDOW_SECONDS,
};
use skywarden_document::Span;

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::RawObjective,
    },
    model::{
        Indicator, Objective, Pair, Speed,
        objective::{LEAST_BAD_PERIODS, PAIRS, length},
    },
};

/// The pairs of windows that can tell of a speed.
///
/// Events are summed over a whole window, which is one period of the alarm. Periods are counted one by one: a window has to be made of whole ones, a long
/// window of enough that one bad one alone does not fire, and an alarm looks back a day at most when they are shorter than an hour. So the windows of three
/// days need periods of an hour; judging by an hour instead would make a whole hour bad for one bad minute, so that pair is left out then.
pub(super) fn pairs(objective: &Objective, speed: Speed) -> Vec<Pair> {
    let of_speed = PAIRS.into_iter().filter(|pair| pair.speed == speed);
    match objective.indicator {
        Indicator::Events { .. } => of_speed.collect(),
        Indicator::Periods { period_seconds, .. } => of_speed.filter(|pair| fits(*pair, period_seconds)).collect(),
    }
}

fn fits(pair: Pair, period_seconds: u32) -> bool {
    let whole = pair.looks().into_iter().all(|look| (look.minutes * 60).is_multiple_of(period_seconds));
    let most = if period_seconds < LONG_PERIOD_SECONDS { SHORT_ALARM_WINDOW_SECONDS } else { ALARM_WINDOW_SECONDS };
    whole && pair.long.minutes * 60 / period_seconds >= LEAST_BAD_PERIODS && u64::from(pair.long.minutes) * 60 <= most
}

/// Reports a budget that no alarm can look at.
pub(super) fn check(objective: &Objective, raw: &RawObjective, target: Span, findings: &mut Findings) {
    for burn in &objective.burns {
        let (speed, name) = (burn.speed.as_str(), &objective.name);
        let place = match burn.speed {
            Speed::Fast => raw.burn.fast.as_ref(),
            Speed::Slow => raw.burn.slow.as_ref(),
        };
        if let Indicator::Periods { period_seconds, .. } = objective.indicator
            && burn.pairs.is_empty()
        {
            let windows: Vec<_> =
                PAIRS.iter().filter(|pair| pair.speed == burn.speed).map(|pair| format!("{} with {}", pair.long.name, pair.short.name)).collect();
            let period = length(period_seconds / 60);
            let message =
                format!("the {speed} burn of objective `{name}` is looked for in {}, and periods of {period} fit into none of them", windows.join(" and in "));
            let finding = Finding::error(Code::BadObjective, place.map_or(raw.span, |told| told.span), message);
            findings.push(finding.hint(format!("write a `period` of at most {}, or `burn: {{ {speed}: off }}`", longest_period(burn.speed))));
        }
        // The first pair has the highest threshold; one finding is enough.
        let too_high = burn.pairs.iter().find(|pair| pair.bad_percent(objective.target, objective.window_days) >= 100.0);
        if let Some(pair) = too_high {
            let message = format!(
                "with a target of {} the {speed} burn of `{name}` would need more than {} % bad in {}: it could never fire",
                objective.target_words(),
                rounded(pair.bad_percent(objective.target, objective.window_days)),
                length(pair.long.minutes)
            );
            let hint = format!(
                "a target of at least {}% can be alarmed on in {} days; or leave it out: `burn: {{ {speed}: off }}`",
                pair.lowest_target_percent(objective.window_days),
                objective.window_days
            );
            findings.push(Finding::error(Code::BadTarget, target, message).hint(hint));
        }
    }
    if let Indicator::Periods { period_seconds, .. } = objective.indicator {
        check_periods(objective, period_seconds, target, findings);
    }
}

fn longest_period(speed: Speed) -> &'static str {
    match speed {
        Speed::Fast => "`30m`",
        Speed::Slow => "`1h`",
    }
}

/// Shortest period of an objective.
const SHORTEST_PERIOD_SECONDS: u32 = 60;

/// A budget of less than two periods is gone with the first bad one.
fn check_periods(objective: &Objective, period_seconds: u32, target: Span, findings: &mut Findings) {
    const OF_A_MILLION: u64 = 1_000_000;
    let periods = u64::from(objective.window_days) * 86_400 / u64::from(period_seconds);
    let budget = u64::from(objective.target.budget_of_million()) * periods;
    let least = u64::from(LEAST_BAD_PERIODS) * OF_A_MILLION;
    if budget >= least {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "both are far below 2^53")]
    let number = rounded(budget as f64 / OF_A_MILLION as f64);
    let message = format!(
        "with a target of {} the error budget of {} days is {number} of the {periods} periods of {}: one bad period is already most of it",
        objective.target_words(),
        objective.window_days,
        length(period_seconds / 60)
    );
    // In hundredths of a percent, downwards.
    let highest = OF_A_MILLION - least.div_ceil(periods);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let highest = (highest / 100) as f64 / 100.0;
    let or = if period_seconds > SHORTEST_PERIOD_SECONDS { ", or a shorter `period`" } else { "" };
    findings.push(Finding::error(Code::BadTarget, target, message).hint(format!("write a target of at most {highest}%{or}")));
}

/// Reports what Application Signals cannot take.
pub(super) fn application_signals(objective: &Objective, full_name: &str, place: Span, findings: &mut Findings) {
    let characters = full_name.chars().count();
    if characters > OBJECTIVE_NAME_CHARACTERS {
        let message = format!("`{full_name}` would have {characters} characters, an objective of Application Signals has at most {OBJECTIVE_NAME_CHARACTERS}");
        let hint = format!("shorten its `name`, or that of the service, by {}", characters - OBJECTIVE_NAME_CHARACTERS);
        findings.push(Finding::error(Code::AwsLimit, place, message).hint(hint));
    }
    if let Indicator::Periods { period_seconds, .. } = objective.indicator
        && !OBJECTIVE_PERIOD_SECONDS.contains(&period_seconds)
    {
        let message = format!("Application Signals judges by periods of at most {}", length(OBJECTIVE_PERIOD_SECONDS.end() / 60));
        findings.push(Finding::error(Code::AwsLimit, place, message).hint("write `period: 15m` or shorter, or leave `application_signals` out"));
    }
}

/// At most two decimals.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
