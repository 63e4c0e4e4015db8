//! What AWS would refuse of an assembly: found here, not in the middle of a deployment.

use skywarden_cloudformation::check::{Rule, Violation};

use crate::{
    artifacts::{Files, render::template_file},
    config::{Code, Diagnostic, Level, Range},
    emit::{Assembly, Stack},
};

/// Every limit of AWS that a stack exceeds, with what to do about it. What can be told from the config alone has been told when it was read.
///
/// `files` are the assembly's, from [`super::render`].
pub fn refusals(assembly: &Assembly, files: &Files) -> Vec<Diagnostic> {
    let of_stack = |stack| violations(stack, files).into_iter().map(move |violation| diagnostic(stack, &violation, &assembly.shared));
    assembly.stacks().flat_map(of_stack).collect()
}

fn violations(stack: &Stack, files: &Files) -> Vec<Violation> {
    match files.get(&template_file(&stack.name)).and_then(|bytes| str::from_utf8(bytes).ok()) {
        Some(text) => stack.template.check_as(text),
        None => stack.template.check(),
    }
}

fn diagnostic(stack: &Stack, violation: &Violation, shared: &Stack) -> Diagnostic {
    let of_a_service = stack.name != shared.name;
    let hint = match violation.rule {
        Rule::Resources | Rule::TemplateSize | Rule::Outputs if of_a_service => {
            "give its alarms stacks of their own (`alarm_stacks: 2` beside its `runtime`), or make two services of it"
        }
        Rule::Resources | Rule::TemplateSize | Rule::Outputs | Rule::Parameters | Rule::ManagedPolicy | Rule::RolePolicy | Rule::KeyPolicy => {
            "make two projects of it: each has a shared stack of its own"
        }
        Rule::Name | Rule::LogicalId => "shorten the name it is made of",
        Rule::DashboardWidgets | Rule::DashboardMetrics | Rule::WidgetAlarms => "give the service fewer metrics and alarms, or make two services of it",
        Rule::DestinationPolicy => "admit an organization (`delivery: { from: { organization: o-… } }`) in place of so many accounts",
        _ => "change what it is made of in the config",
    };
    Diagnostic {
        code: Code::AwsLimit,
        severity: Level::Error,
        message: format!("AWS would refuse stack {}: {violation}", stack.name),
        hint: Some(hint.to_owned()),
        file: String::new(),
        span: Range::default(),
        line: 0,
        column: 0,
        label: None,
        related: None,
    }
}
