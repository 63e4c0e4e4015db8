//! The example that comes with Skywarden.

use std::fmt::Write;

use skywarden_generator::model::{MetricEngine, Model, Signal};

use crate::support::load;

const SHOP: &str = include_str!("../../../examples/shop/skywarden.yaml");

#[test]
fn the_shop_loads_without_a_word() {
    let loaded = load(&[SHOP]);
    assert!(loaded.diagnostics.is_empty(), "{}", crate::support::text_of(&loaded));
    insta::assert_snapshot!(outline(&loaded.model.unwrap()));
}

/// What is watched, one line a thing.
fn outline(model: &Model) -> String {
    let mut text = format!("{} {} {} {}\n", model.project, model.environment, model.region, model.owner);
    for service in &model.services {
        let group = &service.log_group;
        writeln!(text, "\n{} {:?} {:?} http={}", service.name, service.runtime, service.format, service.http).unwrap();
        writeln!(text, "  group {} existing={} {}d {:?}", group.name, group.existing, group.retention_days, group.encryption).unwrap();
        for subscription in &service.subscriptions {
            writeln!(text, "  to {}: `{}`", subscription.destination.as_str(), subscription.pattern).unwrap();
        }
        for metric in &service.metrics {
            let engine = match &metric.engine {
                MetricEngine::Native(filter) => format!("native `{}` {:?} default {:?}", filter.pattern, filter.value, filter.default_value),
                MetricEngine::Emf => "emf".to_owned(),
                MetricEngine::Extractor(rule) => format!("extractor `{}` {:?} {:?}", rule.pattern, rule.value, rule.kind),
            };
            let by: Vec<_> = metric.dimensions.iter().map(|by| format!("{}={} ({})", by.name, by.selector, by.limit)).collect();
            writeln!(text, "  metric {} [{}] {engine} by [{}]", metric.name, metric.unit, by.join(", ")).unwrap();
            writeln!(text, "    {}; {}", metric.description, metric.reason).unwrap();
        }
        for alarm in &service.alarms {
            writeln!(text, "  alarm {}: {}", alarm.name, alarm_line(alarm)).unwrap();
            writeln!(text, "    {}", alarm.advice).unwrap();
        }
    }
    for alarm in &model.own_alarms {
        writeln!(text, "\nown {} -> {:?}: {}\n    {}", alarm.name, alarm.target, alarm_line(alarm), alarm.advice).unwrap();
    }
    for route in &model.routes {
        writeln!(text, "\nroute {} {:?} fallback={} {:?}", route.name, route.severities, route.fallback, route.targets).unwrap();
    }
    writeln!(text, "\nerrors {:?}\nmask {:?}", model.errors, model.masking.keys).unwrap();
    text
}

fn alarm_line(alarm: &skywarden_generator::model::Alarm) -> String {
    let signal = match &alarm.signal {
        Signal::Metric(metric) | Signal::Filled(metric) => format!("{} {} {:?}", metric.statistic, metric.name, metric.dimensions),
        Signal::Percentage { part, whole, min_whole } => format!("{} / {} with at least {min_whole}", part.name, whole.name),
        Signal::BadShare { counted, whole, min_whole, .. } => format!("bad of {} / {} with at least {min_whole}", counted.name, whole.name),
        Signal::Drain { visible, .. } => format!("drain of {:?}", visible.dimensions),
        Signal::Query(query) => query.whole(),
    };
    format!(
        "[{}] {signal} {:?} {} for {} of {} x {} s, {:?}; {}",
        alarm.severity,
        crate::support::compared(alarm).0,
        crate::support::compared(alarm).1,
        alarm.datapoints_to_alarm,
        alarm.evaluation_periods,
        alarm.period_seconds,
        alarm.missing,
        alarm.title
    )
}
