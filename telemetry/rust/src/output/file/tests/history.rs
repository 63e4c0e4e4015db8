//! Any history of writes, times and restarts: the files in the order of their names are what was written.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    /// Writes lines of these lengths with one call, through the first or the second writer.
    Write(bool, Vec<usize>),
    /// The clock goes on, or is set back.
    Pass(i64),
    /// The writer ends and another begins.
    Restart(bool),
    /// It ends in the midst of a line.
    Crash,
}

fn step(two: bool) -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (any::<bool>(), prop::collection::vec(0_usize..40, 1..5)).prop_map(move |(second, lines)| Step::Write(two && second, lines)),
        3 => prop_oneof![0_i64..90_000, 3_000_000_i64..8_000_000, -5_000_000_i64..0].prop_map(Step::Pass),
        1 => any::<bool>().prop_map(move |second| Step::Restart(two && second)),
        1 => Just(Step::Crash),
    ]
}

fn settings() -> impl Strategy<Value = (Option<u64>, Option<Every>, bool)> {
    let every = prop::option::of(prop_oneof![Just(Every::Minute), Just(Every::Hour), Just(Every::Day)]);
    (prop::option::of(1_u64..200), every, any::<bool>())
}

/// Plays the history; what was written, and what the files hold.
fn play(settings: (Option<u64>, Option<Every>, bool), steps: &[Step]) -> (String, Bench) {
    let bench = Bench::with(|log| (log.max_bytes, log.every, log.compress) = settings);
    let mut logs = [bench.open(), bench.open()];
    // Those that ended before; they may be compressing still.
    let mut ended = Vec::new();
    let mut written = String::new();
    for step in steps {
        match step {
            Step::Write(second, lengths) => {
                let start = written.len();
                for length in lengths {
                    let line = format!("{}{}\n", written.len(), "x".repeat(*length));
                    written.push_str(&line);
                }
                logs[usize::from(*second)].say(&written[start..]);
            }
            Step::Pass(milliseconds) => bench.advance(*milliseconds),
            Step::Restart(second) => {
                bench.touch();
                ended.push(mem::replace(&mut logs[usize::from(*second)], bench.open()).state.load_full());
            }
            Step::Crash => {
                // What is there of the last line is not the writer's loss: it gets its end, and so does the text it is compared with.
                if written.ends_with('\n') && fs::metadata(&bench.settings.path).unwrap().len() > 1 {
                    let file = File::options().write(true).open(&bench.settings.path).unwrap();
                    file.set_len(file.metadata().unwrap().len() - 1).unwrap();
                    bench.touch();
                    ended.extend(mem::replace(&mut logs, [bench.open(), bench.open()]).map(|log| log.state.load_full()));
                    logs[0].say("crashed\n");
                    written += "crashed\n";
                }
            }
        }
    }
    ended.extend(logs.map(|log| log.state.load_full()));
    for state in ended {
        assert_eq!(state.lost.load(Ordering::SeqCst), 0);
        state.upkeep.settle();
    }
    bench.open().settle();
    (written, bench)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_writer_keeps_everything_in_order(settings in settings(), steps in prop::collection::vec(step(false), 1..40)) {
        let (written, bench) = play(settings, &steps);
        prop_assert_eq!(bench.all(), written);
        if let Some(most) = settings.0 {
            for name in bench.names() {
                let text = bench.read(&name);
                prop_assert!(text.len() as u64 <= most || text.lines().count() == 1, "{} has {} bytes", name, text.len());
            }
        }
        if settings.2 {
            prop_assert!(bench.is_compressed());
        }
    }

    #[test]
    fn two_writers_keep_everything(settings in settings(), steps in prop::collection::vec(step(true), 1..40)) {
        let (written, bench) = play(settings, &steps);
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        prop_assert_eq!(sorted(&bench.all()), sorted(&written));
    }
}
