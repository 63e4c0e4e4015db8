//! Facts of the machine a result was measured on.

use std::fs;

use serde::Serialize;

/// What a number depends on besides the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// Model of the processor, as the system names it.
    pub cpu: String,
    /// Cores this process may use.
    pub cores: usize,
    /// Operating system and architecture.
    pub system: String,
    /// What it was built with, and what else had a part in it.
    pub tools: String,
}

impl Machine {
    /// This machine.
    pub fn here(tools: String) -> Self {
        Self {
            cpu: fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| model(&text)).unwrap_or_else(|| "unknown".to_owned()),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            tools,
        }
    }
}

/// The model of the first processor. Some ARM systems name none.
fn model(cpuinfo: &str) -> Option<String> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_read_where_there_is_one() {
        assert_eq!(model("processor\t: 0\nmodel name\t: AMD EPYC: x\nmodel name\t: other\n").as_deref(), Some("AMD EPYC: x"));
        assert_eq!(model("processor\t: 0\n"), None);
    }
}
