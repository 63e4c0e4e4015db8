//! What a selector finds.

use std::borrow::Cow;

use super::scan::Scanner;

/// One JSON value inside the text it was found in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as its source lexeme: `1`, `1.0` and `1e0` stay apart.
    Number(&'a str),
    /// A string, escapes undone.
    String(Cow<'a, str>),
    /// An array, as its source text from `[` to `]`.
    Array(&'a str),
    /// An object, as its source text from `{` to `}`.
    Object(&'a str),
}

impl<'a> Value<'a> {
    /// The whole of `json`, when it is exactly one object with nothing but white space around it.
    pub fn object(json: &'a str) -> Option<Self> {
        let mut scanner = Scanner::new(json);
        if scanner.peek()? != b'{' {
            return None;
        }
        let object = scanner.value(0)?;
        if scanner.at_end() { object.value(json) } else { None }
    }

    /// A string's contents or a number's lexeme; none for the other kinds. This is what filter patterns compare as text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            Self::Number(lexeme) => Some(lexeme),
            _ => None,
        }
    }

    /// A string, a number's lexeme or `true` and `false`; none for the other kinds. This is what becomes an id or a dimension value.
    pub fn into_scalar_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::String(text) => Some(text),
            Self::Number(lexeme) => Some(Cow::Borrowed(lexeme)),
            Self::Bool(flag) => Some(Cow::Borrowed(if flag { "true" } else { "false" })),
            Self::Null | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// A number's nearest `f64`; none for the other kinds and for a number outside `f64`'s range.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(lexeme) => lexeme.parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    /// The elements of an array, in order; nothing for the other kinds.
    pub fn elements(&self) -> Elements<'a> {
        match self {
            Self::Array(raw) => Elements { raw, scanner: Scanner::new(raw), started: false },
            _ => Elements { raw: "", scanner: Scanner::new(""), started: true },
        }
    }

    /// The members of an object, in order, duplicate keys included; nothing for the other kinds.
    pub fn members(&self) -> Members<'a> {
        match self {
            Self::Object(raw) => Members { raw, scanner: Scanner::new(raw), started: false },
            _ => Members { raw: "", scanner: Scanner::new(""), started: true },
        }
    }
}

/// Iterator over the members of one object; from [`Value::members`].
#[derive(Debug)]
pub struct Members<'a> {
    raw: &'a str,
    scanner: Scanner<'a>,
    started: bool,
}

impl<'a> Iterator for Members<'a> {
    type Item = (Cow<'a, str>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let another = if self.started { self.scanner.more(b'}')? } else { self.scanner.open(b'}', 0)? };
        self.started = true;
        if !another {
            return None;
        }
        let key = self.scanner.key()?.text(self.raw)?.decode();
        Some((key, self.scanner.value(1)?.value(self.raw)?))
    }
}

/// Iterator over the elements of one array; from [`Value::elements`].
#[derive(Debug)]
pub struct Elements<'a> {
    raw: &'a str,
    scanner: Scanner<'a>,
    started: bool,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let another = if self.started { self.scanner.more(b']')? } else { self.scanner.open(b']', 0)? };
        self.started = true;
        if !another {
            return None;
        }
        self.scanner.value(1)?.value(self.raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_come_in_order_and_stop() {
        let array = Value::Array(r#"[ 1.0, "a\"b", [2, 3], {"k":[4]}, null ]"#);
        let mut elements = array.elements();
        assert_eq!(elements.next(), Some(Value::Number("1.0")));
        assert_eq!(elements.next(), Some(Value::String("a\"b".into())));
        assert_eq!(elements.next(), Some(Value::Array("[2, 3]")));
        assert_eq!(elements.next(), Some(Value::Object(r#"{"k":[4]}"#)));
        assert_eq!(elements.next(), Some(Value::Null));
        assert_eq!(elements.next(), None);
        assert_eq!(elements.next(), None);
    }

    #[test]
    fn what_is_no_array_has_no_elements() {
        assert_eq!(Value::Array("[]").elements().count(), 0);
        assert_eq!(Value::Object(r#"{"a":1}"#).elements().count(), 0);
        assert_eq!(Value::Number("12").elements().count(), 0);
    }

    #[test]
    fn members_come_in_order_with_their_keys_decoded() {
        let object = Value::object(" { \"a\" : 1 , \"\\u0062\":[2,{\"c\":3}],\"a\":null}\n").unwrap();
        let members: Vec<_> = object.members().collect();
        let expected = [("a".into(), Value::Number("1")), ("b".into(), Value::Array("[2,{\"c\":3}]")), ("a".into(), Value::Null)];
        assert_eq!(members, expected);
        assert_eq!(Value::Object("{}").members().count(), 0);
        assert_eq!(Value::Array("[1]").members().count(), 0);
        for other in ["", "[1]", "{} x", "x {}", "{", "1"] {
            assert_eq!(Value::object(other), None, "{other}");
        }
    }

    #[test]
    fn only_finite_numbers_are_numbers() {
        assert_eq!(Value::Number("1e3").as_f64(), Some(1000.0));
        assert_eq!(Value::Number("1e999").as_f64(), None);
        assert_eq!(Value::String("1".into()).as_f64(), None);
        assert_eq!(Value::Number("1e3").as_text(), Some("1e3"));
        assert_eq!(Value::Bool(true).as_text(), None);
    }
}
