//! The saved Logs Insights queries of a service.

use skywarden_cloudformation::{Resource, Template, logs::QueryDefinition};

use super::log_group::behind;
use crate::{
    emit::{project::Project, query},
    model::Service,
};

/// Adds them, in the folder `project/environment/service`.
pub(super) fn add(template: &mut Template, project: &Project<'_>, service: &Service) {
    for saved in query::of_service(service) {
        let definition = QueryDefinition {
            log_group_names: vec![service.log_group.name.clone().into()].into(),
            ..QueryDefinition::new(format!("{}/{}/{}", project.folder(), service.name, saved.title), saved.text)
        };
        template.add(format!("Query{}", saved.id), behind(service, Resource::new(definition)));
    }
}
