//! Conditions joined by `&&`, `||` and parentheses, whatever they test.

use super::cursor::Cursor;
use super::error::{PatternError, PatternErrorCode};
use super::quota::MAX_PARENTHESES_DEPTH;

/// A tree of conditions; `&&` binds tighter than `||`.
#[derive(Clone, Debug)]
pub(super) enum Expression<T> {
    Condition(T),
    All(Vec<Self>),
    AnyOf(Vec<Self>),
}

impl<T> Expression<T> {
    /// Reads an expression up to something that cannot continue it; `condition` reads one condition.
    pub(super) fn parse<'p, F>(cursor: &mut Cursor<'p>, condition: &mut F) -> Result<Self, PatternError>
    where
        F: FnMut(&mut Cursor<'p>) -> Result<T, PatternError>,
    {
        Self::alternatives(cursor, condition, 0)
    }

    fn alternatives<'p, F>(cursor: &mut Cursor<'p>, condition: &mut F, depth: usize) -> Result<Self, PatternError>
    where
        F: FnMut(&mut Cursor<'p>) -> Result<T, PatternError>,
    {
        let first = Self::conjunction(cursor, condition, depth)?;
        let mut alternatives = vec![first];
        while cursor.eat("||") {
            alternatives.push(Self::conjunction(cursor, condition, depth)?);
        }
        Ok(Self::joined(alternatives, Self::AnyOf))
    }

    fn conjunction<'p, F>(cursor: &mut Cursor<'p>, condition: &mut F, depth: usize) -> Result<Self, PatternError>
    where
        F: FnMut(&mut Cursor<'p>) -> Result<T, PatternError>,
    {
        let mut parts = Vec::new();
        loop {
            cursor.skip_space();
            parts.push(Self::primary(cursor, condition, depth)?);
            cursor.skip_space();
            if !cursor.eat("&&") {
                refuse_words(cursor)?;
                return Ok(Self::joined(parts, Self::All));
            }
        }
    }

    fn primary<'p, F>(cursor: &mut Cursor<'p>, condition: &mut F, depth: usize) -> Result<Self, PatternError>
    where
        F: FnMut(&mut Cursor<'p>) -> Result<T, PatternError>,
    {
        let start = cursor.offset();
        if cursor.eat("!") {
            return Err(PatternError::syntax(start, "`!` cannot negate a condition", "use `!=`, or `NOT EXISTS`"));
        }
        if !cursor.eat("(") {
            return condition(cursor).map(Self::Condition);
        }
        if depth == MAX_PARENTHESES_DEPTH {
            let message = format!("parentheses are nested at most {MAX_PARENTHESES_DEPTH} deep");
            return Err(PatternError::new(PatternErrorCode::TooDeep, start, message, "leave out those that change nothing"));
        }
        let inner = Self::alternatives(cursor, condition, depth + 1)?;
        if !cursor.eat(")") {
            return Err(PatternError::syntax(cursor.offset(), "`)` is missing", "close the parenthesis, or join with `&&` or `||`"));
        }
        Ok(inner)
    }

    fn joined(mut parts: Vec<Self>, join: fn(Vec<Self>) -> Self) -> Self {
        match (parts.len(), parts.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                parts.extend(last);
                join(parts)
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
    fn mistakes_are_placed() {
        for (text, offset) in [("t && ", 4), ("(t", 2), ("t AND t", 2), ("t or t", 2), ("!t", 0), ("t || || t", 5)] {
            assert_eq!(value(text).unwrap_err().offset(), offset, "{text}");
        }
    }
}
