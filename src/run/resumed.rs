//! What is taken up of a run that was broken off.
//!
//! In: what its journal has. Out: which records are kept as they are, and which cases are played anew. Nothing is sent here.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{
        case::{CONTROL, Purpose, Role, STOPPED},
        id::RequirementId,
        record::Record,
    },
    spec::fuzz::is_below,
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

    /// The last number of the answers that cases of a group shared: those that are shared from now on have others.
    pub(super) fn last_shared(&self, group: &str) -> u32 {
        let of_group = self.whole.iter().filter(|(id, _)| is_below(id, group)).flat_map(|(_, records)| records);
        let shared = of_group.flat_map(|record| &record.exchanges).filter_map(|exchange| exchange.shared);
        let asked_again = self.flows.iter().filter_map(asked_again).filter(|(of, _)| *of == group);
        shared.chain(asked_again.filter_map(|(_, number)| number.parse().ok())).max().unwrap_or(0)
    }

    /// Divides what was recorded. `tested` has the requirements all cases of which were played, `begun` the cases that were being played. What
    /// rests on a control that its group shares is whole once the group has asked for such controls again, at its end.
    #[must_use]
    pub fn of(records: Vec<Record>, begun: Vec<Record>, tested: &BTreeSet<RequirementId>) -> Self {
        let mut all = Self { unfinished: begun, ..Self::default() };
        let mut by_requirement: BTreeMap<RequirementId, BTreeMap<(u32, u32), Record>> = BTreeMap::new();
        let ended: BTreeSet<String> =
            records.iter().filter_map(asked_again).map(|(group, _)| group.to_owned()).collect();
        for record in records {
            match &record.case.purpose {
                Purpose::Requirement(id) => {
                    let place = (record.case.index, record.case.attempt);
                    by_requirement.entry(id.clone()).or_default().insert(place, record);
                }
                // Half a case is played anew, and what it would have sent next may have been sent.
                Purpose::Flow { name, .. } if name == STOPPED => all.unfinished.push(record),
                // All sequences are played anew, and each is judged by all its plays.
                purpose if purpose.is_sequence() => all.unfinished.push(record),
                // What was found out about the target is found out anew.
                Purpose::Flow { tag, .. } if tag.is_empty() => {}
                Purpose::Flow { .. } => all.flows.push(record),
            }
        }
        for (requirement, cases) in by_requirement {
            // Of a case the last attempt counts.
            let last: BTreeMap<u32, &Record> = cases.iter().map(|((index, _), record)| (*index, record)).collect();
            let answered = last.values().all(|record| record.lost().is_none());
            let shares = cases.values().any(shares_a_control);
            let supported = || !shares || ended.iter().any(|group| is_below(&requirement, group));
            let whole = tested.contains(&requirement) && answered && supported();
            let records = cases.into_values();
            match whole {
                true => _ = all.whole.insert(requirement, records.collect()),
                false => all.unfinished.extend(records),
            }
        }
        all
    }
}

/// Whether a refusal in it rests on a control that other cases of its group rest on, too.
fn shares_a_control(record: &Record) -> bool {
    record.exchanges.iter().any(|exchange| exchange.role == Role::Control && exchange.shared.is_some())
}

/// The group and the number of a control that was asked again.
fn asked_again(record: &Record) -> Option<(&str, &str)> {
    match &record.case.purpose {
        Purpose::Flow { name, tag } if name == CONTROL => tag.rsplit_once('/'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        case::{Case, SEQUENCE},
        exchange::{Answer, Exchange, Request},
        id::EndpointId,
        variables::Variables,
    };

    /// A case whose control has a number in its group, where others share it.
    fn record(purpose: Purpose, shared: Option<u32>) -> Record {
        let answer = Answer::of(200, Vec::new(), Vec::new(), None);
        let exchange = Exchange::answered(EndpointId::from("a/b"), Request::read("/"), answer);
        Record {
            case: Case { purpose, index: 0, attempt: 0, steps: Vec::new() },
            variables: Variables::new(),
            exchanges: vec![Exchange { role: Role::Control, shared, ..exchange }],
            heard_again_ms: None,
            longer_ms: None,
        }
    }

    #[track_caller]
    fn check(asked_again: &[&str], whole: &[&str], last: u32) {
        let tested = |id: &str, shared| record(Purpose::Requirement(RequirementId::from(id)), shared);
        let mut records = vec![
            tested("a/b/alone", None),
            tested("a/b/shares", Some(3)),
            tested("a/bc/shares", Some(7)),
            record(Purpose::flow(SEQUENCE, "00"), None),
        ];
        records.extend(asked_again.iter().map(|tag| record(Purpose::flow(CONTROL, *tag), None)));
        let all = records.iter().filter_map(|record| record.case.purpose.requirement().cloned()).collect();
        let resumed = Resumed::of(records, Vec::new(), &all);
        assert_eq!(resumed.whole.keys().map(|id| id.as_str()).collect::<Vec<_>>(), whole);
        assert_eq!(resumed.last_shared("a/b"), last, "{asked_again:?}");
        assert!(resumed.unfinished.iter().any(|record| record.case.purpose.is_sequence()));
        assert!(!resumed.flows.iter().any(|record| record.case.purpose.is_sequence()), "it would be judged twice");
    }

    #[test]
    fn what_shares_a_control_is_whole_once_that_was_asked_again_and_sequences_never_are() {
        check(&[], &["a/b/alone"], 0);
        check(&["a/b/0004"], &["a/b/alone", "a/b/shares"], 4);
        check(&["a/bc/0001", "a/b/0002"], &["a/b/alone", "a/b/shares", "a/bc/shares"], 3);
    }
}
