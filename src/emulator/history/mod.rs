//! What has happened at the site: every support session with all that occurred in it, and who was logged in.
//!
//! In: a site's past and, after each command, what is going on now. Out: one [`Record`] a session, from
//! which all reports are made, so that they cannot disagree. Nothing here knows of requests or answers.

mod deeds;
mod follow;
mod lines;
mod past;
mod presentations;
mod record;
mod shift;
#[cfg(test)]
mod tests;

pub(crate) use deeds::{Doer, Peak, VaultEvent};
pub(crate) use lines::{Deed, Person};
pub(crate) use presentations::{Actor, Presentation, Scene, Seat};
pub(crate) use record::{Answers, Connection, End, Event, Member, Queue, Record, Who};
pub(crate) use shift::{Login, TeamEvent, details};

use std::collections::BTreeMap;

use super::site::{PastSession, Site};

/// Sessions that are kept; the oldest are forgotten first.
const RECORDS_MAX: usize = 10_000;

/// How long before the emulator its processes started, where the site's file names no restart.
const PROCESSES_S: i64 = 30 * 86_400;

/// Everything that reports and archives are made from.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// By lsid.
    pub(crate) records: BTreeMap<String, Record>,
    /// Every stretch of time that a representative was logged in, from the first to the last.
    pub(crate) logins: Vec<Login>,
    /// What happened in teams outside sessions, from the first to the last.
    pub(crate) team_events: Vec<TeamEvent>,
    /// In the order in which they began.
    pub(crate) presentations: Vec<Presentation>,
    /// What was done with Vault accounts, from the first to the last.
    pub(crate) vault: Vec<VaultEvent>,
    /// Hours in which nearly all licenses were in use, from the first to the last.
    pub(crate) peaks: Vec<Peak>,
    /// When the processes started anew.
    pub(crate) restarts_s: Vec<i64>,
    /// When the emulator started.
    pub(crate) started_s: i64,
    next_lseq: i64,
    next_gsnumber: i64,
}

/// What of a site's past does not hold together.
pub(crate) fn check(site: &Site) -> Result<(), String> {
    past::check(site)?;
    presentations::check(site)?;
    deeds::check(site)
}

impl History {
    /// The past of a site that starts now.
    pub(crate) fn new(site: &Site, now_s: i64) -> History {
        let mut history = History { next_lseq: 4100, next_gsnumber: 10, started_s: now_s, ..History::default() };
        history.logins = shift::logins(site, now_s, &mut history.next_gsnumber);
        history.team_events = shift::team_events(site, now_s);
        let mut past: Vec<&PastSession> = site.past_sessions.iter().collect();
        past.sort_by_key(|session| std::cmp::Reverse(session.began_seconds_ago));
        for session in past {
            let record = past::record(&mut history, site, session, now_s);
            history.keep(record);
        }
        history.presentations = presentations::presentations(&mut history, site, now_s);
        history.vault = deeds::vault(site, now_s);
        history.peaks = deeds::peaks(site, now_s);
        let today_s = now_s.div_euclid(86_400).saturating_mul(86_400);
        let restart =
            |[days, second]: &[i64; 2]| today_s.saturating_sub(days.saturating_mul(86_400)).saturating_add(*second);
        history.restarts_s = site.restarts.iter().map(restart).collect();
        history
    }

    /// When the processes started that run when the emulator starts.
    pub(crate) fn processes_s(&self) -> i64 {
        let before = self.restarts_s.iter().copied().filter(|at_s| *at_s <= self.started_s);
        before.max().unwrap_or(self.started_s.saturating_sub(PROCESSES_S))
    }

    /// All sessions, in the order in which they began.
    pub(crate) fn sessions(&self) -> Vec<&Record> {
        let mut all: Vec<&Record> = self.records.values().collect();
        all.sort_by_key(|record| (record.start_s, record.lseq));
        all
    }

    /// The login of a representative at an instant; failing that, the last one before it, or any.
    pub(crate) fn login(&self, rep: i64, at_s: i64) -> Option<&Login> {
        let of_rep = || self.logins.iter().filter(move |login| login.rep == rep);
        let current = of_rep().find(|login| login.holds(at_s));
        current.or_else(|| of_rep().rfind(|login| login.from_s <= at_s)).or_else(|| of_rep().next())
    }

    fn keep(&mut self, record: Record) {
        if self.records.len() >= RECORDS_MAX {
            let oldest = self.records.values().min_by_key(|record| record.start_s).map(|record| record.lsid.clone());
            oldest.and_then(|lsid| self.records.remove(&lsid));
        }
        self.records.insert(record.lsid.clone(), record);
    }

    fn lseq(&mut self) -> i64 {
        self.next_lseq += 1;
        self.next_lseq
    }

    fn gsnumber(&mut self) -> i64 {
        self.next_gsnumber += 1;
        self.next_gsnumber
    }
}
