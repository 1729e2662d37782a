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
    let sent_s = match call.given.integer("timestamp") {
        Some(given) => given,
        // An hour ago is in the past, too.
        None if call.broken("default-timestamp-of-an-hour-ago") => call.now_s.saturating_sub(3600),
        None => call.now_s,
    };
    if sent_s > call.now_s {
        return refuse("timestamp/future-accepted", "The timestamp is in the future");
    }
    if call.given.integer("timestamp").is_some() && call.broken("timestamp/past-refused") {
        return Err(Refusal::error("The timestamp is in the past"));
    }
    let mut body = call.given.must("body").to_owned();
    if call.broken("control-characters-lost") {
        body.retain(|letter| !letter.is_control());
    }
    if body.contains('[') && call.broken("bbcode-refused") {
        return Err(Refusal::error("The body holds markup"));
    }
    let sent_s = if call.broken("timestamp-lost") { call.now_s } else { sent_s };
    let to_rep = to_rep.filter(|_| {
        let lost = if call.given.text("to_rep").is_some() { "to_rep-lost" } else { "to_rep_username-lost" };
        !call.broken(lost)
    });
    let (silent, to_all) = (from == "system" && to_team.is_none(), to_team.is_some() && to_rep.is_none());
    let one = state.consoles.keys().copied().next().filter(|_| to_all && call.broken("everybody-means-one"));
    let to_rep = to_rep.or(one);
    let from = match from {
        from if from.starts_with("rep:") && call.broken("sent-by-the-system-instead") => "system".to_owned(),
        _ if silent && call.broken("sent-by-the-customer-instead") => "customer".to_owned(),
        from => from,
    };
    let account = if call.broken("mark-of-another-account") { "somebody" } else { call.account };
    let line = ChatLine { from, to_rep, body, sent_s, account: account.to_owned() };
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
    let rep = if form == "rep" { whole(name).and_then(|id| state.present(id)) } else { state.rep_named(name) };
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
        None => ("to_rep", id.and_then(|id| state.present(id))),
    };
    match rep {
        Some(rep) => Ok(Some(rep.id)),
        None if call.broken(&format!("{name}/unknown-accepted")) => Err(Refusal::Hollow),
        None => Err(Refusal::error("There is no such representative to send to")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, START_S, is_error};
    use super::ChatLine;

    const C69: &str = "lsid=c69a8e10bea9428f816cfababe9815fe";

    #[test]
    fn messages_are_logged_with_their_account() {
        let lab = Lab::new();
        let send = |rest: &str| assert!(!is_error(&lab.get(&format!("action=send_chat_message&{rest}"))), "{rest}");
        send(&format!("{C69}&body=%5Bb%5Dhello%5B/b%5D"));
        send(&format!("{C69}&body=a&impersonate=customer&timestamp=1600000000"));
        send(&format!("{C69}&body=b&impersonate=rep_username:admin"));
        send("team_id=1&body=c&impersonate=rep:1&to_rep_username=jsmith");
        let line = |from: &str, to_rep: Option<i64>, body: &str, sent_s: i64| ChatLine {
            from: from.into(),
            to_rep,
            body: body.into(),
            sent_s,
            account: "touchmark".into(),
        };
        let session = lab.emulator.chat_log("c69a8e10bea9428f816cfababe9815fe");
        let expected = [
            line("system", None, "[b]hello[/b]", START_S),
            line("customer", None, "a", 1_600_000_000),
            line("rep:1", None, "b", START_S),
        ];
        assert_eq!(session, expected);
        assert_eq!(lab.emulator.team_chat_log(1), [line("rep:1", Some(5), "c", START_S)]);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let lab = Lab::new();
        let bad = [
            "body=a".to_owned(),
            C69.to_owned(),
            format!("{C69}&team_id=1&body=a"),
            "team_id=77&body=a".to_owned(),
            "team_id=1&body=a&impersonate=customer".to_owned(),
            "team_id=1&body=a&impersonate=rep:212".to_owned(),
            format!("{C69}&body=a&impersonate=rep:5"),
            format!("{C69}&body=a&impersonate=rep:77"),
            format!("{C69}&body=a&impersonate=somebody"),
            format!("{C69}&body="),
            format!("{C69}&body=a&timestamp={}", START_S + 1),
            format!("{C69}&body=a&timestamp=now"),
            "team_id=1&body=a&to_rep=5".to_owned(),
            format!("{C69}&body=a&impersonate=rep:1&to_rep=5"),
            "team_id=1&body=a&impersonate=rep:1&to_rep=77".to_owned(),
        ];
        for rest in bad {
            assert!(is_error(&lab.get(&format!("action=send_chat_message&{rest}"))), "{rest}");
        }
        assert!(lab.emulator.chat_log("c69a8e10bea9428f816cfababe9815fe").is_empty());
    }
}
