//! Composite alarms in our own words: alarms over the states of other alarms.

use std::fmt::{self, Display, Formatter};

use skywarden_core::severity::Severity;

use crate::model::AlarmTarget;

/// One composite alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct Composite {
    /// What it is about; with the service it makes the name and the logical id.
    pub kind: CompositeKind,
    /// CloudWatch alarm name; composite and metric alarms share one name space.
    pub name: String,
    /// One line for people: `checkout: users are affected`.
    pub title: String,
    /// What it means, why it matters and what to do first; becomes the alarm's description and the message's advice.
    pub advice: String,
    /// Severity; picks the route.
    pub severity: Severity,
    /// When it is in ALARM.
    pub rule: Rule,
    /// What holds its actions back.
    pub suppressor: Option<Suppressor>,
    /// Where its actions go.
    pub target: AlarmTarget,
    /// Why it tells nobody at all.
    pub silenced: Option<String>,
}

/// What a composite alarm is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompositeKind {
    /// A service does not do its work: any of the alarms that its users feel.
    Impact,
    /// The error budget of the objective of this name is spent fast.
    FastBurn(String),
    /// It is spent slowly, and not fast.
    SlowBurn(String),
}

impl CompositeKind {
    /// What it is called among the alarms of its service: the last part of its name by the usual pattern, `impact`.
    pub fn called(&self) -> String {
        match self {
            Self::Impact => "impact".to_owned(),
            Self::FastBurn(objective) => format!("{objective}-fast-burn"),
            Self::SlowBurn(objective) => format!("{objective}-slow-burn"),
        }
    }
}

/// A condition over states of alarms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The alarm of this name is in ALARM.
    Alarm(String),
    /// At least one of these holds.
    Any(Vec<Rule>),
    /// All of these hold.
    All(Vec<Rule>),
    /// This does not hold.
    Not(Box<Rule>),
}

/// An alarm that holds the actions of another one back while it is in ALARM itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressor {
    /// Name of the alarm.
    pub alarm: String,
    /// Seconds the actions wait for it, in case it goes to ALARM a little later.
    pub wait_seconds: u32,
    /// Seconds the actions are held back after it has left ALARM.
    pub extension_seconds: u32,
}

impl Rule {
    /// Names of the alarms it looks at, each once, in the order in which they are named.
    pub fn alarms(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect(&mut names);
        names
    }

    fn collect<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Self::Alarm(name) => {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
            Self::Any(rules) | Self::All(rules) => rules.iter().for_each(|rule| rule.collect(names)),
            Self::Not(rule) => rule.collect(names),
        }
    }
}

/// As CloudWatch writes it. `OR` binds weakest and `NOT` strongest; parentheses count as elements of a rule, so none is written that is not needed.
impl Display for Rule {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alarm(name) => write!(formatter, "ALARM(\"{}\")", name.replace('"', "\\\"")),
            Self::Any(rules) if rules.is_empty() => formatter.write_str("FALSE"),
            Self::All(rules) if rules.is_empty() => formatter.write_str("TRUE"),
            Self::Any(rules) => joined(rules, " OR ", formatter, |_| false),
            Self::All(rules) => joined(rules, " AND ", formatter, |rule| matches!(rule, Self::Any(rules) if rules.len() > 1)),
            Self::Not(rule) => {
                formatter.write_str("NOT ")?;
                one(rule, matches!(&**rule, Self::Any(rules) | Self::All(rules) if rules.len() > 1), formatter)
            }
        }
    }
}

fn joined(rules: &[Rule], word: &str, formatter: &mut Formatter<'_>, grouped: fn(&Rule) -> bool) -> fmt::Result {
    for (place, rule) in rules.iter().enumerate() {
        if place > 0 {
            formatter.write_str(word)?;
        }
        one(rule, grouped(rule), formatter)?;
    }
    Ok(())
}

fn one(rule: &Rule, grouped: bool, formatter: &mut Formatter<'_>) -> fmt::Result {
    if grouped { write!(formatter, "({rule})") } else { write!(formatter, "{rule}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(name: &str) -> Rule {
        Rule::Alarm(name.to_owned())
    }

    fn text(rule: &Rule) -> String {
        rule.to_string()
    }

    #[test]
    fn a_rule_has_the_parentheses_it_needs_and_no_others() {
        let any = Rule::Any(vec![alarm("a"), alarm("b")]);
        let all = Rule::All(vec![alarm("c"), any.clone()]);
        assert_eq!(text(&any), r#"ALARM("a") OR ALARM("b")"#);
        assert_eq!(text(&all), r#"ALARM("c") AND (ALARM("a") OR ALARM("b"))"#);
        assert_eq!(text(&Rule::Any(vec![all.clone(), alarm("d")])), r#"ALARM("c") AND (ALARM("a") OR ALARM("b")) OR ALARM("d")"#);
        assert_eq!(text(&Rule::Not(Box::new(any))), r#"NOT (ALARM("a") OR ALARM("b"))"#);
        assert_eq!(text(&Rule::Not(Box::new(alarm("a")))), r#"NOT ALARM("a")"#);
        assert_eq!(text(&Rule::All(vec![Rule::Any(vec![alarm("a")])])), r#"ALARM("a")"#);
        assert_eq!((text(&Rule::Any(Vec::new())).as_str(), text(&Rule::All(Vec::new())).as_str()), ("FALSE", "TRUE"));
    }

    #[test]
    fn a_quote_in_a_name_is_escaped() {
        assert_eq!(text(&alarm(r#"say "hi""#)), r#"ALARM("say \"hi\"")"#);
    }
}
