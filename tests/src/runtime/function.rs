//! The environments of one function: as many as there are events at once, kept warm, replaced when they die.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use tokio::sync::Semaphore;

use super::{Instance, Outcome, Process, Program, process::Lines};

/// What stands between an instance and AWS: an address for each instance, so that calls can be told apart.
pub trait Attached: Send + Sync + std::fmt::Debug {
    /// Opens an address.
    fn open(&self) -> Pin<Box<dyn Future<Output = anyhow::Result<String>> + Send + '_>>;
    /// Says whose the calls to an address are.
    fn belongs(&self, endpoint: &str, process: Arc<Process>);
    /// The instance died: it was killed, ended by itself, or ended at its deadline.
    fn died(&self, endpoint: &str);
    /// The instance has been ended while it slept.
    fn close(&self, endpoint: &str);
}

/// What was measured over all environments.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Time from start to first poll, of every start.
    pub starts: Vec<Duration>,
    /// Largest memory seen after any invocation, KiB.
    pub peak_kib: u64,
    /// Environments that died or were ended.
    pub deaths: usize,
    /// Invocations.
    pub invocations: usize,
}

/// One function with its environments.
#[derive(Debug)]
pub struct Function {
    program: Program,
    outside: Arc<dyn Attached>,
    free: Mutex<Vec<(String, Instance)>>,
    at_once: Semaphore,
    lines: Lines,
    measured: Mutex<Measured>,
}

impl Function {
    /// A function with at most so many environments at once.
    pub fn new(program: Program, outside: Arc<dyn Attached>, at_once: usize) -> Self {
        Self { program, outside, free: Mutex::default(), at_once: Semaphore::new(at_once), lines: Lines::default(), measured: Mutex::default() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.program.name
    }

    /// Invokes it once and waits for what becomes of it.
    ///
    /// # Errors
    /// The test itself is broken: the program cannot be started at all.
    pub async fn invoke(&self, event: &Bytes) -> anyhow::Result<Outcome> {
        let _one = self.at_once.acquire().await?;
        let warm = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let (endpoint, mut instance) = match warm {
            // One that was killed while it slept is no use.
            Some((endpoint, instance)) if instance.is_alive() => (endpoint, instance),
            dead => {
                if let Some((endpoint, instance)) = dead {
                    self.gone(&endpoint, instance).await;
                }
                match self.start().await? {
                    Ok(started) => started,
                    Err(outcome) => return Ok(outcome),
                }
            }
        };
        let outcome = instance.invoke(event.clone()).await;
        {
            let mut measured = self.measured.lock().unwrap_or_else(PoisonError::into_inner);
            measured.invocations += 1;
            measured.peak_kib = measured.peak_kib.max(instance.usage().map_or(0, |usage| usage.peak_kib));
        }
        if matches!(outcome, Outcome::Died { .. } | Outcome::TimedOut) {
            self.gone(&endpoint, instance).await;
        } else {
            self.free.lock().unwrap_or_else(PoisonError::into_inner).push((endpoint, instance));
        }
        Ok(outcome)
    }

    async fn start(&self) -> anyhow::Result<Result<(String, Instance), Outcome>> {
        let endpoint = self.outside.open().await?;
        match Instance::start(&self.program, &endpoint, &self.lines).await? {
            Ok(instance) => {
                self.outside.belongs(&endpoint, instance.process());
                self.measured.lock().unwrap_or_else(PoisonError::into_inner).starts.push(instance.started_in);
                Ok(Ok((endpoint, instance)))
            }
            Err(outcome) => {
                self.outside.close(&endpoint);
                self.measured.lock().unwrap_or_else(PoisonError::into_inner).deaths += 1;
                Ok(Err(outcome))
            }
        }
    }

    async fn gone(&self, endpoint: &str, instance: Instance) {
        self.outside.died(endpoint);
        instance.end().await;
        self.measured.lock().unwrap_or_else(PoisonError::into_inner).deaths += 1;
    }

    /// Ends every environment, so that the next event meets a fresh one. Everything they wrote has been read then.
    pub async fn cool_down(&self) {
        let free = std::mem::take(&mut *self.free.lock().unwrap_or_else(PoisonError::into_inner));
        for (endpoint, instance) in free {
            self.outside.close(&endpoint);
            instance.end().await;
        }
    }

    /// Every line its environments have written so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was measured so far.
    pub fn measured(&self) -> Measured {
        self.measured.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
