//! What a plain scalar means.

use crate::Value;

/// What a plain scalar means in YAML 1.2's core schema. Octal and hexadecimal integers and `.inf` stay text: no setting takes them.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let numeric = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    match text.parse::<f64>() {
        Ok(value) if numeric && value.is_finite() => Value::Number { lexeme: text.to_owned(), value },
        _ => Value::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let number = |lexeme: &str, value| Value::Number { lexeme: lexeme.to_owned(), value };
        assert_eq!(plain("5"), number("5", 5.0));
        assert_eq!(plain("-1.50"), number("-1.50", -1.5));
        assert_eq!(plain("1e3"), number("1e3", 1000.0));
        for text in ["", "~", "null"] {
            assert_eq!(plain(text), Value::Null);
        }
        assert_eq!(plain("True"), Value::Bool(true));
        for text in ["5%", "14d", "off", "yes", "inf", "nan", "1e999", "0x10", "None"] {
            assert_eq!(plain(text), Value::Text(text.to_owned()));
        }
    }
}
