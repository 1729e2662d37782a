//! In: commands about one running session, named by its lsid. Out: the session after it.
//! Never: touches a session that has ended.

use super::keys::named_queue;
use super::success;
use crate::foreign::custom;
use crate::foreign::site::{self, Rep};
use crate::foreign::wire::{Fault, Parameters};
use crate::foreign::world::{Queue, World};
use crate::foreign::xml::{Element, el, leaf};

/// The running session that a request is about.
pub(crate) fn running(world: &World, parameters: &Parameters) -> Result<usize, Fault> {
    let lsid = parameters.need("lsid")?;
    let place = world.session(lsid).filter(|place| world.sessions[*place].end.is_none());
    place.ok_or_else(|| format!("Aucune session active {lsid}."))
}

/// The representative given by `rep_id` or `rep_username`; both are fine when they name the same person.
fn named_rep(parameters: &Parameters) -> Result<Option<&'static Rep>, Fault> {
    let id = parameters.number("rep_id", 1, u32::MAX.into())?.and_then(|id| u32::try_from(id).ok());
    let unknown = || "Technicien inconnu.".to_owned();
    let by_id = id.map(|id| site::rep(id).ok_or_else(unknown)).transpose()?;
    let by_name = parameters.get("rep_username").map(|name| site::rep_named(name).ok_or_else(unknown)).transpose()?;
    match (by_id, by_name) {
        (Some(one), Some(other)) if one.id != other.id => Err("rep_id et rep_username se contredisent.".to_owned()),
        (one, other) => Ok(one.or(other)),
    }
}

/// p. 20
pub(crate) fn join(world: &mut World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let place = running(world, parameters)?;
    let rep = named_rep(parameters)?.ok_or("Il faut rep_id ou rep_username.")?;
    if !world.logged_in(rep.id) {
        return Err(format!("{} n'est pas connecté.", rep.private));
    }
    if world.sessions[place].has(rep.id) {
        return Err(format!("{} participe déjà à la session.", rep.private));
    }
    world.join(place, rep.id, now);
    Ok(success("Representative successfully added"))
}

/// p. 21. Only queues of a representative or a team are named there.
pub(crate) fn transfer(world: &mut World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let place = running(world, parameters)?;
    let text = parameters.need("queue_id")?;
    let queue = match named_queue(text)? {
        (Queue::General, _) | (_, Some(_)) => return Err(format!("Transfert impossible vers {text}.")),
        (queue, _) => queue,
    };
    if let Queue::Rep(id) = queue
        && !world.logged_in(id)
    {
        return Err(format!("Le technicien {id} n'est pas connecté."));
    }
    world.transfer(place, queue, now);
    Ok(success("Successfully transferred"))
}

/// p. 26
pub(crate) fn leave(world: &mut World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let place = running(world, parameters)?;
    let rep = named_rep(parameters)?;
    let customer = parameters.number("customer", 1, 1)?.is_some();
    if rep.is_none() && !customer {
        return Err("Il faut rep_id, rep_username ou customer.".to_owned());
    }
    if let Some(rep) = rep.filter(|rep| !world.sessions[place].has(rep.id)) {
        return Err(format!("{} ne participe pas à la session.", rep.private));
    }
    if customer && !world.sessions[place].customer.here {
        return Err("Le client a déjà quitté la session.".to_owned());
    }
    if let Some(rep) = rep {
        world.leave(place, rep.id, now);
    }
    if customer && world.sessions[place].end.is_none() {
        world.customer_leaves(place, now);
    }
    Ok(success(""))
}

/// p. 27
pub(crate) fn set_attributes(world: &mut World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let place = running(world, parameters)?;
    let wanted = custom::attributes(parameters)?;
    let kept = world.sessions[place].attributes.iter().filter(|(code, _)| wanted.iter().all(|(own, _)| own != *code));
    let kept = kept.map(|(_, (value, _))| value.as_str());
    custom::fit(kept.chain(wanted.iter().map(|(_, value)| value.as_str())))?;
    for (code, value) in wanted {
        world.set_attribute(place, &code, &value, now);
    }
    Ok(success("Session attributes were set"))
}

/// p. 28
pub(crate) fn attributes(world: &mut World, parameters: &Parameters, _: i64) -> Result<Element, Fault> {
    let place = running(world, parameters)?;
    let attributes = world.sessions[place].attributes.iter().map(|(code, (value, _))| {
        leaf("custom_attribute", value).attr("code_name", code).attr("display_name", custom::display_name(code))
    });
    Ok(el("custom_attributes").all(attributes))
}

/// p. 29
pub(crate) fn terminate(world: &mut World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let place = running(world, parameters)?;
    world.close(place, now);
    Ok(success("Successfully terminated"))
}
