//! The life of an issue: a pure function from (what is stored, what was seen) to (what to store, what to tell).

use jiff::{SignedDuration, Timestamp};

use super::{Group, ISSUE_FORMAT, Issue, IssueState, MAX_SERVICES, Transition};
use crate::plan::NotifyPolicy;

/// An occurrence this soon after the issue was resolved is a late log line, not a regression.
pub const REGRESSION_GRACE: SignedDuration = SignedDuration::from_mins(5);

/// Applies one batch's occurrences to an issue. Gives the issue to store and the transition to tell, if any.
///
/// A late, duplicated-by-cut or out-of-order batch moves `first_seen` and `last_seen` outwards only, and never reopens an issue that was
/// resolved after it.
pub fn apply(stored: Option<&Issue>, group: &Group, policy: &NotifyPolicy) -> (Issue, Option<Transition>) {
    let Some(stored) = stored else {
        let issue = open(group);
        let tell = policy.new && issue.notify;
        return (issue, tell.then_some(Transition::New));
    };
    let mut issue = stored.clone();
    let before = stored.count;
    issue.version += 1;
    issue.count += group.count;
    issue.first_seen = issue.first_seen.min(group.first_seen);
    if group.last_seen >= issue.last_seen {
        issue.last_seen = group.last_seen;
        issue.category.clone_from(&group.class.category);
        issue.severity = group.class.severity;
        issue.rule.clone_from(&group.class.rule);
        issue.first_step.clone_from(&group.class.first_step);
        issue.notify = group.class.notify;
        issue.app_version.clone_from(&group.app_version);
        issue.sample = group.sample.clone();
    }
    count_service(&mut issue, group);
    if regressed(&issue, group.last_seen) {
        issue.state = IssueState::Regressed;
        issue.resolved_at = None;
        let tell = policy.regressed && issue.notify;
        return (issue, tell.then_some(Transition::Regressed));
    }
    let silent = !issue.notify || matches!(issue.state, IssueState::Ignored | IssueState::Resolved);
    // A jump over several steps tells only the highest.
    let step = policy.at.iter().copied().filter(|&step| before < step && step <= issue.count).max();
    (issue, step.filter(|_| !silent).map(|step| Transition::Reached { step }))
}

fn regressed(issue: &Issue, seen: Timestamp) -> bool {
    issue.state == IssueState::Resolved && issue.resolved_at.is_some_and(|at| at.checked_add(REGRESSION_GRACE).is_ok_and(|limit| seen > limit))
}

fn open(group: &Group) -> Issue {
    let mut issue = Issue {
        format: ISSUE_FORMAT,
        fingerprint: group.fingerprint.clone(),
        version: 1,
        state: IssueState::Open,
        kind: group.kind.clone(),
        template: group.template.clone(),
        category: group.class.category.clone(),
        severity: group.class.severity,
        rule: group.class.rule.clone(),
        notify: group.class.notify,
        first_step: group.class.first_step.clone(),
        count: group.count,
        first_seen: group.first_seen,
        last_seen: group.last_seen,
        services: std::collections::BTreeMap::new(),
        app_version: group.app_version.clone(),
        sample: group.sample.clone(),
        resolved_at: None,
    };
    count_service(&mut issue, group);
    issue
}

fn count_service(issue: &mut Issue, group: &Group) {
    if let Some(count) = issue.services.get_mut(&group.service) {
        *count += group.count;
    } else if issue.services.len() < MAX_SERVICES {
        issue.services.insert(group.service.clone(), group.count);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        error::{classify::Class, fingerprint::Fingerprint},
        issue::Sample,
        plan::Retry,
        severity::Severity,
    };

    fn fingerprint() -> Fingerprint {
        serde_json::from_str("\"00000000000000000000000000000001\"").unwrap()
    }

    fn seen(count: u64, second: i64) -> Group {
        let at = Timestamp::from_second(second).unwrap();
        Group {
            fingerprint: fingerprint(),
            service: "shop".to_owned(),
            kind: "KeyError".to_owned(),
            template: "t".to_owned(),
            class: Class {
                category: "bug".to_owned(),
                severity: Severity::Error,
                retry: Retry::No,
                rule: "bug".to_owned(),
                evidence: String::new(),
                first_step: String::new(),
                notify: true,
            },
            count,
            first_seen: at,
            last_seen: at,
            app_version: String::new(),
            sample: Sample::default(),
        }
    }

    fn policy() -> NotifyPolicy {
        NotifyPolicy { at: vec![10, 100, 1000], ..NotifyPolicy::default() }
    }

    #[test]
    fn new_then_steps_and_a_jump_tells_the_highest() {
        let (issue, told) = apply(None, &seen(5, 1), &policy());
        assert_eq!(told, Some(Transition::New));
        let (issue, told) = apply(Some(&issue), &seen(4, 2), &policy());
        assert_eq!(told, None);
        let (issue, told) = apply(Some(&issue), &seen(1, 3), &policy());
        assert_eq!(told, Some(Transition::Reached { step: 10 }));
        let (issue, told) = apply(Some(&issue), &seen(5000, 4), &policy());
        assert_eq!(told, Some(Transition::Reached { step: 1000 }));
        assert_eq!((issue.count, issue.version), (5010, 4));
    }

    #[test]
    fn a_late_line_does_not_reopen_and_a_later_one_does() {
        let (mut issue, _) = apply(None, &seen(1, 1000), &policy());
        issue.state = IssueState::Resolved;
        issue.resolved_at = Some(Timestamp::from_second(2000).unwrap());
        let (late, told) = apply(Some(&issue), &seen(1, 2300), &policy());
        assert_eq!((late.state, told), (IssueState::Resolved, None));
        let (again, told) = apply(Some(&issue), &seen(1, 2301), &policy());
        assert_eq!((again.state, told), (IssueState::Regressed, Some(Transition::Regressed)));
    }

    #[test]
    fn ignored_issues_and_silenced_rules_tell_nothing_and_still_count() {
        let mut silent = seen(10, 1);
        silent.class.notify = false;
        let (issue, told) = apply(None, &silent, &policy());
        assert_eq!((issue.count, told), (10, None));
        let (mut issue, _) = apply(None, &seen(1, 1), &policy());
        issue.state = IssueState::Ignored;
        assert_eq!(apply(Some(&issue), &seen(100, 2), &policy()).1, None);
    }

    proptest! {
        #[test]
        fn the_order_of_batches_does_not_matter_for_what_is_counted(mut batches in prop::collection::vec((1_u64..50, 0_i64..1000), 1..12), seed in 0_usize..12) {
            let run = |batches: &[(u64, i64)]| {
                let mut issue: Option<Issue> = None;
                for &(count, second) in batches {
                    issue = Some(apply(issue.as_ref(), &seen(count, second), &policy()).0);
                }
                issue.map(|issue| (issue.count, issue.first_seen, issue.last_seen, issue.services))
            };
            let straight = run(&batches);
            let by = seed % batches.len();
            batches.rotate_left(by);
            prop_assert_eq!(straight, run(&batches));
        }
    }
}
