//! Counts what AWS counts in the rule of a composite alarm.

use std::collections::BTreeSet;

/// What is in a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elements {
    /// Different alarms named.
    pub children: usize,
    /// Alarms named (each time), `TRUE`, `FALSE` and parentheses.
    pub elements: usize,
}

/// Words of the rule language that are no alarm.
const KEYWORDS: [&str; 7] = ["AND", "OR", "NOT", "ALARM", "OK", "INSUFFICIENT_DATA", "AT_LEAST"];

/// Counts the elements of a rule. Whether the rule is well-formed is not looked at.
pub fn count(rule: &str) -> Elements {
    let mut names = BTreeSet::new();
    let mut elements = 0;
    let mut rest = rule;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() || first == ',' {
            rest = &rest[first.len_utf8()..];
        } else if first == '(' || first == ')' {
            elements += 1;
            rest = &rest[1..];
        } else if first == '"' {
            let (name, after) = quoted(&rest[1..]);
            names.insert(name);
            elements += 1;
            rest = after;
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "(),\"".contains(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            if word == "TRUE" || word == "FALSE" {
                elements += 1;
            } else if !KEYWORDS.contains(&word) && !is_count(word) {
                names.insert(word.to_owned());
                elements += 1;
            }
            rest = after;
        }
    }
    Elements { children: names.len(), elements }
}

/// `2` or `50%`: the first argument of `AT_LEAST`.
fn is_count(word: &str) -> bool {
    let digits = word.strip_suffix('%').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text up to the closing quote, `\"` undone, and what follows it.
fn quoted(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (name, &text[at + 1..]),
            '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
            other => name.push(other),
        }
    }
    (name, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_constants_and_parentheses_count() {
        let found = count(r#"(ALARM("a b") OR ALARM(c)) AND NOT OK("a b") AND TRUE"#);
        // Two different alarms; three mentions, one TRUE, eight parentheses.
        assert_eq!(found, Elements { children: 2, elements: 12 });
    }

    #[test]
    fn at_least_counts_its_alarms_alone() {
        let found = count("AT_LEAST(50%, NOT ALARM, (a, b, \"c \\\" d\"))");
        assert_eq!(found, Elements { children: 3, elements: 7 });
    }
}
