//! SupportTeam (pp. 112-115): what went on in the teams.
//!
//! In: logins, team events and the queues of sessions. Out: `team_activity_list`, each team with whoever was
//! logged in before its first event, and its events.

use super::super::super::clock::iso;
use super::super::super::command::parameters::{Shape, optional};
use super::super::super::history::{Connection, Deed, Event, Login, Person, Who};
use super::super::super::site::Team;
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::window::Edge;
use super::super::{Asked, Outcome, Permission, Product, Report, WINDOW, Window};
use super::{details, listing, people};

pub(crate) const SUPPORT_TEAM: Report = Report {
    name: "SupportTeam",
    kind: "reporting/support_team",
    permission: Permission::Support,
    parameters: &[&WINDOW, &[optional("team_id", Shape::Integer)]],
    root: Some("team_activity_list"),
    run: support_team,
};

/// Something that happened in a team: by whom, and to whom.
struct Happened {
    by: Option<i64>,
    to: Option<i64>,
    /// What it is; who did it stands beside it.
    event: Event,
}

fn support_team(state: &State, asked: &Asked<'_>) -> Outcome {
    let window = listing::required(asked)?;
    let shift = if asked.broken("times-not-those-asked-for") { 7200 } else { 0 };
    let (from_s, until_s) = (window.from_s, window.until_s.unwrap_or(asked.now_s));
    let in_days = asked.given.text("start_date").is_some();
    let (from_s, until_s) = match window.edge {
        Edge::Start if in_days && asked.broken("bounds-of-days-of-now") => (asked.now_s, asked.now_s),
        Edge::End if asked.broken("bounds-of-ends-from-1970") => (0, until_s),
        _ => (from_s, until_s),
    };
    let times = [("start_time", from_s + shift), ("end_time", until_s + shift)];
    let root = asked.list().children(times.map(|(name, at_s)| time(state, asked, name, at_s)));
    let of_ends = window.edge == Edge::End && asked.broken("team_id-beside-an-end-without-effect");
    let only = asked.given.integer("team_id").filter(|_| !of_ends && !asked.broken("team_id/without-effect"));
    let teams = state.site.teams.iter().filter(|team| only.is_none_or(|only| only == team.id));
    let mut told: Vec<Element> = teams.filter_map(|team| activity(state, asked, window, team)).collect();
    if only.is_none() && asked.broken("one-missing-without-team_id") {
        told.pop();
    }
    Ok(Product::Xml(root.children(told)))
}

/// An instant in the time of the system, with the unix time beside it.
fn time(state: &State, asked: &Asked<'_>, name: &str, at_s: i64) -> Element {
    let text = match asked.readings.of("team-time-text") {
        "plain" => {
            let offset = state.site.appliances.first().map_or(0, |appliance| appliance.timezone_offset);
            iso(at_s.saturating_add(offset)).chars().take(19).collect::<String>().replace('T', " ")
        }
        _ => iso(at_s),
    };
    leaf(name, text, Kind::Text).attribute("timestamp", at_s, Kind::Integer)
}

fn activity(state: &State, asked: &Asked<'_>, window: Window, team: &Team) -> Option<Element> {
    let mut happened = everything(state, team);
    if asked.broken("private-messages-missing") {
        happened.retain(|one| one.to.is_none());
    }
    if asked.broken("departures-missing") {
        happened.retain(|one| one.event.kind != "Conference Member Departed");
    }
    if asked.broken("chats-missing") {
        happened.retain(|one| one.event.kind != "Chat Message");
    }
    happened.retain(|one| window.holds(one.event.at_s));
    happened.sort_by_key(|one| one.event.at_s);
    let first_s = happened.iter().map(|one| one.event.at_s).min()?;
    let before = |login: &&Login| {
        let at_s = match () {
            () if asked.broken("logged-in-now-instead") => asked.now_s,
            () => first_s,
        };
        let whoever = asked.broken("logged-in-at-any-time");
        let then = login.from_s < at_s && login.until_s.is_none_or(|until| until >= at_s);
        let member = team.members.contains(&login.rep) || asked.broken("logged-in-of-any-team");
        member && (then || whoever)
    };
    let logins = state.history.logins.iter().filter(before).filter(|_| !asked.broken("nobody-logged-in"));
    let logged_in = logins.map(|login| {
        let mut connection = login.connection.clone();
        connection.gsnumber = gsnumber(asked, login.rep, &login.connection);
        if asked.broken("logged-in-address-of-another") {
            connection.private_ip = "10.99.99.99".to_owned();
        }
        let of_another = asked.broken("logged-in-id-of-another");
        people::console(state, if of_another { login.rep + 1000 } else { login.rep }, &connection)
    });
    let id = if asked.broken("ids-not-unique") { 1 } else { team.id };
    let old = team.id % 2 == 0 && asked.broken("names-of-even-ids-of-old");
    let name = if old { format!("{} (old)", team.name) } else { team.name.clone() };
    let entry = node("team_activity").many().attribute("id", id, Kind::Id).attribute("name", name, Kind::Text);
    let events = happened.iter().map(|one| event(state, asked, one));
    Some(entry.child(node("logged_in_representatives").children(logged_in)).child(node("events").children(events)))
}

/// All that ever happened in a team.
fn everything(state: &State, team: &Team) -> Vec<Happened> {
    let mut all = Vec::new();
    let system = |at_s: i64, kind: &str| Event::new(at_s, kind, Who::System);
    for login in state.history.logins.iter().filter(|login| team.members.contains(&login.rep)) {
        let mut event = system(login.from_s, "Conference Member Added");
        event.data = super::super::super::history::details(&state.site, login);
        all.push(Happened { by: Some(login.rep), to: None, event });
        if let Some(until_s) = login.until_s {
            all.push(Happened { by: Some(login.rep), to: None, event: system(until_s, "Conference Member Departed") });
        }
    }
    for record in state.history.records.values() {
        for (at_s, _, came) in record.moves.iter().filter(|(_, id, _)| *id == team.id) {
            let kind = if *came { "Session Transferred to Queue" } else { "Session Transferred Away from Queue" };
            all.push(Happened { by: None, to: None, event: system(*at_s, kind).value("lsid", &record.lsid) });
        }
    }
    for line in state.team_chat.get(&team.id).into_iter().flatten() {
        let by = line.from.split_once(':').and_then(|(_, id)| id.parse().ok());
        let event = system(line.sent_s, "Chat Message").body(&line.body).value(details::MARK, &line.account);
        all.push(Happened { by, to: line.to_rep, event });
    }
    for told in state.history.team_events.iter().filter(|told| told.team == team.id) {
        let by = match told.line.who {
            Person::Rep(id) => Some(id),
            _ => None,
        };
        let mut event = system(told.at_s, "Chat Message");
        match &told.line.deed {
            Deed::Chat(body) => event = event.body(body),
            Deed::File { kind, size, name } => {
                event.kind.clone_from(kind);
                event.file = Some((name.clone(), *size));
            }
            Deed::Did { kind, values } => {
                event.kind.clone_from(kind);
                event.data.clone_from(values);
                // What is said to one person only.
                event.body = values.iter().find(|(name, _)| name == "text").map(|(_, text)| text.clone());
            }
            _ => continue,
        }
        // A message to one is told with a value that names them.
        let to = event.data.iter().find(|(name, _)| name == "to").and_then(|(_, id)| id.parse().ok());
        event.data.retain(|(name, _)| !["to", "text"].contains(&name.as_str()));
        all.push(Happened { by, to, event });
    }
    all
}

fn event(state: &State, asked: &Asked<'_>, one: &Happened) -> Element {
    let told = &one.event;
    let of = |rep: i64| -> Option<&Connection> { state.history.login(rep, told.at_s).map(|login| &login.connection) };
    let lost = if asked.broken("performers-found-nowhere") { 9000 } else { 0 };
    let by = match one.by.and_then(|rep| Some((rep, of(rep)?))) {
        Some((rep, from)) => {
            let name = people::rep_name(state, rep);
            details::notation(asked, "performed_by", "representative", gsnumber(asked, rep, from) + lost, name)
        }
        None => details::notation(asked, "performed_by", "system", 0, "System"),
    };
    let mut entry = details::head(asked, told.at_s, &told.kind).child(by);
    if let Some((rep, from)) = one.to.and_then(|rep| Some((rep, of(rep)?))) {
        let to = leaf("destination", people::rep_name(state, rep), Kind::Text).many();
        let lost = if asked.broken("messages-to-nobody") { 9000 } else { lost };
        let to = to.attribute("gsnumber", gsnumber(asked, rep, from) + lost, Kind::Name);
        entry = entry.child(node("destinations").dispensable().child(to));
    }
    if let Some((name, size)) = told.file.as_ref().filter(|_| !asked.broken("files-missing")) {
        let file = node("file").many();
        let file = file.attribute("name", name, Kind::Text).attribute("size", size, Kind::Integer);
        entry = entry.child(node("files").dispensable().child(file));
    }
    let (marked, unmarked) = details::marked(asked, entry, told);
    entry = marked;
    if !told.data.iter().all(|(name, _)| name == details::MARK && unmarked) {
        let lead = if asked.broken("support-teams-without-semicolon") { "" } else { ";" };
        let keep = |name: &str| match name {
            details::MARK => !unmarked,
            name => name != "username" || asked.reads("member-added-username", "present"),
        };
        entry = entry.child(details::data(&told.data, lead, keep));
    }
    match &told.body {
        Some(_) if asked.broken("chats-without-text") => entry,
        Some(text) => details::said(asked, entry, text),
        None => entry,
    }
}

/// The number of a connection.
fn gsnumber(asked: &Asked<'_>, rep: i64, from: &Connection) -> i64 {
    if asked.broken("gsnumber-kept-over-logins") { 500 + rep } else { from.gsnumber }
}
