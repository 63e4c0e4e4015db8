//! The language of rules.
//!
//! ```text
//! rule := and ('OR' and)*                 and := unary ('AND' unary)*            unary := 'NOT' unary | atom
//! atom := '(' rule ')' | 'TRUE' | 'FALSE' | STATE '(' alarm ')'
//!       | 'AT_LEAST' '(' (N | N'%') ',' ['NOT'] STATE ',' '(' alarm (',' alarm)* ')' ')'
//! ```
//! An alarm is a name or an ARN, bare or in double quotes, in which `\"` is a quote.

use skywarden_cloudformation::limits::ALARM_RULE_ELEMENTS;

use super::{Least, Rule};
use crate::alarm::AlarmState;

/// A mistake in a rule, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rule, column {column}: {message}")]
pub struct RuleError {
    /// Position in the rule in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Word {
    Bare(String),
    Quoted(String),
    Open,
    Close,
    Comma,
    End,
}

impl Word {
    fn describe(&self) -> String {
        match self {
            Self::Bare(word) => format!("`{word}`"),
            Self::Quoted(word) => format!("\"{word}\""),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
            Self::Comma => "`,`".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// The first mistake in it.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let mut parser = Parser { words: words(text)?, at: 0, depth: 0 };
        let rule = parser.any()?;
        match parser.next() {
            (Word::End, _) => Ok(rule),
            (other, column) => Err(expected("`AND`, `OR` or the end", &other, column)),
        }
    }
}

fn expected(what: &str, found: &Word, column: usize) -> RuleError {
    RuleError { column, message: format!("expected {what}, found {}", found.describe()) }
}

/// The words of a rule with their columns; the last one is [`Word::End`].
fn words(text: &str) -> Result<Vec<(Word, usize)>, RuleError> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let column = at + 1;
        at += 1;
        match letter {
            '(' => found.push((Word::Open, column)),
            ')' => found.push((Word::Close, column)),
            ',' => found.push((Word::Comma, column)),
            '"' => {
                let mut name = String::new();
                loop {
                    let &letter = letters.get(at).ok_or(RuleError { column, message: "a quote is not closed".to_owned() })?;
                    at += 1;
                    match (letter, letters.get(at)) {
                        ('"', _) => break,
                        ('\\', Some('"')) => {
                            name.push('"');
                            at += 1;
                        }
                        (other, _) => name.push(other),
                    }
                }
                found.push((Word::Quoted(name), column));
            }
            white if white.is_whitespace() => {}
            _ => {
                let rest = letters.iter().skip(at - 1);
                let word: String = rest.take_while(|letter| !letter.is_whitespace() && !"(),\"".contains(**letter)).collect();
                at = column - 1 + word.chars().count();
                found.push((Word::Bare(word), column));
            }
        }
    }
    found.push((Word::End, letters.len() + 1));
    Ok(found)
}

struct Parser {
    words: Vec<(Word, usize)>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> (Word, usize) {
        self.words.get(self.at).cloned().unwrap_or((Word::End, 0))
    }

    fn next(&mut self) -> (Word, usize) {
        let word = self.peek();
        self.at += 1;
        word
    }

    /// Takes a keyword when it comes next.
    fn take(&mut self, keyword: &str) -> bool {
        let found = matches!(self.peek().0, Word::Bare(word) if word == keyword);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, word: &Word) -> Result<(), RuleError> {
        match self.next() {
            (found, _) if found == *word => Ok(()),
            (found, column) => Err(expected(&word.describe(), &found, column)),
        }
    }

    fn any(&mut self) -> Result<Rule, RuleError> {
        let mut rules = vec![self.all()?];
        while self.take("OR") {
            rules.push(self.all()?);
        }
        Ok(one_or(rules, Rule::Any))
    }

    fn all(&mut self) -> Result<Rule, RuleError> {
        let mut rules = vec![self.unary()?];
        while self.take("AND") {
            rules.push(self.unary()?);
        }
        Ok(one_or(rules, Rule::All))
    }

    fn unary(&mut self) -> Result<Rule, RuleError> {
        let mut negations = 0_usize;
        while self.take("NOT") {
            negations += 1;
        }
        let rule = self.atom()?;
        Ok(if negations.is_multiple_of(2) { rule } else { Rule::Not(Box::new(rule)) })
    }

    fn atom(&mut self) -> Result<Rule, RuleError> {
        let (word, column) = self.next();
        match &word {
            Word::Open => {
                self.depth += 1;
                if self.depth > ALARM_RULE_ELEMENTS {
                    return Err(RuleError { column, message: format!("more than {ALARM_RULE_ELEMENTS} parentheses inside each other") });
                }
                let rule = self.any()?;
                self.expect(&Word::Close)?;
                self.depth -= 1;
                Ok(rule)
            }
            Word::Bare(bare) => match bare.as_str() {
                "TRUE" => Ok(Rule::Constant(true)),
                "FALSE" => Ok(Rule::Constant(false)),
                "AT_LEAST" => self.at_least(),
                other => {
                    let state = state(other).ok_or_else(|| expected("a state, `NOT`, `AT_LEAST`, `TRUE`, `FALSE` or `(`", &word, column))?;
                    self.expect(&Word::Open)?;
                    let alarm = self.alarm()?;
                    self.expect(&Word::Close)?;
                    Ok(Rule::State(state, alarm))
                }
            },
            _ => Err(expected("a condition", &word, column)),
        }
    }

    fn at_least(&mut self) -> Result<Rule, RuleError> {
        self.expect(&Word::Open)?;
        let (word, column) = self.next();
        let least = least(&word).ok_or_else(|| expected("a number or a percentage from 1% to 100%", &word, column))?;
        self.expect(&Word::Comma)?;
        let not = self.take("NOT");
        let (word, state_column) = self.next();
        let state = match &word {
            Word::Bare(bare) => state(bare),
            _ => None,
        };
        let state = state.ok_or_else(|| expected("a state", &word, state_column))?;
        self.expect(&Word::Comma)?;
        self.expect(&Word::Open)?;
        let mut alarms = vec![self.alarm()?];
        while self.peek().0 == Word::Comma {
            self.at += 1;
            alarms.push(self.alarm()?);
        }
        self.expect(&Word::Close)?;
        self.expect(&Word::Close)?;
        if let Least::Count(count) = least
            && count > alarms.len()
        {
            return Err(RuleError { column, message: format!("at least {count} of {} alarms", alarms.len()) });
        }
        Ok(Rule::AtLeast { least, not, state, alarms })
    }

    fn alarm(&mut self) -> Result<String, RuleError> {
        match self.next() {
            (Word::Bare(name) | Word::Quoted(name), _) if !name.is_empty() => Ok(named(&name).to_owned()),
            (other, column) => Err(expected("the name of an alarm", &other, column)),
        }
    }
}

/// The name of an alarm that is given by name or by ARN.
pub(crate) fn named(reference: &str) -> &str {
    let of_arn = reference.strip_prefix("arn:").and_then(|rest| rest.split_once(":alarm:"));
    of_arn.map_or(reference, |(_, name)| name)
}

fn one_or(mut rules: Vec<Rule>, several: impl Fn(Vec<Rule>) -> Rule) -> Rule {
    match rules.pop() {
        Some(only) if rules.is_empty() => only,
        last => {
            rules.extend(last);
            several(rules)
        }
    }
}

fn state(word: &str) -> Option<AlarmState> {
    [AlarmState::Alarm, AlarmState::Ok, AlarmState::InsufficientData].into_iter().find(|state| state.as_str() == word)
}

fn least(word: &Word) -> Option<Least> {
    let Word::Bare(word) = word else { return None };
    let number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<usize>().ok()).flatten().filter(|number| *number > 0);
    match word.strip_suffix('%') {
        Some(digits) => number(digits).filter(|percent| *percent <= 100).map(Least::Percent),
        None => number(word).map(Least::Count),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alarm(name: &str) -> Rule {
        Rule::State(AlarmState::Alarm, name.to_owned())
    }

    fn parsed(text: &str) -> Rule {
        Rule::parse(text).unwrap()
    }

    #[test]
    fn and_binds_tighter_than_or_and_not_tightest() {
        let not = |rule| Rule::Not(Box::new(rule));
        assert_eq!(parsed("ALARM(a) OR ALARM(b) AND ALARM(c)"), Rule::Any(vec![alarm("a"), Rule::All(vec![alarm("b"), alarm("c")])]));
        assert_eq!(parsed("(ALARM(a) OR ALARM(b)) AND NOT ALARM(c)"), Rule::All(vec![Rule::Any(vec![alarm("a"), alarm("b")]), not(alarm("c"))]));
        assert_eq!(parsed("NOT NOT NOT ALARM(a)"), not(alarm("a")));
        assert_eq!(parsed("NOT (FALSE)"), not(Rule::Constant(false)));
    }

    #[test]
    fn alarms_are_named_bare_quoted_and_by_arn() {
        assert_eq!(parsed(r#"ALARM("a, (b) \"c\"")"#), alarm(r#"a, (b) "c""#));
        assert_eq!(parsed("ALARM( arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop:x )"), alarm("shop:x"));
        assert_eq!(parsed("OK(\"arn:aws-cn:cloudwatch:cn-north-1:1:alarm:a b\")"), Rule::State(AlarmState::Ok, "a b".to_owned()));
        assert_eq!(parsed("INSUFFICIENT_DATA(a)").alarms(), ["a"]);
        assert_eq!(parsed("ALARM(a) OR AT_LEAST(1, OK, (b, a, b))").alarms(), ["a", "b"]);
    }

    #[test]
    fn a_share_rounds_up_and_what_is_not_in_a_state_can_count() {
        let holds = |rule: &str, firing: &[&str]| parsed(rule).holds(&|name| if firing.contains(&name) { AlarmState::Alarm } else { AlarmState::Ok });
        assert!(!holds("AT_LEAST(50%, ALARM, (a, b, c))", &["a"]) && holds("AT_LEAST(50%, ALARM, (a, b, c))", &["a", "b"]));
        assert!(holds("AT_LEAST(2, NOT ALARM, (a, b, c))", &["a"]) && !holds("AT_LEAST(2, NOT ALARM, (a, b, c))", &["a", "b"]));
        assert!(holds("AT_LEAST(2, ALARM, (a, a))", &["a"]), "one that stands twice counts twice");
        assert!(holds("AT_LEAST(100%, ALARM, (a))", &["a"]));
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (text, problem) in [
            ("", "column 1: expected a condition, found the end"),
            ("ALARM(a", "column 8: expected `)`, found the end"),
            ("ALARM()", "column 7: expected the name of an alarm, found `)`"),
            ("ALARM(a) ALARM(b)", "column 10: expected `AND`, `OR` or the end, found `ALARM`"),
            ("alarm(a)", "column 1: expected a state"),
            ("ALARM(\"a)", "column 7: a quote is not closed"),
            ("ALARM(a b)", "column 9: expected `)`, found `b`"),
            ("ALARM(a) AND", "column 13: expected a condition, found the end"),
            ("AT_LEAST(3, ALARM, (a, b))", "column 10: at least 3 of 2 alarms"),
            ("AT_LEAST(101%, ALARM, (a))", "column 10: expected a number or a percentage"),
            ("AT_LEAST(0, ALARM, (a))", "column 10: expected a number or a percentage"),
            ("AT_LEAST(1, FIRING, (a))", "column 13: expected a state"),
            ("AT_LEAST(1, ALARM, a)", "column 20: expected `(`, found `a`"),
        ] {
            let error = Rule::parse(text).unwrap_err().to_string();
            assert!(error.contains(problem), "{text}: {error}");
        }
        let deep = |depth: usize| Rule::parse(&format!("{}TRUE{}", "(".repeat(depth), ")".repeat(depth)));
        assert!(deep(ALARM_RULE_ELEMENTS).is_ok() && deep(ALARM_RULE_ELEMENTS + 1).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[A-Z_ ()\",%0-9a-z\\\\]{0,60}") {
            if let Ok(rule) = Rule::parse(&text) {
                rule.holds(&|_| AlarmState::Ok);
            }
        }
    }
}
