//! The error taxonomy, read from the files of `catalogue/errors/`: what kinds of errors there are, how to tell them and what to do first.

mod check;
mod evidence;
mod rule;

use skywarden_core::plan::TaxonomyRule;

pub use self::evidence::Evidence;
use self::rule::TypedRule;
use crate::config::{Source, findings::Findings};

/// One rule with the evidence that shows what it is for.
#[derive(Clone, Debug)]
pub struct CatalogueRule {
    /// The rule.
    pub rule: TaxonomyRule,
    /// Errors the rule is for.
    pub examples: Vec<Evidence>,
    /// Errors that look alike and are something else.
    pub counterexamples: Vec<Evidence>,
}

/// Reads the catalogue: the sources from `first` on, a file a category, in the order of their names. Every mistake in every file is reported; what is
/// wrong between rules is looked for when each of them can be read.
pub(crate) fn read(sources: &[Source], first: usize, findings: &mut Findings) -> Vec<CatalogueRule> {
    let before = findings.len();
    let typed = typed(sources, first, findings);
    check::ids(&typed, findings);
    check::signals(&typed, findings);
    if findings.len() == before {
        check::refined(&typed, findings);
        check::platform(&typed, findings);
        check::examples(&typed, findings);
    }
    typed.into_iter().map(TypedRule::into_rule).collect()
}

/// The same of the catalogue that comes with Skywarden, whose rules are known to go together.
pub(crate) fn read_builtin(sources: &[Source], first: usize, findings: &mut Findings) -> Vec<CatalogueRule> {
    typed(sources, first, findings).into_iter().map(TypedRule::into_rule).collect()
}

fn typed(sources: &[Source], first: usize, findings: &mut Findings) -> Vec<TypedRule> {
    let mut typed = Vec::new();
    for (index, source) in sources.iter().enumerate().skip(first) {
        rule::read_file(index, source, &mut typed, findings);
    }
    typed
}
