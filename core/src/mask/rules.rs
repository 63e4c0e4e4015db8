//! The compiled rules of a masker.

use super::{
    MASK,
    edit::Reason,
    entity::Entity,
    key::{self, KeyNames},
    path::KeyPath,
    pattern::{MAX_PATTERNS, UserPattern, UserPatterns},
    trie::Trie,
};
use crate::plan::{Masking, PlanError};

/// Most key names and most paths of the user's.
pub const MAX_NAMES: usize = 500;

/// What is masked.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    on: u32,
    pub(super) keys: KeyNames,
    pub(super) paths: Trie,
    pub(super) patterns: UserPatterns,
    /// For each entity what stands in its place, when masks say what they hide.
    labels: Option<Vec<String>>,
}

impl Rules {
    /// Compiles the user's rules beside the built-in ones.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] for the first rule that cannot be used; the generator has told of them all before.
    pub(super) fn compile(masking: &Masking) -> Result<Self, PlanError> {
        let invalid = |what: String, reason: String| PlanError::Invalid { what, reason };
        let mut on = Entity::ALL.iter().filter(|entity| entity.on_by_default()).fold(0, |on, entity| on | entity.bit());
        for (names, switched_on) in [(&masking.also, true), (&masking.allow, false)] {
            for name in names {
                let entity = Entity::from_name(name).ok_or_else(|| invalid("masking".to_owned(), format!("there is no entity {name}")))?;
                on = if switched_on { on | entity.bit() } else { on & !entity.bit() };
            }
        }
        for (what, count, most) in
            [("keys", masking.keys.len(), MAX_NAMES), ("paths", masking.paths.len(), MAX_NAMES), ("patterns", masking.patterns.len(), MAX_PATTERNS)]
        {
            if count > most {
                return Err(invalid(format!("masking {what}"), format!("{count} are more than {most}")));
            }
        }
        if let Some(name) = masking.keys.iter().find(|name| !key::has_letters(name)) {
            return Err(invalid("masking keys".to_owned(), format!("`{name}` has no letter")));
        }
        let paths = masking.paths.iter().map(|path| KeyPath::parse(path).map_err(|error| invalid(format!("masking path {path}"), error.to_string())));
        let paths = Trie::new(&paths.collect::<Result<Vec<_>, _>>()?);
        let patterns = masking.patterns.iter().map(|pattern| {
            let compiled = UserPattern::compile(&pattern.name, &pattern.regex, pattern.mask.as_deref());
            compiled.map_err(|error| invalid(format!("masking pattern {}", pattern.name), error.to_string()))
        });
        let keys = KeyNames::new(on & Entity::Secret.bit() != 0, on & Entity::PhoneNumber.bit() != 0, &masking.keys);
        // A user's key is masked whatever becomes of the built-in names.
        on |= if masking.keys.is_empty() && masking.paths.is_empty() { 0 } else { Entity::Secret.bit() };
        Ok(Self {
            keys,
            on,
            paths: paths.ok_or_else(|| invalid("masking paths".to_owned(), "they have too many steps together".to_owned()))?,
            patterns: UserPatterns::new(patterns.collect::<Result<_, _>>()?),
            labels: masking.labels.then(|| Entity::ALL.iter().map(|entity| format!("{MASK}{}{MASK}", entity.name())).collect()),
        })
    }

    /// Whether an entity is masked.
    pub(super) const fn is_on(&self, entity: Entity) -> bool {
        self.on & entity.bit() != 0
    }

    /// What stands in place of what was found for this reason.
    pub(super) fn mask(&self, reason: Reason) -> &[u8] {
        match (reason, &self.labels) {
            (Reason::Pattern(index), _) => self.patterns.mask(index),
            (Reason::Entity(entity), Some(labels)) => labels.get(entity as usize).map_or(MASK.as_bytes(), |label| label.as_bytes()),
            (Reason::Entity(_), None) => MASK.as_bytes(),
        }
    }

    /// Name of a reason: of the entity or of the user's pattern.
    pub(super) fn name(&self, reason: Reason) -> &str {
        match reason {
            Reason::Entity(entity) => entity.name(),
            Reason::Pattern(index) => self.patterns.name(index),
        }
    }
}
