//! Conditions joined by `&&`, `||` and parentheses, whatever they test.

use super::cursor::Cursor;
use super::error::PatternError;

/// A tree of conditions; `&&` binds tighter than `||`.
#[derive(Clone, Debug)]
pub(super) enum Expression<T> {
    Condition(T),
    All(Vec<Self>),
    AnyOf(Vec<Self>),
}

/// What one pair of parentheses has held so far.
struct Level<T> {
    /// Whole alternatives, before the last `||`.
    alternatives: Vec<Expression<T>>,
    /// Parts of the alternative being read.
    parts: Vec<Expression<T>>,
}

impl<T> Level<T> {
    fn new() -> Self {
        Self { alternatives: Vec::new(), parts: Vec::new() }
    }

    fn end_alternative(&mut self) {
        let parts = std::mem::take(&mut self.parts);
        self.alternatives.push(Expression::joined(parts, true));
    }

    fn finish(mut self) -> Expression<T> {
        self.end_alternative();
        Expression::joined(self.alternatives, false)
    }
}

impl<T> Expression<T> {
    /// Reads an expression up to something that cannot continue it; `condition` reads one condition.
    ///
    /// Open parentheses are kept in a list and not on the call stack, so that no bound on their depth is needed beside the pattern's
    /// length: `CloudWatch` is not known to have one.
    pub(super) fn parse<'p, F>(cursor: &mut Cursor<'p>, condition: &mut F) -> Result<Self, PatternError>
    where
        F: FnMut(&mut Cursor<'p>) -> Result<T, PatternError>,
    {
        let mut outer: Vec<Level<T>> = Vec::new();
        let mut level = Level::new();
        loop {
            cursor.skip_space();
            let start = cursor.offset();
            if cursor.eat("!") {
                return Err(PatternError::syntax(start, "`!` cannot negate a condition", "use `!=`, or `NOT EXISTS`"));
            }
            if cursor.eat("(") {
                outer.push(std::mem::replace(&mut level, Level::new()));
                continue;
            }
            level.parts.push(Self::Condition(condition(cursor)?));
            loop {
                cursor.skip_space();
                if cursor.eat("&&") {
                    break;
                }
                refuse_words(cursor)?;
                if cursor.eat("||") {
                    level.end_alternative();
                    break;
                }
                let Some(around) = outer.pop() else {
                    return Ok(level.finish());
                };
                if !cursor.eat(")") {
                    return Err(PatternError::syntax(cursor.offset(), "`)` is missing", "close the parenthesis, or join with `&&` or `||`"));
                }
                let inner = std::mem::replace(&mut level, around).finish();
                level.parts.push(inner);
            }
        }
    }

    /// Joins with `&&` or `||`; what is joined the same way inside becomes part of the whole, and a single part stays itself.
    fn joined(parts: Vec<Self>, every: bool) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::All(inner) if every => flat.extend(inner),
                Self::AnyOf(inner) if !every => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match flat.pop() {
            Some(only) if flat.is_empty() => only,
            last => {
                flat.extend(last);
                if every { Self::All(flat) } else { Self::AnyOf(flat) }
            }
        }
    }

    /// Calls `change` with each condition.
    pub(super) fn each(&mut self, change: &mut impl FnMut(&mut T)) {
        match self {
            Self::Condition(one) => change(one),
            Self::All(parts) | Self::AnyOf(parts) => parts.iter_mut().for_each(|part| part.each(change)),
        }
    }

    /// Whether the expression is true, given which conditions are.
    pub(super) fn holds(&self, condition: &mut impl FnMut(&T) -> bool) -> bool {
        match self {
            Self::Condition(one) => condition(one),
            Self::All(parts) => parts.iter().all(|part| part.holds(condition)),
            Self::AnyOf(parts) => parts.iter().any(|part| part.holds(condition)),
        }
    }

    /// Shows every condition to `visit`, in the order of the pattern.
    pub(super) fn visit<'e>(&'e self, visit: &mut impl FnMut(&'e T)) {
        match self {
            Self::Condition(one) => visit(one),
            Self::All(parts) | Self::AnyOf(parts) => parts.iter().for_each(|part| part.visit(visit)),
        }
    }
}

fn refuse_words(cursor: &Cursor<'_>) -> Result<(), PatternError> {
    let word = cursor.rest().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let sign = match word.to_ascii_uppercase().as_str() {
        "AND" => "&&",
        "OR" => "||",
        _ => return Ok(()),
    };
    Err(PatternError::syntax(cursor.offset(), format!("conditions are not joined by `{word}`"), format!("write `{sign}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Conditions are the letters `t` and `f`.
    fn value(text: &str) -> Result<bool, PatternError> {
        let mut letter = |cursor: &mut Cursor<'_>| {
            let at = cursor.offset();
            match cursor.bump() {
                Some('t') => Ok(true),
                Some('f') => Ok(false),
                _ => Err(PatternError::syntax(at, "a letter is missing", "write t or f")),
            }
        };
        let expression = Expression::parse(&mut Cursor::new(text), &mut letter)?;
        Ok(expression.holds(&mut |value| *value))
    }

    #[test]
    fn and_binds_tighter_than_or() {
        assert_eq!(value("t || t && f"), Ok(true));
        assert_eq!(value("(t||t)&&f"), Ok(false));
        assert_eq!(value("f && t || t"), Ok(true));
        assert_eq!(value("f && (t || t)"), Ok(false));
        assert_eq!(value("((t))"), Ok(true));
        assert_eq!(value("t && t && f"), Ok(false));
    }

    #[test]
    fn parentheses_nest_as_deep_as_a_pattern_is_long() {
        let deep = |depth: usize| "(".repeat(depth) + "t" + &")".repeat(depth);
        assert_eq!(value(&deep(10_000)), Ok(true));
        assert!(value(&deep(10_000)[1..]).is_ok(), "what follows the expression is not its business");
        assert_eq!(value(&deep(10_000)[..20_000]).unwrap_err().offset(), 20_000);
    }

    #[test]
    fn what_is_joined_alike_is_one_list() {
        let mut letter = |cursor: &mut Cursor<'_>| Ok(cursor.bump());
        let expression = Expression::parse(&mut Cursor::new("((a && b) && (c && (d || (e || f))))"), &mut letter).unwrap();
        let Expression::All(parts) = &expression else { panic!("{expression:?}") };
        assert_eq!(parts.len(), 4);
        assert!(matches!(&parts[3], Expression::AnyOf(inner) if inner.len() == 3));
        let mut letters = String::new();
        expression.visit(&mut |letter| letters.extend(*letter));
        assert_eq!(letters, "abcdef");
    }

    #[test]
    fn mistakes_are_placed() {
        for (text, offset) in [("t && ", 4), ("(t", 2), ("t AND t", 2), ("t or t", 2), ("!t", 0), ("t || || t", 5)] {
            assert_eq!(value(text).unwrap_err().offset(), offset, "{text}");
        }
    }
}
