//! Who was in a presentation, and what occurred in it (pp. 100-101).
//!
//! In: a presentation. Out: its attendees, its presenters, and its events from the first to the last.

use super::super::super::clock::iso;
use super::super::super::history::{Deed, Guest, Presentation};
use super::super::super::site::Representative;
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::Asked;
use super::super::support::details;

pub(super) fn attendees(asked: &Asked<'_>, one: &Presentation) -> Element {
    let attendee = |guest: &Guest| {
        node("attendee")
            .many()
            .attribute("gsnumber", gsnumber(asked, guest), Kind::Name)
            .child(leaf("username", &guest.name, Kind::Text))
            .child(leaf("public_ip", &guest.connection.public_ip, Kind::Text))
    };
    let all = one.attendees().filter(|_| !asked.broken("attendees-missing"));
    node("attendee_list").children(all.map(attendee))
}

/// The list may be absent by rights: its row is garbled, and says something of presentations that have not ended.
pub(super) fn presenters(state: &State, asked: &Asked<'_>, one: &Presentation) -> Element {
    node("rep_list").dispensable().children(one.presenters().map(|guest| presenter(state, asked, guest)))
}

fn presenter(state: &State, asked: &Asked<'_>, guest: &Guest) -> Element {
    let id = guest.rep.unwrap_or_default();
    let known = state.rep(id);
    let of = |pick: fn(&Representative) -> &str| known.map(pick).unwrap_or_default().to_owned();
    let seconds = guest.seconds(asked.now_s);
    let seconds = if asked.broken("seconds-above-the-duration") { seconds + 1_000_000 } else { seconds };
    let connection = &guest.connection;
    node("representative")
        .many()
        .attribute("gsnumber", gsnumber(asked, guest), Kind::Name)
        .attribute("id", id, Kind::Id)
        .child(leaf("username", of(|rep| rep.username.as_str()), Kind::Name))
        .child(leaf("public_display_name", of(|rep| rep.public_display_name.as_str()), Kind::Text))
        .child(leaf("private_display_name", of(|rep| rep.private_display_name.as_str()), Kind::Text))
        .child(leaf("public_ip", &connection.public_ip, Kind::Text))
        .child(leaf("private_ip", &connection.private_ip, Kind::Text))
        .child(leaf("hostname", &connection.hostname, Kind::Text))
        .child(leaf("os", &connection.os, Kind::Text))
        .child(leaf("seconds_involved", seconds, Kind::Integer))
}

/// The number by which events find somebody.
fn gsnumber(asked: &Asked<'_>, guest: &Guest) -> i64 {
    guest.connection.gsnumber + if asked.broken("gsnumbers-found-nowhere") { 5000 } else { 0 }
}

/// Something that occurred.
struct Occurred<'a> {
    at_s: i64,
    kind: &'a str,
    by: Option<&'a Guest>,
    deed: Option<&'a Deed>,
    values: &'a [(String, String)],
}

pub(super) fn details(asked: &Asked<'_>, one: &Presentation) -> Element {
    let mut all = chronology(one, asked.now_s);
    if asked.broken("events-reversed") {
        all.reverse();
    }
    node("session_details").children(all.iter().map(|occurred| event(asked, one, occurred)))
}

fn chronology(one: &Presentation, now_s: i64) -> Vec<Occurred<'_>> {
    let plain = |at_s: i64, kind: &'static str, by: Option<&'static Guest>| Occurred {
        at_s,
        kind,
        by,
        deed: None,
        values: &[],
    };
    let mut all: Vec<Occurred<'_>> = vec![plain(one.start_s, "Session Start", None)];
    for guest in &one.guests {
        let values = guest.details.as_slice();
        let added = "Conference Member Added";
        all.push(Occurred { at_s: guest.from_s, kind: added, by: Some(guest), deed: None, values });
    }
    for said in &one.said {
        let kind = match &said.deed {
            Deed::File { kind, .. } => kind.as_str(),
            _ => "Chat Message",
        };
        let by = one.guests.get(said.by);
        all.push(Occurred { at_s: said.at_s, kind, by, deed: Some(&said.deed), values: &[] });
    }
    for guest in &one.guests {
        if let Some(at_s) = guest.until_s {
            let kind = "Conference Member Departed";
            all.push(Occurred { at_s, kind, by: Some(guest), deed: None, values: &[] });
        }
    }
    all.extend(one.end_s.map(|at_s| plain(at_s, "Session End", None)));
    all.retain(|occurred| occurred.at_s <= now_s);
    all.sort_by_key(|occurred| occurred.at_s);
    all
}

fn event(asked: &Asked<'_>, one: &Presentation, occurred: &Occurred<'_>) -> Element {
    let at = if asked.reads("event-timestamp-format", "iso") { iso(occurred.at_s) } else { occurred.at_s.to_string() };
    let entry = node("event").many().attribute("timestamp", at, Kind::Time);
    let entry = match asked.readings.of("presentation-event-type") {
        "element" => entry.child(leaf("event_type", occurred.kind, Kind::Name).own()),
        _ => entry.attribute("event_type", occurred.kind, Kind::Name),
    };
    let mut entry = entry.child(person(asked, "performed_by", occurred.by));
    match occurred.deed {
        Some(Deed::Chat(text)) => {
            // What one says, the first of the others hears.
            let to = one.guests.iter().find(|guest| occurred.by.is_some_and(|by| by.rep != guest.rep));
            if to.is_some() {
                entry = entry.child(person(asked, "destination", to).dispensable());
            }
            entry = entry.child(details::body(asked, text));
        }
        Some(Deed::File { name, size, .. }) => entry = details::file(asked, entry, name, *size),
        _ => {}
    }
    if occurred.values.is_empty() { entry } else { entry.child(details::data(occurred.values, "", |_| true)) }
}

fn person(asked: &Asked<'_>, name: &str, guest: Option<&Guest>) -> Element {
    let Some(guest) = guest else { return details::notation(asked, name, "system", 0, "System") };
    let attendee = asked.readings.of("presentation-performer");
    let kind = if guest.rep.is_some() { "representative" } else { attendee };
    let lost = if asked.broken("performers-found-nowhere") { 9000 } else { 0 };
    details::notation(asked, name, kind, guest.connection.gsnumber + lost, &guest.name)
}
