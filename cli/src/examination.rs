//! From the options of the commands that look at single events to the rules they look with.

use skywarden_core::{
    error::verdict::{Examined, Examiner},
    plan::Masking,
};
use skywarden_generator::model::{Model, Service};

use crate::{
    args::{ConfigArgs, MessageFormat, RulesArgs},
    known, project,
    terminal::Failed,
};

/// The built-in rules, and those of the config when one is named.
pub(crate) fn examiner(args: &RulesArgs) -> Result<Examiner, Failed> {
    let service = args.service.as_deref();
    if args.configs.is_empty() {
        let taxonomy = project::taxonomy(args.templates.as_deref())?;
        return compile(Examined { rules: &[], taxonomy: &taxonomy, masking: &Masking::default(), service, format: None });
    }
    let config = ConfigArgs { configs: args.configs.clone(), templates: args.templates.clone(), message_format: MessageFormat::Text };
    let model = project::read(&config)?;
    let found = service.map(|name| find(&model, name)).transpose()?;
    let format = found.map(|service| &service.format);
    compile(Examined { rules: &model.errors.rules, taxonomy: &model.taxonomy, masking: &model.masking, service, format })
}

fn find<'m>(model: &'m Model, name: &str) -> Result<&'m Service, Failed> {
    model.services.iter().find(|service| service.name == name).ok_or_else(|| {
        let names: Vec<&str> = model.services.iter().map(|service| service.name.as_str()).collect();
        Failed::with_hint(format!("there is no service {name}"), &known::hint(name, "the services of the config", &names))
    })
}

fn compile(examined: Examined<'_>) -> Result<Examiner, Failed> {
    Examiner::new(examined).map_err(|error| Failed::Because(error.to_string()))
}
