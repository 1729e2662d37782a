//! In: who joins, leaves, hands over or ends a session, and when. Out: the session after it.
//! Never: begins a session (that is `ops::open`), nor asks whether the move is allowed.

use crate::foreign::consoles::{rep_data, stay};
use crate::foreign::journal::{Change, Row};
use crate::foreign::json::Json;
use crate::foreign::world::{Event, Queue, Who, World};

impl World {
    /// A logged-in representative comes into a session, as its owner when it has none.
    pub(crate) fn join(&mut self, place: usize, rep: u32, at: i64) {
        let Some(console) = self.console(rep, at).cloned() else {
            return;
        };
        let session_row = self.sessions[place].row;
        let row: Row = vec![
            ("support_session_id", Json::id(session_row)),
            ("selected_support_session_service_tool", Json::text("")),
            ("representative_id", Json::id(console.row)),
            ("created_timestamp", Json::Number(at)),
        ];
        let id = self.draw();
        self.journal.note(at, Change::Insert("representative_support_session", id, row));
        self.change(at, "representative", console.row, vec![("selected_support_session_id", Json::id(session_row))]);
        self.sessions[place].stays.push(stay(&console, at, id));
        let mut event = Event::new(at, "Conference Member Added", Who::Rep(rep));
        event.data = rep_data(rep);
        self.event(place, event);
        if self.sessions[place].owner.is_none() {
            self.own(place, rep, at);
        }
    }

    /// The session becomes a present representative's own and moves to the personal queue.
    pub(crate) fn own(&mut self, place: usize, rep: u32, at: i64) {
        let session = &mut self.sessions[place];
        session.owner = Some(rep);
        session.last_owner = Some(rep);
        for stay in session.stays.iter_mut().filter(|stay| stay.rep == rep && stay.to.is_none()) {
            stay.owned = true;
        }
        let mut event = Event::new(at, "Conference Owner Changed", Who::System);
        event.to = Some(Who::Rep(rep));
        self.event(place, event);
        self.enter(place, Queue::Rep(rep), Who::Rep(rep), at);
    }

    fn step_out(&mut self, place: usize, rep: u32, at: i64) {
        let mut gone = Vec::new();
        let stays = &mut self.sessions[place].stays;
        for stay in stays.iter_mut().filter(|stay| stay.rep == rep && stay.to.is_none()) {
            stay.to = Some(at);
            gone.push((stay.row, std::mem::take(&mut stay.tools)));
        }
        for (row, tools) in gone {
            for tool in tools {
                self.remove(at, "representative_support_session_tool", tool);
            }
            self.remove(at, "representative_support_session", row);
        }
        if let Some(row) = self.console(rep, at).map(|console| console.row) {
            self.change(at, "representative", row, vec![("selected_support_session_id", Json::Null)]);
        }
        self.event(place, Event::new(at, "Conference Member Departed", Who::Rep(rep)));
    }

    /// A representative leaves. The session goes to another who is there, else back to its last team (p. 84),
    /// and ends when nobody at all is left.
    pub(crate) fn leave(&mut self, place: usize, rep: u32, at: i64) {
        self.step_out(place, rep, at);
        let session = &mut self.sessions[place];
        if session.owner != Some(rep) {
            return self.close_if_empty(place, at);
        }
        session.owner = None;
        let heir = session.stays.iter().find(|stay| stay.to.is_none()).map(|stay| stay.rep);
        let fallback = session.teams.last().map_or(Queue::General, |team| Queue::Team(*team));
        match heir {
            Some(heir) => self.own(place, heir, at),
            None if session.customer.here => self.enter(place, fallback, Who::System, at),
            None => self.close(place, at),
        }
    }

    /// The customer closes the client; the session stays while a representative is in it (p. 119).
    pub(crate) fn customer_leaves(&mut self, place: usize, at: i64) {
        let customer = &mut self.sessions[place].customer;
        customer.here = false;
        let row = customer.row;
        self.remove(at, "customer_client", row);
        self.event(place, Event::new(at, "Conference Member Departed", Who::Customer));
        self.close_if_empty(place, at);
    }

    fn close_if_empty(&mut self, place: usize, at: i64) {
        let session = &self.sessions[place];
        let nobody = session.stays.iter().all(|stay| stay.to.is_some()) && !session.customer.here;
        if nobody && session.end.is_none() {
            self.close(place, at);
        }
    }

    /// Moves the session to another queue. A representative's own queue means that the representative takes it over.
    pub(crate) fn transfer(&mut self, place: usize, queue: Queue, at: i64) {
        let before = self.sessions[place].owner;
        match queue {
            Queue::Rep(rep) if before == Some(rep) => {}
            Queue::Rep(rep) if self.sessions[place].has(rep) => self.own(place, rep, at),
            Queue::Rep(rep) => {
                self.sessions[place].owner = None;
                self.join(place, rep, at);
            }
            _ => {
                self.sessions[place].owner = None;
                self.enter(place, queue, before.map_or(Who::System, Who::Rep), at);
            }
        }
        if let Some(rep) = before.filter(|rep| queue != Queue::Rep(*rep)) {
            self.step_out(place, rep, at);
        }
    }

    /// A representative begins to use a tool of p. 123.
    pub(crate) fn use_tool(&mut self, place: usize, rep: u32, tool: &str, at: i64) {
        let Some(console) = self.console(rep, at).map(|console| console.row) else {
            return;
        };
        let session_row = self.sessions[place].row;
        let row: Row = vec![
            ("tool", Json::text(tool)),
            ("support_session_id", Json::id(session_row)),
            ("representative_id", Json::id(console)),
            ("created_timestamp", Json::Number(at)),
        ];
        let id = self.draw();
        self.journal.note(at, Change::Insert("representative_support_session_tool", id, row));
        let stays = &mut self.sessions[place].stays;
        let Some(stay) = stays.iter_mut().find(|stay| stay.rep == rep && stay.to.is_none()) else {
            return;
        };
        stay.tools.push(id);
        let stay_row = stay.row;
        let selected = vec![("selected_support_session_service_tool", Json::text(tool))];
        self.change(at, "representative_support_session", stay_row, selected);
        if tool == "screen_sharing" {
            self.sessions[place].shared_screen = true;
        }
    }

    /// The session ends for all who are in it.
    pub(crate) fn close(&mut self, place: usize, at: i64) {
        let present: Vec<u32> =
            self.sessions[place].stays.iter().filter(|stay| stay.to.is_none()).map(|stay| stay.rep).collect();
        for rep in present {
            self.step_out(place, rep, at);
        }
        let session = &mut self.sessions[place];
        let (row, customer, queue, lsid) = (session.row, session.customer.row, session.queue, session.lsid.clone());
        let was_here = std::mem::replace(&mut session.customer.here, false);
        let skills = session.skill_rows.clone();
        let attributes: Vec<u64> = session.attributes.values().map(|(_, row)| *row).collect();
        session.owner = None;
        session.end = Some(at);
        if was_here {
            self.remove(at, "customer_client", customer);
            self.event(place, Event::new(at, "Conference Member Departed", Who::Customer));
        }
        self.event(place, Event::new(at, "Session End", Who::System));
        for id in skills {
            self.remove(at, "support_session_skill", id);
        }
        for id in attributes {
            self.remove(at, "support_session_attribute", id);
        }
        self.remove(at, "support_session", row);
        if let Queue::Team(team) = queue {
            let mut event = Event::new(at, "Session Transferred Away from Queue", Who::System);
            event.data = vec![("lsid".to_owned(), lsid)];
            self.team_events.push((team, event));
        }
    }
}
