//! Shows the accepted answers of an endpoint to all who look at them.
//!
//! In: where answers of an endpoint are recorded, and the requirements that look at them. Out: one [`Finding`] for each of those that look
//! at this endpoint alone, and what was seen that is no gap. Equal bodies are read once, and what is not kept for others is let go before
//! the next: a read body takes many times the room of its text.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    answer::{self, Canonical, Rows},
    model::{
        case::Role,
        credential::{AccountRole, Credential},
        exchange::Exchange,
        record::Record,
        verdict::{Finding, Observation},
    },
    spec::{Endpoint, Media, Requirement, Spec},
    vocabulary::{AnswerClass, shorten},
};

use super::{
    elements,
    observers::{self, Answered, At, Distinct, Global, Local, Shown},
    one_answer::ReadBodies,
    stop::{Stop, stopped},
};

/// Judges requirements that look at the accepted answers of one endpoint, and shows those answers to the observers of many.
pub(super) fn judge<'a>(
    stop: &Stop<'_>,
    spec: &'a Spec,
    (records, kept): (&'a [Record], &ReadBodies<'a>),
    endpoint: &'a Endpoint,
    places: &[At],
    requirements: &[&'a Requirement],
    of_all: &[&Mutex<Global<'a>>],
) -> (Vec<(&'a Requirement, Finding)>, Vec<Observation>) {
    let observer = |requirement: &&'a Requirement| Some((*requirement, observers::of_endpoint(spec, requirement)?));
    let mut own: Vec<(&Requirement, Local<'a>)> = requirements.iter().filter_map(observer).collect();
    let of_all: Vec<_> = of_all.iter().filter(|observer| locked(observer).wants(endpoint)).collect();
    let rows = (!own.is_empty() && !endpoint.elements.is_empty()).then(|| Rows::of(endpoint));
    let mut observed: BTreeMap<(String, String), usize> = BTreeMap::new();
    let is_control = |at: &At| {
        let sent = &records[at.record].exchanges[at.exchange];
        sent.role == Role::Control && entitled(endpoint, sent)
    };
    let lost = |at: &At| records[at.record].exchanges[at.exchange].outcome.is_lost();
    let (mut accepted_any, mut all) = (false, !places.iter().any(|at| is_control(at) && lost(at)));
    let bodies = if own.is_empty() && of_all.is_empty() { Vec::new() } else { bodies(records, endpoint, places) };
    let mut broken_off = false;
    for equal in bodies {
        if stop() {
            broken_off = true;
            break;
        }
        let exchange = |at: &At| &records[at.record].exchanges[at.exchange];
        let body = kept.body(endpoint, exchange(&equal[0]));
        let heard = equal.iter().map(|at| (*at, answer::with_body(endpoint, exchange(at), Arc::clone(&body))));
        // An error that says that nothing was found has nothing documented in it.
        let (accepted, others): (Vec<_>, Vec<_>) = heard.partition(|(_, heard)| heard.class == AnswerClass::Accepted);
        all &= !others.iter().any(|(at, heard)| heard.refused() && is_control(at));
        if accepted.is_empty() {
            continue;
        }
        accepted_any = true;
        let canonical = rows.as_ref().zip(body.xml()).map(|(rows, root)| answer::canonical(rows, root));
        for seen in canonical.iter().flat_map(|canonical| observe(endpoint, canonical)) {
            *observed.entry(seen).or_default() += accepted.len();
        }
        let mut times: HashMap<Asked<'_>, usize> = HashMap::new();
        for (at, _) in &accepted {
            *times.entry(asked(endpoint, exchange(at))).or_default() += 1;
        }
        for (at, heard) in &accepted {
            let sent = exchange(at);
            let first = times.remove(&asked(endpoint, sent)).zip(canonical.as_ref());
            let distinct = first.map(|(times, canonical)| Distinct { canonical, times });
            let variables = &records[at.record].variables;
            let shown = Shown { at: *at, sent, variables, endpoint, heard, distinct };
            own.iter_mut().for_each(|(_, observer)| observer.see(&shown));
            of_all.iter().for_each(|observer| locked(observer).see(&shown));
        }
    }
    let requirement = &endpoint.id;
    let observations = observed
        .into_iter()
        .map(|((what, place), count)| Observation { requirement: requirement.to_string(), what, place, count })
        .collect();
    let answered = match (accepted_any, all) {
        (false, _) => Answered::Never,
        (true, false) => Answered::Partly,
        (true, true) => Answered::Wholly,
    };
    let findings = own.into_iter().map(|(requirement, observer)| match broken_off {
        // What comes behind may say otherwise.
        true => (requirement, stopped()),
        false => (requirement, observer.finding(answered)),
    });
    (findings.collect(), observations)
}

fn locked<'l, 'a>(observer: &'l Mutex<Global<'a>>) -> std::sync::MutexGuard<'l, Global<'a>> {
    observer.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The places of answers with equal bodies, those that come first in front. What was not entitled to an answer is left out.
fn bodies(records: &[Record], endpoint: &Endpoint, places: &[At]) -> Vec<Vec<At>> {
    let mut known: HashMap<(bool, &[u8]), usize> = HashMap::new();
    let mut bodies: Vec<Vec<At>> = Vec::new();
    for at in places {
        let sent = &records[at.record].exchanges[at.exchange];
        let Some(answer) = sent.answer().filter(|_| entitled(endpoint, sent)) else { continue };
        let number = *known.entry(((200..300).contains(&answer.status), answer.raw())).or_insert(bodies.len());
        match bodies.get_mut(number) {
            Some(equal) => equal.push(*at),
            None => bodies.push(vec![*at]),
        }
    }
    bodies
}

/// Whether the request had what it needs. An answer to a request that should have been refused says nothing of lawful answers.
fn entitled(endpoint: &Endpoint, sent: &Exchange) -> bool {
    let open = endpoint.request.as_ref().is_none_or(|request| request.account == AccountRole::None);
    open || sent.request().is_some_and(|request| request.credential == Credential::Token)
}

/// The parameters of a request on which elements of the answer depend.
type Asked<'a> = Vec<Option<&'a str>>;

fn asked<'a>(endpoint: &Endpoint, sent: &'a Exchange) -> Asked<'a> {
    let named = endpoint.elements.iter().filter_map(|row| row.when.as_ref());
    named.map(|(name, _)| sent.parameter(name)).collect()
}

/// What is in an answer that is no gap, and where.
fn observe(endpoint: &Endpoint, normal: &Canonical) -> Vec<(String, String)> {
    let mut out = Vec::new();
    // What a script or a ZIP file is read into is of our own making.
    let undocumented = normal.undocumented.iter().filter(|_| endpoint.response.media == Media::Document);
    for path in undocumented {
        let what = if path.contains('@') {
            "an attribute that the guide does not document"
        } else {
            "an element that the guide does not document"
        };
        out.push((what.to_owned(), path.clone()));
    }
    for row in &endpoint.elements {
        let values: BTreeSet<String> = elements::unlisted(endpoint, row, normal).into_iter().collect();
        for value in values {
            let what = format!("a value that the guide does not list: `{}`", shorten(&value));
            out.push((what, row.path.clone()));
        }
    }
    out
}
