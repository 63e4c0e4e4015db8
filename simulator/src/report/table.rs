//! Aligned columns of text within a width.

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// What stands above it.
    pub title: &'static str,
    /// How its cells are aligned.
    pub align: Align,
}

/// How a column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
    /// Text that takes what is left of the width, and is cut there. One column of a table.
    Rest,
}

/// Space between columns.
const GAP: usize = 2;

/// Narrowest column of kind [`Align::Rest`].
const LEAST_REST: usize = 12;

/// Draws a table with its titles, two spaces in, no line longer than the width unless it is absurdly small.
pub fn table<const N: usize>(columns: [Column; N], rows: &[[String; N]], width: usize) -> String {
    let cleaned: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| clean(cell))).collect();
    let mut widths: [usize; N] = std::array::from_fn(|place| {
        let cells = cleaned.iter().map(|row| length(&row[place]));
        cells.chain([length(columns[place].title)]).max().unwrap_or(0)
    });
    if let Some(rest) = columns.iter().position(|column| column.align == Align::Rest) {
        let others: usize = widths.iter().enumerate().filter(|(place, _)| *place != rest).map(|(_, width)| width + GAP).sum();
        let room = width.saturating_sub(others + GAP).max(LEAST_REST);
        widths[rest] = widths[rest].min(room);
    }
    let titles = columns.map(|column| column.title.to_owned());
    let lines = std::iter::once(&titles).chain(&cleaned).map(|row| line(&columns, row, &widths));
    lines.collect::<Vec<_>>().concat()
}

fn line<const N: usize>(columns: &[Column; N], row: &[String; N], widths: &[usize; N]) -> String {
    let mut text = String::new();
    for ((column, cell), &width) in columns.iter().zip(row).zip(widths) {
        text.push_str(&" ".repeat(GAP));
        let cell = cut(cell, width);
        let padding = " ".repeat(width - length(&cell));
        if column.align == Align::Right {
            text.push_str(&padding);
            text.push_str(&cell);
        } else {
            text.push_str(&cell);
            text.push_str(&padding);
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Number of characters.
fn length(text: &str) -> usize {
    text.chars().count()
}

/// The text within a width, with `…` where it was cut.
pub fn cut(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Text of a log on one line: control characters, which could move the cursor or change colours, become spaces; so do the marks that turn
/// the direction of writing.
pub fn clean(text: &str) -> String {
    let harmless = |c: char| {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }
    };
    text.chars().map(harmless).collect()
}

/// Wraps words to a width, every line behind an indent.
pub fn wrap(text: &str, indent: usize, width: usize) -> String {
    let room = width.saturating_sub(indent).max(LEAST_REST);
    let mut lines: Vec<String> = Vec::new();
    for word in clean(text).split_whitespace() {
        match lines.last_mut() {
            Some(line) if length(line) + 1 + length(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(cut(word, room)),
        }
    }
    let margin = " ".repeat(indent);
    lines.iter().flat_map(|line| [margin.as_str(), line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] =
        [Column { title: "COUNT", align: Align::Right }, Column { title: "WHAT", align: Align::Rest }, Column { title: "WHERE", align: Align::Left }];

    fn row(count: &str, what: &str, place: &str) -> [String; 3] {
        [count, what, place].map(str::to_owned)
    }

    #[test]
    fn columns_are_aligned_and_the_wide_one_is_cut_to_the_width() {
        let rows = [row("7", "short", "checkout"), row("12345", "a text that is far too long for the room there is", "mailer")];
        let text = table(COLUMNS, &rows, 40);
        assert_eq!(text, "  COUNT  WHAT                   WHERE\n      7  short                  checkout\n  12345  a text that is far t…  mailer\n");
        assert!(text.lines().all(|line| line.chars().count() <= 40));
    }

    #[test]
    fn log_text_cannot_steer_the_terminal() {
        let text = table(COLUMNS, &[row("1", "\u{1b}[31mred\r\n\u{202e}x", "\u{7}")], 80);
        assert_eq!(text.lines().count(), 2);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        assert!(!text.contains('\u{202e}'));
    }

    #[test]
    fn words_are_wrapped_behind_an_indent() {
        assert_eq!(wrap("one two three four five", 4, 18), "    one two three\n    four five\n");
        assert_eq!(wrap("", 4, 18), "");
    }
}
