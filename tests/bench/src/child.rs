//! A pipeline of another process: another tool, another language, or ours built with another choice of features.
//!
//! The child waits for a question on its standard input, runs, and replies with the CPU time it took and what it found. So even pipelines of
//! different programs take turns.

use std::{
    cell::RefCell,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    rc::Rc,
};

use anyhow::Context as _;

use crate::{
    answer::Answer,
    measure::Candidate,
    serve::{Question, Reply},
};

/// A process that runs pipelines when asked. It ends with the last [`Remote`] that uses it.
#[derive(Debug)]
pub struct Server {
    program: String,
    child: Child,
    /// Taken when the server ends: that is how the child knows.
    questions: Option<ChildStdin>,
    replies: BufReader<ChildStdout>,
}

impl Server {
    /// Starts the program.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(mut command: Command) -> anyhow::Result<Rc<RefCell<Self>>> {
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {program}"))?;
        let questions = child.stdin.take();
        let replies = BufReader::new(child.stdout.take().context("no standard output")?);
        Ok(Rc::new(RefCell::new(Self { program, child, questions, replies })))
    }

    fn ask(&mut self, question: &Question) -> anyhow::Result<Reply> {
        let mut line = serde_json::to_vec(question)?;
        line.push(b'\n');
        let failed = || format!("{} ended while running {} on {} events", self.program, question.pipeline, question.events);
        self.questions.as_mut().with_context(failed)?.write_all(&line).with_context(failed)?;
        let mut reply = String::new();
        self.replies.read_line(&mut reply)?;
        anyhow::ensure!(!reply.is_empty(), failed());
        serde_json::from_str(&reply).with_context(|| format!("{} replied with something else than JSON", self.program))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.questions.take();
        // It has nothing more to say: whether it ended well was seen with each reply.
        let _ = self.child.wait();
    }
}

/// One pipeline of a server, on one batch.
#[derive(Debug)]
pub struct Remote {
    name: String,
    pipeline: String,
    events: usize,
    server: Rc<RefCell<Server>>,
}

impl Remote {
    /// The pipeline the server knows as `pipeline`, shown as `name`.
    pub fn new(server: &Rc<RefCell<Server>>, name: &str, pipeline: &str, events: usize) -> Self {
        Self { name: name.to_owned(), pipeline: pipeline.to_owned(), events, server: Rc::clone(server) }
    }

    /// Runs it once and gives what it found.
    ///
    /// # Errors
    /// The process failed.
    pub fn answer(&self) -> anyhow::Result<Answer> {
        Ok(self.ask(1)?.answer)
    }

    /// Runs it once and gives the first lines it wrote.
    ///
    /// # Errors
    /// The process failed.
    pub fn lines(&self) -> anyhow::Result<Vec<String>> {
        Ok(self.ask(1)?.lines)
    }

    fn ask(&self, times: usize) -> anyhow::Result<Reply> {
        self.server.borrow_mut().ask(&Question { pipeline: self.pipeline.clone(), events: self.events, times })
    }
}

impl Candidate for Remote {
    fn name(&self) -> &str {
        &self.name
    }

    fn units(&self) -> usize {
        self.events
    }

    fn run(&mut self, times: usize) -> anyhow::Result<Vec<f64>> {
        let reply = self.ask(times)?;
        anyhow::ensure!(reply.ns.len() == times, "{} ran {} times instead of {times}", self.name, reply.ns.len());
        Ok(reply.ns)
    }
}
