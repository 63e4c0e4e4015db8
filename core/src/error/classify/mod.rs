//! Classification: category, severity and what to do first, by the user's rules and then by the taxonomy of the plan.
//!
//! Structure weighs more than text. The order of evidence: a failure the platform reports; code or type of the innermost exception; the HTTP status of
//! the record; codes and types of the exceptions around it, outwards; a status the message states; names of errors in the message; literals of
//! the message; types that alone say little. Inside one kind of evidence the more exact signal wins, so that the order of the rules means nothing.
//! Where a rule has finer ones (`database.deadlock` is finer than `database`), weaker evidence may choose among those and leads nowhere else.

mod evidence;
mod index;
mod kind;
mod layers;
mod stated;
mod user;

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

pub use self::{
    evidence::{Evidence, MAX_EVIDENCE_CHARACTERS, Source},
    user::{covers, glob, message_mistake},
};
use self::{
    index::{Index, Match},
    layers::{Layer, layers},
    stated::{Stated, Words, http_status},
    user::{Subject, UserRule, is_at_or_below},
};
use super::detect::Fault;
use crate::{
    plan::{NotifyChoice, PlanError, Retry, TaxonomyRule, UserErrorRule},
    record::Level,
    severity::Severity,
};

/// Category and rule of an error that no rule is for.
pub const UNKNOWN: &str = "unknown";

/// What a fault is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// Category.
    pub category: String,
    /// Severity.
    pub severity: Severity,
    /// Whether a retry can help.
    pub retry: Retry,
    /// Id of the rule that decided; `user.N` for the N-th rule of the config, `unknown` when none did.
    pub rule: String,
    /// What decided: `type KeyError`, `status 503` …; names and codes only, bounded.
    pub evidence: String,
    /// What to do first; may be empty.
    pub first_step: String,
    /// False when a rule of the user's says never to notify.
    pub notify: bool,
}

/// A class and how it came about.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The class.
    pub class: Class,
    /// The taxonomy's rule and its evidence; none when no rule is for the error. The user's rules are laid over it.
    pub taxonomy: Option<Candidate>,
    /// Default severity of that rule.
    pub default: Option<Severity>,
    /// Severity of the log level; none when the record states no level.
    pub by_level: Option<Severity>,
    /// Whether the severity was lowered because the record says that a retry follows.
    pub held_by_retry: bool,
    /// The user's rule that won, counted from 1.
    pub user: Option<usize>,
    /// Whether that rule set the severity.
    pub set_by_user: bool,
    /// The rules that matched as well and lost, strongest evidence first.
    pub lost: Vec<Candidate>,
}

/// A rule that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Id of the rule.
    pub rule: String,
    /// What led to it; empty for a rule of the user's.
    pub evidence: Vec<Evidence>,
}

/// The rules of a plan, compiled.
#[derive(Clone, Debug)]
pub struct Classifier {
    users: Vec<UserRule>,
    rules: Vec<TaxonomyRule>,
    /// Whether a rule has finer ones below it.
    has_finer: Vec<bool>,
    index: Index,
}

/// What the taxonomy says.
struct Found {
    rule: usize,
    evidence: SmallVec<[Evidence; 2]>,
    /// What matched besides; complete only when everything was asked for.
    lost: Vec<Match>,
}

impl Classifier {
    /// Compiles the user's rules and the taxonomy.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] when an expression of the user's, or the texts of the taxonomy, do not compile.
    pub fn new(users: &[UserErrorRule], taxonomy: &[TaxonomyRule]) -> Result<Self, PlanError> {
        let users = users.iter().enumerate().map(|(index, rule)| UserRule::new(index + 1, rule)).collect::<Result<_, _>>()?;
        let finer = |rule: &TaxonomyRule| taxonomy.iter().any(|other| refines(other, rule));
        Ok(Self { users, has_finer: taxonomy.iter().map(finer).collect(), index: Index::new(taxonomy)?, rules: taxonomy.to_vec() })
    }

    /// Classifies a fault of a service.
    pub fn classify(&self, fault: &Fault<'_>, service: &str) -> Class {
        self.decide_with(fault, service, false).class
    }

    /// Classifies a fault and says why.
    pub fn decide(&self, fault: &Fault<'_>, service: &str) -> Decision {
        self.decide_with(fault, service, true)
    }

    fn decide_with(&self, fault: &Fault<'_>, service: &str, all: bool) -> Decision {
        let layers = layers(fault);
        let found = self.find(fault, &layers, all);
        let rule = found.as_ref().and_then(|found| self.rules.get(found.rule));
        let by_level = (!fault.level_assumed).then(|| level_severity(fault.level));
        let default = rule.map(|rule| rule.severity);
        // A level that nobody stated raises nothing; it only stands in where there is no rule either.
        let severity = default.max(by_level).unwrap_or_else(|| level_severity(fault.level));
        // An attempt that will be repeated is not yet a failure for anybody.
        let held = if fault.will_retry { severity.min(Severity::Warning) } else { severity };
        let mut class = Class {
            category: rule.map_or(UNKNOWN, |rule| &rule.category).to_owned(),
            severity: held,
            retry: rule.map_or(Retry::Maybe, |rule| rule.retry),
            rule: rule.map_or(UNKNOWN, |rule| &rule.id).to_owned(),
            evidence: found.as_ref().map_or_else(|| "no rule matched".to_owned(), |found| in_words(&found.evidence)),
            first_step: rule.map(|rule| rule.first_step.clone()).unwrap_or_default(),
            notify: true,
        };
        let mut lost = self.lost(found.as_ref());
        let subject = Subject { fault, layers: &layers, service, category: &class.category, rule: &class.rule };
        let mut matching = self.users.iter().enumerate().filter(|(_, rule)| rule.matches(&subject)).map(|(index, _)| index + 1);
        let user = matching.next();
        if all {
            let others = matching.map(|number| Candidate { rule: user_rule_id(number), evidence: Vec::new() });
            lost.splice(0..0, others);
        }
        let taxonomy = rule.zip(found.as_ref()).map(|(rule, found)| Candidate { rule: rule.id.clone(), evidence: found.evidence.to_vec() });
        let mut held_by_retry = held < severity;
        let mut set_by_user = false;
        if let Some((number, rule)) = user.and_then(|number| Some((number, &self.users.get(number - 1)?.rule))) {
            class.rule = user_rule_id(number);
            class.evidence = format!("a rule of the config, over {}", class.evidence);
            class.notify = rule.notify != NotifyChoice::Never;
            if let Some(category) = &rule.category {
                class.category.clone_from(category);
            }
            if let Some(first_step) = &rule.first_step {
                class.first_step.clone_from(first_step);
            }
            if let Some(severity) = rule.severity {
                class.severity = severity;
                held_by_retry = false;
                set_by_user = true;
            }
        }
        Decision { class, taxonomy, default, by_level, held_by_retry, user, set_by_user, lost }
    }

    /// The best match of the taxonomy, refined; with `all` also everything it was better than.
    fn find(&self, fault: &Fault<'_>, layers: &[Layer<'_>], all: bool) -> Option<Found> {
        let mut matches: Vec<Match> = Vec::new();
        let _ = self.visit(fault, layers, &mut |found| {
            let is_enough = matches.is_empty() && !self.has_finer.get(found.rule).copied().unwrap_or(false);
            matches.push(found);
            if is_enough && !all { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let mut matches = matches.into_iter();
        let first = matches.next()?;
        let mut rule = first.rule;
        let mut evidence: SmallVec<[Evidence; 2]> = SmallVec::from_elem(first.evidence, 1);
        let mut lost = Vec::new();
        for other in matches {
            if self.is_finer(other.rule, rule) {
                rule = other.rule;
                evidence.push(other.evidence);
            } else {
                lost.push(other);
            }
        }
        Some(Found { rule, evidence, lost })
    }

    fn is_finer(&self, rule: usize, than: usize) -> bool {
        let (Some(rule), Some(than)) = (self.rules.get(rule), self.rules.get(than)) else { return false };
        refines(rule, than)
    }

    fn lost(&self, found: Option<&Found>) -> Vec<Candidate> {
        let mut lost: Vec<Candidate> = Vec::new();
        for (found, other) in found.iter().flat_map(|found| found.lost.iter().map(move |other| (found, other))) {
            let Some(rule) = self.rules.get(other.rule).filter(|_| other.rule != found.rule) else { continue };
            match lost.iter_mut().find(|known| known.rule == rule.id) {
                Some(known) if known.evidence.contains(&other.evidence) => {}
                Some(known) => known.evidence.push(other.evidence.clone()),
                None => lost.push(Candidate { rule: rule.id.clone(), evidence: vec![other.evidence.clone()] }),
            }
        }
        lost
    }

    /// Every match, strongest evidence first, until `seen` has enough.
    fn visit(&self, fault: &Fault<'_>, layers: &[Layer<'_>], seen: &mut dyn FnMut(Match) -> ControlFlow<()>) -> ControlFlow<()> {
        let index = &self.index;
        let mut tell = |found: Option<Match>| found.map_or(ControlFlow::Continue(()), &mut *seen);
        if let Some(platform) = fault.platform {
            tell(index.platform(platform, &self.rules))?;
        }
        let words: SmallVec<[Words<'_>; 4]> = layers.iter().map(|layer| Words::new(layer.message)).collect();
        let stated: SmallVec<[SmallVec<[Stated<'_>; 4]>; 4]> = words.iter().map(Words::stated).collect();
        if let Some(innermost) = layers.first() {
            // Type and words together are more than the code alone: an AxiosError of ECONNABORTED that speaks of a time-out is one.
            tell(index.pair(innermost.kind, innermost.message))?;
        }
        tell(fault.code.as_deref().and_then(|code| index.code(code)))?;
        let mut status = fault.status.or_else(|| fault.code.as_deref().and_then(http_status));
        for (layer, stated) in layers.iter().zip(&stated) {
            tell(index.pair(layer.kind, layer.message))?;
            let kind = index.kind(layer.kind);
            // A type that says the process ended goes before the codes its message tells of.
            let (before, behind) = if kind.as_ref().is_some_and(|found| index.is_critical(found.rule)) { (kind, None) } else { (None, kind) };
            tell(before)?;
            for stated in stated {
                tell(match stated {
                    Stated::Code(code) => index.code(code),
                    Stated::SqlState(code) => index.sqlstate(code),
                    Stated::Grpc(status) => index.grpc(*status),
                    Stated::Status(_) => None,
                })?;
            }
            tell(behind)?;
            // The record's own status comes behind the innermost exception and before those around it.
            if let Some(status) = status.take() {
                tell(index.status(status, Source::Status))?;
            }
        }
        for stated in stated.iter().flatten() {
            if let Stated::Status(status) = stated {
                tell(index.status(*status, Source::StatedStatus))?;
            }
        }
        for found in words.iter().flat_map(|words| index.words(words)) {
            tell(Some(found))?;
        }
        for found in layers.iter().flat_map(|layer| index.text(layer.message)) {
            tell(Some(found))?;
        }
        for layer in layers {
            tell(index.doubtful(layer.kind))?;
        }
        ControlFlow::Continue(())
    }
}

/// Whether a rule lies below a wider one.
fn refines(rule: &TaxonomyRule, wider: &TaxonomyRule) -> bool {
    rule.id != wider.id && (is_at_or_below(&rule.id, &wider.id) || rule.refines.contains(&wider.id))
}

fn user_rule_id(number: usize) -> String {
    format!("user.{number}")
}

fn in_words(evidence: &[Evidence]) -> String {
    evidence.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The severity a level stands for.
const fn level_severity(level: Level) -> Severity {
    match level {
        Level::Critical => Severity::Critical,
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Debug | Level::Info => Severity::Info,
    }
}

#[cfg(test)]
mod tests;
