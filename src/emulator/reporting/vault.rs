//! VaultAccountActivity (pp. 138-139): what was done with Vault accounts.
//!
//! In: events of a window. Out: `vault_account_activity_list`, from the first to the last.

use super::super::clock::iso;
use super::super::command::parameters::{Shape, optional, whole};
use super::super::history::VaultEvent;
use super::super::state::State;
use super::super::xml::{Element, Kind, leaf, node};
use super::support::listing::required;
use super::window::Edge;
use super::{Asked, Outcome, Permission, Product, Report, WINDOW};

pub(crate) const VAULT_ACCOUNT_ACTIVITY: Report = Report {
    name: "VaultAccountActivity",
    kind: "reporting/vault_account_activity",
    permission: Permission::Vault,
    parameters: &[&WINDOW, &[optional("limit", Shape::VaultLimit)]],
    root: Some("vault_account_activity_list"),
    run: activity,
};

fn activity(state: &State, asked: &Asked<'_>) -> Outcome {
    let window = required(asked)?;
    // An event has no end: it is its own, or nothing ends.
    let nothing = window.edge == Edge::End && asked.reads("vault-end-window", "nothing");
    let mut found: Vec<&VaultEvent> = state.history.vault_events.iter().filter(|_| !nothing).collect();
    found.retain(|event| event.at_s <= asked.now_s && window.holds(event.at_s));
    found.retain(|event| limited(asked, event));
    if asked.broken("the-latest-missing") {
        found.pop();
    }
    if asked.broken("the-first-twice") {
        found.extend(found.first().copied());
    }
    Ok(Product::Xml(asked.list().children(found.into_iter().map(|event| entry(state, asked, event)))))
}

fn limited(asked: &Asked<'_>, event: &VaultEvent) -> bool {
    let Some(limit) = asked.given.text("limit") else { return true };
    let (word, id) = limit.split_once(':').unwrap_or((limit, ""));
    if asked.broken(&format!("limit/{word}-without-effect")) {
        return true;
    }
    let kept = match word {
        "rep" => event.by == format!("rep:{}", whole(id).unwrap_or_default()),
        "account" => Some(event.account) == whole(id),
        _ => true,
    };
    kept && !(word != "all" && asked.broken(&format!("limit/{word}-leaves-nothing")))
}

fn entry(state: &State, asked: &Asked<'_>, event: &VaultEvent) -> Element {
    let at = if asked.reads("event-timestamp-format", "iso") { iso(event.at_s) } else { event.at_s.to_string() };
    let kind = if asked.broken("type-of-another-list") { "Session Start" } else { event.event.as_str() };
    let entry = node("vault_account_activity").many().attribute("timestamp", at, Kind::Time);
    let entry = match asked.readings.of("vault-account-notation") {
        "element" => entry.child(leaf("account", event.account, Kind::Id).own()),
        _ => entry.attribute("account", event.account, Kind::Id),
    };
    let entry = entry.attribute("event_type", kind, Kind::Choice).child(performer(state, asked, event));
    // Most types have nothing to tell.
    let Some(data) = &event.data else { return entry };
    entry.child(leaf("data", data, Kind::Text).dispensable())
}

fn performer(state: &State, asked: &Asked<'_>, event: &VaultEvent) -> Element {
    let (word, id) = event.by.split_once(':').unwrap_or((event.by.as_str(), "0"));
    let (kind, text) = match word {
        "rep" => {
            let rep = state.rep(whole(id).unwrap_or_default());
            ("representative", rep.map(|rep| rep.private_display_name.clone()).unwrap_or_default())
        }
        "api" => (asked.readings.of("vault-api-account"), id.to_owned()),
        _ => ("system", "System".to_owned()),
    };
    let id = if asked.broken("performers-found-nowhere") { "9999" } else { id };
    let kind = if asked.broken("performers-all-system") { "system" } else { kind };
    match asked.readings.of("performer-notation") {
        "children" => {
            let own = |name: &str, value: &str| leaf(name, value, Kind::Name).own();
            node("performed_by").child(own("id", id)).child(own("type", kind))
        }
        // What an API account is called here is open, and so any word is right.
        _ => leaf("performed_by", text, Kind::Text).attribute("id", id, Kind::Name).attribute("type", kind, Kind::Name),
    }
}
