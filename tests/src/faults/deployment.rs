//! The functions and everything they use, made anew for each scenario under a name of its own.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use jiff::SignedDuration;
use serde_json::json;
use skywarden_core::{
    plan::{MessageLimit, Plan, Route, RouteTopic, TopicFormat},
    severity::Severity,
};
use tokio::sync::RwLock;

use super::found::Inbox;
use crate::{
    clock::{self, Clock},
    emulated::Emulated,
    emulator::{ACCOUNT, Emulator, REGION},
    fault::Proxy,
    runtime::{Function, Program},
    settings::Settings,
};

/// Name of metrics-extractor.
pub const EXTRACTOR: &str = "metrics-extractor";
/// Name of error-classifier.
pub const CLASSIFIER: &str = "error-classifier";
/// Name of alert-notifier.
pub const NOTIFIER: &str = "alert-notifier";

/// What all scenarios share.
#[derive(Debug)]
pub struct Ground {
    settings: Settings,
    emulator: Emulator,
    library: PathBuf,
    plan: Plan,
    made: AtomicU64,
}

/// How the functions of one scenario are set up.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Longest invocation of metrics-extractor and error-classifier.
    pub timeout: Duration,
    /// Longest invocation of alert-notifier.
    pub notifier_timeout: Duration,
    /// Environments of each function at once.
    pub at_once: usize,
    /// What lies where `plan.json` should.
    pub plan: PlanFile,
    /// By how much the clock of alert-notifier's hosts is wrong, seconds.
    pub notifier_clock_wrong: i64,
    /// Whether error-classifier does the work of metrics-extractor as well, which gets nothing then.
    pub one_function: bool,
}

/// More than any turn has deployments.
const NAMES_OF_A_TURN: u64 = 10_000;

impl Setup {
    /// As the packages are made.
    pub const USUAL: Self = Self {
        timeout: Duration::from_mins(1),
        notifier_timeout: Duration::from_mins(1),
        at_once: 4,
        plan: PlanFile::Right,
        notifier_clock_wrong: 0,
        one_function: false,
    };
}

/// The file `plan.json` of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanFile {
    /// As it should be.
    Right,
    /// Not there.
    Missing,
    /// Not JSON.
    Unreadable,
    /// Of a later version.
    TooNew,
}

/// The functions of one scenario, and what they use.
#[derive(Debug)]
pub struct Deployment {
    /// Its own prefix of all names.
    pub name: String,
    /// First two parts of the namespaces of its metrics.
    pub namespace: String,
    /// The emulator.
    pub aws: Emulated,
    /// Between functions and emulator.
    pub proxy: Arc<Proxy>,
    /// Time of day of the functions.
    pub clock: Clock,
    /// metrics-extractor.
    pub extractor: Arc<Function>,
    /// error-classifier.
    pub classifier: Arc<Function>,
    /// alert-notifier.
    pub notifier: Arc<Function>,
    /// Directory of the package, with `plan.json`.
    pub package: PathBuf,
    plan: Plan,
    /// Whether error-classifier does the work of both functions that read batches.
    pub(super) one_function: bool,
    /// That of alert-notifier's hosts, and by how many seconds it is wrong.
    pub(super) notifier_clock: Option<(Clock, i64)>,
    /// Messages that have arrived: in JSON, and in text.
    pub(super) inboxes: [Inbox; 2],
    /// Held by whoever works, so that time passes while nobody does.
    pub(super) working: RwLock<()>,
}

impl Ground {
    /// Starts an emulator, the `turn`-th of a run: names of its deployments are others than those of the turns before.
    ///
    /// # Errors
    /// It does not start, or the example's plan cannot be read.
    pub fn start(settings: Settings, turn: u64) -> anyhow::Result<Self> {
        let library = clock::library(&settings.root, &settings.scratch)?;
        let path = settings.root.join("cdk-out/plan.json");
        let plan = Plan::parse(&fs::read_to_string(&path).with_context(|| path.display().to_string())?)?;
        let emulator = Emulator::start_open(&settings, &format!("emulator-{turn}"))?;
        Ok(Self { settings, emulator, library, plan, made: AtomicU64::new(turn * NAMES_OF_A_TURN) })
    }

    /// The emulator's log so far.
    pub fn log(&self) -> String {
        self.emulator.log()
    }

    /// Makes table, queues, topics and buckets, and a package of each function.
    ///
    /// # Errors
    /// The emulator refuses something.
    pub async fn deploy(&self, setup: Setup) -> anyhow::Result<Deployment> {
        let name = format!("f{}", self.made.fetch_add(1, Ordering::Relaxed));
        let namespace = format!("{name}/prod");
        let aws = Emulated::new(self.emulator.host());
        resources(&aws, &name).await?;
        let package = self.settings.scratch.join(&name);
        fs::create_dir_all(&package)?;
        let plan = plan(&self.plan, &namespace, setup.one_function);
        let clock = Clock::shifted(&self.library, &self.settings.scratch, &name)?;
        let wrong = SignedDuration::from_secs(setup.notifier_clock_wrong);
        let notifier_clock = if wrong.is_zero() {
            None
        } else {
            let clock = Clock::shifted(&self.library, &self.settings.scratch, &format!("{name}-notifier"))?;
            clock.advance(wrong)?;
            Some((clock, setup.notifier_clock_wrong))
        };
        let proxy = Proxy::new(self.emulator.host());
        let function = |function: &str| {
            let settings = [
                ("SKYWARDEN_TABLE", table(&name)),
                ("SKYWARDEN_RESIDUE_BUCKET", residue_bucket(&name)),
                ("SKYWARDEN_ALERTS_QUEUE_URL", aws.queue_url(&alerts_queue(&name))),
                ("SKYWARDEN_TOPIC_PREFIX", format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}-")),
                ("SKYWARDEN_LOG", "info".to_owned()),
            ];
            let mut settings: Vec<(String, String)> = settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            if let Some((wrong, _)) = notifier_clock.as_ref().filter(|_| function == NOTIFIER) {
                // Over the right one, by which Lambda sets the deadline.
                settings.extend(wrong.environment());
            }
            let program = Program {
                name: function.to_owned(),
                bootstrap: self.settings.binaries.join(function).join("bootstrap"),
                task_root: package.clone(),
                settings,
                memory_mb: 256,
                timeout: if function == NOTIFIER { setup.notifier_timeout } else { setup.timeout },
                clock: clock.clone(),
            };
            // As the event source mapping limits alert-notifier; ticks and alarms come beside.
            let at_once = if function == NOTIFIER { 2 } else { setup.at_once };
            Arc::new(Function::new(program, proxy.side(function), at_once))
        };
        let (extractor, classifier, notifier) = (function(EXTRACTOR), function(CLASSIFIER), function(NOTIFIER));
        let deployment = Deployment {
            name,
            namespace,
            aws,
            proxy,
            clock,
            extractor,
            classifier,
            notifier,
            package,
            plan,
            one_function: setup.one_function,
            notifier_clock,
            inboxes: Default::default(),
            working: RwLock::new(()),
        };
        deployment.write_plan(setup.plan)?;
        Ok(deployment)
    }
}

impl Deployment {
    /// Writes `plan.json`; environments that start from now on read it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write_plan(&self, file: PlanFile) -> anyhow::Result<()> {
        let path = self.package.join("plan.json");
        match file {
            PlanFile::Right => fs::write(path, self.plan.to_json())?,
            PlanFile::Missing => match fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            },
            PlanFile::Unreadable => fs::write(path, "{\n\"format\": 1,\n")?,
            PlanFile::TooNew => fs::write(path, json!({"format": 99, "novelty": true}).to_string())?,
        }
        Ok(())
    }

    /// The function that writes metrics.
    pub const fn writes_metrics(&self) -> &Arc<Function> {
        if self.one_function { &self.classifier } else { &self.extractor }
    }

    /// Its functions.
    pub fn functions(&self) -> [&Arc<Function>; 3] {
        [&self.extractor, &self.classifier, &self.notifier]
    }
}

pub(super) fn table(name: &str) -> String {
    format!("{name}-issues")
}

pub(super) fn alerts_queue(name: &str) -> String {
    format!("{name}-alerts")
}

/// The queue that takes what goes to a topic.
pub(super) fn inbox(name: &str, format: TopicFormat) -> String {
    format!("{name}-inbox-{}", format.as_str())
}

pub(super) fn residue_bucket(name: &str) -> String {
    format!("{name}-residue")
}

pub(super) fn failed_bucket(name: &str) -> String {
    format!("{name}-failed-invocations")
}

/// As `generator` makes them, without what faults do not touch: keys, policies, alarms.
async fn resources(aws: &Emulated, name: &str) -> anyhow::Result<()> {
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let key = |hash: &str, range: &str| json!([{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}]);
    let attributes = ["pk", "sk", "due_pk", "due_at"].map(attribute);
    let request = json!({
        "TableName": table(name), "BillingMode": "PAY_PER_REQUEST", "KeySchema": key("pk", "sk"),
        "AttributeDefinitions": attributes,
        "GlobalSecondaryIndexes": [{"IndexName": "due", "KeySchema": key("due_pk", "due_at"), "Projection": {"ProjectionType": "ALL"}}],
    });
    aws.json("dynamodb", "CreateTable", &request).await?;
    // A message is given back by hand when its invocation failed; until then nobody else gets it.
    aws.json("sqs", "CreateQueue", &json!({"QueueName": alerts_queue(name), "Attributes": {"VisibilityTimeout": "360"}})).await?;
    for format in [TopicFormat::Text, TopicFormat::Json] {
        let topic = format!("{name}-{}", topic(format));
        let arn = format!("arn:aws:sns:{REGION}:{ACCOUNT}:{topic}");
        let queue = inbox(name, format);
        let queue_arn = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}");
        let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage", "Resource": queue_arn, "Condition": {"ArnLike": {"aws:SourceArn": arn}}}]});
        aws.sns(&[("Action", "CreateTopic"), ("Name", &topic)]).await?;
        aws.json("sqs", "CreateQueue", &json!({"QueueName": queue, "Attributes": {"Policy": policy.to_string()}})).await?;
        let raw = [("Attributes.entry.1.key", "RawMessageDelivery"), ("Attributes.entry.1.value", "true")];
        let subscribe = [("Action", "Subscribe"), ("TopicArn", &arn), ("Protocol", "sqs"), ("Endpoint", &queue_arn), raw[0], raw[1]];
        aws.sns(&subscribe).await?;
    }
    aws.make_bucket(&residue_bucket(name)).await?;
    aws.make_bucket(&failed_bucket(name)).await
}

fn topic(format: TopicFormat) -> String {
    format!("route-everybody-{}", format.as_str())
}

/// The example's plan with namespaces of the scenario's own, one route for everything, short waits, and no limit that would hold a message back.
fn plan(example: &Plan, namespace: &str, one_function: bool) -> Plan {
    let mut plan = example.clone();
    let old = format!("{}/{}/", plan.project, plan.environment);
    let renamed = |name: &str| name.strip_prefix(&old).map_or_else(|| name.to_owned(), |service| format!("{namespace}/{service}"));
    for source in &mut plan.sources {
        source.namespace = renamed(&source.namespace);
        source.one_function = one_function;
    }
    for rule in &mut plan.rules {
        rule.namespace = renamed(&rule.namespace);
    }
    let topics = [TopicFormat::Text, TopicFormat::Json].map(|format| RouteTopic { format, topic: topic(format) }).to_vec();
    plan.routes = vec![Route { name: "everybody".to_owned(), severities: Severity::ALL.to_vec(), topics }];
    let notify = &mut plan.errors.notify;
    notify.at = vec![10];
    notify.escalating = false;
    notify.group_wait_seconds = 1;
    notify.digest_seconds = 60;
    notify.repeat_seconds = 7 * 24 * 3_600;
    notify.limit = MessageLimit { route: 1_000, service: 1_000, period_seconds: 60 };
    notify.quiet = None;
    plan
}
