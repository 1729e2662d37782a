//! Reads a site from its file, and checks that it holds together.
//!
//! In: TOML. Out: a [`Site`] whose names and ids refer to one another, or a message that says where it does not
//! and what to do.

use std::fmt::Debug;

use super::super::history;
use super::super::switches::nearest;
use super::{Session, Site};

/// Reads a site from TOML. Keys that are not known are refused.
pub fn load_site(text: &str) -> Result<Site, String> {
    let site: Site = toml::from_str(text).map_err(|fault| unreadable(text, &fault))?;
    check(&site).map_err(|fault| format!("this site does not hold together: {fault}"))?;
    Ok(site)
}

/// The JSON Schema of such a file, read as JSON or TOML, with what each key means.
pub fn site_schema() -> serde_json::Value {
    schemars::schema_for!(Site).into()
}

/// Where a file cannot be read, and why; a key that is not known with the one that was meant.
fn unreadable(text: &str, fault: &toml::de::Error) -> String {
    let at = fault.span().map_or(0, |span| span.start).min(text.len());
    let before = text.as_bytes().iter().take(at);
    let line = before.clone().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.rev().take_while(|byte| **byte != b'\n').count() + 1;
    let says = fault.message().trim();
    let keys: Vec<&str> = says.split('`').skip(1).step_by(2).collect();
    let what = match keys.split_first().filter(|_| says.starts_with("unknown field")) {
        Some((unknown, known)) => {
            let known: Vec<&str> = known.to_vec();
            match nearest(unknown, known.iter().copied()) {
                Some(meant) => format!("there is no key `{unknown}`; did you mean `{meant}`?"),
                None => format!("there is no key `{unknown}`; there are {}", known.join(", ")),
            }
        }
        None => says.replace(['\n', '\r'], "; "),
    };
    format!("line {line}, column {column}: {what}\n  touchmark emulate --data-schema prints what a site has")
}

/// Ids are unique, and what is named elsewhere is there.
fn check(site: &Site) -> Result<(), String> {
    unique("representatives", "id", site.representatives.iter().map(|rep| rep.id))?;
    unique("teams", "id", site.teams.iter().map(|team| team.id))?;
    unique("sessions", "lsid", site.sessions.iter().map(|session| session.lsid.clone()))?;
    unique("expired_keys", "text", site.expired_keys.iter())?;
    if let Some(key) = site.expired_keys.iter().find(|key| key.chars().count() != 7) {
        return Err(format!("the expired key `{key}` must have seven characters"));
    }
    let issues = || site.teams.iter().flat_map(|team| &team.issues);
    unique("teams.issues", "id", issues().map(|issue| issue.id))?;
    unique("teams.issues", "code_name", issues().map(|issue| issue.code_name.clone()))?;
    let consoles = site.representatives.iter().filter_map(|rep| rep.client.as_ref());
    let agents = site.jumpoints.iter().filter_map(|jumpoint| jumpoint.client.as_ref());
    let customers = site.sessions.iter().map(|session| &session.client);
    let attendees = site.attendees.iter().map(|attendee| &attendee.client);
    unique("client", "id", consoles.chain(agents).chain(customers).chain(attendees).map(|client| client.id.clone()))?;
    for team in &site.teams {
        team.members.iter().try_for_each(|id| known_rep(site, *id, &format!("the members of team {}", team.id)))?;
    }
    for session in &site.sessions {
        let place = format!("session {}", session.lsid);
        session.representatives.iter().try_for_each(|id| known_rep(site, *id, &place))?;
        check_session(site, session)?;
    }
    for rep in &site.representatives {
        if !site.statuses.iter().any(|status| status.code_name == rep.status) {
            let (id, status) = (rep.id, &rep.status);
            return Err(format!("representative {id} has the status `{status}`: add it under [[statuses]]"));
        }
    }
    history::check(site)?;
    check_appliances(site)
}

fn check_session(site: &Site, session: &Session) -> Result<(), String> {
    let place = &session.lsid;
    let queue = match session.queue.split_once(':') {
        None => session.queue == "general",
        Some(("rep", id)) => site.representatives.iter().any(|rep| rep.id.to_string() == id),
        Some(("team", id)) => site.teams.iter().any(|team| team.id.to_string() == id),
        Some(_) => false,
    };
    if !queue {
        let queue = &session.queue;
        return Err(format!(
            "session {place} is in the queue `{queue}`: write general, rep:ID or team:ID of one above"
        ));
    }
    if session.non_interactive.as_deref().is_some_and(|kind| !["rdp", "shelljump"].contains(&kind)) {
        return Err(format!("non_interactive of session {place} must be rdp or shelljump; leave it out otherwise"));
    }
    for code in session.attributes.keys() {
        if code != "external_key" && !site.custom_fields.iter().any(|field| field.code_name == *code) {
            return Err(format!("session {place} sets `{code}`: add it under [[custom_fields]]"));
        }
    }
    Ok(())
}

fn check_appliances(site: &Site) -> Result<(), String> {
    if site.appliances.is_empty() {
        return Err("there is no appliance: add one under [[appliances]]".to_owned());
    }
    for appliance in &site.appliances {
        let (cluster, failover) = (appliance.cluster_role.as_str(), appliance.failover_role.as_str());
        if !["single", "primary", "traffic"].contains(&cluster) || !["none", "primary", "backup"].contains(&failover) {
            let name = &appliance.name;
            return Err(format!(
                "appliance {name}: cluster_role is single, primary or traffic; failover_role none, primary or backup"
            ));
        }
    }
    Ok(())
}

fn known_rep(site: &Site, id: i64, place: &str) -> Result<(), String> {
    if site.representatives.iter().any(|rep| rep.id == id) {
        return Ok(());
    }
    Err(format!("{place} name representative {id}: add it under [[representatives]] or take it out"))
}

fn unique<T: PartialEq + Debug>(table: &str, key: &str, values: impl Iterator<Item = T>) -> Result<(), String> {
    let mut seen: Vec<T> = Vec::new();
    for value in values {
        if seen.contains(&value) {
            return Err(format!("two {table} have the {key} {value:?}: give one of them another"));
        }
        seen.push(value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = include_str!("../demo.toml");

    fn fault(from: &str, to: &str) -> String {
        assert!(DEMO.contains(from), "{from}");
        load_site(&DEMO.replacen(from, to, 1)).expect_err("a broken site")
    }

    #[test]
    fn a_broken_site_is_refused_with_the_place_and_what_to_do() {
        let unknown = fault("company_name =", "compani_name =");
        assert!(
            unknown.starts_with("line 5, column 1: there is no key `compani_name`; did you mean `company_name`?"),
            "{unknown}"
        );
        let strange = fault("company_name =", "zzz =");
        assert!(strange.contains("no key `zzz`; there are ") && strange.contains("company_name"), "{strange}");
        let kind = fault("maximum_key_timeout_seconds = ", "maximum_key_timeout_seconds = \"x\" #");
        assert!(kind.contains("line ") && kind.contains("invalid type"), "{kind}");
        let twice = fault("id = 5\n", "id = 1\n");
        assert!(twice.contains("two representatives have the id 1"), "{twice}");
        let stray = fault("members = [1, 5, 151]", "members = [1, 5, 9999]");
        assert!(stray.contains("9999") && stray.contains("take it out"), "{stray}");
        let key = fault("\"4829375\"", "\"482937\"");
        assert!(key.contains("482937") && key.contains("seven"), "{key}");
        let queue = fault("queue = \"rep:1\"", "queue = \"rep:9999\"");
        assert!(queue.contains("rep:9999"), "{queue}");
    }
}
