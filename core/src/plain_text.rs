//! Characters that do something other than be shown. Text of a log may hold any of them; a message, a subject, a terminal must not act on them.

use std::borrow::Cow;

/// Stands for a character that is not passed on.
pub const REPLACEMENT: char = '\u{fffd}';

/// Whether a terminal, a mail program or a reader's eye would act on this character: control characters beside line end and tab, marks that turn the
/// direction of text around (Unicode TR 36, 2.10: what is read is not what is there), and what is no character. SQS refuses a message with most of
/// them (`SendMessage`: characters of XML 1.0 only), and SNS delivers to SQS.
pub fn acts(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => c.is_control(),
    }
}

/// The text with each such character replaced; a carriage return just goes.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| *c != '\r').map(|c| if acts(c) { REPLACEMENT } else { c }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_of_any_language_stays_as_it_is() {
        for text in ["a\n\tb", "Ünïcödé 漢字 עברית العربية 👩\u{200d}👩", ""] {
            assert!(matches!(plain(text), Cow::Borrowed(kept) if kept == text), "{text:?}");
        }
    }

    #[test]
    fn what_acts_is_replaced() {
        assert_eq!(plain("a\r\nb"), "a\nb");
        assert_eq!(plain("\u{1b}[31m\u{7}\u{9b}\0"), "\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(plain("invoice\u{202e}fdp.exe"), "invoice\u{fffd}fdp.exe");
    }
}
