//! A function's process is killed at each call it makes, before and after the call took effect.

use crate::{
    fault::Effect,
    faults::{
        deployment::{CLASSIFIER, EXTRACTOR, NOTIFIER},
        scenario::{Course, Scenario},
    },
};

/// Messages that killing alert-notifier at each call can repeat, at most: three notices are told on two topics, and a process killed at the first of three
/// notes of one request repeats three messages, at the second two, at the last one.
const MESSAGES_TWICE: usize = 12;

/// The scenarios. What is done twice: metric data whose marker was not closed, and a message that was not noted.
pub(super) const SCENARIOS: [Scenario; 6] = [
    Scenario::course("kill-extractor-before", "metrics-extractor is killed before each call it makes", Course::KilledAtEachCall(EXTRACTOR, Effect::Before))
        .metrics_twice(|_| 1),
    Scenario::course("kill-extractor-after", "metrics-extractor is killed after each call it makes", Course::KilledAtEachCall(EXTRACTOR, Effect::After))
        .metrics_twice(|_| 1),
    Scenario::course("kill-classifier-before", "error-classifier is killed before each call it makes", Course::KilledAtEachCall(CLASSIFIER, Effect::Before)),
    Scenario::course("kill-classifier-after", "error-classifier is killed after each call it makes", Course::KilledAtEachCall(CLASSIFIER, Effect::After)),
    Scenario::course("kill-notifier-before", "alert-notifier is killed before each call it makes", Course::KilledAtEachCall(NOTIFIER, Effect::Before))
        .messages_twice(|_| MESSAGES_TWICE),
    Scenario::course("kill-notifier-after", "alert-notifier is killed after each call it makes", Course::KilledAtEachCall(NOTIFIER, Effect::After))
        .messages_twice(|_| MESSAGES_TWICE),
];
