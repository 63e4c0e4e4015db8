//! Quotas of the template as a whole.

use super::{Checker, Rule};
use crate::limits;

impl Checker<'_> {
    /// `text`: the template as it is written; `None` when it cannot be.
    pub(super) fn whole(&mut self, text: Option<&str>) {
        let template = self.template;
        self.count(Rule::Resources, template.resources.len(), "resources", limits::RESOURCES);
        self.count(Rule::Parameters, template.parameters.len(), "parameters", limits::PARAMETERS);
        self.count(Rule::Outputs, template.outputs.len(), "outputs", limits::OUTPUTS);
        self.count(Rule::Mappings, template.mappings.len(), "mappings", limits::MAPPINGS);
        let description = template.description.as_deref().unwrap_or_default().len();
        self.count(Rule::Description, description, "bytes of description", limits::DESCRIPTION_BYTES);
        if let Some(text) = text {
            self.count(Rule::TemplateSize, text.len(), "bytes", limits::TEMPLATE_BYTES);
            let references = memchr::memmem::find_iter(text.as_bytes(), "{{resolve:").count();
            self.count(Rule::DynamicReferences, references, "dynamic references", limits::DYNAMIC_REFERENCES);
        }
        let names = template.resources.keys().chain(template.parameters.keys());
        for name in names.chain(template.outputs.keys()) {
            self.logical_id(name);
        }
        for (name, parameter) in &template.parameters {
            let bytes = parameter.default.as_ref().and_then(|default| default.as_str()).map_or(0, str::len);
            if bytes > limits::PARAMETER_VALUE_BYTES {
                let most = limits::PARAMETER_VALUE_BYTES;
                self.add(Some(name), Rule::ParameterValue, format!("the default has {bytes} bytes, AWS allows {most}"));
            }
        }
    }

    fn count(&mut self, rule: Rule, found: usize, what: &str, most: usize) {
        if found > most {
            self.add(None, rule, format!("the template has {found} {what}, AWS allows {most}"));
        }
    }

    fn logical_id(&mut self, name: &str) {
        let characters = name.chars().count();
        if characters == 0 || characters > limits::LOGICAL_ID_CHARACTERS {
            let most = limits::LOGICAL_ID_CHARACTERS;
            self.add(Some(name), Rule::LogicalId, format!("the logical id has {characters} characters, use 1 to {most}"));
        } else if !name.chars().all(|character| character.is_ascii_alphanumeric()) {
            let message = "a logical id has letters and digits only, leave out the rest".to_owned();
            self.add(Some(name), Rule::LogicalId, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Template;

    #[test]
    fn the_text_at_hand_is_what_is_measured() {
        let rules = |bytes| -> Vec<Rule> { Template::default().check_as(&"{".repeat(bytes)).into_iter().map(|violation| violation.rule).collect() };
        assert_eq!(rules(limits::TEMPLATE_BYTES), []);
        assert_eq!(rules(limits::TEMPLATE_BYTES + 1), [Rule::TemplateSize]);
    }
}
