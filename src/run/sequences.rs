//! Plays sequences of commands and races of two clients, and makes a sequence that goes wrong as short as can be.
//!
//! In: what is asked of sequences. Out: records. Every sequence is played once; one that goes wrong is played again with names of its own, and
//! then without one step after another, as long as it goes wrong in the same way. What is shown is for the judge to say.

use std::collections::BTreeSet;

use futures_util::{StreamExt, future, stream};

use crate::{
    generate::{
        cuts::Cuts,
        sequence::{self, Sequence},
    },
    judge::{self, SequenceFault},
    model::{
        case::{ATTEMPTS, Call, Case, Class, Purpose, RACE, Role, SEQUENCE},
        conversation::HEAR_MS,
        record::Record,
        verdict::{Blame, Finding},
    },
    spec::{Action, Demand, Requirement, SequenceWord, Spec, UNIQUE, variables_of},
    vocabulary::Heard,
};

use super::{
    following::{Following, Patience},
    plan::Plan,
    shared::Shared,
    step::Playing,
};

/// How often each race is tried, and how often at most where one of those went wrong.
const TRIES: u32 = 4;
const TRIES_MAX: u32 = 10;

/// The most sequences that are played at a time: each has a feed of its own open.
const SIDE_BY_SIDE_MAX: usize = 4;

/// The most sequences that are made shorter.
const SHORTENED_MAX: usize = 3;

/// The most plays by which one is made shorter; each is real requests.
const PLAYS_MAX: u32 = 120;

/// The longest that one is made shorter, in milliseconds.
const SHORTEN_MS_MAX: i64 = 60_000;

/// The most plays in full of what was made shorter, until the shortest is known that goes wrong in full, too.
const SHORTEST_MAX: u32 = 5;

/// Plays what is asked for.
pub(super) async fn run(shared: &Shared<'_>, selected: &[&Requirement]) {
    let words: Vec<(&Requirement, SequenceWord)> = selected
        .iter()
        .filter_map(|requirement| match requirement.demand {
            Demand::Sequence(word) => Some((*requirement, word)),
            _ => None,
        })
        .collect();
    if words.is_empty() {
        return;
    }
    let allow = shared.sender.guard.allow();
    let kept_back = (allow < Class::Write).then(|| {
        let reason = format!("it is of the class {0}; allow it with --allow {0}", Class::Write.word());
        Finding::inconclusive(reason, Blame::Configuration)
    });
    if let Some(finding) = shared.halted().or(kept_back) {
        let mut unsent = shared.unsent.borrow_mut();
        unsent.extend(words.iter().map(|(requirement, _)| (requirement.id.clone(), finding.clone())));
        return;
    }
    let may = |action: &Action| may(shared, action);
    if words.iter().any(|(_, word)| *word != SequenceWord::Race) {
        sequences(shared, &may).await;
    }
    if words.iter().any(|(_, word)| *word == SequenceWord::Race) {
        races(shared, &may).await;
    }
}

/// The cases of all sequences and races of a plan, where nothing of what they need is missing.
#[must_use]
pub fn cases(spec: &Spec, plan: &Plan, allow: Class) -> Vec<Case> {
    let may = |action: &Action| action.step.class <= allow;
    let played = |purpose, calls: &[Call]| sequence::played(spec, purpose, calls, plan.seed, 0, &plan.run_word).case;
    let sequences = sequence::sequences(spec, plan.seed, &may).into_iter().enumerate();
    let races = sequence::races(spec, plan.seed, &may);
    let tries = races.iter().flat_map(|(name, calls)| (0..TRIES).map(move |number| (race(name, number), calls)));
    let sequences = sequences.map(|(number, calls)| played(purpose(number), &calls));
    sequences.chain(tries.map(|(purpose, calls)| played(purpose, calls))).collect()
}

/// Whether an action may be sent, and all facts that it needs are known.
fn may(shared: &Shared<'_>, action: &Action) -> bool {
    let world = shared.world.borrow();
    let known = |name: &String| {
        action.is_symbol(name) || name == UNIQUE || name.starts_with("now") || world.get(name).is_some()
    };
    action.step.class <= shared.sender.guard.allow()
        && shared.sender.has(action.step.account)
        && variables_of(&action.step).into_iter().chain(action.facts()).all(|name| known(&name))
}

async fn sequences(shared: &Shared<'_>, may: &dyn Fn(&Action) -> bool) {
    let all = match shared.plan.calls.as_slice() {
        [] => sequence::sequences(shared.spec, shared.plan.seed, may),
        calls => vec![calls.to_vec()],
    };
    let patience = Patience::default();
    // What one does is none of the others' business: each looks at what it made itself, and has what is of all to itself.
    let played = stream::iter(all.iter().enumerate()).map(async |(number, calls)| {
        if shared.halted().is_some() {
            return None;
        }
        let following = Following::new(shared.spec, &patience, patience.first_ms());
        Some((number, play(shared, &purpose(number), calls, 0, following).await))
    });
    let side_by_side = shared.plan.workers.clamp(1, SIDE_BY_SIDE_MAX);
    let mut played: Vec<(usize, Record)> =
        played.buffer_unordered(side_by_side).filter_map(future::ready).collect().await;
    played.sort_by_key(|(number, _)| *number);
    let taken = judge::taken(shared.spec, &played.iter().map(|(_, record)| record).collect::<Vec<_>>());
    let fault = |record: &Record| judge::sequence_fault(shared.spec, record, &taken, HEAR_MS);
    let wrong: Vec<(usize, SequenceFault)> =
        played.iter().filter_map(|(number, record)| Some((*number, fault(record)?))).collect();
    played.into_iter().for_each(|(_, record)| shared.keep(record));
    let mut words = BTreeSet::new();
    // One sequence for each way of going wrong is enough to see.
    for (number, fault) in wrong {
        if words.contains(&fault.word) {
            continue;
        }
        if shared.halted().is_some() || !shared.confirms() {
            return;
        }
        let plays_max = if words.len() < SHORTENED_MAX { PLAYS_MAX } else { 0 };
        let wrong = Wrong { shared, purpose: purpose(number), word: fault.word, taken: &taken, patience: &patience };
        if wrong.confirm(&all[number], plays_max).await {
            words.insert(fault.word);
            shared.confirmed.set(shared.confirmed.get() + 1);
        }
    }
}

/// A sequence that went wrong.
struct Wrong<'a> {
    shared: &'a Shared<'a>,
    purpose: Purpose,
    word: SequenceWord,
    taken: &'a BTreeSet<String>,
    patience: &'a Patience,
}

impl Wrong<'_> {
    /// Plays it again. Where it goes wrong each time, the last of these plays is the shortest that does.
    async fn confirm(&self, calls: &[Call], plays_max: u32) -> bool {
        let mut last = None;
        for attempt in 1..ATTEMPTS {
            let record = self.play(calls, attempt, HEAR_MS).await;
            let again = self.is_wrong(&record, HEAR_MS);
            keep(self.shared, last.replace(record));
            if !again {
                keep(self.shared, last);
                return false;
            }
        }
        let Some(last) = last else { return false };
        self.shared.keep(self.shorten(calls, last, plays_max).await);
        true
    }

    /// The record of the shortest play that goes wrong in the same way: without any one of its steps it does so no more. What a feed does not
    /// show is not waited for in full each time; the shortest is played once more for that.
    async fn shorten(&self, calls: &[Call], last: Record, plays_max: u32) -> Record {
        let began_ms = self.shared.sender.now_ms();
        let took_ms = || self.shared.sender.now_ms() - began_ms;
        let mut found: Vec<(Vec<Call>, Record)> = Vec::new();
        let mut cuts = Cuts::new(calls);
        let mut plays = 0;
        let mut ended = false;
        while let Some(shorter) = cuts.shorter(self.shared.spec) {
            if plays >= plays_max || took_ms() >= SHORTEN_MS_MAX || self.shared.halted().is_some() {
                ended = true;
                break;
            }
            plays += 1;
            let within_ms = self.patience.soon_ms();
            let record = self.play(&shorter, ATTEMPTS + plays, within_ms).await;
            if self.is_wrong(&record, within_ms) {
                found.push((shorter.clone(), record));
                cuts.takes(shorter);
            }
        }
        let took_ms = u64::try_from(took_ms()).unwrap_or(0);
        let count = found.len();
        let (mut least, mut most, mut at) = (0, count, count.saturating_sub(1));
        let mut shown = None;
        for number in 1..=SHORTEST_MAX {
            let Some((shorter, record)) = found.get(at).filter(|_| least < most) else { break };
            let again = match self.is_wrong(record, HEAR_MS) {
                true => record.clone(),
                false => self.play(shorter, ATTEMPTS + plays + number, HEAR_MS).await,
            };
            match self.is_wrong(&again, HEAR_MS) {
                true => (least, shown) = (at + 1, Some(again)),
                false => most = at,
            }
            at = least.midpoint(most);
        }
        let longer_ms = (ended || least < count).then_some(took_ms);
        let attempt = ATTEMPTS - 1;
        let record = shown.unwrap_or(last);
        Record { case: Case { attempt, ..record.case }, longer_ms, ..record }
    }

    async fn play(&self, calls: &[Call], attempt: u32, within_ms: u64) -> Record {
        let following = Following::new(self.shared.spec, self.patience, within_ms);
        play(self.shared, &self.purpose, calls, attempt, following).await
    }

    fn is_wrong(&self, record: &Record, within_ms: u64) -> bool {
        let fault = judge::sequence_fault(self.shared.spec, record, self.taken, within_ms);
        fault.is_some_and(|fault| fault.word == self.word)
    }
}

fn keep(shared: &Shared<'_>, record: Option<Record>) {
    if let Some(record) = record {
        shared.keep(record);
    }
}

async fn races(shared: &Shared<'_>, may: &dyn Fn(&Action) -> bool) {
    let patience = Patience::default();
    for (name, calls) in sequence::races(shared.spec, shared.plan.seed, may) {
        let mut records: Vec<Record> = Vec::new();
        for number in 0..TRIES_MAX {
            if number == TRIES {
                let taken = judge::taken(shared.spec, &records.iter().collect::<Vec<_>>());
                if !records.iter().any(|record| judge::race_fault(shared.spec, record, &taken).is_some()) {
                    break;
                }
            }
            if shared.halted().is_some() {
                break;
            }
            let following = Following::new(shared.spec, &patience, HEAR_MS);
            records.push(play(shared, &race(&name, number), &calls, 0, following).await);
        }
        records.into_iter().for_each(|record| shared.keep(record));
        if shared.halted().is_some() {
            return;
        }
    }
}

fn purpose(number: usize) -> Purpose {
    Purpose::flow(SEQUENCE, format!("{number:02}"))
}

fn race(name: &str, number: u32) -> Purpose {
    Purpose::flow(RACE, format!("{name}/{number}"))
}

/// Plays calls, and what puts back what they did.
async fn play(
    shared: &Shared<'_>,
    purpose: &Purpose,
    calls: &[Call],
    attempt: u32,
    mut following: Following<'_>,
) -> Record {
    let (seed, word) = (shared.plan.seed, &shared.plan.run_word);
    let Sequence { case, steps, mut made } = sequence::played(shared.spec, purpose.clone(), calls, seed, attempt, word);
    // What the judge looks for is part of the record, too.
    let facts = shared.spec.sequences.actions.iter().flat_map(Action::facts);
    made.extend(facts.filter_map(|name| Some((name.clone(), shared.world.borrow().get(&name)?))));
    let known = shared.world.borrow().with(&made);
    let mut playing = Playing::new(shared, &case, known, &made);
    let client = |number: usize| case.steps[number].call.as_ref().map_or(0, |call| call.client);
    let of_all = |number: usize| {
        let call = case.steps[number].call.as_ref();
        let action = call.and_then(|call| shared.spec.sequences.action(&call.action));
        action.is_some_and(|action| shared.spec.sequences.is_on_what_all_have(action))
    };
    let mut refused: BTreeSet<u32> = BTreeSet::new();
    // To the end: what it made of it is looked at and put back there.
    let mut turn = None;
    let mut number = 0;
    while number < steps.len() {
        let step = &steps[number];
        let learnt = |name: &String| playing.known.open.contains_key(name);
        let names: Vec<&String> = step.capture.iter().map(|capture| &capture.name).collect();
        let stops = step.role != Role::Teardown && (shared.is_stopped() || shared.is_silent());
        // No report is asked for what was not made: it would be one of everybody.
        let nothing = case.steps[number].call.as_ref().is_some_and(|call| {
            let is_report = shared.spec.sequences.action(&call.action).is_some_and(|action| action.report);
            is_report && call.on.is_some_and(|on| refused.contains(&on))
        });
        if stops || nothing || !names.is_empty() && names.into_iter().all(learnt) {
            number += 1;
            continue;
        }
        if turn.is_none() && of_all(number) {
            turn = Some(shared.of_all.lock().await);
            // The run may have been stopped meanwhile.
            continue;
        }
        if following.is_followed(&case, number) {
            following.wait(&mut playing, number, step).await;
            number += 1;
        } else if client(number) == 0 {
            // What is not known was not made, or not learnt; the judge sees what was sent.
            let sent = playing.step(number, step).await.is_ok();
            let heard = playing.heard.last().filter(|_| sent);
            let turned_away = heard.is_some_and(Heard::refused);
            following.heard(&case, number, heard);
            refused.extend(case.steps[number].call.iter().filter(|_| turned_away).map(|call| call.number));
            number += 1;
        } else {
            let end = (number..steps.len()).find(|number| client(*number) == 0).unwrap_or(steps.len());
            let of = |which: u8| (number..end).filter(|number| client(*number) == which).collect::<Vec<_>>();
            playing.at_once([of(1), of(2)], &steps).await;
            number = end;
        }
    }
    if let Some(word) = made.get(UNIQUE) {
        shared.sender.hang_up(word).await;
    }
    let mut played = playing.played(None, false);
    played.record.variables.extend(shared.sender.redacted_all(&played.captured));
    played.record
}
