//! What the shared stack shows after a deployment: links to click and the names people need.

use skywarden_cloudformation::{Expr, Output, Template};

use super::{bucket, key, other_account, people, queue, redrive, table, topic};
use crate::{
    emit::{project::Project, query},
    model::{Model, names::Function},
};

/// Adds them.
pub(super) fn add(template: &mut Template, project: &Project<'_>, model: &Model) {
    let names = project.names;
    let console = &project.console;
    let mut output = |id: &str, description: &str, value: Expr| {
        let output = Output { description: Some(description.to_owned()), ..Output::new(value) };
        template.outputs.insert(id.to_owned(), output);
    };

    if model.overview_dashboard {
        let url = console.dashboard(&names.dashboard(None));
        output("OverviewLink", "The dashboard over all services", Expr::sub(url));
    }
    output("AlarmsLink", "All alarms of the project", Expr::sub(console.alarms(names.alarm_search(None).trim_matches(|c: char| !c.is_ascii_alphanumeric()))));
    let groups = Function::ALL.map(|each| names.function_log_group(each));
    let groups: Vec<_> = groups.iter().map(String::as_str).collect();
    output("OwnErrorsLink", "What Skywarden's own functions complain of", Expr::sub(console.insights(&groups, &query::own_errors())));
    output("IssuesLink", "The table of issues", Expr::sub(console.table(&names.shared("issues"))));
    output("DeadLettersLink", "What could not be delivered", Expr::sub(console.queue("${AWS::AccountId}", &names.shared("dead-letters"))));

    output("IssuesPolicyArn", "Policy for the people who look after issues with `skywarden issues`", Expr::reference(people::ISSUES));
    output("ViewerPolicyArn", "Policy for people who look at dashboards, alarms, logs and issues", Expr::reference(people::VIEWER));
    output("OperatorPolicyArn", "Policy for people on call, beside the viewer's: silence alarms, stop a function", Expr::reference(people::OPERATOR));
    output("IssuesTable", "Name of the table of issues", Expr::reference(table::ISSUES));
    output("AlertsQueueUrl", "Queue from error-classifier to alert-notifier", Expr::reference(queue::ALERTS));
    output("DeadLettersQueueUrl", "Queue of what could not be delivered", Expr::reference(queue::DEAD_LETTERS));
    output("ResidueBucket", "Bucket of effects not yet delivered", Expr::reference(bucket::Kind::Residue.logical_id()));
    output(
        "FailedInvocationsBucket",
        "Bucket of Lambda's records of failed invocations; they hold raw log text",
        Expr::reference(bucket::Kind::FailedInvocations.logical_id()),
    );
    output("RedrivePolicyArn", "Policy for the people who run `skywarden redrive`", Expr::reference(redrive::POLICY));
    output("AlarmsTopicArn", "Topic that alarms act on", Expr::reference(topic::ALARMS));
    output("FallbackTopicArn", "Topic for trouble with the notification path itself", Expr::reference(topic::FALLBACK));
    if model.delivery.senders.is_some() {
        output("DestinationArn", "Destination that log groups of other accounts deliver to", Expr::get_att(other_account::DESTINATION, "Arn"));
    }
    output("KeyArn", "Key of logs, queues, topics, table and residues", key::arn_of(key::KEY));
}
