//! Names: no two resources of a kind may have the same.

use indexmap::IndexMap;

use super::{Checker, Rule};
use crate::Properties;

impl Checker<'_> {
    pub(super) fn same_names(&mut self) {
        let mut owners: IndexMap<(&str, String), &str> = IndexMap::new();
        for (logical_id, resource) in &self.template.resources {
            // A saved query's name is a label: AWS tells queries apart by id. Filters are unique only
            // within their group, and the kinds without a name have none to share.
            let has_own_name = matches!(
                resource.properties,
                Properties::LogGroup(_)
                    | Properties::Function(_)
                    | Properties::Role(_)
                    | Properties::Topic(_)
                    | Properties::Queue(_)
                    | Properties::Table(_)
                    | Properties::Bucket(_)
                    | Properties::Alias(_)
                    | Properties::Alarm(_)
                    | Properties::CompositeAlarm(_)
                    | Properties::AlarmMuteRule(_)
                    | Properties::LogAlarm(_)
                    | Properties::Dashboard(_)
                    | Properties::Parameter(_)
                    | Properties::ServiceLevelObjective(_)
            );
            if !has_own_name || !self.exists(logical_id) {
                continue;
            }
            let Ok(name) = self.resolver.physical_name(logical_id) else {
                continue;
            };
            // Metric, composite and log alarms share one name space (docs: `PutCompositeAlarm`, `PutLogAlarm`).
            let kind = match resource.type_name() {
                "AWS::CloudWatch::CompositeAlarm" | "AWS::CloudWatch::LogAlarm" => "AWS::CloudWatch::Alarm",
                other => other,
            };
            match owners.entry((kind, name)) {
                indexmap::map::Entry::Vacant(free) => {
                    free.insert(logical_id);
                }
                indexmap::map::Entry::Occupied(taken) => {
                    let message = format!("`{}` has the name `{}` already", taken.get(), taken.key().1);
                    self.add(Some(logical_id), Rule::SameName, message);
                }
            }
        }
    }
}
