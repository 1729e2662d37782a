//! What is noted of each source of the model, for what only several of them show together.
//!
//! In: what one source says, as it is read. Out: the notes. `together` judges them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::source::Source;

/// The most sessions that are kept: a target that makes them up does not fill the memory.
pub(super) const SESSIONS_MAX: usize = 200_000;

/// What all sources together tell.
#[derive(Default)]
pub(in crate::judge) struct Across {
    /// Ids of rows of sessions, wherever they stand.
    pub(super) sessions: HashSet<String>,
    /// Logging session ids, when the row was made, and where.
    pub(super) lsids: BTreeMap<String, (i64, Source)>,
    /// Which teams have a queue in a state, and whether anybody who is logged in belongs to it.
    pub(super) teams: Vec<(Source, BTreeMap<String, bool>)>,
    /// The logging session ids of the sessions of a state, and when it was taken.
    pub(super) states: Vec<(Source, i64, BTreeSet<String>)>,
    /// Where, who, and which session.
    pub(super) selected: Vec<(Source, String, String)>,
}

/// What a report of sessions holds: those that began within a window.
pub(in crate::judge) struct Reported {
    /// The window in seconds, as its dates have it in UTC.
    pub(in crate::judge) window: (i64, i64),
    /// When each session began, and when it ended if it did, by logging session ids.
    pub(in crate::judge) sessions: BTreeMap<String, (Option<i64>, Option<i64>)>,
}

impl Across {
    pub(super) fn teams_at(&mut self, source: Source, teams: BTreeMap<String, bool>) {
        self.teams.push((source, teams));
    }

    pub(super) fn sessions_at(&mut self, source: Source, at_s: i64, lsids: BTreeSet<String>) {
        self.states.push((source, at_s, lsids));
    }

    pub(super) fn selected(&mut self, source: Source, rep: &str, session: String) {
        if self.selected.len() < SESSIONS_MAX {
            self.selected.push((source, rep.to_owned(), session));
        }
    }
}
