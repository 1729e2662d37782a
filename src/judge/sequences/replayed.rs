//! One play of a sequence against the reference model.
//!
//! In: a record, its answers, and the commands that are accepted at all. Out: the first disagreement and how it is called, and how much
//! agreed. After a disagreement nothing is known any more, so nothing more is judged. After an answer that was lost nothing is known of what
//! its command sets, and the rest is judged all the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::record::Record,
    spec::{ActionKind, Expected, Reference, SequenceWord, ShownField, Spec},
    vocabulary::Heard,
};

use super::{
    called::{Answered, Called, called, filled, writer},
    followed::followed,
    play::{Play, SequenceFault},
};

/// A field of a thing: its kind, its number, the field.
type Place = (String, u32, String);

/// In which way something is not as it must be; what says more of where it comes from comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    Refused,
    Phantom,
    Reversed,
    Stale,
    Lost,
}

/// What was there before, while a sequence is played again.
struct Comparison<'a> {
    spec: &'a Spec,
    record: &'a Record,
    all: &'a [Called<'a>],
    within_ms: u64,
    reference: Reference,
    /// The values that a field had, one after another, and the place in the sequence at which the last of them came.
    history: BTreeMap<Place, (Vec<String>, usize)>,
    /// Calls that were refused.
    refused: BTreeSet<u32>,
    /// Things at which something was refused.
    refused_at: BTreeSet<(String, u32)>,
    good: BTreeMap<SequenceWord, usize>,
}

/// Plays the reference model over a record. What a feed does not show counts where it was waited for that long, in milliseconds.
pub(super) fn replayed(
    spec: &Spec,
    record: &Record,
    heard: &[Heard<'_>],
    taken: &BTreeSet<String>,
    within_ms: u64,
) -> Play {
    let heard = followed(spec, record, heard);
    let all = called(spec, record, &heard);
    let mut comparison = Comparison {
        spec,
        record,
        all: &all,
        within_ms,
        reference: Reference::new(&spec.sequences),
        history: BTreeMap::new(),
        refused: BTreeSet::new(),
        refused_at: BTreeSet::new(),
        good: BTreeMap::new(),
    };
    let mut fault = None;
    let mut whole = true;
    for (at, one) in all.iter().enumerate() {
        let answered = one.answered();
        if answered == Answered::Neither {
            // A feed that is lost takes nothing of the sequence with it.
            whole &= one.action.feed;
            if one.action.kind == ActionKind::Command {
                comparison.reference.doubt(one.action, one.call);
            }
            continue;
        }
        let expected = comparison.reference.expects(one.action, one.call);
        fault = unexpected(one, expected, answered, taken).or_else(|| match one.action.kind {
            ActionKind::Command => {
                comparison.command(at, one, expected, answered);
                None
            }
            ActionKind::Read => comparison.read(at, one, answered),
        });
        if fault.is_some() {
            break;
        }
    }
    Play { fault, whole, good: comparison.good, ..Play::default() }
}

impl Comparison<'_> {
    /// Takes over what a command did.
    fn command(&mut self, at: usize, one: &Called<'_>, expected: Expected, answered: Answered) {
        if expected != Expected::Open {
            self.agree(SequenceWord::Answers);
        }
        if answered == Answered::Refused {
            self.refused.insert(one.call.number);
            let on = one.action.on.clone().zip(one.call.on);
            self.refused_at.extend(on);
            self.refused_at.extend(one.action.makes.clone().map(|kind| (kind, one.call.number)));
            return;
        }
        self.reference.accept(one.action, one.call);
        let set = one
            .action
            .on
            .iter()
            .zip(one.call.on)
            .flat_map(|(kind, on)| one.action.sets.iter().map(move |(field, _)| (kind.clone(), on, field.clone())));
        let given = one.action.makes.iter().flat_map(|kind| {
            one.action.gives.iter().map(move |(field, _)| (kind.clone(), one.call.number, field.clone()))
        });
        for place in set.chain(given).collect::<Vec<Place>>() {
            let value = self.reference.value(&place.0, place.1, &place.2).unwrap_or_default();
            let value = filled(&value, self.record).unwrap_or_default();
            let (values, last) = self.history.entry(place).or_default();
            values.push(value);
            *last = at;
        }
    }

    /// Holds what a read shows against what was done.
    fn read(&mut self, at: usize, one: &Called<'_>, answered: Answered) -> Option<SequenceFault> {
        let variables = one.variables(self.spec, self.record, &self.reference);
        if answered == Answered::Refused || !one.shows_something(self.spec, &variables) {
            return None;
        }
        let mut faults = Vec::new();
        for shows in &one.action.shows {
            let wanted = self.reference.shows(one.action, one.call, &shows.field);
            let Some(wanted) = wanted.and_then(|wanted| filled(&wanted, self.record)) else { continue };
            let Some(seen) = one.seen(shows, &variables) else { continue };
            let of_others = shows.others.as_ref().and_then(|others| filled(others, self.record));
            if seen == wanted {
                self.agrees(at, one, shows, &wanted);
            } else if of_others.as_ref() != Some(&seen)
                && (!one.action.feed || one.heard.exchange.took_ms >= self.within_ms)
            {
                let in_words = |value: &str| if value.is_empty() { "none".to_owned() } else { format!("`{value}`") };
                let (how, word) = self.word(at, one, shows, &seen, &wanted);
                let fault = SequenceFault {
                    word,
                    expected: format!(
                        "{} in the answer to {}, after what was accepted before",
                        in_words(&wanted),
                        one.in_words()
                    ),
                    got: in_words(&seen),
                    exchange: one.exchange,
                };
                faults.push((how, fault));
            }
        }
        // What names where it comes from says more than what is missing beside it.
        faults.into_iter().min_by_key(|(how, _)| *how).map(|(_, fault)| fault)
    }

    fn agree(&mut self, word: SequenceWord) {
        *self.good.entry(word).or_default() += 1;
    }

    /// What could have been seen otherwise where a field is as it must be.
    fn agrees(&mut self, at: usize, one: &Called<'_>, shows: &ShownField, wanted: &str) {
        let Some(place) = place(one, shows) else { return };
        let writes = self.history.get(&place).map_or(0, |(values, _)| values.len());
        let mut could = vec![How::Phantom];
        if self.refused_at.contains(&(place.0, place.1)) {
            could.push(How::Refused);
        }
        if writes > 0 {
            could.push(How::Lost);
        }
        if writes > 1 {
            could.extend([How::Stale, How::Reversed]);
        }
        let words: BTreeSet<SequenceWord> = could.into_iter().filter_map(|how| self.called(how, one, false)).collect();
        words.into_iter().for_each(|word| self.agree(word));
        if one.action.report && !wanted.is_empty() && self.fed(at, one, shows).is_some_and(|fed| fed == wanted) {
            self.agree(SequenceWord::FeedAndReport);
        }
    }

    /// How it is called that a field is not as it must be.
    fn word(&self, at: usize, one: &Called<'_>, shows: &ShownField, seen: &str, wanted: &str) -> (How, SequenceWord) {
        let how = self.how(at, one, shows, seen, wanted);
        let is_fed = one.action.report && self.fed(at, one, shows).is_some_and(|fed| fed == wanted);
        (how, self.called(how, one, is_fed).unwrap_or(SequenceWord::Lost))
    }

    /// The word for it, by what shows it; none where that API cannot show it.
    fn called(&self, how: How, one: &Called<'_>, is_fed: bool) -> Option<SequenceWord> {
        use SequenceWord as Word;
        Some(match how {
            _ if one.action.report && is_fed => Word::FeedAndReport,
            _ if one.action.report => Word::Report,
            How::Refused if one.action.feed => Word::FeedRefused,
            How::Phantom if one.action.feed => Word::FeedPhantom,
            How::Reversed if one.action.feed => Word::FeedReversed,
            How::Lost | How::Stale if one.action.feed => Word::FeedLost,
            How::Refused => Word::Refused,
            How::Phantom => Word::Phantom,
            How::Reversed => Word::Reversed,
            How::Stale => Word::Stale,
            How::Lost => Word::Lost,
        })
    }

    /// In which way a field is not as it must be.
    fn how(&self, at: usize, one: &Called<'_>, shows: &ShownField, seen: &str, wanted: &str) -> How {
        let written = writer(seen, self.record);
        if written.is_some_and(|number| self.refused.contains(&number)) {
            return How::Refused;
        }
        let (values, since) = place(one, shows).and_then(|place| self.history.get(&place).cloned()).unwrap_or_default();
        let ours =
            writer(wanted, self.record).is_some() || values.iter().any(|value| writer(value, self.record).is_some());
        if ours && !seen.is_empty() && !values.iter().any(|value| value == seen) {
            return How::Phantom;
        }
        let same = |other: &&Called<'_>| other.call.action == one.call.action && other.call.on == one.call.on;
        let seen_by = |other: &Called<'_>| other.seen(shows, &other.variables(self.spec, self.record, &self.reference));
        let right = |other: &Called<'_>| {
            other.answered() == Answered::Accepted && seen_by(other).is_some_and(|seen| seen == wanted)
        };
        // Somebody saw it right since then.
        let came = || {
            let feed = self.all[since..=at].iter().filter(|other| other.action.feed && one.action.feed);
            writer(wanted, self.record).is_some() && feed.into_iter().any(|other| other.said(wanted))
        };
        if self.all[since..at].iter().filter(same).any(right) || came() {
            let older = !seen.is_empty() && values.iter().any(|value| value == seen);
            return if older { How::Reversed } else { How::Lost };
        }
        let later = self.all[at + 1..].iter().take_while(|other| !changes(other, one, shows));
        if later.filter(same).any(right) { How::Stale } else { How::Lost }
    }

    /// What the feed shows in place of what a report shows, as long as nothing changes it.
    fn fed(&self, at: usize, report: &Called<'_>, shows: &ShownField) -> Option<String> {
        let (_, field) = report.action.fed.iter().find(|(field, _)| *field == shows.field)?;
        let changes = |other: &&Called<'_>| {
            other.call.on == report.call.on
                && other.action.on == report.action.on
                && other.action.sets.iter().any(|(set, _)| set == field)
        };
        let before = self.all[..at].iter().rev().take_while(|other| !changes(other));
        let after = self.all[at + 1..].iter().take_while(|other| !changes(other));
        let looks = after.chain(before).filter(|other| {
            other.action.feed && other.call.on == report.call.on && other.answered() == Answered::Accepted
        });
        looks.into_iter().find_map(|look| {
            let shows = look.action.shows.iter().find(|shows| shows.field == *field)?;
            let variables = look.variables(self.spec, self.record, &self.reference);
            look.shows_something(self.spec, &variables).then(|| look.seen(shows, &variables)).flatten()
        })
    }
}

/// The field that a read shows.
fn place(one: &Called<'_>, shows: &ShownField) -> Option<Place> {
    Some((one.action.on.clone()?, one.call.on?, shows.field.clone()))
}

/// Whether a later call may change the field that a read shows.
fn changes(later: &Called<'_>, read: &Called<'_>, shows: &ShownField) -> bool {
    later.call.on == read.call.on
        && later.action.on == read.action.on
        && later.action.sets.iter().any(|(field, _)| *field == shows.field)
}

/// A call that is accepted and must be refused, or the other way round. One that is refused each time shows nothing about sequences.
pub(super) fn unexpected(
    one: &Called<'_>,
    expected: Expected,
    answered: Answered,
    taken: &BTreeSet<String>,
) -> Option<SequenceFault> {
    let expected = match (expected, answered) {
        (Expected::Accepted, Answered::Refused) if taken.contains(&one.call.action) => "is accepted",
        (Expected::Refused, Answered::Accepted) => "is refused",
        _ => return None,
    };
    Some(SequenceFault {
        word: SequenceWord::Answers,
        expected: format!("after the commands before, {} {expected}", one.in_words()),
        got: one.heard.summary(),
        exchange: one.exchange,
    })
}
