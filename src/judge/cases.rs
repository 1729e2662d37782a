//! Judges a requirement by its own cases: what was sent for it, step by step.
//!
//! In: the steps and the records of their cases. Out: one [`Finding`]. What a case rests on must hold before a probe counts; an answer
//! that a requirement leaves open must fit one reading, and all its answers the same one.

use std::{borrow::Cow, num::NonZeroUsize};

use crate::{
    model::{
        case::{Role, Times},
        exchange::NoAnswerKind,
        record::Record,
        suite::Suite,
        variables::{Variables, of_turn},
        verdict::{Blame, Evidence, Finding, Verdict},
    },
    spec::{Expect, Level, Requirement, Spec, Step},
    vocabulary::{AnswerClass, Context, Heard, Holds, Query},
};

use super::{
    attempts::{self, Attempt, Case},
    readings::{self, Readings},
    taken_back,
};

/// Judges a requirement by the exchanges of its own cases.
pub(super) fn by_steps<'r>(
    spec: &Spec,
    requirement: &Requirement,
    steps: &[Step],
    records: impl IntoIterator<Item = (usize, &'r Record, Vec<Heard<'r>>)>,
) -> Finding {
    let mut readings = Readings::default();
    let mut observations = 0;
    let mut undecided = None;
    let mut first = None;
    let mut records = records.into_iter().peekable();
    while let Some((number, record, heard)) = records.next() {
        first = first.or(Some((number, record)));
        let play = |number, record: &'r Record, heard: &[Heard<'r>]| {
            let mut readings = readings.clone();
            let case = by_case(spec, requirement, steps, record, heard, &mut readings);
            Attempt::of(number, record, case, readings)
        };
        let mut attempts = vec![play(number, record, &heard)];
        while let Some((number, record, heard)) = records.next_if(|(_, next, _)| next.case.index == record.case.index) {
            attempts.push(play(number, record, &heard));
        }
        let attempt = attempts::decide(attempts, requirement.suite);
        readings = attempt.readings;
        match attempt.case {
            Case::Holds(judged) => observations += judged,
            Case::Fails { expected, got, exchange } => {
                return Finding::fail(Evidence { expected, got, record: attempt.number, exchange });
            }
            Case::Sometimes { expected, got, exchange } => {
                let evidence = Evidence { expected, got, record: attempt.number, exchange };
                let warning = Finding { verdict: Verdict::Warn, ..Finding::fail(evidence) };
                undecided = undecided.or(Some(warning));
            }
            Case::Undecided(finding) => undecided = undecided.or(Some(finding)),
        }
    }
    if let Some(finding) = undecided {
        return finding;
    }
    let (Some(observed), Some((number, record))) = (NonZeroUsize::new(observations), first) else {
        return Finding::inconclusive("nothing was sent for it", Blame::Harness);
    };
    let mut finding = Finding::pass(observed);
    if requirement.level == Level::Ambiguous {
        match readings.followed() {
            Some(reading) => finding.reading = Some(reading),
            None => {
                let exchange = record.exchanges.iter().rposition(|e| e.role == Role::Probe).unwrap_or(0);
                return Finding::fail(Evidence {
                    expected: format!("one reading that explains every answer: {}", readings::names(readings.all)),
                    got: "answers that follow different readings".to_owned(),
                    record: number,
                    exchange,
                });
            }
        }
    }
    finding
}

fn by_case<'s>(
    spec: &Spec,
    requirement: &Requirement,
    steps: &'s [Step],
    record: &Record,
    all: &[Heard<'_>],
    readings: &mut Readings<'s>,
) -> Case {
    let mut judged = 0;
    let mut failure = None;
    for (number, step) in steps.iter().enumerate() {
        let fellows: Vec<(usize, &Heard<'_>)> =
            all.iter().enumerate().filter(|(_, heard)| heard.exchange.step == number).collect();
        let Some(first) = fellows.first() else {
            // What was broken may be the very reason that no more was sent.
            if let Some(failure) = failure {
                return failure;
            }
            return Case::Undecided(Finding::inconclusive("not all of its requests were sent", Blame::Harness));
        };
        let many: Vec<&Heard<'_>> = match step.times {
            Times::Once | Times::Each(_) => Vec::new(),
            _ => fellows.iter().map(|(_, heard)| *heard).collect(),
        };
        let looked = if of_the_whole(step) { std::slice::from_ref(first) } else { fellows.as_slice() };
        for (turn, (exchange, heard)) in looked.iter().copied().enumerate() {
            let variables = known_to(step, &record.variables, turn);
            let context = Context::of(heard, &variables, &spec.json_schemas).among(&many);
            // After a failure only a control can still speak for the target: something else changed meanwhile.
            if failure.is_some() && step.role != Role::Control {
                continue;
            }
            if is_of_life(step) {
                // A target that is dead gives no answer.
            } else if let Some(finding) = no_answer(heard, step.role).or_else(|| no_sign(heard, step, &context)) {
                return Case::Undecided(finding);
            }
            match Expect::all(&step.only_if, &context) {
                Holds::Yes => {}
                // Only what was accepted says that something is not there, unless the status itself is what is asked for.
                Holds::No(expected, got)
                    if !asks_for_a_status(&step.only_if)
                        && heard.answer().is_some_and(|answer| answer.status >= 400) =>
                {
                    let reason =
                        format!("it can only be tested where {expected}, and the answer that would show it is {got}");
                    return Case::Undecided(Finding::inconclusive(reason, Blame::Target));
                }
                Holds::No(expected, got) => {
                    let unseen = heard.refused() && !asks_for_a_status(&step.only_if);
                    let advice = if unseen { "" } else { step.otherwise.as_str() };
                    let reason = format!("it can only be tested where {expected}, but it was {got}; {advice}");
                    let reason = reason.trim_end_matches("; ");
                    // What is not on the target cannot be shown by it.
                    return Case::Undecided(match requirement.opt_in && step.role == Role::Setup {
                        true => Finding::not_applicable(reason),
                        false => Finding::inconclusive(reason, Blame::Configuration),
                    });
                }
                Holds::Undecided(reason) => return Case::Undecided(Finding::inconclusive(reason, Blame::Harness)),
                Holds::LeftOpen(reason) => return Case::Undecided(Finding::inconclusive(reason, Blame::Guide)),
            }
            match Expect::all(&step.expect, &context) {
                Holds::Yes => {}
                Holds::No(expected, got) if step.role == Role::Probe => {
                    failure = Some(Case::Fails { expected, got, exchange });
                    continue;
                }
                Holds::No(expected, got) => {
                    let what = if step.role == Role::Control { "the positive control" } else { "a preparation" };
                    let reason =
                        format!("{what}, {}, does not hold: expected that {expected}, got {got}", step.endpoint);
                    return Case::Undecided(Finding::inconclusive(reason, Blame::Target));
                }
                Holds::Undecided(reason) => return Case::Undecided(Finding::inconclusive(reason, Blame::Harness)),
                Holds::LeftOpen(reason) => return Case::Undecided(Finding::inconclusive(reason, Blame::Guide)),
            }
            if step.role == Role::Probe {
                judged += 1;
                if step.readings.is_empty() {
                    continue;
                }
                // Answers that are looked at together still follow a reading one by one.
                let each = if of_the_whole(step) { that_came(&fellows) } else { vec![(exchange, heard)] };
                for (exchange, heard) in each {
                    let context = Context::of(heard, &variables, &spec.json_schemas).among(&many);
                    readings.look(&step.readings, &context, exchange);
                }
            }
        }
    }
    // What was refused may have done something all the same.
    let effect = if requirement.suite == Suite::Fuzz { taken_back::effect(record, all) } else { None };
    let effect = effect.map(|(expected, got, exchange)| Case::Fails { expected, got, exchange });
    failure.or(effect).unwrap_or(Case::Holds(judged))
}

/// Whether a case is worth going on with after a step: what it must rest on holds of the step's answers so far.
#[must_use]
pub fn goes_on(spec: &Spec, step: &Step, answers: &[&Heard<'_>], variables: &Variables) -> bool {
    if step.role == Role::Probe && step.only_if.is_empty() {
        return true;
    }
    let looked = if of_the_whole(step) { 1 } else { answers.len() };
    answers.iter().take(looked).enumerate().all(|(turn, heard)| {
        let variables = known_to(step, variables, turn);
        let context = Context::of(heard, &variables, &spec.json_schemas).among(answers);
        let holds = |expects: &[Expect]| Expect::all(expects, &context) == Holds::Yes;
        holds(&step.only_if) && (step.role == Role::Probe || holds(&step.expect))
    })
}

/// Whether expectations are about the status of an answer.
fn asks_for_a_status(expects: &[Expect]) -> bool {
    expects.iter().any(|expect| matches!(expect, Expect::At(Query::Status, _)))
}

/// The answers of a step that show how the target turns requests away. What was lost shows nothing, but a status of a proxy (503) may be the
/// target's own where no other turns requests away.
fn that_came<'h, 'b>(fellows: &[(usize, &'h Heard<'b>)]) -> Vec<(usize, &'h Heard<'b>)> {
    let refused = fellows.iter().any(|(_, heard)| heard.refused());
    let came = |heard: &Heard<'_>| !heard.exchange.outcome.is_lost() || !refused && heard.turned_away();
    fellows.iter().copied().filter(|(_, heard)| came(heard)).collect()
}

/// What is known to the answer of a turn, counted from 0.
fn known_to<'v>(step: &Step, variables: &'v Variables, turn: usize) -> Cow<'v, Variables> {
    match step.for_each {
        Some(_) => Cow::Owned(of_turn(variables, turn + 1)),
        None => Cow::Borrowed(variables),
    }
}

/// Whether a step asks whether the target is there.
fn is_of_life(step: &Step) -> bool {
    step.expect.iter().any(|expect| matches!(expect, Expect::Hostile(hostile) if hostile.is_of_life()))
}

/// Whether a step is judged by all its answers together.
fn of_the_whole(step: &Step) -> bool {
    step.expect.iter().chain(&step.only_if).any(Expect::is_of_the_whole)
}

/// What no answer means. A target that hangs, cuts the connection or answers garbage to a probe, time after time, fails it.
fn no_answer(heard: &Heard<'_>, role: Role) -> Option<Finding> {
    let AnswerClass::Nothing(kind) = heard.class else { return None };
    let says = heard.summary();
    match kind {
        NoAnswerKind::Guarded | NoAnswerKind::Spent | NoAnswerKind::Stopped | NoAnswerKind::Unkept => {
            Some(Finding::inconclusive(says, Blame::Configuration))
        }
        NoAnswerKind::NoToken | NoAnswerKind::Mute => Some(Finding::inconclusive(says, Blame::Target)),
        NoAnswerKind::Unreachable => Some(Finding::inconclusive(says, Blame::Network)),
        _ if role == Role::Probe => None,
        NoAnswerKind::Closed | NoAnswerKind::Silent | NoAnswerKind::Garbled => {
            Some(Finding::inconclusive(says, Blame::Target))
        }
        NoAnswerKind::Broken | NoAnswerKind::Timeout => Some(Finding::inconclusive(says, Blame::Network)),
    }
}

/// What an answer means that neither accepts nor refuses. A failure fails a request that should be accepted, or of which a status is asked; it
/// shows nothing of anything else.
fn no_sign(heard: &Heard<'_>, step: &Step, context: &Context<'_>) -> Option<Finding> {
    if heard.class == AnswerClass::Idle {
        let reason = format!("it can only be tested where it has an effect, but the answer is {}", heard.summary());
        return Some(Finding::inconclusive(reason, Blame::Configuration));
    }
    let AnswerClass::Failed(_) = heard.class else { return None };
    let blame = if heard.exchange.outcome.is_lost() { Blame::Network } else { Blame::Target };
    let asked = step.role == Role::Probe
        && (asks_for_a_status(&step.expect)
            || step.expect.iter().any(|expect| matches!(expect, Expect::Accepted | Expect::Hostile(_))));
    let explained = !step.readings.is_empty() && readings::explaining(&step.readings, context).is_ok();
    (!asked && !explained).then(|| Finding::inconclusive(heard.summary(), blame))
}
