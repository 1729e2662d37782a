//! What only several sources of the model show together: what is known of a session anywhere, and which queues are there at all times.
//!
//! In: the notes of all sources. Out: at the end, what is good or bad of all of them.

use serde_json::{Map, Value};

use crate::spec::{ArchiveDemand, ArchiveWord};

use super::{
    across::{Across, Reported, SESSIONS_MAX},
    field_types::plain,
    source::Source,
    tallies::ModelJudge,
};

/// How far from the beginning or the end of a session it may stand in a state or not, in seconds.
const EDGE_S: i64 = 120;

/// Time zones reach so far from UTC, in seconds.
const ZONE_S: i64 = 14 * 3_600;

impl ModelJudge<'_> {
    /// A row of a session that is, or was.
    pub(super) fn session_known(&mut self, id: &str) {
        if self.across.sessions.len() < SESSIONS_MAX {
            self.across.sessions.insert(id.to_owned());
        }
    }

    /// The same with its fields, perhaps some of them.
    pub(super) fn session_seen(&mut self, id: &str, row: &Map<String, Value>, source: Source) {
        self.session_known(id);
        let created = row.get("created_timestamp").and_then(plain).and_then(|text| text.parse().ok());
        let lsid = row.get("lsid").and_then(Value::as_str).filter(|lsid| !lsid.is_empty());
        if let (Some(created), Some(lsid)) = (created, lsid)
            && self.across.lsids.len() < SESSIONS_MAX
        {
            let first = self.across.lsids.entry(lsid.to_lowercase()).or_insert((created, source));
            *first = (*first).min((created, source));
        }
    }

    /// What all sources together tell.
    pub(in crate::judge) fn together(&mut self, reports: &[Reported]) {
        let across = std::mem::take(&mut self.across);
        let demand = ArchiveDemand::Word(ArchiveWord::SelectedSession);
        for (source, rep, session) in &across.selected {
            match across.sessions.contains(session) {
                true => self.good(demand, *source),
                false => {
                    let expected =
                        format!("the session that representative `{rep}` has selected is one that the archives know");
                    self.bad(demand, *source, expected, format!("{session}, and no such session"));
                }
            }
        }
        // A queue of a team that is not always there is not persistent.
        let demand = ArchiveDemand::Word(ArchiveWord::TeamActive);
        for (source, teams) in &across.teams {
            for (team, has_members) in teams {
                let goes = || across.teams.iter().any(|(_, others)| !others.contains_key(team));
                match !has_members && goes() {
                    false => self.good(demand, *source),
                    true => {
                        let expected = format!(
                            "somebody who is logged in and belongs to team {team}, whose queue is not always there"
                        );
                        self.bad(demand, *source, expected, "nobody");
                    }
                }
            }
        }
        self.active(&across, reports);
        let demand = ArchiveDemand::Word(ArchiveWord::ReportedSessions);
        for (lsid, (created, source)) in &across.lsids {
            let covers = |report: &&Reported| (report.window.0 + ZONE_S..report.window.1 - ZONE_S).contains(created);
            let mut covering = reports.iter().filter(covers).peekable();
            if covering.peek().is_none() {
                continue;
            }
            match covering.any(|report| report.sessions.contains_key(lsid)) {
                true => self.good(demand, *source),
                false => {
                    let expected =
                        format!("session `{lsid}`, whose row was made at {created}, in the report of that day");
                    self.bad(demand, *source, expected, "no such session in it");
                }
            }
        }
    }

    /// The sessions of a state are those that the report says ran then.
    fn active(&mut self, across: &Across, reports: &[Reported]) {
        let demand = ArchiveDemand::Word(ArchiveWord::ActiveSessions);
        for (source, at_s, lsids) in &across.states {
            for (lsid, (began, ended)) in reports.iter().flat_map(|report| &report.sessions) {
                let Some(began) = began else { continue };
                // One without an end may run, or may have ended when nobody was there to tell.
                let ran = began.saturating_add(EDGE_S) < *at_s && ended.is_some_and(|end| end > at_s + EDGE_S);
                let ran_not = *began > at_s + EDGE_S || ended.is_some_and(|end| end.saturating_add(EDGE_S) < *at_s);
                match (lsids.contains(lsid), ran, ran_not) {
                    (true, true, _) => self.good(demand, *source),
                    (false, true, _) => {
                        let expected = format!("session `{lsid}`, which ran at {at_s} by its report");
                        self.bad(demand, *source, expected, "no such row");
                    }
                    (true, _, true) => {
                        let expected = format!("no session `{lsid}`, which did not run at {at_s} by its report");
                        self.bad(demand, *source, expected, "a row of it");
                    }
                    _ => {}
                }
            }
        }
    }
}
