//! What a report of the guide is, and what it knows of its request while it is made.
//!
//! In: the tables and functions of the rooms beside this one. Out: the types that they share. Which reports
//! there are stands in the table of `reporting`.

use super::super::auth::Account;
use super::super::command::Refusal;
use super::super::command::parameters::{Given, Parameter, Reader};
use super::super::http::Pairs;
use super::super::state::State;
use super::super::switches::{ActiveDefects, Readings};
use super::super::xml::{Element, node};

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

impl Permission {
    pub(super) fn of(self, account: &Account) -> bool {
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
    /// Whether the emulator has this defect of the report. Reports share their rooms, and not all have each defect.
    pub(crate) fn broken(&self, what: &str) -> bool {
        self.defects.has_of_family(self.report.kind, what)
    }

    /// Whether the emulator has it where sessions are asked for by their ids.
    pub(crate) fn broken_by_id(&self, what: &str) -> bool {
        let by_id = self.given.text("lsid").is_some() || self.given.text("lsids").is_some();
        by_id && self.broken(what)
    }

    pub(crate) fn reads(&self, topic: &str, reading: &str) -> bool {
        self.readings.is(topic, reading)
    }

    /// What is said where nothing is found; none where that is said by an empty list.
    pub(super) fn nothing_found(&self) -> Option<&'static str> {
        if self.reads("nothing-found", "error") {
            Some("No records were found")
        } else {
            self.reads("nothing-found", "error_in_french")
                .then_some("Aucun enregistrement n\u{2019}a \u{e9}t\u{e9} trouv\u{e9}")
        }
    }

    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { kind: self.report.kind, prefix: "", pairs: self.pairs, readings: self.readings, defects: self.defects }
    }

    /// The list that the report is, with nothing in it.
    pub(crate) fn list(&self) -> Element {
        node(self.report.root.unwrap_or("error"))
    }
}
