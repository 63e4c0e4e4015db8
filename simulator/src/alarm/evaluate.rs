//! One evaluation: datapoints in, decision out.

use crate::{
    alarm::{AlarmRule, AlarmState, MissingData, reason},
    statistics::Datapoint,
};

/// What an evaluation says about the state.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// The state is to be this one, for this reason.
    Become {
        /// The state, perhaps the present one.
        state: AlarmState,
        /// Why, in CloudWatch's wording.
        reason: String,
    },
    /// The state stays what it is.
    Retain,
}

impl Decision {
    /// The decided state; `None` when the present one is kept.
    pub const fn state(&self) -> Option<AlarmState> {
        match self {
            Self::Become { state, .. } => Some(*state),
            Self::Retain => None,
        }
    }
}

/// The datapoints an evaluation rests on.
pub(super) struct Evidence {
    /// Real datapoints, newest first, at most N.
    pub(super) kept: Vec<Kept>,
    /// Of the N looked at, how many have no data.
    pub(super) missing: u32,
}

/// A real datapoint of the evaluation.
pub(super) struct Kept {
    pub(super) point: Datapoint,
    /// How many periods ago it ended, from 1 for the most recent completed period.
    pub(super) age: u32,
    /// Breaching, not breaching, or too few samples to say.
    pub(super) verdict: Option<bool>,
}

impl Evidence {
    fn gather(range: &[Option<Datapoint>], rule: &AlarmRule) -> Self {
        let wanted = usize::try_from(rule.evaluation_periods).unwrap_or(usize::MAX);
        let kept: Vec<Kept> = (1..)
            .zip(range.iter().rev())
            .filter_map(|(age, point)| {
                let point = (*point)?;
                let significant = rule.least_samples.is_none_or(|least| point.samples >= least);
                let verdict = significant.then(|| rule.comparison.breaches(point.value, rule.threshold));
                Some(Kept { point, age, verdict })
            })
            .take(wanted)
            .collect();
        let missing = rule.evaluation_periods - u32::try_from(kept.len()).unwrap_or(rule.evaluation_periods);
        Self { kept, missing }
    }

    /// How many kept datapoints have this verdict.
    pub(super) fn count(&self, verdict: Option<bool>) -> u32 {
        self.kept.iter().map(|kept| u32::from(kept.verdict == verdict)).sum()
    }
}

/// Evaluates the datapoints of an evaluation range, oldest first, one entry per period, `None` where there is no data. The last entry is
/// the most recent completed period.
///
/// The algorithm reproduces the tables of the CloudWatch user guide ("How alarm state is evaluated when data is missing") and the
/// transitions observed on AWS:
/// 1. the newest N real datapoints are kept;
/// 2. at least M breaching: ALARM;
/// 3. so many not breaching that the others cannot be M: OK;
/// 4. a percentile with too few samples among them: the state stays;
/// 5. otherwise the treatment of missing data decides. With `missing`, datapoints that all breach but are fewer than M make an alarm only
///    when one of them is at least M periods old, so that one late datapoint does not raise it prematurely.
pub fn evaluate(range: &[Option<Datapoint>], rule: &AlarmRule) -> Decision {
    let evidence = Evidence::gather(range, rule);
    let Some(state) = decide(&evidence, rule) else {
        return Decision::Retain;
    };
    let reason = reason::of(state, &evidence, rule);
    Decision::Become { state, reason }
}

/// The state, `None` to keep the present one.
fn decide(evidence: &Evidence, rule: &AlarmRule) -> Option<AlarmState> {
    let (periods, to_alarm) = (rule.evaluation_periods, rule.datapoints_to_alarm());
    let (bad, good) = (evidence.count(Some(true)), evidence.count(Some(false)));
    if bad >= to_alarm {
        return Some(AlarmState::Alarm);
    }
    if good > periods - to_alarm.min(periods) {
        return Some(AlarmState::Ok);
    }
    if evidence.count(None) > 0 {
        return None;
    }
    match rule.missing {
        MissingData::Breaching if bad + evidence.missing >= to_alarm => Some(AlarmState::Alarm),
        MissingData::Breaching | MissingData::NotBreaching => Some(AlarmState::Ok),
        MissingData::Ignore => (good > 0).then_some(AlarmState::Ok),
        MissingData::Missing if good > 0 => Some(AlarmState::Ok),
        MissingData::Missing if evidence.kept.iter().any(|kept| kept.age >= to_alarm) => Some(AlarmState::Alarm),
        MissingData::Missing => Some(AlarmState::InsufficientData),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::alarm::Comparison;

    fn rule(to_alarm: u32, periods: u32, missing: MissingData) -> AlarmRule {
        AlarmRule {
            comparison: Comparison::GreaterThan,
            threshold: 50.0,
            period_seconds: 60,
            evaluation_periods: periods,
            datapoints_to_alarm: Some(to_alarm),
            missing,
            least_samples: None,
        }
    }

    /// `0` not breaching, `X` breaching, `-` missing; oldest first.
    fn range(text: &str) -> Vec<Option<Datapoint>> {
        (0..)
            .zip(text.chars())
            .map(|(index, letter)| {
                let value = match letter {
                    '0' => 0.0,
                    'X' => 100.0,
                    _ => return None,
                };
                Some(Datapoint { start: index * 60, value, samples: 1.0 })
            })
            .collect()
    }

    #[test]
    fn one_late_breaching_point_is_not_an_alarm_until_it_is_m_periods_old() {
        let states: Vec<_> = ["----X", "---X-", "--X--"].map(|text| evaluate(&range(text), &rule(3, 3, MissingData::Missing)).state()).into();
        let none = Some(AlarmState::InsufficientData);
        assert_eq!(states, [none, none, Some(AlarmState::Alarm)]);
    }

    #[test]
    fn only_the_newest_n_points_count() {
        assert_eq!(evaluate(&range("XXX000"), &rule(3, 3, MissingData::Missing)).state(), Some(AlarmState::Ok));
        assert_eq!(evaluate(&range("000XXX"), &rule(3, 3, MissingData::Missing)).state(), Some(AlarmState::Alarm));
    }

    #[test]
    fn percentiles_with_too_few_samples_keep_the_state() {
        let mut rule = rule(1, 1, MissingData::Missing);
        rule.least_samples = Some(AlarmRule::least_samples_of(90.0));
        let point = |samples| [Some(Datapoint { start: 0, value: 100.0, samples })];
        assert_eq!(evaluate(&point(99.0), &rule), Decision::Retain);
        assert_eq!(evaluate(&point(100.0), &rule).state(), Some(AlarmState::Alarm));
    }

    fn letters() -> impl Strategy<Value = Vec<char>> {
        prop::collection::vec(prop::sample::select(vec!['0', 'X', '-']), 1..12)
    }

    fn rules() -> impl Strategy<Value = AlarmRule> {
        (1_u32..6).prop_flat_map(|periods| {
            (1..=periods, prop::sample::select(MissingData::ALL.to_vec())).prop_map(move |(to_alarm, missing)| rule(to_alarm, periods, missing))
        })
    }

    proptest! {
        #[test]
        fn a_good_point_where_there_was_none_never_makes_an_alarm(letters in letters(), rule in rules(), at in 0_usize..12) {
            let before = evaluate(&range(&letters.iter().collect::<String>()), &rule).state();
            let mut more = letters.clone();
            if let Some(letter) = more.get_mut(at).filter(|letter| **letter == '-') {
                *letter = '0';
            }
            let after = evaluate(&range(&more.iter().collect::<String>()), &rule).state();
            prop_assert!(after != Some(AlarmState::Alarm) || before == Some(AlarmState::Alarm), "{letters:?} -> {more:?}");
        }

        #[test]
        fn m_breaching_among_the_newest_n_is_an_alarm_whatever_the_treatment(letters in letters(), rule in rules()) {
            let newest: Vec<char> = letters.iter().rev().copied().filter(|letter| *letter != '-').take(rule.evaluation_periods as usize).collect();
            let bad = newest.iter().filter(|letter| **letter == 'X').count();
            let state = evaluate(&range(&letters.iter().collect::<String>()), &rule).state();
            if bad >= rule.datapoints_to_alarm() as usize {
                prop_assert_eq!(state, Some(AlarmState::Alarm));
            } else if newest.len() == rule.evaluation_periods as usize {
                prop_assert_eq!(state, Some(AlarmState::Ok));
            }
        }

        #[test]
        fn only_missing_data_leads_to_insufficient_data_or_to_keeping_the_state(letters in letters(), rule in rules()) {
            let decision = evaluate(&range(&letters.iter().collect::<String>()), &rule).state();
            match decision {
                None => prop_assert_eq!(rule.missing, MissingData::Ignore),
                Some(AlarmState::InsufficientData) => prop_assert_eq!(rule.missing, MissingData::Missing),
                Some(_) => {}
            }
        }
    }
}
