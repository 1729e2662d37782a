//! Where a target departs from its own habit: what the guide leaves open is no gap, but one parameter that goes another way than all the
//! others of the same topic most likely is a bug.
//!
//! In: requirements that derive from rows, and the readings that the target follows. Out: for each topic with a clear habit, the
//! requirements that are unlike the rest. Written requirements are not compared: each of them asks something else.

use std::collections::BTreeMap;

use super::{Departure, UnlikeRow};
use crate::{
    model::{
        id::RequirementId,
        verdict::{Finding, Verdict},
    },
    spec::{Level, Origin, Requirement},
};

/// The fewest requirements that make a habit.
const HABIT_MIN: usize = 4;

/// A habit has at least that number of requirements for each that departs from it.
const HABIT_SHARE: usize = 4;

/// What is unlike the rest, by topic.
pub(super) fn unlike_the_rest(
    selected: &[&Requirement],
    findings: &BTreeMap<RequirementId, Finding>,
) -> Vec<UnlikeRow> {
    let mut topics: BTreeMap<&str, BTreeMap<&str, Vec<&RequirementId>>> = BTreeMap::new();
    let derived = |one: &&&Requirement| one.level == Level::Ambiguous && one.origin != Origin::Written;
    for requirement in selected.iter().filter(derived) {
        let finding = &findings[&requirement.id];
        if let (Verdict::Pass, Some(topic), Some(reading)) = (finding.verdict, &requirement.topic, &finding.reading) {
            topics.entry(topic).or_default().entry(reading).or_default().push(&requirement.id);
        }
    }
    topics.into_iter().filter_map(|(topic, readings)| row(topic, &readings)).collect()
}

fn row(topic: &str, readings: &BTreeMap<&str, Vec<&RequirementId>>) -> Option<UnlikeRow> {
    let (usual, habit) = readings.iter().max_by_key(|(_, ids)| ids.len())?;
    let mut others: Vec<Departure> = readings
        .iter()
        .filter(|(reading, _)| *reading != usual)
        .flat_map(|(reading, ids)| {
            ids.iter().map(|id| Departure { requirement: (*id).clone(), reading: (*reading).to_owned() })
        })
        .collect();
    others.sort_by(|one, other| one.requirement.cmp(&other.requirement));
    let clear = habit.len() >= HABIT_MIN && habit.len() >= HABIT_SHARE * others.len();
    let row = || UnlikeRow { topic: topic.to_owned(), usual: (*usual).to_owned(), count: habit.len(), others };
    (clear && readings.len() > 1).then(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(refused: usize, accepted: usize, expected: Option<usize>) {
        let ids = |name: &str, count: usize| -> Vec<RequirementId> {
            (0..count).map(|n| RequirementId::from(format!("{name}/{n}"))).collect()
        };
        let (refused, accepted) = (ids("refused", refused), ids("accepted", accepted));
        let readings: BTreeMap<&str, Vec<&RequirementId>> =
            [("refused", refused.iter().collect::<Vec<_>>()), ("ignored", accepted.iter().collect())]
                .into_iter()
                .filter(|(_, ids)| !ids.is_empty())
                .collect();
        assert_eq!(row("out-of-range", &readings).map(|row| row.others.len()), expected);
    }

    #[test]
    fn few_that_depart_from_a_habit_are_named() {
        check(41, 1, Some(1));
        check(8, 2, Some(2));
        check(41, 0, None);
        check(3, 1, None);
        check(7, 2, None);
        check(20, 20, None);
    }
}
