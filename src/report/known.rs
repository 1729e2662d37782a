//! Excuse gaps of a report: what somebody has accepted, and what cannot be tested because of it.
//!
//! In: the findings, and the id prefixes that are accepted. Out: the known gap and its reason for each requirement that is one, or that
//! rests on one and could not be tested.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{
        id::RequirementId,
        verdict::{Finding, Verdict},
    },
    spec::{Requirement, matching},
};

/// Why a requirement need not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excuse {
    /// The known gap.
    pub(super) gap: RequirementId,
    /// Why it is accepted.
    pub(super) reason: String,
}

/// The known gap of each requirement that is one, or rests on one.
pub(super) fn known(
    selected: &[&Requirement],
    findings: &BTreeMap<RequirementId, Finding>,
    accepted: &BTreeMap<String, String>,
) -> BTreeMap<RequirementId, Excuse> {
    let mut known = BTreeMap::new();
    if accepted.is_empty() {
        return known;
    }
    let verdict = |one: &Requirement| findings[&one.id].verdict;
    for requirement in selected.iter().filter(|one| matches!(verdict(one), Verdict::Fail | Verdict::Warn)) {
        if let Some((_, reason)) = accepted.iter().find(|(prefix, _)| requirement.id.starts_with(prefix.as_str())) {
            known.insert(requirement.id.clone(), Excuse { gap: requirement.id.clone(), reason: reason.clone() });
        }
    }
    let all: BTreeMap<&str, &Requirement> = selected.iter().map(|one| (one.id.as_str(), *one)).collect();
    let untested = |one: &&&Requirement| verdict(one) == Verdict::Inconclusive;
    let excused: Vec<_> = selected
        .iter()
        .filter(untested)
        .filter_map(|one| Some((one.id.clone(), rests_on_one(one, &all, &known)?)))
        .collect();
    known.extend(excused);
    known
}

/// The first known gap that a requirement rests on, directly or not.
fn rests_on_one(
    requirement: &Requirement,
    all: &BTreeMap<&str, &Requirement>,
    known: &BTreeMap<RequirementId, Excuse>,
) -> Option<Excuse> {
    let mut reached = BTreeSet::new();
    let mut next = vec![requirement];
    while let Some(one) = next.pop() {
        for (id, cause) in one.rests_on.iter().flat_map(|pattern| matching(all, pattern)) {
            if let Some(gap) = known.get(id) {
                return Some(gap.clone());
            }
            if reached.insert(id) {
                next.push(*cause);
            }
        }
    }
    None
}
