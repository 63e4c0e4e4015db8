//! Evaluation of the template's conditions.

use super::{Resolver, Unknown};
use crate::Condition;

/// Deepest nesting of conditions; only a circle reaches it.
const DEEPEST: u32 = 64;

impl Resolver<'_> {
    pub(super) fn holds(self, name: &str, depth: u32) -> Result<bool, Unknown> {
        match self.template.conditions.get(name) {
            Some(condition) => self.truth(condition, depth + 1),
            None => Err(Unknown::Condition(name.to_owned())),
        }
    }

    fn truth(self, condition: &Condition, depth: u32) -> Result<bool, Unknown> {
        if depth > DEEPEST {
            return Err(Unknown::Circle);
        }
        let depth = depth + 1;
        match condition {
            Condition::Equals(left, right) => Ok(self.text(left, depth)? == self.text(right, depth)?),
            Condition::Not(negated) => Ok(!self.truth(negated, depth)?),
            Condition::And(all) => {
                for condition in all {
                    if !self.truth(condition, depth)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Or(any) => {
                for condition in any {
                    if self.truth(condition, depth)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Condition::Named(name) => self.holds(name, depth),
            Condition::Opaque(json) => {
                let function = json.as_object().and_then(|object| object.keys().next());
                Err(Unknown::Function(function.cloned().unwrap_or_else(|| json.to_string())))
            }
        }
    }
}
