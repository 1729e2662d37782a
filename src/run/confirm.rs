//! Confirms what all answers were asked for: the case in whose answer a fault stands is played again, alone, before it counts.
//!
//! In: what was judged of all records. Out: records of the cases that were played again. What they show is for the judge to say.

use std::collections::BTreeSet;

use crate::{
    judge::Judged,
    model::{
        case::{ATTEMPTS, CONFIRM, Class, Purpose},
        record::Record,
        verdict::Verdict,
    },
    spec::{Demand, Requirement, When},
};

use super::{flow, group::session_variable, play::play, session, shared::Shared};

/// The number of the first attempt here. It decides the names that the case gives, and what another attempt made may still have its name:
/// this is more attempts than a case has whose answers are lost.
const AGAIN: u32 = 100;

/// Plays the cases again on which failing requirements rest that look at all answers. `done` has those that were played before. Says
/// whether anything was played.
pub(super) async fn confirm(
    shared: &Shared<'_>,
    selected: &[&Requirement],
    judged: &Judged,
    records: &[Record],
    done: &mut BTreeSet<String>,
) -> bool {
    let mut played = false;
    for requirement in selected.iter().filter(|requirement| !matches!(requirement.demand, Demand::Steps(_))) {
        let finding = &judged.findings[&requirement.id];
        let evidence = finding.evidence.as_ref().filter(|_| matches!(finding.verdict, Verdict::Fail | Verdict::Warn));
        let Some(record) = evidence.and_then(|evidence| records.get(evidence.record)) else { continue };
        if shared.halted().is_some() || !shared.confirms() || !done.insert(record.case.key()) {
            continue;
        }
        for attempt in AGAIN..AGAIN + ATTEMPTS - 1 {
            if let Some(mut again) = play_again(shared, record, attempt).await {
                again.case.purpose = Purpose::flow(CONFIRM, format!("{}/{attempt}", record.case.key()));
                shared.keep(again);
                played = true;
            }
        }
        shared.confirmed.set(shared.confirmed.get() + 1);
    }
    played
}

/// Plays a case once more with names of its own; none where it cannot be played by itself, or touches what is not the run's own.
async fn play_again(shared: &Shared<'_>, record: &Record, attempt: u32) -> Option<Record> {
    let case = &record.case;
    if case.steps.iter().any(|step| step.class >= Class::Disrupt) {
        return None;
    }
    let spec = shared.spec;
    match &case.purpose {
        Purpose::Requirement(id) => {
            let requirement = spec.requirements.get(id)?;
            let Demand::Steps(steps) = &requirement.demand else { return None };
            let mut drawn = shared.cases(requirement).into_iter().find(|drawn| drawn.case.index == case.index)?;
            drawn.attempt(attempt);
            let own =
                if session_variable(&drawn, steps).is_some() { session::make(shared, id).await.ok() } else { None };
            let variables = own.as_ref().map(|session| session.variables.clone()).unwrap_or_default();
            let played = play(shared, requirement, steps, &drawn, &variables, None).await;
            if let Some(own) = own {
                session::end(shared, own).await;
            }
            if played.stopped {
                shared.keep_half(played.record);
                return None;
            }
            Some(played.record)
        }
        Purpose::Flow { name, .. } => {
            let flow = spec.flows(When::Discovery).find(|(known, _)| known == name).map(|(_, flow)| flow)?;
            let mut drawn = shared.flow(&case.purpose, &flow.steps);
            drawn.attempt(attempt);
            let known = shared.world.borrow().with(&drawn.made);
            Some(flow::play(shared, &drawn.case, &flow.steps, known, &drawn.made).await.record)
        }
    }
}
