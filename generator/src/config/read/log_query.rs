//! A query of the log for an alarm: `filter bot = 1 | stats count(*) by client`.

use skywarden_cloudformation::limits::{LOG_ALARM_AGGREGATION_CHARACTERS, LOG_ALARM_FIELDS, QUERY_CHARACTERS};
use skywarden_document::{Node, Spanned, closest, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{Expected, scalar},
};

/// A query, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueryParts {
    /// The query up to its last `stats`.
    pub(crate) text: String,
    /// What the last `stats` computes.
    pub(crate) aggregation: String,
}

/// What a log alarm can compute (docs: CloudWatch user guide, log alarms).
const FUNCTIONS: [&str; 5] = ["count", "avg", "sum", "min", "max"];

/// What is counted when the query says nothing of it.
const COUNT: &str = "count(*)";

/// The query when there is nothing but a `stats`.
const EVERYTHING: &str = "fields @timestamp, @message";

/// A mistake: what is wrong, and what to write instead.
type Mistake = (String, String);

/// A query.
pub(crate) fn log_query(node: &Node, findings: &mut Findings) -> Option<Spanned<QueryParts>> {
    let expected = Expected { what: "a query of the log", example: "query: 'filter bot = 1 | stats count(*) by client'" };
    let typed = scalar::text(node, &expected, findings)?;
    match parse(&typed.value) {
        Ok(parts) => Some(Spanned::new(parts, typed.span)),
        Err((message, hint)) => {
            findings.push(Finding::error(Code::BadLogQuery, typed.span, message).hint(hint));
            None
        }
    }
}

fn parse(text: &str) -> Result<QueryParts, Mistake> {
    let commands = commands(text)?;
    if let Some(source) = commands.iter().find(|command| name(command).eq_ignore_ascii_case("source")) {
        let message = format!("`{}` says where to look, and that is the log group of the service", shortened(source));
        return Err((message, "leave it out, and name the service: `service: checkout`".to_owned()));
    }
    let stats = commands.iter().rposition(|command| name(command).eq_ignore_ascii_case("stats"));
    let (kept, aggregation) = match stats {
        None => (commands.as_slice(), COUNT.to_owned()),
        Some(at) if at + 1 == commands.len() => (&commands[..at], aggregation(commands[at][name(commands[at]).len()..].trim())?),
        Some(at) => {
            let behind = commands[at + 1];
            return Err((
                format!("`{}` stands behind the last `stats`, which gives the number to compare", shortened(behind)),
                "let `stats` be the last command".to_owned(),
            ));
        }
    };
    let text = if kept.is_empty() { EVERYTHING.to_owned() } else { kept.join("\n| ") };
    for (what, length, most) in
        [("query", text.chars().count(), QUERY_CHARACTERS), ("aggregation", aggregation.chars().count(), LOG_ALARM_AGGREGATION_CHARACTERS)]
    {
        if length > most {
            return Err((format!("the {what} has {length} characters, AWS takes at most {most}"), "shorten it".to_owned()));
        }
    }
    Ok(QueryParts { text, aggregation })
}

/// The first word of a command.
fn name(command: &str) -> &str {
    command.split(|character: char| character.is_whitespace() || character == '(').next().unwrap_or_default()
}

/// The commands between the `|`, those in quotes and regular expressions aside.
fn commands(text: &str) -> Result<Vec<&str>, Mistake> {
    let mut commands = Vec::new();
    let (mut start, mut open, mut escaped) = (0, None, false);
    let mut last = ' ';
    for (at, character) in text.char_indices() {
        match (open, character) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(quote), _) if character == quote => open = None,
            (None, '"' | '\'' | '`') => open = Some(character),
            // Behind a value it divides; a regular expression follows `like`, `=~`, `parse` or a bracket.
            (None, '/') if last != ')' && (!last.is_alphanumeric() || ends_with_word(&text[start..at])) => open = Some('/'),
            (None, '|') => {
                commands.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        if !character.is_whitespace() {
            last = character;
        }
    }
    if let Some(quote) = open {
        return Err((format!("a `{quote}` of the query is not closed"), "close it; a `/` in a regular expression is written `\\/`".to_owned()));
    }
    commands.push(text[start..].trim());
    if commands.iter().any(|command| command.is_empty()) {
        return Err(("a command of the query is empty".to_owned(), "write a command between two `|`, and none behind the last".to_owned()));
    }
    Ok(commands)
}

/// Whether a regular expression may follow.
fn ends_with_word(text: &str) -> bool {
    let word = text.trim_end().rsplit(|character: char| !character.is_alphanumeric() && character != '@').next().unwrap_or_default();
    ["like", "parse", "and", "or", "not"].iter().any(|known| word.eq_ignore_ascii_case(known)) || text.trim_start().to_ascii_lowercase().starts_with("parse ")
}

/// `count(*) as n by client` as CloudWatch takes it: `count(*) by client`.
fn aggregation(text: &str) -> Result<String, Mistake> {
    let example = || "write one of count, avg, sum, min and max, for example `stats count(*) by client`".to_owned();
    let open = text.find('(').ok_or_else(|| (format!("`{}` computes no number", shortened(text)), example()))?;
    let function = text[..open].trim().to_ascii_lowercase();
    if !FUNCTIONS.contains(&function.as_str()) {
        let hint = closest(&function, FUNCTIONS).map_or_else(example, |known| format!("did you mean `{known}`? {}", example()));
        return Err((format!("an alarm cannot compute `{}`", shortened(&function)), hint));
    }
    let close = closing(&text[open..]).ok_or_else(|| ("a bracket of `stats` is not closed".to_owned(), example()))? + open;
    let argument = text[open + 1..close].trim();
    if argument.is_empty() {
        return Err((format!("`{function}` computes nothing"), format!("name a field, `{function}(duration_ms)`, or `*` to count lines")));
    }
    let mut words = text[close + 1..].split_whitespace().peekable();
    if words.next_if(|word| word.eq_ignore_ascii_case("as")).is_some() {
        words.next();
    }
    let Some(by) = words.next() else { return Ok(format!("{function}({argument})")) };
    if !by.eq_ignore_ascii_case("by") {
        return Err((format!("`{}` stands behind the number that is compared", shortened(by)), format!("an alarm compares one number: {}", example())));
    }
    let fields = words.collect::<Vec<_>>().join(" ");
    let fields: Vec<&str> = fields.split(',').map(str::trim).collect();
    if fields.iter().any(|field| field.is_empty()) {
        return Err(("`by` names no field".to_owned(), "write `by client`, or leave `by` out".to_owned()));
    }
    if fields.iter().any(|field| name(field).eq_ignore_ascii_case("bin")) {
        return Err((
            "`bin` makes a number of each time, and each run of the query is one time already".to_owned(),
            "leave `bin` out, and say how often it runs: `every: 5 minutes`".to_owned(),
        ));
    }
    if fields.len() > LOG_ALARM_FIELDS {
        return Err((format!("the query groups by {} fields, an alarm takes at most {LOG_ALARM_FIELDS}", fields.len()), "leave some out".to_owned()));
    }
    Ok(format!("{function}({argument}) by {}", fields.join(", ")))
}

/// Where the bracket at the start closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, String) {
        let parts = parse(text).unwrap();
        (parts.text, parts.aggregation)
    }

    #[test]
    fn the_last_stats_is_what_the_alarm_computes() {
        for (typed, text, aggregation) in [
            ("filter event = \"login\" and bot = 1 | stats count(*) as n by client", "filter event = \"login\" and bot = 1", "count(*) by client"),
            ("filter level = \"ERROR\"", "filter level = \"ERROR\"", "count(*)"),
            ("stats avg(duration_ms)", EVERYTHING, "avg(duration_ms)"),
            ("filter a like /x|y/ | stats SUM( ceil(bytes / 1024) ) by a,b , c", "filter a like /x|y/", "sum(ceil(bytes / 1024)) by a, b, c"),
            ("filter m = 'a|b' | stats count(*) by m | stats max(n)", "filter m = 'a|b'\n| stats count(*) by m", "max(n)"),
            (
                r"parse @message /took (?<ms>\d+)\/s|x/ | filter ms / 2 > 5 | stats max(ms)",
                r"parse @message /took (?<ms>\d+)\/s|x/
| filter ms / 2 > 5",
                "max(ms)",
            ),
        ] {
            assert_eq!(parts(typed), (text.to_owned(), aggregation.to_owned()), "{typed}");
        }
    }

    #[test]
    fn what_an_alarm_cannot_compute_is_refused() {
        for (typed, message) in [
            ("filter a = 1 | stats count(*) | sort n", "`sort n` stands behind the last `stats`, which gives the number to compare"),
            ("filter a = 1 |", "a command of the query is empty"),
            ("filter a = \"1", "a `\"` of the query is not closed"),
            ("stats pct(a, 99)", "an alarm cannot compute `pct`"),
            ("stats counts(*)", "an alarm cannot compute `counts`"),
            ("stats n by client", "`n by client` computes no number"),
            ("stats count(", "a bracket of `stats` is not closed"),
            ("stats count()", "`count` computes nothing"),
            ("stats count(*), max(a)", "`,` stands behind the number that is compared"),
            ("stats count(*) by", "`by` names no field"),
            ("stats count(*) by bin(5m)", "`bin` makes a number of each time, and each run of the query is one time already"),
            ("stats count(*) by a, b, c, d, e, f", "the query groups by 6 fields, an alarm takes at most 5"),
            ("source '/x' | stats count(*)", "`source '/x'` says where to look, and that is the log group of the service"),
        ] {
            assert_eq!(parse(typed).unwrap_err().0, message, "{typed}");
        }
    }

    #[test]
    fn lengths_hold_at_their_boundaries() {
        assert!(parse(&format!("filter {}", "a".repeat(QUERY_CHARACTERS - 7))).is_ok());
        assert!(parse(&format!("filter {}", "a".repeat(QUERY_CHARACTERS - 6))).is_err());
        assert!(parse(&format!("stats max({})", "a".repeat(LOG_ALARM_AGGREGATION_CHARACTERS - 5))).is_ok());
        assert!(parse(&format!("stats max({})", "a".repeat(LOG_ALARM_AGGREGATION_CHARACTERS - 4))).is_err());
        let fields = |count: usize| format!("stats count(*) by {}", vec!["a"; count].join(", "));
        assert!(parse(&fields(LOG_ALARM_FIELDS)).is_ok() && parse(&fields(LOG_ALARM_FIELDS + 1)).is_err());
    }
}
