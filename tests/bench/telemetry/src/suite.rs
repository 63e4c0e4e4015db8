//! The suites of cases.

use anyhow::Context as _;

use crate::{axum, case::Case, line};

/// Cases that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Suite {
    /// Lines by `tracing`.
    Line,
    /// Requests to axum.
    Axum,
}

impl Suite {
    /// Name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Axum => "axum",
        }
    }

    /// Its cases, the one that others are compared with first.
    pub const fn cases(self) -> &'static [Case] {
        match self {
            Self::Line => &line::CASES,
            Self::Axum => &axum::CASES,
        }
    }

    /// One of its cases.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn named(self, name: &str) -> anyhow::Result<&'static Case> {
        self.cases().iter().find(|case| case.name == name).with_context(|| format!("there is no case {name} of suite {}", self.as_str()))
    }
}
