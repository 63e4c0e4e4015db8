//! Alarms of a template.

use skywarden_cloudformation::{
    List, Resolver,
    cloudwatch::{Alarm, Dimension, LowSamplePercentile, MetricDataQuery, MetricStat as MetricStatProperty},
};
use skywarden_core::statistics::StatisticError;

use crate::{
    alarm::{Actions, AlarmConfig, AlarmRule, Comparison, MathQuery, MetricStat, MissingData, Query, Signal},
    math::Expression,
    replay::Subjects,
    statistics::{MetricId, Statistic},
    template::read::Reason,
};

/// Namespace whose metrics keep an alarm's state when data is missing, unless the alarm says otherwise (observed).
const KEEPS_STATE: &str = "AWS/DynamoDB";

pub(super) fn alarm(resolver: Resolver<'_>, id: &str, alarm: &Alarm, subjects: &Subjects) -> Result<AlarmConfig, Reason> {
    if alarm.threshold_metric_id.is_some() {
        return Err(Reason::other("anomaly detection is not simulated: AWS does not publish its algorithm"));
    }
    if alarm.evaluation_criteria.is_some() {
        return Err(Reason::other("PromQL alarms are not simulated"));
    }
    if alarm.evaluation_window.is_some() {
        return Err(Reason::other("alarms with an evaluation window are not simulated; the default, sliding one is"));
    }
    let signal = if alarm.metrics.is_empty() { single(resolver, id, alarm)? } else { math(resolver, id, &alarm.metrics)? };
    if let Some(stat) = signal.metrics().into_iter().find(|stat| !subjects.may_have(&stat.metric)) {
        let (namespace, name) = (stat.metric.namespace(), stat.metric.name());
        return Err(Reason::other(format!("nothing in a replay writes {namespace} {name}: AWS does, about what is not replayed")));
    }
    let rule = rule(resolver, id, alarm, &signal)?;
    Ok(AlarmConfig {
        name: resolver.physical_name(id)?,
        arn: resolver.arn(id)?,
        description: resolver.at(id, "AlarmDescription").optional(alarm.alarm_description.as_ref())?.unwrap_or_default(),
        actions: actions(resolver, id, alarm)?,
        signal,
        rule,
    })
}

fn actions(resolver: Resolver<'_>, id: &str, alarm: &Alarm) -> Result<Actions, Reason> {
    if let Some(enabled) = &alarm.actions_enabled
        && !resolver.at(id, "ActionsEnabled").value(enabled)?
    {
        return Ok(Actions::default());
    }
    Ok(Actions {
        alarm: resolver.at(id, "AlarmActions").list(&alarm.alarm_actions)?,
        ok: resolver.at(id, "OKActions").list(&alarm.ok_actions)?,
        insufficient_data: resolver.at(id, "InsufficientDataActions").list(&alarm.insufficient_data_actions)?,
    })
}

fn rule(resolver: Resolver<'_>, id: &str, alarm: &Alarm, signal: &Signal) -> Result<AlarmRule, Reason> {
    let needed = |property| Reason::other(format!("{property} is missing"));
    let operator = alarm.comparison_operator.as_ref().ok_or_else(|| needed("ComparisonOperator"))?;
    let operator = resolver.at(id, "ComparisonOperator").value(operator)?.to_string();
    let threshold = alarm.threshold.as_ref().ok_or_else(|| needed("Threshold"))?;
    let periods = alarm.evaluation_periods.as_ref().ok_or_else(|| needed("EvaluationPeriods"))?;
    let metrics = signal.metrics();
    let period_seconds = metrics.first().map(|stat| stat.period_seconds).ok_or_else(|| Reason::other("the alarm reads no metric"))?;
    if period_seconds == 0 || metrics.iter().any(|stat| stat.period_seconds != period_seconds) {
        return Err(Reason::other("every metric of an alarm needs the same period, not 0"));
    }
    let evaluation_periods = resolver.at(id, "EvaluationPeriods").value(periods)?;
    let datapoints_to_alarm = alarm.datapoints_to_alarm.as_ref().map(|value| resolver.at(id, "DatapointsToAlarm").value(value)).transpose()?;
    if evaluation_periods == 0 || datapoints_to_alarm.is_some_and(|to_alarm| to_alarm == 0 || to_alarm > evaluation_periods) {
        return Err(Reason::other("DatapointsToAlarm must lie between 1 and EvaluationPeriods"));
    }
    Ok(AlarmRule {
        comparison: Comparison::from_name(&operator).ok_or_else(|| Reason::other(format!("{operator} is not simulated")))?,
        threshold: resolver.at(id, "Threshold").value(threshold)?.get(),
        period_seconds,
        evaluation_periods,
        datapoints_to_alarm,
        missing: missing(resolver, id, alarm, &metrics)?,
        least_samples: least_samples(resolver, id, alarm, signal)?,
    })
}

fn missing(resolver: Resolver<'_>, id: &str, alarm: &Alarm, metrics: &[&MetricStat]) -> Result<MissingData, Reason> {
    let Some(treatment) = &alarm.treat_missing_data else {
        let keeps = metrics.iter().all(|stat| stat.metric.namespace() == KEEPS_STATE);
        return Ok(if keeps { MissingData::Ignore } else { MissingData::Missing });
    };
    let word = resolver.at(id, "TreatMissingData").value(treatment)?.to_string();
    MissingData::from_word(&word).ok_or_else(|| Reason::other(format!("TreatMissingData `{word}` is not simulated")))
}

/// The bound below which a percentile decides nothing; only alarms on a percentile that ask for it have one.
fn least_samples(resolver: Resolver<'_>, id: &str, alarm: &Alarm, signal: &Signal) -> Result<Option<f64>, Reason> {
    let Some(value) = &alarm.evaluate_low_sample_count_percentile else { return Ok(None) };
    let ignored = resolver.at(id, "EvaluateLowSampleCountPercentile").value(value)? == LowSamplePercentile::Ignore;
    Ok(match signal {
        Signal::Metric(MetricStat { statistic: Statistic::Percentile(percent), .. }) if ignored => Some(AlarmRule::least_samples_of(*percent)),
        _ => None,
    })
}

fn single(resolver: Resolver<'_>, id: &str, alarm: &Alarm) -> Result<Signal, Reason> {
    let text = |property, expr: &Option<_>| -> Result<String, Reason> {
        resolver.at(id, property).optional(expr.as_ref())?.ok_or_else(|| Reason::other(format!("{property} is missing")))
    };
    let statistic = match &alarm.extended_statistic {
        Some(_) => text("ExtendedStatistic", &alarm.extended_statistic)?,
        None => text("Statistic", &alarm.statistic)?,
    };
    let parsed = parse_statistic(&statistic)?;
    if !parsed.fits_alarm() {
        return Err(Reason::other(format!("AWS takes no alarm on `{statistic}`; use percentages from 10% to 90%, as in TM(10%:90%), or tm90")));
    }
    if parsed.is_plain() == alarm.extended_statistic.is_some() {
        return Err(Reason::other(format!("`{statistic}` stands under the wrong property; p99 and its like are an ExtendedStatistic, Sum is a Statistic")));
    }
    let period = alarm.period.as_ref().ok_or_else(|| Reason::other("Period is missing"))?;
    Ok(Signal::Metric(MetricStat {
        metric: MetricId::new(text("Namespace", &alarm.namespace)?, text("MetricName", &alarm.metric_name)?, dimensions(resolver, id, &alarm.dimensions)?),
        statistic: parsed,
        period_seconds: resolver.at(id, "Period").value(period)?,
    }))
}

fn math(resolver: Resolver<'_>, id: &str, queries: &List<MetricDataQuery>) -> Result<Signal, Reason> {
    if queries.items().is_empty() {
        return Err(Reason::other("Metrics is an expression that is only known after deployment"));
    }
    let mut read = Vec::new();
    for query in queries {
        read.push(self::query(resolver, id, query)?);
    }
    Ok(Signal::Math(read))
}

fn query(resolver: Resolver<'_>, id: &str, query: &MetricDataQuery) -> Result<MathQuery, Reason> {
    let at = resolver.at(id, "Metrics");
    let name = at.text(&query.id)?;
    let computed = match (&query.metric_stat, at.optional(query.expression.as_ref())?) {
        (Some(stat), None) => {
            let stat = stat.literal().ok_or_else(|| Reason::other(format!("Metrics {name}: MetricStat is an expression")))?;
            Query::Metric(metric_stat(resolver, id, stat)?)
        }
        (None, Some(text)) => Query::Expression(Expression::parse(&text).map_err(|error| Reason::other(format!("Metrics {name}: {error}")))?),
        _ => return Err(Reason::other(format!("Metrics {name}: needs either MetricStat or Expression"))),
    };
    let returns = query.return_data.as_ref().map(|value| at.value(value)).transpose()?.unwrap_or(true);
    Ok(MathQuery { id: name, label: at.optional(query.label.as_ref())?.unwrap_or_default(), query: computed, returns })
}

fn metric_stat(resolver: Resolver<'_>, id: &str, stat: &MetricStatProperty) -> Result<MetricStat, Reason> {
    let at = resolver.at(id, "MetricStat");
    let metric = stat.metric.literal().ok_or_else(|| Reason::other("the metric of MetricStat is an expression"))?;
    let text = |what, expr: &Option<_>| -> Result<String, Reason> {
        at.optional(expr.as_ref())?.ok_or_else(|| Reason::other(format!("{what} of MetricStat is missing")))
    };
    Ok(MetricStat {
        metric: MetricId::new(text("Namespace", &metric.namespace)?, text("MetricName", &metric.metric_name)?, dimensions(resolver, id, &metric.dimensions)?),
        statistic: parse_statistic(&at.text(&stat.stat)?)?,
        period_seconds: at.value(&stat.period)?,
    })
}

fn dimensions(resolver: Resolver<'_>, id: &str, dimensions: &List<Dimension>) -> Result<Vec<(String, String)>, Reason> {
    let at = resolver.at(id, "Dimensions");
    let mut read = Vec::new();
    for dimension in dimensions {
        read.push((at.text(&dimension.name)?, at.text(&dimension.value)?));
    }
    Ok(read)
}

fn parse_statistic(text: &str) -> Result<Statistic, Reason> {
    text.parse().map_err(|error: StatisticError| Reason::other(format!("statistic `{text}`: {error}; {}", error.hint())))
}
