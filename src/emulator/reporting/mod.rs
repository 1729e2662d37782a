//! The reporting API (pp. 80-139): which report is asked for, who may have it, and how its outcome is worded.
//!
//! In: a request. Out: the list that the report is, a file, or an error where the report has its place for
//! one. Nothing here changes the site; the numbers of all reports come from one history.

mod presentation;
mod report;
mod route;
mod support;
mod usage;
mod vault;
mod window;

use super::archive;
use super::command::Refusal;
use super::state::State;
use super::xml::{Element, Kind, leaf, node};

pub(crate) use report::{Asked, Outcome, Permission, Product, Report};
pub(crate) use window::{WINDOW, Window};

/// The reports of p. 80, the one of p. 138 that the list there lacks, and the old name of p. 106.
pub(crate) static REPORTS: &[Report] = &[
    support::SUPPORT_SESSION,
    support::SUPPORT_SESSION_LISTING,
    support::SUPPORT_SESSION_SUMMARY,
    support::SUPPORT_SESSION_RECORDING,
    support::SHOW_MY_SCREEN_RECORDING,
    support::COMMAND_SHELL_RECORDING,
    support::SUPPORT_CUST_EXIT_SURVEY,
    support::SUPPORT_REP_EXIT_SURVEY,
    support::SUPPORT_TEAM,
    presentation::PRESENTATION_SESSION,
    presentation::PRESENTATION_SESSION_LISTING,
    presentation::PRESENTATION_SESSION_RECORDING,
    presentation::PRESENTATION_RECORDING,
    archive::ARCHIVE_LISTING,
    archive::ARCHIVE,
    usage::LICENSE_USAGE,
    usage::ENDPOINT_LICENSE_USAGE,
    vault::VAULT_ACCOUNT_ACTIVITY,
];

/// The report of that name.
pub(crate) fn report(name: &str) -> Option<&'static Report> {
    REPORTS.iter().find(|report| report.name == name)
}

/// Makes a report.
pub(crate) fn perform(state: &State, asked: &mut Asked<'_>) -> Outcome {
    let outcome = known_parameters(asked).and_then(|()| {
        asked.given = asked.reader().read(&asked.report.parameters.concat())?;
        if asked.broken("refused-always") {
            return Err(Refusal::error("The report failed"));
        }
        (asked.report.run)(state, asked)
    });
    match outcome {
        Ok(Product::Xml(list)) if is_empty(asked, &list) => match asked.nothing_found() {
            Some(message) => Err(Refusal::error(message)),
            None => Ok(Product::Xml(list)),
        },
        Err(Refusal::Error(_)) if asked.broken("error-answered-with-nothing") => Err(Refusal::Hollow),
        Err(Refusal::Error(_)) if asked.broken("error-without-message") => Err(Refusal::error("")),
        outcome => outcome,
    }
}

/// Whether a report has nothing in it, which appliances say as an error. Archives are files, and license usage has its times.
fn is_empty(asked: &Asked<'_>, list: &Element) -> bool {
    asked.report.root.is_some() && asked.report.name != "ArchiveListing" && list.children.is_empty()
}

/// An error where the report has its place for one: inside its list, or alone.
pub(crate) fn error(report: Option<&Report>, message: &str) -> Element {
    let error = leaf("error", message, Kind::Text);
    match report.and_then(|report| report.root) {
        Some(root) => node(root).child(error),
        None => error.own(),
    }
}

fn known_parameters(asked: &Asked<'_>) -> Result<(), Refusal> {
    if !asked.reads("unknown-parameter", "refused") {
        return Ok(());
    }
    // The examples of p. 103 have a limit that no table has, with a reading of its own.
    let exemplary = |name: &str| name == "limit" && asked.report.name == "PresentationSession";
    let known = |name: &str| {
        name == "generate_report"
            || exemplary(name)
            || asked.report.parameters.iter().copied().flatten().any(|parameter| parameter.name == name)
    };
    match asked.pairs.iter().find(|(name, _)| !known(name)) {
        Some((name, _)) => Err(Refusal::error(format!("There is no parameter {name}"))),
        None => Ok(()),
    }
}
