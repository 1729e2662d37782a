//! In: people, moments and events. Out: the elements that several reports have in common.
//! Never: decides what belongs into a report.

use crate::foreign::archive::DRIVES;
use crate::foreign::civil::iso;
use crate::foreign::pack::base64;
use crate::foreign::site::{self, Rep};
use crate::foreign::world::{Event, Presentation, Session, Stay, Who, World};
use crate::foreign::xml::{Element, el, is_lawful, leaf};

/// A moment with its UNIX time beside it.
pub(crate) fn moment(name: &str, at: Option<i64>) -> Element {
    match at {
        Some(at) => leaf(name, iso(at)).attr("timestamp", at),
        None => el(name),
    }
}

/// What a representative is called (p. 86).
fn names(rep: &Rep) -> Vec<Element> {
    vec![leaf("private_display_name", rep.private), leaf("public_display_name", rep.public)]
}

/// p. 86, and p. 100 for presentations, which know neither owner nor display number.
pub(crate) fn representative(rep: &Rep, gs: u32, seconds: i64, support: Option<(bool, bool)>) -> Element {
    let mut element = el("representative").attr("id", rep.id).attr("gsnumber", gs);
    if rep.kind == "Invited" {
        element = element.with(leaf("invited", 1));
    }
    element = element.with(leaf("seconds_involved", seconds));
    if let Some((owned, primary)) = support {
        let flags = [("primary_rep", primary), ("session_owner", owned)];
        element = element.all(flags.map(|(name, flag)| leaf(name, u8::from(flag))));
        element = element.with(leaf("display_number", rep.number)).with(leaf("display_name", rep.private));
    }
    element
        .with(leaf("os", rep.os))
        .with(leaf("hostname", rep.host))
        .with(leaf("private_ip", rep.private_ip))
        .with(leaf("public_ip", rep.public_ip))
        .all(names(rep))
        .with(leaf("username", rep.username))
}

/// One element for each connection under which somebody was in the session (p. 85).
pub(crate) fn rep_list(session: &Session, now: i64) -> Element {
    let mut by_connection: Vec<(u32, u32, i64, bool)> = Vec::new();
    for Stay { rep, gs, from, to, owned, .. } in &session.stays {
        let seconds = to.unwrap_or(now) - from;
        match by_connection.iter_mut().find(|(_, known, ..)| known == gs) {
            Some((.., total, any)) => (*total, *any) = (*total + seconds, *any || *owned),
            None => by_connection.push((*rep, *gs, seconds, *owned)),
        }
    }
    let list = by_connection.into_iter().filter_map(|(id, gs, seconds, owned)| {
        let primary = owned && session.last_owner == Some(id);
        Some(representative(site::rep(id)?, gs, seconds, Some((owned, primary))))
    });
    el("rep_list").all(list)
}

/// p. 85
pub(crate) fn customer_list(session: &Session) -> Element {
    let customer = &session.customer;
    let info = el("info")
        .with(leaf("details", &customer.details))
        .with(leaf("issue", session.issue.map_or(String::new(), |issue| issue.to_string())))
        .with(leaf("company_code", &customer.company_code))
        .with(leaf("company", &customer.company))
        .with(leaf("name", &customer.name));
    let element = el("customer")
        .attr("gsnumber", customer.gs)
        .with(info)
        .with(leaf("primary_cust", 1))
        .with(leaf("os", &customer.os))
        .with(leaf("hostname", &customer.host))
        .with(leaf("private_ip", &customer.private_ip))
        .with(leaf("public_ip", &customer.public_ip))
        .with(leaf("username", &customer.name));
    el("customer_list").with(element)
}

/// p. 86
pub(crate) fn team_list(session: &Session) -> Element {
    let teams = session.teams.iter().filter_map(|id| site::team(*id)).map(|team| {
        let primary = session.teams.last() == Some(&team.id);
        leaf("team", team.name).attr("primary_team", u8::from(primary)).attr("id", team.id)
    });
    el("team_list").all(teams)
}

/// The public site of a session (p. 84).
pub(crate) fn public_site(world: &World, session: &Session) -> Element {
    leaf("public_site", world.site_name(session.site)).attr("id", session.site)
}

/// A representative's gsnumber in a session: that of the stay that covers the moment, else of the last one.
fn rep_gs(session: &Session, rep: u32, at: i64) -> u32 {
    let covers = |stay: &&Stay| stay.from <= at && stay.to.is_none_or(|to| at <= to);
    let stays = || session.stays.iter().rev().filter(|stay| stay.rep == rep);
    stays().find(covers).or(stays().next()).map_or(0, |stay| stay.gs)
}

fn entity(name: &str, who: (&str, u32, &str)) -> Element {
    leaf(name, who.2).attr("type", who.0).attr("gsnumber", who.1)
}

/// The event of a session (p. 87).
pub(crate) fn session_event(world: &World, session: &Session, event: &Event) -> Element {
    let about = |who: Who| match who {
        Who::System | Who::Attendee(_) => ("system", 0, "System"),
        Who::Customer => ("customer", session.customer.gs, session.customer.name.as_str()),
        Who::Rep(id) => {
            let in_session = rep_gs(session, id, event.at);
            let elsewhere = || world.console(id, event.at).map_or(0, |console| console.gs);
            let gs = if in_session == 0 { elsewhere() } else { in_session };
            ("representative", gs, site::rep(id).map_or("", |rep| rep.private))
        }
    };
    let to = event.to.map(|to| entity("destination", about(to)));
    let mut element = framed(event, entity("performed_by", about(event.by)), to);
    if event.kind == "System Information Retrieved" {
        let row = |name: &str, cells: [&str; 3]| el(name).all(cells.map(|cell| leaf("field", cell)));
        let category = el("category")
            .attr("name", "Drives")
            .with(el("data").all(DRIVES[1..].iter().map(|cells| row("row", *cells))))
            .with(row("description", DRIVES[0]));
        element = element.with(el("system_information").with(category));
    }
    if event.files.len() == 1 {
        element =
            element.all(event.files.iter().flat_map(|(name, size)| [leaf("filesize", size), leaf("filename", name)]));
    }
    element
}

/// The event of a presentation (p. 101).
pub(crate) fn presentation_event(show: &Presentation, event: &Event) -> Element {
    let about = |who: Who| match who {
        Who::Rep(id) => ("representative", show.gs, site::rep(id).map_or("", |rep| rep.private)),
        Who::Attendee(place) => {
            let attendee = show.attendees.get(place);
            ("attendee", attendee.map_or(0, |one| one.gs), attendee.map_or("", |one| one.name.as_str()))
        }
        Who::System | Who::Customer => ("system", 0, "System"),
    };
    framed(event, entity("performed_by", about(event.by)), event.to.map(|to| entity("destination", about(to))))
}

/// The event of a team (p. 113), whose people are known by their consoles.
pub(crate) fn team_event(world: &World, event: &Event) -> Element {
    let about = |who: Who| match who {
        Who::Rep(id) => {
            let gs = world.console(id, event.at).or(world.console(id, event.at - 1)).map_or(0, |console| console.gs);
            ("representative", gs, site::rep(id).map_or("", |rep| rep.private))
        }
        _ => ("system", 0, "System"),
    };
    let destination = |to: Who| leaf("destination", about(to).2).attr("gsnumber", about(to).1);
    let to = event.to.map(|to| el("destinations").with(destination(to)));
    framed(event, entity("performed_by", about(event.by)), to)
}

fn framed(event: &Event, by: Element, to: Option<Element>) -> Element {
    let mut element = el("event").attr("event_type", event.kind).attr("timestamp", event.at);
    if let Some(account) = &event.account {
        element = element.attr("api_account", account);
    }
    let values = event.data.iter().map(|(name, value)| el("value").attr("value", value).attr("name", name));
    if !event.data.is_empty() {
        element = element.with(el("data").all(values));
    }
    if !event.files.is_empty() {
        let files = event.files.iter().map(|(name, size)| el("file").attr("size", size).attr("name", name));
        element = element.with(el("files").all(files));
    }
    if event.body.chars().all(is_lawful) {
        element = element.with(leaf("body", &event.body));
    } else {
        element = element.with(leaf("encoded_body", base64(event.body.as_bytes())));
    }
    element.all(to).with(by)
}

/// Who was logged in to a team before a moment (p. 113).
pub(crate) fn logged_in(world: &World, team: u32, before: i64) -> Element {
    let there = world.connections.iter().filter(|one| one.from < before && one.to.is_none_or(|to| to >= before));
    let members = there.filter(|one| site::team(team).is_some_and(|team| team.has(one.rep)));
    let shown = members.filter_map(|one| Some((one, site::rep(one.rep)?))).map(|(one, rep)| {
        el("representative")
            .attr("id", rep.id)
            .attr("gsnumber", one.gs)
            .with(leaf("private_ip", rep.private_ip))
            .with(leaf("public_ip", rep.public_ip))
            .all(names(rep))
            .with(leaf("display_name", rep.private))
    });
    el("logged_in_representatives").all(shown)
}
