//! What was written, so that it is seen how much each has done for its time.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// End of the names of ours that belong to no service.
const OF_THE_PROJECT: &str = "-skywarden.template.json";

/// What is in all templates of a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Content {
    /// Templates.
    pub(crate) templates: usize,
    /// Resources of all of them.
    pub(crate) resources: usize,
    /// Alarms of the functions that are watched.
    pub(crate) alarms: usize,
    /// Alarms beside them: those of Skywarden itself.
    pub(crate) own_alarms: usize,
    /// Dashboards.
    pub(crate) dashboards: usize,
    /// Bytes of the templates.
    pub(crate) bytes: usize,
}

#[derive(Deserialize)]
struct Template {
    #[serde(rename = "Resources")]
    resources: BTreeMap<String, Resource>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "Type")]
    kind: String,
}

impl Content {
    /// Reads the templates of a directory; those in directories below it are other renderings of the same.
    pub(crate) fn of(directory: &Path) -> anyhow::Result<Self> {
        let mut content = Self::default();
        for entry in fs::read_dir(directory).with_context(|| directory.display().to_string())? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with(".template.json") {
                let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                content.add(&name, &text).with_context(|| path.display().to_string())?;
            }
        }
        Ok(content)
    }

    fn add(&mut self, name: &str, text: &str) -> anyhow::Result<()> {
        let template: Template = serde_json::from_str(text)?;
        let count = |kinds: &[&str]| template.resources.values().filter(|resource| kinds.contains(&resource.kind.as_str())).count();
        let alarms = count(&["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"]);
        if name.ends_with(OF_THE_PROJECT) {
            self.own_alarms += alarms;
        } else {
            self.alarms += alarms;
        }
        self.templates += 1;
        self.resources += template.resources.len();
        self.dashboards += count(&["AWS::CloudWatch::Dashboard"]);
        self.bytes += text.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_of_the_project_are_counted_apart() {
        let template =
            r#"{"Resources": {"A": {"Type": "AWS::CloudWatch::Alarm"}, "D": {"Type": "AWS::CloudWatch::Dashboard"}, "Q": {"Type": "AWS::SQS::Queue"}}}"#;
        let mut content = Content::default();
        for name in ["bench-prod-skywarden.template.json", "bench-prod-service-a.template.json", "bench-prod-service-b.template.json"] {
            content.add(name, template).unwrap();
        }
        let expected = Content { templates: 3, resources: 9, alarms: 2, own_alarms: 1, dashboards: 3, bytes: 3 * template.len() };
        assert_eq!(content, expected);
    }
}
