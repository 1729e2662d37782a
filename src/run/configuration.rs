//! The Configuration API: its document is fetched before anything is planned.

use crate::{
    judge,
    model::{case::Purpose, record::Record},
    spec::{
        Requirement, Spec, When, fuzz,
        openapi::{self, Extended},
    },
};

use super::{Plan, flow::play, shared::Shared};

/// Whether a plan asks for what the document states.
pub(super) fn is_asked_for(spec: &Spec, plan: &Plan) -> bool {
    let Some(home) = spec.documented_chapter().map(|chapter| format!("{chapter}/")) else { return false };
    plan.only.is_empty()
        || plan.only.iter().any(|prefix| {
            let prefix = prefix.trim_start_matches('=');
            let fixed = fuzz::about(prefix.split('*').next().unwrap_or_default());
            home.starts_with(fixed) || fixed.starts_with(&home)
        })
}

/// Whether nothing else is asked for.
pub(super) fn is_all(spec: &Spec, selected: &[&Requirement]) -> bool {
    let Some(chapter) = spec.documented_chapter() else { return false };
    selected.iter().all(|one| one.endpoint.split('/').next() == Some(chapter))
}

/// Fetches the document, so that it is in the journal.
pub(super) async fn fetch(shared: &Shared<'_>) {
    let Some((name, flow)) = shared.spec.flow(When::BeforePlanning) else { return };
    let drawn = shared.flow(&Purpose::flow(name, ""), &flow.steps);
    let known = shared.world.borrow().with(&drawn.made);
    let played = play(shared, &drawn.case, &flow.steps, known, &drawn.made).await;
    shared.keep(played.record);
}

/// The spec data with what the document among some records adds to it.
#[must_use]
pub(super) fn extended<'r>(spec: &Spec, records: impl IntoIterator<Item = &'r Record>) -> Option<Extended> {
    let (name, _) = spec.flow(When::BeforePlanning)?;
    let purpose = Purpose::flow(name, "");
    let record = records.into_iter().find(|record| record.case.purpose == purpose)?;
    let contract = record.exchanges.iter().find_map(judge::contract)?;
    Some(openapi::extend(spec, &contract))
}

/// What came instead of the document.
pub(super) fn instead(spec: &Spec, records: &[Record]) -> Option<String> {
    let (name, _) = spec.flow(When::BeforePlanning)?;
    let purpose = Purpose::flow(name, "");
    let exchange = records.iter().find(|record| record.case.purpose == purpose)?.exchanges.last()?;
    judge::heard(spec, exchange).map(|heard| heard.summary())
}
