//! Requests a second under uvicorn, by the load tool `wrk`, which is a program of its own that has to be installed.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde::Serialize;

/// How to come by the tool.
pub const INSTALL: &str = "requests a second under uvicorn: wrk is not installed (Debian and Ubuntu: apt-get install wrk; macOS: brew install wrk)";

/// Beside `serve.py`: what serves.
pub const SERVED: &str = "exchanges.py";

/// What is asked for.
const TARGET: &str = "/orders/42?page=3";

/// Connections held open.
const CONNECTIONS: u32 = 32;

/// Longest wait for a server to listen.
const START: Duration = Duration::from_secs(30);

/// Applications of `python/exchanges.py`, the one that others are compared with first.
pub const APPLICATIONS: [&str; 6] =
    ["bare FastAPI", "ours", "ours, masking", "asgi-correlation-id + structlog", "BaseHTTPMiddleware + structlog", "uvicorn's own access log"];

/// How one application fared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Load {
    /// Name.
    pub name: String,
    /// Requests a second, the median of the rounds.
    pub requests_per_second: f64,
    /// Half of the answers took at most this, milliseconds; of the round with the median.
    pub p50_ms: f64,
    /// 99 of 100 answers took at most this, milliseconds.
    pub p99_ms: f64,
}

/// How much load.
#[derive(Clone, Copy, Debug)]
pub struct Rounds {
    /// Rounds over all applications.
    pub rounds: usize,
    /// Length of one, seconds.
    pub seconds: u32,
}

/// A server that ends with this value.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // What it still has to say does not matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves each application by uvicorn and asks it as fast as it answers, in turns.
///
/// # Errors
/// A server does not start, or answers wrongly.
pub fn measure(wrk: &Path, python: &Path, script: &Path, rounds: Rounds) -> anyhow::Result<Vec<Load>> {
    let mut seen: Vec<(&str, Vec<Load>)> = APPLICATIONS.iter().map(|name| (*name, Vec::new())).collect();
    for _ in 0..rounds.rounds {
        for (name, loads) in &mut seen {
            let server = serve(python, script, name).with_context(|| format!("{name} under uvicorn"))?;
            // The first second fills caches.
            ask(wrk, name, server.port, 1)?;
            loads.push(ask(wrk, name, server.port, rounds.seconds)?);
        }
    }
    seen.into_iter().map(|(_, loads)| median(loads).context("no round was run")).collect()
}

/// Serves each application once and looks at an answer.
///
/// # Errors
/// A server does not start, or answers wrongly.
pub fn check(python: &Path, script: &Path) -> anyhow::Result<()> {
    APPLICATIONS.iter().try_for_each(|name| serve(python, script, name).map(drop).with_context(|| format!("{name} under uvicorn")))
}

fn median(mut loads: Vec<Load>) -> Option<Load> {
    loads.sort_by(|a, b| a.requests_per_second.total_cmp(&b.requests_per_second));
    let middle = loads.len() / 2;
    loads.into_iter().nth(middle)
}

/// Starts a server and waits until it answers as it should.
fn serve(python: &Path, script: &Path, name: &str) -> anyhow::Result<Server> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let nowhere = || Ok::<_, std::io::Error>(Stdio::from(File::options().append(true).open("/dev/null")?));
    let child = Command::new(python).arg(script).args([name, &port.to_string()]).stdin(Stdio::null()).stdout(nowhere()?).stderr(nowhere()?).spawn()?;
    let mut server = Server { child, port };
    let began = Instant::now();
    loop {
        if let Ok(answer) = once(port) {
            anyhow::ensure!(answer.starts_with("HTTP/1.1 200"), "it answered: {answer}");
            let with_id = !["bare FastAPI", "uvicorn's own access log"].contains(&name);
            anyhow::ensure!(answer.to_ascii_lowercase().contains("x-request-id") == with_id, "it answered: {answer}");
            return Ok(server);
        }
        anyhow::ensure!(server.child.try_wait()?.is_none(), "the server ended");
        anyhow::ensure!(began.elapsed() < START, "it does not answer");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn once(port: u16) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(START))?;
    write!(stream, "GET {TARGET} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn ask(wrk: &Path, name: &str, port: u16, seconds: u32) -> anyhow::Result<Load> {
    let mut command = Command::new(wrk);
    command.args(["--latency", "-t", "1", "-c", &CONNECTIONS.to_string(), "-d", &format!("{seconds}s"), &format!("http://127.0.0.1:{port}{TARGET}")]);
    let output = command.output().with_context(|| format!("cannot start {}", wrk.display()))?;
    anyhow::ensure!(output.status.success(), "wrk failed: {}", String::from_utf8_lossy(&output.stderr));
    read(name, &String::from_utf8_lossy(&output.stdout))
}

/// What `wrk --latency` prints.
fn read(name: &str, text: &str) -> anyhow::Result<Load> {
    anyhow::ensure!(!text.contains("Non-2xx") && !text.contains("Socket errors"), "{name} did not answer every request:\n{text}");
    let after =
        |label: &str| text.lines().find_map(|line| Some(line.trim().strip_prefix(label)?.trim())).with_context(|| format!("wrk says no {label}: {text}"));
    Ok(Load {
        name: name.to_owned(),
        requests_per_second: after("Requests/sec:")?.parse()?,
        p50_ms: milliseconds(after("50%")?)?,
        p99_ms: milliseconds(after("99%")?)?,
    })
}

fn milliseconds(text: &str) -> anyhow::Result<f64> {
    let number = |unit: &str| text.strip_suffix(unit).and_then(|number| number.parse::<f64>().ok());
    let of_seconds = || number("s").map(|seconds| seconds * 1e3);
    number("us").map(|microseconds| microseconds / 1e3).or_else(|| number("ms")).or_else(of_seconds).with_context(|| format!("{text:?} is no time"))
}

/// Where `wrk` is, when it is installed.
pub fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join("wrk")).find(|program| program.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "Running 5s test @ http://127.0.0.1:1/\n  1 threads and 32 connections\n  Thread Stats   Avg      Stdev     Max   +/- Stdev\n    Latency     3.06ms    1.01ms  20.00ms   90.12%\n    Req/Sec    10.52k   500.00    11.00k    80.00%\n  Latency Distribution\n     50%  950.00us\n     75%    3.10ms\n     90%    3.50ms\n     99%    1.20s\n  52345 requests in 5.00s, 9.99MB read\nRequests/sec:  10469.12\nTransfer/sec:      2.00MB\n";

    #[test]
    fn what_the_tool_prints_is_read() {
        let load = read("a", PRINTED).unwrap();
        assert_eq!(load, Load { name: "a".to_owned(), requests_per_second: 10_469.12, p50_ms: 0.95, p99_ms: 1_200.0 });
    }

    #[test]
    fn a_wrong_answer_under_load_fails() {
        let error = read("a", &format!("{PRINTED}  Non-2xx or 3xx responses: 7\n")).unwrap_err().to_string();
        assert!(error.contains("did not answer every request"), "{error}");
        assert!(read("a", "").is_err());
    }

    #[test]
    fn the_round_in_the_middle_counts() {
        let load = |rate: f64| Load { name: String::new(), requests_per_second: rate, p50_ms: rate, p99_ms: rate };
        assert_eq!(median(vec![load(3.0), load(1.0), load(2.0)]), Some(load(2.0)));
        assert_eq!(median(Vec::new()), None);
    }
}
