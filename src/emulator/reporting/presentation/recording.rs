//! PresentationSessionRecording and its old name (p. 106): the video of a presentation.
//!
//! In: an lsid. Out: a video as a file, or an error where there is none.

use super::super::super::command::Refusal;
use super::super::super::command::parameters::{Parameter, Shape, required};
use super::super::super::state::State;
use super::super::support::recordings::video;
use super::super::{Asked, Outcome, Permission, Product, Report};

const LSID: [Parameter; 1] = [required("lsid", Shape::Text)];

pub(crate) const PRESENTATION_SESSION_RECORDING: Report = Report {
    name: "PresentationSessionRecording",
    kind: "reporting/presentation_session_recording",
    permission: Permission::Presentation,
    parameters: &[&LSID],
    root: None,
    run: recording,
};

/// The name of the report before 16.1.
pub(crate) const PRESENTATION_RECORDING: Report = Report {
    name: "PresentationRecording",
    kind: "reporting/presentation_recording",
    permission: Permission::Presentation,
    parameters: &[&LSID],
    root: None,
    run: |state, asked| match asked.readings.of("presentation-recording-alias") {
        "refused" => Err(Refusal::error("There is no report PresentationRecording")),
        _ => recording(state, asked),
    },
};

fn recording(state: &State, asked: &Asked<'_>) -> Outcome {
    let refused =
        |what: &str, message: &str| Err(if asked.broken(what) { Refusal::Hollow } else { Refusal::error(message) });
    let lsid = asked.given.must("lsid");
    let Some(one) = state.history.presentations.iter().find(|one| one.lsid == lsid) else {
        return refused("lsid/unknown-accepted", "There is no such presentation");
    };
    if !one.has_recording() {
        return refused("nothing-recorded-accepted", "There is no such recording");
    }
    let told = if asked.broken("of-another-session") { "0" } else { one.lsid.as_str() };
    let name = format!("PresentationSessionRecording-{}.mp4", one.lsid);
    match () {
        () if asked.broken("recording-empty") => Ok(Product::File { media: "video/mp4", name, bytes: Vec::new() }),
        () if asked.broken("recording-as-xml") => Ok(Product::Xml(asked.list().own())),
        () => Ok(Product::File { media: "video/mp4", name, bytes: video(&format!("presentation {told}")) }),
    }
}
