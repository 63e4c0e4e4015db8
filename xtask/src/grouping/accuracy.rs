//! Grouping Accuracy: the share of lines whose group holds exactly the lines of one true event (Zhu et al., "Tools and Benchmarks for Automated
//! Log Parsing", 2019).

use std::collections::{BTreeMap, BTreeSet};

use super::data::Line;

/// How well a grouping fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accuracy {
    /// Lines.
    pub(super) lines: usize,
    /// Lines in a group that is one true event, whole.
    pub(super) right: usize,
    /// True events.
    pub(super) events: usize,
    /// Groups found.
    pub(super) groups: usize,
}

impl Accuracy {
    /// Compares the group of each line with its event.
    pub(super) fn of(lines: &[Line], groups: &[String]) -> Self {
        let mut of_event: BTreeMap<&str, usize> = BTreeMap::new();
        let mut of_group: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
        for (line, group) in lines.iter().zip(groups) {
            *of_event.entry(&line.event).or_default() += 1;
            let (count, events) = of_group.entry(group).or_default();
            *count += 1;
            events.insert(&line.event);
        }
        let right = of_group.values().filter_map(|(count, events)| {
            let event = events.first().filter(|_| events.len() == 1)?;
            (of_event.get(event) == Some(count)).then_some(*count)
        });
        Self { lines: lines.len(), right: right.sum(), events: of_event.len(), groups: of_group.len() }
    }

    /// The measure, 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "counts of lines")]
    pub(super) fn share(self) -> f64 {
        self.right as f64 / self.lines as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accuracy(lines: &[(&str, &str)]) -> Accuracy {
        let of = |event: &str| Line { content: String::new(), event: event.to_owned() };
        let (groups, lines): (Vec<_>, Vec<_>) = lines.iter().map(|(group, event)| ((*group).to_owned(), of(event))).unzip();
        Accuracy::of(&lines, &groups)
    }

    #[test]
    fn only_lines_of_a_group_that_is_one_whole_event_are_right() {
        let whole = accuracy(&[("a", "1"), ("a", "1"), ("b", "2")]);
        assert_eq!(whole, Accuracy { lines: 3, right: 3, events: 2, groups: 2 });
        let split = accuracy(&[("a", "1"), ("b", "1"), ("c", "2")]);
        assert_eq!(split, Accuracy { lines: 3, right: 1, events: 2, groups: 3 });
        let mixed = accuracy(&[("a", "1"), ("a", "2"), ("b", "3"), ("b", "3")]);
        assert_eq!(mixed, Accuracy { lines: 4, right: 2, events: 3, groups: 2 });
        assert!((mixed.share() - 0.5).abs() < 1e-12);
    }
}
