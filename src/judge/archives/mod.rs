//! Judges requirements by the archives of the run.
//!
//! In: the records. Out: one [`Finding`] for each requirement about tables, events and archives as a whole. Every
//! archive is read once, as a stream; what is kept of it is what it says about each requirement. Only replaying reads
//! some of them again.

mod events;
mod fields;
mod listing;
mod replay;
mod states;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    num::NonZeroUsize,
};

use crate::{
    decode::archive::{Fault, Limits},
    model::{
        record::Record,
        verdict::{Blame, Evidence, Finding, Observation},
    },
    spec::{ArchiveDemand, ArchiveWord, Endpoint, ModelEvent, ModelTable, Requirement, Spec},
    vocabulary::{Heard, shorten},
};

use super::doors::heard;
use listing::Listing;

/// How much is read of an archive: 4 GiB, which the guide calls the most (p. 118), and what one machine can hold.
const LIMITS: Limits = Limits { bytes: 4 << 30, line_bytes: 16 << 20, model_bytes: 64 << 20 };

/// Ids of the endpoints that give archives.
const ARCHIVE: &str = "archive/archive";
const LISTING: &str = "archive/archive_listing";

/// Where an archive is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct At {
    record: usize,
    exchange: usize,
}

/// An archive that was fetched.
struct Fetched<'a> {
    at: At,
    date: &'a str,
    index: &'a str,
    bytes: &'a [u8],
}

/// What the archives say about one requirement.
#[derive(Default)]
struct Tally {
    /// The archives in which it could be seen.
    good: BTreeSet<At>,
    bad: Option<Evidence>,
}

/// What all archives of a run say.
pub(super) struct Archives<'a> {
    tables: &'a [ModelTable],
    events: &'a [ModelEvent],
    listings: Vec<Listing>,
    states: Vec<Fetched<'a>>,
    event_archives: Vec<Fetched<'a>>,
    tallies: HashMap<ArchiveDemand, Tally>,
    /// Which readings were seen of a demand, and where first; field by field where the guide itself differs from one to the next.
    notations: HashMap<ArchiveDemand, BTreeMap<String, BTreeMap<&'a str, At>>>,
    /// Logging session ids of presentations.
    presentations: HashSet<String>,
    /// An event archive in which a session began.
    sessions_began: Option<At>,
    seen: BTreeMap<(String, String), BTreeSet<At>>,
}

impl<'a> Archives<'a> {
    /// Reads every archive of the run.
    pub(super) fn of(spec: &'a Spec, records: &'a [Record]) -> Self {
        let with = |has: fn(&&Endpoint) -> bool| spec.endpoints.values().find(has);
        let mut all = Self {
            tables: with(|endpoint| !endpoint.tables.is_empty()).map_or(&[], |endpoint| &endpoint.tables),
            events: with(|endpoint| !endpoint.events.is_empty()).map_or(&[], |endpoint| &endpoint.events),
            listings: Vec::new(),
            states: Vec::new(),
            event_archives: Vec::new(),
            tallies: HashMap::new(),
            notations: HashMap::new(),
            presentations: HashSet::new(),
            sessions_began: None,
            seen: BTreeMap::new(),
        };
        all.gather(spec, records);
        for listing in std::mem::take(&mut all.listings) {
            all.listed(&listing);
            all.listings.push(listing);
        }
        for state in std::mem::take(&mut all.states) {
            all.state(&state);
            all.states.push(state);
        }
        for archive in std::mem::take(&mut all.event_archives) {
            all.lines(&archive);
            all.event_archives.push(archive);
        }
        let told = ArchiveDemand::Word(ArchiveWord::SessionEvents);
        if let Some(at) = all.sessions_began.filter(|_| !all.tallies.contains_key(&told)) {
            all.bad(told, at, "a session event, where sessions began", "none in any of the archives");
        }
        all
    }

    fn gather(&mut self, spec: &'a Spec, records: &'a [Record]) {
        for (record, source) in records.iter().enumerate() {
            for (exchange, sent) in source.exchanges.iter().enumerate() {
                if sent.endpoint != ARCHIVE && sent.endpoint != LISTING {
                    continue;
                }
                let Some(heard) = heard(spec, sent).filter(Heard::accepted) else { continue };
                let date = sent.request.parameter("date").unwrap_or_default();
                if let (LISTING, Some(root)) = (sent.endpoint.as_str(), heard.body.xml()) {
                    self.listings.push(Listing::of(root, date, At { record, exchange }));
                    continue;
                }
                let index = sent.request.parameter("index").unwrap_or_default();
                // The end of a very large archive is missing by our doing, and without it nothing can be told.
                let Some(answer) = sent.answer().filter(|answer| answer.cut.is_none()) else { continue };
                let fetched = Fetched { at: At { record, exchange }, date, index, bytes: answer.raw() };
                let to = match sent.request.parameter("type") {
                    Some("state") => &mut self.states,
                    Some("event") => &mut self.event_archives,
                    _ => continue,
                };
                // The same archive is fetched for many requirements, and read for all of them at once.
                let same =
                    |other: &&Fetched<'_>| (other.date, other.index, other.bytes) == (date, index, fetched.bytes);
                if !to.iter().any(|other| same(&other)) {
                    to.push(fetched);
                }
            }
        }
    }

    fn good(&mut self, demand: ArchiveDemand, at: At) {
        self.tallies.entry(demand).or_default().good.insert(at);
    }

    fn bad(&mut self, demand: ArchiveDemand, at: At, expected: impl Into<String>, got: impl Into<String>) {
        let evidence = || Evidence {
            expected: expected.into(),
            got: shorten(&got.into()),
            record: at.record,
            exchange: at.exchange,
        };
        self.tallies.entry(demand).or_default().bad.get_or_insert_with(evidence);
    }

    fn note(&mut self, word: ArchiveWord, reading: &'static str, at: At) {
        self.note_of(ArchiveDemand::Word(word), "", reading, at);
    }

    fn note_of(&mut self, demand: ArchiveDemand, field: &str, reading: &'a str, at: At) {
        let of = self.notations.entry(demand).or_default();
        // A target that makes names up does not fill the memory; the guide has far fewer.
        if of.len() < 1_000 || of.contains_key(field) {
            of.entry(field.to_owned()).or_default().entry(reading).or_insert(at);
        }
    }

    /// Something that is no gap was seen.
    fn observe(&mut self, what: &str, place: String, at: At) {
        // A target that makes names up does not fill the report.
        if self.seen.len() < 200 {
            self.seen.entry((what.to_owned(), place)).or_default().insert(at);
        }
    }

    /// An archive was read to its end, or not.
    fn read(&mut self, at: At, fault: Option<&Fault>) {
        let (readable, size) = (ArchiveDemand::Word(ArchiveWord::Readable), ArchiveDemand::Word(ArchiveWord::Size));
        match fault {
            None => {
                self.good(readable, at);
                self.good(size, at);
            }
            Some(fault) if fault.outer && fault.says.contains("bytes that are read") => {
                self.bad(size, at, "an archive of at most 4 GiB", fault.says.clone());
            }
            Some(fault) => self.bad(readable, at, "a whole archive that can be read", fault.to_string()),
        }
    }

    /// Judges a requirement.
    pub(super) fn judge(&self, requirement: &Requirement, demand: ArchiveDemand) -> Finding {
        let of_listings = matches!(demand, ArchiveDemand::Word(word) if word.is_of_listings());
        if of_listings && self.listings.is_empty() {
            return Finding::inconclusive("no listing was accepted", Blame::Target);
        }
        if !of_listings && self.states.is_empty() && self.event_archives.is_empty() {
            let reason = "no archive was fetched; the target may list none for yesterday, or refuse them all";
            return Finding::inconclusive(reason, Blame::Target);
        }
        match demand {
            ArchiveDemand::Word(ArchiveWord::Replay) => self.replay(),
            ArchiveDemand::Word(word) if !word.readings().is_empty() => self.notation(demand),
            ArchiveDemand::TableName(_) => self.notation(demand),
            _ => self.tally(requirement, demand),
        }
    }

    fn notation(&self, demand: ArchiveDemand) -> Finding {
        let mut all: BTreeSet<&str> = BTreeSet::new();
        for seen in self.notations.get(&demand).into_iter().flat_map(BTreeMap::values) {
            all.extend(seen.keys());
            if let Some((_, at)) = seen.iter().nth(1) {
                let expected = "one notation throughout".to_owned();
                let got = seen.keys().copied().collect::<Vec<_>>().join(" and ");
                return Finding::fail(Evidence { expected, got, record: at.record, exchange: at.exchange });
            }
        }
        if all.is_empty() {
            return Finding::not_applicable("the archives had nothing of that kind in them");
        }
        let mut finding = Finding::pass(NonZeroUsize::MIN);
        finding.reading = Some(all.into_iter().collect::<Vec<_>>().join(" and "));
        finding
    }

    fn tally(&self, requirement: &Requirement, demand: ArchiveDemand) -> Finding {
        let tally = self.tallies.get(&demand);
        if let Some(evidence) = tally.and_then(|tally| tally.bad.clone()) {
            return Finding::fail(evidence);
        }
        let good = tally.and_then(|tally| NonZeroUsize::new(tally.good.len()));
        good.map_or_else(
            || {
                let what = requirement.id.rsplit('/').next().unwrap_or_default();
                Finding::not_applicable(format!("the archives that were fetched had no occasion to show it ({what})"))
            },
            Finding::pass,
        )
    }

    /// What was seen that is no gap.
    pub(super) fn observations(&self) -> Vec<Observation> {
        let observation = |((what, place), at): (&(String, String), &BTreeSet<At>)| Observation {
            requirement: ARCHIVE.to_owned(),
            what: what.clone(),
            place: place.clone(),
            count: at.len(),
        };
        self.seen.iter().map(observation).collect()
    }
}

#[cfg(test)]
mod tests;
