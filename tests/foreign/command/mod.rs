//! In: an account and the parameters of a command (p. 10). Out: its answer, after it has been carried out.
//! Never: lets an account do more than it may.

mod appliances;
mod clients;
pub(crate) mod jump;
pub(crate) mod keys;
mod people;
mod sessions;
mod talk;

use crate::foreign::access::{Account, GRANTS};
use crate::foreign::appliance::forbidden;
use crate::foreign::wire::{Answered, Fault, Parameters};
use crate::foreign::world::World;
use crate::foreign::xml::{Element, Space, el, leaf};

/// What carries out one command.
type Action = fn(&mut World, &Parameters, i64) -> Result<Element, Fault>;

/// The actions: name, whether full access is needed, and what does them. Those of p. 14, 22, 24 and 26 change
/// something and are nevertheless open to accounts that may only read.
const ACTIONS: &[(&str, bool, Action)] = &[
    ("get_logged_in_reps", false, people::logged_in_reps),
    ("set_rep_status", false, people::set_status),
    ("get_support_teams", false, people::support_teams),
    ("generate_session_key", true, keys::generate),
    ("join_session", true, sessions::join),
    ("transfer_session", true, sessions::transfer),
    ("send_chat_message", false, talk::send),
    ("create_virtual_customer", false, keys::virtual_customer),
    ("leave_session", false, sessions::leave),
    ("set_session_attributes", true, sessions::set_attributes),
    ("get_session_attributes", false, sessions::attributes),
    ("terminate_session", true, sessions::terminate),
    ("get_appliances", false, appliances::list),
    ("get_connected_client_list", false, clients::list),
    ("get_connected_clients", false, clients::details),
    ("check_health", false, appliances::health),
    ("set_failover_role", true, appliances::set_role),
    ("import_jump_shortcut", true, jump::import),
    ("import_jump_shortcuts", true, jump::import),
];

/// Carries out a command.
pub(crate) fn answer(world: &mut World, account: &Account, parameters: &Parameters, now: i64) -> Answered {
    if account.command == "deny" {
        return forbidden(Space::Command);
    }
    match perform(world, account, parameters, now) {
        Ok(root) => Answered::xml(Space::Command, &root),
        Err(words) => Answered::fault(Space::Command, &words),
    }
}

fn perform(world: &mut World, account: &Account, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let name = parameters.need("action")?;
    if name == "get_api_info" {
        return Ok(api_info(account, now));
    }
    let Some((_, full, action)) = ACTIONS.iter().find(|(known, ..)| *known == name) else {
        return Err(format!("Action inconnue : {name}"));
    };
    if *full && account.command != "full" {
        return Err("Ce compte d'API n'a qu'un accès en lecture seule.".to_owned());
    }
    if name == "send_chat_message" {
        return talk::send_as(world, parameters, now, account.id);
    }
    action(world, parameters, now)
}

/// The outcome of a command that only succeeds or fails. The guide names no root around `success`.
fn success(words: &str) -> Element {
    el("outcome").with(leaf("success", words))
}

/// p. 50
fn api_info(account: &Account, now: i64) -> Element {
    let permission = |name: &str, value: &str| leaf("permission", value).attr("name", name);
    let grants = GRANTS.iter().map(|grant| permission(grant, if account.may(grant) { "1" } else { "0" }));
    el("get_api_info")
        .with(el("permissions").all(grants).with(permission("perm_command", account.command)))
        .with(leaf("timestamp", now))
        .with(leaf("company_name", crate::foreign::site::COMPANY))
        .with(leaf("api_version", "1.22.2"))
}
