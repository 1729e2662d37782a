//! PresentationSession (pp. 98-103) and PresentationSessionListing (pp. 104-105).
//!
//! In: presentations. Out: `session_list` with all about each, or `presentation_summary_list` in short.

use super::super::super::clock::clock_face;
use super::super::super::history::Presentation;
use super::super::super::site::Representative;
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, flag, leaf, node};
use super::super::support::instant;
use super::super::window::Edge;
use super::super::{Asked, Outcome, Permission, Product, Report, WINDOW};
use super::{chosen, details};

pub(crate) const PRESENTATION_SESSION: Report = Report {
    name: "PresentationSession",
    kind: "reporting/presentation_session",
    permission: Permission::Presentation,
    parameters: &[&WINDOW, &chosen::IDS],
    root: Some("session_list"),
    run: |state, asked| {
        let found = chosen::chosen(state, asked)?;
        Ok(Product::Xml(asked.list().children(found.into_iter().map(|one| session(state, asked, one)))))
    },
};

pub(crate) const PRESENTATION_SESSION_LISTING: Report = Report {
    name: "PresentationSessionListing",
    kind: "reporting/presentation_session_listing",
    permission: Permission::Presentation,
    parameters: &[&WINDOW],
    root: Some("presentation_summary_list"),
    run: listing,
};

fn listing(state: &State, asked: &Asked<'_>) -> Outcome {
    let window = chosen::required(asked)?;
    let mut found = chosen::within(state, asked, window);
    // Whether what is in progress is ready to be archived is for the reading; what ended is in any case.
    if window.edge == Edge::Start && asked.reads("presentation-in-progress", "absent") {
        found.retain(|one| one.over_s.is_some());
    }
    let summary = |one: &Presentation| {
        let lsid = if asked.broken("lsid-of-nothing") { "0".repeat(32) } else { one.lsid.clone() };
        let recording = match () {
            () if asked.broken("has-recording-always") => true,
            () if asked.broken("has-recording-never") => false,
            () => one.has_recording(),
        };
        node("presentation_summary").many().attribute("lsid", lsid, Kind::Name).attribute(
            "has_recording",
            u8::from(recording),
            Kind::Flag,
        )
    };
    Ok(Product::Xml(asked.list().children(found.into_iter().map(summary))))
}

fn session(state: &State, asked: &Asked<'_>, one: &Presentation) -> Element {
    let kind = if asked.broken("session-type-support") { "support" } else { "presentation" };
    let entry = node("session")
        .many()
        .attribute("lsid", &one.lsid, Kind::Name)
        .child(leaf("session_type", kind, Kind::Choice))
        .child(leaf("lseq", one.lseq, Kind::Integer));
    links(state, asked, times(asked, entry, one), one)
        .child(attendees(asked, one))
        .child(presenters(state, asked, one).dispensable())
        .child(details::details(state, asked, one))
}

fn times(asked: &Asked<'_>, entry: Element, one: &Presentation) -> Element {
    let shift = |what: &str| if asked.broken(what) { 3600 } else { 0 };
    let end = match one.end_s() {
        Some(at_s) => instant("end_time", at_s, shift("end-timestamp-another")),
        None if asked.broken("running-with-an-end") => instant("end_time", one.over_s.unwrap_or(asked.now_s), 0),
        None => leaf("end_time", "", Kind::Time),
    };
    let seconds = one.over_s.unwrap_or(asked.now_s).saturating_sub(one.start_s).max(0);
    let seconds = seconds + if asked.broken("duration-not-of-its-times") { 90 } else { 0 };
    let duration = match () {
        () if asked.broken("duration-in-seconds") => seconds.to_string(),
        () if asked.broken("duration-without-hours") => format!("{:02}:{:02}", seconds / 60, seconds % 60),
        () => clock_face(seconds),
    };
    entry.child(instant("start_time", one.start_s, shift("start-timestamp-another"))).child(end).child(leaf(
        "duration",
        duration,
        Kind::Time,
    ))
}

/// Chat and recording, for presentations that ended as they should.
fn links(state: &State, asked: &Asked<'_>, entry: Element, one: &Presentation) -> Element {
    let host = &state.site.hostname;
    let link = |kind: &str, action: &str| {
        let name = format!("session_{kind}_{action}_url");
        let page = format!("session_download?action={action}&kind={kind}&lsid={}", one.lsid);
        leaf(&name, format!("https://{host}/{page}"), Kind::Url).dispensable()
    };
    let both = |kind: &str| [link(kind, "view"), link(kind, "download")];
    let chat = one.end_s().is_some() || asked.broken("urls-of-running-presentations");
    let recording = one.has_recording() || (chat && asked.broken("urls-of-what-was-not-recorded"));
    let entry = if chat { entry.children(both("chat")) } else { entry };
    if recording { entry.children(both("recording")) } else { entry }
}

fn attendees(asked: &Asked<'_>, one: &Presentation) -> Element {
    let nobody = asked.broken("attendees-missing");
    let seats = one.attendees.iter().filter(|_| !nobody);
    node("attendee_list").children(seats.map(|(name, seat)| {
        let name = if asked.broken("attendee-name-of-another") { "Attendee" } else { name };
        node("attendee")
            .many()
            .attribute("gsnumber", seat.connection.gsnumber, Kind::Name)
            .child(leaf("username", name, Kind::Text))
            .child(leaf("public_ip", &seat.connection.public_ip, Kind::Address))
    }))
}

fn presenters(state: &State, asked: &Asked<'_>, one: &Presentation) -> Element {
    let only_first = asked.broken("later-presenters-missing");
    let seats = one.presenters.iter().take(if only_first { 1 } else { usize::MAX });
    node("rep_list").children(seats.enumerate().map(|(index, (id, seat))| {
        let known = state.rep(*id);
        let text = |name: &str, value: Option<&str>| leaf(name, value.unwrap_or_default(), Kind::Text);
        let from = &seat.connection;
        let seconds = seat.seconds(asked.now_s);
        let seconds = if asked.broken("seconds-above-the-duration") { seconds + 100_000 } else { seconds };
        let lost = if asked.broken("gsnumbers-found-nowhere") { 5000 } else { 0 };
        let entry = node("representative")
            .many()
            .attribute("gsnumber", from.gsnumber + lost, Kind::Name)
            .attribute("id", id, Kind::Id)
            .child(leaf("username", known.map(|rep| rep.username.as_str()).unwrap_or_default(), Kind::Name))
            .child(text("public_display_name", known.map(|rep| rep.public_display_name.as_str())))
            .child(text("private_display_name", known.map(|rep| rep.private_display_name.as_str())))
            .child(leaf("public_ip", &from.public_ip, Kind::Address))
            .child(leaf("private_ip", &from.private_ip, Kind::Address))
            .child(leaf("hostname", &from.hostname, Kind::Text))
            .child(leaf("os", &from.os, Kind::Text))
            .child(leaf("seconds_involved", seconds, Kind::Integer));
        match asked.readings.of("presentation-representative") {
            "both_tables" => second_table(entry, known, index == 0),
            _ => entry,
        }
    }))
}

/// What a representative has besides in the table of p. 102, which stands under no path.
fn second_table(entry: Element, known: Option<&Representative>, created: bool) -> Element {
    let alias = known.map(|rep| rep.private_display_name.as_str()).unwrap_or_default();
    let number = known.map_or(0, |rep| rep.display_number.unwrap_or(rep.id));
    let entry = entry
        .child(leaf("display_name", alias, Kind::Text).dispensable())
        .child(leaf("display_number", number, Kind::Text).dispensable())
        .child(flag("session_owner", created).dispensable())
        .child(flag("primary_rep", created).dispensable());
    let invited = known.is_some_and(|rep| rep.invited);
    if invited { entry.child(flag("invited", true).dispensable()) } else { entry }
}
