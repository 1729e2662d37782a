//! Things that a run made at the target and that are still there at its end, such as sessions.
//!
//! In: the records of a run. Out: each such thing, with the exchange that would take it away where it went out or was kept back. What the
//! target lists last decides; where it lists nothing, what was not ended by an accepted request is taken to be there still.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{
        case::{Class, Purpose, Role},
        exchange::{Exchange, Request},
        record::Record,
        variables::Variables,
        verdict::Left,
    },
    spec::{Own, Spec, Step, TAKEN_AWAY, When},
    vocabulary::Heard,
};

use super::{heard, one_answer::accepted, owned::owned, perhaps::perhaps, teardown};

/// Tag of the flow by which is looked whether what was ended is gone.
pub const AGAIN: &str = "again";

/// What a run left at its target.
#[must_use]
pub fn left(spec: &Spec, records: &[Record]) -> Vec<Left> {
    let mut left = sessions(spec, records);
    left.extend(things(spec, records));
    left.extend(changes(spec, records));
    left
}

/// Changes of the appliance itself that were not put back, each with the request that does.
fn changes(spec: &Spec, records: &[Record]) -> Vec<Left> {
    let mut left: BTreeMap<&str, Option<Left>> = BTreeMap::new();
    for record in records {
        let requirement = record.case.purpose.tested().and_then(|id| spec.requirements.get(id));
        let Some(requirement) = requirement.filter(|one| one.class == Class::Disrupt && !one.teardown.is_empty())
        else {
            continue;
        };
        let teardown = || record.exchanges.iter().filter(|one| one.role == Role::Teardown);
        let answers: Vec<Heard<'_>> = teardown().filter_map(|exchange| heard(spec, exchange)).collect();
        let changes = |exchange: &&Exchange| exchange.request().is_some_and(|request| request.class > Class::Read);
        // What a later case put back is put back.
        let of_it = teardown::left(spec, requirement, record, &answers).map(|_| Left {
            what: format!("what {} changed", requirement.id),
            ends: teardown().rfind(changes).and_then(Exchange::request).cloned(),
        });
        if teardown().next().is_some() {
            left.insert(&requirement.endpoint, of_it);
        }
    }
    left.into_values().flatten().collect()
}

fn sessions(spec: &Spec, records: &[Record]) -> Vec<Left> {
    let mut own: BTreeSet<String> = BTreeSet::new();
    let mut last: Option<Listing> = None;
    for record in records {
        own.extend(owned(spec, record).into_iter().filter_map(|own| match own {
            Own::Session(id) => Some(id),
            Own::Path(_) => None,
        }));
        let Purpose::Flow { name, tag } = &record.case.purpose else { continue };
        let Some(flow) = spec.flows.get(name) else { continue };
        let Some(each) = &flow.for_each else { continue };
        own.extend(record.variables.get(&each.variable).cloned());
        if flow.when != When::AtTheEnd {
            continue;
        }
        let listing = record.exchanges.last().filter(|_| tag.is_empty() || tag == AGAIN);
        let heard = listing.and_then(|exchange| heard(spec, exchange)).filter(|heard| heard.accepted());
        if let (Some(exchange), Some(heard)) = (listing, heard) {
            let ids = each.query.find_all(&heard, &Variables::new()).into_iter().collect();
            let listing = Listing { at: (exchange.at_ms, tag == AGAIN), ids };
            if last.as_ref().is_none_or(|last| last.at <= listing.at) {
                last = Some(listing);
            }
        }
    }
    let ends = |steps: &[Step]| steps.iter().map(|step| step.endpoint.clone()).collect::<BTreeSet<_>>();
    let at_the_end: BTreeSet<_> =
        spec.flows(When::AtTheEnd).flat_map(|(_, flow)| &flow.for_each).flat_map(|each| ends(&each.steps)).collect();
    let teardown: BTreeSet<_> = spec.flows(When::OwnSession).flat_map(|(_, flow)| ends(&flow.teardown)).collect();
    // The request that ends a session, and whether one was accepted.
    let mut ending: BTreeMap<&str, Ending<'_>> = BTreeMap::new();
    for exchange in records.iter().flat_map(|record| &record.exchanges) {
        let surely = at_the_end.contains(&exchange.endpoint);
        let Some(request) = exchange.request().filter(|_| surely || teardown.contains(&exchange.endpoint)) else {
            continue;
        };
        for (_, id) in request.parameters.iter().filter(|(_, value)| own.contains(value)) {
            let ending = ending.entry(id).or_insert(Ending { request, done: false });
            ending.done |= accepted(spec, exchange);
            if surely {
                ending.request = request;
            }
        }
    }
    let is_left = |id: &&String| {
        let ended = ending.get(id.as_str()).is_some_and(|ending| ending.done);
        match &last {
            Some(last) => last.ids.contains(*id) && (last.at.1 || !ended),
            None => !ended,
        }
    };
    let mut left: Vec<Left> = own
        .iter()
        .filter(is_left)
        .map(|id| Left {
            what: format!("the session {id}"),
            ends: ending.get(id.as_str()).map(|ending| ending.request.clone()),
        })
        .collect();
    left.extend(perhaps(spec, records, &own));
    left
}

/// The request that ends a session, and whether one was accepted.
struct Ending<'r> {
    request: &'r Request,
    done: bool,
}

/// A list of what is there, and when it was asked for: whether after everything had been ended.
struct Listing {
    at: (i64, bool),
    ids: BTreeSet<String>,
}

/// Things of the Configuration API.
fn things(spec: &Spec, records: &[Record]) -> Vec<Left> {
    let mut last: BTreeMap<&str, &Exchange> = BTreeMap::new();
    let taken_away = |record: &Record| matches!(&record.case.purpose, Purpose::Flow { name, .. } if name == TAKEN_AWAY);
    let method = |exchange: &Exchange, method: &str| exchange.request().is_some_and(|request| request.method == method);
    let all = || records.iter().flat_map(|record| record.exchanges.iter().map(move |exchange| (record, exchange)));
    let ended = all().filter(|(_, exchange)| method(exchange, "DELETE") && accepted(spec, exchange));
    let ended: BTreeSet<&str> = ended.filter_map(|(_, one)| Some(one.request()?.path.as_str())).collect();
    for (record, exchange) in all() {
        let Some(request) = exchange.request() else { continue };
        // What an accepted request has ended is gone, unless it was read after that.
        if !taken_away(record) && !ended.contains(request.path.as_str()) {
            continue;
        }
        if last.get(request.path.as_str()).is_none_or(|before| before.at_ms <= exchange.at_ms) {
            last.insert(&request.path, exchange);
        }
    }
    let is_left = |path: &str, exchange: &Exchange| {
        if ended.contains(path) {
            return method(exchange, "GET") && accepted(spec, exchange);
        }
        let deletes = method(exchange, "DELETE");
        let gone = exchange.answer().is_some_and(|answer| answer.status == 404);
        // Where it was looked at and nothing more was sent, it is not shown to be the run's own.
        !gone && !accepted(spec, exchange) && (deletes || exchange.outcome.is_lost())
    };
    let posts = records.iter().flat_map(|record| &record.exchanges).filter_map(Exchange::request);
    let lists: BTreeSet<&str> =
        posts.filter(|request| request.method == "POST").map(|request| request.path.as_str()).collect();
    let left = last.into_iter().filter(|(path, exchange)| is_left(path, exchange));
    let ends = |exchange: &Exchange| {
        exchange.request().map(|request| Request { method: "DELETE".to_owned(), ..request.clone() })
    };
    left.map(|(path, exchange)| match lists.contains(path) {
        // Its list was asked for in vain, and nobody knows the id.
        true => Left { what: format!("what a POST to {path} made whose answer was not seen, if anything"), ends: None },
        false => Left { what: format!("{path} of the Configuration API"), ends: ends(exchange) },
    })
    .collect()
}
