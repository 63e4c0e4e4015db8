//! The emulator as a child process: started on a free port, ended with everything it started.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::Context as _;

use crate::{eventually::eventually, settings::Settings};

/// Region of every test.
pub const REGION: &str = "us-east-1";

/// Account of every test.
pub const ACCOUNT: &str = "000000000000";

/// A running emulator.
#[derive(Debug)]
pub struct Emulator {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl Emulator {
    /// Starts one with IAM enforcement and waits until it answers.
    ///
    /// # Errors
    /// It could not be started or did not answer; the error names its log.
    pub fn start(settings: &Settings, name: &str) -> anyhow::Result<Self> {
        Self::start_with(settings, name, &[])
    }

    /// Starts one that asks nobody who they are, which is faster, and waits until it answers.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_open(settings: &Settings, name: &str) -> anyhow::Result<Self> {
        Self::start_with(settings, name, &[("AUTH", "false")])
    }

    /// As [`Self::start`], with variables of the overlay that differ from the usual ones.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with(settings: &Settings, name: &str, variables: &[(&str, &str)]) -> anyhow::Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let home = settings.scratch.join(name);
        std::fs::create_dir_all(&home)?;
        let log = home.join("emulator.log");
        let output = File::create(&log)?;
        let mut command = Command::new(settings.python_bin.join("python"));
        command
            .arg(settings.root.join("tests/emulator/overlay/__main__.py"))
            .current_dir(&home)
            .envs(environment(port))
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_HOST", "127.0.0.1")
            .env("AUTH", "true")
            .env("TMPDIR", &home)
            .env("SKYWARDEN_FILTER_SERVER", &settings.filter_server)
            .env("SKYWARDEN_SCHEDULE_SECONDS", "5")
            .env("LAMBDA_ASYNC_RETRY_BASE_SECONDS", "0.2")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            // A group of its own, so that the functions it starts end with it.
            .process_group(0);
        let child = command.spawn().context("the emulator does not start")?;
        let mut emulator = Self { child, port, log };
        let ready = eventually("the emulator answers", || {
            if let Some(status) = emulator.child.try_wait()? {
                anyhow::bail!("the emulator ended with {status}; see {}", emulator.log.display());
            }
            Ok(healthy(port).then_some(()))
        });
        ready.map(|()| emulator)
    }

    /// Variables that make a program talk to this emulator and to nothing else.
    pub fn environment(&self) -> Vec<(String, String)> {
        environment(self.port)
    }

    /// Its port on the loopback.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Its address.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its host and port.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // The whole group: a function left behind would spin for ever against a closed port.
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        std::thread::sleep(Duration::from_millis(500));
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

fn environment(port: u16) -> Vec<(String, String)> {
    let endpoint = format!("http://127.0.0.1:{port}");
    [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ENDPOINT_URL_S3", endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", REGION),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_PAGER", ""),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

fn healthy(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /_ministack/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
