//! What concerns the whole set of requirements.
//!
//! In: all requirements. Out: what each rests on, and faults.

use std::collections::{BTreeMap, BTreeSet};

use super::reader::Reader;
use crate::spec::{
    requirement::{Demand, Origin, Requirement},
    select::matching,
};

impl Reader {
    /// What sends requests rests on the smallest request of every endpoint that it calls.
    pub(super) fn rest_on_the_smallest(&self, requirements: &mut BTreeMap<String, Requirement>) {
        let smallest = requirements.values().filter(|one| one.origin == Origin::Smallest);
        let smallest: BTreeMap<String, String> = smallest.map(|one| (one.endpoint.clone(), one.id.clone())).collect();
        for requirement in requirements.values_mut() {
            let Demand::Steps(steps) = &requirement.demand else { continue };
            let called: BTreeSet<&String> = steps.iter().filter_map(|step| smallest.get(&step.endpoint)).collect();
            let own = requirement.id.clone();
            requirement.rests_on.extend(called.into_iter().filter(|id| **id != own).cloned());
        }
    }

    /// What concerns the whole set of requirements.
    pub(super) fn lint(&mut self, requirements: &BTreeMap<String, Requirement>) {
        for requirement in requirements.values() {
            for pattern in &requirement.rests_on {
                if !matching(requirements, pattern).any(|(id, _)| id != requirement.id) {
                    self.faults.push(format!(
                        "specs/{}.toml: `{}` rests on `{pattern}`, which no other requirement's id matches",
                        requirement.endpoint, requirement.id
                    ));
                }
            }
        }
    }
}
