//! Which processor a function is.

use std::fmt;

/// A processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Log lines to metrics.
    MetricsExtractor,
    /// Log lines to issues.
    ErrorClassifier,
    /// Issues and alarms to messages.
    AlertNotifier,
}

impl Role {
    /// Every processor, in the order of the flow.
    pub const ALL: [Self; 3] = [Self::MetricsExtractor, Self::ErrorClassifier, Self::AlertNotifier];

    /// Its short name: the last part of the function's name, and the `Function` dimension of its own metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MetricsExtractor => "metrics-extractor",
            Self::ErrorClassifier => "error-classifier",
            Self::AlertNotifier => "alert-notifier",
        }
    }

    /// The processor a function is, by its name; `None` for a function that is none of ours.
    pub fn of_function(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| name.strip_suffix(role.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('-')))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_known_by_the_end_of_its_name() {
        assert_eq!(Role::of_function("shop-prod-error-classifier"), Some(Role::ErrorClassifier));
        assert_eq!(Role::of_function("alert-notifier"), Some(Role::AlertNotifier));
        assert_eq!(Role::of_function("shop-terror-classifier"), None);
        assert_eq!(Role::of_function("shop-checkout"), None);
    }
}
