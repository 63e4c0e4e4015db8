//! Space-separated columns, some in double quotes or square brackets: the shape access logs have.

/// The columns of a line, from left to right, without their quotes or brackets.
#[derive(Clone, Debug)]
pub(super) struct Columns<'a> {
    rest: &'a str,
}

impl<'a> Columns<'a> {
    pub(super) const fn new(line: &'a str) -> Self {
        Self { rest: line }
    }

    /// What is left.
    pub(super) const fn rest(&self) -> &'a str {
        self.rest
    }
}

impl<'a> Iterator for Columns<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let first = *rest.as_bytes().first()?;
        let (column, after) = match first {
            b'"' => quoted(rest)?,
            b'[' => bracketed(rest).unwrap_or_else(|| word(rest)),
            _ => word(rest),
        };
        self.rest = after;
        Some(column)
    }
}

fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find([' ', '\t', '\r', '\n']).unwrap_or(text.len()))
}

/// A bracket that is a whole column: the address `[2001:db8::1]:443` is a word.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (inner, after) = text.strip_prefix('[')?.split_once(']')?;
    (after.is_empty() || after.starts_with([' ', '\t', '\r', '\n'])).then_some((inner, after))
}

/// What stands between a double quote and the next one that no backslash hides, and what follows.
pub(super) fn quoted(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut hidden = false;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            _ if hidden => hidden = false,
            b'\\' => hidden = true,
            b'"' => return Some((inner.get(..at)?, inner.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

/// A column that is not the `-` of an absent value.
pub(super) fn present(column: &str) -> Option<&str> {
    (!column.is_empty() && column != "-").then_some(column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_brackets_hold_spaces() {
        let columns: Vec<_> = Columns::new("a  \"b \\\" c\" [d e] - \"\"\n").collect();
        assert_eq!(columns, ["a", "b \\\" c", "d e", "-", ""]);
        assert_eq!(Columns::new("[::1]:443 [open").collect::<Vec<_>>(), ["[::1]:443", "[open"]);
        assert_eq!(Columns::new("a \"never closed").collect::<Vec<_>>(), ["a"]);
        assert_eq!((present("-"), present("0")), (None, Some("0")));
    }
}
