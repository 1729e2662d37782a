//! Records of the running sessions: what a command has changed becomes an event.
//!
//! In: the sessions of the state after a command. Out: their records, brought up to date. Commands know
//! nothing of it, so that no report depends on how a session came to be as it is.

use std::collections::BTreeMap;

use super::super::site::Site;
use super::super::state::{Client, Session, State};
use super::History;
use super::record::{Connection, Customer, End, Event, Queue, Record, Who};
use super::shift::{details, public_ip};

/// The most events that are recorded of a running session. After that only its end is recorded.
const EVENTS_MAX: usize = 10_000;

impl State {
    /// Records what has changed since the last time.
    pub(crate) fn follow(&mut self, now_s: i64) {
        let mut history = std::mem::take(&mut self.history);
        for session in &self.sessions {
            if !history.records.contains_key(&session.lsid) {
                // A defect's session that no command finds, or one that was forgotten.
                let Some(record) = begin(&mut history, session, now_s) else { continue };
                history.keep(record);
            }
        }
        let mut records = std::mem::take(&mut history.records);
        for session in &self.sessions {
            if let Some(record) = records.get_mut(&session.lsid).filter(|record| !record.seen.told) {
                update(record, &history, &self.site, session, now_s);
            }
        }
        history.records = records;
        self.history = history;
    }
}

fn begin(history: &mut History, session: &Session, now_s: i64) -> Option<Record> {
    let customer = session.customer.as_ref().filter(|_| !session.lost && !session.ended)?;
    let connection = connection(&customer.client, history.gsnumber());
    let told = Customer { name: customer.name.clone(), connection, info: customer.info.clone() };
    let start_s = customer.client.since_s.min(now_s);
    let mut record = Record::begin(&session.lsid, history.lseq(), start_s, told);
    record.portal = session.portal;
    // The Jumpoint that leads to where no customer clicks.
    record.jumpoint = customer.non_interactive.as_ref().map(|_| 0);
    record.skills = session.skills.clone();
    record.priority = session.priority;
    Some(record)
}

fn connection(client: &Client, gsnumber: i64) -> Connection {
    let made_up = client.platform_id != "virtual";
    Connection {
        gsnumber,
        public_ip: if made_up { public_ip(&client.private_ip) } else { client.private_ip.clone() },
        private_ip: client.private_ip.clone(),
        hostname: client.hostname.clone(),
        os: client.platform.clone(),
    }
}

fn update(record: &mut Record, history: &History, site: &Site, session: &Session, now_s: i64) {
    // What runs when the emulator starts began a little before.
    let at_s = if record.seen.queue.is_none() { record.start_s.saturating_add(5).min(now_s) } else { now_s };
    if record.events.len() > EVENTS_MAX && !session.ended {
        return;
    }
    moved(record, session, at_s);
    let seen = std::mem::replace(&mut record.seen.representatives, session.representatives.clone());
    for rep in seen.iter().filter(|rep| !session.representatives.contains(rep)) {
        if let Some(index) = record.member_of(*rep) {
            record.depart(at_s, index);
        }
    }
    for rep in session.representatives.iter().filter(|rep| !seen.contains(rep)) {
        let Some(login) = history.login(*rep, at_s) else { continue };
        let index = record.join(at_s, *rep, login.connection.clone(), details(site, login));
        if session.queue == Queue::Rep(*rep) || !record.owned() {
            record.own(at_s, index, Who::System);
        }
    }
    attributes(record, session, at_s);
    chats(record, session);
    if session.customer.is_none() && !session.ended && !record.seen.customer_left {
        record.seen.customer_left = true;
        record.events.push(Event::new(at_s, "Conference Member Departed", Who::Customer));
    }
    if session.ended {
        record.finish(End::Ended(at_s));
        record.seen.told = true;
    }
}

fn moved(record: &mut Record, session: &Session, at_s: i64) {
    if record.seen.queue == Some(session.queue) {
        return;
    }
    record.seen.queue = Some(session.queue);
    match session.queue {
        Queue::Team(team) => record.enqueue(at_s, team, Who::System),
        Queue::Rep(rep) => {
            record.leave_queue(at_s);
            if let Some(index) = record.member_of(rep).filter(|index| record.is_in(*index)) {
                record.own(at_s, index, Who::System);
            }
        }
        Queue::General => record.leave_queue(at_s),
    }
}

fn attributes(record: &mut Record, session: &Session, at_s: i64) {
    let key = |attributes: &BTreeMap<String, String>| attributes.get("external_key").cloned().unwrap_or_default();
    if key(&record.attributes) != key(&session.attributes) {
        let event = Event::new(at_s, "External Key", Who::System).value("external_key", key(&session.attributes));
        record.events.push(event);
    }
    record.set_s.retain(|code, _| session.attributes.get(code).is_some_and(|value| !value.is_empty()));
    for (code, _) in session.attributes.iter().filter(|(_, value)| !value.is_empty()) {
        record.set_s.entry(code.clone()).or_insert(at_s);
    }
    record.attributes.clone_from(&session.attributes);
}

fn chats(record: &mut Record, session: &Session) {
    // The oldest messages of a long chat are forgotten.
    let seen = record.seen.chat.min(session.chat.len());
    for line in session.chat.iter().skip(seen) {
        let by = match line.from.split_once(':') {
            Some((_, rep)) => rep.parse().ok().and_then(|rep| record.member_of(rep)).map_or(Who::System, Who::Member),
            None if line.from == "customer" => Who::Customer,
            None => Who::System,
        };
        let event = Event::new(line.sent_s, "Chat Message", by).body(&line.body);
        record.events.push(event.value("api_account", &line.account));
    }
    record.seen.chat = session.chat.len();
}
