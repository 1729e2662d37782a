//! Presentations: their report, their listing and their recordings (pp. 98-106).
//!
//! In: a request for a report. Out: an error, as none of these reports is made yet.

use super::super::command::Refusal;
use super::super::state::State;
use super::{Asked, Outcome, Permission, Report};

pub(crate) const PRESENTATION_SESSION: Report = Report {
    name: "PresentationSession",
    kind: "reporting/presentation_session",
    permission: Permission::Presentation,
    parameters: &[],
    root: Some("session_list"),
    run: session,
};

pub(crate) const PRESENTATION_SESSION_LISTING: Report = Report {
    name: "PresentationSessionListing",
    kind: "reporting/presentation_session_listing",
    permission: Permission::Presentation,
    parameters: &[],
    root: Some("presentation_summary_list"),
    run: listing,
};

pub(crate) const PRESENTATION_SESSION_RECORDING: Report = Report {
    name: "PresentationSessionRecording",
    kind: "reporting/presentation_session_recording",
    permission: Permission::Presentation,
    parameters: &[],
    root: None,
    run: recording,
};

pub(crate) const PRESENTATION_RECORDING: Report = Report {
    name: "PresentationRecording",
    kind: "reporting/presentation_recording",
    permission: Permission::Presentation,
    parameters: &[],
    root: None,
    run: recording,
};

fn session(_: &State, _: &Asked<'_>) -> Outcome {
    Err(Refusal::error("This report is not available"))
}

fn listing(_: &State, _: &Asked<'_>) -> Outcome {
    Err(Refusal::error("This report is not available"))
}

fn recording(_: &State, _: &Asked<'_>) -> Outcome {
    Err(Refusal::error("This report is not available"))
}
