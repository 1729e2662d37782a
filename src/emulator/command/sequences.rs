//! Defects of what several commands do one after another, or two clients at once: no command alone shows them.
//!
//! In: a command that is about to run. Out: its outcome, and a state that one of these defects has spoiled. Without such a defect nothing is
//! remembered. What two clients do at once is spoiled by what was there when a request came: whoever carries requests says so.

use std::collections::{BTreeMap, BTreeSet};

use super::super::state::{Session, State};
use super::super::xml::node;
use super::elsewhere::{self, Told};
use super::{Call, Outcome, Refusal};

pub(crate) const KIND: &str = "command/sequences";

/// Defects of commands one after another.
pub(crate) const DEFECTS: &[(&str, &str)] = &[
    (
        "change-after-a-chat-lost",
        "the first change of attributes after a chat message is answered with success, and lost",
    ),
    ("joined-not-cleared", "an attribute of a session that a representative is in is said to be cleared, and stays"),
    ("attributes-to-unused-keys", "the end of a session leaves its attributes to the keys that are not used yet"),
    ("end-clears-another", "the end of a session clears the attributes of the one that began last"),
    ("joined-not-transferred", "a session that a representative is in is said to be transferred, and is not"),
    ("busy-twice-is-available", "a representative who is busy and set to busy becomes available"),
    ("refused-customer-comes", "a customer who is refused for a used key comes all the same"),
    ("late-after-a-transfer", "the first change of attributes after a transfer is not in the first answer after it"),
    ("chat-brings-back", "a chat message brings back the attributes of before the last change"),
    ("transferred-outlives-its-end", "the attributes of a session that was transferred can be read after its end"),
];

/// Defects of two clients at once.
pub(crate) const RACES: &[(&str, &str)] = &[
    ("join-writes-back", "whoever joins a session writes its attributes back as they were when the request came"),
    ("change-writes-back", "a change of attributes writes the members back as they were when the request came"),
    (
        "moving-writes-back",
        "a transfer, and whoever leaves a session, writes its attributes back as they were when the request came",
    ),
];

pub(crate) type Attributes = BTreeMap<String, String>;

/// What these defects remember.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    chatted: BTreeSet<String>,
    transferred: BTreeSet<String>,
    before_change: BTreeMap<String, Attributes>,
    late: BTreeMap<String, Attributes>,
    pub(crate) told: Told,
    /// When the request came.
    pub(crate) now_ms: i64,
    /// The sessions as they were when the request came.
    pub(crate) arrived: Option<Vec<Session>>,
}

/// Runs a command.
pub(crate) fn run(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut all = DEFECTS.iter().chain(RACES).chain(elsewhere::DEFECTS);
    if !call.defects.any() || !all.any(|(what, _)| broken(call, what)) {
        return (call.action.run)(state, call);
    }
    let lsid = call.given.text("lsid").unwrap_or_default().to_owned();
    let before = state.session(&lsid).cloned();
    let status = status(state, call);
    let outcome = (call.action.run)(state, call);
    if outcome.is_err() {
        return refused(state, call, &lsid, outcome);
    }
    match (call.action.name, before) {
        ("set_rep_status", _) => twice(state, call, status.as_deref()),
        ("get_session_attributes", _) => return late(state, call, &lsid, outcome),
        (name, Some(before)) => spoil(state, call, name, before),
        _ => {}
    }
    outcome
}

fn broken(call: &Call<'_>, what: &str) -> bool {
    call.defects.has(KIND, what)
}

/// What a session's command does too much or too little.
fn spoil(state: &mut State, call: &Call<'_>, name: &str, before: Session) {
    let lsid = before.lsid.clone();
    let memory = &mut state.memory;
    let arrived = memory.arrived.iter().flatten().find(|one| one.lsid == lsid).cloned();
    match name {
        "set_session_attributes" => {
            let clears = call.pairs.iter().any(|(name, value)| name.starts_with("session.custom.") && value.is_empty());
            let chatted = memory.chatted.remove(&lsid) && broken(call, "change-after-a-chat-lost");
            let stays = clears && !before.representatives.is_empty() && broken(call, "joined-not-cleared");
            if memory.transferred.remove(&lsid) && broken(call, "late-after-a-transfer") {
                memory.late.insert(lsid.clone(), before.attributes.clone());
            }
            memory.before_change.insert(lsid.clone(), before.attributes.clone());
            let names = call.pairs.iter().filter_map(|(name, _)| name.strip_prefix("session.custom."));
            memory.told.attributes(&before, names.map(str::to_owned));
            memory.told.changed(&lsid, memory.now_ms);
            let other = state.sessions.iter().rev().find(|one| !one.ended && one.lsid != lsid);
            let gives = !before.representatives.is_empty() && broken(call, "feed-gives-to-another");
            if let Some(other) = other.filter(|_| gives) {
                state.memory.told.beside(&other.lsid, call.pairs);
            }
            let Some(session) = state.session(&lsid) else { return };
            if chatted || stays {
                session.attributes = before.attributes;
            }
            if let Some(arrived) = arrived.filter(|_| broken(call, "change-writes-back")) {
                session.representatives = arrived.representatives;
            }
        }
        "join_session" | "transfer_session" | "leave_session" => {
            let what = if name == "join_session" { "join-writes-back" } else { "moving-writes-back" };
            let arrived = arrived.filter(|_| broken(call, what));
            if let (Some(arrived), Some(session)) = (arrived, state.session(&lsid)) {
                session.attributes = arrived.attributes;
            }
            if name == "transfer_session" {
                transferred(state, call, before);
            }
        }
        "send_chat_message" => {
            memory.chatted.insert(lsid.clone());
            memory.told.chat();
            let old = memory.before_change.remove(&lsid).filter(|_| broken(call, "chat-brings-back"));
            if let (Some(old), Some(session)) = (old, state.session(&lsid)) {
                session.attributes = old;
            }
        }
        "terminate_session" => {
            memory.told.end();
            for key in state.keys.iter_mut().filter(|key| !key.used && broken(call, "attributes-to-unused-keys")) {
                key.attributes.clone_from(&before.attributes);
            }
            let last = state.sessions.iter_mut().rev().find(|one| !one.ended && one.lsid != lsid);
            if let Some(last) = last.filter(|_| broken(call, "end-clears-another")) {
                last.attributes.clear();
            }
        }
        _ => {}
    }
}

/// What a transfer does too little.
fn transferred(state: &mut State, call: &Call<'_>, before: Session) {
    let lsid = before.lsid.clone();
    state.memory.transferred.insert(lsid.clone());
    let stays = !before.representatives.is_empty() && broken(call, "joined-not-transferred");
    if let Some(session) = state.session(&lsid).filter(|_| stays) {
        *session = before;
    }
}

/// What is refused, and happens all the same.
fn refused(state: &mut State, call: &Call<'_>, lsid: &str, outcome: Outcome) -> Outcome {
    if call.action.name == "create_virtual_customer" && broken(call, "refused-customer-comes") {
        let short_key = call.given.text("short_key").unwrap_or_default();
        if let Some(key) = state.keys.iter_mut().find(|key| key.short_key == short_key && key.used) {
            key.used = false;
            let _came = (call.action.run)(state, call);
        }
    }
    if call.action.name == "set_session_attributes" && broken(call, "feed-has-what-was-refused") {
        state.memory.told.beside(lsid, call.pairs);
    }
    let of_it = |session: &Session| session.lsid == lsid && session.ended && !session.passed.is_empty();
    if call.action.name == "get_session_attributes"
        && broken(call, "transferred-outlives-its-end")
        && matches!(outcome, Err(Refusal::Error(_)))
        && state.sessions.iter().any(of_it)
    {
        return Ok(Some(node("custom_attributes")));
    }
    outcome
}

/// The answer of before the last change, where it is late.
fn late(state: &mut State, call: &Call<'_>, lsid: &str, outcome: Outcome) -> Outcome {
    let Some(old) = state.memory.late.remove(lsid) else { return outcome };
    let Some(now) = state.session(lsid).map(|session| std::mem::replace(&mut session.attributes, old)) else {
        return outcome;
    };
    let outcome = (call.action.run)(state, call);
    if let Some(session) = state.session(lsid) {
        session.attributes = now;
    }
    outcome
}

/// The status of the representative whose status is set.
fn status(state: &State, call: &Call<'_>) -> Option<String> {
    let id = call.given.text("rep_id").and_then(|id| id.parse().ok()).or_else(|| call.given.integer("rep_id"))?;
    state.rep(id).map(|rep| rep.status.clone())
}

fn twice(state: &mut State, call: &Call<'_>, before: Option<&str>) {
    let Some(id) = call.given.integer("rep_id") else { return };
    let memory = &mut state.memory;
    memory.told.status(id, before, &memory.before_change, memory.now_ms);
    if !broken(call, "busy-twice-is-available") {
        return;
    }
    if before == Some("busy") && call.given.text("code_name") == Some("busy") {
        for rep in state.site.representatives.iter_mut().filter(|rep| rep.id == id) {
            "available".clone_into(&mut rep.status);
        }
    }
}
