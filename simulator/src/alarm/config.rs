//! What an alarm is: identity, actions, what it looks at and its rule.

use crate::alarm::{AlarmState, Signal};

/// One metric alarm.
#[derive(Clone, Debug)]
pub struct AlarmConfig {
    /// Alarm name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// Description, empty when there is none.
    pub description: String,
    /// What happens on a change of state.
    pub actions: Actions,
    /// What is compared.
    pub signal: Signal,
    /// How it is compared.
    pub rule: AlarmRule,
}

/// ARNs that are told of a change of state, by new state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actions {
    /// On ALARM.
    pub alarm: Vec<String>,
    /// On OK.
    pub ok: Vec<String>,
    /// On `INSUFFICIENT_DATA`.
    pub insufficient_data: Vec<String>,
}

impl Actions {
    /// The ARNs for a new state.
    pub fn on(&self, state: AlarmState) -> &[String] {
        match state {
            AlarmState::Alarm => &self.alarm,
            AlarmState::Ok => &self.ok,
            AlarmState::InsufficientData => &self.insufficient_data,
        }
    }
}

/// When datapoints make an alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmRule {
    /// How a value is compared with the threshold.
    pub comparison: Comparison,
    /// Threshold, in the signal's unit.
    pub threshold: f64,
    /// Period in seconds: 10, 20, 30 or a multiple of 60.
    pub period_seconds: u32,
    /// N: how many datapoints are looked at.
    pub evaluation_periods: u32,
    /// M: how many of them must breach; all N when not given.
    pub datapoints_to_alarm: Option<u32>,
    /// What a period without data counts as.
    pub missing: MissingData,
    /// `EvaluateLowSampleCountPercentile` is `ignore`: a percentile with fewer samples than this decides nothing. `None`: every datapoint
    /// counts.
    pub least_samples: Option<f64>,
}

impl AlarmRule {
    /// M.
    pub fn datapoints_to_alarm(&self) -> u32 {
        self.datapoints_to_alarm.unwrap_or(self.evaluation_periods)
    }

    /// How many samples a percentile needs to mean something: ten beyond it. 10 / (1 - p) for p in the upper half, 10 / p in the lower
    /// (CloudWatch user guide, percentile-based alarms and low data samples).
    pub fn least_samples_of(percent: f64) -> f64 {
        // A hundredth part taken last keeps p90 at exactly 100 samples.
        let tail = if percent >= 50.0 { 100.0 - percent } else { percent };
        if tail > 0.0 { 1000.0 / tail } else { 0.0 }
    }
}

/// How a value is compared with the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `GreaterThanThreshold`.
    GreaterThan,
    /// `GreaterThanOrEqualToThreshold`.
    GreaterThanOrEqual,
    /// `LessThanThreshold`.
    LessThan,
    /// `LessThanOrEqualToThreshold`.
    LessThanOrEqual,
}

impl Comparison {
    /// Every operator a static threshold can have.
    pub const ALL: [Self; 4] = [Self::GreaterThan, Self::GreaterThanOrEqual, Self::LessThan, Self::LessThanOrEqual];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GreaterThan => "GreaterThanThreshold",
            Self::GreaterThanOrEqual => "GreaterThanOrEqualToThreshold",
            Self::LessThan => "LessThanThreshold",
            Self::LessThanOrEqual => "LessThanOrEqualToThreshold",
        }
    }

    /// Reads the API's name; `None` for any other, which are the operators of anomaly detection.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.as_str() == name)
    }

    /// Whether a value breaches.
    pub fn breaches(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::GreaterThan => value > threshold,
            Self::GreaterThanOrEqual => value >= threshold,
            Self::LessThan => value < threshold,
            Self::LessThanOrEqual => value <= threshold,
        }
    }
}

/// What a period without data counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingData {
    /// Nothing is known; without any data the alarm goes to `INSUFFICIENT_DATA`.
    #[default]
    Missing,
    /// The alarm keeps its state.
    Ignore,
    /// As breaching.
    Breaching,
    /// As not breaching.
    NotBreaching,
}

impl MissingData {
    /// Every treatment.
    pub const ALL: [Self; 4] = [Self::Missing, Self::Ignore, Self::Breaching, Self::NotBreaching];

    /// The word in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Ignore => "ignore",
            Self::Breaching => "breaching",
            Self::NotBreaching => "notBreaching",
        }
    }

    /// Reads the API's word; `None` for any other.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|treatment| treatment.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_api_read_back() {
        for comparison in Comparison::ALL {
            assert_eq!(Comparison::from_name(comparison.as_str()), Some(comparison));
        }
        for treatment in MissingData::ALL {
            assert_eq!(MissingData::from_word(treatment.as_str()), Some(treatment));
        }
        assert_eq!(Comparison::from_name("GreaterThanUpperThreshold"), None);
        assert_eq!(MissingData::from_word("Breaching"), None);
    }

    #[test]
    fn a_percentile_needs_ten_samples_beyond_it() {
        for (percent, least) in [(90.0, 100.0), (50.0, 20.0), (99.0, 1000.0), (10.0, 100.0), (25.0, 40.0)] {
            assert!((AlarmRule::least_samples_of(percent) - least).abs() < 1e-9, "p{percent}");
        }
    }
}
