//! What is taken up of a run that was broken off.
//!
//! In: what its journal has. Out: which records are kept as they are, and which cases are played anew. Nothing is sent here.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    case::{Purpose, STOPPED},
    id::RequirementId,
    record::Record,
};

/// What is taken up of a run that was broken off.
#[derive(Debug, Clone, Default)]
pub struct Resumed {
    /// Records of requirements all cases of which were played, and of which no answer was lost. They are not sent again.
    pub whole: BTreeMap<RequirementId, Vec<Record>>,
    /// Records of flows by which the run made things and took them away.
    pub flows: Vec<Record>,
    /// Records of all other cases: those tell what may have been left, and are played anew.
    pub unfinished: Vec<Record>,
    /// Requirements of which the target may have died. They are left out.
    pub suspects: BTreeSet<RequirementId>,
}

impl Resumed {
    /// All records.
    pub fn all(&self) -> impl Iterator<Item = &Record> {
        self.whole.values().flatten().chain(&self.flows).chain(&self.unfinished)
    }

    /// Divides what was recorded. `tested` has the requirements all cases of which were played, `begun` the cases that were being played.
    #[must_use]
    pub fn of(records: Vec<Record>, begun: Vec<Record>, tested: &BTreeSet<RequirementId>) -> Self {
        let mut all = Self { unfinished: begun, ..Self::default() };
        let mut by_requirement: BTreeMap<RequirementId, BTreeMap<(u32, u32), Record>> = BTreeMap::new();
        for record in records {
            match &record.case.purpose {
                Purpose::Requirement(id) => {
                    let place = (record.case.index, record.case.attempt);
                    by_requirement.entry(id.clone()).or_default().insert(place, record);
                }
                // Half a case is played anew, and what it would have sent next may have been sent.
                Purpose::Flow { name, .. } if name == STOPPED => all.unfinished.push(record),
                // What was found out about the target is found out anew.
                Purpose::Flow { tag, .. } if tag.is_empty() => {}
                Purpose::Flow { .. } => all.flows.push(record),
            }
        }
        for (requirement, cases) in by_requirement {
            // Of a case the last attempt counts.
            let last: BTreeMap<u32, &Record> = cases.iter().map(|((index, _), record)| (*index, record)).collect();
            let answered = last.values().all(|record| record.lost().is_none());
            let whole = tested.contains(&requirement) && answered;
            let records = cases.into_values();
            match whole {
                true => _ = all.whole.insert(requirement, records.collect()),
                false => all.unfinished.extend(records),
            }
        }
        all
    }
}
