//! The reporting API (pp. 80-139): which report is asked for, who may have it, and how its outcome is worded.
//!
//! In: a request. Out: the list that the report is, a file, or an error where the report has its place for
//! one. Nothing here changes the site; the numbers of all reports come from one history.

mod presentation;
mod route;
mod support;
mod usage;
mod vault;
mod window;

use super::archive;
use super::auth::Account;
use super::command::Refusal;
use super::command::parameters::{Given, Parameter, Reader};
use super::http::Pairs;
use super::state::State;
use super::switches::{ActiveDefects, Readings};
use super::xml::{Element, Kind, leaf, node};

pub(crate) use window::{WINDOW, Window};

/// The permission of an API account that a report needs (p. 50).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    Support,
    Presentation,
    Archive,
    License,
    Vault,
}

/// A report of the guide.
pub(crate) struct Report {
    /// What `generate_report` calls it.
    pub(crate) name: &'static str,
    /// The kind of request, as in `reporting/support_session`.
    pub(crate) kind: &'static str,
    pub(crate) permission: Permission,
    /// Tables of parameters, one after another.
    pub(crate) parameters: &'static [&'static [Parameter]],
    /// The root of a list, which holds errors too; none where the report is a file.
    pub(crate) root: Option<&'static str>,
    pub(crate) run: fn(&State, &Asked<'_>) -> Outcome,
}

/// What a request brings to its report.
pub(crate) struct Asked<'a> {
    pub(crate) report: &'static Report,
    pub(crate) given: Given,
    pub(crate) pairs: &'a Pairs,
    /// Who asks; the permission of the report is judged already.
    #[allow(dead_code, reason = "for reports that more than one permission opens")]
    pub(crate) account: &'a Account,
    pub(crate) now_s: i64,
    pub(crate) readings: &'a Readings,
    pub(crate) defects: &'a ActiveDefects,
}

/// What a report is.
#[derive(Debug)]
pub(crate) enum Product {
    Xml(Element),
    File { media: &'static str, name: String, bytes: Vec<u8> },
}

pub(crate) type Outcome = Result<Product, Refusal>;

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

impl Permission {
    fn of(self, account: &Account) -> bool {
        let reports = account.reports;
        match self {
            Permission::Support => reports.support,
            Permission::Presentation => reports.presentation,
            Permission::Archive => reports.archive,
            Permission::License => reports.license,
            Permission::Vault => reports.vault,
        }
    }
}

impl Asked<'_> {
    /// Whether the emulator has this defect of the report.
    pub(crate) fn broken(&self, what: &str) -> bool {
        self.defects.has(self.report.kind, what)
    }

    pub(crate) fn reads(&self, topic: &str, reading: &str) -> bool {
        self.readings.is(topic, reading)
    }

    fn reader(&self) -> Reader<'_> {
        Reader { kind: self.report.kind, prefix: "", pairs: self.pairs, readings: self.readings, defects: self.defects }
    }

    /// The list that the report is, with nothing in it.
    pub(crate) fn list(&self) -> Element {
        node(self.report.root.unwrap_or("error"))
    }
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
        Err(Refusal::Error(_)) if asked.broken("error-answered-with-nothing") => Err(Refusal::Hollow),
        Err(Refusal::Error(_)) if asked.broken("error-without-message") => Err(Refusal::error("")),
        outcome => outcome,
    }
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
