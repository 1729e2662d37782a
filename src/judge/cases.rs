//! Judges a requirement by its own cases: what was sent for it, step by step.
//!
//! In: the steps and the records of their cases. Out: one [`Finding`]. What a case rests on must hold before a probe counts; an answer
//! that a requirement leaves open must fit one reading, and all its answers the same one.

use std::num::NonZeroUsize;

use crate::{
    model::{
        case::{Role, Times},
        exchange::NoAnswerKind,
        record::Record,
        variables::Variables,
        verdict::{Blame, Evidence, Finding},
    },
    spec::{Expect, Level, Query, Reading, Requirement, Spec, Step},
};

use super::{
    holds::{self, Holds},
    seen::{self, Kind, Seen},
};

/// Judges a requirement by the exchanges of its own cases.
pub(super) fn by_steps(
    spec: &Spec,
    requirement: &Requirement,
    steps: &[Step],
    records: &[(usize, &Record)],
) -> Finding {
    let mut readings = Readings::default();
    let mut observations = 0;
    let mut undecided = None;
    for (number, record) in records {
        let all: Vec<Seen<'_>> = record.exchanges.iter().filter_map(|exchange| seen::see(spec, exchange)).collect();
        match by_case(spec, requirement, steps, record, &all, &mut readings) {
            Case::Holds(judged) => observations += judged,
            Case::Fails { expected, got, exchange } => {
                return Finding::fail(Evidence { expected, got, record: *number, exchange });
            }
            Case::Undecided(finding) => {
                // An answer that fits no reading says nothing where a control says that something else changed.
                readings.unexplained = None;
                undecided = undecided.or(Some(finding));
            }
        }
        if let Some((exchange, got)) = readings.unexplained.take() {
            return Finding::fail(Evidence { expected: readings.says(), got, record: *number, exchange });
        }
    }
    if let Some(finding) = undecided {
        return finding;
    }
    let Some(observed) = NonZeroUsize::new(observations) else {
        return Finding::inconclusive("nothing was sent for it", Blame::Harness);
    };
    let mut finding = Finding::pass(observed);
    if requirement.level == Level::Ambiguous {
        match readings.followed() {
            Some(reading) => finding.reading = Some(reading),
            None => {
                let (number, record) = records[0];
                let exchange = record.exchanges.iter().rposition(|e| e.role == Role::Probe).unwrap_or(0);
                return Finding::fail(Evidence {
                    expected: format!("one reading that explains every answer: {}", readings.names()),
                    got: "answers that follow different readings".to_owned(),
                    record: number,
                    exchange,
                });
            }
        }
    }
    finding
}

/// What one case shows.
enum Case {
    Holds(usize),
    Fails { expected: String, got: String, exchange: usize },
    Undecided(Finding),
}

fn by_case(
    spec: &Spec,
    requirement: &Requirement,
    steps: &[Step],
    record: &Record,
    all: &[Seen<'_>],
    readings: &mut Readings,
) -> Case {
    let mut judged = 0;
    let mut failure = None;
    for (number, step) in steps.iter().enumerate() {
        let fellows = || all.iter().enumerate().filter(move |(_, seen)| seen.exchange.step == number);
        let Some(first) = fellows().next() else {
            // What was broken may be the very reason that no more was sent.
            if let Some(failure) = failure {
                return failure;
            }
            return Case::Undecided(Finding::inconclusive("not all of its requests were sent", Blame::Harness));
        };
        let many: Vec<Seen<'_>> = match step.times {
            Times::Once => Vec::new(),
            _ => record.exchanges.iter().filter(|e| e.step == number).filter_map(|e| seen::see(spec, e)).collect(),
        };
        let looked: Vec<_> = if of_the_whole(step) { vec![first] } else { fellows().collect() };
        for (exchange, seen) in looked {
            // After a failure only a control can still speak for the target: something else changed meanwhile.
            if failure.is_some() && step.role != Role::Control {
                continue;
            }
            if let Some(finding) = no_answer(seen, step.role) {
                return Case::Undecided(finding);
            }
            match holds::all(spec, &step.only_if, seen, &many, &record.variables) {
                Holds::Yes => {}
                Holds::No(expected, got) => {
                    let advice = if step.otherwise.is_empty() { "" } else { step.otherwise.as_str() };
                    let reason = format!("it can only be told where {expected}, but it was {got}; {advice}");
                    let reason = reason.trim_end_matches("; ");
                    // What is not on the target cannot be shown by it.
                    return Case::Undecided(match requirement.opt_in && step.role == Role::Setup {
                        true => Finding::not_applicable(reason),
                        false => Finding::inconclusive(reason, Blame::Configuration),
                    });
                }
                Holds::Untold(reason) => return Case::Undecided(Finding::inconclusive(reason, Blame::Harness)),
            }
            match holds::all(spec, &step.expect, seen, &many, &record.variables) {
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
                Holds::Untold(reason) => return Case::Undecided(Finding::inconclusive(reason, Blame::Harness)),
            }
            if step.role == Role::Probe {
                judged += 1;
                if step.readings.is_empty() {
                    continue;
                }
                // Answers that are looked at together still follow a reading one by one.
                let each: Vec<_> = if of_the_whole(step) { fellows().collect() } else { vec![(exchange, seen)] };
                for (exchange, seen) in each {
                    readings.look(spec, &step.readings, seen, &many, &record.variables, exchange);
                }
            }
        }
    }
    failure.unwrap_or(Case::Holds(judged))
}

/// Whether a case is worth going on with after a step: what it must rest on holds so far.
#[must_use]
pub fn may_go_on(spec: &Spec, step: &Step, record: &Record, number: usize) -> bool {
    if step.role == Role::Probe && step.only_if.is_empty() {
        return true;
    }
    let all: Vec<Seen<'_>> =
        record.exchanges.iter().filter(|e| e.step == number).filter_map(|e| seen::see(spec, e)).collect();
    let holds =
        |expects: &[Expect], seen: &Seen<'_>| holds::all(spec, expects, seen, &all, &record.variables) == Holds::Yes;
    let looked = if of_the_whole(step) { 1 } else { all.len() };
    all.iter()
        .take(looked)
        .all(|seen| holds(&step.only_if, seen) && (step.role == Role::Probe || holds(&step.expect, seen)))
}

/// Whether a step is judged by all its answers together.
fn of_the_whole(step: &Step) -> bool {
    step.expect.iter().chain(&step.only_if).any(|expect| {
        matches!(
            expect,
            Expect::Walk(_)
                | Expect::At(
                    Query::BurstRefused
                        | Query::BurstAcceptedInASecond
                        | Query::BurstSentInASecond
                        | Query::BurstAnsweredInASecond
                        | Query::RepeatRefused,
                    _
                )
        )
    })
}

/// What no answer means. A target that hangs, cuts the connection or answers garbage to a probe fails it.
fn no_answer(seen: &Seen<'_>, role: Role) -> Option<Finding> {
    let Kind::Nothing(kind) = seen.kind else { return None };
    let says = seen.says();
    match kind {
        NoAnswerKind::Guarded => Some(Finding::inconclusive(says, Blame::Configuration)),
        NoAnswerKind::NoToken => Some(Finding::inconclusive(says, Blame::Target)),
        NoAnswerKind::Unreachable => Some(Finding::inconclusive(says, Blame::Network)),
        NoAnswerKind::Broken | NoAnswerKind::Timeout if role == Role::Probe => None,
        NoAnswerKind::Broken | NoAnswerKind::Timeout => Some(Finding::inconclusive(says, Blame::Target)),
    }
}

/// The readings that explain every answer so far.
#[derive(Default)]
pub(super) struct Readings {
    all: Vec<Reading>,
    left: Option<Vec<String>>,
    pub(super) unexplained: Option<(usize, String)>,
}

impl Readings {
    pub(super) fn look(
        &mut self,
        spec: &Spec,
        readings: &[Reading],
        seen: &Seen<'_>,
        fellows: &[Seen<'_>],
        variables: &Variables,
        exchange: usize,
    ) {
        self.all = readings.to_vec();
        let fits = |reading: &&Reading| holds::all(spec, &reading.expect, seen, fellows, variables) == Holds::Yes;
        let fitting: Vec<String> = readings.iter().filter(fits).map(|reading| reading.name.clone()).collect();
        if fitting.is_empty() && self.unexplained.is_none() {
            let first = holds::all(spec, &readings[0].expect, seen, fellows, variables);
            let got = if let Holds::No(_, got) = first { got } else { seen.says() };
            self.unexplained = Some((exchange, got));
        }
        self.left = Some(match self.left.take() {
            None => fitting,
            Some(left) => left.into_iter().filter(|name| fitting.contains(name)).collect(),
        });
    }

    pub(super) fn names(&self) -> String {
        self.all.iter().map(|reading| reading.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn says(&self) -> String {
        format!("an answer that fits one of the readings: {}", self.names())
    }

    pub(super) fn followed(&self) -> Option<String> {
        let left = self.left.as_ref().filter(|left| !left.is_empty())?;
        Some(left.join(" or "))
    }
}
