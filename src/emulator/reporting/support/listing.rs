//! SupportSessionListing (pp. 91-92): which sessions there are, and which of them have a recording.
//!
//! In: records of a window. Out: `session_summary_list`.

use super::super::super::command::Refusal;
use super::super::super::history::Record;
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::{Asked, Outcome, Permission, Product, Report, WINDOW, Window};
use super::chosen;

pub(crate) const SUPPORT_SESSION_LISTING: Report = Report {
    name: "SupportSessionListing",
    kind: "reporting/support_session_listing",
    permission: Permission::Support,
    parameters: &[&WINDOW],
    root: Some("session_summary_list"),
    run: support_session_listing,
};

fn support_session_listing(state: &State, asked: &Asked<'_>) -> Outcome {
    let window = required(asked)?;
    let found = chosen::within(state, asked, window);
    Ok(Product::Xml(asked.list().children(found.into_iter().map(|record| summary(asked, record)))))
}

/// The window of a report that has no other way to choose.
pub(super) fn required(asked: &Asked<'_>) -> Result<Window, Refusal> {
    let accepted = asked.broken("no-set-accepted");
    Window::read(asked)?.ok_or_else(|| {
        if accepted { Refusal::Hollow } else { Refusal::error("A date or time and a duration are missing") }
    })
}

/// Whether a session has a recording that can be had.
pub(super) fn has_recording(record: &Record) -> bool {
    record.recorded && record.end_s().is_some()
}

fn summary(asked: &Asked<'_>, record: &Record) -> Element {
    let lsid = if asked.broken("lsid-of-nothing") { "0".repeat(32) } else { record.lsid.clone() };
    let recording = match () {
        () if asked.broken("has-recording-always") => true,
        () if asked.broken("has-recording-never") => false,
        () => has_recording(record),
    };
    let entry = node("session_summary").many().attribute("lsid", lsid, Kind::Name);
    let entry = match asked.readings.of("listing-lseq") {
        "element" => entry.child(leaf("lseq", record.lseq, Kind::Integer)),
        _ => entry.attribute("lseq", record.lseq, Kind::Integer),
    };
    let entry = entry.attribute("has_recording", u8::from(recording), Kind::Flag);
    let key = record.attributes.get("external_key").filter(|key| !key.is_empty());
    let Some(key) = key else { return entry };
    let key = if asked.broken("external-key-of-another") { "another" } else { key };
    match asked.readings.of("listing-external-key") {
        "element" => entry.child(leaf("external_key", key, Kind::Text)),
        _ => entry.attribute("external_key", key, Kind::Text),
    }
}
