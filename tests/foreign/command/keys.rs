//! In: commands that prepare or begin a session. Out: a session key, or a session with a virtual customer.
//! Never: takes a queue that the site does not have.

use std::net::IpAddr;

use crate::foreign::custom;
use crate::foreign::ops::Opening;
use crate::foreign::site::{self, GENERAL, KEY_TTL, LOCALES};
use crate::foreign::wire::{Fault, Parameters, encode};
use crate::foreign::world::{Customer, Key, Queue, World};
use crate::foreign::xml::{Element, el, leaf};

/// A queue as `queue_id` names it, and the issue that leads to it (p. 17).
pub(crate) fn named_queue(text: &str) -> Result<(Queue, Option<u32>), Fault> {
    if text == "general" {
        return Ok((Queue::General, None));
    }
    let (kind, name) = text.split_once(':').unwrap_or((text, ""));
    let digits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let id: Option<u32> = if digits { name.parse().ok() } else { None };
    let found = match kind {
        "rep" => id.and_then(site::rep).map(|rep| (Queue::Rep(rep.id), None)),
        "team" => id.and_then(site::team).map(|team| (Queue::Team(team.id), None)),
        "rep_username" => site::rep_named(name).map(|rep| (Queue::Rep(rep.id), None)),
        "issue" => site::issue_coded(name).map(|issue| (Queue::Team(issue.team), Some(issue.id))),
        _ => None,
    };
    found.ok_or_else(|| format!("File d'attente inconnue : {text}"))
}

/// p. 17 and 18. The general queue is told as a team's; it is always there.
pub(crate) fn generate(world: &mut World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    parameters.need("type")?;
    parameters.choice("type", &["support"])?;
    let (queue, issue) = named_queue(parameters.need("queue_id")?)?;
    let attributes = custom::attributes(parameters)?;
    let (priority, skills) = (custom::priority(parameters)?, custom::skills(parameters)?);
    let ttl = parameters.number("ttl", 1, KEY_TTL)?.unwrap_or(KEY_TTL);
    let host = parameters.get("url_hostname").unwrap_or(&world.host).to_owned();
    if !is_hostname(&host) {
        return Err(format!("Nom d'hôte incorrect : {host}"));
    }
    let number = world.draw();
    let short = format!("{:07}", 1_000_000 + (number * 7_368_787 + 3_141_593) % 9_000_000);
    let long = world.draw_hex();
    let external_key = attributes.iter().find(|(code, _)| code == "external_key").map_or("", |(_, value)| value);
    let (kind, id, available) = match queue {
        Queue::General => ("team", GENERAL, true),
        Queue::Rep(id) => ("rep", id, world.logged_in(id)),
        Queue::Team(id) => {
            let team = site::team(id);
            let open =
                team.is_some_and(|team| team.persistent || team.members.iter().any(|(m, _)| world.logged_in(*m)));
            ("team", id, open)
        }
    };
    let answer = el("session_invitation")
        .with(leaf("mail_body", "Bonjour,\n\nSuivez le lien ou saisissez la clé sur notre site <assistance>.\n"))
        .with(leaf("mail_subject", "Invitation à une session d'assistance"))
        .with(leaf("key_url", format!("https://{host}/?ak={long}")))
        .with(leaf("short_key", &short))
        .with(leaf("external_key", external_key))
        .with(leaf("queue_id", id))
        .with(leaf("queue", kind).attr("available", u8::from(available)))
        .with(leaf("expires", now + ttl))
        .with(leaf("ttl", ttl))
        .with(leaf("type", "support"));
    world.keys.push(Key { short, long, expires: now + ttl, queue, issue, attributes, priority, skills });
    Ok(answer)
}

/// Whether a text can be a host's name.
pub(crate) fn is_hostname(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() < 64
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() < 254 && text.split('.').all(label)
}

/// p. 24. `chat_url` stands among the answers there but is told of as a parameter; it is both here.
pub(crate) fn virtual_customer(world: &mut World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let code = parameters.need("short_key")?;
    let name = parameters.need("name")?;
    let address = parameters.need("ip_address")?;
    let os = parameters.need("operating_system")?;
    let host = parameters.need("computer_name")?;
    let locale = parameters.choice("locale", LOCALES)?.unwrap_or("en-us");
    if address.parse::<IpAddr>().is_err() {
        return Err(format!("Adresse IP incorrecte : {address}"));
    }
    let Some(key) = world.key(code, now).filter(|key| key.short == code).cloned() else {
        return Err("La clé de session est inconnue ou a expiré.".to_owned());
    };
    let customer = Customer {
        name: name.to_owned(),
        public_ip: address.to_owned(),
        private_ip: "Unknown".to_owned(),
        host: host.to_owned(),
        os: os.to_owned(),
        kind: "web_chat",
        ..Customer::default()
    };
    let place = world.open(by_key(&key, customer, 1), now);
    let base = format!("https://{}/download", world.host);
    let client = format!("{base}?session={}&locale={}", world.sessions[place].lsid, encode(locale));
    let chat = format!("https://{}/api/start_session?short_key={code}&c2cjs=1", world.host);
    let wants_chat = parameters.get("chat_url") == Some("1");
    Ok(el("virtual_customer")
        .with(leaf("chat_url", &chat))
        .with(leaf("download_url", if wants_chat { &chat } else { &client })))
}

/// The opening of a session by a key, with what the key carries.
pub(crate) fn by_key(key: &Key, customer: Customer, site: u32) -> Opening {
    Opening {
        method: "session_key",
        queue: key.queue,
        site,
        issue: key.issue,
        jumpoint: None,
        customer,
        attributes: key.attributes.clone(),
        priority: key.priority,
        skills: key.skills.clone(),
    }
}
