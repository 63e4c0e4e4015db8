//! Quotas of objectives of Application Signals.

use super::{Here, Rule};
use crate::application_signals::ServiceLevelObjective;
use crate::limits;

impl Here<'_, '_> {
    pub(super) fn objective(&mut self, objective: &ServiceLevelObjective) {
        self.characters(Rule::Name, "Name", Some(&objective.name), limits::OBJECTIVE_NAME_CHARACTERS);
        self.characters(Rule::Objective, "Description", objective.description.as_ref(), limits::OBJECTIVE_DESCRIPTION_CHARACTERS);
        let sli = objective.sli.as_ref().and_then(|sli| sli.literal());
        let metric = sli.and_then(|sli| sli.sli_metric.literal());
        self.within(Rule::Objective, "PeriodSeconds", metric.and_then(|metric| metric.period_seconds.as_ref()), &limits::OBJECTIVE_PERIOD_SECONDS);
    }
}
