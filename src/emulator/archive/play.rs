//! The facts played out on the model: who is logged in, which queues there are, what runs and who is in it.
//!
//! In: facts in their order. Out: the model. Every key refers to a row that is there: what goes takes along
//! what hangs on it.

use super::super::history::{Actor, Login, Presentation, Record};
use super::super::site::Site;
use super::sessions;
use super::story::{Fact, Place, What};
use super::tables::Cell;
use super::telling;
use super::world::World;

/// The model, and what has to come back after a restart.
pub(super) struct Play<'a> {
    pub(super) site: &'a Site,
    pub(super) world: World,
    logins: Vec<&'a Login>,
    pub(super) sessions: Vec<Live<'a>>,
    presentations: Vec<(&'a Presentation, Vec<Actor>)>,
}

/// A session that runs.
pub(super) struct Live<'a> {
    pub(super) record: &'a Record,
    pub(super) place: Place,
    pub(super) last_team: Option<i64>,
    pub(super) members: Vec<i64>,
    pub(super) customer: bool,
}

impl<'a> Play<'a> {
    /// A model whose processes started a while before the first event.
    pub(super) fn new(site: &'a Site, processes_s: i64, log_from_s: i64) -> Play<'a> {
        let world = World::new(log_from_s);
        let mut play = Play { site, world, logins: Vec::new(), sessions: Vec::new(), presentations: Vec::new() };
        play.standing_queues(processes_s);
        play
    }

    pub(super) fn happen(&mut self, fact: &Fact<'a>) {
        let at_s = fact.at_s;
        match fact.what {
            What::Restart => self.restart(at_s),
            What::LogIn(login) => {
                self.logins.push(login);
                self.log_in(at_s, login);
            }
            What::LogOut(login) => self.log_out(at_s, login),
            What::Start(record) => {
                let (place, members) = (Place::Prewait, Vec::new());
                self.sessions.push(Live { record, place, last_team: None, members, customer: true });
                self.start(at_s, self.sessions.len() - 1);
            }
            What::Join(record, rep) => self.join(at_s, record, rep),
            What::Move(record, place) => self.move_to(at_s, record, place),
            What::Leave(record, rep) => self.leave(at_s, record, rep),
            What::CustomerGone(record) => self.customer_gone(at_s, record),
            What::End(record) => self.end(at_s, record),
            What::Step(record, step) => sessions::step(self, at_s, record, step),
            What::Tell(record, kind, round) => telling::tell(self, at_s, record, kind, round),
            What::Known(record, event) => telling::known(self, at_s, record, event),
            What::Begin(one) => {
                self.presentations.push((one, Vec::new()));
                self.begin(at_s, one);
            }
            What::Come(one, guest) => self.come(at_s, one, guest),
            What::Go(one, guest) => self.go(at_s, one, guest),
            What::Show(one, on) => self.show(at_s, one, on),
            What::Connect(one, on) => self.connect(at_s, one, on),
            What::Announce(one, kind, round) => telling::announce(self, at_s, one, kind, round),
            What::Said(one, scene) => telling::said(self, at_s, one, scene),
            What::Over(one) => self.over(at_s, one),
        }
    }

    /// The processes start anew: the model is empty, and everybody connects again.
    fn restart(&mut self, at_s: i64) {
        self.world.truncate(at_s);
        self.standing_queues(at_s);
        for login in self.logins.clone() {
            self.log_in(at_s, login);
        }
        for index in 0..self.sessions.len() {
            self.start(at_s, index);
        }
        for (one, guests) in self.presentations.clone() {
            self.begin(at_s, one);
            guests.into_iter().for_each(|guest| self.seat(at_s, one, guest));
        }
    }

    /// The row of a representative who is logged in.
    pub(super) fn rep_row(&self, rep: i64) -> Option<u64> {
        self.world.find("representative", "user_id", &Cell::Number(rep))
    }

    fn log_in(&mut self, at_s: i64, login: &Login) {
        let Some(rep) = self.site.representatives.iter().find(|rep| rep.id == login.rep) else { return };
        let personal =
            self.world.insert(at_s, "queue", [("name", text(&rep.private_display_name)), ("type", text("personal"))]);
        let skills = self.site.skills.iter().enumerate().filter(|(at, _)| (*at as i64 + rep.id) % 3 != 0);
        let skills: Vec<&str> = skills.map(|(_, skill)| skill.code_name.as_str()).collect();
        let from = &login.connection;
        let row = self.world.insert(
            at_s,
            "representative",
            [
                ("connected", Cell::Flag(true)),
                ("console_in_focus", Cell::Flag(false)),
                ("hostname", text(&from.hostname)),
                ("operating_system", text(&from.os)),
                ("private_display_name", text(&rep.private_display_name)),
                ("private_ip", text(&from.private_ip)),
                ("public_display_name", text(&rep.public_display_name)),
                ("public_ip", text(&from.public_ip)),
                ("queue_id", Cell::Key(personal)),
                ("routing_available", Cell::Flag(true)),
                ("routing_busy", Cell::Flag(false)),
                ("routing_enabled", Cell::Flag(rep.routing_enabled)),
                ("routing_idle", Cell::Flag(false)),
                ("skill_code_names", text(&skills.join(","))),
                ("type", text(if rep.invited { "invited" } else { "normal" })),
                ("user_id", Cell::Number(rep.id)),
                ("username", text(&rep.username)),
            ],
        );
        let own = [("queue_id", Cell::Key(personal)), ("representative_id", Cell::Key(row)), ("role", text("member"))];
        self.world.insert(at_s, "representative_queue", own);
        for team in self.site.teams.iter().filter(|team| team.members.contains(&rep.id)) {
            let queue = self.team_queue(at_s, team.id);
            let role = if team.members.first() == Some(&rep.id) { "lead" } else { "member" };
            let cells = [("queue_id", Cell::Key(queue)), ("representative_id", Cell::Key(row)), ("role", text(role))];
            self.world.insert(at_s, "representative_queue", cells);
        }
    }

    fn log_out(&mut self, at_s: i64, login: &Login) {
        self.logins.retain(|other| other.connection.gsnumber != login.connection.gsnumber);
        let Some(row) = self.rep_row(login.rep) else { return };
        let of_rep = Cell::Key(row);
        for table in [
            "representative_support_session_tool",
            "representative_support_session",
            "presenter",
            "representative_queue",
        ] {
            self.world.delete_having(at_s, table, "representative_id", &of_rep);
        }
        let personal = match self.world.get("representative", row, "queue_id") {
            Some(Cell::Key(queue)) => Some(*queue),
            _ => None,
        };
        self.world.delete(at_s, "representative", row);
        if let Some(queue) = personal {
            self.close_queue(at_s, queue);
        }
        self.tidy_queues(at_s);
    }

    fn begin(&mut self, at_s: i64, one: &Presentation) {
        let cells = [("lsid", text(&one.lsid)), ("presentation_name", text(&one.name))];
        self.world.insert(at_s, "presentation_session", cells);
    }

    /// The row of a presentation that runs.
    pub(super) fn presentation_row(&self, one: &Presentation) -> Option<u64> {
        self.world.find("presentation_session", "lsid", &text(&one.lsid))
    }

    fn come(&mut self, at_s: i64, one: &'a Presentation, guest: Actor) {
        if let Some((_, guests)) = self.presentations.iter_mut().find(|(known, _)| known.lsid == one.lsid) {
            guests.push(guest);
            self.seat(at_s, one, guest);
        }
    }

    /// The row of a guest. A presenter has one who shows the screen, which is what is recorded.
    fn seat(&mut self, at_s: i64, one: &Presentation, guest: Actor) {
        let Some(row) = self.presentation_row(one) else { return };
        let of_presentation = ("presentation_session_id", Cell::Key(row));
        match guest {
            Actor::System => {}
            Actor::Presenter(at) => {
                let rep = one.presenters.get(at).filter(|_| one.recorded).and_then(|(rep, _)| self.rep_row(*rep));
                if let Some(rep) = rep {
                    self.world.insert(at_s, "presenter", [of_presentation, ("representative_id", Cell::Key(rep))]);
                }
            }
            Actor::Attendee(at) => {
                let Some((name, seat)) = one.attendees.get(at) else { return };
                let from = &seat.connection;
                let cells = [
                    ("connected", Cell::Flag(true)),
                    ("hostname", text(&from.hostname)),
                    ("name", text(name)),
                    ("operating_system", text(&from.os)),
                    of_presentation,
                    ("private_ip", text(&from.private_ip)),
                    ("public_ip", text(&from.public_ip)),
                ];
                self.world.insert(at_s, "attende", cells);
            }
        }
    }

    fn go(&mut self, at_s: i64, one: &Presentation, guest: Actor) {
        if let Some((_, guests)) = self.presentations.iter_mut().find(|(known, _)| known.lsid == one.lsid) {
            guests.retain(|other| *other != guest);
        }
        let found = match guest {
            Actor::System => None,
            Actor::Presenter(at) => {
                let rep = one.presenters.get(at).and_then(|(rep, _)| self.rep_row(*rep));
                rep.map(|rep| ("presenter", "representative_id", Cell::Key(rep)))
            }
            Actor::Attendee(at) => one.attendees.get(at).map(|(name, _)| ("attende", "name", text(name))),
        };
        let (Some(row), Some((table, field, cell))) = (self.presentation_row(one), found) else { return };
        for id in self.world.having(table, field, &cell) {
            if self.world.get(table, id, "presentation_session_id") == Some(&Cell::Key(row)) {
                self.world.delete(at_s, table, id);
            }
        }
    }

    fn show(&mut self, at_s: i64, one: &Presentation, on: bool) {
        let Some(row) = self.presentation_row(one) else { return };
        if !on {
            self.world.delete_having(at_s, "presenter", "presentation_session_id", &Cell::Key(row));
            return;
        }
        let there = self.presentations.iter().find(|(known, _)| known.lsid == one.lsid);
        let guests = there.map(|(_, guests)| guests.clone()).unwrap_or_default();
        let presenters = guests.into_iter().filter(|guest| matches!(guest, Actor::Presenter(_)));
        presenters.for_each(|guest| self.seat(at_s, one, guest));
    }

    fn connect(&mut self, at_s: i64, one: &Presentation, on: bool) {
        let Some(row) = self.presentation_row(one) else { return };
        for id in self.world.having("attende", "presentation_session_id", &Cell::Key(row)) {
            self.world.update(at_s, "attende", id, [("connected", Cell::Flag(on))]);
        }
    }

    fn over(&mut self, at_s: i64, one: &Presentation) {
        self.presentations.retain(|(known, _)| known.lsid != one.lsid);
        let Some(row) = self.presentation_row(one) else { return };
        for table in ["attende", "presenter"] {
            self.world.delete_having(at_s, table, "presentation_session_id", &Cell::Key(row));
        }
        self.world.delete(at_s, "presentation_session", row);
    }
}

pub(super) fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}
