//! Quotas of dashboards.

use super::{Here, Rule};
use crate::cloudwatch::Dashboard;
use crate::dashboard::{Body, COLUMNS, Content, Source, Widget};
use crate::limits;

impl Here<'_, '_> {
    pub(super) fn dashboard(&mut self, dashboard: &Dashboard) {
        let most = limits::DASHBOARD_NAME_CHARACTERS;
        self.characters(Rule::Name, "DashboardName", dashboard.dashboard_name.as_ref(), most);
        if let Some(body) = dashboard.dashboard_body.made_of() {
            return self.body(body);
        }
        if let Some(text) = self.known(dashboard.dashboard_body.expr()) {
            match Body::parse(&text) {
                Ok(body) => self.body(&body),
                Err(error) => self.add(Rule::DashboardBody, error.to_string()),
            }
        }
    }

    fn body(&mut self, body: &Body) {
        let widgets = body.widgets.len();
        self.at_most(Rule::DashboardWidgets, "the dashboard", widgets, "widgets", limits::DASHBOARD_WIDGETS);
        let variables = body.variables.len();
        self.at_most(Rule::DashboardVariables, "the dashboard", variables, "variables", limits::DASHBOARD_VARIABLES);
        let mut metrics = 0;
        for (position, widget) in body.widgets.iter().enumerate() {
            let name = format!("widget {}", position + 1);
            self.place(&name, widget);
            match &widget.content {
                Content::Metric(graph) => {
                    let rows = graph.metrics.len();
                    self.at_most(Rule::DashboardMetrics, &name, rows, "metrics", limits::WIDGET_METRICS);
                    let own = |row: &&crate::dashboard::Row| matches!(row.source, Source::Metric { .. });
                    metrics += graph.metrics.iter().filter(own).count();
                }
                Content::Alarm(states) => {
                    let alarms = states.alarms.len();
                    self.at_most(Rule::WidgetAlarms, &name, alarms, "alarms", limits::WIDGET_ALARMS);
                    if alarms == 0 {
                        self.add(Rule::WidgetAlarms, format!("{name} shows no alarm, name at least one"));
                    }
                }
                Content::Text(_) | Content::Log(_) => {}
                other @ Content::Other { .. } => {
                    if let Some(reason) = other.untyped_reason() {
                        self.add(Rule::DashboardBody, format!("{name}: {reason}"));
                    }
                }
            }
        }
        self.at_most(Rule::DashboardMetrics, "the dashboard", metrics, "metrics", limits::DASHBOARD_METRICS);
    }

    fn place(&mut self, name: &str, widget: &Widget) {
        let left = widget.x.unwrap_or(0);
        let width = widget.width.unwrap_or(6);
        let height = widget.height.unwrap_or(6);
        if width == 0 || left.saturating_add(width) > COLUMNS {
            let message = format!("{name} spans columns {left} to {}, the grid has {COLUMNS}", left.saturating_add(width));
            self.add(Rule::WidgetPlace, message);
        }
        if height == 0 || height > limits::WIDGET_HEIGHT {
            let message = format!("{name} is {height} rows high, use 1 to {}", limits::WIDGET_HEIGHT);
            self.add(Rule::WidgetPlace, message);
        }
        if widget.x.is_some() != widget.y.is_some() {
            self.add(Rule::WidgetPlace, format!("{name} has only one of x and y, give both or none"));
        }
    }
}
