//! A query of the log that an alarm runs by a schedule.

/// A query and how its rows become numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// The query up to its aggregation, in the language of Logs Insights.
    pub text: String,
    /// `count(*)`, `avg(duration_ms) by route`: one number, or one for each group.
    pub aggregation: String,
    /// Log group it runs over.
    pub log_group: String,
}

impl LogQuery {
    /// The whole query, as one types it in the console.
    pub fn whole(&self) -> String {
        format!("{}\n| stats {}", self.text, self.aggregation)
    }
}
