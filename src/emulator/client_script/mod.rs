//! The client scripting API (pp. 52-66): what goes into a script for the representative console.
//!
//! In: decoded parameters. Out: the command that was asked for with its parameters, or a refusal. Nothing here
//! runs a command: that is for the console.

mod actions;
mod file;
mod route;

use super::command::{Refusal, custom};
use super::site::Site;
use super::switches::Readings;
pub(crate) use actions::{ACTIONS, Asked, ScriptAction};

/// The kind of request whose defects belong to no action.
pub(crate) const GENERAL: &str = "client_script/general";

/// A command with its parameters, as it stands in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) action: String,
    pub(crate) parameters: Vec<(String, String)>,
}

/// The action of that name, if it can be asked for.
pub(crate) fn action(name: &str, readings: &Readings) -> Option<&'static ScriptAction> {
    let open = match name {
        "start_pinned_client_session" => readings.is("start-pinned-client-session", "accepted"),
        "delete_script_file" => readings.is("delete-script-file-asked-for", "accepted"),
        _ => true,
    };
    ACTIONS.iter().find(|action| action.name == name).filter(|_| open)
}

/// The command that goes into the script.
pub(crate) fn command(asked: &Asked<'_>, site: &Site) -> Result<Command, Refusal> {
    let action = asked.action;
    if asked.broken("refused-always") {
        return Err(Refusal::error("The script cannot be made"));
    }
    known_parameters(asked)?;
    let mut parameters = match asked.reader.read(action.parameters) {
        Ok(given) => {
            (action.check)(asked, &given)?;
            in_order(action, |name| given.text(name).map(str::to_owned))
        }
        // A defect: what is required is missing, and the rest goes into the script.
        Err(Refusal::Hollow) => in_order(action, |name| asked.reader.pick(name).ok().flatten()),
        Err(refusal) => return Err(refusal),
    };
    let target = parameters.iter().find(|(name, _)| name == "target");
    if target.is_some_and(|(_, target)| not_taken(asked, target)) {
        return Err(Refusal::error("There is no such machine"));
    }
    // Defects: what nobody gave.
    for parameter in action.parameters {
        let given = parameters.iter().any(|(name, _)| name == parameter.name);
        if !given && asked.broken(&format!("{}/invented", parameter.name)) {
            parameters.push((parameter.name.to_owned(), "invented".to_owned()));
        }
    }
    if action.custom_fields {
        let fields = custom::read(&asked.reader, site, &Default::default())?;
        parameters.extend(fields.into_iter().map(|(code, value)| (format!("session.custom.{code}"), value)));
    }
    parameters.retain(|(name, _)| !asked.broken(&format!("{name}/dropped")));
    Ok(Command { action: action.name.to_owned(), parameters })
}

/// Defects: machines are known by their plain names only.
fn not_taken(asked: &Asked<'_>, target: &str) -> bool {
    match target.parse::<std::net::IpAddr>() {
        Ok(_) => asked.broken("target/address-refused"),
        Err(_) => target.contains('.') && asked.broken("target/full-name-refused"),
    }
}

/// The parameters of the table that are there, in the order of the table.
fn in_order(action: &ScriptAction, value: impl Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let named = action.parameters.iter();
    named.filter_map(|parameter| Some((parameter.name.to_owned(), value(parameter.name)?))).collect()
}

fn known_parameters(asked: &Asked<'_>) -> Result<(), Refusal> {
    if !asked.reads("unknown-parameter", "refused") {
        return Ok(());
    }
    let known = |name: &str| {
        ["type", "operation", "action"].contains(&name)
            || asked.action.parameters.iter().any(|parameter| parameter.name == name)
            || (asked.action.custom_fields && name.starts_with("session.custom."))
    };
    match asked.reader.pairs.iter().find(|(name, _)| !known(name)) {
        Some((name, _)) => Err(Refusal::error(format!("There is no parameter {name}"))),
        None => Ok(()),
    }
}
