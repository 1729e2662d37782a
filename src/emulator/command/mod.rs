//! The command API (pp. 10-51): which action is asked for, what it needs, and how its outcome is worded.
//!
//! In: decoded parameters of an account that may run the action. Out: the root of the answer, or nothing
//! where that is the reading. Every action is checked whole before it changes anything.

pub(crate) mod appliances;
pub(crate) mod attributes;
pub(crate) mod chat;
pub(crate) mod clients;
pub(crate) mod custom;
pub(crate) mod failover;
pub(crate) mod info;
pub(crate) mod jump;
pub(crate) mod keys;
pub(crate) mod parameters;
pub(crate) mod reps;
pub(crate) mod sessions;
pub(crate) mod teams;
pub(crate) mod virtual_customer;

use super::auth::{Access, Powers, Reports};
use super::http::Pairs;
use super::state::{Queue, State};
use super::switches::{ActiveDefects, Readings};
use super::xml::{Element, Kind, leaf, node};
use parameters::{Given, Parameter, Reader};

/// What an account needs to run an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Read-only access.
    Read,
    /// Read-only access by the text, though the action changes something; a topic of its own.
    ReadToChange,
    /// Full access.
    Full,
}

/// A command of the guide.
pub(crate) struct Action {
    pub(crate) name: &'static str,
    pub(crate) needs: Needs,
    pub(crate) parameters: &'static [Parameter],
    /// Takes `session.custom.` parameters.
    pub(crate) custom_fields: bool,
    /// The root of its answers, where the guide names one that holds errors too.
    pub(crate) list_root: Option<&'static str>,
    /// The exact message of success, where the guide prints one.
    pub(crate) message: Option<&'static str>,
    /// The guide promises an `error` element with a message.
    pub(crate) error_named: bool,
    pub(crate) run: fn(&mut State, &Call<'_>) -> Outcome,
    /// The answer of success without anything behind it, for defects.
    pub(crate) hollow: fn(&State, &Call<'_>) -> Element,
}

/// What an action that is run knows of its request.
pub(crate) struct Call<'a> {
    pub(crate) action: &'static Action,
    pub(crate) kind: &'a str,
    pub(crate) given: Given,
    pub(crate) pairs: &'a Pairs,
    pub(crate) account: &'a str,
    pub(crate) access: Access,
    pub(crate) reports: Reports,
    pub(crate) powers: Powers,
    pub(crate) now_s: i64,
    pub(crate) readings: &'a Readings,
    pub(crate) defects: &'a ActiveDefects,
}

/// Why an action is not done.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// With a message.
    Error(String),
    /// A defect: it is answered as if it had been done.
    Hollow,
}

impl Refusal {
    pub(crate) fn error(message: impl Into<String>) -> Refusal {
        Refusal::Error(message.into())
    }
}

/// The root of an answer, or an empty body.
pub(crate) type Reply = Option<Element>;
pub(crate) type Outcome = Result<Reply, Refusal>;

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
        if call.broken("success-without-effect") {
            return (action.run)(&mut state.clone(), call);
        }
        let outcome = (action.run)(state, call);
        state.follow(now_s);
        outcome
    });
    match outcome {
        Ok(_) if call.broken("empty-body") => None,
        Ok(reply) => reply,
        Err(Refusal::Hollow) => Some((action.hollow)(state, &call)),
        Err(Refusal::Error(_)) if call.broken("error-answered-with-success") => Some((action.hollow)(state, &call)),
        Err(Refusal::Error(_)) if call.broken("error-without-message") => Some(error(Some(action), "", readings)),
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

impl Call<'_> {
    /// Whether the emulator has this defect of the action.
    pub(crate) fn broken(&self, what: &str) -> bool {
        self.defects.has(self.kind, what)
    }

    pub(crate) fn reads(&self, topic: &str, reading: &str) -> bool {
        self.readings.is(topic, reading)
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { kind: self.kind, prefix: "", pairs: self.pairs, readings: self.readings, defects: self.defects }
    }

    /// A message of success, with or without its full stop (p. 20).
    pub(crate) fn success(&self, message: &str) -> Element {
        let changed = self.broken("success-message-wrong");
        let stop = if self.reads("success-period", "with") { "." } else { "" };
        leaf("success", format!("{}{stop}", if changed { "OK" } else { message }), Kind::Text)
    }

    /// The queue that a value names; it must be there. The value fits [`parameters::Shape::Form`].
    pub(crate) fn queue(&self, state: &State, value: &str) -> Result<Queue, Refusal> {
        let unknown = || {
            let accepted = self.broken("queue_id/unknown-queue-accepted");
            if accepted { Refusal::Hollow } else { Refusal::error(format!("There is no queue {value}")) }
        };
        let (form, name) = value.split_once(':').unwrap_or((value, ""));
        let id = parameters::whole(name).unwrap_or_default();
        let found = match form {
            "general" => Some(Queue::General),
            "rep" => state.rep(id).map(|rep| Queue::Rep(rep.id)),
            "team" => state.team(id).map(|team| Queue::Team(team.id)),
            "rep_username" => {
                let first = state.site.representatives.iter().find(|rep| rep.username == name);
                let first = first.filter(|_| self.broken("queue_id/ambiguous-username-accepted"));
                state.rep_named(name).or(first).map(|rep| Queue::Rep(rep.id))
            }
            _ => state.team_of_issue(name).map(|team| Queue::Team(team.id)),
        };
        found.ok_or_else(unknown)
    }
}

/// The plain message of success of an action that prints one.
pub(crate) fn hollow_message(_: &State, call: &Call<'_>) -> Element {
    call.success(call.action.message.unwrap_or("Done"))
}

/// The empty list of an action that answers with one.
pub(crate) fn hollow_list(_: &State, call: &Call<'_>) -> Element {
    node(call.action.list_root.unwrap_or("success"))
}
