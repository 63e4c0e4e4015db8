//! The Python side: the same questions to `python/serve.py`, a process for each case.

use std::{path::PathBuf, process::Command};

use anyhow::Context as _;
use skywarden_bench::child::{Remote, Server};

use crate::{
    case::{Running, check_lines},
    truth::Expected,
};

/// What every line says beside its time; Python's logging has names of its own.
const LINE: &[Expected] = &[
    Expected { what: "level", names: &["level", "levelname", "name"], values: &["INFO", "info"] },
    Expected { what: "message", names: &["message", "event"], values: &["order placed"] },
    Expected { what: "logger", names: &["logger", "name"], values: &["shop.orders.placing"] },
    Expected { what: "request id", names: &["request_id"], values: &["a78beb7e-0787-40de-af96-0063bc67ba94"] },
    Expected { what: "trace id", names: &["trace_id"], values: &["6cace4d519d5269512e74f7bfab36728"] },
    Expected { what: "user", names: &["user_id"], values: &["u-48213"] },
    Expected { what: "tenant", names: &["tenant_id"], values: &["acme-gmbh"] },
    Expected { what: "amount", names: &["amount"], values: &["129.95"] },
    Expected { what: "currency", names: &["currency"], values: &["EUR"] },
];

/// What every line of a request says beside its time.
const REQUEST: &[Expected] = &[
    Expected { what: "level", names: &["level"], values: &["INFO", "info"] },
    Expected { what: "method", names: &["method"], values: &["GET"] },
    Expected { what: "path", names: &["path"], values: &["/orders/42"] },
    Expected { what: "status", names: &["status_code"], values: &["200"] },
    Expected { what: "duration", names: &["duration_ms"], values: &[] },
    Expected { what: "request id", names: &["request_id"], values: &[] },
];

/// Cases of the Python side that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PythonSuite {
    /// Lines, by structlog.
    Structlog,
    /// Lines, by the standard library's `logging`.
    Logging,
    /// Formatting of one record, by formatters of `logging`.
    Formatters,
    /// Requests to FastAPI.
    Asgi,
}

/// A case, by the name `python/serve.py` knows it by.
#[derive(Clone, Copy, Debug)]
pub struct PythonCase {
    /// The name.
    pub name: &'static str,
    /// What each of its lines must hold; none when it writes no line of JSON.
    pub expected: Option<&'static [Expected]>,
}

const fn line(name: &'static str) -> PythonCase {
    PythonCase { name, expected: Some(LINE) }
}

const fn request(name: &'static str) -> PythonCase {
    PythonCase { name, expected: Some(REQUEST) }
}

const fn silent(name: &'static str) -> PythonCase {
    PythonCase { name, expected: None }
}

const STRUCTLOG: [PythonCase; 9] = [
    line("structlog + orjson, bound"),
    line("structlog + orjson, contextvars"),
    line("ours by structlog, bound"),
    line("ours by structlog, bound, masking"),
    line("ours by structlog, contextvars"),
    line("ours by structlog, contextvars, masking"),
    line("ours by structlog, skywarden.bind"),
    line("ours by structlog, skywarden.bind, masking"),
    silent("ours by structlog, a line below the level"),
];

const LOGGING: [PythonCase; 12] = [
    silent("logging, a handler that does nothing"),
    silent("logging, a line of text"),
    line("python-json-logger + orjson"),
    line("python-json-logger + json"),
    line("ours by logging, formatter"),
    line("ours by logging, formatter, masking"),
    line("ours by logging, handler"),
    line("ours by logging, handler, masking"),
    line("ours by logging, handler, skywarden.bind, masking"),
    line("loguru"),
    line("Powertools + json"),
    line("Powertools + orjson"),
];

const FORMATTERS: [PythonCase; 5] = [
    silent("format() of logging, a line of text"),
    line("format() of python-json-logger + orjson"),
    line("format() of python-json-logger + json"),
    line("format() of ours"),
    line("format() of ours, masking"),
];

const ASGI: [PythonCase; 7] = [
    silent("bare FastAPI"),
    request("written by hand"),
    request("ours"),
    request("ours, masking"),
    request("asgi-correlation-id + structlog"),
    silent("BaseHTTPMiddleware that does nothing"),
    request("BaseHTTPMiddleware + structlog"),
];

impl PythonSuite {
    /// Its cases, the one that others are compared with first.
    pub const fn cases(self) -> &'static [PythonCase] {
        match self {
            Self::Structlog => &STRUCTLOG,
            Self::Logging => &LOGGING,
            Self::Formatters => &FORMATTERS,
            Self::Asgi => &ASGI,
        }
    }

    /// All of them.
    pub const ALL: [Self; 4] = [Self::Structlog, Self::Logging, Self::Formatters, Self::Asgi];

    /// Name on the command line of `python/serve.py`.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Structlog | Self::Logging | Self::Formatters => "line",
            Self::Asgi => "asgi",
        }
    }
}

/// Python with what is compared, and where `serve.py` is.
#[derive(Clone, Debug)]
pub struct Python {
    /// The interpreter.
    pub program: PathBuf,
    /// `python/serve.py`.
    pub script: PathBuf,
}

impl Python {
    /// Looks at what every case writes.
    ///
    /// # Errors
    /// A case fails, or its lines are not as they must be.
    pub fn check(&self) -> anyhow::Result<()> {
        PythonSuite::ALL.into_iter().flat_map(|suite| suite.cases().iter().map(move |case| (suite, case))).try_for_each(|(suite, case)| {
            self.look(suite, case)?;
            Ok(())
        })
    }

    /// Looks at what a case writes, and starts it.
    ///
    /// # Errors
    /// The case fails, or its lines are not as they must be.
    pub fn start(&self, suite: PythonSuite, case: &PythonCase, units: usize) -> anyhow::Result<Running> {
        let line_bytes = self.look(suite, case)?;
        let server = Server::start(self.command(suite, case))?;
        Ok(Running { remote: Remote::new(&server, case.name, case.name, units), line_bytes })
    }

    /// Runs a case a few times in a process of its own, checks the lines, and gives the length of the first.
    ///
    /// # Errors
    /// The case fails, or its lines are not as they must be.
    pub fn look(&self, suite: PythonSuite, case: &PythonCase) -> anyhow::Result<usize> {
        let shown = self.command(suite, case).args(["--show", "3"]).output().with_context(|| format!("cannot start {}", self.program.display()))?;
        anyhow::ensure!(shown.status.success(), "{} failed: {}", case.name, String::from_utf8_lossy(&shown.stderr));
        let text = String::from_utf8(shown.stdout)?;
        let lines: Vec<String> = text.split_inclusive('\n').map(ToOwned::to_owned).collect();
        // Lines of text that are there for comparison hold less, and are no JSON.
        if case.expected.is_none() { Ok(0) } else { check_lines(case.name, case.expected, &lines) }
    }

    fn command(&self, suite: PythonSuite, case: &PythonCase) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(&self.script).args(["--suite", suite.as_str(), "--case", case.name]);
        command
    }
}
