//! A mistake in a pattern, shown at its place.

use skywarden_core::pattern::{FilterPattern, PatternError};

use crate::terminal::{self, Failed};

/// What stands before a pattern when it is shown.
const INDENT: usize = 2;

/// Compiles the pattern, or says what is wrong with it and where.
pub(super) fn parse(pattern: &str) -> Result<FilterPattern, Failed> {
    FilterPattern::parse(pattern).map_err(|error| Failed::Because(shown(pattern, &error, terminal::width())))
}

/// The mistake with a caret under its place; of a pattern wider than the terminal only what is around it.
fn shown(pattern: &str, error: &PatternError, width: usize) -> String {
    // White space of any kind as one column each, so that the caret stays below its character.
    let flat: String = pattern.chars().map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).collect();
    let place = pattern.get(..error.offset()).map_or(0, |before| before.chars().count());
    let room = width.saturating_sub(INDENT + 2).max(20);
    let from = if flat.chars().count() > room { place.saturating_sub(room / 2) } else { 0 };
    let cut = if from > 0 { "…" } else { "" };
    let window: String = flat.chars().skip(from).take(room).collect();
    let more = if flat.chars().count() > from + room { "…" } else { "" };
    let before: String = window.chars().take(place - from).collect();
    let column = INDENT + cut.chars().count() + console::measure_text_width(&before);
    let mut text = format!("{error} ({})\n{:INDENT$}{cut}{window}{more}\n{:column$}^\nhint: {}", error.code(), "", "", error.hint());
    if let Some(native) = error.native() {
        text.push_str("\nCloudWatch says: ");
        text.push_str(native);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(pattern: &str, width: usize) -> String {
        shown(pattern, &FilterPattern::parse(pattern).unwrap_err(), width)
    }

    #[test]
    fn the_caret_stands_below_the_mistake() {
        assert_eq!(
            show("a\tERR*", 80),
            "`*` cannot stand in an unquoted term (invalid-character)\n  a ERR*\n       ^\nhint: terms are found inside words as well: leave the `*` out\n\
             CloudWatch says: Invalid character(s) in term 'ERR*'"
        );
        assert!(show("\"日本\" é", 80).contains("\n  \"日本\" é\n         ^\n"), "{}", show("\"日本\" é", 80));
    }

    #[test]
    fn of_a_long_pattern_the_part_around_the_mistake_is_shown() {
        let text = show(&format!("{} b*c {}", "a ".repeat(100), "d ".repeat(100)), 40);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("  …") && lines[1].ends_with('…') && lines[1].chars().count() <= 42, "{text}");
        let caret = lines[2].chars().count() - 1;
        assert_eq!(lines[1].chars().nth(caret), Some('*'), "{text}");
    }

    #[test]
    fn a_mistake_at_the_end_is_shown_behind_it() {
        assert!(show("{ $.a = 1", 80).contains("\n  { $.a = 1\n           ^\n"), "{}", show("{ $.a = 1", 80));
    }
}
