//! The report as text for a terminal.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};

use crate::report::{
    AlarmReport, Report,
    table::{Align, Column, clean, cut, table, wrap},
};

/// Narrowest text: below it, columns are cut anyway.
const LEAST_WIDTH: usize = 60;

/// The report within a width, in characters. Times are UTC; the date is shown only when the replay spans more than a day.
pub fn render(report: &Report, width: usize) -> String {
    let page = Page { width: width.max(LEAST_WIDTH), dated: spans_days(report) };
    let mut text = page.head(report);
    for section in [page.alarms(report), page.issues(report), page.messages(report), page.metrics(report), page.processors(report), page.skipped(report)] {
        if !section.is_empty() {
            text.push('\n');
            text.push_str(&section);
        }
    }
    text
}

/// The messages in full, one below the other.
pub fn render_messages(report: &Report, width: usize) -> String {
    let page = Page { width: width.max(LEAST_WIDTH), dated: spans_days(report) };
    let mut text = String::new();
    for message in &report.messages {
        let head = format!("{} to {}", page.time(message.at), message.topic);
        let _ = writeln!(text, "{}", cut(&clean(&head), page.width));
        let _ = writeln!(text, "{}\n", cut(&clean(&message.subject), page.width));
        for line in message.body.lines() {
            let _ = writeln!(text, "  {}", clean(line).trim_end());
        }
        text.push('\n');
    }
    text
}

fn spans_days(report: &Report) -> bool {
    let day = |at: Timestamp| at.as_second().div_euclid(86_400);
    match (report.from, report.until) {
        // The clock runs a few seconds past midnight to evaluate the last minute of a day.
        (Some(from), Some(until)) => day(until) > day(from) && until.duration_since(from) > SignedDuration::from_hours(25),
        _ => false,
    }
}

/// What every section needs.
#[derive(Clone, Copy)]
struct Page {
    width: usize,
    dated: bool,
}

impl Page {
    fn time(self, at: Timestamp) -> String {
        at.strftime(if self.dated { "%m-%d %H:%M" } else { "%H:%M" }).to_string()
    }

    fn head(self, report: &Report) -> String {
        let name = format!("{} ({})", report.project, report.environment);
        let (Some(from), Some(until)) = (report.from, report.until) else {
            return format!("{name}: the log is empty\n");
        };
        let shape = "%Y-%m-%d %H:%M";
        let line = format!(
            "{name}: {} from {} to {} UTC; {}, {} of {} alarms fired, {}, {}",
            counted(report.events, "log event"),
            from.strftime(shape),
            until.strftime(shape),
            counted(report.metrics.len() as u64, "metric"),
            report.alarms.iter().filter(|alarm| !alarm.episodes.is_empty()).count(),
            report.alarms.len(),
            counted(report.issues.len() as u64, "issue"),
            counted(report.messages.len() as u64, "message"),
        );
        wrap(&line, 0, self.width)
    }

    fn alarms(self, report: &Report) -> String {
        let mut episodes: Vec<_> = report.alarms.iter().flat_map(|alarm| alarm.episodes.iter().map(move |episode| (alarm, episode))).collect();
        episodes.sort_by_key(|(_, episode)| episode.from);
        let mut text = String::new();
        if report.alarms.is_empty() {
            return text;
        }
        text.push_str("ALARMS\n");
        for (alarm, episode) in episodes {
            let until = episode.until.map_or_else(|| "still firing".to_owned(), |until| format!("{} ({})", self.time(until), span(episode.from, until)));
            let line = format!("{} to {until} {}{}", self.time(episode.from), severity(alarm), alarm.title);
            text.push_str(&wrap(&line, 2, self.width));
            text.push_str(&wrap(&episode.reason, 6, self.width));
        }
        let quiet: Vec<&str> = report.alarms.iter().filter(|alarm| alarm.episodes.is_empty()).map(|alarm| alarm.title.as_str()).collect();
        if !quiet.is_empty() {
            text.push_str(&wrap(&format!("never fired: {}", quiet.join("; ")), 2, self.width));
        }
        text
    }

    fn issues(self, report: &Report) -> String {
        if report.issues.is_empty() {
            return String::new();
        }
        let columns = [
            Column { title: "COUNT", align: Align::Right },
            Column { title: "FIRST", align: Align::Left },
            Column { title: "LAST", align: Align::Left },
            Column { title: "SEVERITY", align: Align::Left },
            Column { title: "SERVICE", align: Align::Left },
            Column { title: "WHAT", align: Align::Rest },
        ];
        let rows: Vec<[String; 6]> = report
            .issues
            .iter()
            .map(|issue| {
                let mut services = issue.services.keys();
                let service = match (services.next(), services.count()) {
                    (Some(first), 0) => first.clone(),
                    (Some(first), more) => format!("{first} +{more}"),
                    (None, _) => String::new(),
                };
                let what = if issue.kind.is_empty() { issue.template.clone() } else { format!("{}: {}", issue.kind, issue.template) };
                let (first, last) = (self.time(issue.first_seen), self.time(issue.last_seen));
                [grouped(issue.count), first, last, issue.severity.clone(), service, what]
            })
            .collect();
        format!("ISSUES\n{}", table(columns, &rows, self.width))
    }

    fn messages(self, report: &Report) -> String {
        if report.messages.is_empty() {
            return String::new();
        }
        let columns =
            [Column { title: "TIME", align: Align::Left }, Column { title: "SUBJECT", align: Align::Rest }, Column { title: "TOPICS", align: Align::Left }];
        let prefix = own_prefix(report);
        // One notice goes to several topics: a line for all of them.
        let notices = report.messages.chunk_by(|left, right| left.at == right.at && left.subject == right.subject);
        let rows: Vec<[String; 3]> = notices
            .filter_map(|same| {
                let first = same.first()?;
                let topic = first.topic.strip_prefix(&prefix).unwrap_or(&first.topic);
                let topic = if same.len() > 1 { format!("{topic} +{}", same.len() - 1) } else { topic.to_owned() };
                Some([self.time(first.at), first.subject.clone(), topic])
            })
            .collect();
        format!("MESSAGES\n{}", table(columns, &rows, self.width))
    }

    fn metrics(self, report: &Report) -> String {
        let mut text = String::new();
        let columns = [
            Column { title: "METRIC", align: Align::Rest },
            Column { title: "SAMPLES", align: Align::Right },
            Column { title: "SUM", align: Align::Right },
            Column { title: "AVERAGE", align: Align::Right },
            Column { title: "P99", align: Align::Right },
            Column { title: "MAXIMUM", align: Align::Right },
        ];
        let prefix = own_prefix(report);
        for metrics in report.metrics.chunk_by(|left, right| left.namespace == right.namespace) {
            let Some(first) = metrics.first() else { continue };
            let rows: Vec<[String; 6]> = metrics
                .iter()
                .map(|metric| {
                    let values: Vec<&str> = metric.dimensions.iter().map(|(_, value)| value.strip_prefix(&prefix).unwrap_or(value)).collect();
                    let name = if values.is_empty() { metric.name.clone() } else { format!("{} {}", metric.name, values.join(" ")) };
                    let p99 = metric.p99.map(short).unwrap_or_default();
                    [name, short(metric.samples), short(metric.sum), short(metric.average), p99, short(metric.maximum)]
                })
                .collect();
            let _ = writeln!(text, "METRICS {}", cut(&clean(&first.namespace), self.width.saturating_sub(8)));
            text.push_str(&table(columns, &rows, self.width));
        }
        text
    }

    fn processors(self, report: &Report) -> String {
        let mut text = String::from("PROCESSORS\n");
        for processor in &report.processors {
            let counters: Vec<String> = processor.counters.iter().map(|(name, count)| format!("{name} {}", grouped(*count))).collect();
            let counters = if counters.is_empty() { String::new() } else { format!(": {}", counters.join(", ")) };
            let line = format!("{}: {} invocations, {} failed{counters}", processor.function, grouped(processor.invocations), grouped(processor.failed));
            text.push_str(&wrap(&line, 2, self.width));
        }
        for (code, count) in &report.failures {
            text.push_str(&wrap(&format!("failed with {code}: {}", grouped(*count)), 2, self.width));
        }
        text
    }

    fn skipped(self, report: &Report) -> String {
        let mut text = String::new();
        for skipped in &report.skipped {
            text.push_str(&wrap(&format!("{} {}: {}", skipped.stack, skipped.logical_id, skipped.reason), 2, self.width));
        }
        for (function, count) in &report.strangers {
            text.push_str(&wrap(&format!("function {function}: not one of Skywarden's, {} batches not delivered", grouped(*count)), 2, self.width));
        }
        if text.is_empty() { text } else { format!("NOT SIMULATED\n{text}") }
    }
}

/// What the names of the project's own resources begin with; left out where the name stands in a column.
fn own_prefix(report: &Report) -> String {
    format!("{}-{}-", report.project, report.environment)
}

fn severity(alarm: &AlarmReport) -> String {
    if alarm.severity.is_empty() { String::new() } else { format!("[{}] ", alarm.severity) }
}

/// `37 min` or `2 h 5 min`.
fn span(from: Timestamp, until: Timestamp) -> String {
    let minutes = until.duration_since(from).as_mins();
    if minutes < 60 { format!("{minutes} min") } else { format!("{} h {} min", minutes / 60, minutes % 60) }
}

/// `1 issue`, `65,432 issues`.
fn counted(number: u64, noun: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{} {noun}{end}", grouped(number))
}

/// `65,432`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 3 == first {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number in at most nine characters: whole ones as they are, others with three significant digits or so.
fn short(value: f64) -> String {
    let size = value.abs();
    if size >= 1e12 {
        return format!("{value:.2e}");
    }
    for (unit, word) in [(1e9, "G"), (1e6, "M")] {
        if size >= unit {
            return format!("{:.2}{word}", value / unit);
        }
    }
    if value.fract() == 0.0 || size >= 1000.0 {
        format!("{value:.0}")
    } else if size >= 1.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_thing_is_no_many() {
        assert_eq!([0, 1, 65_432].map(|number| counted(number, "issue")), ["0 issues", "1 issue", "65,432 issues"]);
    }
}
