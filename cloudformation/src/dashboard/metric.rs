//! Metric widgets: graphs, numbers, gauges, bars, pies and tables.

use super::{Annotations, Row, row};
use crate::Number;
use crate::shape::{shape, words};

shape! { camelCase
    /// Graphs and numbers of metrics.
    pub struct MetricWidget {
        required {
            /// Region of the metrics, `${AWS::Region}` in a template.
            region: String,
        }
        optional {
            /// At most 500 metrics and expressions; none when [`Annotations::alarms`] names an alarm.
            #[serde(deserialize_with = "row::read_rows")]
            metrics: Vec<Row>,
            /// Heading.
            title: Option<String>,
            /// Lines when absent.
            view: Option<View>,
            /// Lines on top of each other.
            stacked: Option<bool>,
            /// Numbers with a small line.
            sparkline: Option<bool>,
            /// Statistic of rows without one; `Average` when absent.
            stat: Option<String>,
            /// Seconds, of rows without one; 300 when absent.
            period: Option<u32>,
            /// `+0130`.
            timezone: Option<String>,
            /// Where the legend is.
            legend: Option<Legend>,
            /// Shows the period not yet complete.
            live_data: Option<bool>,
            /// Account of rows without one.
            account_id: Option<String>,
            /// The axes.
            y_axis: Option<Axes>,
            /// Lines and bands across the graph.
            annotations: Option<Annotations>,
            /// Table view.
            table: Option<Table>,
            /// Number and gauge: the value of the whole time range.
            set_period_to_time_range: Option<bool>,
            /// Start of a time range of its own, instead of the dashboard's: `-P30D` (docs: CDK `MetricWidget`, `start`).
            start: Option<String>,
            /// Number: all digits.
            single_value_full_precision: Option<bool>,
        }
    }
}

words! {
    /// How metrics are drawn.
    pub enum View {
        /// Lines over time: the default.
        TimeSeries = "timeSeries",
        /// The latest value as a number.
        SingleValue = "singleValue",
        /// A needle between the ends of the left axis, which must be set.
        Gauge = "gauge",
        /// Bars.
        Bar = "bar",
        /// A pie.
        Pie = "pie",
        /// A table.
        Table = "table",
    }
}

shape! { camelCase
    /// The legend.
    pub struct Legend {
        required {
            /// Where it is.
            position: LegendPosition,
        }
        optional {
        }
    }
}

words! {
    /// Where the legend is.
    pub enum LegendPosition {
        /// Right of the graph.
        Right = "right",
        /// Below it.
        Bottom = "bottom",
        /// Nowhere.
        Hidden = "hidden",
    }
}

shape! { camelCase
    /// The axes.
    pub struct Axes {
        optional {
            /// Left.
            left: Option<Axis>,
            /// Right.
            right: Option<Axis>,
        }
    }
}

shape! { camelCase
    /// One axis.
    pub struct Axis {
        optional {
            /// Its name.
            label: Option<String>,
            /// Lowest value shown.
            min: Option<Number>,
            /// Highest value shown.
            max: Option<Number>,
            /// Whether units are shown.
            show_units: Option<bool>,
        }
    }
}

shape! { camelCase
    /// Table view.
    pub struct Table {
        optional {
            /// Which way it runs.
            layout: Option<TableLayout>,
            /// Keeps the summary in sight.
            sticky_summary: Option<bool>,
            /// False: the summary alone.
            show_time_series_data: Option<bool>,
            /// Columns of the summary.
            summary_columns: Vec<SummaryColumn>,
        }
    }
}

words! {
    /// Which way a table runs.
    pub enum TableLayout {
        /// Metrics as rows.
        Horizontal = "horizontal",
        /// Metrics as columns.
        Vertical = "vertical",
    }
}

words! {
    /// A column of a table's summary.
    pub enum SummaryColumn {
        /// Least.
        Min = "MIN",
        /// Most.
        Max = "MAX",
        /// Sum.
        Sum = "SUM",
        /// Average.
        Avg = "AVG",
    }
}
