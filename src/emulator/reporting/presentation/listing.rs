//! PresentationSessionListing (pp. 104-105): which presentations there are, and which of them have a recording.
//!
//! In: presentations of a window. Out: `presentation_summary_list`.

use super::super::super::history::Presentation;
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, node};
use super::super::support::listing::required;
use super::super::{Asked, Outcome, Permission, Product, Report, WINDOW};
use super::chosen;

pub(crate) const PRESENTATION_SESSION_LISTING: Report = Report {
    name: "PresentationSessionListing",
    kind: "reporting/presentation_session_listing",
    permission: Permission::Presentation,
    parameters: &[&WINDOW],
    root: Some("presentation_summary_list"),
    run: listing,
};

fn listing(state: &State, asked: &Asked<'_>) -> Outcome {
    let window = required(asked)?;
    let mut found = chosen::within(state, asked, window);
    if asked.reads("presentation-in-progress", "absent") {
        found.retain(|one| one.end_s.is_some());
    }
    Ok(Product::Xml(asked.list().children(found.into_iter().map(|one| summary(asked, one)))))
}

fn summary(asked: &Asked<'_>, one: &Presentation) -> Element {
    let lsid = if asked.broken("lsid-of-nothing") { "0".repeat(32) } else { one.lsid.clone() };
    let recording = match () {
        () if asked.broken("has-recording-always") => true,
        () if asked.broken("has-recording-never") => false,
        () => one.has_recording(),
    };
    let entry = node("presentation_summary").many().attribute("lsid", lsid, Kind::Name);
    entry.attribute("has_recording", u8::from(recording), Kind::Flag)
}
