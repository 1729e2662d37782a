//! In: the parameters of a request. Out: the session attributes, priority and skills in it, checked against the site.
//! Never: changes a session.

use crate::foreign::site::{FIELDS, SKILLS};
use crate::foreign::wire::{Fault, Parameters};

const PREFIX: &str = "session.custom.";
/// Characters of one attribute, and bytes of all of them together (p. 17).
const ONE: usize = 1024;
const ALL: usize = 10 * 1024;

/// The attributes of a request, the external key among them, by code name.
pub(crate) fn attributes(parameters: &Parameters) -> Result<Vec<(String, String)>, Fault> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (name, value) in parameters.iter() {
        let Some(code) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if code != "external_key" && !FIELDS.iter().any(|(known, _)| *known == code) {
            return Err(format!("Le champ personnalisé « {code} » n'est pas configuré."));
        }
        if value.chars().count() > ONE {
            return Err(format!("Le champ « {code} » dépasse {ONE} caractères."));
        }
        if found.iter().all(|(known, _)| known != code) {
            found.push((code.to_owned(), value.to_owned()));
        }
    }
    fit(found.iter().map(|(_, value)| value.as_str()))?;
    Ok(found)
}

/// Whether values fit into one session together.
pub(crate) fn fit<'a>(values: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
    match values.map(str::len).sum::<usize>() {
        0..=ALL => Ok(()),
        _ => Err(format!("L'ensemble des champs personnalisés dépasse {ALL} octets.")),
    }
}

/// The priority, from 1 to 3 (p. 17).
pub(crate) fn priority(parameters: &Parameters) -> Result<Option<i64>, Fault> {
    parameters.number("session.priority", 1, 3)
}

/// The code names of the skills (p. 17). An empty list is a list.
pub(crate) fn skills(parameters: &Parameters) -> Result<Option<Vec<String>>, Fault> {
    let Some(text) = parameters.raw("session.skills") else {
        return Ok(None);
    };
    let skills: Vec<String> = text.split(',').map(|skill| skill.trim().to_owned()).filter(|s| !s.is_empty()).collect();
    match skills.iter().find(|skill| !SKILLS.contains(&skill.as_str())) {
        Some(unknown) => Err(format!("Compétence inconnue : {unknown}")),
        None => Ok(Some(skills)),
    }
}

/// The display name of an attribute.
pub(crate) fn display_name(code: &str) -> &'static str {
    FIELDS.iter().find(|(known, _)| *known == code).map_or("Clé externe", |(_, display)| display)
}
