//! What comes before an exchange, so that it can be shown again: the requests that it rests on, and those that take away what they make.
//!
//! In: the records of a run, and one exchange. Out: the exchanges in their order. Nothing is written here.

use std::collections::BTreeSet;

use crate::{
    model::{
        case::{CaseStep, Class, Purpose, Role},
        credential::Credential,
        draft::Draft,
        exchange::{Exchange, Request},
        record::Record,
        variables::names,
    },
    spec::{FRESH, OWN_SESSION, TAKEN_AWAY},
};

/// Exchanges of one record that must be sent before, in their order, and what is read of their answers.
pub(super) struct Part<'r> {
    pub(super) record: &'r Record,
    pub(super) exchanges: Vec<&'r Exchange>,
    pub(super) captures: BTreeSet<String>,
}

/// What the exchange rests on: what made the session or key that it names, then what came before it in its case.
pub(super) fn needed<'r>(records: &'r [Record], of: &'r Record, exchange: usize) -> Vec<Part<'r>> {
    let mut wanted: BTreeSet<String> = used(of, &of.exchanges[exchange]);
    let captured: BTreeSet<&str> =
        of.case.steps.iter().flat_map(|step| &step.capture).map(|(name, _)| name.as_str()).collect();
    // What only reads shows what was changed before it, whatever that was sent for.
    let reads = of.case.steps.get(of.exchanges[exchange].step).is_some_and(|step| step.class == Class::Read);
    let mut before = Vec::new();
    for one in of.exchanges[..exchange].iter().rev().filter(|one| one.role != Role::Teardown) {
        let Some(step) = of.case.steps.get(one.step) else { continue };
        let gives = step.capture.iter().any(|(name, _)| names_given(of, one, name).iter().any(|n| wanted.contains(n)));
        // A control shows that the rest of a request is taken; only one that acts on what the exchange acts on is part of it.
        let made = |name: &str| captured.contains(name) || [OWN_SESSION, FRESH].iter().any(|of| name.starts_with(of));
        let shares = || used(of, one).iter().any(|name| wanted.contains(name) && made(name));
        let prepares = reads || one.role != Role::Control || shares();
        if gives || step.class > Class::Read && prepares {
            wanted.extend(used(of, one));
            before.push(one);
        }
    }
    before.reverse();
    let mut parts: Vec<Part<'r>> = Vec::new();
    for prefix in [OWN_SESSION, FRESH] {
        let values: Vec<(&String, &String)> =
            of.variables.iter().filter(|(name, _)| wanted.contains(*name) && name.starts_with(prefix)).collect();
        let Some((_, value)) = values.first() else { continue };
        if let Some(maker) = records.iter().find(|record| makes(record, value)) {
            let captures = maker.case.steps.iter().flat_map(|step| &step.capture).map(|(name, _)| name.clone());
            parts.push(Part {
                record: maker,
                exchanges: maker.exchanges.iter().collect(),
                captures: captures.collect(),
            });
        }
    }
    if !before.is_empty() {
        parts.push(Part { record: of, exchanges: before, captures: wanted });
    }
    parts
}

/// Whether a flow made a value for others: its answers have it, and it was asked to make a session.
fn makes(record: &Record, value: &str) -> bool {
    let Purpose::Flow { tag, .. } = &record.case.purpose else { return false };
    let captures = |step: &CaseStep| step.capture.iter().any(|(name, _)| name.starts_with(OWN_SESSION));
    !tag.is_empty()
        && record.case.steps.iter().any(captures)
        && record.exchanges.iter().any(|one| one.answer().is_some_and(|answer| answer.body.contains(value)))
}

/// The variables in what an exchange sent.
fn used(record: &Record, exchange: &Exchange) -> BTreeSet<String> {
    let Some(step) = record.case.steps.get(exchange.step) else { return BTreeSet::new() };
    let Draft::Http(draft) = &step.draft;
    let mut texts: Vec<&str> = vec![&draft.path];
    texts.extend(draft.raw.as_deref());
    texts.extend(draft.parameters.iter().chain(&draft.headers).flat_map(|(name, value)| [name.as_str(), value]));
    if let Credential::Literal(text) = &draft.credential {
        texts.push(text);
    }
    texts.into_iter().flat_map(names).collect()
}

/// The requests by which the run took away what a case had made, or the case itself later on.
pub(super) fn taken_away<'r>(records: &'r [Record], of: &'r Record, exchange: usize) -> Vec<&'r Request> {
    let purpose = Purpose::flow(TAKEN_AWAY, format!("{}#{}", of.case.purpose, of.case.index));
    let all = records.iter().filter(|record| record.case.purpose == purpose).flat_map(|record| &record.exchanges);
    let all = of.exchanges[exchange + 1..].iter().chain(all);
    all.filter_map(Exchange::request).filter(|request| request.method == "DELETE").collect()
}

/// The names of what an answer gives: of one that came several times, each has a name of its own, too.
pub(super) fn names_given(record: &Record, exchange: &Exchange, name: &str) -> Vec<String> {
    let mut fellows = record.exchanges.iter().filter(|one| one.step == exchange.step);
    let turn = fellows.position(|one| std::ptr::eq(one, exchange)).map_or(0, |turn| turn + 1);
    vec![name.to_owned(), format!("{name}.{turn}")]
}
