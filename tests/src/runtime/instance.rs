//! One execution environment: a process and its Runtime API, one event at a time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::body::Bytes;
use tokio::sync::oneshot;

use super::{
    Outcome, Process, Program, Usage,
    api::{Delivery, RuntimeApi},
    process::Lines,
};

/// Longest start; Lambda gives ten seconds, a busy machine of a test is slower.
const LONGEST_START: Duration = Duration::from_secs(30);

/// One execution environment.
#[derive(Debug)]
pub struct Instance {
    process: Arc<Process>,
    api: RuntimeApi,
    program: Program,
    /// Time from the start of the process to its first poll.
    pub started_in: Duration,
    invocations: u64,
}

impl Instance {
    /// Starts a process that calls AWS at `endpoint`, and waits until it asks for its first event.
    ///
    /// # Errors
    /// [`Outcome`] of the event that would have been the first: the process ended. Outside: it could not be started at all.
    pub async fn start(program: &Program, endpoint: &str, lines: &Lines) -> anyhow::Result<Result<Self, Outcome>> {
        let mut api = RuntimeApi::start(&program.name).await?;
        let began = Instant::now();
        let process = Arc::new(Process::start(program, &api.address, endpoint, lines)?);
        let status = tokio::select! {
            polled = async { api.polled.wait_for(|polled| *polled).await.map(|_| ()) } => { polled?; None }
            status = process.ended() => Some(status),
            () = tokio::time::sleep(LONGEST_START) => { process.kill().await; Some("no first poll".to_owned()) }
        };
        if let Some(status) = status {
            process.drained().await;
            return Ok(Err(Outcome::Died { status }));
        }
        Ok(Ok(Self { process, api, program: program.clone(), started_in: began.elapsed(), invocations: 0 }))
    }

    /// Its process, for whoever wants to end it.
    pub fn process(&self) -> Arc<Process> {
        Arc::clone(&self.process)
    }

    /// Gives it an event and waits for what becomes of it. At the deadline its process is ended, as Lambda does.
    pub async fn invoke(&mut self, event: Bytes) -> Outcome {
        self.invocations += 1;
        let (outcome, answer) = oneshot::channel();
        let request = format!("{:08x}-{:04x}-4000-8000-000000000000", self.process.id(), self.invocations);
        let deadline = self.program.clock.deadline(self.program.timeout);
        let delivery = Delivery { request, event, deadline, outcome };
        if self.api.deliveries.send(delivery).await.is_err() {
            return Outcome::Died { status: self.process.ended().await };
        }
        tokio::select! {
            // An answer that has come counts, whatever else happens at the same moment.
            biased;
            outcome = answer => match outcome {
                Ok(outcome) => outcome,
                Err(_) => Outcome::Died { status: self.process.ended().await },
            },
            status = self.process.ended() => Outcome::Died { status },
            () = tokio::time::sleep(self.program.timeout) => { self.process.kill().await; Outcome::TimedOut }
        }
    }

    /// Whether it can take another event.
    pub fn is_alive(&self) -> bool {
        !self.process.has_ended()
    }

    /// What its process has used; `None` when it has ended.
    pub fn usage(&self) -> Option<Usage> {
        self.process.usage()
    }

    /// Ends it, and waits until everything it wrote has been read.
    pub async fn end(self) {
        self.process.kill().await;
        self.process.drained().await;
    }
}
