//! Saved Logs Insights queries of the project as a whole.

use skywarden_cloudformation::{Expr, Resource, Template, logs::QueryDefinition};

use super::function;
use crate::{
    emit::{project::Project, query},
    model::names::Function,
};

/// Adds them, in the folders `project/environment` and `project/environment/skywarden`.
pub(super) fn add(template: &mut Template, project: &Project<'_>) {
    let folder = project.folder();
    // The log groups of the services are made by later stacks (or exist already), so the query names none: whoever runs it picks them.
    let errors = QueryDefinition::new(format!("{folder}/errors of several services (pick their log groups)"), query::project_errors());
    template.add("QueryErrors", Resource::new(errors));

    let own = |title: &str, text: String, functions: &[Function]| {
        let groups = functions.iter().map(|each| Expr::reference(function::log_group_id(*each)));
        Resource::new(QueryDefinition { log_group_names: groups.collect(), ..QueryDefinition::new(format!("{folder}/skywarden/{title}"), text) })
    };
    template.add("QueryOwnErrors", own("errors of the processors", query::own_errors(), &Function::ALL));
    template.add("QueryIssues", own("issues by number of occurrences", query::issues(), &[Function::ErrorClassifier]));
}
