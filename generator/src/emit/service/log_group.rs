//! The service's log group, unless it exists already.

use skywarden_cloudformation::{Expr, Parameter, Resource, Template, logs};

use super::LOG_GROUP;
use crate::{
    emit::{project::Project, waiver::waive},
    model::{Encryption, Service},
};

/// Parameter that carries the ARN of a key the user brings: an ARN with an account number does not belong into a resource.
const KEY_PARAMETER: &str = "LogGroupKeyArn";

/// Adds the log group when the stack is to create it.
pub(super) fn add(template: &mut Template, project: &Project<'_>, service: &Service) {
    let group = &service.log_group;
    if group.existing {
        return;
    }
    let key = match &group.encryption {
        Encryption::Aws => None,
        // By name, not by export: the stacks stay independent, and the key may be replaced behind the parameter.
        Encryption::Customer => Some(Expr::from(format!("{{{{resolve:ssm:{}}}}}", project.names.key_parameter()))),
        Encryption::Key(arn) => {
            template.parameters.insert(
                KEY_PARAMETER.to_owned(),
                Parameter {
                    description: Some("ARN of the KMS key the log group is encrypted with; its policy must admit CloudWatch Logs".to_owned()),
                    ..Parameter::string(arn)
                },
            );
            Some(Expr::reference(KEY_PARAMETER))
        }
    };
    let properties = logs::LogGroup {
        log_group_name: Some(group.name.clone().into()),
        retention_in_days: Some(group.retention_days.into()),
        kms_key_id: key,
        tags: project.service_tags(&service.name),
        ..logs::LogGroup::default()
    };
    let resource = Resource::new(properties).retained();
    let resource = match group.encryption {
        Encryption::Aws => waive(resource, [("CKV_AWS_158", "the config says `encryption: aws`: the key of CloudWatch Logs itself")]),
        Encryption::Customer | Encryption::Key(_) => resource,
    };
    template.add(LOG_GROUP, resource);
}

/// A resource that needs the log group, ordered behind it when the stack creates it.
pub(super) fn behind(service: &Service, resource: Resource) -> Resource {
    if service.log_group.existing { resource } else { resource.after(LOG_GROUP) }
}
