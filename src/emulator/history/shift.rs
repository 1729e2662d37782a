//! Who was logged in when, and what happened in the teams outside sessions.
//!
//! In: the representatives of a site with their consoles and past logins, and its lines of team events.
//! Out: logins and events in their order.

use super::super::site::{Representative, Site, Team};
use super::lines::{self, Line};
use super::record::Connection;

/// A stretch of time that a representative was logged in.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) rep: i64,
    pub(crate) from_s: i64,
    /// None while it lasts.
    pub(crate) until_s: Option<i64>,
    pub(crate) connection: Connection,
}

/// Something that happened in a team.
#[derive(Clone, Debug)]
pub(crate) struct TeamEvent {
    pub(crate) team: i64,
    pub(crate) at_s: i64,
    pub(crate) line: Line,
}

impl Login {
    pub(crate) fn holds(&self, at_s: i64) -> bool {
        self.from_s <= at_s && self.until_s.is_none_or(|until| at_s <= until)
    }
}

/// All logins of a site, each with a gsnumber of its own.
pub(super) fn logins(site: &Site, now_s: i64, next_gsnumber: &mut i64) -> Vec<Login> {
    let mut all = Vec::new();
    for rep in &site.representatives {
        let past = rep
            .past_logins
            .iter()
            .map(|[from, until]| (now_s.saturating_sub(*from), Some(now_s.saturating_sub(*until))));
        let present = rep.client.iter().map(|client| (now_s.saturating_sub(client.connected_seconds_ago), None));
        for (from_s, until_s) in past.chain(present) {
            all.push(Login { rep: rep.id, from_s, until_s, connection: connection(rep) });
        }
    }
    all.sort_by_key(|login| (login.from_s, login.rep));
    for login in &mut all {
        *next_gsnumber += 1;
        login.connection.gsnumber = *next_gsnumber;
    }
    all
}

/// Where a representative connects from; what is not known is said to be unknown.
fn connection(rep: &Representative) -> Connection {
    let client = rep.client.as_ref();
    let of = |text: Option<&str>| text.map_or_else(|| "Unknown".to_owned(), str::to_owned);
    Connection {
        gsnumber: 0,
        public_ip: client.map_or_else(|| "Unknown".to_owned(), |client| public_ip(&client.private_ip)),
        private_ip: of(client.map(|client| client.private_ip.as_str())),
        hostname: of(client.map(|client| client.hostname.as_str())),
        os: of(client.map(|client| client.platform.as_str())),
    }
}

/// The address and port that a private address shows itself by: made up, and always the same.
pub(super) fn public_ip(private_ip: &str) -> String {
    let sum: u32 = private_ip.bytes().map(u32::from).sum();
    format!("203.0.113.{}:{}", sum % 200 + 20, 49_152 + sum)
}

/// What happened in the teams.
pub(super) fn team_events(site: &Site, now_s: i64) -> Vec<TeamEvent> {
    let of_team = |team: &Team| -> Vec<TeamEvent> {
        let lines = team.past_events.iter().filter_map(|text| lines::read(text).ok());
        lines.map(|line| TeamEvent { team: team.id, at_s: now_s.saturating_sub(line.at_s), line }).collect()
    };
    let mut all: Vec<TeamEvent> = site.teams.iter().flat_map(of_team).collect();
    all.sort_by_key(|event| event.at_s);
    all
}

/// The values of the event of a representative who comes in (p. 89).
pub(crate) fn details(site: &Site, login: &Login) -> Vec<(String, String)> {
    let Some(rep) = site.representatives.iter().find(|rep| rep.id == login.rep) else { return Vec::new() };
    let teams = site.teams.iter().filter(|team| team.members.contains(&rep.id));
    let teams: Vec<&str> = teams.map(|team| team.name.as_str()).collect();
    let connection = &login.connection;
    let values = [
        ("name", rep.private_display_name.as_str()),
        ("username", &rep.username),
        ("private_ip", &connection.private_ip),
        ("public_ip", &connection.public_ip),
        ("hostname", &connection.hostname),
        ("os", &connection.os),
    ];
    let mut all: Vec<(String, String)> =
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    all.push(("support_teams".to_owned(), teams.join(";")));
    all.push(("user_id".to_owned(), rep.id.to_string()));
    all
}
