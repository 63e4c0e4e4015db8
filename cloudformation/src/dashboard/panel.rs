//! Text, log and alarm widgets.

use crate::shape::{shape, words};

shape! { camelCase
    /// Markdown.
    pub struct TextWidget {
        required {
            /// The text.
            markdown: String,
        }
        optional {
            /// Solid when absent.
            background: Option<Background>,
        }
    }
}

words! {
    /// What is behind a text.
    pub enum Background {
        /// A card.
        Solid = "solid",
        /// The page.
        Transparent = "transparent",
    }
}

shape! { camelCase
    /// A Logs Insights query.
    pub struct LogWidget {
        required {
            /// Region of the groups, `${AWS::Region}` in a template.
            region: String,
            /// `SOURCE 'group' | fields …`.
            query: String,
        }
        optional {
            /// Heading.
            title: Option<String>,
            /// Table when absent.
            view: Option<LogView>,
            /// Lines on top of each other.
            stacked: Option<bool>,
            /// Account of the groups.
            account_id: Option<String>,
        }
    }
}

words! {
    /// How the result of a query is drawn.
    pub enum LogView {
        /// A table: the default.
        Table = "table",
        /// Lines over time.
        TimeSeries = "timeSeries",
        /// Bars.
        Bar = "bar",
        /// A pie.
        Pie = "pie",
    }
}

shape! { camelCase
    /// States of alarms.
    pub struct AlarmWidget {
        required {
            /// ARNs of 1..=100 alarms.
            alarms: Vec<String>,
        }
        optional {
            /// Heading.
            title: Option<String>,
            /// Order.
            sort_by: Option<AlarmSort>,
            /// `ALARM`, `OK`, `INSUFFICIENT_DATA`: only alarms in one of these states.
            states: Vec<String>,
        }
    }
}

words! {
    /// Order of alarms.
    pub enum AlarmSort {
        /// As listed.
        Default = "default",
        /// By last change of state.
        StateUpdatedTimestamp = "stateUpdatedTimestamp",
        /// By last change of state or configuration.
        Timestamp = "timestamp",
    }
}
