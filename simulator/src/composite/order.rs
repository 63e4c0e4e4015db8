//! In which order composite alarms are evaluated: those that others look at first.

use std::collections::BTreeSet;

/// Why one cannot be evaluated: the way from it back to itself.
pub type Circle = Vec<String>;

/// Places of the alarms, children first, and for each one that leads back to itself its circle. `all`: name and children of each.
pub fn order(all: &[(String, Vec<String>)]) -> (Vec<usize>, Vec<(usize, Circle)>) {
    let mut circles = Vec::new();
    for place in 0..all.len() {
        if let Some(circle) = circle(all, place) {
            circles.push((place, circle));
        }
    }
    let round: BTreeSet<usize> = circles.iter().map(|(place, _)| *place).collect();
    let mut ordered = Vec::new();
    let mut seen = round.clone();
    for place in 0..all.len() {
        visit(all, place, &mut seen, &mut ordered);
    }
    (ordered, circles)
}

fn children(all: &[(String, Vec<String>)], place: usize) -> impl Iterator<Item = usize> {
    let names = all.get(place).map(|(_, children)| children.as_slice()).unwrap_or_default();
    names.iter().filter_map(|child| all.iter().position(|(name, _)| name == child))
}

/// Those without composite children first; nothing here is on a circle.
fn visit(all: &[(String, Vec<String>)], place: usize, seen: &mut BTreeSet<usize>, ordered: &mut Vec<usize>) {
    // An explicit stack: rules of foreign templates may be nested at any depth.
    let mut stack = vec![(place, false)];
    while let Some((place, done)) = stack.pop() {
        if done {
            ordered.push(place);
        } else if seen.insert(place) {
            stack.push((place, true));
            stack.extend(children(all, place).filter(|child| !seen.contains(child)).map(|child| (child, false)));
        }
    }
}

/// The shortest way from an alarm back to itself.
fn circle(all: &[(String, Vec<String>)], start: usize) -> Option<Circle> {
    let mut from: Vec<Option<usize>> = vec![None; all.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(place) = queue.pop_front() {
        for child in children(all, place) {
            if child == start {
                let mut way = vec![start, place];
                let mut at = place;
                while let Some(before) = from.get(at).copied().flatten().filter(|_| at != start) {
                    way.push(before);
                    at = before;
                }
                way.reverse();
                return Some(way.into_iter().filter_map(|place| all.get(place)).map(|(name, _)| name.clone()).collect());
            }
            if child != start && from.get(child).copied().flatten().is_none() {
                if let Some(slot) = from.get_mut(child) {
                    *slot = Some(place);
                }
                queue.push_back(child);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(all: &[(&str, &[&str])]) -> (Vec<String>, Vec<String>) {
        let all: Vec<(String, Vec<String>)> =
            all.iter().map(|(name, children)| ((*name).to_owned(), children.iter().map(|child| (*child).to_owned()).collect())).collect();
        let (ordered, circles) = order(&all);
        (ordered.into_iter().map(|place| all[place].0.clone()).collect(), circles.into_iter().map(|(_, circle)| circle.join(" -> ")).collect())
    }

    #[test]
    fn children_come_first() {
        let (ordered, circles) = of(&[("a", &["b", "c", "metric"]), ("b", &["c"]), ("c", &["metric"])]);
        assert_eq!((ordered.join(" "), circles), ("c b a".to_owned(), Vec::new()));
    }

    #[test]
    fn what_leads_back_to_itself_is_told_and_what_looks_at_it_is_not() {
        let (ordered, circles) = of(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"]), ("d", &["d"]), ("e", &["a"])]);
        assert_eq!(ordered, ["e"]);
        assert_eq!(circles, ["a -> b -> c -> a", "b -> c -> a -> b", "c -> a -> b -> c", "d -> d"]);
    }
}
