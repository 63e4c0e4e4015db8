//! What the stack of a service shows after a deployment: links to click, and what the service itself needs.

use skywarden_cloudformation::{Expr, Output, Template};

use super::writer;
use crate::{
    emit::{project::Project, query},
    model::{Runtime, Service},
};

/// Adds them.
pub(super) fn add(template: &mut Template, project: &Project<'_>, service: &Service) {
    let console = &project.console;
    let group = service.log_group.name.as_str();
    let mut output = |id: &str, description: &str, value: Expr| {
        let output = Output { description: Some(description.to_owned()), ..Output::new(value) };
        template.outputs.insert(id.to_owned(), output);
    };
    output("WriterPolicyArn", "Policy for the service's own role: write its log and its metrics", Expr::reference(writer::POLICY));
    let stream = streams(service.runtime, &service.name);
    output("LogStreams", "How the service names its log streams", stream.into());
    let mut link = |id: &str, description: &str, url: String| output(id, description, Expr::sub(url));
    link("DashboardLink", "The service's dashboard", console.dashboard(&project.names.dashboard(Some(&service.name))));
    link("ErrorsLink", "The latest errors in Logs Insights", console.insights(&[group], &query::latest_errors(&service.format)));
    link("LogGroupLink", "The log group", console.log_group(group));
    if !service.alarms.is_empty() {
        link("AlarmsLink", "The service's alarms", console.alarms(&project.names.alarm_search(Some(&service.name))));
    }
}

/// The names of log streams by where a service runs. Each writer has streams of its own: two that share one wait for each other, and nobody can tell whose line it was.
fn streams(runtime: Runtime, service: &str) -> String {
    match runtime {
        // The platform's own; nothing has to be set.
        Runtime::Lambda => "<year>/<month>/<day>/[<version>]<instance>".to_owned(),
        Runtime::AppRunner => "instance/<instance>".to_owned(),
        // `awslogs-stream-prefix`; the driver adds the rest.
        Runtime::Ecs => format!("{service}/<container>/<task>"),
        // `log_stream_name` of the CloudWatch agent.
        Runtime::Ec2 => format!("{service}/{{instance_id}}"),
        Runtime::External => format!("{service}/<host>"),
    }
}
