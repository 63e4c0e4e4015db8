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

/// Cuts a `Fn::Sub` text into pieces. `${` without a closing brace is literal text.
pub fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(start) = rest.find("${") {
        let hole = &rest[start + 2..];
        let Some(end) = hole.find('}') else { break };
        if hole.starts_with('!') {
            push_text(&mut pieces, &rest[..start + 2]);
            push_text(&mut pieces, &hole[1..=end]);
        } else {
            push_text(&mut pieces, &rest[..start]);
            pieces.push(named(hole[..end].trim()));
        }
        rest = &hole[end + 1..];
    }
    push_text(&mut pieces, rest);
    pieces
}

/// `text` such that `Fn::Sub` yields it unchanged: every `${…}` becomes `${!…}`.
///
/// An escape already there (`${!x}`) is kept literal too, because `${!!x}` yields `${!x}`. A `${` that
/// nothing closes is no hole and stays as it is.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(end) = rest[start..].find('}') else { break };
        escaped.push_str(&rest[..start]);
        escaped.push_str("${!");
        escaped.push_str(&rest[start + 2..=start + end]);
        rest = &rest[start + end + 1..];
    }
    escaped.push_str(rest);
    escaped
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
    }

    #[test]
    fn escaping_then_cutting_yields_the_text() {
        for text in ["${MAX} of ${LAST_TIME}", "no hole", "${!kept}", "$5 {x}", "${unclosed"] {
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
