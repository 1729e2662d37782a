//! The archives of a day: their listing, and each of them (pp. 116-135).
//!
//! In: a request for a report. Out: an error, as none of these reports is made yet.

use super::command::Refusal;
use super::reporting::{Asked, Outcome, Permission, Report};
use super::state::State;

pub(crate) const ARCHIVE_LISTING: Report = Report {
    name: "ArchiveListing",
    kind: "archive/archive_listing",
    permission: Permission::Archive,
    parameters: &[],
    root: Some("archives"),
    run: listing,
};

pub(crate) const ARCHIVE: Report = Report {
    name: "Archive",
    kind: "archive/archive",
    permission: Permission::Archive,
    parameters: &[],
    root: None,
    run: archive,
};

fn listing(_: &State, _: &Asked<'_>) -> Outcome {
    Err(Refusal::error("This report is not available"))
}

fn archive(_: &State, _: &Asked<'_>) -> Outcome {
    Err(Refusal::error("This report is not available"))
}
