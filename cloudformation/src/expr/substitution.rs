//! The text of `Fn::Sub`: literal runs and `${…}` holes.

/// One piece of a `Fn::Sub` text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text that stays. `${!Name}` yields the pieces `${` and `Name}`.
    Text(&'a str),
    /// `${Name}`: a variable, parameter, resource or pseudo parameter.
    Name(&'a str),
    /// `${Resource.Attribute}`.
    Attribute {
        /// Before the first dot.
        logical_id: &'a str,
        /// After it.
        attribute: &'a str,
    },
}

/// Cuts a `Fn::Sub` text into pieces. `${` is literal text when nothing closes it before the next `${`.
pub fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, name, after)) = next_hole(rest) {
        if let Some(escaped) = name.strip_prefix('!') {
            push_text(&mut pieces, &rest[..before.len() + 2]);
            // The closing brace stays too.
            let start = rest.len() - after.len() - escaped.len() - 1;
            push_text(&mut pieces, &rest[start..rest.len() - after.len()]);
        } else {
            push_text(&mut pieces, before);
            pieces.push(named(name.trim()));
        }
        rest = after;
    }
    push_text(&mut pieces, rest);
    pieces
}

/// `text` such that `Fn::Sub` yields it unchanged: every `${…}` becomes `${!…}`.
///
/// An escape already there (`${!x}`) is kept literal too, because `${!!x}` yields `${!x}`. A `${` that
/// nothing closes is left as it is; AWS refuses such text, so hand free text over as a variable
/// ([`crate::Expr::sub_with`]).
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = next_hole(rest) {
        escaped.push_str(before);
        escaped.push_str("${!");
        escaped.push_str(name);
        escaped.push('}');
        rest = after;
    }
    escaped.push_str(rest);
    escaped
}

/// The first `${name}`: the text before it, the name, the text after it.
fn next_hole(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + opening(&text[from..])?;
        let inside = &text[open + 2..];
        let close = inside.find('}')?;
        // Of several `${` before one brace the last is the hole.
        match last_opening(&inside[..close]) {
            Some(later) => from = open + 2 + later,
            None => return Some((&text[..open], &inside[..close], &inside[close + 1..])),
        }
    }
}

/// Where the first `${` is. Looking for one character first is several times as fast as looking for both.
pub(crate) fn opening(text: &str) -> Option<usize> {
    memchr::memchr_iter(b'$', text.as_bytes()).find(|at| text[at + 1..].starts_with('{'))
}

fn last_opening(text: &str) -> Option<usize> {
    memchr::memrchr_iter(b'$', text.as_bytes()).find(|at| text[at + 1..].starts_with('{'))
}

fn push_text<'a>(pieces: &mut Vec<Piece<'a>>, text: &'a str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
}

fn named(name: &str) -> Piece<'_> {
    match name.split_once('.') {
        Some((logical_id, attribute)) => Piece::Attribute { logical_id, attribute },
        None => Piece::Name(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_attributes_and_text_are_told_apart() {
        assert_eq!(
            pieces("arn:${AWS::Partition}:x/${Queue.Arn}!"),
            [
                Piece::Text("arn:"),
                Piece::Name("AWS::Partition"),
                Piece::Text(":x/"),
                Piece::Attribute { logical_id: "Queue", attribute: "Arn" },
                Piece::Text("!"),
            ]
        );
    }

    #[test]
    fn an_escaped_hole_stays_text() {
        assert_eq!(pieces("a ${!MAX} b"), [Piece::Text("a ${"), Piece::Text("MAX}"), Piece::Text(" b")]);
    }

    #[test]
    fn an_unclosed_hole_stays_text() {
        assert_eq!(pieces("cost ${"), [Piece::Text("cost ${")]);
        assert_eq!(pieces("${ x ${A}"), [Piece::Text("${ x "), Piece::Name("A")]);
    }

    #[test]
    fn escaping_then_cutting_yields_the_text() {
        for text in ["${MAX} of ${LAST_TIME}", "no hole", "${!kept}", "$5 {x}", "a} ${unclosed", "${ and ${a}", "${a} ${"] {
            let whole: String = pieces(&escape(text))
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text,
                    other => panic!("a hole survived: {other:?}"),
                })
                .collect();
            assert_eq!(whole, text);
        }
    }
}
