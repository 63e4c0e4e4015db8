//! What can be said of composite alarms only once all templates are read: rules that lead back to themselves, and alarms that are not simulated.

use super::{Skipped, Watched};
use crate::composite::{CompositeConfig, order::order};

/// A composite alarm and the resource it is.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) stack: String,
    pub(super) logical_id: String,
    pub(super) config: CompositeConfig,
}

impl Watched {
    /// Puts the composite alarms in the order in which they are evaluated; what is not simulated of them is told.
    pub(super) fn settle(&mut self, found: &[Found]) {
        let all: Vec<(String, Vec<String>)> =
            found.iter().map(|found| (found.config.name.clone(), found.config.rule.alarms().into_iter().map(str::to_owned).collect())).collect();
        let (ordered, circles) = order(&all);
        for (place, circle) in circles {
            let reason = format!("its rule leads back to itself, so CloudWatch does not evaluate it: {}", circle.join(" -> "));
            self.skip(found.get(place), reason);
        }
        let simulated: Vec<String> = ordered.iter().filter_map(|place| found.get(*place)).map(|found| found.config.name.clone()).collect();
        let known = |watched: &Self, name: &str| simulated.iter().any(|known| known == name) || watched.alarms.iter().any(|alarm| alarm.name == name);
        for place in ordered {
            let Some(here) = found.get(place) else { continue };
            for name in here.config.rule.alarms() {
                if !known(self, name) {
                    self.skip(Some(here), format!("alarm {name} of its rule is not simulated: it is taken as INSUFFICIENT_DATA"));
                }
            }
            if let Some(suppressor) = here.config.suppressor.as_ref().filter(|suppressor| !known(self, &suppressor.alarm)) {
                self.skip(Some(here), format!("alarm {} that holds its actions back is not simulated: nothing is held back", suppressor.alarm));
            }
            self.composites.push(here.config.clone());
        }
    }

    fn skip(&mut self, found: Option<&Found>, reason: String) {
        let Some(found) = found else { return };
        self.skipped.push(Skipped { stack: found.stack.clone(), logical_id: found.logical_id.clone(), reason });
    }
}
