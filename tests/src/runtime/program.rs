//! What is run: a function's program with its package and settings.

use std::{path::PathBuf, time::Duration};

use crate::{clock::Clock, emulator::REGION};

/// A function as it is deployed.
#[derive(Clone, Debug)]
pub struct Program {
    /// Name of the function.
    pub name: String,
    /// The built `bootstrap`.
    pub bootstrap: PathBuf,
    /// Directory of the unpacked package: `plan.json` lies there.
    pub task_root: PathBuf,
    /// Its settings, the `SKYWARDEN_*` variables.
    pub settings: Vec<(String, String)>,
    /// Memory size, MB. It is told to the function and not enforced: look at [`super::Usage::peak_kib`].
    pub memory_mb: u32,
    /// Longest invocation.
    pub timeout: Duration,
    /// Time of day.
    pub clock: Clock,
}

impl Program {
    /// The whole environment of a process: nothing of the test's own comes through.
    pub(super) fn environment(&self, runtime_api: &str, endpoint: &str) -> Vec<(String, String)> {
        let fixed = [
            ("AWS_LAMBDA_RUNTIME_API", runtime_api),
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", REGION),
            ("AWS_DEFAULT_REGION", REGION),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_LAMBDA_FUNCTION_NAME", &self.name),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "test"),
            ("_HANDLER", "bootstrap"),
        ];
        let mut environment: Vec<(String, String)> = fixed.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        environment.push(("AWS_LAMBDA_FUNCTION_MEMORY_SIZE".to_owned(), self.memory_mb.to_string()));
        environment.push(("AWS_LAMBDA_LOG_GROUP_NAME".to_owned(), format!("/aws/lambda/{}", self.name)));
        environment.push(("LAMBDA_TASK_ROOT".to_owned(), self.task_root.to_string_lossy().into_owned()));
        environment.extend(self.clock.environment());
        environment.extend(self.settings.iter().cloned());
        environment
    }
}
