//! send_chat_message (p. 22).
//!
//! In: a message for a session or a team, and who it appears to come from. Out: it stands in the log of the
//! session or team, with the API account that sent it. BBCode is kept as it came.

use super::super::state::{ChatLine, State, keep};
use super::super::xml::{Kind, leaf};
use super::parameters::{Shape, optional, required, whole};
use super::sessions::session;
use super::{Action, Call, Needs, Outcome, Refusal};

/// Who a message can appear to come from (p. 22).
pub(crate) const SENDERS: &[&str] = &["customer", "rep", "rep_username"];

pub(crate) const SEND_CHAT_MESSAGE: Action = Action {
    name: "send_chat_message",
    needs: Needs::ReadToChange,
    parameters: &[
        optional("team_id", Shape::Integer),
        optional("to_rep", Shape::Integer),
        optional("to_rep_username", Shape::Text),
        optional("lsid", Shape::Text),
        required("body", Shape::Text),
        optional("impersonate", Shape::Form(SENDERS)),
        optional("timestamp", Shape::Integer),
    ],
    custom_fields: false,
    list_root: None,
    message: None,
    error_named: false,
    run: send_chat_message,
    hollow: |_, _| leaf("success", "Sent", Kind::Text).own(),
};

fn send_chat_message(state: &mut State, call: &Call<'_>) -> Outcome {
    let (team, lsid) = (call.given.integer("team_id"), call.given.text("lsid"));
    let refuse =
        |what: &str, message: &str| Err(if call.broken(what) { Refusal::Hollow } else { Refusal::error(message) });
    if team.is_some() && lsid.is_some() {
        return refuse("both-targets-accepted", "team_id and lsid cannot be given together");
    }
    let Some(to_team) = team.map(Some).or(lsid.map(|_| None)) else {
        return refuse("no-target-accepted", "team_id or lsid must be given");
    };
    if let Some(id) = to_team
        && state.team(id).is_none()
    {
        return refuse("team_id/unknown-accepted", "There is no such team");
    }
    if to_team.is_none() {
        session(state, call)?;
    }
    let from = sender(state, call, to_team)?;
    let to_rep = recipient(state, call, to_team, &from)?;
    let sent_s = call.given.integer("timestamp").unwrap_or(call.now_s);
    if sent_s > call.now_s {
        return refuse("timestamp/future-accepted", "The timestamp is in the future");
    }
    if call.given.integer("timestamp").is_some() && call.broken("timestamp/past-refused") {
        return Err(Refusal::error("The timestamp is in the past"));
    }
    let body = call.given.must("body");
    if body.contains('[') && call.broken("bbcode-refused") {
        return Err(Refusal::error("The body holds markup"));
    }
    let line = ChatLine { from, to_rep, body: body.to_owned(), sent_s, account: call.account.to_owned() };
    match to_team {
        Some(id) => keep(state.team_chat.entry(id).or_default(), line),
        None => keep(&mut session(state, call)?.chat, line),
    }
    match call.readings.of("no-response-documented") {
        "empty" => Ok(None),
        _ => Ok(Some(leaf("success", "Message successfully sent", Kind::Text).own())),
    }
}

/// Who the message appears to come from; they must be where it is sent.
fn sender(state: &mut State, call: &Call<'_>, team: Option<i64>) -> Result<String, Refusal> {
    let Some(asked) = call.given.text("impersonate") else { return Ok("system".to_owned()) };
    let refuse =
        |what: &str, message: &str| Err(if call.broken(what) { Refusal::Hollow } else { Refusal::error(message) });
    if asked == "customer" {
        if team.is_some() {
            return refuse("impersonate/customer-with-team-accepted", "customer can only be used with lsid");
        }
        if session(state, call)?.customer.is_none() {
            return refuse("impersonate/absent-customer-accepted", "There is no customer in the session");
        }
        return Ok("customer".to_owned());
    }
    let (form, name) = asked.split_once(':').unwrap_or((asked, ""));
    let rep = if form == "rep" { whole(name).and_then(|id| state.rep(id)) } else { state.rep_named(name) };
    let Some(id) = rep.map(|rep| rep.id) else {
        return refuse("impersonate/unknown-accepted", "There is no such representative to impersonate");
    };
    let present = match team {
        Some(team) => state.team(team).is_some_and(|team| team.members.contains(&id)),
        None => session(state, call)?.representatives.contains(&id),
    };
    if !present {
        return refuse("impersonate/outsider-accepted", "The representative is not a member of that chat");
    }
    Ok(format!("rep:{id}"))
}

/// The representative a team message is private to: it needs a team and somebody it comes from.
fn recipient(state: &State, call: &Call<'_>, team: Option<i64>, from: &str) -> Result<Option<i64>, Refusal> {
    let (id, username) = (call.given.integer("to_rep"), call.given.text("to_rep_username"));
    if id.is_none() && username.is_none() {
        return Ok(None);
    }
    if team.is_none() || !from.starts_with("rep:") {
        return Err(Refusal::error("A private message needs team_id and impersonate"));
    }
    if id.is_some() && username.is_some() {
        return Err(Refusal::error("Only one of to_rep and to_rep_username can be given"));
    }
    let (name, rep) = match username {
        Some(username) => ("to_rep_username", state.rep_named(username)),
        None => ("to_rep", id.and_then(|id| state.rep(id))),
    };
    match rep {
        Some(rep) => Ok(Some(rep.id)),
        None if call.broken(&format!("{name}/unknown-accepted")) => Err(Refusal::Hollow),
        None => Err(Refusal::error("There is no such representative to send to")),
    }
}
