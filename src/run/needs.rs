//! Which facts of the target a run needs.
//!
//! In: the requirements of the run. Out: names of variables, and the steps of the discovery that find them. What nobody needs is not
//! asked for.

use std::collections::BTreeSet;

use crate::{
    generate,
    model::variables::names,
    spec::{Demand, Flow, Input, Parameter, Requirement, Spec, Step, When},
};

/// The names of all variables that the requirements can ask for.
pub(super) fn needs(spec: &Spec, selected: &[&Requirement], to_send: &[&Requirement]) -> BTreeSet<String> {
    let always = spec.fixtures.iter().filter(|(_, fixture)| fixture.always);
    let mut needs: BTreeSet<String> = always.map(|(name, _)| name.clone()).collect();
    for requirement in selected.iter().chain(to_send) {
        needs.extend(of(spec, requirement));
    }
    for flow in spec.flows.values().filter(|flow| flow.when != When::Discovery) {
        let each = flow.for_each.iter().flat_map(|each| &each.steps);
        flow.steps.iter().chain(&flow.teardown).chain(each).for_each(|step| of_step(spec, step, &mut needs));
    }
    needs
}

/// The names of all variables that one requirement can ask for.
pub(super) fn of(spec: &Spec, requirement: &Requirement) -> BTreeSet<String> {
    let mut needs = BTreeSet::new();
    match &requirement.demand {
        Demand::Steps(steps) => {
            steps.iter().chain(&requirement.teardown).for_each(|step| of_step(spec, step, &mut needs));
        }
        Demand::EveryAnswer { expect, readings, .. } => {
            let all = expect.iter().chain(readings.iter().flat_map(|reading| &reading.expect));
            needs.extend(generate::variables_of_expectations(all));
        }
        Demand::Sequence(_) => {
            spec.sequences.actions.iter().for_each(|action| of_step(spec, &action.step, &mut needs));
        }
        _ => {}
    }
    needs
}

fn of_step(spec: &Spec, step: &Step, needs: &mut BTreeSet<String>) {
    needs.extend(generate::variables_of(step));
    for (_, input) in step.parameters.iter().chain(&step.maybe) {
        let Input::Draw { endpoint, parameter, .. } = input else { continue };
        let row = spec.endpoints.get(endpoint).and_then(|endpoint| endpoint.parameters.get(*parameter));
        needs.extend(row.into_iter().flat_map(of_row));
    }
}

fn of_row(row: &Parameter) -> Vec<String> {
    let texts = row.valid.iter().chain(&row.unknown).chain(&row.values).chain(&row.item_values);
    texts
        .chain(row.forms.iter().map(|form| &form.value))
        .chain(row.needs.values())
        .flat_map(|text| names(text))
        .collect()
}

/// The flow without the steps that find nothing needed. What a later step needs is needed, too.
pub(super) fn only_needed(flow: &Flow, needs: &BTreeSet<String>) -> Flow {
    let mut needs = needs.clone();
    let mut steps: Vec<Step> = Vec::new();
    for step in flow.steps.iter().rev() {
        if step.capture.is_empty() || step.capture.iter().any(|capture| needs.contains(&capture.name)) {
            needs.extend(generate::variables_of(step));
            steps.push(step.clone());
        }
    }
    steps.reverse();
    Flow { steps, ..flow.clone() }
}
