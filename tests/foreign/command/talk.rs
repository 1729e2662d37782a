//! In: a chat message for a session or a team (p. 22). Out: the message in its events.
//! Never: translates it or turns its BBCode into anything else.

use super::sessions::running;
use super::success;
use crate::foreign::site;
use crate::foreign::wire::{Fault, Parameters};
use crate::foreign::world::{Event, Who, World};
use crate::foreign::xml::Element;

/// Stands in the table of actions; the account is told by `send_as`.
pub(crate) fn send(world: &mut World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    send_as(world, parameters, now, "")
}

/// Sends a message, and keeps which account sent it (p. 23).
pub(crate) fn send_as(world: &mut World, parameters: &Parameters, now: i64, account: &str) -> Result<Element, Fault> {
    let body = parameters.need("body")?;
    let at = parameters.number("timestamp", 0, now)?.unwrap_or(now);
    let by = match parameters.get("impersonate") {
        None => Who::System,
        Some("customer") => Who::Customer,
        Some(text) => {
            let (kind, name) = text.split_once(':').unwrap_or((text, ""));
            Who::Rep(rep(kind, name).ok_or_else(|| format!("Expéditeur inconnu : {text}"))?)
        }
    };
    let to_id = parameters.get("to_rep").map(|id| ("to_rep", "rep", id));
    let to_name = parameters.get("to_rep_username").map(|name| ("to_rep_username", "rep_username", name));
    let mut to = None;
    for (parameter, kind, name) in to_id.into_iter().chain(to_name) {
        let found = rep(kind, name).ok_or_else(|| format!("Destinataire inconnu pour {parameter} : {name}"))?;
        if to.is_some_and(|other| other != found) {
            return Err("to_rep et to_rep_username se contredisent.".to_owned());
        }
        to = Some(found);
    }
    let mut event = Event::new(at, "Chat Message", by);
    event.body = body.to_owned();
    event.account = Some(account.to_owned()).filter(|account| !account.is_empty());
    event.to = to.map(Who::Rep);
    match (parameters.get("team_id"), parameters.get("lsid")) {
        (Some(_), Some(_)) => Err("team_id et lsid ne vont pas ensemble.".to_owned()),
        (None, None) => Err("Il faut team_id ou lsid.".to_owned()),
        (Some(_), None) => {
            let id = parameters.number("team_id", 1, u32::MAX.into())?.and_then(|id| u32::try_from(id).ok());
            let team = id.and_then(site::team).ok_or("Équipe inconnue.")?;
            match by {
                Who::Customer => return Err("Un client ne parle pas dans une équipe.".to_owned()),
                Who::System if to.is_some() => return Err("Un message privé demande un expéditeur.".to_owned()),
                _ => {}
            }
            world.team_events.push((team.id, event));
            Ok(success(""))
        }
        (None, Some(_)) => {
            let place = running(world, parameters)?;
            let session = &world.sessions[place];
            let present = match by {
                Who::Customer => session.customer.here,
                Who::Rep(id) => session.has(id),
                _ => true,
            };
            if !present {
                return Err("L'expéditeur ne participe pas à la session.".to_owned());
            }
            if to.is_some() {
                return Err("Un message privé demande team_id.".to_owned());
            }
            world.event(place, event);
            Ok(success(""))
        }
    }
}

fn rep(kind: &str, name: &str) -> Option<u32> {
    let digits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    match kind {
        "rep" if digits => name.parse().ok().and_then(site::rep).map(|rep| rep.id),
        "rep_username" => site::rep_named(name).map(|rep| rep.id),
        _ => None,
    }
}
