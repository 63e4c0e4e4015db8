//! What is measured: a library with a name, set up in a process of its own.
//!
//! A subscriber of `tracing` is the whole process's, and a second one in the same process makes both slower. So each case is a child of the
//! benchmark, which sets itself up as a service would and then runs when it is asked.

use std::{
    cell::RefCell,
    io::{self, BufRead as _, Write as _},
    path::Path,
    process::Command,
    rc::Rc,
};

use skywarden_bench::{
    answer::Answer,
    child::{Remote, Server},
    measure::timed,
    serve::{Question, Reply},
};

use crate::{
    sink::{Destination, Sink, shown},
    suite::Suite,
    truth::{Expected, check},
};

/// Work of a case: runs it so many times.
pub type Work = Box<dyn FnMut(usize) -> anyhow::Result<()>>;

/// A case.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Name in the report and on the command line.
    pub name: &'static str,
    /// Sets it up: what it does only once it does here.
    pub open: fn(Sink) -> anyhow::Result<Work>,
    /// What each of its lines must hold; none when it writes no line.
    pub expected: Option<&'static [Expected]>,
}

/// A case in a child process.
#[derive(Debug)]
pub struct Running {
    /// The candidate.
    pub remote: Remote,
    /// How long the case's line is, bytes; zero when it writes none.
    pub line_bytes: usize,
}

impl Case {
    /// Starts a child of this program for it, and checks the first lines it writes.
    ///
    /// # Errors
    /// The child fails or its lines are not as they must be.
    pub fn start(&self, program: &Path, suite: Suite, destination: Destination, units: usize) -> anyhow::Result<Running> {
        let mut command = Command::new(program);
        command.args([
            "serve",
            "--suite",
            suite.as_str(),
            "--case",
            self.name,
            "--to",
            if destination == Destination::Nowhere { "nowhere" } else { "dev-null" },
        ]);
        let server: Rc<RefCell<Server>> = Server::start(command)?;
        let remote = Remote::new(&server, self.name, self.name, units);
        let line_bytes = check_lines(self.name, self.expected, &remote.lines()?)?;
        Ok(Running { remote, line_bytes })
    }

    /// The child's side: answers questions until there are no more.
    ///
    /// # Errors
    /// A question that cannot be read, or the case fails.
    pub fn serve(&self, destination: Destination) -> anyhow::Result<()> {
        let mut work = (self.open)(Sink::open(destination)?)?;
        for line in io::stdin().lock().lines() {
            let Question { pipeline, events, times } = serde_json::from_str(&line?)?;
            anyhow::ensure!(pipeline == self.name, "this is {} and not {pipeline}", self.name);
            // A single run is for looking at; nobody wants the time of it.
            let (ns, lines) = if times == 1 {
                let mut ns = Vec::new();
                let lines = shown(|| {
                    ns = timed(1, || work(events))?;
                    Ok(())
                })?;
                (ns, lines)
            } else {
                (timed(times, || work(events))?, Vec::new())
            };
            let mut out = io::stdout().lock();
            serde_json::to_writer(&mut out, &Reply { ns, answer: Answer::new(), lines })?;
            out.write_all(b"\n")?;
            out.flush()?;
        }
        Ok(())
    }
}

/// Checks the first lines of a case and gives the length of the first; zero for a case that writes none.
///
/// # Errors
/// There are none, or some where none should be, or one does not say what it must.
pub fn check_lines(case: &str, expected: Option<&[Expected]>, lines: &[String]) -> anyhow::Result<usize> {
    let Some(expected) = expected else {
        anyhow::ensure!(lines.is_empty(), "{case} wrote a line: {}", lines.concat());
        return Ok(0);
    };
    anyhow::ensure!(!lines.is_empty(), "{case} wrote no line");
    for line in lines {
        check(case, line, expected)?;
    }
    Ok(lines.first().map_or(0, String::len))
}
