//! The events that change nothing in the model: which session reports them, and with which data.
//!
//! In: an event of a session or presentation, and the model. Out: a line, if anybody is there.

use serde_json::{Map, Value};

use super::super::history::{self, Actor, Event, Presentation, Record, Who};
use super::events::{EVENTS, PRESENTATION_EVENTS, Scene};
use super::play::Play;
use super::tables::Cell;

/// Name-value pairs of somebody.
fn pairs(kind: &str, id: i64, name: &str) -> Vec<(&'static str, String)> {
    vec![("type", kind.to_owned()), ("id", id.to_string()), ("name", name.to_owned())]
}

fn rep_pairs(play: &Play<'_>, rep: i64) -> Vec<(&'static str, String)> {
    let known = play.site.representatives.iter().find(|known| known.id == rep);
    pairs("representative", rep, known.map_or("", |known| &known.public_display_name))
}

fn customer_pairs(record: &Record) -> Vec<(&'static str, String)> {
    pairs("customer", record.customer.connection.gsnumber, &record.customer.name)
}

/// An event of the list, reported for the representative whose session it is.
pub(super) fn tell(play: &mut Play<'_>, at_s: i64, record: &Record, kind: usize, round: i64) {
    let (Some((_, rep)), Some(kind)) = (play.hands_on(record), EVENTS.get(kind)) else { return };
    let user = match play.world.get("representative", rep, "user_id") {
        Some(Cell::Number(user)) => *user,
        _ => return,
    };
    let scene = Scene {
        at_s,
        round,
        rep,
        presenter: None,
        by_rep: rep_pairs(play, user),
        by_customer: customer_pairs(record),
        hostname: &play.site.hostname,
        lsid: &record.lsid,
        guid: "",
    };
    let data = kind.data(&scene);
    play.world.tell(at_s, &record.lsid, kind.name, false, data);
}

/// What the history knows: a message, or a survey.
pub(super) fn known(play: &mut Play<'_>, at_s: i64, record: &Record, event: &Event) {
    let survey = |event: &Event| {
        let answers = event.data.iter().map(|(question, answer)| (question.clone(), Value::from(answer.as_str())));
        vec![("responses", Cell::Object(Value::Object(answers.collect::<Map<_, _>>())))]
    };
    match event.kind.as_str() {
        "Customer Exit Survey" => play.world.tell(at_s, &record.lsid, "customer_exit_survey", false, survey(event)),
        "Representative Exit Survey" => {
            play.world.tell(at_s, &record.lsid, "representative_survey", false, survey(event));
        }
        _ => {
            let rep = record.members.last().map(|member| rep_pairs(play, member.rep));
            let (by, to) = match event.by {
                Who::Customer => (customer_pairs(record), rep.unwrap_or_else(|| pairs("system", 0, "System"))),
                Who::Member(index) => match record.members.get(index) {
                    Some(member) => (rep_pairs(play, member.rep), customer_pairs(record)),
                    None => return,
                },
                Who::System => (pairs("system", 0, "System"), customer_pairs(record)),
            };
            let body = event.body.clone().unwrap_or_default();
            let data =
                vec![("body", Cell::Text(body)), ("destination", Cell::Pairs(to)), ("performed_by", Cell::Pairs(by))];
            play.world.tell(at_s, &record.lsid, "chat_message", false, data);
        }
    }
}

fn guest_pairs(play: &Play<'_>, one: &Presentation, guest: Actor) -> Vec<(&'static str, String)> {
    let presenter = |at: usize| one.presenters.get(at).map(|(rep, _)| rep_pairs(play, *rep));
    let attendee = |at: usize| {
        let known = one.attendees.get(at);
        known.map(|(name, seat)| pairs("attendee", seat.connection.gsnumber, name))
    };
    let found = match guest {
        Actor::System => None,
        Actor::Presenter(at) => presenter(at),
        Actor::Attendee(at) => attendee(at),
    };
    found.unwrap_or_else(|| pairs("system", 0, "System"))
}

/// An event of the list of presentations, while somebody shows the screen.
pub(super) fn announce(play: &mut Play<'_>, at_s: i64, one: &Presentation, kind: usize, round: i64) {
    let (Some(row), Some(kind)) = (play.presentation_row(one), PRESENTATION_EVENTS.get(kind)) else { return };
    let presenter = play.world.find("presenter", "presentation_session_id", &Cell::Key(row));
    let Some(presenter) = presenter else { return };
    let Some(Cell::Key(rep)) = play.world.get("presenter", presenter, "representative_id").cloned() else { return };
    let guid = play.site.appliances.first().map_or("", |appliance| appliance.id.as_str());
    let scene = Scene {
        at_s,
        round,
        rep,
        presenter: Some(presenter),
        by_rep: guest_pairs(play, one, Actor::Presenter(0)),
        by_customer: guest_pairs(play, one, Actor::Attendee(0)),
        hostname: &play.site.hostname,
        lsid: &one.lsid,
        guid,
    };
    let data = kind.data(&scene);
    play.world.tell(at_s, &one.lsid, kind.name, true, data);
}

/// A message that the history knows.
pub(super) fn said(play: &mut Play<'_>, at_s: i64, one: &Presentation, said: &history::Scene) {
    let other = match said.by {
        Actor::Attendee(_) => Actor::Presenter(0),
        _ => Actor::Attendee(0),
    };
    let data = vec![
        ("performed_by", Cell::Pairs(guest_pairs(play, one, said.by))),
        ("destination", Cell::Pairs(guest_pairs(play, one, said.to.unwrap_or(other)))),
        ("body", Cell::Text(said.body.clone().unwrap_or_default())),
    ];
    play.world.tell(at_s, &one.lsid, "chat_message", true, data);
}
