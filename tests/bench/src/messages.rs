//! Messages as services and servers write them, made up for the benchmark: some 75 bytes each, with numbers, ids, addresses, paths and durations.
//!
//! The public data sets of log parsing may not be committed; the benchmark reads their messages when it is given a checkout.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::Context as _;
use serde::Deserialize;

/// How many messages are generated.
pub const COUNT: usize = 4_000;

/// Systems of loghub-2k whose messages are measured: those the rules were developed on.
const SYSTEMS: [&str; 8] = ["HDFS", "Hadoop", "Spark", "Zookeeper", "OpenStack", "Apache", "Linux", "Mac"];

/// What the messages are made from. `{n}` is a number, `{s}` a small one, `{i}` an address with port, `{u}` a UUID, `{h}` a hash, `{p}` a path,
/// `{d}` a duration, `{k}` a size, `{b}` an id with a prefix, `{e}` an e-mail address.
const FORMS: [&str; 24] = [
    "Received chunk {b} of {k} from {i}, checksum verified in {d}",
    "Chunk store replicated {b} from {i} to {i} after {s} attempts",
    "Opening connection to warehouse at {i} (attempt {s} of 5)",
    "Connection to {i} closed by peer: reset after {n} bytes",
    "Container {b} on worker {i} transitioned from RUNNING to COMPLETE",
    "Task attempt {b} progress report: {n} of {n} records, {s} failed",
    "Assigned partition {s} of topic orders to consumer {u}",
    "Saved snapshot {p} with {n} entries ({k}, estimated {k} compressed)",
    "Session {h} of client {i} expired: no heartbeat for {d}",
    "{i} \"GET /v2/{h}/orders/{n}?expand=lines HTTP/1.1\" status: 200 len: {n} time: {d}",
    "{i} \"POST /v2/{h}/payments HTTP/1.1\" status: 202 len: {n} time: {d}",
    "Authentication failed for user {e} from {i}: wrong password",
    "Cannot read {p}: no such file or directory",
    "Reloading configuration from {p}, {s} keys changed",
    "Garbage collection took {d}, heap {k} of {k}",
    "Scheduler skipped job {b}: previous run {u} still active since {n}",
    "Lease on shard {s} renewed by {i} until {n}",
    "worker process {n} exited with status 137, restarting in {d}",
    "Retrying charge {u} after {d}: gateway answered with status 503",
    "Cache miss for key cart:{n} in region eu-west-1, loaded in {d}",
    "Dropped {n} samples older than {d} of series {h}",
    "Query {u} scanned {k} in {d} and returned {n} rows",
    "Message {u} moved to dead letters after {s} receives",
    "Health check of {i} answered 200 in {d}",
];

/// A fixed sequence of numbers.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// The sequence of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number (`SplitMix64`).
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another.
    pub const fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// Messages to measure with.
#[derive(Debug)]
pub struct Messages {
    /// The messages.
    pub lines: Vec<String>,
    /// How many forms they have; unknown of messages that were read.
    pub forms: Option<usize>,
}

impl Messages {
    /// Generates them; always the same.
    pub fn generated() -> Self {
        let mut dice = Dice::new(7);
        let lines: Vec<String> = (0..COUNT).map(|index| filled(FORMS[index % FORMS.len()], &mut dice)).collect();
        Self { lines, forms: Some(FORMS.len()) }
    }

    /// Reads the messages of loghub-2k.
    ///
    /// # Errors
    /// Names the file that cannot be read.
    pub fn read(directory: &Path) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Row {
            #[serde(rename = "Content")]
            content: String,
        }
        let mut lines = Vec::new();
        for system in SYSTEMS {
            let path = directory.join(system).join(format!("{system}_2k.log_structured.csv"));
            let reader = csv::Reader::from_path(&path).with_context(|| format!("cannot read {}", path.display()))?;
            for row in reader.into_deserialize() {
                let Row { content } = row?;
                lines.push(content);
            }
        }
        Ok(Self { lines, forms: None })
    }

    /// Writes them for a program in another language, one a line.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        fs::write(path, self.lines.join("\n") + "\n").with_context(|| format!("cannot write {}", path.display()))
    }

    /// How many groups a function puts them in.
    pub fn groups(&self, group: impl Fn(&str) -> String) -> usize {
        self.lines.iter().map(|line| group(line)).collect::<BTreeSet<_>>().len()
    }
}

/// A form with its places filled.
pub fn filled(form: &str, dice: &mut Dice) -> String {
    let mut line = String::with_capacity(form.len() * 2);
    let mut rest = form;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((place, after)) = behind.split_once('}') else { break };
        line.push_str(before);
        line.push_str(&value(place, dice));
        rest = after;
    }
    line.push_str(rest);
    line
}

fn value(place: &str, dice: &mut Dice) -> String {
    let number = dice.next();
    match place {
        "n" => (number % 10_000_000).to_string(),
        "s" => (number % 9 + 1).to_string(),
        "i" => format!("10.{}.{}.{}:{}", number % 250, number >> 8 & 127, number >> 16 & 127, 1024 + (number >> 24) % 60_000),
        "u" => format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            number & 0xffff_ffff,
            number >> 32 & 0xffff,
            number >> 48 & 0xfff,
            number >> 12 & 0xfff,
            number >> 16
        ),
        "h" => format!("{number:016x}{:016x}", number.rotate_left(17)),
        "p" => format!("/var/lib/shop/part-{:05}/segment{}.dat", number % 100_000, number >> 20 & 63),
        "d" => [format!("{} ms", number % 9_000), format!("{}.{:02}s", number % 60, number >> 8 & 63), format!("{} seconds", number % 60)]
            [(number >> 40) as usize % 3]
            .clone(),
        "k" => [format!("{}.{} KB", number % 900, number >> 8 & 7), format!("{} MB", number % 900), format!("{} bytes", number % 90_000)]
            [(number >> 40) as usize % 3]
            .clone(),
        "b" => format!("{}_{}_{:04}", ["blk", "task", "job"][(number >> 40) as usize % 3], number % 1_000_000_000, number >> 50),
        _ => format!("user{}@example.com", number % 5_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_the_same_each_time_and_as_long_as_they_should_be() {
        let messages = Messages::generated();
        assert_eq!(messages.lines, Messages::generated().lines);
        let mean = messages.lines.iter().map(String::len).sum::<usize>() / messages.lines.len();
        assert!((65..=95).contains(&mean), "{mean}");
        assert!(messages.groups(str::to_owned) > COUNT / 2, "they hardly differ");
    }
}
