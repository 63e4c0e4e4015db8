//! Mute rules: the maintenance windows of a service, for those of its alarms that tell somebody.

use std::collections::BTreeMap;

use skywarden_cloudformation::{
    Expr, Resource, Template,
    cloudwatch::{AlarmMuteRule, MuteRule, MuteSchedule, MuteTargets},
    limits::MUTE_RULE_ALARMS,
};

use crate::{
    emit::{ids, project::Project},
    model::{AlarmTarget, Day, Maintenance, Opens, Service, runs},
};

/// Adds a rule for every window and every hundred alarms. `ids`: logical ids of the service's alarms by name; naming an alarm by reference creates it first; those of other stacks are named by
/// name.
pub(super) fn add(template: &mut Template, project: &Project<'_>, service: &Service, ids: &BTreeMap<&str, String>) {
    let composites = service.composites.iter().map(|composite| (composite.target, &composite.name));
    let alarms = service.alarms.iter().map(|alarm| (alarm.target, &alarm.name));
    let mut telling: Vec<&String> = composites.chain(alarms).filter(|(target, _)| *target != AlarmTarget::Composite).map(|(_, name)| name).collect();
    // By name, so that the order of the config decides nothing.
    telling.sort();
    for window in &service.maintenance {
        for (number, names) in (1_u32..).zip(telling.chunks(MUTE_RULE_ALARMS)) {
            let targets: Vec<Expr> = names.iter().map(|name| ids.get(name.as_str()).map_or_else(|| Expr::from(name.as_str()), Expr::reference)).collect();
            // A number before the window's name, which begins with a letter: it never meets the id of another window.
            let (kind, end) = if number == 1 { ("Maintenance".to_owned(), String::new()) } else { (format!("Maintenance{number}"), format!("_{number}")) };
            let rule = AlarmMuteRule {
                name: Some(format!("{}{end}", project.names.mute_rule(&service.name, &window.name)).into()),
                description: Some(format!("Maintenance {}: alarms of {} tell nobody.", window.name, service.name).into()),
                mute_targets: Some(MuteTargets::new(targets).into()),
                tags: project.service_tags(&service.name),
                ..AlarmMuteRule::new(MuteRule::new(schedule(window)))
            };
            template.add(ids::of_kebab(&kind, &window.name), Resource::new(rule));
        }
    }
}

fn schedule(window: &Maintenance) -> MuteSchedule {
    MuteSchedule { timezone: Some(window.zone.clone().into()), ..MuteSchedule::new(expression(&window.opens), duration(window.minutes)) }
}

/// `cron(0 22 * * MON-FRI)`, `at(2027-03-01T22:00)`.
fn expression(opens: &Opens) -> String {
    match opens {
        Opens::Weekly { days, hour, minute } => {
            let days = if days.len() == Day::ALL.len() { "*".to_owned() } else { runs(days, word) };
            format!("cron({minute} {hour} * * {days})")
        }
        Opens::Once { year, month, day, hour, minute } => format!("at({year:04}-{month:02}-{day:02}T{hour:02}:{minute:02})"),
    }
}

const fn word(day: Day) -> &'static str {
    match day {
        Day::Sunday => "SUN",
        Day::Monday => "MON",
        Day::Tuesday => "TUE",
        Day::Wednesday => "WED",
        Day::Thursday => "THU",
        Day::Friday => "FRI",
        Day::Saturday => "SAT",
    }
}

/// Minutes in ISO 8601: `PT2H`, `P1DT30M`.
fn duration(minutes: u32) -> String {
    let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    let part = |number: u32, unit: char| if number == 0 { String::new() } else { format!("{number}{unit}") };
    let time = format!("{}{}", part(hours, 'H'), part(minutes, 'M'));
    format!("P{}{}{time}", part(days, 'D'), if time.is_empty() { "" } else { "T" })
}

#[cfg(test)]
mod tests {
    use skywarden_cloudformation::cloudwatch::{MuteExpression, mute_minutes};

    use super::*;

    #[test]
    fn durations_read_back() {
        for (minutes, text) in [(1, "PT1M"), (60, "PT1H"), (150, "PT2H30M"), (1_440, "P1D"), (1_470, "P1DT30M"), (21_600, "P15D")] {
            assert_eq!(duration(minutes), text);
            assert_eq!(mute_minutes(text), Some(minutes));
        }
    }

    #[test]
    fn every_opening_is_an_expression_that_cloudwatch_reads() {
        let weekly = |days: &[Day]| expression(&Opens::Weekly { days: days.to_vec(), hour: 2, minute: 30 });
        assert_eq!(weekly(&Day::ALL), "cron(30 2 * * *)");
        assert_eq!(weekly(&Day::ALL[1..6]), "cron(30 2 * * MON-FRI)");
        assert_eq!(weekly(&[Day::Sunday, Day::Monday, Day::Friday, Day::Saturday]), "cron(30 2 * * SUN,MON,FRI,SAT)");
        assert_eq!(expression(&Opens::Once { year: 2027, month: 3, day: 1, hour: 22, minute: 0 }), "at(2027-03-01T22:00)");
        for bits in 1_u8..128 {
            let days: Vec<Day> = (0..).zip(Day::ALL).filter(|(place, _)| bits & (1 << place) != 0).map(|(_, day)| day).collect();
            assert!(MuteExpression::parse(&weekly(&days)).is_ok(), "{}", weekly(&days));
        }
    }
}
