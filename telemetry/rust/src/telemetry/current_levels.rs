//! The levels at the moment.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU8, Ordering::Relaxed},
};

use arc_swap::ArcSwap;

use crate::settings::{LevelFilter, Levels};

/// The levels, which may change while lines are written.
#[derive(Debug)]
pub(super) struct CurrentLevels {
    /// As they were given.
    given: ArcSwap<Levels>,
    /// The same for names of Python's and of Rust's form: `orders.db` is `orders::db` as well.
    levels: ArcSwap<Levels>,
    /// The level from which on every logger's lines are wanted, as a number: most lines need no look at the levels.
    always: AtomicU8,
    /// Held while they change, so that those above agree.
    changing: Mutex<()>,
}

impl CurrentLevels {
    pub(super) fn new(levels: &Levels) -> Self {
        Self {
            given: ArcSwap::from_pointee(levels.clone()),
            levels: ArcSwap::from_pointee(in_both_forms(levels)),
            always: AtomicU8::new(always(levels)),
            changing: Mutex::default(),
        }
    }

    pub(super) fn get(&self) -> Arc<Levels> {
        self.given.load_full()
    }

    pub(super) fn set(&self, levels: Levels) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.always.store(always(&levels), Relaxed);
        self.levels.store(Arc::new(in_both_forms(&levels)));
        self.given.store(Arc::new(levels));
    }

    /// Whether they let a line of that level through.
    pub(super) fn pass(&self, threshold: LevelFilter, logger: &str) -> bool {
        threshold as u8 >= self.always.load(Relaxed) || threshold >= self.levels.load().filter_for(logger)
    }
}

/// One file of settings may be for services in both languages. A name that is given in both forms has a level for each.
fn in_both_forms(levels: &Levels) -> Levels {
    let mut both = levels.clone();
    for (name, level) in levels.targets.iter().filter(|(name, _)| name.contains('.')) {
        both.targets.entry(name.replace('.', "::")).or_insert(*level);
    }
    both
}

fn always(levels: &Levels) -> u8 {
    levels.targets.values().copied().chain([levels.default]).max().unwrap_or(LevelFilter::Off) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_for_all_is_what_passes_for_each() {
        use LevelFilter::{Critical, Debug, Error, Info, Off, Trace, Warning};
        let all = [Trace, Debug, Info, Warning, Error, Critical, Off];
        let current = CurrentLevels::new(&Levels::default());
        for default in all {
            for target in all {
                let levels = Levels { default, targets: [("a.b".to_owned(), target)].into() };
                current.set(levels.clone());
                for threshold in [Trace, Debug, Info, Warning, Error, Critical] {
                    for logger in ["a", "a.b", "a.b.c"] {
                        assert_eq!(current.pass(threshold, logger), threshold >= levels.filter_for(logger), "{threshold:?} {logger} {levels:?}");
                    }
                }
                assert_eq!(*current.get(), levels);
            }
        }
    }

    #[test]
    fn a_name_in_python_s_form_is_the_one_in_rust_s_unless_that_has_a_level_of_its_own() {
        let levels = Levels::parse("info,orders.db=debug,hyper.client=warn,hyper::client=error").unwrap();
        let current = CurrentLevels::new(&levels);
        for logger in ["orders.db", "orders::db", "orders::db::pool", "orders.db.pool"] {
            assert!(current.pass(LevelFilter::Debug, logger), "{logger}");
        }
        assert!(!current.pass(LevelFilter::Debug, "orders::dbx"));
        assert!(!current.pass(LevelFilter::Warning, "hyper::client") && current.pass(LevelFilter::Warning, "hyper.client"));
        assert_eq!(*current.get(), levels, "as it was given");
    }
}
