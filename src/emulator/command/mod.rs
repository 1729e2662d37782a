//! The command API (pp. 10-51): which action is asked for, what it needs, and how its outcome is worded.
//!
//! In: decoded parameters of an account that may run the action. Out: the root of the answer, or nothing
//! where that is the reading. Every action is checked whole before it changes anything.

mod action;
pub(crate) mod appliances;
pub(crate) mod attributes;
pub(crate) mod chat;
pub(crate) mod clients;
pub(crate) mod custom;
pub(crate) mod elsewhere;
pub(crate) mod failover;
pub(crate) mod info;
pub(crate) mod jump;
pub(crate) mod keys;
pub(crate) mod parameters;
mod refusal;
pub(crate) mod reps;
pub(crate) mod sequences;
pub(crate) mod sessions;
pub(crate) mod teams;
pub(crate) mod virtual_customer;

use super::auth::{Access, Powers, Reports};
use super::http::Pairs;
use super::state::State;
use super::switches::{ActiveDefects, Readings};
use super::xml::{Element, Kind, leaf, node};
pub(crate) use action::{Action, Call, Needs, Outcome, Reply, hollow_list, hollow_message};
use parameters::{Given, Reader};
pub(crate) use refusal::Refusal;

/// The 19 actions. Four of them have sections of their own, but are missing from the list of p. 10.
pub(crate) static ACTIONS: &[Action] = &[
    reps::GET_LOGGED_IN_REPS,
    reps::SET_REP_STATUS,
    teams::GET_SUPPORT_TEAMS,
    keys::GENERATE_SESSION_KEY,
    sessions::JOIN_SESSION,
    sessions::TRANSFER_SESSION,
    chat::SEND_CHAT_MESSAGE,
    virtual_customer::CREATE_VIRTUAL_CUSTOMER,
    sessions::LEAVE_SESSION,
    attributes::SET_SESSION_ATTRIBUTES,
    attributes::GET_SESSION_ATTRIBUTES,
    sessions::TERMINATE_SESSION,
    appliances::GET_APPLIANCES,
    clients::list::GET_CONNECTED_CLIENT_LIST,
    clients::GET_CONNECTED_CLIENTS,
    appliances::CHECK_HEALTH,
    failover::SET_FAILOVER_ROLE,
    jump::IMPORT_JUMP_SHORTCUT,
    info::GET_API_INFO,
];

/// The action of that name.
pub(crate) fn action(name: &str, readings: &Readings) -> Option<&'static Action> {
    let plural = name == "import_jump_shortcuts" && readings.is("import-plural", "accepted");
    let name = if plural { "import_jump_shortcut" } else { name };
    ACTIONS.iter().find(|action| action.name == name)
}

/// What a request brings to its action.
pub(crate) struct Asked<'a> {
    pub(crate) pairs: &'a Pairs,
    pub(crate) account: &'a str,
    pub(crate) access: Access,
    pub(crate) reports: Reports,
    pub(crate) powers: Powers,
    pub(crate) now_s: i64,
    pub(crate) readings: &'a Readings,
    pub(crate) defects: &'a ActiveDefects,
}

/// Runs an action and words its outcome.
pub(crate) fn perform(state: &mut State, action: &'static Action, asked: &Asked<'_>) -> Reply {
    let kind = format!("command/{}", action.name);
    let Asked { pairs, account, access, reports, powers, now_s, readings, defects } = *asked;
    let reader = Reader { kind: &kind, prefix: "", pairs, readings, defects };
    let mut call = Call {
        action,
        kind: &kind,
        given: Given::default(),
        pairs,
        account,
        access,
        reports,
        powers,
        now_s,
        readings,
        defects,
    };
    let outcome = known_parameters(action, &reader).and_then(|()| {
        call.given = if action.name == "import_jump_shortcut" {
            jump::read(&reader)?
        } else {
            reader.read(action.parameters)?
        };
        let call = &call;
        if call.broken("refused-always") {
            return Err(Refusal::error("The command failed"));
        }
        // Run on a copy, the change is answered for, and lost.
        if call.broken_as_many("success-without-effect") {
            return (action.run)(&mut state.clone(), call);
        }
        let outcome = sequences::run(state, call);
        state.follow(now_s);
        outcome
    });
    match outcome {
        Ok(_) if call.broken_as_many("empty-body") => None,
        Ok(reply) => reply,
        Err(Refusal::Hollow) => Some((action.hollow)(state, &call)),
        Err(Refusal::Error(_)) if call.broken_as_many("error-answered-with-success") => {
            Some((action.hollow)(state, &call))
        }
        Err(Refusal::Error(_)) if call.broken_as_many("error-without-message") => {
            Some(error(Some(action), "", readings))
        }
        Err(Refusal::Error(message)) => Some(error(Some(action), &message, readings)),
    }
}

/// An error, where the reading puts it (p. 12).
pub(crate) fn error(action: Option<&Action>, message: &str, readings: &Readings) -> Element {
    let mut error = leaf("error", message, Kind::Text);
    error.documented = action.is_some_and(|action| action.error_named);
    match action.and_then(|action| action.list_root) {
        Some(root) if readings.is("error-placement", "inside") => node(root).child(error),
        _ => error,
    }
}

fn known_parameters(action: &Action, reader: &Reader<'_>) -> Result<(), Refusal> {
    if !reader.readings.is("unknown-parameter", "refused") {
        return Ok(());
    }
    let known = |name: &str| {
        name == "action"
            || action.parameters.iter().any(|parameter| parameter.name == name)
            || (action.custom_fields && name.starts_with("session.custom."))
    };
    match reader.pairs.iter().find(|(name, _)| !known(name)) {
        Some((name, _)) => Err(Refusal::error(format!("There is no parameter {name}"))),
        None => Ok(()),
    }
}
