//! What the stack of a service shows after a deployment: links to click.

use skywarden_cloudformation::{Expr, Output, Template};

use crate::{
    emit::{project::Project, query},
    model::Service,
};

/// Adds them.
pub(super) fn add(template: &mut Template, project: &Project<'_>, service: &Service) {
    let console = &project.console;
    let group = service.log_group.name.as_str();
    let mut link = |id: &str, description: &str, url: String| {
        let output = Output { description: Some(description.to_owned()), ..Output::new(Expr::sub(url)) };
        template.outputs.insert(id.to_owned(), output);
    };
    link("DashboardLink", "The service's dashboard", console.dashboard(&project.names.dashboard(Some(&service.name))));
    link("ErrorsLink", "The latest errors in Logs Insights", console.insights(&[group], &query::latest_errors(&service.format)));
    link("LogGroupLink", "The log group", console.log_group(group));
    if !service.alarms.is_empty() {
        link("AlarmsLink", "The service's alarms", console.alarms(&project.names.alarm_search(Some(&service.name))));
    }
}
