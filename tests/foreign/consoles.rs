//! In: who logs in or out or changes status, and when. Out: the consoles after it, with their traces in teams and journal.
//! Never: asks whether it may be done.

use crate::foreign::json::Json;
use crate::foreign::ops::{pairs, queue_row};
use crate::foreign::site;
use crate::foreign::world::{Connection, Event, Stay, Who, World};

impl World {
    pub(crate) fn log_in(&mut self, id: u32, at: i64) {
        let Some(rep) = site::rep(id) else { return };
        let gs = self.draw_gs();
        let queue = self.put(at, "queue", queue_row("", rep.private, "", "personal"));
        let row = self.put(
            at,
            "representative",
            vec![
                ("username", Json::text(rep.username)),
                ("user_id", Json::Number(id.into())),
                ("type", Json::text(rep.kind.to_lowercase())),
                ("skill_code_names", Json::text(rep.skills)),
                ("selected_support_session_id", Json::Null),
                ("routing_idle", Json::flag(false)),
                ("routing_enabled", Json::flag(true)),
                ("routing_busy", Json::flag(false)),
                ("routing_available", Json::flag(true)),
                ("queue_id", Json::id(queue)),
                ("public_ip", Json::text(rep.public_ip)),
                ("public_display_name", Json::text(rep.public)),
                ("private_ip", Json::text(rep.private_ip)),
                ("private_display_name", Json::text(rep.private)),
                ("operating_system", Json::text(rep.os)),
                ("hostname", Json::text(rep.host)),
                ("console_in_focus", Json::flag(true)),
                ("connected", Json::flag(true)),
            ],
        );
        let mut team_rows = Vec::new();
        for team in site::TEAMS.iter() {
            let Some((_, role)) = team.members.iter().find(|(member, _)| *member == id) else {
                continue;
            };
            let team_queue = self.team_row(team.id, at);
            let link = vec![
                ("role", Json::text(*role)),
                ("representative_id", Json::id(row)),
                ("queue_id", Json::id(team_queue)),
            ];
            team_rows.push(self.put(at, "representative_queue", link));
            let mut event = Event::new(at, "Conference Member Added", Who::Rep(id));
            event.data = rep_data(id);
            self.team_events.push((team.id, event));
        }
        let (client, status) = (self.draw(), "available");
        self.connections.push(Connection {
            rep: id,
            gs,
            from: at,
            to: None,
            client,
            row,
            queue_row: queue,
            team_rows,
            status,
        });
    }

    pub(crate) fn log_out(&mut self, id: u32, at: i64) {
        let Some(place) = self.connections.iter().position(|console| console.rep == id && console.to.is_none()) else {
            return;
        };
        self.connections[place].to = Some(at);
        let console = self.connections[place].clone();
        for row in console.team_rows {
            self.remove(at, "representative_queue", row);
        }
        self.remove(at, "representative", console.row);
        self.remove(at, "queue", console.queue_row);
        for team in site::TEAMS.iter().filter(|team| team.has(id)) {
            self.team_events.push((team.id, Event::new(at, "Conference Member Departed", Who::Rep(id))));
        }
    }

    /// Sets the status of all consoles of a representative; what it means for routing stands on p. 34.
    pub(crate) fn set_status(&mut self, id: u32, status: &'static str, at: i64) {
        let mut rows = Vec::new();
        for console in self.connections.iter_mut().filter(|console| console.rep == id && console.to.is_none()) {
            console.status = status;
            rows.push(console.row);
        }
        for row in rows {
            let routing = vec![
                ("routing_available", Json::flag(status == "available")),
                ("routing_busy", Json::flag(status == "busy")),
                ("routing_idle", Json::flag(is_idle(status))),
            ];
            self.change(at, "representative", row, routing);
            for team in site::TEAMS.iter().filter(|team| team.has(id)) {
                let mut event = Event::new(at, "Conference Member State Changed", Who::Rep(id));
                event.data = vec![("status".to_owned(), status.to_owned())];
                self.team_events.push((team.id, event));
            }
        }
    }
}

/// The statuses that count as away.
pub(crate) fn is_idle(status: &str) -> bool {
    matches!(status, "idle" | "lunch")
}

/// What an event tells of a representative who joins (p. 88); the teams begin with a semicolon (p. 114).
pub(crate) fn rep_data(id: u32) -> Vec<(String, String)> {
    let Some(rep) = site::rep(id) else { return Vec::new() };
    let teams: String = site::TEAMS.iter().filter(|team| team.has(id)).map(|team| format!(";{}", team.name)).collect();
    pairs([
        ("user_id", &id.to_string()),
        ("support_teams", &teams),
        ("public_ip", rep.public_ip),
        ("private_ip", rep.private_ip),
        ("os", rep.os),
        ("hostname", rep.host),
        ("username", rep.username),
        ("name", rep.private),
    ])
}

/// A stay that begins.
pub(crate) fn stay(console: &Connection, at: i64, row: u64) -> Stay {
    Stay { rep: console.rep, gs: console.gs, from: at, to: None, owned: false, row, tools: Vec::new() }
}
