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
    let mut typed = Vec::new();
    for (index, source) in sources.iter().enumerate().skip(first) {
        rule::read_file(index, source, &mut typed, findings);
    }
    check::ids(&typed, findings);
    check::signals(&typed, findings);
    if findings.len() == before {
        check::refined(&typed, findings);
        check::platform(&typed, findings);
        check::examples(&typed, findings);
    }
    typed.into_iter().map(TypedRule::into_rule).collect()
}

/// The rules of the catalogue that comes with Skywarden, as `build.rs` has made them of its files; `None` when they are no rules, which those of a released
/// version are.
pub(crate) fn builtin() -> Option<Vec<TaxonomyRule>> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/error_catalogue.json"))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Templates, error_catalogue};

    #[test]
    fn what_is_made_ready_is_what_the_files_say() {
        let read = error_catalogue(&Templates::builtin()).unwrap().into_iter().map(|rule| rule.rule).collect();
        assert_eq!(builtin(), Some(read));
    }
}
