//! PresentationSession (pp. 98-103): everything about the presentations that are asked for.
//!
//! In: presentations. Out: `session_list`, each with its times, its recording, its people and events.

use super::super::super::history::Presentation;
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::support::{clock_face, sessions::instant};
use super::super::{Asked, Outcome, Permission, Product, Report, WINDOW};
use super::{chosen, people};

pub(crate) const PRESENTATION_SESSION: Report = Report {
    name: "PresentationSession",
    kind: "reporting/presentation_session",
    permission: Permission::Presentation,
    parameters: &[&WINDOW, &chosen::IDS],
    root: Some("session_list"),
    run: presentation_session,
};

fn presentation_session(state: &State, asked: &Asked<'_>) -> Outcome {
    let found = chosen::chosen(state, asked)?;
    Ok(Product::Xml(asked.list().children(found.into_iter().map(|one| session(state, asked, one)))))
}

fn session(state: &State, asked: &Asked<'_>, one: &Presentation) -> Element {
    let kind = if asked.broken("session-type-support") { "support" } else { "presentation" };
    let entry = node("session")
        .many()
        .attribute("lsid", &one.lsid, Kind::Name)
        .child(leaf("session_type", kind, Kind::Choice))
        .child(leaf("lseq", one.lseq, Kind::Integer));
    addresses(state, asked, times(asked, entry, one), one)
        .child(people::attendees(asked, one))
        .child(people::presenters(state, asked, one))
        .child(people::details(asked, one))
}

fn times(asked: &Asked<'_>, entry: Element, one: &Presentation) -> Element {
    let shift = |what: &str| if asked.broken(what) { 3600 } else { 0 };
    let end = match one.end_s {
        Some(at_s) => instant("end_time", at_s, shift("end-timestamp-another")),
        None if asked.broken("running-with-an-end") => instant("end_time", asked.now_s, 0),
        None => leaf("end_time", "", Kind::Time),
    };
    let seconds = one.end_s.unwrap_or(asked.now_s).saturating_sub(one.start_s).max(0);
    let seconds = seconds + if asked.broken("duration-not-of-its-times") { 90 } else { 0 };
    let duration = match () {
        () if asked.broken("duration-in-seconds") => seconds.to_string(),
        () if asked.broken("duration-without-hours") => format!("{:02}:{:02}", seconds / 60, seconds % 60),
        () => clock_face(seconds),
    };
    let start = instant("start_time", one.start_s, shift("start-timestamp-another"));
    entry.child(start).child(end).child(leaf("duration", duration, Kind::Time))
}

/// Where chat and video are, once the presentation is over.
fn addresses(state: &State, asked: &Asked<'_>, entry: Element, one: &Presentation) -> Element {
    if one.end_s.is_none() && !asked.broken("urls-of-running-presentations") {
        return entry;
    }
    let host = &state.site.hostname;
    let link = |name: &str, action: &str, kind: &str| {
        let url = format!("https://{host}/session_download?action={action}&kind={kind}&lsid={}", one.lsid);
        leaf(name, url, Kind::Url).dispensable()
    };
    let mut entry = entry.child(link("session_chat_view_url", "view", "chat")).child(link(
        "session_chat_download_url",
        "download",
        "chat",
    ));
    if one.recorded && !asked.broken("view-url-missing") {
        entry = entry.child(link("session_recording_view_url", "view", "video"));
    }
    if one.recorded && one.shown {
        entry = entry.child(link("session_recording_download_url", "download", "video"));
    }
    entry
}
