//! Cleaning up after the last case: flows of the spec data (`specs/flows/`) list what is still there, and end what the run made.
//! `judge/owned.rs` decides what that is. What one case changes is put back by its own teardown, which `run/play.rs` plays.
//!
//! In: those flows, and what the run sent. Out: requests that end what is the run's own, which the journal has like any others. Nothing is
//! touched that is not shown to be the run's own.

use std::collections::BTreeSet;

use crate::{
    generate,
    judge::{self, AGAIN},
    model::{
        case::Purpose,
        draft::Draft,
        record::Record,
        variables::{Variables, fill},
    },
    spec::{Flow, Ours, Step, UNIQUE, When, fuzz},
};

use super::{flow::put_back, shared::Shared, step::Played};

/// Ends what the cases of a group left.
pub(super) async fn after_group(shared: &Shared<'_>, group: &str) {
    for (name, flow) in shared.spec.flows(When::AfterGroup) {
        let made = {
            let records = shared.records.borrow();
            let of_group = |record: &&Record| record.case.purpose.tested().is_some_and(|id| fuzz::is_below(id, group));
            sent(shared, flow, records.iter().filter(of_group))
        };
        clean(shared, name, flow, group, &made).await;
    }
}

/// Ends what is left of all cases, also where the run was stopped.
pub(super) async fn at_the_end(shared: &Shared<'_>) {
    for (name, flow) in shared.spec.flows(When::AtTheEnd) {
        clean(shared, name, flow, "", &BTreeSet::new()).await;
    }
}

/// Ends what cases left of which these records are there, since their run was broken off. What a case would have sent next may have been
/// sent.
pub(super) async fn after_a_break(shared: &Shared<'_>, records: &[&Record]) {
    for (name, flow) in shared.spec.flows(When::AfterGroup) {
        let mut made = sent(shared, flow, records.iter().copied());
        made.extend(records.iter().flat_map(|record| meant(flow, record)));
        clean(shared, name, flow, "resume", &made).await;
    }
}

async fn clean(shared: &Shared<'_>, name: &str, flow: &Flow, group: &str, made: &BTreeSet<Vec<String>>) {
    let Some(each) = &flow.for_each else { return };
    if flow.class() > shared.sender.guard.allow() || shared.is_cut_off() {
        return;
    }
    if made.is_empty() && matches!(each.ours, Ours::Sent { .. }) {
        return;
    }
    let (mut ended, words) = (false, words(shared));
    let listing = send(shared, Purpose::flow(name, group), &flow.steps, &Variables::new()).await;
    let Some(answer) = listing.heard.last() else { return };
    let ids: BTreeSet<String> = each.query.find_all(answer, &Variables::new()).into_iter().collect();
    let guard = &shared.sender.guard;
    for (number, id) in ids.into_iter().enumerate() {
        let variables = Variables::from([(each.variable.clone(), id.clone())]);
        match &each.ours {
            Ours::Sent { parameters, .. } => {
                let texts = parameters.iter().map(|(_, query)| query.find(answer, &variables).unwrap_or_default());
                // What other groups made is the run's own, too, and perhaps in use.
                if !made.contains(&texts.collect::<Vec<_>>()) {
                    continue;
                }
                guard.made(&id);
            }
            Ours::Owned { named } => {
                let names = named.iter().flat_map(|query| query.find_all(answer, &variables));
                if names.into_iter().any(|name| words.iter().any(|word| name.contains(word.as_str()))) {
                    guard.made(&id);
                }
            }
        }
        if guard.is_ours(&id) {
            let tag = if group.is_empty() { number.to_string() } else { format!("{group}/{number}") };
            send(shared, Purpose::flow(name, tag), &each.steps, &variables).await;
            ended = true;
        }
    }
    if ended && flow.when == When::AtTheEnd {
        send(shared, Purpose::flow(name, AGAIN), &flow.steps, &Variables::new()).await;
    }
}

/// What the names of things hold that this run made, or the one that it took up; nothing where a run has no word of its own.
fn words(shared: &Shared<'_>) -> BTreeSet<String> {
    let resumed = shared.plan.resumed.all().filter_map(|record| record.variables.get(UNIQUE));
    let of_resumed = resumed.filter_map(|name| name.rsplit_once('-')).map(|(word, _)| format!("{word}-"));
    // Without a word of a run, the names of all runs begin in the same way.
    let tells = |word: &String| *word != generate::names_begin_with("");
    of_resumed.chain([generate::names_begin_with(&shared.plan.run_word)]).filter(tells).collect()
}

/// What requests that made something had in the parameters that a flow looks at; those that lack one made nothing that could be recognised
/// from other people's. Where no answer says whether they made it, only the case's own word tells.
fn sent<'r>(shared: &Shared<'_>, flow: &Flow, records: impl Iterator<Item = &'r Record>) -> BTreeSet<Vec<String>> {
    let Some((endpoint, parameters)) = flow.recognised_by() else { return BTreeSet::new() };
    let exchanges = records.flat_map(|record| record.exchanges.iter().map(move |exchange| (record, exchange)));
    let made = exchanges.filter(|(_, exchange)| exchange.endpoint == *endpoint).filter_map(|(record, exchange)| {
        let texts = parameters.iter().map(|(name, _)| exchange.parameter(name).map(str::to_owned));
        let texts: Vec<String> = texts.collect::<Option<_>>()?;
        let own = || record.variables.get(UNIQUE).is_some_and(|word| texts.iter().any(|text| text.contains(word)));
        let made = judge::accepted(shared.spec, exchange) || judge::may_have_acted(shared.spec, exchange) && own();
        made.then_some(texts)
    });
    made.collect()
}

/// What the requests of a case were to have in those parameters.
fn meant(flow: &Flow, record: &Record) -> Vec<Vec<String>> {
    let Some((endpoint, parameters)) = flow.recognised_by() else { return Vec::new() };
    let steps = record.case.steps.iter().filter(|step| step.endpoint == *endpoint);
    let meant = steps.filter_map(|step| {
        let Draft::Http(draft) = &step.draft;
        let value = |wanted: &str| draft.parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        parameters.iter().map(|(name, _)| fill(value(name)?, &record.variables).ok()).collect()
    });
    meant.collect()
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
