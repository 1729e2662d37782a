//! How the target says that nothing was found: where it is said as an error, that error is no refusal. And which page it gives where nothing
//! is asked for: that page shows nothing of a request.
//!
//! In: the spec data, what is tested, and the records of a run. Out: requests to those endpoints that are tested, and the spec data with the
//! wording and the page that each was found to use.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    answer::Wording,
    judge,
    model::{case::Purpose, exchange::Exchange, id::EndpointId, record::Record},
    spec::{Demand, Media, Requirement, Spec, Step, When},
};

use super::{flow::play, shared::Shared};

/// The endpoints that are asked for it where some requirements are tested.
pub(super) fn asked_for<'a>(spec: &Spec, requirements: &[&'a Requirement]) -> BTreeSet<&'a EndpointId> {
    let Some((_, flow)) = spec.flow(When::NothingFound) else { return BTreeSet::new() };
    let others = flow.steps.iter().skip(1);
    let asked: BTreeSet<&EndpointId> = others.map(|step| &step.endpoint).collect();
    called(requirements).into_iter().filter(|endpoint| asked.contains(endpoint)).collect()
}

/// The endpoints that requirements call.
fn called<'a>(requirements: &[&'a Requirement]) -> BTreeSet<&'a EndpointId> {
    let steps = requirements.iter().filter_map(|requirement| match &requirement.demand {
        Demand::Steps(steps) => Some(steps),
        _ => None,
    });
    steps.flatten().map(|step| &step.endpoint).collect()
}

/// Asks the reports that are tested for what cannot be there, and pages for nothing.
pub(super) async fn ask(shared: &Shared<'_>, to_send: &[&Requirement]) {
    let Some((name, flow)) = shared.spec.flow(When::NothingFound) else { return };
    let called = called(to_send);
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
    let mut said: BTreeMap<&EndpointId, Vec<Option<Wording>>> = BTreeMap::new();
    let is_list = |one: &&Exchange| {
        spec.endpoints.get(&one.endpoint).is_some_and(|endpoint| endpoint.response.media == Media::Document)
    };
    for one in record.exchanges.iter().filter(is_list) {
        said.entry(&one.endpoint).or_default().push(judge::refusal_wording(spec, one));
    }
    // What is said of a report that there is none of is said of anything that goes wrong.
    let of_any_fault = said.remove(&flow.steps.first()?.endpoint).into_iter().flatten().flatten().next();
    // What is said of one way to name a time and not of another is a refusal of that way.
    let of_one = |(endpoint, wordings): (_, Vec<Option<Wording>>)| {
        let wordings: Option<Vec<Wording>> = wordings.into_iter().collect();
        Some((endpoint, Wording::common(&wordings?)?))
    };
    let mut wordings: BTreeMap<&EndpointId, Vec<String>> = said.into_iter().filter_map(of_one).collect();
    wordings.retain(|_, words| !of_any_fault.as_ref().is_some_and(|fault| fault.is_of(words)));
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

/// The spec data with the pages that the target gives where nothing is asked for and where something is, too; none where there is none.
pub(super) fn idle(spec: &Spec, records: &[Record]) -> Option<Spec> {
    let (name, _) = spec.flow(When::NothingFound)?;
    let purpose = Purpose::flow(name, "");
    let asked_for_nothing = records.iter().find(|record| record.case.purpose == purpose)?;
    let pages = asked_for_nothing.exchanges.iter().filter_map(|one| Some((&one.endpoint, judge::page(spec, one)?)));
    let again = |(endpoint, page): &(&EndpointId, Arc<str>)| {
        let smallest =
            spec.endpoints.get(*endpoint).and_then(|endpoint| endpoint.request.as_ref()).map(|one| &one.smallest);
        let Some(smallest) = smallest else { return false };
        let exchanges = records.iter().flat_map(|record| &record.exchanges).filter(|one| one.endpoint == **endpoint);
        let mut asking = exchanges.filter(|one| smallest.keys().all(|name| one.parameter(name).is_some()));
        asking.any(|one| one.answer().is_some_and(|answer| answer.body == *page))
    };
    let pages: Vec<_> = pages.filter(again).collect();
    let mut idle = (!pages.is_empty()).then(|| spec.clone())?;
    for (endpoint, page) in pages {
        if let Some(endpoint) = idle.endpoints.get_mut(endpoint) {
            endpoint.response.nothing_asked = Some(page);
        }
    }
    Some(idle)
}
