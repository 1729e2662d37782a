//! Cases whose shared positive control was accepted before them and refused after them (see `run/earlier.rs`): they show nothing.
//!
//! In: the records. Out: numbers of those that are left out. Their requirements were played again with controls of their own.

use std::collections::BTreeSet;

use crate::{
    model::{
        case::{CONTROL, Purpose, Role},
        record::Record,
    },
    spec::Spec,
};

use super::one_answer::accepted;

/// Numbers of the records that rest on a shared control which was not accepted once more.
pub(super) fn unsupported(spec: &Spec, records: &[Record]) -> BTreeSet<usize> {
    let refused: BTreeSet<&str> = records
        .iter()
        .filter_map(|record| match &record.case.purpose {
            Purpose::Flow { name, tag } if name == CONTROL => Some((tag.as_str(), record.exchanges.last())),
            _ => None,
        })
        .filter(|(_, exchange)| !exchange.is_some_and(|exchange| accepted(spec, exchange)))
        .map(|(tag, _)| tag)
        .collect();
    if refused.is_empty() {
        return BTreeSet::new();
    }
    let rests = |record: &Record| {
        let Some(requirement) = record.case.purpose.requirement().and_then(|id| spec.requirements.get(id)) else {
            return false;
        };
        let shared = record.exchanges.iter().filter(|one| one.role == Role::Control).filter_map(|one| one.shared);
        // A group has the requirements of one endpoint, or of a whole chapter.
        let groups = || requirement.endpoint.match_indices('/').map(|(at, _)| &requirement.endpoint[..at]);
        shared.into_iter().any(|number| {
            let mut groups = groups().chain([requirement.endpoint.as_str()]);
            groups.any(|group| refused.contains(tag(group, number).as_str()))
        })
    };
    records.iter().enumerate().filter(|(_, record)| rests(record)).map(|(number, _)| number).collect()
}

/// What tells a shared control from the others of a run.
#[must_use]
pub fn tag(group: &str, number: u32) -> String {
    format!("{group}/{number:04}")
}
