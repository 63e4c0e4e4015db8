//! An alarm on what a query of the log gives each time it runs.

use skywarden_cloudformation::limits::LOG_ALARM_RESULTS;
use skywarden_document::{Spanned, shortened};

use super::{Draft, Owner, finish};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::RawNamedAlarm,
        read::{QueryParts, Window},
        resolve::{
            Project,
            advice::AlarmView,
            threshold::{Measured, in_unit},
        },
    },
    model::{Alarm, Comparison, Condition, FewSamples, LogQuery, MissingData, Signal, amount},
};

/// Minutes between two runs when none are said.
const EVERY_MINUTES: u32 = 5;

pub(super) fn alarm(raw: &RawNamedAlarm, query: &Spanned<QueryParts>, owner: &Owner, project: &mut Project<'_>, findings: &mut Findings) -> Option<Alarm> {
    if raw.service.is_none() && !findings.is_incomplete() {
        let finding = Finding::error(Code::MissingKey, raw.span, "a query needs a log: the alarm needs `service`");
        findings.push(finding.hint("add `service: checkout`, whose log group is asked"));
    }
    let QueryParts { text, aggregation } = &query.value;
    let counted = aggregation.starts_with("count(");
    let unit = raw.unit.as_ref().map_or(if counted { "Count" } else { "None" }, |unit| unit.value.as_str());
    let (comparison, typed) = match (&raw.above, &raw.below) {
        (Some(above), _) => (Comparison::Above, above),
        (None, below) => (Comparison::Below, below.as_ref()?),
    };
    let window = window(raw, findings);
    let value = in_unit(typed, &Measured { name: aggregation, unit, share: false }, findings)?;
    let condition = Condition::Threshold { comparison, value };
    let limit = amount(value, unit);
    let too_few = comparison == Comparison::Below;
    let (said, asked) = (shortened(aggregation), shortened(&text.replace('\n', " ")));
    let draft = Draft {
        template: "log_query",
        title: format!("{said} of a query of the log {} {limit}", condition.relation()),
        view: AlarmView { metric: &asked, statistic: &said, threshold: &limit, ..AlarmView::default() },
        signal: Signal::Query(LogQuery { text: text.clone(), aggregation: aggregation.clone(), log_group: owner.log_group.clone() }),
        condition,
        unit,
        window,
        missing: if too_few { MissingData::Breaching } else { MissingData::NotBreaching },
        few_samples: FewSamples::Evaluate,
    };
    finish(raw, owner, draft, project, findings)
}

/// The runs it looks at. Only what is said of the alarm itself: what is said of all alarms is said of those that have a value each minute.
fn window(raw: &RawNamedAlarm, findings: &mut Findings) -> Window {
    let every = raw.every.as_ref().map_or(EVERY_MINUTES, |every| every.value) * 60;
    let one = Window { datapoints: 1, periods: 1, period_seconds: every };
    let Some(typed) = &raw.common.window else { return one };
    let window = typed.value;
    let runs = window.seconds() / every;
    let whole = window.seconds().is_multiple_of(every) && (window.datapoints == window.periods || window.period_seconds == every);
    if !whole || runs == 0 {
        let message = format!("`for` is no number of runs of a query that runs every {}", one.words());
        let hint = format!("write a multiple of {} for all of them, or set `every` to the unit of `M of N`", one.words());
        findings.push(Finding::error(Code::BadWindow, typed.span, message).hint(hint));
        return one;
    }
    if runs > LOG_ALARM_RESULTS {
        let finding = Finding::error(Code::AwsLimit, typed.span, format!("the alarm looks at {runs} runs of its query, AWS allows {LOG_ALARM_RESULTS}"));
        findings.push(finding.hint("shorten `for`, or let the query run less often: `every: 1 hour`"));
    }
    let datapoints = if window.datapoints == window.periods { runs } else { window.datapoints };
    Window { datapoints, periods: runs, period_seconds: every }
}
