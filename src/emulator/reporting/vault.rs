//! What was done with Vault accounts (pp. 138-139).
//!
//! In: the history, a window and a limit. Out: `vault_account_activity_list`, from the first event to the last.

use super::super::clock::in_notation;
use super::super::command::Refusal;
use super::super::command::parameters::{Shape, optional, whole};
use super::super::history::{Doer, VaultEvent};
use super::super::state::State;
use super::super::xml::{Element, Kind, leaf, node};
use super::window::Edge;
use super::{Asked, Outcome, Permission, Product, Report, WINDOW, Window};

pub(crate) const VAULT_ACCOUNT_ACTIVITY: Report = Report {
    name: "VaultAccountActivity",
    kind: "reporting/vault_account_activity",
    permission: Permission::Vault,
    parameters: &[&WINDOW, &[optional("limit", Shape::VaultLimit)]],
    root: Some("vault_account_activity_list"),
    run: activity,
};

fn activity(state: &State, asked: &Asked<'_>) -> Outcome {
    let accepted = asked.broken("no-set-accepted");
    let window = Window::read(asked)?.ok_or_else(|| {
        if accepted { Refusal::Hollow } else { Refusal::error("A date or time and a duration are missing") }
    })?;
    // An event has no end, so that what ended in a window is for the reading.
    let by_end = window.edge == Edge::End;
    let nothing = by_end && asked.reads("vault-end-window", "nothing");
    let takes = |event: &&VaultEvent| {
        let at_s = event.at_s;
        !nothing && window.holds(at_s) && limited(asked, event)
    };
    let mut found: Vec<&VaultEvent> = state.history.vault.iter().filter(takes).collect();
    if asked.broken("the-first-missing") && !found.is_empty() {
        found.remove(0);
    }
    if asked.broken("one-outside-the-window") && !nothing {
        found.extend(state.history.vault.iter().find(|event| !window.holds(event.at_s)));
    }
    Ok(Product::Xml(asked.list().children(found.into_iter().map(|event| entry(state, asked, event)))))
}

/// Whether an event is among those that `limit` leaves.
fn limited(asked: &Asked<'_>, event: &VaultEvent) -> bool {
    let Some((word, id)) = asked.given.text("limit").and_then(|limit| limit.split_once(':')) else { return true };
    if asked.broken(&format!("limit/{word}-without-effect")) {
        return true;
    }
    if asked.broken(&format!("limit/{word}-leaves-nothing")) {
        return false;
    }
    let number = whole(id).unwrap_or_default();
    let without_effect = match word {
        "rep" => number > 2 && asked.broken("limit/rep-above-2-without-effect"),
        _ => number % 2 == 0 && asked.broken("limit/account-even-without-effect"),
    };
    if without_effect {
        return true;
    }
    match word {
        "rep" => event.by == Doer::Rep(number),
        "account" => event.account == number,
        _ => true,
    }
}

fn entry(state: &State, asked: &Asked<'_>, event: &VaultEvent) -> Element {
    let at = in_notation(event.at_s, asked.readings.of("event-timestamp-format"));
    let entry = node("vault_account_activity").many().attribute("timestamp", at, Kind::Time);
    let account = event.account + if asked.broken("account-of-another") { 900 } else { 0 };
    let entry = match asked.readings.of("vault-account-notation") {
        "element" => entry.child(leaf("account", account, Kind::Name)),
        "capital_element" => entry.child(leaf("Account", account, Kind::Name)),
        "capital_attribute" => entry.attribute("Account", account, Kind::Name),
        _ => entry.attribute("account", account, Kind::Name),
    };
    let kind = match event.kind.as_str() {
        "Credentials Checked Out" if asked.broken("event-type-of-the-prose") => "Credential Checked Out",
        _ if asked.broken("event-type-unknown") => "Something Happened",
        kind => kind,
    };
    let entry = entry.attribute("event_type", kind, Kind::Choice);
    let data = match event.kind.as_str() {
        "Password Rotation Failed" if asked.broken("rotation-failed-without-reason") => "",
        "Password Changed" if asked.broken("password-changed-without-data") => "",
        _ => event.data.as_str(),
    };
    entry.child(performer(state, asked, event)).child(leaf("data", data, Kind::Text))
}

fn performer(state: &State, asked: &Asked<'_>, event: &VaultEvent) -> Element {
    let api = if asked.reads("vault-api-account", "printed") { "API account" } else { "api_account" };
    let (kind, id, text) = match &event.by {
        Doer::System => ("system", "0".to_owned(), "System"),
        Doer::Rep(id) => {
            let name = state.rep(*id).map(|rep| rep.private_display_name.as_str()).unwrap_or_default();
            ("representative", id.to_string(), name)
        }
        Doer::Api(id) => (api, id.clone(), id.as_str()),
    };
    let kind = if asked.broken("performers-all-system") { "system" } else { kind };
    let id = if asked.broken("performer-of-another") { "9999".to_owned() } else { id };
    match asked.readings.of("performer-notation") {
        "children" => node("performed_by").child(leaf("id", id, Kind::Name)).child(leaf("type", kind, Kind::Name)),
        _ => leaf("performed_by", text, Kind::Text).attribute("id", id, Kind::Name).attribute("type", kind, Kind::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, is_error};

    #[test]
    fn events_are_found_by_time_person_and_account() {
        let lab = Lab::new();
        let report = |rest: &str| lab.report(&format!("generate_report=VaultAccountActivity&{rest}"));
        let count = |rest: &str| report(rest).matches("<vault_account_activity ").count();
        let all = "start_time=1699000000&duration=0";
        assert_eq!((count(all), count(&format!("{all}&limit=all"))), (14, 14));
        let limited = |limit: &str| count(&format!("{all}&limit={limit}"));
        assert_eq!((limited("rep:1"), limited("rep:5"), limited("rep:12")), (3, 6, 0));
        assert_eq!(limited("account:41") + limited("account:42"), 14);
        assert_eq!((count("start_date=2023-11-05&duration=1"), count("end_time=1699000000&duration=0")), (3, 14));
        assert!(report(all).contains("type=\"api_account\"") && !report(all).contains("<complexity>"));
        for bad in ["", "start_date=2023-11-05", &format!("{all}&limit=team:1"), &format!("{all}&limit=account:x")] {
            assert!(is_error(&report(bad)), "{bad}");
        }
    }
}
