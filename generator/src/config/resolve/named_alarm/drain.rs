//! An alarm on the time a queue takes to be empty at its present rate.

use skywarden_cloudformation::limits::QUEUE_NAME_CHARACTERS;
use skywarden_document::{Spanned, shortened};

use super::{Draft, Owner, finish};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::RawNamedAlarm,
        resolve::{
            Project,
            advice::AlarmView,
            alarm::FIFTEEN_MINUTES,
            threshold::{Measured, in_unit},
        },
    },
    model::{Alarm, Comparison, Condition, FewSamples, MetricStatistic, MissingData, NEVER_SECONDS, Signal, amount},
};

pub(super) fn alarm(raw: &RawNamedAlarm, queue: &Spanned<String>, owner: &Owner, project: &mut Project<'_>, findings: &mut Findings) -> Option<Alarm> {
    check_name(queue, findings);
    let measured = Measured { name: "the time to drain", unit: "Seconds", share: false };
    let above = raw.above.as_ref()?;
    let seconds = in_unit(above, &measured, findings)?;
    if seconds >= f64::from(NEVER_SECONDS) {
        let finding = Finding::error(Code::OutOfRange, above.span, "no queue takes a year to be empty: one that does not become shorter counts as that");
        findings.push(finding.hint("write a time in which the messages are still of use, for example `above: 30 minutes`"));
    }
    let of = |name: &str, statistic: &str| MetricStatistic {
        namespace: "AWS/SQS".to_owned(),
        name: name.to_owned(),
        dimensions: vec![("QueueName".to_owned(), queue.value.clone())],
        statistic: statistic.to_owned(),
    };
    let limit = amount(seconds, "Seconds");
    let draft = Draft {
        template: "drain",
        title: format!("{} takes more than {limit} to be empty", queue.value),
        view: AlarmView { resource: &queue.value, threshold: &limit, ..AlarmView::default() },
        signal: Signal::Drain {
            visible: of("ApproximateNumberOfMessagesVisible", "Maximum"),
            sent: of("NumberOfMessagesSent", "Sum"),
            deleted: of("NumberOfMessagesDeleted", "Sum"),
        },
        condition: Condition::Threshold { comparison: Comparison::Above, value: seconds },
        unit: "Seconds",
        window: owner.common.window.as_ref().map_or(FIFTEEN_MINUTES, |window| window.value).in_five_minutes(),
        // SQS sends nothing of a queue that nobody has used for hours: it is empty.
        missing: MissingData::NotBreaching,
        few_samples: FewSamples::Evaluate,
    };
    finish(raw, owner, draft, project, findings)
}

/// Source: `CreateQueue`, `QueueName`.
fn check_name(queue: &Spanned<String>, findings: &mut Findings) {
    let name = queue.value.strip_suffix(".fifo").unwrap_or(&queue.value);
    let letters = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if !letters || queue.value.len() > QUEUE_NAME_CHARACTERS {
        let message = format!("`{}` is not the name of a queue", shortened(&queue.value));
        let hint = "write its name alone, not its URL or ARN: 1 to 80 letters, digits, `-` and `_`, with `.fifo` behind that of a FIFO queue";
        findings.push(Finding::error(Code::BadName, queue.span, message).hint(hint));
    }
}
