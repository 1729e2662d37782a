//! What a run made at the target, as its records show it.
//!
//! In: the record of a case. Out: the sessions and the paths that are the run's own. Whether a value shows that is said by the data; what
//! is still there is not looked at here.

use crate::{
    model::{case::Purpose, record::Record},
    spec::{Demand, Own, Spec, Step, UNIQUE, When},
};

use super::heard;

/// What a case made.
#[must_use]
pub fn owned(spec: &Spec, record: &Record) -> Vec<Own> {
    let mut own = Vec::new();
    let requirement = record.case.purpose.tested().and_then(|id| spec.requirements.get(id));
    let steps: Vec<&Step> = match (requirement.map(|one| (&one.demand, &one.teardown)), &record.case.purpose) {
        (Some((Demand::Steps(steps), teardown)), _) => steps.iter().chain(teardown).collect(),
        (None, Purpose::Flow { name, .. }) => match spec.flow(When::OwnSession).filter(|(known, _)| known == name) {
            Some((_, flow)) => flow.steps.iter().collect(),
            None => return own,
        },
        _ => return own,
    };
    for exchange in &record.exchanges {
        let Some(step) = steps.get(exchange.step).filter(|step| step.endpoint == exchange.endpoint) else { continue };
        for capture in step.capture.iter().filter(|capture| capture.owns.is_some()) {
            let heard = heard(spec, exchange).filter(|heard| heard.accepted());
            let Some(value) = heard.and_then(|heard| capture.query.find(&heard, &record.variables)) else { continue };
            own.extend(capture.own(&value, record.variables.get(UNIQUE), exchange.request()));
        }
    }
    own
}
