//! In: an account and the parameters of a report (p. 80). Out: the report.
//! Never: changes the site.

mod archives;
mod licence;
mod lists;
mod parts;
mod presentation;
mod recording;
mod support;
pub(crate) mod survey;
mod team;
mod vault;
mod window;

use crate::foreign::access::Account;
use crate::foreign::appliance::forbidden;
use crate::foreign::wire::{Answered, Fault, Parameters};
use crate::foreign::world::World;
use crate::foreign::xml::{Element, Space};

/// What a report is made of.
type Document = fn(&World, &Parameters, i64) -> Result<Element, Fault>;
type File = fn(&World, &Parameters, i64) -> Result<Answered, Fault>;

enum Maker {
    Xml(Document),
    File(File),
}

use Maker::{File as Bytes, Xml};

/// Report types (p. 80, and p. 138 for the last), the grant each needs (without `perm_reporting_`), and its maker.
const REPORTS: &[(&str, &str, Maker)] = &[
    ("SupportSession", "support", Xml(support::full)),
    ("SupportSessionListing", "support", Xml(lists::listing)),
    ("SupportSessionSummary", "support", Xml(lists::summary)),
    ("SupportSessionRecording", "support", Bytes(recording::session)),
    ("ShowMyScreenRecording", "support", Bytes(recording::show_my_screen)),
    ("CommandShellRecording", "support", Bytes(recording::command_shell)),
    ("SupportCustExitSurvey", "support", Xml(survey::customers)),
    ("SupportRepExitSurvey", "support", Xml(survey::reps)),
    ("SupportTeam", "support", Xml(team::activity)),
    ("PresentationSession", "presentation", Xml(presentation::full)),
    ("PresentationSessionListing", "presentation", Xml(presentation::listing)),
    ("PresentationSessionRecording", "presentation", Bytes(recording::presentation)),
    // p. 106: the old name still works.
    ("PresentationRecording", "presentation", Bytes(recording::presentation)),
    ("ArchiveListing", "archive", Xml(archives::listing)),
    ("Archive", "archive", Bytes(archives::file)),
    ("LicenseUsage", "license", Xml(licence::usage)),
    ("EndpointLicenseUsage", "license", Bytes(licence::endpoints)),
    ("VaultAccountActivity", "vault", Xml(vault::activity)),
];

/// The error in place of an empty report.
const NOTHING: &str = "Aucun élément ne correspond aux critères donnés.";

pub(crate) fn answer(world: &World, account: &Account, parameters: &Parameters, now: i64) -> Answered {
    let allowed = |grant: &str| account.may(&format!("perm_reporting_{grant}"));
    if !REPORTS.iter().any(|(_, grant, _)| allowed(grant)) {
        return forbidden(Space::Reporting);
    }
    let made = parameters.need("generate_report").and_then(|name| {
        let Some((_, grant, maker)) = REPORTS.iter().find(|(known, ..)| *known == name) else {
            return Err(format!("Rapport inconnu : {name}"));
        };
        if !allowed(grant) {
            return Err("Ce compte d'API n'a pas accès à ce rapport.".to_owned());
        }
        match maker {
            Xml(make) => make(world, parameters, now).map(|root| Answered::xml(Space::Reporting, &root)),
            Bytes(make) => make(world, parameters, now),
        }
    });
    made.unwrap_or_else(|words| Answered::fault(Space::Reporting, &words))
}

/// The list, unless there is nothing in it.
fn unless_empty(list: Element) -> Result<Element, Fault> {
    if list.is_empty() { Err(NOTHING.to_owned()) } else { Ok(list) }
}
