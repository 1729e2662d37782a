//! The recording of a presentation (p. 106), also by its old name.
//!
//! In: an lsid. Out: a video as a file, or an error where there is none.

use super::super::super::command::Refusal;
use super::super::super::command::parameters::{Parameter, Shape, required};
use super::super::super::state::State;
use super::super::support::video;
use super::super::{Asked, Outcome, Permission, Product, Report};

const LSID: [Parameter; 1] = [required("lsid", Shape::Text)];

pub(crate) const PRESENTATION_SESSION_RECORDING: Report = Report {
    name: "PresentationSessionRecording",
    kind: "reporting/presentation_session_recording",
    permission: Permission::Presentation,
    parameters: &[&LSID],
    root: None,
    run: file,
};

pub(crate) const PRESENTATION_RECORDING: Report = Report {
    name: "PresentationRecording",
    kind: "reporting/presentation_recording",
    permission: Permission::Presentation,
    parameters: &[&LSID],
    root: None,
    run: |state, asked| match asked.readings.of("presentation-recording-alias") {
        "refused" => Err(Refusal::error("There is no report PresentationRecording")),
        _ => file(state, asked),
    },
};

fn file(state: &State, asked: &Asked<'_>) -> Outcome {
    let refused =
        |what: &str, message: &str| Err(if asked.broken(what) { Refusal::Hollow } else { Refusal::error(message) });
    let lsid = asked.given.must("lsid");
    let Some(one) = state.history.presentations.iter().find(|one| one.lsid == lsid) else {
        return refused("lsid/unknown-accepted", "There is no such presentation");
    };
    if !one.has_recording() {
        return refused("nothing-recorded-accepted", "There is no such recording");
    }
    if asked.broken("recording-as-xml") {
        return Ok(Product::Xml(asked.list().own()));
    }
    let told = if asked.broken("of-another-session") { "0" } else { one.lsid.as_str() };
    let bytes = if asked.broken("recording-empty") { Vec::new() } else { video(&format!("presentation {told}")) };
    Ok(Product::File { media: "video/mp4", name: format!("presentation-{}.mp4", one.lsid), bytes })
}
