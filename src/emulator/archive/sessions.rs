//! Support sessions of the model: they start, are moved, have people in them, and end.
//!
//! In: what happens in a session. Out: its row and those that hang on it.

use super::super::history::Record;
use super::activity::{STEPS, work};
use super::play::{Play, text};
use super::story::Place;
use super::tables::Cell;

/// How long a session is expected to wait.
const PICKUP_S: i64 = 120;

impl<'a> Play<'a> {
    fn live(&mut self, record: &Record) -> Option<usize> {
        self.sessions.iter().position(|live| live.record.lsid == record.lsid)
    }

    /// The row of a session that runs.
    pub(super) fn session_row(&self, record: &Record) -> Option<u64> {
        self.world.find("support_session", "lsid", &text(&record.lsid))
    }

    /// A session with everything that it has already.
    pub(super) fn start(&mut self, at_s: i64, index: usize) {
        let Some(live) = self.sessions.get(index) else { return };
        let (record, members, place, last_team) = (live.record, live.members.clone(), live.place, live.last_team);
        let customer = live.customer;
        let row = self.insert_session(at_s, record);
        if customer {
            self.insert_customer(at_s, record, row);
        }
        for (code, value) in record.attributes.iter().filter(|(code, _)| *code != "external_key") {
            let cells = [("code_name", text(code)), ("support_session_id", Cell::Key(row)), ("value", text(value))];
            self.world.insert(at_s, "support_session_attribute", cells);
        }
        for code in &record.skills {
            let cells = [("code_name", text(code)), ("support_session_id", Cell::Key(row))];
            self.world.insert(at_s, "support_session_skill", cells);
        }
        members.into_iter().for_each(|rep| self.enter(at_s, row, rep));
        if let Some(queue) = last_team.and_then(|team| self.active_team_queue(at_s, team)) {
            self.world.update(at_s, "support_session", row, [("primary_team_queue_id", Cell::Key(queue))]);
        }
        if place != Place::Prewait {
            self.put(at_s, row, place);
        }
    }

    fn insert_session(&mut self, at_s: i64, record: &Record) -> u64 {
        let [company, code, issue, details] = &record.customer.info;
        let issues = self.site.teams.iter().flat_map(|team| &team.issues);
        let issue = issues.into_iter().find(|known| known.id.to_string() == *issue);
        let site_name = self.site.portals.get(record.portal).map(|portal| portal.name.clone()).unwrap_or_default();
        let method = match () {
            () if record.jumpoint.is_some() => "remote_jump",
            () if issue.is_some() => "issue_submission",
            () => "session_key",
        };
        let cells = [
            ("customer_company", text(company)),
            ("customer_company_code", text(code)),
            ("customer_description", text(details)),
            ("customer_name", text(&record.customer.name)),
            ("estimated_pickup_timestamp", Cell::Number(at_s.saturating_add(PICKUP_S))),
            ("issue_code_name", text(issue.map_or("", |issue| &issue.code_name))),
            ("issue_description", text(issue.map_or("", |issue| &issue.title))),
            ("lsid", text(&record.lsid)),
            ("priority", Cell::Number(record.priority.unwrap_or(2))),
            ("public_site_id", Cell::Number(record.portal as i64 + 1)),
            ("public_site_name", text(&site_name)),
            ("queue_entry_timestamp", Cell::Number(at_s)),
            ("queue_id", self.prewait()),
            ("start_method", text(method)),
        ];
        self.world.insert(at_s, "support_session", cells)
    }

    fn insert_customer(&mut self, at_s: i64, record: &Record, row: u64) {
        let from = &record.customer.connection;
        let kind = match from.os.as_str() {
            os if os.starts_with("Android") || os.starts_with("iOS") => "mobile",
            _ => "desktop",
        };
        let cells = [
            ("client_type", text(kind)),
            ("connected", Cell::Flag(true)),
            ("elevated", Cell::Flag(false)),
            ("hostname", text(&from.hostname)),
            ("operating_system", text(&from.os)),
            ("private_ip", text(&from.private_ip)),
            ("public_ip", text(&from.public_ip)),
            ("support_session_id", Cell::Key(row)),
        ];
        self.world.insert(at_s, "customer_client", cells);
    }

    pub(super) fn join(&mut self, at_s: i64, record: &'a Record, rep: i64) {
        let (Some(index), Some(row)) = (self.live(record), self.session_row(record)) else { return };
        let members = &mut self.sessions[index].members;
        if !members.contains(&rep) {
            members.push(rep);
            self.enter(at_s, row, rep);
        }
    }

    fn enter(&mut self, at_s: i64, session: u64, rep: i64) {
        let Some(rep) = self.rep_row(rep) else { return };
        let cells = [
            ("representative_id", Cell::Key(rep)),
            ("selected_support_session_service_tool", text("screen_sharing")),
            ("support_session_id", Cell::Key(session)),
        ];
        self.world.insert(at_s, "representative_support_session", cells);
    }

    pub(super) fn move_to(&mut self, at_s: i64, record: &Record, place: Place) {
        let (Some(index), Some(row)) = (self.live(record), self.session_row(record)) else { return };
        let live = &mut self.sessions[index];
        live.place = place;
        if let Place::Team(team) = place {
            live.last_team = Some(team);
        }
        self.put(at_s, row, place);
        self.tidy_queues(at_s);
    }

    fn put(&mut self, at_s: i64, session: u64, place: Place) {
        let queue = match place {
            Place::Prewait => self.prewait(),
            // A team of which nobody is logged in has none either.
            Place::Team(team) => {
                let Some(queue) = self.active_team_queue(at_s, team).map(Cell::Key) else { return };
                self.world.update(at_s, "support_session", session, [("primary_team_queue_id", queue.clone())]);
                queue
            }
            // Of somebody who is not logged in there is no queue, and the session stays where it is.
            Place::Rep(rep) => {
                match self.rep_row(rep).and_then(|row| self.world.get("representative", row, "queue_id")) {
                    Some(queue) => queue.clone(),
                    None => return,
                }
            }
        };
        let cells = [("queue_id", queue), ("queue_entry_timestamp", Cell::Number(at_s))];
        self.world.update(at_s, "support_session", session, cells);
    }

    pub(super) fn leave(&mut self, at_s: i64, record: &Record, rep: i64) {
        let Some(index) = self.live(record) else { return };
        self.sessions[index].members.retain(|member| *member != rep);
        let (Some(session), Some(rep)) = (self.session_row(record), self.rep_row(rep)) else { return };
        self.forget(at_s, session, Some(rep));
    }

    /// What a representative, or everybody, has in a session goes.
    fn forget(&mut self, at_s: i64, session: u64, rep: Option<u64>) {
        let of_session = Cell::Key(session);
        for table in ["representative_support_session_tool", "representative_support_session"] {
            for id in self.world.having(table, "support_session_id", &of_session) {
                let of_rep = |rep: u64| self.world.get(table, id, "representative_id") == Some(&Cell::Key(rep));
                if rep.is_none_or(of_rep) {
                    self.world.delete(at_s, table, id);
                }
            }
        }
        for id in self.world.having("representative", "selected_support_session_id", &of_session) {
            if rep.is_none_or(|rep| rep == id) {
                let cells = [
                    ("selected_support_session_id", Cell::Nothing),
                    ("console_in_focus", Cell::Flag(false)),
                    ("routing_busy", Cell::Flag(false)),
                    ("routing_available", Cell::Flag(true)),
                    ("routing_idle", Cell::Flag(false)),
                    ("connected", Cell::Flag(true)),
                ];
                self.world.update(at_s, "representative", id, cells);
            }
        }
    }

    pub(super) fn customer_gone(&mut self, at_s: i64, record: &Record) {
        let Some(index) = self.live(record) else { return };
        self.sessions[index].customer = false;
        if let Some(row) = self.session_row(record) {
            self.world.delete_having(at_s, "customer_client", "support_session_id", &Cell::Key(row));
        }
    }

    pub(super) fn end(&mut self, at_s: i64, record: &Record) {
        self.sessions.retain(|live| live.record.lsid != record.lsid);
        let Some(row) = self.session_row(record) else { return };
        self.forget(at_s, row, None);
        for table in ["support_session_attribute", "support_session_skill", "customer_client"] {
            self.world.delete_having(at_s, table, "support_session_id", &Cell::Key(row));
        }
        self.world.delete(at_s, "support_session", row);
        self.tidy_queues(at_s);
    }

    /// The row of a session and of the representative whose it is, if that one is in it.
    pub(super) fn hands_on(&self, record: &Record) -> Option<(u64, u64)> {
        let session = self.session_row(record)?;
        let queue = self.world.get("support_session", session, "queue_id")?;
        let rep = self.world.find("representative", "queue_id", queue)?;
        let of_session = self.world.having("representative_support_session", "support_session_id", &Cell::Key(session));
        let is = |id: &u64| self.world.get("representative_support_session", *id, "representative_id");
        of_session.iter().any(|id| is(id) == Some(&Cell::Key(rep))).then_some((session, rep))
    }
}

/// A step of the work on a session, if anybody is at work.
pub(super) fn step(play: &mut Play<'_>, at_s: i64, record: &Record, step: usize) {
    if let (Some((session, rep)), Some((_, step))) = (play.hands_on(record), STEPS.get(step)) {
        work(&mut play.world, at_s, session, rep, *step);
    }
}
