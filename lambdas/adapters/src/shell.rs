//! What every function's shell does: read the plan beside the program, and tell Lambda of failures by a stable type.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Context, Diagnostic};
use skywarden_core::{
    event::EventError,
    pipeline::PipelineError,
    plan::{Plan, PlanError},
};

use crate::setting::{SettingError, setting};

/// Why a function cannot start or an invocation fails: a stable code and a text without any of the input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Failed {
    /// Stable code, the error type Lambda shows.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl From<PlanError> for Failed {
    fn from(error: PlanError) -> Self {
        Self { code: error.code(), message: error.to_string() }
    }
}

impl From<SettingError> for Failed {
    fn from(error: SettingError) -> Self {
        Self { code: "setting-missing", message: error.to_string() }
    }
}

impl From<PipelineError> for Failed {
    fn from(error: PipelineError) -> Self {
        Self { code: error.code(), message: error.to_string() }
    }
}

impl From<EventError> for Failed {
    fn from(error: EventError) -> Self {
        Self { code: EventError::CODE, message: error.to_string() }
    }
}

impl From<Failed> for Diagnostic {
    fn from(failed: Failed) -> Self {
        Self { error_type: failed.code.to_owned(), error_message: failed.message }
    }
}

/// Reads `plan.json` from the directory of the package.
///
/// # Errors
/// [`Failed`] with code `plan-missing`, `plan-unreadable` or `plan-too-new`.
pub fn read_plan(directory: &Path) -> Result<Plan, Failed> {
    let text = std::fs::read_to_string(directory.join("plan.json")).map_err(|error| Failed {
        code: "plan-missing",
        message: format!("plan.json cannot be read beside the program: {error}; deploy the package made by `skywarden package`"),
    })?;
    Ok(Plan::parse(&text)?)
}

/// Reads the plan of the running function, where Lambda unpacked its package.
///
/// # Errors
/// As [`read_plan`], or the directory is not set.
pub fn own_plan() -> Result<Plan, Failed> {
    read_plan(Path::new(&setting("LAMBDA_TASK_ROOT")?))
}

/// When Lambda will end the invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(pub Timestamp);

/// The time an invocation is taken to have when its deadline is over before it begins: then the clock of this host is wrong, and going by it would mean
/// to do nothing at all. Half of the time-out in the generated template.
const UNTIMED: SignedDuration = SignedDuration::from_secs(30);

/// When Lambda will end this invocation, which begins now.
pub fn deadline(context: &Context) -> Deadline {
    Deadline(deadline_of(context.deadline, Timestamp::now()))
}

fn deadline_of(millis: u64, now: Timestamp) -> Timestamp {
    let told = i64::try_from(millis).ok().and_then(|millis| Timestamp::from_millisecond(millis).ok()).unwrap_or(Timestamp::MAX);
    if told > now { told } else { now.checked_add(UNTIMED).unwrap_or(Timestamp::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_is_over_at_the_beginning_is_a_wrong_clock() {
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        assert_eq!(deadline_of(1_795_000_060_000, now), Timestamp::from_second(1_795_000_060).unwrap());
        assert_eq!(deadline_of(1_794_999_460_000, now), Timestamp::from_second(1_795_000_030).unwrap());
        assert_eq!(deadline_of(u64::MAX, now), Timestamp::MAX);
    }

    #[test]
    fn a_missing_unreadable_or_too_new_plan_is_named() {
        assert_eq!(read_plan(Path::new("/nowhere")).unwrap_err().code, "plan-missing");
        let directory = tempfile::tempdir().unwrap();
        for (text, code) in [("{", "plan-unreadable"), ("{\"format\": 99}", "plan-too-new")] {
            std::fs::write(directory.path().join("plan.json"), text).unwrap();
            assert_eq!(read_plan(directory.path()).unwrap_err().code, code);
        }
    }
}
