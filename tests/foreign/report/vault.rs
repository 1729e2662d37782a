//! In: a window, and perhaps a representative or an account (p. 138). Out: what happened to Vault accounts then.
//! Never: shows a password.

use super::unless_empty;
use super::window::window;
use crate::foreign::wire::{Fault, Parameters};
use crate::foreign::world::{VaultEvent, World};
use crate::foreign::xml::{Element, el, leaf};

pub(crate) fn activity(world: &World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let window = window(parameters, now, true)?;
    let text = parameters.get("limit").unwrap_or("all");
    let (kind, id) = text.split_once(':').unwrap_or((text, ""));
    let id = id.trim();
    let number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if text != "all" && !(matches!(kind, "rep" | "account") && number) {
        return Err(format!("Filtre inconnu : {text}"));
    }
    let lets = |event: &&VaultEvent| match kind {
        "rep" => event.by.0 == "representative" && event.by.1 == id,
        "account" => event.account.to_string() == id,
        _ => true,
    };
    let chosen = world.vault.iter().filter(|event| window.holds(event.at, Some(event.at))).filter(lets);
    let shown = chosen.map(|event| {
        let (kind, id, name) = &event.by;
        el("vault_account_activity")
            .attr("event_type", event.kind)
            .attr("account", event.account)
            .attr("timestamp", event.at)
            .with(leaf("data", &event.data))
            .with(leaf("performed_by", name).attr("type", kind).attr("id", id))
    });
    unless_empty(el("vault_account_activity_list").all(shown))
}
