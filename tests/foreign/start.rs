//! In: the request of a customer's browser for a session (p. 67). Out: a client or a chat page, and a session in its queue.
//! Never: asks for a token; nor starts anything for a request it refuses.

use crate::foreign::command::keys::by_key;
use crate::foreign::custom;
use crate::foreign::ops::Opening;
use crate::foreign::pages;
use crate::foreign::site::{self, LOCALES};
use crate::foreign::wire::{Answered, Fault, Parameters};
use crate::foreign::world::{Customer, Queue, World};

pub(crate) fn answer(world: &mut World, parameters: &Parameters, host: &str, now: i64) -> Answered {
    match opening(world, parameters, host, now) {
        Ok(opening) => {
            let place = world.open(opening, now);
            let platform = parameters.get("platform").unwrap_or("winNT-64");
            pages::client(&world.host, platform, &world.sessions[place].lsid, parameters.get("c2cjs") == Some("1"))
        }
        Err(words) => Answered::page(400, "Session refusée", &words),
    }
}

/// The address of a session key leads to a session as well (p. 17).
pub(crate) fn by_url(world: &mut World, parameters: &Parameters, host: &str, now: i64) -> Answered {
    let Some(key) = parameters.get("ak").and_then(|code| world.key(code, now)).cloned() else {
        return Answered::page(404, "Clé inconnue", "Cette clé de session n'existe pas ou a expiré.");
    };
    let site = world.site_of(host);
    let place = world.open(by_key(&key, customer(parameters, "desktop"), site), now);
    pages::client(&world.host, "winNT-64", &world.sessions[place].lsid, false)
}

fn customer(parameters: &Parameters, kind: &'static str) -> Customer {
    let text = |name: &str| parameters.get(name).unwrap_or("").to_owned();
    Customer {
        name: parameters.get("customer.name").unwrap_or("Client").to_owned(),
        company: text("customer.company"),
        company_code: text("customer.company_code"),
        details: text("customer.details"),
        public_ip: "198.51.100.77:51044".to_owned(),
        private_ip: "Unknown".to_owned(),
        host: "POSTE-CLIENT".to_owned(),
        os: "Windows 10 Pro (x64)".to_owned(),
        kind,
        ..Customer::default()
    }
}

fn opening(world: &World, parameters: &Parameters, host: &str, now: i64) -> Result<Opening, Fault> {
    let chat = parameters.number("c2cjs", i64::MIN, i64::MAX)? == Some(1);
    for name in ["customer.name", "customer.company", "customer.company_code"] {
        parameters.short(name, 100)?;
    }
    if parameters.get("customer.details").is_some_and(|details| details.len() > 1024) {
        return Err("La description dépasse 1024 octets.".to_owned());
    }
    if parameters.get("locale").is_some() {
        parameters.choice("locale", LOCALES)?;
    }
    if parameters.get("platform").is_some() {
        parameters.choice("platform", &["winNT-32", "winNT-64"])?;
    }
    parameters.number("timezone_offset", -1_000_000, 1_000_000)?;
    let own = custom::attributes(parameters)?;
    let (priority, skills) = (custom::priority(parameters)?, custom::skills(parameters)?);
    let customer = customer(parameters, if chat { "web_chat" } else { "desktop" });
    let mut opening = method(world, parameters, customer, now)?;
    opening.site = world.site_of(host);
    // What stands in this request goes before what the key carries (p. 18).
    opening.attributes.retain(|(code, _)| own.iter().all(|(other, _)| other != code));
    opening.attributes.extend(own);
    custom::fit(opening.attributes.iter().map(|(_, value)| value.as_str()))?;
    opening.priority = priority.or(opening.priority);
    opening.skills = skills.or(opening.skills);
    Ok(opening)
}

/// Exactly one of the three ways of p. 67.
fn method(world: &World, parameters: &Parameters, customer: Customer, now: i64) -> Result<Opening, Fault> {
    let (key, menu) = (parameters.get("short_key"), parameters.raw("issue_menu"));
    let name = parameters.get("name");
    if [key.is_some(), menu.is_some(), name.is_some()].into_iter().filter(|given| *given).count() > 1 {
        return Err("Une seule façon de démarrer à la fois.".to_owned());
    }
    if let Some(code) = key {
        let key = world.key(code, now).filter(|key| key.short == code);
        let key = key.ok_or("Cette clé de session n'existe pas ou a expiré.")?;
        return Ok(by_key(key, customer, 1));
    }
    let id = parameters.number("id", 1, u32::MAX.into())?.and_then(|id| u32::try_from(id).ok());
    let by_queue = |method: &'static str, queue: Queue, issue: Option<u32>| Opening {
        method,
        queue,
        site: 1,
        issue,
        jumpoint: None,
        customer,
        attributes: Vec::new(),
        priority: None,
        skills: None,
    };
    if menu.is_some() {
        parameters.number("issue_menu", 1, 1)?;
        let issue = match (parameters.get("codeName"), id) {
            (Some(_), Some(_)) => return Err("Soit codeName, soit id.".to_owned()),
            (Some(code), None) => site::issue_coded(code),
            (None, Some(id)) => site::issue(id),
            (None, None) => return Err("Il faut codeName ou id.".to_owned()),
        };
        let issue = issue.ok_or("Ce problème n'existe pas.")?;
        return Ok(by_queue("issue_submission", Queue::Team(issue.team), Some(issue.id)));
    }
    let (Some(id), Some(name)) = (id, name) else {
        return Err("Il faut id et name, short_key, ou issue_menu.".to_owned());
    };
    let rep = site::rep(id).filter(|rep| rep.public == name).ok_or("Ce technicien n'existe pas.")?;
    if !world.logged_in(rep.id) {
        return Err("Ce technicien n'est pas connecté.".to_owned());
    }
    Ok(by_queue("rep_list", Queue::Rep(rep.id), None))
}
