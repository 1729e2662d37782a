//! Sessions that a page began when the run asked it for one, of customers without a name of the run: perhaps its own, and perhaps not.
//!
//! In: the records of a run. Out: each such session that the last list has, so that a person may look at it. Nothing shows whose it is, so
//! nothing is ended for what is found here.

use std::collections::BTreeSet;

use super::{heard, one_answer::accepted};
use crate::{
    decode::time,
    model::{
        case::Purpose,
        exchange::{Exchange, Request},
        record::Record,
        variables::Variables,
        verdict::Left,
    },
    spec::{ForEach, Spec, UNIQUE, When},
};

/// How much earlier or later than a request a session began that it may have begun, in milliseconds.
const NEAR_MS: i64 = 2_000;

/// What may be the run's own of what is still there; `own` is what is known to be.
pub(super) fn perhaps(spec: &Spec, records: &[Record], own: &BTreeSet<String>) -> Vec<Left> {
    let flows = spec.flows(When::AtTheEnd).filter_map(|(name, flow)| Some((name, flow.for_each.as_ref()?)));
    flows.flat_map(|(name, each)| of_flow(spec, records, own, name, each)).collect()
}

fn of_flow(spec: &Spec, records: &[Record], own: &BTreeSet<String>, name: &str, each: &ForEach) -> Vec<Left> {
    let Some((endpoint, since)) = &each.perhaps else { return Vec::new() };
    let all = || records.iter().flat_map(|record| record.exchanges.iter().map(move |exchange| (record, exchange)));
    let began: Vec<_> = all().filter(|(_, one)| one.endpoint == *endpoint && accepted(spec, one)).collect();
    let is_named = |(record, exchange): &(&Record, &Exchange)| {
        let parameters = exchange.request().map(|request| &request.parameters);
        let word = record.variables.get(UNIQUE);
        word.is_some_and(|word| parameters.into_iter().flatten().any(|(_, value)| value.contains(word.as_str())))
    };
    let of_it = |record: &&Record| matches!(&record.case.purpose, Purpose::Flow { name: flow, .. } if flow == name);
    let cleaned = records.iter().filter(of_it);
    let ended: Vec<&Record> = cleaned.clone().filter(|record| record.variables.contains_key(&each.variable)).collect();
    // Where none of those with a name is in the list, the target begins a session with its client.
    if ended.is_empty() && began.iter().any(is_named) {
        return Vec::new();
    }
    let Some(list) = cleaned
        .filter(|record| !record.variables.contains_key(&each.variable))
        .filter_map(|record| record.exchanges.last())
        .max_by_key(|exchange| exchange.at_ms)
    else {
        return Vec::new();
    };
    let Some(heard) = heard(spec, list).filter(|heard| heard.accepted()) else { return Vec::new() };
    let is_near = |id: &String| {
        let variables = Variables::from([(each.variable.clone(), id.clone())]);
        let since = since.find(&heard, &variables).and_then(|text| time::instant(&text));
        since.and_then(|since_s| since_s.checked_mul(1_000)).is_some_and(|since_ms| {
            began.iter().any(|(_, one)| {
                let took_ms = i64::try_from(one.took_ms).unwrap_or(i64::MAX);
                // A time in whole seconds may be almost a second too early.
                (one.at_ms - NEAR_MS..=one.at_ms.saturating_add(took_ms).saturating_add(NEAR_MS)).contains(&since_ms)
            })
        })
    };
    let ids: BTreeSet<String> = each.query.find_all(&heard, &Variables::new()).into_iter().collect();
    let left = ids.into_iter().filter(|id| !own.contains(id)).filter(is_near).take(began.len());
    let line = ended.first().and_then(|record| {
        Some((record.variables.get(&each.variable)?, record.exchanges.first().and_then(Exchange::request)?))
    });
    left.map(|id| Left {
        what: format!(
            "perhaps the session {id}, which began when this run asked a page for one; nothing shows whose it is, so look first"
        ),
        ends: line.map(|(known, request)| of_another(request, known, &id)),
    })
    .collect()
}

/// The request that ended one, for another.
fn of_another(request: &Request, known: &str, id: &str) -> Request {
    let mut request = request.clone();
    for text in request.parameters.iter_mut().map(|(_, value)| value).chain([&mut request.query, &mut request.body]) {
        *text = text.replace(known, id);
    }
    request
}
