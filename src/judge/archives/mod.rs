//! Judges requirements by the archives of the run.
//!
//! In: the records. Out: one [`Finding`] for each requirement about tables, events and archives as a whole. What tables,
//! rows and changes must be is judged by [`super::state_model`]; here is what only archives have. Every archive is read once,
//! as a stream; what is kept of it is what it says about each requirement. Only replaying reads some of them again.

mod events;
mod fed;
mod listing;
mod moves;
mod replay;
mod replayed;
mod reports;
mod states;

use std::cell::OnceCell;

use crate::{
    decode::archive::{ArchiveError, ArchiveErrorKind, FileError, Limits},
    model::{
        record::Record,
        verdict::{Blame, Finding, Observation},
    },
    spec::{ArchiveDemand, ArchiveWord, Endpoint, Media, ModelEvent, Requirement, Spec},
    vocabulary::Heard,
};

use super::{
    one_answer::heard,
    state_model::{ModelJudge, NewRows, Reported, Source, SourceLine},
};
use fed::Fed;
use listing::Listing;
use replayed::Replayed;

/// Bounds of an archive: 4 GiB, which the guide calls the most (p. 118), and what one machine can hold.
const LIMITS: Limits = Limits { bytes: 4 << 30, line_bytes: 16 << 20, model_bytes: 64 << 20 };

/// Ids of the endpoints that give archives.
const ARCHIVE: &str = "archive/archive";
const LISTING: &str = "archive/archive_listing";

/// Id of the endpoint that reports sessions.
const SESSIONS: &str = "reporting/support_session";

/// Ids of the endpoints whose answers are held against each other.
pub const READ_TOGETHER: [&str; 3] = [ARCHIVE, LISTING, SESSIONS];

/// An archive that was fetched.
struct Fetched<'a> {
    source: Source,
    date: &'a str,
    index: &'a str,
    bytes: &'a [u8],
}

/// What all archives of a run say.
pub(super) struct Archives<'a> {
    model: ModelJudge<'a>,
    events: &'a [ModelEvent],
    listings: Vec<Listing>,
    states: Vec<Fetched<'a>>,
    event_archives: Vec<Fetched<'a>>,
    reports: Vec<Reported>,
    /// What feeds said of sessions.
    fed: Fed,
    /// Of every two states that follow one another: what the events between them lead to. Replayed when it is first asked for.
    replayed: OnceCell<Replayed>,
}

impl<'a> Archives<'a> {
    /// Reads every archive of the run.
    pub(super) fn of(spec: &'a Spec, records: &'a [Record]) -> Self {
        let with = |has: fn(&&Endpoint) -> bool| spec.endpoints.values().find(has);
        let mut all = Self {
            model: ModelJudge::new(
                with(|endpoint| !endpoint.tables.is_empty()).map_or(&[], |endpoint| &endpoint.tables),
            ),
            events: with(|endpoint| !endpoint.events.is_empty()).map_or(&[], |endpoint| &endpoint.events),
            listings: Vec::new(),
            states: Vec::new(),
            event_archives: Vec::new(),
            reports: Vec::new(),
            fed: Fed::default(),
            replayed: OnceCell::new(),
        };
        all.gather(spec, records);
        for listing in &all.listings {
            listing.judge(&mut all.model);
        }
        for state in std::mem::take(&mut all.states) {
            all.state(&state);
            all.states.push(state);
        }
        for archive in std::mem::take(&mut all.event_archives) {
            all.lines(&archive);
            all.event_archives.push(archive);
        }
        all.model.together(&std::mem::take(&mut all.reports));
        let session_events = ArchiveDemand::Word(ArchiveWord::SessionEvents);
        if let Some(source) = all.model.sessions_began().filter(|_| !all.model.has_seen(session_events)) {
            all.model.bad(
                session_events,
                source,
                "a session event, where sessions began",
                "none in any of the archives",
            );
        }
        all
    }

    fn gather(&mut self, spec: &'a Spec, records: &'a [Record]) {
        for (record, one) in records.iter().enumerate() {
            for (exchange, sent) in one.sent() {
                if spec
                    .endpoints
                    .get(&sent.endpoint)
                    .is_some_and(|endpoint| endpoint.response.media == Media::WebSocket)
                {
                    self.fed.take(sent, Source { record, exchange });
                }
                if !READ_TOGETHER.contains(&sent.endpoint.as_str()) {
                    continue;
                }
                if sent.endpoint == SESSIONS && reports::window(sent).is_none() {
                    continue;
                }
                let Some(heard) = heard(spec, sent).filter(Heard::accepted) else { continue };
                if sent.endpoint == SESSIONS {
                    self.reports.extend(reports::reported(sent, &heard));
                    continue;
                }
                let date = sent.parameter("date").unwrap_or_default();
                if let (LISTING, Some(root)) = (sent.endpoint.as_str(), heard.body.xml()) {
                    self.listings.push(Listing::of(root, date, Source { record, exchange }));
                    continue;
                }
                let index = sent.parameter("index").unwrap_or_default();
                // The end of a very large archive is missing by our doing, and without it nothing can be judged.
                let Some(answer) = sent.answer().filter(|answer| answer.cut.is_none()) else { continue };
                let fetched = Fetched { source: Source { record, exchange }, date, index, bytes: answer.raw() };
                let to = match sent.parameter("type") {
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

    /// An archive was read to its end, or not.
    fn read(&mut self, source: Source, error: Option<&ArchiveError>) {
        let (readable, size) = (ArchiveDemand::Word(ArchiveWord::Readable), ArchiveDemand::Word(ArchiveWord::Size));
        match error {
            None => {
                self.model.good(readable, source);
                self.model.good(size, source);
            }
            Some(ArchiveError { kind: kind @ ArchiveErrorKind::File(FileError::TooLarge { .. }), .. }) => {
                self.model.bad(size, source, "an archive of at most 4 GiB", kind.to_string());
            }
            Some(error) => self.model.bad(readable, source, "a whole archive that can be read", error.to_string()),
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
            ArchiveDemand::Word(ArchiveWord::Replay) => self.replayed().states.clone(),
            ArchiveDemand::Word(ArchiveWord::QueueEntry) => self.replayed().entries.finding(),
            ArchiveDemand::Word(ArchiveWord::PrimaryTeam) => self.replayed().teams.finding(),
            ArchiveDemand::Word(word) if !word.readings().is_empty() => self.model.notation(demand),
            ArchiveDemand::TableName(_) => self.model.notation(demand),
            _ => self.model.tally(requirement, demand),
        }
    }

    /// What was seen that is no gap.
    pub(super) fn observations(&self) -> Vec<Observation> {
        self.model.observations(ARCHIVE)
    }
}

#[cfg(test)]
mod tests;
