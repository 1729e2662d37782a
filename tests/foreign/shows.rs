//! In: what happens in a presentation, and when. Out: the presentation after it, in report and archive alike.
//! Never: decides that something happens; only the history does.

use crate::foreign::journal::Change;
use crate::foreign::json::Json;
use crate::foreign::site;
use crate::foreign::world::{Attendee, Event, Presentation, Who, World};

/// Presentations, which nothing in the APIs can start or change.
impl World {
    pub(crate) fn show(&mut self, rep: u32, name: &str, at: i64) {
        let (lsid, lseq) = (self.draw_hex(), 1 + self.presentations.len() as u64);
        let Some((gs, console)) = self.console(rep, at).map(|console| (console.gs, console.row)) else {
            return;
        };
        let fields = vec![("presentation_name", Json::text(name)), ("lsid", Json::text(&lsid))];
        let row = self.put(at, "presentation_session", fields);
        let fields = vec![("representative_id", Json::id(console)), ("presentation_session_id", Json::id(row))];
        let presenter_row = self.put(at, "presenter", fields);
        let mut joined = Event::new(at, "Conference Member Added", Who::Rep(rep));
        joined.data = crate::foreign::consoles::rep_data(rep);
        let events = vec![Event::new(at, "Session Start", Who::Rep(rep)), joined];
        self.presentations.push(Presentation {
            start: at,
            end: None,
            attendees: Vec::new(),
            shown: false,
            lsid,
            lseq,
            rep,
            gs,
            events,
            row,
            presenter_row,
        });
    }

    pub(crate) fn attend(&mut self, cells: &[&'static str], at: i64) {
        let (name, host, os) = (cells[0].to_owned(), cells[1].to_owned(), cells[2].to_owned());
        let (gs, client) = (self.draw_gs(), self.draw());
        let Some(session) = self.presentations.last().map(|show| show.row) else {
            return;
        };
        let (public_ip, private_ip) = (format!("203.0.113.{}:5{gs:04}", 10 + gs % 200), "10.99.0.5".to_owned());
        let fields = vec![
            ("public_ip", Json::text(&public_ip)),
            ("private_ip", Json::text(&private_ip)),
            ("presentation_session_id", Json::id(session)),
            ("operating_system", Json::text(&os)),
            ("name", Json::text(&name)),
            ("hostname", Json::text(&host)),
            ("connected", Json::flag(true)),
        ];
        let row = self.put(at, "attendee", fields);
        let Some(show) = self.presentations.last_mut() else {
            return;
        };
        show.events.push(Event::new(at, "Conference Member Added", Who::Attendee(show.attendees.len())));
        show.attendees.push(Attendee { name, host, os, public_ip, private_ip, gs, client, row, from: at, to: None });
    }

    pub(crate) fn perform(&mut self, verb: &str, who: &str, body: &str, at: i64) {
        let Some(show) = self.presentations.last_mut() else {
            return;
        };
        let (attendee, row, lsid) = (who.parse::<usize>().unwrap_or(0), show.row, show.lsid.clone());
        let mut gone = Vec::new();
        match verb {
            "say" => {
                let mut event = Event::new(at, "Chat Message", Who::Attendee(attendee));
                (event.to, event.body) = (Some(Who::Rep(show.rep)), body.to_owned());
                let member =
                    |kind: &str, name: &str| Json::object([("type", Json::text(kind)), ("name", Json::text(name))]);
                let from = show.attendees.get(attendee).map_or("", |attendee| attendee.name.as_str());
                let to = site::rep(show.rep).map_or("", |rep| rep.private);
                let data = Json::object([
                    ("body", Json::text(body)),
                    ("destination", member("representative", to)),
                    ("performed_by", member("attendee", from)),
                ]);
                show.events.push(event);
                self.journal.note(at, Change::Session { lsid, name: "chat_message", data });
                return;
            }
            "shown" => return show.shown = true,
            "depart" => gone.push(attendee),
            _ => gone.extend((0..show.attendees.len()).filter(|place| show.attendees[*place].to.is_none())),
        }
        let mut rows = Vec::new();
        for place in gone {
            show.events.push(Event::new(at, "Conference Member Departed", Who::Attendee(place)));
            show.attendees[place].to = Some(at);
            rows.push(show.attendees[place].row);
        }
        let presenter = show.presenter_row;
        if verb == "finish" {
            show.end = Some(at);
            show.events.push(Event::new(at, "Conference Member Departed", Who::Rep(show.rep)));
            show.events.push(Event::new(at, "Session End", Who::System));
        }
        for row in rows {
            self.remove(at, "attendee", row);
        }
        if verb == "finish" {
            self.remove(at, "presenter", presenter);
            self.remove(at, "presentation_session", row);
        }
    }
}
