//! Judges requirements by sequences of commands, and by races of two clients.
//!
//! In: the records. Out: one [`Finding`] for each requirement about sequences, and what was played. The reference model is played over what
//! was recorded: [`replayed`] does so for a sequence, [`race`] for a race. A fault counts that stands in each of several plays of a sequence,
//! which the run makes with names of their own; a race shows it at least twice.

mod called;
mod followed;
mod play;
mod race;
mod replayed;

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
};

use crate::{
    model::{
        case::{ATTEMPTS, Call, Purpose, RACE, Role, SEQUENCE},
        conversation::HEAR_MS,
        record::Record,
        verdict::{Blame, Evidence, Finding, SequenceFacts},
    },
    spec::{ActionKind, Reference, SequenceWord, Spec},
    vocabulary::Heard,
};

use super::{
    heard,
    one_answer::{ReadBodies, Reader},
};
use called::Called;
use play::Play;

pub use followed::Followed;
pub use play::SequenceFault;

/// How often a race must go wrong.
const RACES_MIN: usize = 2;

/// All sequences and races of a run: the plays of each.
pub(super) struct Plays {
    sequences: BTreeMap<String, Vec<Play>>,
    races: BTreeMap<String, Vec<Play>>,
}

/// The names of the commands and reads that were accepted at least once: of any other a refusal shows nothing.
#[must_use]
pub fn taken(spec: &Spec, records: &[&Record]) -> BTreeSet<String> {
    let mut taken = BTreeSet::new();
    for record in records.iter().filter(|record| record.case.purpose.is_sequence()) {
        for exchange in &record.exchanges {
            let call = record.case.steps.get(exchange.step).and_then(|step| step.call.as_ref());
            let Some(call) = call.filter(|call| !taken.contains(&call.action)) else { continue };
            if heard(spec, exchange).is_some_and(|heard| heard.accepted()) {
                taken.insert(call.action.clone());
            }
        }
    }
    taken
}

/// What is wrong in one play of a sequence. What a feed does not show counts where it was waited for that long, in milliseconds.
#[must_use]
pub fn sequence_fault(spec: &Spec, record: &Record, taken: &BTreeSet<String>, within_ms: u64) -> Option<SequenceFault> {
    replayed::replayed(spec, record, &Reader::new(spec, &ReadBodies::default()).read(record), taken, within_ms).fault
}

/// What is wrong in one play of a race.
#[must_use]
pub fn race_fault(spec: &Spec, record: &Record, taken: &BTreeSet<String>) -> Option<SequenceFault> {
    race::race(spec, record, &Reader::new(spec, &ReadBodies::default()).read(record), taken).fault
}

/// Whether the answer to a read shows of its thing what the calls before made of it, as far as anything is known.
#[must_use]
pub fn sequence_shows(spec: &Spec, record: &Record, reference: &Reference, call: &Call, heard: &Heard<'_>) -> bool {
    let Some(action) = spec.sequences.action(&call.action) else { return true };
    race::shows(spec, record, reference, &Called { call, action, heard, exchange: record.exchanges.len() })
}

impl Plays {
    pub(super) fn of(spec: &Spec, records: &[Record]) -> Self {
        let taken = taken(spec, &records.iter().collect::<Vec<_>>());
        let mut all = Self { sequences: BTreeMap::new(), races: BTreeMap::new() };
        for (number, record) in records.iter().enumerate() {
            let Purpose::Flow { name, tag } = &record.case.purpose else { continue };
            let (read, lost) = (|| Reader::new(spec, &ReadBodies::default()).read(record), record.lost().is_some());
            match name.as_str() {
                SEQUENCE => {
                    let play = replayed::replayed(spec, record, &read(), &taken, HEAR_MS);
                    let of = all.sequences.entry(tag.clone()).or_default();
                    of.push(Play { record: number, lost, longer_ms: record.longer_ms, ..play });
                }
                RACE => {
                    let race = tag.split('/').next().unwrap_or(tag).to_owned();
                    let play = race::race(spec, record, &read(), &taken);
                    all.races.entry(race).or_default().push(Play { record: number, lost, ..play });
                }
                _ => {}
            }
        }
        all
    }

    /// Judges a requirement.
    pub(super) fn judge(&self, word: SequenceWord) -> Finding {
        let plays = if word == SequenceWord::Race { &self.races } else { &self.sequences };
        let mut undecided = None;
        let mut once = None;
        for (name, plays) in plays {
            let failed: Vec<&Play> =
                plays.iter().filter(|play| play.fault.as_ref().is_some_and(|fault| fault.word == word)).collect();
            let Some(last) = failed.last() else { continue };
            let of = plays.len();
            let held = plays.iter().filter(|play| play.whole && play.fault.is_none()).count();
            let enough = match word {
                SequenceWord::Race => failed.len() >= RACES_MIN,
                _ => held == 0 && (failed.len() >= ATTEMPTS as usize || of == 1),
            };
            match (enough, of) {
                (true, 2..) => return failing(last),
                // What was not played again, since other sequences showed the same.
                (true, _) => once = once.or_else(|| Some(failing(last))),
                (false, _) => {
                    let reason = format!("`{name}` failed {} of {of} times that it was played", failed.len());
                    undecided = undecided.or(Some(Finding::inconclusive(reason, Blame::Target)));
                }
            }
        }
        if let Some(finding) = undecided.or(once) {
            return finding;
        }
        let good = plays.values().flatten().filter_map(|play| play.good.get(&word)).sum();
        match NonZeroUsize::new(good) {
            Some(good) => Finding::pass(good),
            None => {
                let blame = match plays.is_empty() {
                    true => Blame::Configuration,
                    false if plays.values().flatten().any(|play| play.lost) => Blame::Network,
                    false => Blame::Target,
                };
                Finding::inconclusive("no sequence of commands came so far that this could be seen", blame)
            }
        }
    }
}

fn failing(play: &Play) -> Finding {
    match &play.fault {
        Some(fault) => Finding::fail(Evidence {
            expected: fault.expected.clone(),
            got: match play.longer_ms {
                Some(ms) => format!(
                    "{}, in a sequence that is perhaps not the shortest, after {} s of making it shorter",
                    fault.got,
                    ms / 1000
                ),
                None => fault.got.clone(),
            },
            record: play.record,
            exchange: fault.exchange,
        }),
        None => Finding::error("a play without a fault does not fail"),
    }
}

/// What was played; none where no sequence was.
pub(super) fn facts(spec: &Spec, records: &[Record]) -> Option<SequenceFacts> {
    let mut facts = SequenceFacts::default();
    let (mut pairs, mut commands): (BTreeSet<(&str, &str)>, BTreeSet<&str>) = Default::default();
    for record in records.iter().filter(|record| record.case.attempt == 0) {
        if !matches!(&record.case.purpose, Purpose::Flow { name, .. } if name == SEQUENCE) {
            continue;
        }
        let (mut last, mut length) = (None, 0);
        for exchange in record.exchanges.iter().filter(|exchange| exchange.role != Role::Teardown) {
            let call = record.case.steps.get(exchange.step).and_then(|step| step.call.as_ref());
            let action = call.and_then(|call| spec.sequences.action(&call.action));
            let Some(action) = action.filter(|action| action.kind == ActionKind::Command) else { continue };
            let name = action.name.as_str();
            commands.insert(name);
            pairs.extend(last.map(|last| (last, name)));
            last = Some(name);
            length += 1;
            facts.commands += 1;
            facts.accepted += usize::from(heard(spec, exchange).is_some_and(|heard| heard.accepted()));
        }
        facts.sequences += 1;
        facts.longest = facts.longest.max(length);
    }
    facts.pairs = pairs.len();
    facts.pairs_of = commands.len() * commands.len();
    (facts.commands > 0).then_some(facts)
}
