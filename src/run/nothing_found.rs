//! How the target says that nothing was found: where it is said as an error, that error is no refusal.
//!
//! In: the spec data, what is tested, and the records of a run. Out: requests to the reports that are tested, and the spec data with the
//! wording that each endpoint was found to use.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    judge,
    model::{case::Purpose, id::EndpointId, record::Record},
    spec::{Demand, Requirement, Spec, Step, When},
};

use super::{flow::play, shared::Shared};

/// Asks the reports that are tested for what cannot be there.
pub(super) async fn ask(shared: &Shared<'_>, to_send: &[&Requirement]) {
    let Some((name, flow)) = shared.spec.flow(When::NothingFound) else { return };
    let steps = to_send.iter().filter_map(|requirement| match &requirement.demand {
        Demand::Steps(steps) => Some(steps),
        _ => None,
    });
    let called: BTreeSet<&EndpointId> = steps.flatten().map(|step| &step.endpoint).collect();
    let Some((first, others)) = flow.steps.split_first() else { return };
    let asked: Vec<Step> = others.iter().filter(|step| called.contains(&step.endpoint)).cloned().collect();
    if asked.is_empty() {
        return;
    }
    let steps = [vec![first.clone()], asked].concat();
    let drawn = shared.flow(&Purpose::flow(name, ""), &steps);
    let known = shared.world.borrow().with(&drawn.made);
    let played = play(shared, &drawn.case, &steps, known, &drawn.made).await;
    shared.keep(played.record);
}

/// The spec data with what each endpoint says where nothing is found; none where all have an empty list.
pub(super) fn learned<'r>(spec: &Spec, records: impl IntoIterator<Item = &'r Record>) -> Option<Spec> {
    let (name, flow) = spec.flow(When::NothingFound)?;
    let purpose = Purpose::flow(name, "");
    let record = records.into_iter().find(|record| record.case.purpose == purpose)?;
    let mut wordings: BTreeMap<&EndpointId, String> =
        record.exchanges.iter().filter_map(|one| Some((&one.endpoint, judge::refusal_wording(spec, one)?))).collect();
    // What is said of a report that there is none of is said of anything that goes wrong.
    let of_any_fault = wordings.remove(&flow.steps.first()?.endpoint);
    wordings.retain(|_, wording| Some(&*wording) != of_any_fault.as_ref());
    if wordings.is_empty() {
        return None;
    }
    let mut spec = spec.clone();
    for (endpoint, wording) in wordings {
        if let Some(endpoint) = spec.endpoints.get_mut(endpoint) {
            endpoint.response.nothing_found = Some(wording);
        }
    }
    Some(spec)
}
