//! Cleaning up: what cases made and left behind is looked for and ended by the flows that the data has for that.
//!
//! In: those flows, and what the run sent. Out: requests that end what is the run's own; they are in the journal. Nothing is touched
//! that is not shown to be the run's own.

use std::collections::BTreeSet;

use crate::{
    judge,
    model::{case::Purpose, record::Record, variables::Variables},
    spec::{Flow, Ours, Query, Step, When},
};

use super::{flow::put_back, shared::Shared, step::Played};

/// Ends what the cases of a group left.
pub(super) async fn after_group(shared: &Shared<'_>, group: &str) {
    for (name, flow) in shared.spec.flows(When::AfterGroup) {
        clean(shared, name, flow, group).await;
    }
}

/// Ends what is left of all cases, also where the run was stopped.
pub(super) async fn at_the_end(shared: &Shared<'_>) {
    for (name, flow) in shared.spec.flows(When::AtTheEnd) {
        clean(shared, name, flow, "").await;
    }
}

async fn clean(shared: &Shared<'_>, name: &str, flow: &Flow, group: &str) {
    let Some(each) = &flow.for_each else { return };
    if flow.class() > shared.sender.guard.allow() || shared.is_cut_off() {
        return;
    }
    let made = match &each.ours {
        Ours::Sent { endpoint, parameters } => sent(shared, group, endpoint, parameters),
        Ours::Owned => BTreeSet::new(),
    };
    if made.is_empty() && matches!(each.ours, Ours::Sent { .. }) {
        return;
    }
    let listing = send(shared, Purpose::flow(name, group), &flow.steps, &Variables::new()).await;
    let Some(answer) = listing.heard.last() else { return };
    let ids: BTreeSet<String> = each.query.find_all(answer, &Variables::new()).into_iter().collect();
    let guard = &shared.sender.guard;
    for (number, id) in ids.into_iter().enumerate() {
        let variables = Variables::from([(each.variable.clone(), id.clone())]);
        if let Ours::Sent { parameters, .. } = &each.ours {
            let texts = parameters.iter().map(|(_, query)| query.find(answer, &variables).unwrap_or_default());
            // What other groups made is the run's own, too, and perhaps in use.
            if !made.contains(&texts.collect::<Vec<_>>()) {
                continue;
            }
            guard.made(&id);
        }
        if guard.is_ours(&id) {
            let tag = if group.is_empty() { number.to_string() } else { format!("{group}/{number}") };
            send(shared, Purpose::flow(name, tag), &each.steps, &variables).await;
        }
    }
}

/// What the accepted requests of a group to an endpoint had in some parameters; those that lack one made nothing that could be recognised
/// from other people's.
fn sent(shared: &Shared<'_>, group: &str, endpoint: &str, parameters: &[(String, Query)]) -> BTreeSet<Vec<String>> {
    let records = shared.records.borrow();
    let of_group = |record: &&Record| record.case.purpose.requirement().is_some_and(|id| id.starts_with(group));
    let records = records.iter().filter(of_group);
    records
        .flat_map(|record| &record.exchanges)
        .filter(|exchange| exchange.endpoint == endpoint && judge::accepted(shared.spec, exchange))
        .filter_map(|exchange| parameters.iter().map(|(name, _)| exchange.parameter(name).map(str::to_owned)).collect())
        .collect()
}

/// Sends the steps of a flow and keeps what came back.
async fn send(shared: &Shared<'_>, purpose: Purpose, steps: &[Step], variables: &Variables) -> Played {
    let drawn = shared.flow(&purpose, steps);
    let mut made = drawn.made.clone();
    made.extend(variables.clone());
    let known = shared.world.borrow().with(&made);
    let played = put_back(shared, &drawn.case, steps, known, &made).await;
    shared.keep(played.record.clone());
    played
}
