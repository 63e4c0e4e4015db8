//! The body of a `CloudWatch` dashboard (docs: `CloudWatch-Dashboard-Body-Structure`).
//!
//! A body is JSON inside a string. In a template it may hold `${AWS::Region}` and other pseudo
//! parameters, filled in at deployment: see [`Body::to_expr`].

mod annotation;
mod body;
mod metric;
mod panel;
mod row;
mod variable;
mod widget;

pub use annotation::{Annotations, Fill, Horizontal, HorizontalLine, Vertical, VerticalLine};
pub use body::{Body, BodyError, BodyProperty, PeriodOverride};
pub use metric::{Axes, Axis, Legend, LegendPosition, MetricWidget, SummaryColumn, Table, TableLayout, View};
pub use panel::{AlarmSort, AlarmWidget, Background, LogView, LogWidget, TextWidget};
pub use row::{Render, Row, Side, Source};
pub use variable::{Input, Variable, VariableKind, VariableValue};
pub use widget::{Content, Widget};

/// Columns of the grid widgets are placed on.
pub const COLUMNS: u32 = 24;
