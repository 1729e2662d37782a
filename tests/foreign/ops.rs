//! In: what somebody does at a moment. Out: the state after it, with its traces in events, team activity and journal.
//! Never: asks whether it may be done; that is for those who call.

use std::collections::BTreeMap;

use crate::foreign::archive::session_event;
use crate::foreign::journal::{Change, Row};
use crate::foreign::json::Json;
use crate::foreign::site;
use crate::foreign::world::{Customer, Event, Queue, Session, Who, World};

/// How a session begins.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub(crate) method: &'static str,
    pub(crate) queue: Queue,
    pub(crate) site: u32,
    pub(crate) issue: Option<u32>,
    pub(crate) jumpoint: Option<u32>,
    pub(crate) customer: Customer,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) priority: Option<i64>,
    pub(crate) skills: Option<Vec<String>>,
}

impl World {
    pub(crate) fn put(&mut self, at: i64, table: &'static str, mut row: Row) -> u64 {
        let id = self.draw();
        row.push(("created_timestamp", Json::Number(at)));
        self.journal.note(at, Change::Insert(table, id, row));
        id
    }

    pub(crate) fn change(&mut self, at: i64, table: &'static str, id: u64, row: Row) {
        self.journal.note(at, Change::Update(table, id, row));
    }

    pub(crate) fn remove(&mut self, at: i64, table: &'static str, id: u64) {
        self.journal.note(at, Change::Delete(table, id));
    }

    /// The processes start: all that was is no longer valid, and the queues that need nobody are there.
    pub(crate) fn boot(&mut self, at: i64) {
        self.journal.note(at, Change::Truncate);
        self.general_row = self.put(at, "queue", queue_row("", "General", "", "prewait"));
        for team in site::TEAMS.iter().filter(|team| team.persistent) {
            self.team_row(team.id, at);
        }
    }

    pub(crate) fn team_row(&mut self, id: u32, at: i64) -> u64 {
        if let Some(row) = self.team_rows.get(&id) {
            return *row;
        }
        let Some(team) = site::team(id) else {
            return self.general_row;
        };
        let row = self.put(at, "queue", queue_row(team.code, team.name, &id.to_string(), "team"));
        self.team_rows.insert(id, row);
        row
    }

    fn queue_row(&mut self, queue: Queue, at: i64) -> u64 {
        match queue {
            Queue::General => self.general_row,
            Queue::Team(id) => self.team_row(id, at),
            Queue::Rep(id) => self.console(id, at).map_or(self.general_row, |console| console.queue_row),
        }
    }

    /// A session begins and waits in its queue. Gives its place among the sessions.
    pub(crate) fn open(&mut self, opening: Opening, at: i64) -> usize {
        let issue = opening.issue.and_then(site::issue);
        let priority = opening.priority.or(issue.map(|issue| issue.priority)).unwrap_or(2);
        let of_issue = || issue.map_or(Vec::new(), |issue| words(issue.skills));
        let skills = opening.skills.unwrap_or_else(of_issue);
        let (lsid, lseq) = (self.draw_hex(), 1000 + self.sessions.len() as u64);
        let queue = self.queue_row(opening.queue, at);
        let mut customer = opening.customer;
        let row = self.put(
            at,
            "support_session",
            vec![
                ("start_method", Json::text(opening.method)),
                ("queue_id", Json::id(queue)),
                ("queue_entry_timestamp", Json::Number(at)),
                ("public_site_name", Json::text(self.site_name(opening.site))),
                ("public_site_id", Json::Number(opening.site.into())),
                ("priority", Json::Number(priority)),
                ("primary_team_queue_id", Json::Null),
                ("lsid", Json::text(&lsid)),
                ("issue_description", Json::text(issue.map_or("", |issue| issue.title))),
                ("issue_code_name", Json::text(issue.map_or("", |issue| issue.code))),
                ("estimated_pickup_timestamp", Json::Number(at + 120)),
                ("customer_name", Json::text(&customer.name)),
                ("customer_description", Json::text(&customer.details)),
                ("customer_company_code", Json::text(&customer.company_code)),
                ("customer_company", Json::text(&customer.company)),
            ],
        );
        customer.gs = self.draw_gs();
        customer.client = self.draw();
        customer.here = true;
        customer.row = self.put(
            at,
            "customer_client",
            vec![
                ("support_session_id", Json::id(row)),
                ("public_ip", Json::text(&customer.public_ip)),
                ("private_ip", Json::text(&customer.private_ip)),
                ("operating_system", Json::text(&customer.os)),
                ("hostname", Json::text(&customer.host)),
                ("elevated", Json::flag(false)),
                ("connected", Json::flag(true)),
                ("client_type", Json::text(customer.kind)),
            ],
        );
        let link = |code: &String| vec![("support_session_id", Json::id(row)), ("code_name", Json::text(code))];
        let skill_rows = skills.iter().map(|skill| self.put(at, "support_session_skill", link(skill))).collect();
        let mut member = Event::new(at, "Conference Member Added", Who::Customer);
        member.data = pairs([
            ("name", &customer.name),
            ("hostname", &customer.host),
            ("os", &customer.os),
            ("public_ip", &customer.public_ip),
            ("private_ip", &customer.private_ip),
        ]);
        self.sessions.push(Session {
            lsid,
            lseq,
            start: at,
            end: None,
            site: opening.site,
            jumpoint: opening.jumpoint,
            method: opening.method,
            attributes: BTreeMap::new(),
            skill_rows,
            issue: opening.issue,
            customer,
            queue: Queue::General,
            owner: None,
            last_owner: None,
            teams: Vec::new(),
            stays: Vec::new(),
            events: vec![Event::new(at, "Session Start", Who::Customer), member],
            shared_screen: false,
            shells: 0,
            showings: 0,
            customer_survey: None,
            rep_survey: None,
            row,
        });
        let place = self.sessions.len() - 1;
        for (code, value) in opening.attributes {
            self.set_attribute(place, &code, &value, at);
        }
        self.enter(place, opening.queue, Who::System, at);
        place
    }

    /// Sets an attribute, or clears it with an empty value (p. 27).
    pub(crate) fn set_attribute(&mut self, place: usize, code: &str, value: &str, at: i64) {
        let session = &mut self.sessions[place];
        let (had, session_row) = (session.attributes.remove(code), session.row);
        let before = had.as_ref().map_or("", |(value, _)| value.as_str());
        if code == "external_key" && before != value {
            let mut event = Event::new(at, "External Key", Who::System);
            event.body = value.to_owned();
            session.events.push(event);
        }
        let row = match (had, value) {
            (None, "") => return,
            (Some((_, row)), "") => return self.remove(at, "support_session_attribute", row),
            (Some((_, row)), _) => {
                self.change(at, "support_session_attribute", row, vec![("value", Json::text(value))]);
                row
            }
            (None, _) => {
                let row = vec![
                    ("value", Json::text(value)),
                    ("support_session_id", Json::id(session_row)),
                    ("code_name", Json::text(code)),
                ];
                self.put(at, "support_session_attribute", row)
            }
        };
        self.sessions[place].attributes.insert(code.to_owned(), (value.to_owned(), row));
    }

    /// Notes an event of a session, where its time puts it, in the report and in the archive.
    pub(crate) fn event(&mut self, place: usize, event: Event) {
        let change = session_event(self, place, &event);
        let session = &mut self.sessions[place];
        if let Some((name, data)) = change {
            let lsid = session.lsid.clone();
            self.journal.note(event.at.max(session.start), Change::Session { lsid, name, data });
        }
        let after = session.events.partition_point(|other| other.at <= event.at);
        session.events.insert(after, event);
    }

    /// The session moves to a queue.
    pub(crate) fn enter(&mut self, place: usize, queue: Queue, by: Who, at: i64) {
        let row = self.queue_row(queue, at);
        let session = &mut self.sessions[place];
        let (left, id) = (std::mem::replace(&mut session.queue, queue), session.row);
        let lsid = session.lsid.clone();
        let mut fields = vec![("queue_id", Json::id(row)), ("queue_entry_timestamp", Json::Number(at))];
        if let Queue::Team(team) = queue {
            session.teams.retain(|other| *other != team);
            session.teams.push(team);
            fields.push(("primary_team_queue_id", Json::id(row)));
        }
        self.change(at, "support_session", id, fields);
        if left == queue {
            return;
        }
        for (queue, kind) in [(left, "Session Transferred Away from Queue"), (queue, "Session Transferred to Queue")] {
            if let Queue::Team(team) = queue {
                let mut event = Event::new(at, kind, by);
                event.data = pairs([("lsid", &lsid)]);
                self.team_events.push((team, event));
            }
        }
    }
}

/// Owned names and values.
pub(crate) fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The parts of a comma-separated list.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

pub(crate) fn queue_row(code: &str, name: &str, team: &str, kind: &str) -> Row {
    vec![
        ("type", Json::text(kind)),
        ("support_team_id", Json::text(team)),
        ("name", Json::text(name)),
        ("code_name", Json::text(code)),
    ]
}
