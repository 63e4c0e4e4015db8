//! Assets: what a function's package holds, and the id made of it.

use std::{collections::BTreeMap, sync::Arc};

use sha2::{Digest as _, Sha256};

use crate::{
    artifacts::{ArtifactError, BOOTSTRAP, PLAN},
    emit::hex,
    model::names::Function,
};

/// The package of one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asset {
    /// SHA-256 in hexadecimal; the CDK CLI uploads an asset under this name once and never again.
    pub(super) id: String,
    /// Files of the package by name.
    pub(super) files: BTreeMap<&'static str, Arc<Vec<u8>>>,
}

/// The packages by function.
pub(super) type Assets = BTreeMap<Function, Asset>;

impl Asset {
    /// Directory of the package, relative to the assembly.
    pub(super) fn directory(&self) -> String {
        format!("asset.{}", self.id)
    }
}

/// The packages of the committed assembly: the plan alone. Their ids come from plan and version, so that the same config gives the same bytes on
/// every machine, whatever its compiler made of the programs.
pub(super) fn committed(plan: &Arc<Vec<u8>>) -> Assets {
    let asset = |function: Function| {
        let id = id(&[("function", function.as_str().as_bytes()), ("version", env!("CARGO_PKG_VERSION").as_bytes()), (PLAN, plan.as_slice())]);
        Asset { id, files: BTreeMap::from([(PLAN, Arc::clone(plan))]) }
    };
    Function::ALL.into_iter().map(|function| (function, asset(function))).collect()
}

/// The packages to deploy: program and plan, ids over both.
///
/// # Errors
/// [`ArtifactError::NoProgram`] when a function has none.
pub(super) fn deployable(plan: &Arc<Vec<u8>>, mut programs: BTreeMap<Function, Vec<u8>>) -> Result<Assets, ArtifactError> {
    let mut assets = Assets::new();
    for function in Function::ALL {
        let program = programs.remove(&function).filter(|bytes| !bytes.is_empty()).ok_or(ArtifactError::NoProgram { function: function.as_str() })?;
        let id = id(&[(BOOTSTRAP, program.as_slice()), (PLAN, plan.as_slice())]);
        let files = BTreeMap::from([(BOOTSTRAP, Arc::new(program)), (PLAN, Arc::clone(plan))]);
        assets.insert(function, Asset { id, files });
    }
    Ok(assets)
}

/// SHA-256 over named parts, each with its length before it, so that no two lists of parts read the same.
fn id(parts: &[(&str, &[u8])]) -> String {
    let mut hasher = Sha256::new();
    for (name, content) in parts {
        for piece in [name.as_bytes(), content] {
            hasher.update((piece.len() as u64).to_be_bytes());
            hasher.update(piece);
        }
    }
    hex(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Arc<Vec<u8>> {
        Arc::new(text.as_bytes().to_vec())
    }

    fn programs() -> BTreeMap<Function, Vec<u8>> {
        Function::ALL.into_iter().map(|function| (function, function.as_str().as_bytes().to_vec())).collect()
    }

    #[test]
    fn committed_ids_follow_the_plan_and_tell_functions_apart() {
        let one = committed(&plan("{}"));
        assert_eq!(one, committed(&plan("{}")));
        let other = committed(&plan("{ }"));
        let ids: std::collections::BTreeSet<_> = one.values().chain(other.values()).map(|asset| &asset.id).collect();
        assert_eq!(ids.len(), 6);
    }

    #[test]
    fn deployable_ids_follow_the_program() {
        let before = deployable(&plan("{}"), programs()).unwrap();
        let mut changed = programs();
        changed.insert(Function::AlertNotifier, b"another".to_vec());
        let after = deployable(&plan("{}"), changed).unwrap();
        assert_eq!(before[&Function::MetricsExtractor], after[&Function::MetricsExtractor]);
        assert_ne!(before[&Function::AlertNotifier].id, after[&Function::AlertNotifier].id);
    }

    #[test]
    fn a_missing_or_empty_program_is_named() {
        let mut missing = programs();
        missing.remove(&Function::ErrorClassifier);
        let mut empty = programs();
        empty.insert(Function::ErrorClassifier, Vec::new());
        for programs in [missing, empty] {
            let error = deployable(&plan("{}"), programs).unwrap_err().to_string();
            assert!(error.contains("error-classifier") && error.contains("hint: "), "{error}");
        }
    }

    #[test]
    fn moving_a_byte_between_parts_changes_the_id() {
        assert_ne!(id(&[("a", b"bc")]), id(&[("ab", b"c")]));
        assert_ne!(id(&[("a", b"b"), ("c", b"")]), id(&[("a", b""), ("c", b"b")]));
    }
}
