//! In: which presentations are wanted (p. 98, p. 104). Out: all that is known of them, or a short list.
//! Never: shows support sessions.

use super::parts::{moment, presentation_event, representative};
use super::support::Limit;
use super::unless_empty;
use super::window::{Choice, choice, window};
use crate::foreign::civil::hms;
use crate::foreign::pages::{chat_url, download_url, view_url};
use crate::foreign::site;
use crate::foreign::wire::{Fault, Parameters};
use crate::foreign::world::{Presentation, World};
use crate::foreign::xml::{Element, el, leaf};

/// `limit` stands in the examples of p. 103 only. A presentation has no queue: a team's are those of its members, and
/// all run through the default public site.
fn lets(limit: Limit, show: &Presentation) -> bool {
    match limit {
        Limit::All => true,
        Limit::Rep(id) => show.rep == id,
        Limit::AnyTeam => site::TEAMS.iter().any(|team| team.has(show.rep)),
        Limit::Team(id) | Limit::Members(id) => site::team(id).is_some_and(|team| team.has(show.rep)),
        Limit::Site(id) => id == 1,
    }
}

pub(crate) fn full(world: &World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let choice = choice(parameters, now)?;
    let limit = if matches!(choice, Choice::Lsids(_)) { Limit::All } else { Limit::read(parameters)? };
    let chosen = world.presentations.iter();
    let chosen = chosen.filter(|show| choice.holds(&show.lsid, show.start, show.end) && lets(limit, show));
    unless_empty(el("session_list").all(chosen.map(|show| element(world, show, now))))
}

fn element(world: &World, show: &Presentation, now: i64) -> Element {
    let (host, lsid) = (world.host.as_str(), show.lsid.as_str());
    let seconds = show.end.unwrap_or(now) - show.start;
    let attendees = show.attendees.iter().map(|attendee| {
        el("attendee")
            .attr("gsnumber", attendee.gs)
            .with(leaf("public_ip", &attendee.public_ip))
            .with(leaf("username", &attendee.name))
    });
    let reps = site::rep(show.rep).map(|rep| representative(rep, show.gs, seconds, None));
    let mut element = el("session")
        .attr("lsid", lsid)
        .with(el("session_details").all(show.events.iter().map(|event| presentation_event(show, event))))
        .with(el("rep_list").all(reps))
        .with(el("attendee_list").all(attendees));
    if show.end.is_some() {
        if show.shown {
            let url = download_url(host, "PresentationSessionRecording", lsid, None);
            element = element.with(leaf("session_recording_download_url", url));
        }
        element = element
            .with(leaf("session_recording_view_url", view_url(host, "PresentationSessionRecording", lsid, None)))
            .with(leaf("session_chat_download_url", chat_url(host, lsid, "download")))
            .with(leaf("session_chat_view_url", chat_url(host, lsid, "view")));
    }
    element
        .with(leaf("duration", hms(seconds)))
        .with(moment("end_time", show.end))
        .with(moment("start_time", Some(show.start)))
        .with(leaf("lseq", show.lseq))
        .with(leaf("session_type", "presentation"))
}

/// p. 104
pub(crate) fn listing(world: &World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let window = window(parameters, now, true)?;
    let chosen = world.presentations.iter().filter(|show| window.holds(show.start, show.end));
    let summaries = chosen.map(|show| {
        let recorded = show.shown && show.end.is_some();
        el("presentation_summary").attr("has_recording", u8::from(recorded)).attr("lsid", &show.lsid)
    });
    unless_empty(el("presentation_summary_list").all(summaries))
}
