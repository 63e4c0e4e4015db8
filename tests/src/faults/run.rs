//! Runs one scenario.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiff::Timestamp;
use tokio::task::JoinSet;

use super::{
    deployment::{CLASSIFIER, Deployment, EXTRACTOR, Ground, PlanFile, Setup},
    found::Found,
    load::{Load, shuffled},
    scenario::{Course, Keeps, Scale, Scenario, Sees},
    special, streaming,
    verdict::{Verdict, judge},
};
use crate::fault::{Calls, Effect, Fault, Rule};

/// A function makes fewer calls than this for one event.
const MOST_CALLS: usize = 60;

/// Runs of a scenario of many small ones at the same time.
const SMALL_RUNS_AT_ONCE: usize = 3;

/// How a scenario ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The scenario.
    pub scenario: Scenario,
    /// What was found.
    pub verdict: Verdict,
    /// Calls that were hit.
    pub fired: usize,
    /// Largest memory of an environment, KiB.
    pub peak_kib: u64,
    /// Everything that is not as it must be.
    pub failures: Vec<String>,
    /// Time it took.
    pub took: Duration,
}

/// What scenarios share: the emulator, and the loads, which take longer to make than to process.
#[derive(Debug)]
pub struct Runner {
    ground: Ground,
    scale: Scale,
    usual: OnceLock<Arc<Load>>,
}

impl Runner {
    /// A runner.
    pub const fn new(ground: Ground, scale: Scale) -> Self {
        Self { ground, scale, usual: OnceLock::new() }
    }

    fn usual(&self) -> anyhow::Result<Arc<Load>> {
        if let Some(load) = self.usual.get() {
            return Ok(Arc::clone(load));
        }
        let load = Arc::new(Load::usual(self.scale.size(), Timestamp::now())?);
        Ok(Arc::clone(self.usual.get_or_init(|| load)))
    }

    fn load(&self, course: Course) -> anyhow::Result<Arc<Load>> {
        let now = Timestamp::now();
        Ok(match course {
            Course::Once | Course::Again | Course::Reordered | Course::AtOnce | Course::AlarmsReordered | Course::Stream { .. } | Course::RefusesToStart(_) => {
                self.usual()?
            }
            Course::KilledAtEachCall(..) => Arc::new(special::single(now)?),
            Course::Storm { batches, .. } => Arc::new(special::storm(batches, now)?),
            Course::Poison => Arc::new(Load::with_poison(self.scale.size(), now, 2)?),
            Course::Large => Arc::new(special::large(self.scale.of(2, 24), now)?),
            Course::Bomb => {
                let mut load = self.usual()?.as_ref().clone();
                load.batches.insert(load.batches.len() / 2, special::bomb(100)?);
                Arc::new(load)
            }
            Course::OldAndFuture => {
                let mut load = self.usual()?.as_ref().clone();
                special::add_old_and_future(&mut load, now)?;
                Arc::new(load)
            }
        })
    }

    /// Runs a scenario.
    ///
    /// # Errors
    /// The test itself is broken.
    pub async fn run(self: &Arc<Self>, scenario: Scenario) -> anyhow::Result<Ended> {
        let began = Instant::now();
        let mut ended = match scenario.course {
            Course::KilledAtEachCall(function, effect) => self.killed_at_each_call(scenario, function, effect).await?,
            _ => self.story(scenario, (scenario.rules)(self.scale)).await?,
        };
        ended.look(self.scale);
        ended.took = began.elapsed();
        Ok(ended)
    }

    /// One load, from the beginning to the end.
    async fn story(&self, scenario: Scenario, rules: Vec<Rule>) -> anyhow::Result<Ended> {
        let load = self.load(scenario.course)?;
        let mut expected = load.expected.clone();
        if scenario.course == Course::AlarmsReordered {
            // What is over when it is heard of is not told, neither that it began nor that it ended.
            expected.alarms.clear();
        }
        let mut setup: Setup = scenario.setup;
        match scenario.course {
            Course::RefusesToStart(file) => setup.plan = file,
            Course::Storm { at_once, .. } => setup.at_once = at_once,
            // One process makes one call after the other.
            Course::KilledAtEachCall(..) => setup.at_once = 1,
            _ => setup.at_once = self.scale.of(2, setup.at_once),
        }
        let deployment = self.ground.deploy(setup).await?;
        let faults: Vec<Fault> = rules.iter().map(|rule| rule.fault).collect();
        deployment.proxy.set(rules);
        let mut failures = Vec::new();
        match scenario.course {
            Course::Again => {
                deployment.deliver(&load.batches, &load.alarms).await?;
                deployment.deliver(&load.batches, &load.alarms).await?;
                deployment.deliver(&[], &load.resolved).await?;
            }
            Course::Reordered => deployment.deliver(&shuffled(&load.batches), &load.alarms).await?,
            Course::AlarmsReordered => {
                deployment.deliver(&load.batches, &load.resolved).await?;
                deployment.deliver(&[], &load.alarms).await?;
            }
            Course::AtOnce => deployment.deliver(&thrice(&load.batches), &thrice(&load.alarms)).await?,
            Course::Stream { poison, sees } => {
                deployment.deliver(&[], &load.alarms).await?;
                let stream = streaming::stream(&load.batches, streaming::shards(self.scale), poison, deployment.clock.now())?;
                let seen = deployment.deliver_stream(stream, streaming::batch_size(self.scale)).await?;
                failures.extend(unseen(sees, &seen, scenario.setup.timeout < Setup::USUAL.timeout));
            }
            Course::RefusesToStart(file) => {
                deployment.deliver(&load.batches, &load.alarms).await?;
                failures.extend(refused(&deployment, file));
                deployment.write_plan(PlanFile::Right)?;
            }
            _ => deployment.deliver(&load.batches, &load.alarms).await?,
        }
        // Alarms resolve some time after they fired; those that are kept fire with the redrive.
        match scenario.course {
            Course::AlarmsReordered | Course::RefusesToStart(_) => {}
            Course::AtOnce => deployment.deliver(&[], &thrice(&load.resolved)).await?,
            _ => deployment.deliver(&[], &load.resolved).await?,
        }
        if scenario.setup.notifier_clock_wrong != 0 {
            // Some minutes in which it is wrong, and then a new host.
            for _ in 0..3 {
                deployment.minute().await?;
            }
            deployment.right_clock()?;
            // What was told ten minutes from now counts for so long.
            for _ in 0..12 {
                deployment.minute().await?;
            }
        }
        deployment.settle().await?;
        deployment.proxy.set(Vec::new());
        let kept = deployment.redrive().await?;
        if matches!(scenario.course, Course::RefusesToStart(_)) {
            deployment.deliver(&[], &load.resolved).await?;
            deployment.settle().await?;
        }
        let found = deployment.found().await?;
        let record = deployment.proxy.record();
        let mut verdict = judge(&expected, &found, record, kept);
        // What can never be read stays where it is.
        let stays = if matches!(scenario.course, Course::Bomb | Course::Stream { poison: true, .. }) { 2 } else { 0 };
        if verdict.kept.left.len() != stays {
            verdict.lost.push(format!("{} of what was kept could not be redriven: {:?}", verdict.kept.left.len(), verdict.kept.left));
        }
        for (function, name, least) in scenario.counters {
            let value = found.counters.get(&((*function).to_owned(), (*name).to_owned())).copied().unwrap_or(0.0);
            if value < *least {
                failures.push(format!("{function} counted {name} {value} times, at least {least} expected"));
            }
        }
        failures.extend(uncounted(&deployment, &found, &verdict));
        failures.extend(unreadable(&deployment));
        if !verdict.doubled.is_empty() {
            failures.extend(record.same_puts());
            failures.push(format!("counted: {:?}", found.counters));
        }
        let calls = record.calls();
        let fired = calls.iter().filter(|call| call.fired.is_some()).count();
        if !matches!(scenario.course, Course::KilledAtEachCall(..)) {
            let idle = faults.iter().filter(|fault| calls.iter().all(|call| call.fired != Some(**fault)));
            failures.extend(idle.map(|fault| format!("no call was hit: {fault}")));
        }
        // Conditions of DynamoDB that do not hold are an answer; anything else is a mistake of the function's or of the emulator's.
        let odd = calls.iter().filter_map(|call| call.refused.as_ref().map(|refused| (call, refused)));
        failures.extend(
            odd.filter(|(_, refused)| !refused.contains("ConditionalCheckFailed") && !refused.contains("TransactionC"))
                .map(|(call, refused)| format!("{} {} was refused: {refused}", call.service, call.operation)),
        );
        let peak_kib = deployment.functions().iter().map(|function| function.measured().peak_kib).max().unwrap_or(0);
        Ok(Ended { scenario, verdict, fired, peak_kib, failures, took: Duration::ZERO })
    }

    /// A small load for each call of a function, until there is no such call.
    async fn killed_at_each_call(self: &Arc<Self>, scenario: Scenario, function: &'static str, effect: Effect) -> anyhow::Result<Ended> {
        let mut whole = Ended { scenario, verdict: Verdict::default(), fired: 0, peak_kib: 0, failures: Vec::new(), took: Duration::ZERO };
        let mut running = JoinSet::new();
        let mut next = 1;
        let mut last = None;
        loop {
            while last.is_none() && running.len() < SMALL_RUNS_AT_ONCE && next <= MOST_CALLS {
                let (runner, number) = (Arc::clone(self), next);
                running.spawn(async move {
                    let rules = vec![Rule::function(function, Calls::Nth(number), Fault::Kill(effect))];
                    (number, runner.story(scenario, rules).await)
                });
                next += 1;
            }
            let Some(done) = running.join_next().await else { break };
            let (number, ended) = done?;
            let ended = ended?;
            if ended.fired == 0 {
                last = Some(last.map_or(number, |last: usize| last.min(number)));
            }
            whole.add(number, ended);
        }
        if last.is_none() {
            whole.failures.push(format!("{function} makes more than {MOST_CALLS} calls"));
        }
        Ok(whole)
    }
}

fn thrice(events: &[Bytes]) -> Vec<Bytes> {
    events.iter().flat_map(|event| [event.clone(), event.clone(), event.clone()]).collect()
}

/// Whether the functions counted as ambiguous what they did twice. What an environment that died had counted has died with it.
fn uncounted(deployment: &Deployment, found: &Found, verdict: &Verdict) -> Vec<String> {
    let of = [(deployment.writes_metrics(), verdict.in_window.0), (&deployment.notifier, verdict.in_window.1)];
    let short = of.into_iter().filter_map(|(function, twice)| {
        let counted = found.counters.get(&(function.name().to_owned(), "Ambiguous".to_owned())).copied().unwrap_or(0.0);
        let deaths = function.measured().deaths;
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let enough = counted + deaths as f64 >= twice as f64;
        (!enough).then(|| format!("{} counted {counted} calls as ambiguous, {twice} were done twice, {deaths} environments died", function.name()))
    });
    short.collect()
}

/// What the mappings of a stream saw, when it is not what they must see. `brief`: a slow machine takes an invocation to its short deadline.
fn unseen(must: Sees, seen: &streaming::Seen, brief: bool) -> Option<String> {
    let right = match must {
        Sees::Nothing => *seen == streaming::Seen::default(),
        Sees::Reported => [EXTRACTOR, CLASSIFIER].iter().all(|function| seen.reported.contains_key(*function)) && (brief || seen.failed == 0),
        Sees::Failed => seen.failed > 0,
    };
    (!right).then(|| format!("the stream's mappings saw {seen:?}, expected {must:?}"))
}

/// Lines of the functions that are none of our schema: something else than a JSON object, or the debug form of an error. One of each function.
fn unreadable(deployment: &Deployment) -> Vec<String> {
    let strange = |line: &String| {
        let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line);
        object.map_or(true, |object| object.get("message").and_then(serde_json::Value::as_str).is_some_and(|message| message.contains(" { ")))
    };
    let functions = deployment.functions().into_iter();
    functions.filter_map(|function| Some(format!("{} wrote: {}", function.name(), function.lines().into_iter().find(strange)?))).collect()
}

/// Whether the functions said why they did not start.
fn refused(deployment: &Deployment, file: PlanFile) -> Vec<String> {
    let code = match file {
        PlanFile::Right => return Vec::new(),
        PlanFile::Missing => "plan-missing",
        PlanFile::Unreadable => "plan-unreadable",
        PlanFile::TooNew => "plan-too-new",
    };
    let silent = deployment.functions().into_iter().filter(|function| !function.lines().iter().any(|line| line.contains(code)));
    silent.map(|function| format!("{} did not say {code}", function.name())).collect()
}

impl Ended {
    /// Adds one of many small runs.
    fn add(&mut self, number: usize, other: Self) {
        let label = |list: Vec<String>| list.into_iter().map(move |text| format!("call {number}: {text}"));
        let (verdict, more) = (&mut self.verdict, other.verdict);
        verdict.events += more.events;
        verdict.samples += more.samples;
        verdict.issues += more.issues;
        verdict.occurrences += more.occurrences;
        verdict.messages += more.messages;
        verdict.kept.residues += more.kept.residues;
        verdict.kept.failed += more.kept.failed;
        verdict.in_window.0 += more.in_window.0;
        verdict.in_window.1 += more.in_window.1;
        verdict.lost.extend(label(more.lost));
        verdict.doubled.extend(label(more.doubled));
        self.failures.extend(label(other.failures));
        self.fired += other.fired;
        self.peak_kib = self.peak_kib.max(other.peak_kib);
    }

    /// Holds it against what the scenario says.
    fn look(&mut self, scale: Scale) {
        let (scenario, verdict) = (&self.scenario, &self.verdict);
        let failures = &mut self.failures;
        let faulty = scenario.has_rules(scale) || matches!(scenario.course, Course::KilledAtEachCall(..));
        if faulty && self.fired == 0 {
            failures.push("no fault has fired".to_owned());
        }
        let stated = ((scenario.metrics_twice)(scale), (scenario.messages_twice)(scale));
        // Which messages share a request, and so come twice together, depends on what is due together: where processes are killed the number is a bound.
        let held = match scenario.course {
            _ if scenario.twice_at_most => verdict.in_window.0 <= stated.0 && verdict.in_window.1 <= stated.1,
            Course::KilledAtEachCall(..) => stated.0 == verdict.in_window.0 && verdict.in_window.1 <= stated.1 && (stated.1 == 0 || verdict.in_window.1 > 0),
            _ => stated == verdict.in_window,
        };
        if !held {
            failures.push(format!("done twice inside the window (metrics, messages): {:?}, stated {stated:?}", verdict.in_window));
        }
        let kept = (verdict.kept.residues > 0, verdict.kept.failed > 0);
        let right = match scenario.keeps {
            Keeps::NoFailure => !kept.1,
            Keeps::Residues => kept == (true, false),
            Keeps::Failed => kept == (false, true),
            Keeps::Something => kept != (false, false),
            Keeps::Anything => true,
        };
        if !right {
            failures.push(format!("{} residues and {} failed invocations kept, expected {:?}", verdict.kept.residues, verdict.kept.failed, scenario.keeps));
        }
        if let Some(most) = scenario.memory_kib.filter(|most| self.peak_kib > *most) {
            failures.push(format!("{} KiB of memory, at most {most} expected", self.peak_kib));
        }
    }

    /// Whether everything is as it must be.
    pub fn passed(&self) -> bool {
        self.failures.is_empty() && self.verdict.lost.is_empty() && self.verdict.doubled.is_empty()
    }
}
