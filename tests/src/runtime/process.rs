//! A function's process: ended from outside, measured, its lines kept.

use std::{
    process::Stdio,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::Command,
    sync::{Notify, watch},
    task::JoinHandle,
};

use super::Program;

/// Lines of standard output and standard error, of one process or of many.
pub type Lines = Arc<Mutex<Vec<String>>>;

/// A running process. Whoever holds it can end it; it also ends when nobody holds it.
#[derive(Debug)]
pub struct Process {
    id: u32,
    number: u64,
    ended: watch::Receiver<Option<String>>,
    end: Arc<Notify>,
    readers: Mutex<Vec<JoinHandle<()>>>,
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Most memory it ever held (`VmHWM`), KiB.
    pub peak_kib: u64,
    /// CPU time of its threads, user and system.
    pub cpu: Duration,
}

/// Processes started so far.
static STARTED: AtomicU64 = AtomicU64::new(0);

impl Process {
    pub(super) fn start(program: &Program, runtime_api: &str, endpoint: &str, lines: &Lines) -> anyhow::Result<Self> {
        let mut child = Command::new(&program.bootstrap)
            .env_clear()
            .envs(program.environment(runtime_api, endpoint))
            .current_dir(&program.task_root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} does not start", program.bootstrap.display()))?;
        let id = child.id().context("the process has ended already")?;
        let mut readers = Vec::new();
        readers.extend(child.stdout.take().map(|output| read(output, lines)));
        readers.extend(child.stderr.take().map(|output| read(output, lines)));
        let end = Arc::new(Notify::new());
        let (tell, ended) = watch::channel(None);
        let asked = Arc::clone(&end);
        tokio::spawn(async move {
            let status = tokio::select! {
                status = child.wait() => status,
                () = asked.notified() => {
                    // It may have ended by itself in the meantime.
                    let _ = child.start_kill();
                    child.wait().await
                }
            };
            tell.send_replace(Some(status.map_or_else(|error| error.to_string(), |status| status.to_string())));
        });
        Ok(Self { id, number: STARTED.fetch_add(1, Ordering::Relaxed) + 1, ended, end, readers: Mutex::new(readers) })
    }

    /// Process id.
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// Its number among all that were started. The system gives the id of one that has ended to another.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Ends it as Lambda or a failing host would, without a word, and waits until it is gone.
    pub async fn kill(&self) {
        self.end.notify_one();
        self.ended().await;
    }

    /// Waits until it has ended; says how, as the system does.
    pub async fn ended(&self) -> String {
        let mut ended = self.ended.clone();
        let status = ended.wait_for(Option::is_some).await;
        status.map_or_else(|_| "unknown".to_owned(), |status| status.clone().unwrap_or_default())
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        self.ended.borrow().is_some()
    }

    /// Waits until every line it wrote is read; it must have ended.
    pub(super) async fn drained(&self) {
        let readers = std::mem::take(&mut *self.readers.lock().unwrap_or_else(PoisonError::into_inner));
        for reader in readers {
            let _ = reader.await;
        }
    }

    /// What it has used; `None` when it has ended.
    pub fn usage(&self) -> Option<Usage> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id)).ok()?;
        let peak_kib = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())?;
        // Nanoseconds on a processor, by thread; `stat` counts in hundredths of a second.
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.id)).ok()?;
        let on_processor = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok();
        let nanoseconds = threads.filter_map(Result::ok).filter_map(on_processor).sum();
        Some(Usage { peak_kib, cpu: Duration::from_nanos(nanoseconds) })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end.notify_one();
    }
}

fn read(output: impl AsyncRead + Unpin + Send + 'static, lines: &Lines) -> JoinHandle<()> {
    let lines = Arc::clone(lines);
    tokio::spawn(async move {
        let mut reader = BufReader::new(output).lines();
        while let Ok(Some(line)) = reader.next_line().await {
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    })
}
