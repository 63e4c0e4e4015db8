//! Quotas and texts of mute rules.

use super::{Here, Rule};
use crate::cloudwatch::{AlarmMuteRule, MuteExpression, MuteMoment, mute_minutes};
use crate::limits;

impl Here<'_, '_> {
    pub(super) fn mute_rule(&mut self, rule: &AlarmMuteRule) {
        self.characters(Rule::Name, "Name", rule.name.as_ref(), limits::MUTE_RULE_NAME_CHARACTERS);
        self.characters(Rule::MuteRule, "Description", rule.description.as_ref(), limits::ALARM_DESCRIPTION_CHARACTERS);
        self.at_most(Rule::Tags, "Tags", rule.tags.iter().len(), "tags", limits::TAGS);
        if let Some(targets) = rule.mute_targets.as_ref().and_then(|targets| targets.literal()) {
            self.at_most(Rule::MuteRule, "AlarmNames", targets.alarm_names.iter().len(), "alarms", limits::MUTE_RULE_ALARMS);
        }
        for (property, date) in [("StartDate", &rule.start_date), ("ExpireDate", &rule.expire_date)] {
            if let Some(text) = self.known_option(date.as_ref()).filter(|text| MuteMoment::parse(text).is_none()) {
                self.add(Rule::MuteRule, format!("{property} is `{text}`, write yyyy-MM-ddThh:mm"));
            }
        }
        let Some(schedule) = rule.rule.literal().and_then(|rule| rule.schedule.literal()) else { return };
        self.characters(Rule::MuteRule, "Timezone", schedule.timezone.as_ref(), limits::MUTE_TIME_ZONE_CHARACTERS);
        if let Some(text) = self.known(&schedule.expression) {
            self.at_most(Rule::MuteRule, "Expression", text.chars().count(), "characters", limits::MUTE_EXPRESSION_CHARACTERS);
            if let Err(problem) = MuteExpression::parse(&text) {
                self.add(Rule::MuteRule, format!("Expression cannot be read: {problem}"));
            }
        }
        if let Some(text) = self.known(&schedule.duration) {
            let range = limits::MUTE_MINUTES;
            match mute_minutes(&text) {
                Some(minutes) if range.contains(&minutes) => {}
                Some(minutes) => self.add(Rule::MuteRule, format!("Duration is {minutes} minutes, use {} to {}", range.start(), range.end())),
                None => self.add(Rule::MuteRule, format!("Duration is `{text}`, write an ISO 8601 duration such as PT2H")),
            }
        }
    }
}
