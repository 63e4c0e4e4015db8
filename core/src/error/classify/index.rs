//! The signals of the taxonomy, compiled: each kind of evidence has a table that leads from what is found to the rule.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::{
    evidence::{Evidence, Source},
    kind,
    stated::{Words, is_sqlstate},
};
use crate::{
    plan::{GrpcStatus, PlanError, PlatformSignal, TaxonomyRule},
    record::PlatformFailure,
    severity::Severity,
};

/// What is between type and words in a signal that asks for both.
const PAIR: &str = ": ";

/// A rule by its place in the taxonomy, and what led to it.
#[derive(Clone, Debug)]
pub(super) struct Match {
    /// Index of the rule.
    pub(super) rule: usize,
    /// What led to it.
    pub(super) evidence: Evidence,
}

impl Match {
    fn new(rule: usize, source: Source, value: &str) -> Self {
        Self { rule, evidence: Evidence::new(source, value) }
    }
}

/// Tables of signals. Within a table the more exact signal wins, so that the order of the rules means nothing; of two rules with the same signal (which
/// the generator refuses) the first one has it.
#[derive(Clone, Debug)]
pub(super) struct Index {
    platform: Vec<(PlatformSignal, usize)>,
    names: HashMap<String, usize>,
    broad: HashMap<String, usize>,
    /// Beginning and ending of names with a `*`, longest first.
    affixes: Vec<(String, String, usize)>,
    /// Types with words that the message must hold as well, most words first.
    pairs: HashMap<String, Vec<(String, usize)>>,
    /// SQLSTATE codes and their beginnings, without the `*`.
    sqlstates: HashMap<String, usize>,
    grpc: HashMap<GrpcStatus, usize>,
    statuses: HashMap<u16, usize>,
    literals: AhoCorasick,
    /// Literal and rule of each pattern of `literals`.
    literal_rules: Vec<(String, usize)>,
    /// Severity of each rule.
    severities: Vec<Severity>,
}

impl Index {
    /// Compiles the rules.
    pub(super) fn new(rules: &[TaxonomyRule]) -> Result<Self, PlanError> {
        let mut literal_rules = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            literal_rules.extend(rule.text.iter().filter(|literal| !literal.is_empty()).map(|literal| (literal.clone(), index)));
        }
        let literals = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(literal_rules.iter().map(|(literal, _)| literal))
            .map_err(|error| PlanError::Invalid { what: "texts of the taxonomy".to_owned(), reason: error.to_string() })?;
        let mut made = Self {
            platform: Vec::new(),
            names: HashMap::new(),
            broad: HashMap::new(),
            affixes: Vec::new(),
            pairs: HashMap::new(),
            sqlstates: HashMap::new(),
            grpc: HashMap::new(),
            statuses: HashMap::new(),
            literals,
            literal_rules,
            severities: rules.iter().map(|rule| rule.severity).collect(),
        };
        for (index, rule) in rules.iter().enumerate() {
            made.add(index, rule);
        }
        made.affixes.sort_by_key(|(start, end, index)| (std::cmp::Reverse(start.len() + end.len()), *index));
        Ok(made)
    }

    fn add(&mut self, index: usize, rule: &TaxonomyRule) {
        self.platform.extend(rule.platform.iter().map(|signal| (*signal, index)));
        for name in rule.types.iter().chain(&rule.codes) {
            if let Some((kind, words)) = name.split_once(PAIR) {
                let pairs = self.pairs.entry(kind.to_owned()).or_default();
                pairs.push((words.to_owned(), index));
                pairs.sort_by_key(|(words, index)| (std::cmp::Reverse(words.len()), *index));
            } else if let Some((start, end)) = name.split_once('*') {
                self.affixes.push((start.to_owned(), end.to_owned(), index));
            } else {
                self.names.entry(name.clone()).or_insert(index);
            }
        }
        for name in &rule.broad_types {
            self.broad.entry(name.clone()).or_insert(index);
        }
        for code in &rule.sqlstate {
            self.sqlstates.entry(code.trim_end_matches('*').to_owned()).or_insert(index);
        }
        for status in &rule.grpc {
            self.grpc.entry(*status).or_insert(index);
        }
        for status in &rule.status {
            self.statuses.entry(*status).or_insert(index);
        }
    }

    /// The rule of a platform failure.
    pub(super) fn platform(&self, failure: PlatformFailure, rules: &[TaxonomyRule]) -> Option<Match> {
        let (signal, category) = match failure {
            PlatformFailure::TimedOut => (PlatformSignal::TimedOut, "timeout.function"),
            PlatformFailure::OutOfMemory => (PlatformSignal::OutOfMemory, "oom"),
            PlatformFailure::Exited => (PlatformSignal::Exited, "crash"),
            PlatformFailure::Init => (PlatformSignal::Init, "init"),
        };
        let stated = self.platform.iter().find(|(known, _)| *known == signal).map(|(_, rule)| *rule);
        // The first plans named no platform failures in their rules.
        let rule = stated.or_else(|| rules.iter().position(|rule| rule.category == category))?;
        Some(Match::new(rule, Source::Platform, signal.as_str()))
    }

    /// The rule of an error code: a name, an SQLSTATE code or a gRPC status.
    pub(super) fn code(&self, code: &str) -> Option<Match> {
        // `com.amazonaws.dynamodb#ThrottlingException:http://…` is how the JSON protocols of AWS write it.
        let code = code.rsplit('#').next().unwrap_or(code);
        let code = code.split_once(":http").map_or(code, |(code, _)| code);
        let name = kind::bare(code);
        let named = kind::endings(name).iter().find_map(|ending| self.names.get(*ending).copied()).or_else(|| self.affix(name));
        if let Some(rule) = named {
            return Some(Match::new(rule, Source::Code, name));
        }
        let capital = name.starts_with(|first: char| first.is_ascii_uppercase());
        let grpc = || capital.then(|| GrpcStatus::from_name(name)).flatten().and_then(|status| self.grpc(status));
        self.sqlstate(name).or_else(grpc)
    }

    /// The rule of an SQLSTATE code, by the longest beginning known.
    pub(super) fn sqlstate(&self, code: &str) -> Option<Match> {
        if !is_sqlstate(code) {
            return None;
        }
        let mut beginnings = (2..=code.len()).rev().filter_map(|length| code.get(..length));
        let rule = beginnings.find_map(|beginning| self.sqlstates.get(beginning))?;
        Some(Match::new(*rule, Source::SqlState, code))
    }

    /// The rule of a gRPC status.
    pub(super) fn grpc(&self, status: GrpcStatus) -> Option<Match> {
        self.grpc.get(&status).map(|rule| Match::new(*rule, Source::Grpc, status.as_str()))
    }

    /// The rule of an HTTP status.
    pub(super) fn status(&self, status: u16, source: Source) -> Option<Match> {
        self.statuses.get(&status).map(|rule| Match::new(*rule, source, &status.to_string()))
    }

    /// The rule of a type whose message holds certain words.
    pub(super) fn pair(&self, kind: &str, message: &str) -> Option<Match> {
        let name = kind::bare(kind);
        // The whole goes first: `Fatal error` is a type, in two words.
        std::iter::once(kind).chain(kind::endings(name)).find_map(|ending| {
            let (words, rule) = self.pairs.get(ending)?.iter().find(|(words, _)| contains(message, words))?;
            Some(Match::new(*rule, Source::Type, &format!("{name} with \"{words}\"")))
        })
    }

    /// The rule of a type. What only the last segment of a Rust path says is not taken: `doubtful` is what to ask for it.
    pub(super) fn kind(&self, kind: &str) -> Option<Match> {
        self.find_kind(kind, false)
    }

    /// The rule of a type that says little: a broad one, or the last segment of a Rust path.
    pub(super) fn doubtful(&self, kind: &str) -> Option<Match> {
        let name = kind::bare(kind);
        let broad = kind::endings(name).iter().find_map(|ending| self.broad.get(*ending).copied());
        let found = broad.map(|rule| Match::new(rule, Source::BroadType, name));
        found.or_else(|| {
            let mut found = self.find_kind(kind, true)?;
            found.evidence.source = Source::BroadType;
            Some(found)
        })
    }

    fn find_kind(&self, kind: &str, last_of_rust: bool) -> Option<Match> {
        // The whole goes first: `Fatal error` is a type, in two words.
        if let Some(rule) = self.names.get(kind) {
            return Some(Match::new(*rule, Source::Type, kind));
        }
        let name = kind::bare(kind);
        let of_rust = kind::is_of_rust(name);
        let endings = kind::endings(name);
        let told = |ending: &&&str| !of_rust || last_of_rust || ending.contains("::");
        let rule = endings.iter().filter(told).find_map(|ending| self.names.get(*ending).copied()).or_else(|| {
            // Affixes are of names, not of paths.
            if of_rust && !last_of_rust { None } else { self.affix(endings.last()?) }
        });
        Some(Match::new(rule?, Source::Type, name))
    }

    /// The rule of a name by its beginning or ending.
    fn affix(&self, name: &str) -> Option<usize> {
        let fits = |(start, end, _): &&(String, String, usize)| {
            name.len() >= start.len() + end.len() && name.starts_with(start.as_str()) && name.ends_with(end.as_str())
        };
        self.affixes.iter().find(fits).map(|(_, _, rule)| *rule)
    }

    /// The rules of names that stand in a sentence.
    pub(super) fn words<'i>(&'i self, words: &'i Words<'_>) -> impl Iterator<Item = Match> + 'i {
        let distinctive = words.iter().filter(|word| kind::is_distinctive(word));
        distinctive.filter_map(|word| self.names.get(word).copied().or_else(|| self.affix(word)).map(|rule| Match::new(rule, Source::Word, word)))
    }

    /// Whether a rule is for what ends the process or the request: what the message says besides explains it and takes nothing back.
    pub(super) fn is_critical(&self, rule: usize) -> bool {
        self.severities.get(rule) == Some(&Severity::Critical)
    }

    /// The rules whose literals a message holds: the most severe rule first (a panic with a refused connection in its message is a panic), then the
    /// longest literal.
    pub(super) fn text(&self, message: &str) -> Vec<Match> {
        let mut found: Vec<(usize, &str, usize)> = Vec::new();
        for hit in self.literals.find_overlapping_iter(message) {
            let Some((literal, rule)) = self.literal_rules.get(hit.pattern().as_usize()) else { continue };
            if stands_alone(message, hit.start(), hit.end()) && found.iter().all(|(_, known, _)| known != literal) {
                found.push((hit.start(), literal, *rule));
            }
        }
        // Alike long: the one that comes first in the message, and then in the taxonomy.
        found.sort_by_key(|(start, literal, rule)| (std::cmp::Reverse(self.severities.get(*rule)), std::cmp::Reverse(literal.len()), *start, *rule));
        found.into_iter().map(|(_, literal, rule)| Match::new(rule, Source::Text, literal)).collect()
    }
}

/// Whether a piece of a text begins and ends at borders of words. A piece that itself begins or ends with a sign needs no border there.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let inside = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let before = inside(start.checked_sub(1)) && inside(Some(start));
    let behind = inside(end.checked_sub(1)) && inside(Some(end));
    !before && !behind
}

/// Whether a text contains another one, without looking at case.
fn contains(text: &str, piece: &str) -> bool {
    let (text, piece) = (text.as_bytes(), piece.as_bytes());
    !piece.is_empty() && text.windows(piece.len()).any(|window| window.eq_ignore_ascii_case(piece))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::classify::tests::rule;

    fn index(rules: &[TaxonomyRule]) -> Index {
        Index::new(rules).unwrap()
    }

    fn found(found: Option<Match>) -> Option<usize> {
        found.map(|found| found.rule)
    }

    #[test]
    fn the_more_exact_name_wins_whatever_the_order() {
        let mut rules = [rule("any"), rule("exact"), rule("longer"), rule("path")];
        rules[0].types = vec!["Throttl*".to_owned(), "*Exception".to_owned()];
        rules[1].types = vec!["ThrottlingException".to_owned()];
        rules[2].types = vec!["*NotFoundException".to_owned()];
        rules[3].types = vec!["sqlx::Error".to_owned()];
        let index = index(&rules);
        assert_eq!(found(index.kind("a.b.ThrottlingException")), Some(1));
        assert_eq!(found(index.kind("ThrottledException")), Some(0));
        assert_eq!(found(index.kind("TableNotFoundException")), Some(2));
        assert_eq!(found(index.kind("sqlx::Error")), Some(3));
        assert_eq!(found(index.kind("app::Error")), None);
    }

    #[test]
    fn the_last_segment_of_a_rust_path_is_doubtful() {
        let mut rules = [rule("a"), rule("b")];
        rules[0].types = vec!["Timeout".to_owned()];
        rules[1].broad_types = vec!["HTTPError".to_owned()];
        let index = index(&rules);
        assert_eq!(found(index.kind("shop::Error::Timeout")), None);
        assert_eq!(found(index.doubtful("shop::Error::Timeout")), Some(0));
        assert_eq!(found(index.kind("requests.HTTPError")), None);
        assert_eq!(found(index.doubtful("requests.HTTPError")), Some(1));
    }

    #[test]
    fn sqlstates_go_by_the_longest_beginning() {
        let mut rules = [rule("class"), rule("code")];
        rules[0].sqlstate = vec!["23*".to_owned()];
        rules[1].sqlstate = vec!["23505".to_owned()];
        let index = index(&rules);
        assert_eq!((found(index.code("23505")), found(index.code("23503")), found(index.code("2350"))), (Some(1), Some(0), None));
    }

    #[test]
    fn the_longest_literal_wins_and_stands_between_borders() {
        let mut rules = [rule("short"), rule("long")];
        rules[0].text = vec!["refused".to_owned(), "(x".to_owned()];
        rules[1].text = vec!["connection refused".to_owned()];
        let index = index(&rules);
        let of = |message: &str| index.text(message).iter().map(|found| found.rule).collect::<Vec<_>>();
        assert_eq!(of("dial: Connection REFUSED."), [1, 0]);
        assert_eq!(of("connection refusedly"), Vec::<usize>::new());
        assert_eq!(of("a(x)b"), [0]);
        rules[0].severity = Severity::Critical;
        let index = Index::new(&rules).unwrap();
        assert_eq!(index.text("connection refused").first().map(|found| found.rule), Some(0), "the more severe one");
    }

    #[test]
    fn codes_of_aws_are_found_in_their_protocols_and_grpc_by_name() {
        let mut rules = [rule("throttling"), rule("down")];
        rules[0].types = vec!["ThrottlingException".to_owned()];
        rules[1].grpc = vec![GrpcStatus::Unavailable, GrpcStatus::Aborted];
        let index = index(&rules);
        assert_eq!(found(index.code("com.amazonaws.x#ThrottlingException:http://internal.amazon.com/")), Some(0));
        assert_eq!(found(index.code("Unavailable")), Some(1));
        assert_eq!(found(index.code("aborted")), None, "a word of a sentence");
    }
}
