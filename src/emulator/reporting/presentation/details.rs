//! What occurred in a presentation (p. 101).
//!
//! In: its scenes. Out: `session_details`, from the first event to the last.

use super::super::super::clock::in_notation;
use super::super::super::history::{Actor, Presentation, Scene, Seat};
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::Asked;
use super::super::support::{data, notation, said};

pub(super) fn details(state: &State, asked: &Asked<'_>, one: &Presentation) -> Element {
    let mut scenes: Vec<&Scene> = one.scenes.iter().collect();
    if asked.broken("events-reversed") {
        scenes.reverse();
    }
    if asked.broken("chats-missing") {
        scenes.retain(|scene| scene.kind != "Chat Message");
    }
    node("session_details").children(scenes.into_iter().map(|scene| event(state, asked, one, scene)))
}

fn event(state: &State, asked: &Asked<'_>, one: &Presentation, scene: &Scene) -> Element {
    let late = if asked.broken("events-after-the-end") { 100_000 } else { 0 };
    let at_s = scene.at_s.saturating_add(late);
    let at = in_notation(at_s, asked.readings.of("event-timestamp-format"));
    let entry = node("event").many().attribute("timestamp", at, Kind::Time);
    let mut entry = match asked.readings.of("presentation-event-type") {
        "element" => entry.child(leaf("event_type", &scene.kind, Kind::Name)),
        _ => entry.attribute("event_type", &scene.kind, Kind::Name),
    };
    entry = entry.child(person(state, asked, one, "performed_by", scene.by));
    if let Some(to) = scene.to {
        entry = entry.child(person(state, asked, one, "destination", to).dispensable());
    }
    if let Some(text) = &scene.body {
        entry = said(asked, entry, text);
    }
    if scene.data.is_empty() { entry } else { entry.child(data(&scene.data, "", |_| true)) }
}

fn person(state: &State, asked: &Asked<'_>, one: &Presentation, name: &str, who: Actor) -> Element {
    let lost = if asked.broken("performers-found-nowhere") { 9000 } else { 0 };
    let number = |seat: &Seat| seat.connection.gsnumber + lost;
    let system = || notation(asked, name, "system", 0, "System");
    match who {
        Actor::System => system(),
        Actor::Presenter(at) => one.presenters.get(at).map_or_else(system, |(id, seat)| {
            let told = state.rep(*id).map(|rep| rep.private_display_name.as_str()).unwrap_or_default();
            notation(asked, name, "representative", number(seat), told)
        }),
        Actor::Attendee(at) => one.attendees.get(at).map_or_else(system, |(told, seat)| {
            let kind = if asked.reads("presentation-performer", "customer") { "customer" } else { "attendee" };
            notation(asked, name, kind, number(seat), told)
        }),
    }
}
