//! The part of the overview that watches the watcher: Skywarden's functions, queues and counters.

use skywarden_cloudformation::dashboard::{Content, Row};
use skywarden_core::metric::name::ProcessorMetric;

use super::{
    alarms,
    grid::Grid,
    overview::PERIOD_SECONDS,
    series::{self, Graph},
};
use crate::{
    emit::project::Project,
    model::{MetricStatistic, Model, names::Function},
};

/// Last part of the namespace of the processors' own metrics.
const OWN: &str = "skywarden";

/// Adds the section.
pub(super) fn add(grid: &mut Grid, project: &Project<'_>, model: &Model) {
    let console = &project.console;
    let names = project.names;
    grid.text(
        2,
        format!(
            "## Skywarden itself\n[Issues]({}) · [Dead letters]({})",
            console.table(&names.shared("issues")),
            console.queue("${AWS::AccountId}", &names.shared("dead-letters"))
        ),
    );
    let own: Vec<_> = model.own_alarms.iter().map(|alarm| alarm.name.as_str()).collect();
    alarms::add(grid, "Alarms of Skywarden itself", &own);

    let platform = [
        Graph::new("Invocations", PERIOD_SECONDS).rows(of_functions(project, "Invocations", "Sum")),
        Graph::new("Failed invocations", PERIOD_SECONDS).rows(of_functions(project, "Errors", "Sum")),
        Graph::new("Run time (p99)", PERIOD_SECONDS).unit("ms").rows(of_functions(project, "Duration", "p99")),
        Graph::new("Waiting messages", PERIOD_SECONDS).rows(queues(project)),
    ];
    grid.row(6, contents(platform));
    if model.delivery.stream.is_some() {
        grid.row(6, contents(of_stream(project)));
    }

    let mut work = vec![
        counter(project, Function::MetricsExtractor, ProcessorMetric::RecordsIn, "lines to metrics"),
        counter(project, Function::ErrorClassifier, ProcessorMetric::RecordsIn, "lines to issues"),
        series::on_the_right(counter(project, Function::MetricsExtractor, ProcessorMetric::MetricsOut, "data points out")),
    ];
    if model.services.iter().any(|service| service.one_function) {
        work.push(series::on_the_right(counter(project, Function::ErrorClassifier, ProcessorMetric::MetricsOut, "data points out of error-classifier")));
    }
    let counters = [
        Graph::new("Work done", PERIOD_SECONDS).rows(work),
        Graph::new("Issues and messages", PERIOD_SECONDS).rows([
            counter(project, Function::ErrorClassifier, ProcessorMetric::Occurrences, "errors counted"),
            counter(project, Function::ErrorClassifier, ProcessorMetric::IssuesOpened, "new issues"),
            counter(project, Function::AlertNotifier, ProcessorMetric::Notifications, "messages sent"),
            counter(project, Function::AlertNotifier, ProcessorMetric::NoticesSuppressed, "notices counted, not listed"),
        ]),
        Graph::new("Set aside or in doubt", PERIOD_SECONDS).rows(Function::ALL.into_iter().flat_map(|function| {
            [(ProcessorMetric::RecordsRejected, "unreadable"), (ProcessorMetric::Residues, "kept for redrive"), (ProcessorMetric::Ambiguous, "outcome unknown")]
                .map(|(metric, word)| counter(project, function, metric, &format!("{word} ({})", function.as_str())))
        })),
    ];
    grid.row(6, contents(counters));
}

fn contents<const N: usize>(graphs: [Graph; N]) -> Vec<Content> {
    graphs.into_iter().filter_map(Graph::content).collect()
}

/// What the stream takes in, what it refuses, and how far each reader is behind it.
fn of_stream(project: &Project<'_>) -> [Graph; 2] {
    let stream = |name: &str| MetricStatistic {
        namespace: "AWS/Kinesis".to_owned(),
        name: name.to_owned(),
        dimensions: vec![("StreamName".to_owned(), project.names.stream())],
        statistic: "Sum".to_owned(),
    };
    let behind = [Function::MetricsExtractor, Function::ErrorClassifier].map(|function| {
        let metric = MetricStatistic {
            namespace: "AWS/Lambda".to_owned(),
            name: "IteratorAge".to_owned(),
            dimensions: vec![("FunctionName".to_owned(), project.names.function(function))],
            statistic: "Maximum".to_owned(),
        };
        series::row(&metric, function.as_str())
    });
    [
        Graph::new("Batches into the stream", PERIOD_SECONDS).rows([
            series::row(&stream("IncomingRecords"), "batches"),
            series::red_row(&stream("WriteProvisionedThroughputExceeded"), "refused, for want of shards"),
        ]),
        Graph::new("Behind the stream (longest)", PERIOD_SECONDS).unit("ms").rows(behind),
    ]
}

fn of_functions(project: &Project<'_>, name: &str, statistic: &str) -> Vec<Row> {
    Function::ALL
        .into_iter()
        .map(|function| {
            let metric = MetricStatistic {
                namespace: "AWS/Lambda".to_owned(),
                name: name.to_owned(),
                dimensions: vec![("FunctionName".to_owned(), project.names.function(function))],
                statistic: statistic.to_owned(),
            };
            series::row(&metric, function.as_str())
        })
        .collect()
}

fn queues(project: &Project<'_>) -> [Row; 2] {
    let visible = |queue: &str| MetricStatistic {
        namespace: "AWS/SQS".to_owned(),
        name: "ApproximateNumberOfMessagesVisible".to_owned(),
        dimensions: vec![("QueueName".to_owned(), project.names.shared(queue))],
        statistic: "Maximum".to_owned(),
    };
    [series::red_row(&visible("dead-letters"), "dead letters"), series::row(&visible("alerts"), "alerts")]
}

/// A counter of one processor, under the dimension its metrics carry.
fn counter(project: &Project<'_>, function: Function, metric: ProcessorMetric, label: &str) -> Row {
    let metric = MetricStatistic {
        namespace: project.names.namespace(OWN),
        name: metric.as_str().to_owned(),
        dimensions: vec![("Function".to_owned(), function.as_str().to_owned())],
        statistic: "Sum".to_owned(),
    };
    series::row(&metric, label)
}
