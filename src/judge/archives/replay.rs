//! Whether the events between two state archives lead from the one to the other.
//!
//! In: a listing, and the archives that were fetched. Out: a finding. The guide does not say whether events stand to
//! the second around a snapshot, so a replay that ends elsewhere is tried once more with the events at the edges taken
//! by their times.

use std::{collections::BTreeSet, io::Cursor, num::NonZeroUsize};

use crate::{
    decode::{
        archive::{ArchiveError, events, state},
        model::StateModel,
    },
    model::verdict::{Blame, Evidence, Finding},
};

use super::{
    Archives, Fetched, LIMITS,
    listing::{ListedState, Listing},
    moves::{Moves, Seen},
    replayed::Replayed,
};

/// What one pair of state archives shows.
enum Pair {
    /// The replay ends where the second one begins. Holds the number of archives that were read.
    Same(usize),
    /// It ends elsewhere.
    Different(Evidence),
    /// It could not be decided, and why.
    Undecided(String),
}

impl Archives<'_> {
    /// What replaying shows. It is done once.
    pub(super) fn replayed(&self) -> &Replayed {
        self.replayed.get_or_init(|| {
            let (mut entries, mut teams) = (Seen::default(), Seen::default());
            let states = self.replay(&mut entries, &mut teams);
            Replayed { states, entries, teams }
        })
    }

    fn replay(&self, entries: &mut Seen, teams: &mut Seen) -> Finding {
        let (mut read, mut reason) = (0, None);
        let mut looked = BTreeSet::new();
        for listing in &self.listings {
            for pair in listing.states.windows(2) {
                let [first, second] = pair else { continue };
                // The same day may be listed often.
                if !looked.insert((&listing.date, first.index)) {
                    continue;
                }
                match self.pair(listing, first, second, entries, teams) {
                    Pair::Same(archives) => read += archives,
                    Pair::Different(evidence) => return Finding::fail(evidence),
                    Pair::Undecided(why) => reason = reason.or(Some(why)),
                }
            }
        }
        match NonZeroUsize::new(read) {
            Some(read) => Finding::pass(read),
            None => {
                let why = reason.unwrap_or_else(|| "no listing of the run has two state archives".to_owned());
                Finding::inconclusive(why, Blame::Configuration)
            }
        }
    }

    fn pair(
        &self,
        listing: &Listing,
        first: &ListedState,
        second: &ListedState,
        entries: &mut Seen,
        teams: &mut Seen,
    ) -> Pair {
        let of = |all: &'_ [Fetched<'_>], index: u64| {
            let index = index.to_string();
            all.iter().position(|one| one.date == listing.date && one.index == index)
        };
        let (from, to) = (first.event_archive_index, second.event_archive_index);
        let (Some(a), Some(b)) = (of(&self.states, first.index), of(&self.states, second.index)) else {
            return Pair::Undecided("no two state archives that follow one another were fetched".to_owned());
        };
        let (a, b) = (&self.states[a], &self.states[b]);
        let between: Option<Vec<usize>> = (from..to).take(1_000).map(|n| of(&self.event_archives, n)).collect();
        let Some(between) = between.filter(|between| !between.is_empty()) else {
            return Pair::Undecided("not all event archives between two state archives were fetched".to_owned());
        };
        let mut archives: Vec<&Fetched<'_>> = between.iter().map(|n| &self.event_archives[*n]).collect();
        let (Ok(start), Ok(mut end)) = (state(Cursor::new(a.bytes), LIMITS), state(Cursor::new(b.bytes), LIMITS))
        else {
            return Pair::Undecided("a state archive could not be read".to_owned());
        };
        let read = 2 + archives.len();
        let (mut model, mut moves) = (start.model.clone(), Moves::default());
        if let Err(error) = replayed(&mut model, &archives, None, Some(&mut moves)) {
            return Pair::Undecided(format!("an event archive could not be read: {error}"));
        }
        moves.judge(&end.model, b.source, entries, teams);
        self.documented(&mut model);
        self.documented(&mut end.model);
        let Some(difference) = model.difference(&end.model) else { return Pair::Same(read) };
        // With the neighbours, by time: what lies between the two snapshots and nothing else.
        let before = from.checked_sub(1).and_then(|n| of(&self.event_archives, n));
        let after = of(&self.event_archives, to);
        archives.splice(0..0, before.map(|n| &self.event_archives[n]));
        archives.extend(after.map(|n| &self.event_archives[n]));
        for (early, late) in [(0, 0), (-1, 0), (0, -1), (-1, -1)] {
            let mut model = start.model.clone();
            let window = (first.time + early, second.time + late);
            let done = replayed(&mut model, &archives, Some(window), None);
            self.documented(&mut model);
            if done.is_ok() && model.difference(&end.model).is_none() {
                return Pair::Same(read);
            }
        }
        // Where the archives do not begin at the snapshots, what happened in between is in none of those that the
        // listing names.
        let begins = |index: u64| listing.events.iter().find(|listed| listed.index == index).map(|listed| listed.time);
        if begins(from) != Some(first.time) || begins(to).is_some_and(|time| time != second.time) {
            return Pair::Undecided(format!(
                "the event archives do not begin when the snapshots were taken, so this may lie between them: {difference}"
            ));
        }
        Pair::Different(Evidence {
            expected: format!(
                "state archive {} with event archives {from} to {} replayed is state archive {}",
                first.index,
                to - 1,
                second.index
            ),
            got: difference,
            record: b.source.record,
            exchange: b.source.exchange,
        })
    }
}

impl Archives<'_> {
    /// Leaves out what the guide does not document: it may stand in states and come in no event.
    fn documented(&self, model: &mut StateModel) {
        let tables = self.model.tables();
        let of = |name: &str| tables.iter().find(|table| table.name == name || table.names.iter().any(|n| n == name));
        model.keep(|table, field| {
            of(table).is_some_and(|table| field.is_none_or(|name| table.fields.iter().any(|field| field.name == name)))
        });
    }
}

/// Applies the events of archives, those within the window where there is one: later than its start, not later than its
/// end.
fn replayed(
    model: &mut StateModel,
    archives: &[&Fetched<'_>],
    window: Option<(i64, i64)>,
    mut moves: Option<&mut Moves>,
) -> Result<(), ArchiveError> {
    for archive in archives {
        events(Cursor::new(archive.bytes), LIMITS, |event| {
            let inside = match (window, event.time) {
                (Some((from, to)), Some(time)) => time > from && time <= to,
                _ => true,
            };
            if let Some(moves) = &mut moves {
                moves.see(event, model);
            }
            if inside { event.apply_to(model) } else { Ok(()) }
        })?;
    }
    Ok(())
}
