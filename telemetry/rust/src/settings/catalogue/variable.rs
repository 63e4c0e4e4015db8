//! Names of the environment's variables.

use super::Key;

/// How all of ours begin.
pub(in crate::settings) const PREFIX: &str = "SKYWARDEN_";

/// How those of logging begin.
const LOG_PREFIX: &str = "SKYWARDEN_LOG_";

/// How those of an output begin, before its index.
pub(in crate::settings) const OUTPUT_PREFIX: &str = "SKYWARDEN_LOG_OUTPUTS_";

/// Names the file of settings.
pub(in crate::settings) const CONFIG: &str = "SKYWARDEN_LOG_CONFIG";

/// Names the file lines go to.
pub(in crate::settings) const FILE: &str = "SKYWARDEN_LOG_FILE";

/// What people may try for the level, and its name.
pub(in crate::settings) const LEVEL_SYNONYM: (&str, &str) = ("SKYWARDEN_LOG_LEVEL", "SKYWARDEN_LOG");

/// A variable that is no key's own.
#[derive(Clone, Copy, Debug)]
pub struct OtherVariable {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// Whether it belongs to another tool, and so weighs less than the file.
    pub fallback: bool,
}

/// Variables that are no key's own, in the order of the documentation; of fallbacks for the same key the first that is set counts.
pub const OTHER_VARIABLES: &[OtherVariable] = &[
    OtherVariable {
        name: CONFIG,
        meaning: "Path of the file of settings. Without it `skywarden-telemetry.toml`, `.yaml` or `.yml` in the working directory is read when there is one.",
        fallback: false,
    },
    OtherVariable { name: FILE, meaning: "Path of the log file: of the first output that is a file, or of one more output when none is.", fallback: false },
    OtherVariable { name: "OTEL_SERVICE_NAME", meaning: "`service`", fallback: true },
    OtherVariable {
        name: "OTEL_RESOURCE_ATTRIBUTES",
        meaning: "`service` from `service.name`, `version` from `service.version`, `environment` from `deployment.environment.name` or `deployment.environment`",
        fallback: true,
    },
    OtherVariable { name: "POWERTOOLS_SERVICE_NAME", meaning: "`service`", fallback: true },
    OtherVariable {
        name: "AWS_LAMBDA_FUNCTION_NAME",
        meaning: "`service`; and lines are written in the call itself unless an output says otherwise, since Lambda freezes the process between invocations",
        fallback: true,
    },
    OtherVariable { name: "POWERTOOLS_LOG_LEVEL", meaning: "`level`", fallback: true },
    OtherVariable { name: "AWS_LAMBDA_LOG_LEVEL", meaning: "`level`", fallback: true },
    OtherVariable { name: "POWERTOOLS_LOGGER_SAMPLE_RATE", meaning: "`sampling.debug_requests`", fallback: true },
    OtherVariable { name: "POWERTOOLS_METRICS_NAMESPACE", meaning: "`metrics.namespace`", fallback: true },
];

impl Key {
    /// The example as the value of a variable: without quotes, and with commas alone between the items of a list.
    pub(in crate::settings) fn example_value(&self) -> String {
        self.example.trim_matches(['[', ']', '{', '}']).replace('"', "").replace(", ", ",").replace(" = ", "=").trim().to_owned()
    }

    /// Its variable of the environment; `<n>` stands for the index of an output, from 0. None where a variable cannot hold the value.
    pub fn variable(&self) -> Option<String> {
        if self.path == "level" {
            return Some("SKYWARDEN_LOG".to_owned());
        }
        if self.path == "levels" || self.path.starts_with("mask.patterns") {
            return None;
        }
        let path = self.path.strip_suffix(".enabled").unwrap_or(self.path);
        let first = path.split('.').next().unwrap_or(path);
        let prefix = if matches!(first, "project" | "service" | "environment" | "version" | "requests" | "metrics") { PREFIX } else { LOG_PREFIX };
        Some(format!("{prefix}{}", path.replace("[]", "_<n>").replace('.', "_").to_uppercase().replace("<N>", "<n>")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::key;

    #[test]
    fn names_follow_the_path() {
        for (path, name) in [
            ("service", Some("SKYWARDEN_SERVICE")),
            ("level", Some("SKYWARDEN_LOG")),
            ("levels", None),
            ("format", Some("SKYWARDEN_LOG_FORMAT")),
            ("limits.fields", Some("SKYWARDEN_LOG_LIMITS_FIELDS")),
            ("mask.enabled", Some("SKYWARDEN_LOG_MASK")),
            ("mask.patterns[].regex", None),
            ("outputs", Some("SKYWARDEN_LOG_OUTPUTS")),
            ("outputs[].rotate.size", Some("SKYWARDEN_LOG_OUTPUTS_<n>_ROTATE_SIZE")),
            ("outputs[].background.enabled", Some("SKYWARDEN_LOG_OUTPUTS_<n>_BACKGROUND")),
            ("requests.trusted_proxies", Some("SKYWARDEN_REQUESTS_TRUSTED_PROXIES")),
            ("metrics.namespace", Some("SKYWARDEN_METRICS_NAMESPACE")),
        ] {
            assert_eq!(key(path).unwrap().variable().as_deref(), name, "{path}");
        }
    }
}
