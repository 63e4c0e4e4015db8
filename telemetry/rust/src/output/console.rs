//! Standard output and standard error.

use std::{
    fs::File,
    io::{self, IsTerminal as _, Write as _},
    mem,
    os::{fd::AsFd as _, unix::fs::FileTypeExt as _},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;

use super::{
    LostLine, Output, Urgency, append,
    deadline::Deadline,
    lock::{lock, lock_within},
    lost,
};

/// Longest wait for the reader of a pipe that does not block.
const PATIENCE: Duration = Duration::from_millis(100);

/// Most bytes of one `write` that a pipe keeps together when several processes write to it (`PIPE_BUF`; POSIX asks for 512 at least).
const PIPE_BYTES: usize = if cfg!(target_os = "linux") { 4_096 } else { 512 };

/// Writes to standard output or standard error: one `write` call for what is given in one call; to a pipe, as many whole lines in a call as pipes keep
/// together. So processes that share it, as the workers of a server do, do not tear each other's lines, unless a line alone is longer than that.
///
/// The descriptor is its own, a duplicate, so that no lock of the standard library is held: a child process made by `fork` can go on writing. A closed
/// pipe or a full disk behind it is no error; the lines are counted as lost. Where the descriptor does not block (`O_NONBLOCK`) and has no room, it is
/// waited for at most 100 ms, and after that not again until it took something, but for [`Urgency::Now`]. Where it does block, the kernel waits for the
/// reader like for every program that prints; put a [`Background`](super::Background) before it where the reader may stall.
#[derive(Debug)]
pub struct Console {
    file: File,
    /// Most bytes of one call, where there is a bound.
    most: Option<usize>,
    lost_line: LostLine,
    state: ArcSwap<State>,
}

#[derive(Debug, Default)]
struct State {
    end: Mutex<End>,
    lost: AtomicU64,
}

/// How the stream stands.
#[derive(Debug, Default)]
struct End {
    /// A line was begun and not ended.
    torn: bool,
    /// It was waited for in vain.
    stalled: bool,
    /// Lines lost and not told of.
    untold: u64,
}

impl Console {
    /// Writes to standard output.
    ///
    /// # Errors
    /// When the descriptor cannot be duplicated: the process has too many open.
    pub fn stdout(lost_line: LostLine) -> io::Result<Self> {
        Ok(Self::on(io::stdout().as_fd().try_clone_to_owned()?.into(), lost_line))
    }

    /// Writes to standard error.
    ///
    /// # Errors
    /// When the descriptor cannot be duplicated: the process has too many open.
    pub fn stderr(lost_line: LostLine) -> io::Result<Self> {
        Ok(Self::on(io::stderr().as_fd().try_clone_to_owned()?.into(), lost_line))
    }

    fn on(file: File, lost_line: LostLine) -> Self {
        let is_pipe = file.metadata().is_ok_and(|metadata| metadata.file_type().is_fifo());
        Self { file, most: is_pipe.then_some(PIPE_BYTES), lost_line, state: ArcSwap::default() }
    }

    /// Whether a terminal shows what is written.
    pub fn is_terminal(&self) -> bool {
        self.file.is_terminal()
    }

    /// Hands over the bytes; the lines that did not get out whole are what is returned.
    fn put(&self, end: &mut End, bytes: &[u8], urgency: Urgency) -> u64 {
        let patience = if end.stalled && urgency < Urgency::Now { Duration::ZERO } else { PATIENCE };
        let deadline = Deadline::after(patience);
        end.stalled = false;
        let mut done = 0;
        while done < bytes.len() {
            let rest = &bytes[done..];
            let piece = &rest[..self.most.map_or(rest.len(), |most| whole_lines(rest, most))];
            let appended = append::all(|bytes| (&self.file).write(bytes), piece, if done == 0 { patience } else { deadline.left() });
            end.torn = appended.torn(piece, end.torn);
            done += appended.bytes;
            if let Some(failure) = appended.failure {
                end.stalled = failure.kind() == io::ErrorKind::WouldBlock;
                return lost::count(&bytes[done..]);
            }
        }
        0
    }

    /// Ends a torn line and tells what was lost; false when the stream does not take that either.
    fn mend(&self, end: &mut End, urgency: Urgency) -> bool {
        if end.torn && self.put(end, b"\n", urgency) > 0 {
            return false;
        }
        if end.untold > 0 {
            let line = self.lost_line.render(end.untold);
            if self.put(end, &line, urgency) > 0 {
                return false;
            }
            end.untold = 0;
        }
        true
    }
}

impl Output for Console {
    fn write(&self, lines: &[u8], urgency: Urgency) {
        let state = self.state.load();
        let mut end = lock(&state.end);
        let lost = if self.mend(&mut end, urgency) { self.put(&mut end, lines, urgency) } else { lost::count(lines) };
        if lost > 0 {
            end.untold += lost;
            state.lost.fetch_add(lost, Ordering::Relaxed);
        }
    }

    fn flush(&self, within: Duration) -> bool {
        let state = self.state.load();
        let Some(mut end) = lock_within(&state.end, within) else {
            return false;
        };
        // Nothing is kept back here; but a loss that no later line would tell of is told now.
        self.mend(&mut end, Urgency::Normal);
        true
    }

    fn lost(&self) -> u64 {
        self.state.load().lost.load(Ordering::Relaxed)
    }

    fn after_fork(&self) {
        // The lock may be held by a thread that is not in this process: it is left alone for ever.
        mem::forget(self.state.swap(Arc::default()));
    }
}

/// How long the whole lines at the beginning are that fit into so many bytes; the first line alone when it does not.
fn whole_lines(bytes: &[u8], most: usize) -> usize {
    let end = |byte: &u8| *byte == b'\n';
    let Some(fitting) = bytes.get(..most) else { return bytes.len() };
    let last = fitting.iter().rposition(end).or_else(|| bytes.iter().position(end));
    last.map_or(bytes.len(), |last| last + 1)
}

#[cfg(test)]
mod tests {
    use std::{
        fs::OpenOptions,
        io::{BufRead as _, BufReader, Read as _, pipe},
        os::{fd::OwnedFd, unix::net::UnixStream},
        sync::mpsc,
        thread,
    };

    use super::*;

    fn lost_line() -> LostLine {
        LostLine::new(|lost| format!("lost {lost}").into_bytes())
    }

    /// A stream that does not block, and its reader.
    fn socket() -> (Console, UnixStream) {
        let (writer, reader) = UnixStream::pair().unwrap();
        writer.set_nonblocking(true).unwrap();
        (Console::on(OwnedFd::from(writer).into(), lost_line()), reader)
    }

    /// Writes lines until the stream has no room; how many were written.
    fn fill(console: &Console, line: &[u8]) -> u64 {
        let mut written = 0;
        while console.lost() == 0 {
            console.write(line, Urgency::Normal);
            written += 1;
        }
        written
    }

    #[test]
    fn a_batch_is_one_write() {
        // A datagram socket keeps the bounds of writes.
        let (writer, reader) = std::os::unix::net::UnixDatagram::pair().unwrap();
        let console = Console::on(OwnedFd::from(writer).into(), lost_line());
        console.write(b"one\ntwo\n", Urgency::Normal);
        console.write(b"three\n", Urgency::Now);
        let mut buffer = [0; 64];
        assert_eq!(reader.recv(&mut buffer).unwrap(), 8);
        assert_eq!(&buffer[..8], b"one\ntwo\n");
        assert_eq!(reader.recv(&mut buffer).unwrap(), 6);
    }

    #[test]
    fn whole_lines_fit_or_are_alone() {
        for (bytes, most, expected) in [("a\nb\nc\n", 5, 4), ("a\nb\nc\n", 4, 4), ("a\nb\nc\n", 6, 6), ("a\nb", 9, 3), ("long\nb\n", 3, 5), ("long", 3, 4)] {
            assert_eq!(whole_lines(bytes.as_bytes(), most), expected, "{bytes:?} {most}");
        }
    }

    #[test]
    fn processes_that_share_a_pipe_do_not_tear_each_others_lines() {
        let (reader, writer) = pipe().unwrap();
        let consoles = [(); 3].map(|()| Console::on(OwnedFd::from(writer.try_clone().unwrap()).into(), lost_line()));
        drop(writer);
        let batch = |name: usize| format!("{}\n", name.to_string().repeat(99)).repeat(2_000);
        thread::scope(|scope| {
            for (name, console) in consoles.into_iter().enumerate() {
                scope.spawn(move || (0..5).for_each(|_| console.write(batch(name).as_bytes(), Urgency::Normal)));
            }
            let lines: Vec<String> = BufReader::new(reader).lines().map(Result::unwrap).collect();
            assert_eq!(lines.len(), 30_000);
            assert!(lines.iter().all(|line| line.len() == 99 && line.bytes().all(|byte| Some(byte) == line.bytes().next())));
        });
    }

    #[test]
    fn the_standard_streams_are_duplicated() {
        let console = Console::stdout(lost_line()).unwrap();
        assert_eq!(console.is_terminal(), io::stdout().is_terminal());
        assert!(console.flush(Duration::ZERO));
        assert!(Console::stderr(lost_line()).unwrap().flush(Duration::ZERO));
    }

    #[test]
    fn a_closed_pipe_is_no_error_and_is_counted() {
        let (reader, writer) = pipe().unwrap();
        let console = Console::on(OwnedFd::from(writer).into(), lost_line());
        drop(reader);
        console.write(b"one\ntwo\n", Urgency::Normal);
        console.write(b"three\n", Urgency::Now);
        assert_eq!(console.lost(), 3);
        assert!(console.flush(Duration::ZERO), "nothing is kept back");
    }

    #[test]
    fn a_full_disk_is_counted() {
        let console = Console::on(OpenOptions::new().write(true).open("/dev/full").unwrap(), lost_line());
        console.write(b"one\n", Urgency::Normal);
        console.write(b"two\n", Urgency::Now);
        assert_eq!(console.lost(), 2);
    }

    #[test]
    fn a_reader_that_stalls_loses_whole_lines_and_hears_how_many() {
        let (console, reader) = socket();
        let line = format!("{}\n", "x".repeat(9_999));
        let written = fill(&console, line.as_bytes());
        console.write(b"late\nlater\n", Urgency::Soon);
        assert_eq!(console.lost(), 3);

        // The reader comes back: what it gets are whole lines, the torn one ended, and the loss told before the next.
        let (send, receive) = mpsc::channel();
        let reading = thread::spawn(move || {
            for line in BufReader::new(reader).lines() {
                send.send(line.unwrap()).unwrap();
            }
        });
        let mut seen = Vec::new();
        for _ in 1..written {
            seen.push(receive.recv().unwrap());
        }
        assert!(seen.iter().all(|seen| format!("{seen}\n") == line));
        console.write(b"again\n", Urgency::Now);
        drop(console);
        let rest: Vec<String> = receive.iter().collect();
        reading.join().unwrap();
        let (last, before) = rest.split_last().unwrap();
        assert_eq!(last, "again");
        let (told, torn) = before.split_last().unwrap();
        assert_eq!(told, "lost 3");
        assert!(torn.len() <= 1 && torn.iter().all(|torn| line.starts_with(torn.as_str())));
    }

    #[test]
    fn a_loss_is_told_by_a_flush_when_no_line_follows() {
        let (console, mut reader) = socket();
        fill(&console, &[b"x".repeat(9_999), b"\n".to_vec()].concat());
        let mut seen = Vec::new();
        let mut buffer = vec![0; 1 << 20];
        // The kernel frees room once the reader took enough of it.
        while !seen.ends_with(b"lost 1\n") {
            let read = reader.read(&mut buffer).unwrap();
            seen.extend_from_slice(&buffer[..read]);
            assert!(console.flush(Duration::from_secs(1)));
        }
        assert_eq!(console.lost(), 1);
    }

    #[test]
    fn a_flush_gives_up_while_another_thread_waits_for_the_reader() {
        let (mut reader, writer) = pipe().unwrap();
        let console = Console::on(OwnedFd::from(writer).into(), lost_line());
        thread::scope(|scope| {
            let writing = scope.spawn(|| console.write(&[vec![b'x'; 1 << 20], b"\n".to_vec()].concat(), Urgency::Normal));
            // One byte read: the writer is inside its call and cannot end it.
            reader.read_exact(&mut [0]).unwrap();
            assert!(!console.flush(Duration::from_millis(5)));
            io::copy(&mut reader.by_ref().take(1 << 20), &mut io::sink()).unwrap();
            writing.join().unwrap();
            assert!(console.flush(Duration::from_secs(1)));
        });
        assert_eq!(console.lost(), 0);
    }

    #[test]
    fn a_child_writes_although_a_thread_of_the_parent_held_the_lock() {
        let (mut reader, writer) = pipe().unwrap();
        let console = Console::on(OwnedFd::from(writer).into(), lost_line());
        console.state.load().lost.store(7, Ordering::Relaxed);
        let old = console.state.load_full();
        let held = lock(&old.end);
        console.after_fork();
        console.write(b"child\n", Urgency::Now);
        assert_eq!(console.lost(), 0, "the parent's losses are the parent's");
        drop(held);
        drop(console);
        let mut seen = String::new();
        reader.read_to_string(&mut seen).unwrap();
        assert_eq!(seen, "child\n");
    }
}
