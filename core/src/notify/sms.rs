//! Text messages to phones: one part, in letters every phone network carries, the most important first.

/// Longest text in characters. A part takes 160 of the GSM alphabet; SNS counts 140 bytes. One part is one price and one buzz.
pub const MAX_SMS: usize = 140;

/// Fewest characters of a headline that still say something.
const MIN_HEADLINE: usize = 24;

/// A text of one part. `render` writes the whole with a given headline; the headline is what gives way.
pub(super) fn one_part<E>(headline: &str, render: impl Fn(&str) -> Result<String, E>) -> Result<String, E> {
    let whole = plain(&render(headline)?);
    let Some(over) = whole.len().checked_sub(MAX_SMS).filter(|over| *over > 0) else { return Ok(whole) };
    let headline = plain(headline);
    let keep = headline.len().saturating_sub(over + 3).max(MIN_HEADLINE.min(headline.len()));
    let shorter = format!("{}...", headline.get(..keep).unwrap_or("").trim_end());
    let mut text = plain(&render(&shorter)?);
    text.truncate(MAX_SMS);
    Ok(text.trim_end().to_owned())
}

/// One line of characters that are one byte in ASCII and one character in GSM 03.38. The GSM alphabet has no backtick, and brackets, braces, `\`, `^`,
/// `~` and `|` take two places in it.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        match c {
            '[' | '{' => out.push('('),
            ']' | '}' => out.push(')'),
            '\\' | '|' => out.push('/'),
            '~' | '·' => out.push('-'),
            '^' | '`' => out.push('\''),
            '…' => out.push_str("..."),
            ' '..='~' => out.push(c),
            _ => out.push('?'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(headline: &str) -> String {
        one_part(headline, |headline| Ok::<_, ()>(format!("CRITICAL shop/prod {headline}. 42 in 15 minutes. issue bddd50fe"))).unwrap()
    }

    #[test]
    fn the_headline_gives_way_and_the_rest_stays() {
        assert_eq!(message("payments: new error: KeyError"), "CRITICAL shop/prod payments: new error: KeyError. 42 in 15 minutes. issue bddd50fe");
        let long = message(&format!("payments: new error: {}", "é word ".repeat(40)));
        assert!(long.len() <= MAX_SMS && long.ends_with("... 42 in 15 minutes. issue bddd50fe"), "{long}");
        assert!(long.starts_with("CRITICAL shop/prod payments: new error: ? word"), "{long}");
    }

    #[test]
    fn it_is_one_part_whatever_the_template_writes() {
        let endless = one_part("h", |headline| Ok::<_, ()>(format!("{headline}{}", "x".repeat(1000)))).unwrap();
        assert_eq!(endless.len(), MAX_SMS);
        assert_eq!(one_part("", |_| Err::<String, _>("broken")), Err("broken"));
    }

    #[test]
    fn every_character_takes_one_place_in_the_alphabet_of_phones() {
        let every: String = (0..=0x2FFF_u32).filter_map(char::from_u32).collect();
        let text = plain(&every);
        assert!(text.bytes().all(|byte| (b' '..=b'}').contains(&byte) && !b"[]{}\\^~|`".contains(&byte)), "{text}");
    }
}
