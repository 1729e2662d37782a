//! Steps of a teardown that were refused or not answered: they make no verdict, but the operator must know of them.
//!
//! In: a case of a requirement with its answers. Out: an observation, where an answer to a step of the teardown is not what it must be.

use std::collections::BTreeMap;

use crate::{
    model::{case::Role, record::Record, verdict::Observation},
    spec::{Demand, Requirement, Spec},
    vocabulary::{Context, Expect, Heard, Holds},
};

pub(super) fn left(
    spec: &Spec,
    requirement: &Requirement,
    record: &Record,
    answers: &[Heard<'_>],
) -> Option<Observation> {
    let Demand::Steps(steps) = &requirement.demand else { return None };
    // It may have been tried until it worked.
    let of_it = answers.iter().filter(|heard| heard.exchange.role == Role::Teardown);
    let last: BTreeMap<usize, &Heard<'_>> = of_it.map(|heard| (heard.exchange.step, heard)).collect();
    last.into_iter().find_map(|(number, heard)| {
        let step = requirement.teardown.get(number.checked_sub(steps.len())?)?;
        let context = Context::of(heard, &record.variables, &spec.json_schemas);
        let Holds::No(expected, got) = Expect::all(&step.expect, &context) else { return None };
        Some(Observation {
            requirement: requirement.id.to_string(),
            what: format!("what it changed was not put back: expected that {expected}, got {got}"),
            place: step.endpoint.to_string(),
            count: 1,
        })
    })
}
