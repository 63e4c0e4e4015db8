//! Settings from files, the environment and code: what they become, which of them counts, and what is told of mistakes.
#![cfg(feature = "config")]
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test says by a panic what went wrong")]
#![expect(clippy::format_collect, clippy::format_push_string, reason = "a test may allocate")]

mod contradictions;
mod diagnostics;
mod documentation;
mod environment;
mod files;
mod form;
mod in_code;
mod keys;
mod precedence;
mod properties;

use skywarden_telemetry::settings::{Environment, Reading, Settings, SettingsBuilder};

/// What a TOML file gives.
fn toml(text: &str) -> Reading {
    Settings::builder().file_text("telemetry.toml", text).read()
}

/// What a YAML file gives.
fn yaml(text: &str) -> Reading {
    Settings::builder().file_text("telemetry.yaml", text).read()
}

/// What variables give.
fn variables<const N: usize>(pairs: [(&str, &str); N]) -> Reading {
    Settings::builder().environment(Environment::from_pairs(pairs)).read()
}

/// Everything found, as people see it.
fn told(reading: &Reading) -> String {
    let mut text: String = reading.findings.iter().map(|finding| format!("{finding}\n")).collect();
    if reading.more > 0 {
        text.push_str(&format!("{} more\n", reading.more));
    }
    text
}

/// The settings when nothing was found.
fn clean(builder: SettingsBuilder) -> Settings {
    let reading = builder.read();
    assert_eq!(told(&reading), "");
    reading.settings
}
