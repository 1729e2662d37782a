//! The ten metrics of the guide (pages 133 to 135), from a replay of archives.
//!
//! In: the model of a state archive and the events after it. Out: [`Metrics`]. Nothing here reads a file or a clock,
//! and it holds no more than the model and a row for each representative and session.
//!
//! Two slips of the printed formulas are set right: the queue has no `representative_id`, it is the representative who
//! names the queue; and `representative_id` stands for the id of the representative's row.

mod moment;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::decode::{
    archive::{ArchiveError, ArchiveEvent},
    model::{ChangeKind, ModelMessage, StateModel},
};

/// What is counted, in seconds unless the name says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Metrics {
    /// When counting began, in seconds since 1970.
    pub from: i64,
    /// When it ended.
    pub to: i64,
    /// The number of events that were replayed, those outside the time that is counted too.
    pub events: u64,
    /// The number of restarts of the processes, after each of which all rows are gone.
    pub restarts: u64,
    /// The number of representatives who were logged in.
    pub logged_in: LoggedIn,
    /// Work time of all representatives in all sessions that any of them worked in, by the number of those pairs.
    pub average_work_seconds: f64,
    /// What is counted for each representative, by name.
    pub representatives: BTreeMap<String, Representative>,
}

/// The number of representatives who were logged in at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct LoggedIn {
    /// The fewest.
    pub min: usize,
    /// The most.
    pub max: usize,
    /// On average over the time.
    pub average: f64,
}

/// What is counted for one representative.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Representative {
    /// When a row came; none for who was there from the beginning.
    pub logins: Vec<i64>,
    /// When a row went.
    pub logouts: Vec<i64>,
    /// Logged in.
    pub logged_in_seconds: i64,
    /// Logged in and connected.
    pub connected_seconds: i64,
    /// Work time: console in focus, session selected, customer connected, not idle.
    pub work_seconds: i64,
    /// The number of sessions in which there was work time.
    pub sessions_worked_in: usize,
    /// Work time by those sessions.
    pub average_work_seconds: f64,
    /// Active time: session in the own queue, representative in it, customer connected. Sessions at once count each.
    pub active_seconds: i64,
    /// Connected and in no session.
    pub without_session_seconds: i64,
    /// Connected and in a number of sessions at once, by that number.
    pub concurrent_seconds: BTreeMap<usize, i64>,
    /// With automatic assignment on.
    pub auto_assign_seconds: i64,
    /// Available for new sessions.
    pub available_seconds: i64,
    /// Idle.
    pub idle_seconds: i64,
    /// In a session whose customer is there but not connected.
    pub waiting_seconds: i64,
}

/// Replays events and counts.
#[derive(Debug)]
pub struct Replay {
    model: StateModel,
    /// What is counted lies within this; the first and last event where it is open.
    from: Option<i64>,
    to: Option<i64>,
    now: Option<i64>,
    /// The time of the first and of the last event that says so.
    first: Option<i64>,
    counted: i64,
    logged_in_seconds: i64,
    fewest: Option<usize>,
    most: usize,
    /// By representative and session, whose row's id may come again after a restart.
    work: BTreeMap<(String, u64, String), i64>,
    out: Metrics,
}

impl Replay {
    /// From the rows of a state archive; counts what lies between the two times, or all.
    #[must_use]
    pub fn new(model: StateModel, from: Option<i64>, to: Option<i64>) -> Self {
        Self {
            model,
            from,
            to,
            now: None,
            first: None,
            counted: 0,
            logged_in_seconds: 0,
            fewest: None,
            most: 0,
            work: BTreeMap::new(),
            out: Metrics::default(),
        }
    }

    /// The next event.
    ///
    /// # Errors
    /// A row of it cannot be read, or the model has become too large.
    pub fn event(&mut self, event: &ArchiveEvent<'_>) -> Result<(), ArchiveError> {
        self.out.events += 1;
        // Lines about rows need not say when; a new row does.
        let time = event.time.or_else(|| moment::created(event));
        if let Some(time) = time {
            self.first = self.first.or(Some(time));
            self.until(time);
        }
        // Most events are about other rows, and then nobody comes or goes.
        let Some(message) = event.message() else { return Ok(()) };
        let comes_or_goes = match message {
            ModelMessage::Changes { changes, .. } => {
                // A row may also come by an update.
                let known =
                    |id: &str| self.model.tables.get("representative").is_some_and(|rows| rows.contains_key(id));
                changes.iter().any(|change| {
                    let changed = change.kind == ChangeKind::Update && change.id.as_deref().is_some_and(known);
                    change.table == "representative" && !changed
                })
            }
            ModelMessage::Truncate => true,
        };
        let before = if comes_or_goes { self.there() } else { BTreeSet::new() };
        event.apply_to(&mut self.model)?;
        if matches!(message, ModelMessage::Truncate) {
            self.out.restarts += 1;
        }
        let now = time.or(self.now).filter(|now| comes_or_goes && self.counts(*now));
        if let Some(now) = now {
            let after = self.there();
            for (_, who) in after.difference(&before) {
                self.out.representatives.entry(who.clone()).or_default().logins.push(now);
            }
            for (_, who) in before.difference(&after) {
                self.out.representatives.entry(who.clone()).or_default().logouts.push(now);
            }
        }
        Ok(())
    }

    fn counts(&self, time: i64) -> bool {
        self.from.is_none_or(|from| time >= from) && self.to.is_none_or(|to| time <= to)
    }

    /// Rows of representatives, and who they are.
    fn there(&self) -> BTreeSet<(String, String)> {
        self.model.rows("representative").map(|(id, row)| (id.to_owned(), moment::who(id, row))).collect()
    }

    /// Time goes on, with everything as it is.
    fn until(&mut self, time: i64) {
        // The state holds from where counting begins until the first event.
        let now = self.now.unwrap_or_else(|| self.from.map_or(time, |from| from.min(time)));
        let end = self.to.map_or(time, |to| time.min(to));
        let begin = self.from.map_or(now, |from| now.max(from));
        if self.counts(begin) && self.counts(end) {
            self.count((end - begin).max(0));
        }
        self.now = Some(now.max(time));
    }

    fn count(&mut self, seconds: i64) {
        if seconds == 0 {
            return;
        }
        let representatives = moment::representatives(&self.model);
        let there = representatives.len();
        self.fewest = Some(self.fewest.map_or(there, |fewest| fewest.min(there)));
        self.most = self.most.max(there);
        self.counted += seconds;
        self.logged_in_seconds += seconds * i64::try_from(there).unwrap_or(i64::MAX);
        for one in representatives {
            let row = self.out.representatives.entry(one.who.clone()).or_default();
            let add = |holds: bool, to: &mut i64| *to += if holds { seconds } else { 0 };
            add(true, &mut row.logged_in_seconds);
            add(one.connected, &mut row.connected_seconds);
            add(one.connected && one.sessions == 0, &mut row.without_session_seconds);
            if one.connected && one.sessions > 0 {
                add(true, row.concurrent_seconds.entry(one.sessions).or_default());
            }
            add(one.enabled, &mut row.auto_assign_seconds);
            add(one.available, &mut row.available_seconds);
            add(one.idle, &mut row.idle_seconds);
            add(one.waiting, &mut row.waiting_seconds);
            row.active_seconds += seconds * i64::try_from(one.active).unwrap_or(i64::MAX);
            if let Some(session) = one.works_in {
                add(true, self.work.entry((one.who, self.out.restarts, session)).or_default());
            }
        }
    }

    /// What was counted.
    ///
    /// # Errors
    /// No event says when it happened, so nothing could be counted.
    pub fn finish(mut self) -> Result<Metrics, String> {
        if let Some(to) = self.to {
            self.until(to);
        }
        let (Some(first), Some(last)) = (self.from.or(self.first), self.to.or(self.now)) else {
            return Err("no event says when it happened".to_owned());
        };
        let mut out = self.out;
        (out.from, out.to) = (first, last);
        let over = |all: i64, number: i64| if number == 0 { 0.0 } else { all as f64 / number as f64 };
        for ((who, ..), seconds) in &self.work {
            let row = out.representatives.entry(who.clone()).or_default();
            row.work_seconds += seconds;
            row.sessions_worked_in += 1;
        }
        for row in out.representatives.values_mut() {
            row.average_work_seconds = over(row.work_seconds, row.sessions_worked_in as i64);
        }
        out.average_work_seconds = over(self.work.values().sum(), self.work.len() as i64);
        out.logged_in = LoggedIn {
            min: self.fewest.unwrap_or(0),
            max: self.most,
            average: over(self.logged_in_seconds, self.counted),
        };
        Ok(out)
    }
}

#[cfg(test)]
mod tests;
