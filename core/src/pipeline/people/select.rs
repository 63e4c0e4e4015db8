//! Which issues a person wants to see, and in which order.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use crate::{
    issue::{Issue, IssueState},
    severity::Severity,
};

/// What was not seen for this long needs nobody's attention.
pub const ATTENTION_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Which states are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum States {
    /// What needs attention: open, seen within [`ATTENTION_FOR`], and not of a rule that says never to notify.
    #[default]
    Attention,
    /// Neither resolved nor ignored.
    Open,
    /// Every one, those that were merged into another included.
    All,
    /// One of these.
    These(Vec<IssueState>),
}

/// What issues are ordered by, each from the highest down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Time of the latest occurrence.
    #[default]
    Last,
    /// Occurrences.
    Count,
    /// Time of the first occurrence.
    First,
}

/// What a person wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// States.
    pub states: States,
    /// Seen in this service.
    pub service: Option<String>,
    /// Of this category, or one below it (`database` is also `database.deadlock`).
    pub category: Option<String>,
    /// At least so severe.
    pub severity: Option<Severity>,
    /// Seen at this time or later.
    pub since: Option<Timestamp>,
    /// Assigned to this person; empty: to nobody.
    pub assigned: Option<String>,
    /// This text in type or template, whatever its case.
    pub text: Option<String>,
    /// Order.
    pub sort: Sort,
}

/// The issues that are wanted, in order.
pub fn select(issues: Vec<Issue>, choice: &Choice, as_of: Timestamp) -> Vec<Issue> {
    let mut chosen: Vec<Issue> = issues.into_iter().filter(|issue| is_chosen(issue, choice, as_of)).collect();
    chosen.sort_by_cached_key(|issue| {
        let place = match choice.sort {
            Sort::Last => (issue.last_seen.as_millisecond(), 0),
            Sort::Count => (0, issue.count),
            Sort::First => (issue.first_seen.as_millisecond(), 0),
        };
        (Reverse(place), Reverse(issue.count), issue.fingerprint.clone())
    });
    chosen
}

fn is_chosen(issue: &Issue, choice: &Choice, as_of: Timestamp) -> bool {
    let state = issue.state_at(as_of);
    let is_open = !matches!(state, IssueState::Resolved | IssueState::Ignored);
    // An alias counts nothing any more.
    let is_merged = issue.merged_into.is_some();
    let by_state = match &choice.states {
        States::Attention => is_open && !is_merged && issue.notify && as_of.duration_since(issue.last_seen) <= ATTENTION_FOR,
        States::Open => is_open && !is_merged,
        States::All => true,
        States::These(states) => states.contains(&state) && !is_merged,
    };
    by_state
        && choice.service.as_ref().is_none_or(|service| issue.services.contains_key(service))
        && choice.category.as_deref().is_none_or(|category| is_at_or_below(&issue.category, category))
        && choice.severity.is_none_or(|severity| issue.severity >= severity)
        && choice.since.is_none_or(|since| issue.last_seen >= since)
        && choice.assigned.as_ref().is_none_or(|person| issue.assigned.as_ref().map_or("", |assigned| assigned.to.as_str()) == person)
        && choice.text.as_ref().is_none_or(|text| format!("{}: {}", issue.kind, issue.template).to_lowercase().contains(&text.to_lowercase()))
}

fn is_at_or_below(category: &str, wanted: &str) -> bool {
    category.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::{
        Action, Ignore,
        example::{at, issue},
    };

    fn numbers(chosen: &[Issue]) -> Vec<String> {
        chosen.iter().map(|issue| issue.fingerprint.as_str().trim_start_matches('0').to_owned()).collect()
    }

    fn issues() -> Vec<Issue> {
        let now = at(500);
        let resolved = issue(3, &[30]).act(&Action::Resolve { in_version: None }, "ann", now).unwrap().0;
        let ignored = issue(4, &[40]).act(&Action::Ignore(Ignore::Forever), "ann", now).unwrap().0;
        let hers = issue(2, &[20, 21, 22]).act(&Action::Assign { to: "ann".to_owned() }, "bob", now).unwrap().0;
        let mut alias = issue(5, &[50]);
        alias.merged_into = Some(hers.fingerprint.clone());
        let mut quiet = issue(6, &[60]);
        quiet.facts.notify = false;
        quiet.facts.category = "database.deadlock".to_owned();
        vec![issue(1, &[10, 90]), hers, resolved, ignored, alias, quiet]
    }

    fn chosen(choice: &Choice) -> Vec<String> {
        numbers(&select(issues(), choice, at(500)))
    }

    #[test]
    fn what_needs_attention_is_open_told_and_of_late() {
        assert_eq!(chosen(&Choice::default()), ["1", "2"]);
        let late = at(100).checked_add(ATTENTION_FOR).unwrap();
        assert_eq!(numbers(&select(issues(), &Choice::default(), late)), Vec::<String>::new());
        assert_eq!(chosen(&Choice { states: States::Open, ..Choice::default() }), ["1", "6", "2"]);
        assert_eq!(chosen(&Choice { states: States::All, ..Choice::default() }), ["1", "6", "5", "4", "3", "2"]);
        assert_eq!(chosen(&Choice { states: States::These(vec![IssueState::Ignored, IssueState::Resolved]), ..Choice::default() }), ["4", "3"]);
    }

    #[test]
    fn each_filter_narrows() {
        let all = Choice { states: States::All, ..Choice::default() };
        assert_eq!(chosen(&Choice { service: Some("other".to_owned()), ..all.clone() }), Vec::<String>::new());
        assert_eq!(chosen(&Choice { service: Some("shop".to_owned()), ..all.clone() }).len(), 6);
        assert_eq!(chosen(&Choice { category: Some("database".to_owned()), ..all.clone() }), ["6"]);
        assert_eq!(chosen(&Choice { category: Some("data".to_owned()), ..all.clone() }), Vec::<String>::new());
        assert_eq!(chosen(&Choice { severity: Some(Severity::Critical), ..all.clone() }), Vec::<String>::new());
        assert_eq!(chosen(&Choice { severity: Some(Severity::Warning), ..all.clone() }).len(), 6);
        assert_eq!(chosen(&Choice { since: Some(at(50)), ..all.clone() }), ["1", "6", "5"]);
        assert_eq!(chosen(&Choice { assigned: Some("ann".to_owned()), ..all.clone() }), ["2"]);
        assert_eq!(chosen(&Choice { assigned: Some(String::new()), ..all.clone() }), ["1", "6", "5", "4", "3"]);
        assert_eq!(chosen(&Choice { text: Some("KEYERROR: key".to_owned()), ..all.clone() }).len(), 6);
        assert_eq!(chosen(&Choice { text: Some("nothing".to_owned()), ..all }), Vec::<String>::new());
    }

    #[test]
    fn the_order_is_what_was_asked_for() {
        let by = |sort| chosen(&Choice { states: States::Open, sort, ..Choice::default() });
        assert_eq!(
            (by(Sort::Last), by(Sort::Count), by(Sort::First)),
            (
                vec!["1".to_owned(), "6".to_owned(), "2".to_owned()],
                vec!["2".to_owned(), "1".to_owned(), "6".to_owned()],
                vec!["6".to_owned(), "2".to_owned(), "1".to_owned()],
            )
        );
    }
}
