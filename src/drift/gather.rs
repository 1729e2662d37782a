//! The answers of a run that can be compared with those of another one.
//!
//! In: the spec and the records of a run. Out: a [`Recording`]: a snapshot of the answer to each plain request that only reads. The same
//! request is recorded once, whatever it was sent for.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::{
    branch_of,
    marks::Marks,
    rows::RowsByPath,
    snapshot::{Snapshot, SnapshotHead},
};
use crate::{
    model::{
        case::{Case, CaseStep, Class, Role},
        draft::Draft,
        exchange::Exchange,
        record::Record,
        variables::UNIQUE,
    },
    spec::{Origin, Spec},
};

/// The most snapshots of a recording.
const SNAPSHOTS_MAX: usize = 10_000;

/// The variable that holds the host of the target.
const HOST: &str = "host";

/// The answers of a run, by the ids of their snapshots.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recording {
    /// The snapshots.
    pub snapshots: BTreeMap<String, Snapshot>,
    /// How long each answer took, in milliseconds.
    pub took_ms: BTreeMap<String, u64>,
}

/// A plain exchange with what tells it from others.
struct PlainExchange<'a> {
    id: String,
    record: &'a Record,
    exchange: &'a Exchange,
    request: String,
    digest: String,
}

/// The answers to plain requests that only read, with marks for what is of the moment.
#[must_use]
pub fn gather(spec: &Spec, records: &[Record], api_version: Option<&str>) -> Recording {
    let mut plain: Vec<(bool, PlainExchange<'_>)> = Vec::new();
    for record in records {
        let Some(requirement) = record.case.purpose.requirement().and_then(|id| spec.requirements.get(id.as_str()))
        else {
            continue;
        };
        if requirement.origin.is_plain() && requirement.class == Class::Read {
            let first = match requirement.origin {
                Origin::DocumentRead => requirement.id.ends_with("/status"),
                origin => matches!(origin, Origin::Smallest | Origin::Served),
            };
            plain.extend(exchanges(&requirement.id, record).map(|one| (!first, one)));
        }
    }
    // The smallest request comes first, so that an example that is the same stands for nothing else.
    plain.sort_by(|(later, one), (other, two)| {
        (later, &one.id, one.record.case.attempt).cmp(&(other, &two.id, two.record.case.attempt))
    });
    let mut digests = BTreeSet::new();
    let mut ids = BTreeSet::new();
    plain.retain(|(_, one)| !ids.contains(&one.id) && digests.insert(one.digest.clone()) && ids.insert(one.id.clone()));
    plain.truncate(SNAPSHOTS_MAX);
    plain.sort_by(|(_, one), (_, two)| one.id.cmp(&two.id));
    marked(spec, plain.into_iter().map(|(_, one)| one), api_version)
}

/// Snapshots of exchanges, in their order.
fn marked<'a>(spec: &Spec, plain: impl Iterator<Item = PlainExchange<'a>>, api_version: Option<&str>) -> Recording {
    let mut marks = Marks::default();
    let mut rows: BTreeMap<&str, RowsByPath<'_>> = BTreeMap::new();
    let mut recording = Recording::default();
    for one in plain {
        let exchange = one.exchange;
        let (Some(endpoint), Some(answer)) = (spec.endpoints.get(&exchange.endpoint), exchange.answer()) else {
            continue;
        };
        for (name, stands_for) in [(UNIQUE, "unique"), (HOST, "host")] {
            one.record.variables.get(name).inspect(|text| marks.word(text, stands_for));
        }
        let rows = rows.entry(endpoint.id.as_str()).or_insert_with(|| RowsByPath::of(endpoint));
        let mut branch = branch_of::answer(endpoint, exchange, answer);
        marks.put(&mut branch, rows, thing(spec, &endpoint.id).as_deref());
        let head = SnapshotHead {
            snapshot: SnapshotHead::VERSION,
            id: one.id.clone(),
            endpoint: endpoint.id.to_string(),
            request: one.request,
            digest: one.digest,
            guide: spec.guide.edition.clone(),
            version: api_version.unwrap_or_default().to_owned(),
            took: took(exchange.took_ms).to_owned(),
            noise: Vec::new(),
        };
        recording.took_ms.insert(one.id.clone(), exchange.took_ms);
        recording.snapshots.insert(one.id, Snapshot { head, answer: branch });
    }
    recording
}

/// What an operation of the target's own document is about: the last name of its path, as members of JSON are named.
fn thing(spec: &Spec, endpoint: &str) -> Option<String> {
    let (path, _method) = endpoint.rsplit_once('/').filter(|_| spec.is_documented(endpoint))?;
    let names = path.split('/').skip(1).filter(|name| !name.starts_with('{'));
    names.last().map(|name| name.replace('-', "_"))
}

/// The exchanges of a case that are looked at: probes that only read and have an answer.
fn exchanges<'a>(id: &'a str, record: &'a Record) -> impl Iterator<Item = PlainExchange<'a>> {
    let mut turns: BTreeMap<usize, usize> = BTreeMap::new();
    let mut number = 0;
    record.exchanges.iter().filter_map(move |exchange| {
        let turn = turns.entry(exchange.step).or_insert(0);
        *turn += 1;
        let turn = *turn;
        let step = record.case.steps.get(exchange.step)?;
        if exchange.role != Role::Probe || step.class > Class::Read || turn > 1 {
            return None;
        }
        number += 1;
        exchange.answer().filter(|_| !exchange.outcome.is_lost())?;
        let steps = record.case.steps.get(..=exchange.step)?;
        let id = name(id, record.case.index, number);
        Some(PlainExchange { id, record, exchange, request: request(step), digest: digest(steps) })
    })
}

/// The ids of the snapshots that a case can give, each with the digest of what is sent for it.
#[must_use]
pub fn asked(id: &str, case: &Case) -> Vec<(String, String)> {
    let probes =
        case.steps.iter().enumerate().filter(|(_, step)| step.role == Role::Probe && step.class == Class::Read);
    let named =
        |(number, (at, _)): (usize, (usize, &CaseStep))| (name(id, case.index, number + 1), digest(&case.steps[..=at]));
    probes.enumerate().map(named).collect()
}

/// The id of the snapshot of the n-th probe of a case.
fn name(id: &str, index: u32, number: usize) -> String {
    let case = if index > 0 { format!("+case-{index}") } else { String::new() };
    if number > 1 { format!("{id}{case}+{number}") } else { format!("{id}{case}") }
}

/// Method, path and query of a step, before anything is filled in.
fn request(step: &CaseStep) -> String {
    let Draft::Http(draft) = &step.draft;
    let pairs = draft.parameters.iter().map(|(name, value)| format!("{name}={value}"));
    let query = draft.raw.clone().unwrap_or_else(|| pairs.collect::<Vec<_>>().join("&"));
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{} {}{mark}{query}", draft.method, draft.path)
}

/// What tells apart whatever was sent up to an answer.
fn digest(steps: &[CaseStep]) -> String {
    let mut all = Sha256::new();
    for step in steps {
        let Draft::Http(draft) = &step.draft;
        let rest = (&draft.headers, draft.account, &draft.credential, &draft.talk, &draft.written, draft.carrier);
        all.update(request(step));
        all.update(serde_json::to_vec(&(step.endpoint.as_str(), rest, step.times, &step.capture)).unwrap_or_default());
        all.update([0]);
    }
    all.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The classes of durations, each with its end in milliseconds.
pub(super) const TOOK: [(&str, u64); 4] = [("1s", 1_000), ("4s", 4_000), ("16s", 16_000), ("64s", 64_000)];

/// The class of what takes longer than all of them.
const LONGER: &str = "longer";

fn took(ms: u64) -> &'static str {
    TOOK.iter().find(|(_, end)| ms < *end).map_or(LONGER, |(name, _)| name)
}

/// Whether a duration is clearly of another class: twice as long as the end of the recorded one, or half as long as its beginning.
pub(super) fn took_otherwise(recorded: &str, ms: u64) -> Option<&'static str> {
    let at = TOOK.iter().position(|(name, _)| *name == recorded).unwrap_or(TOOK.len());
    let (beginning, end) = (at.checked_sub(1).map_or(0, |before| TOOK[before].1), TOOK.get(at).map(|(_, end)| *end));
    let otherwise = ms < beginning / 2 || end.is_some_and(|end| ms > 2 * end);
    otherwise.then(|| took(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_clearly_slower_or_faster_is_of_another_class() {
        for (recorded, ms, expected) in [
            ("1s", 10, None),
            ("1s", 1_900, None),
            ("1s", 2_100, Some("4s")),
            ("4s", 600, None),
            ("4s", 400, Some("1s")),
            ("longer", 31_000, Some("64s")),
            ("longer", 999_000, None),
            ("64s", 200_000, Some("longer")),
        ] {
            assert_eq!(took_otherwise(recorded, ms), expected, "{recorded} {ms}");
        }
    }
}
