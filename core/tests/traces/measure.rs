//! How good detection is on the corpus: what it finds and what it takes for an error by mistake. The page `errors/detection.md` gives these figures.

use crate::{
    corpus::cases,
    look_alikes::events,
    reading::{event, faults, lines},
};

/// Of so many, those that were right, in percent.
fn percent(right: usize, all: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    100.0 * number(right) / number(all)
}

/// `cargo test -p skywarden-core --test traces measure -- --nocapture` prints them.
#[test]
fn the_page_gives_the_figures_of_the_corpus() {
    let (cases, others) = (cases(), events());
    let found = cases.iter().filter(|(_, text)| faults(&[event(text)]).len() == 1).count();
    let found_by_line = cases.iter().filter(|(_, text)| faults(&lines(text)) == faults(&[event(text)])).count();
    let mistaken = others.iter().filter(|text| !faults(&[event(text)]).is_empty()).count();
    let with_frames = cases.iter().filter(|(_, text)| faults(&[event(text)]).iter().any(|fault| fault["exceptions"][0]["frames"][0].is_string())).count();
    let rows = [
        format!("| errors found (recall) | {found} of {} | {:.1} % |", cases.len(), percent(found, cases.len())),
        format!("| errors among what was found (precision) | {found} of {} | {:.1} % |", found + mistaken, percent(found, found + mistaken)),
        format!("| look-alikes left alone | {} of {} | {:.1} % |", others.len() - mistaken, others.len(), percent(others.len() - mistaken, others.len())),
        format!(
            "| the same fault when every line was an event of its own | {found_by_line} of {} | {:.1} % |",
            cases.len(),
            percent(found_by_line, cases.len())
        ),
        format!("| with frames of a stack | {with_frames} of {} | {:.1} % |", cases.len(), percent(with_frames, cases.len())),
    ];
    println!("{}", rows.join("\n"));
    let page = include_str!("../../../docs/src/errors/detection.md");
    for row in rows {
        assert!(page.contains(&row), "{row}");
    }
}
