//! Cases whose shared positive control was accepted before them and refused after them (see `run/earlier.rs`): they show nothing.
//!
//! In: the records. Out: numbers of those that are left out. Their requirements were played again with controls of their own.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{
        case::{CONTROL, Purpose, Role},
        exchange::Exchange,
        record::Record,
    },
    spec::Spec,
};

use super::one_answer::accepted;

/// Numbers of the records with a refusal that rests on a shared control which was not accepted once more.
pub(super) fn unsupported(spec: &Spec, records: &[Record]) -> BTreeSet<usize> {
    // Where an answer was lost, the control was asked again, and the last answer counts.
    let again: BTreeMap<&str, Option<&Exchange>> = records
        .iter()
        .filter_map(|record| match &record.case.purpose {
            Purpose::Flow { name, tag } if name == CONTROL => Some((tag.as_str(), record.exchanges.last())),
            _ => None,
        })
        .collect();
    let is_accepted = |exchange: &Exchange| accepted(spec, exchange);
    let refused: BTreeSet<&str> =
        again.into_iter().filter(|(_, last)| !last.is_some_and(is_accepted)).map(|(tag, _)| tag).collect();
    if refused.is_empty() {
        return BTreeSet::new();
    }
    let rests = |record: &Record| {
        // What was accepted rests on no control.
        if record.exchanges.iter().all(|one| one.role != Role::Probe || is_accepted(one)) {
            return false;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            case::Case,
            exchange::{Answer, NoAnswerKind, Outcome, Request},
            id::{EndpointId, RequirementId},
            variables::Variables,
        },
        spec,
    };

    const REFUSES: &str = "auth/token/wrong-secret/refused";
    const ACCEPTS: &str = "auth/token/scheme-case";

    fn record(purpose: Purpose, attempt: u32, exchanges: &[(Role, Option<u16>)]) -> Record {
        let exchange = |(role, status): &(Role, Option<u16>)| {
            let answer = Answer::of(status.unwrap_or(200), Vec::new(), br#"{"access_token": "a"}"#.to_vec(), None);
            let answered = Exchange::answered(EndpointId::from("auth/token"), Request::read("/"), answer);
            let outcome = match status {
                Some(_) => answered.outcome,
                None => Outcome::nothing(NoAnswerKind::Broken, "reset"),
            };
            let shared = (*role == Role::Control).then_some(1);
            Exchange { role: *role, shared, outcome, ..answered }
        };
        Record {
            case: Case { purpose, index: 0, attempt, steps: Vec::new() },
            variables: Variables::new(),
            exchanges: exchanges.iter().map(exchange).collect(),
            heard_again_ms: None,
            longer_ms: None,
        }
    }

    /// Which cases are left out where the control was asked again with these outcomes, a status or none for a loss.
    #[track_caller]
    fn check(again: &[Option<u16>], left_out: &[&str]) {
        let spec = spec::embedded().expect("the data is right");
        let case = |id, status| {
            let exchanges = [(Role::Control, Some(200)), (Role::Probe, Some(status))];
            record(Purpose::Requirement(RequirementId::from(id)), 0, &exchanges)
        };
        let mut records = vec![case(REFUSES, 401), case(ACCEPTS, 200)];
        let tag = tag("auth/token", 1);
        records.extend(
            (0..).zip(again).map(|(attempt, status)| {
                record(Purpose::flow(CONTROL, tag.clone()), attempt, &[(Role::Setup, *status)])
            }),
        );
        let numbers = unsupported(&spec, &records);
        let ids = numbers.iter().map(|number| records[*number].case.purpose.to_string()).collect::<Vec<_>>();
        assert_eq!(ids, left_out, "{again:?}");
    }

    #[test]
    fn a_refusal_shows_nothing_where_its_control_is_not_accepted_once_more() {
        check(&[], &[]);
        check(&[Some(200)], &[]);
        check(&[None, Some(200)], &[]);
        check(&[None, None, None], &[REFUSES]);
        check(&[Some(403)], &[REFUSES]);
    }
}
