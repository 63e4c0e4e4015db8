//! Confusions: where groups and true events differ, those with the most lines first.

use std::{collections::BTreeMap, fmt::Write as _};

use super::data::Line;

/// Longest text shown of a line or a template, characters.
const WIDTH: usize = 160;

/// Groups or events shown of one confusion.
const SIDES: usize = 4;

/// For each side its text and an example, with how many lines it has.
type Sides<'a> = BTreeMap<&'a str, (usize, &'a str)>;

/// The events that were split and the groups that hold several events, as text.
pub(super) fn confusions(lines: &[Line], groups: &[String], most: usize) -> String {
    let mut groups_of: BTreeMap<&str, Sides<'_>> = BTreeMap::new();
    let mut events_of: BTreeMap<&str, Sides<'_>> = BTreeMap::new();
    for (line, group) in lines.iter().zip(groups) {
        groups_of.entry(&line.event).or_default().entry(group).or_insert((0, &line.content)).0 += 1;
        events_of.entry(group).or_default().entry(&line.event).or_insert((0, &line.content)).0 += 1;
    }
    let mut text = String::new();
    for (title, sides) in [("one event, several groups", groups_of), ("one group, several events", events_of)] {
        let mut worst: Vec<(usize, &str, Sides<'_>)> =
            sides.into_iter().filter(|(_, sides)| sides.len() > 1).map(|(name, sides)| (sides.values().map(|(count, _)| count).sum(), name, sides)).collect();
        worst.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let _ = writeln!(text, "== {title}: {} lines in {}", worst.iter().map(|(count, ..)| count).sum::<usize>(), worst.len());
        for (count, name, sides) in worst.iter().take(most) {
            let _ = writeln!(text, "{count} lines: {}", cut(name));
            for (side, (count, example)) in sides.iter().take(SIDES) {
                let _ = writeln!(text, "    {count:>5}  {}\n           {}", cut(side), cut(example));
            }
            if sides.len() > SIDES {
                let _ = writeln!(text, "           and {} more", sides.len() - SIDES);
            }
        }
    }
    text
}

fn cut(text: &str) -> String {
    text.chars().take(WIDTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_events_and_mixed_groups_are_told_and_right_ones_are_not() {
        let of = |content: &str, event: &str| Line { content: content.to_owned(), event: event.to_owned() };
        let lines = [of("one 1", "E1"), of("one x", "E1"), of("two", "E2"), of("three", "E3"), of("fine", "E4")];
        let groups = ["one *", "one x", "mixed", "mixed", "fine"].map(str::to_owned);
        let text = confusions(&lines, &groups, 5);
        assert!(text.contains("2 lines: E1\n        1  one *\n           one 1\n        1  one x"), "{text}");
        assert!(text.contains("2 lines: mixed\n        1  E2\n           two\n        1  E3"), "{text}");
        assert!(!text.contains("fine"), "{text}");
    }
}
