//! join_session (p. 20), transfer_session (p. 21), leave_session (p. 26) and terminate_session (p. 29).
//!
//! In: a running session and who comes, goes or takes over. Out: a message of success; the session has changed.

use super::super::state::{Queue, Session, State};
use super::super::xml::{Element, Kind, leaf};
use super::parameters::{Shape, optional, required, whole};
use super::{Action, Call, Needs, Outcome, Refusal, hollow_message};

/// The queues that a session can be transferred to (p. 21).
pub(crate) const TRANSFER_QUEUES: &[&str] = &["rep", "team", "rep_username"];

pub(crate) const JOIN_SESSION: Action = Action {
    name: "join_session",
    needs: Needs::Full,
    parameters: &[
        required("lsid", Shape::Text),
        optional("rep_id", Shape::Text),
        optional("rep_username", Shape::Text),
    ],
    custom_fields: false,
    list_root: None,
    message: Some("Representative successfully added"),
    error_named: true,
    run: join_session,
    hollow: hollow_message,
};

pub(crate) const TRANSFER_SESSION: Action = Action {
    name: "transfer_session",
    needs: Needs::Full,
    parameters: &[
        required("lsid", Shape::Text),
        required("queue_id", Shape::Form(&["rep", "team", "rep_username", "general", "issue"])),
    ],
    custom_fields: false,
    list_root: None,
    message: Some("Successfully transferred"),
    error_named: true,
    run: transfer_session,
    hollow: hollow_message,
};

pub(crate) const LEAVE_SESSION: Action = Action {
    name: "leave_session",
    needs: Needs::ReadToChange,
    parameters: &[
        required("lsid", Shape::Text),
        optional("rep_id", Shape::Text),
        optional("rep_username", Shape::Text),
        // What else than 1 means is a topic of its own.
        optional("customer", Shape::Text),
    ],
    custom_fields: false,
    list_root: None,
    message: None,
    error_named: false,
    run: leave_session,
    hollow: |_, _| leaf("success", "Left", Kind::Text).own(),
};

pub(crate) const TERMINATE_SESSION: Action = Action {
    name: "terminate_session",
    needs: Needs::Full,
    parameters: &[required("lsid", Shape::Text)],
    custom_fields: false,
    list_root: None,
    message: Some("Successfully terminated"),
    error_named: true,
    run: terminate_session,
    hollow: hollow_message,
};

/// The session of the request's lsid, if it runs.
pub(super) fn session<'a>(state: &'a mut State, call: &Call<'_>) -> Result<&'a mut Session, Refusal> {
    let lsid = call.given.must("lsid");
    if call.broken("lsid/unknown-accepted") && !state.sessions.iter().any(|session| session.lsid == lsid) {
        return Err(Refusal::Hollow);
    }
    if call.broken("lsid/ended-accepted") && state.sessions.iter().any(|session| session.lsid == lsid && session.ended)
    {
        return Err(Refusal::Hollow);
    }
    state.session(lsid).ok_or_else(|| Refusal::error("There is no such session, or it has ended"))
}

/// The representative of an id or a username.
fn rep(state: &State, call: &Call<'_>) -> Result<Option<i64>, Refusal> {
    let unknown = |name: &str| {
        let accepted = call.broken(&format!("{name}/unknown-accepted"));
        if accepted { Refusal::Hollow } else { Refusal::error("There is no such representative") }
    };
    if let Some(id) = call.given.text("rep_id") {
        let found = whole(id).and_then(|id| state.present(id));
        return found.map(|rep| Some(rep.id)).ok_or_else(|| unknown("rep_id"));
    }
    let Some(username) = call.given.text("rep_username") else { return Ok(None) };
    state.rep_named(username).map(|rep| Some(rep.id)).ok_or_else(|| unknown("rep_username"))
}

fn join_session(state: &mut State, call: &Call<'_>) -> Outcome {
    let both = call.given.text("rep_id").is_some() && call.given.text("rep_username").is_some();
    if both && call.reads("rep-id-or-username", "refused") {
        return Err(Refusal::error("Only one of rep_id and rep_username can be given"));
    }
    session(state, call)?;
    let Some(id) = rep(state, call)? else {
        let accepted = call.broken("nobody-accepted");
        return Err(if accepted { Refusal::Hollow } else { Refusal::error("rep_id or rep_username is missing") });
    };
    if !state.logged_in(id) {
        let accepted = call.broken("logged-out-accepted");
        return Err(if accepted { Refusal::Hollow } else { Refusal::error("The representative is not logged in") });
    }
    let another = state.consoles.keys().copied().find(|other| *other != id).unwrap_or(id);
    let (wrong, alone) = (call.broken("adds-another"), call.broken("replaces-the-others"));
    let joined = if wrong { another } else { id };
    let everywhere = call.broken("joins-every-session");
    let session = session(state, call)?;
    if alone {
        session.representatives.clear();
    }
    join(session, joined);
    if everywhere {
        state.sessions.iter_mut().filter(|session| !session.ended).for_each(|session| join(session, joined));
    }
    Ok(Some(message(call)))
}

fn join(session: &mut Session, rep: i64) {
    if !session.representatives.contains(&rep) {
        session.representatives.push(rep);
    }
}

/// A representative takes the session over; in a team's queue it waits for one.
fn transfer_session(state: &mut State, call: &Call<'_>) -> Outcome {
    session(state, call)?;
    let asked = call.given.must("queue_id");
    let form = asked.split(':').next().unwrap_or_default();
    if !TRANSFER_QUEUES.contains(&form) && call.reads("transfer-queue-subset", "refused") {
        return Err(Refusal::error(format!("A session cannot be transferred to {asked}")));
    }
    let queue = call.queue(state, asked)?;
    if let Queue::Rep(id) = queue
        && !state.logged_in(id)
    {
        return Err(Refusal::error("The representative is not logged in"));
    }
    let (ended, seldom) = (call.broken("ends-the-session"), call.broken("only-once"));
    let everywhere = call.broken("moves-every-session");
    let session = session(state, call)?;
    if seldom && (session.passed.len() >= 2 || session.passed.contains(&queue)) {
        return Err(Refusal::error("The session was transferred before"));
    }
    transfer(session, queue);
    session.ended |= ended;
    if everywhere {
        state.sessions.iter_mut().filter(|session| !session.ended).for_each(|session| transfer(session, queue));
    }
    Ok(Some(message(call)))
}

fn transfer(session: &mut Session, queue: Queue) {
    if session.queue != queue && !session.passed.contains(&session.queue) {
        session.passed.push(session.queue);
    }
    session.queue = queue;
    session.representatives.clear();
    if let Queue::Rep(id) = queue {
        session.representatives.push(id);
    }
}

fn leave_session(state: &mut State, call: &Call<'_>) -> Outcome {
    session(state, call)?;
    let customer = match call.given.text("customer") {
        Some("1") => true,
        Some(_) if call.broken("customer/any-value-counts") => true,
        Some(_) if call.reads("leave-customer-value", "refused") => {
            return Err(Refusal::error("The parameter customer must be 1"));
        }
        _ => false,
    };
    let named = ["rep_id", "rep_username"].iter().filter(|name| call.given.text(name).is_some()).count();
    let counted = usize::from(call.given.text("customer") == Some("1"));
    if named + counted > 1 && call.reads("leave-several", "refused") {
        return Err(Refusal::error("Only one of rep_id, rep_username and customer can be given"));
    }
    let id = rep(state, call)?;
    if id.is_none() && !customer {
        let accepted = call.broken("nobody-accepted");
        let missing = "One of rep_id, rep_username and customer must be given";
        return Err(if accepted { Refusal::Hollow } else { Refusal::error(missing) });
    }
    let (ended, everybody) = (call.broken("ends-the-session"), call.broken("removes-everybody"));
    let (customer_stays, rep_stays) = (call.broken("customer-stays"), call.broken("rep-stays"));
    let everywhere = call.broken("leaves-every-session");
    let session = session(state, call)?;
    let absent =
        (customer && session.customer.is_none()) || id.is_some_and(|id| !session.representatives.contains(&id));
    if absent {
        return Err(Refusal::error("That member is not in the session"));
    }
    if customer && !customer_stays {
        session.customer = None;
    }
    session.representatives.retain(|member| (Some(*member) != id || rep_stays) && !everybody);
    session.ended |= ended;
    State::end_if_empty(session);
    if everywhere {
        state.sessions.iter_mut().for_each(|session| session.representatives.retain(|member| Some(*member) != id));
    }
    match call.readings.of("no-response-documented") {
        "empty" => Ok(None),
        _ => Ok(Some(leaf("success", "Successfully left the session", Kind::Text).own())),
    }
}

fn terminate_session(state: &mut State, call: &Call<'_>) -> Outcome {
    let customer_stays = call.broken("customer-stays-connected");
    if call.broken("ends-every-session") {
        session(state, call)?;
        state.sessions.iter_mut().for_each(|session| session.ended = true);
        return Ok(Some(message(call)));
    }
    let session = session(state, call)?;
    session.ended = !customer_stays;
    session.representatives.clear();
    if !customer_stays {
        session.customer = None;
    }
    Ok(Some(message(call)))
}

fn message(call: &Call<'_>) -> Element {
    call.success(call.action.message.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, is_error, text, texts};

    const C69: &str = "lsid=c69a8e10bea9428f816cfababe9815fe";

    fn sessions_of(lab: &Lab, client: &str) -> usize {
        let xml = lab.get(&format!("action=get_connected_clients&id={client}"));
        let lsids = texts(&xml, "lsid").len();
        assert_eq!(text(&xml, "support_session_count"), lsids.to_string());
        lsids
    }

    #[test]
    fn a_representative_joins_and_leaves() {
        let lab = Lab::new();
        let joined = lab.get(&format!("action=join_session&{C69}&rep_id=151"));
        assert_eq!(text(&joined, "success"), "Representative successfully added");
        assert_eq!((sessions_of(&lab, "105"), sessions_of(&lab, "101")), (1, 2));
        assert!(!is_error(&lab.get(&format!("action=join_session&{C69}&rep_username=jsmith"))));
        assert_eq!(sessions_of(&lab, "104"), 2);
        assert!(!is_error(&lab.get(&format!("action=leave_session&{C69}&rep_id=151"))));
        assert_eq!((sessions_of(&lab, "105"), sessions_of(&lab, "104")), (0, 2));
    }

    #[test]
    fn a_transfer_moves_the_session() {
        let lab = Lab::new();
        let to_rep = lab.get(&format!("action=transfer_session&{C69}&queue_id=rep_username:jsmith"));
        assert_eq!(text(&to_rep, "success"), "Successfully transferred");
        assert_eq!((sessions_of(&lab, "101"), sessions_of(&lab, "104")), (1, 2));
        assert!(!is_error(&lab.get(&format!("action=transfer_session&{C69}&queue_id=team:1"))));
        assert_eq!(sessions_of(&lab, "104"), 1);
        for queue in ["general", "issue:other", "rep:77", "team:77", "rep:12", "x"] {
            assert!(is_error(&lab.get(&format!("action=transfer_session&{C69}&queue_id={queue}"))), "{queue}");
        }
    }

    #[test]
    fn a_session_ends_when_it_is_terminated_or_everybody_has_left() {
        let lab = Lab::new();
        let customers =
            || lab.get("action=get_connected_client_list").matches("client type=\"support_customer\"").count();
        assert_eq!(customers(), 4);
        lab.get(&format!("action=leave_session&{C69}&customer=1"));
        assert_eq!(customers(), 3);
        assert!(!is_error(&lab.get(&format!("action=get_session_attributes&{C69}"))));
        assert!(is_error(&lab.get(&format!("action=leave_session&{C69}&customer=1"))));
        lab.get(&format!("action=leave_session&{C69}&rep_username=admin"));
        let da4 = "lsid=da4b510978a541d49398e88c66e28475";
        let ended = lab.get(&format!("action=terminate_session&{da4}"));
        assert_eq!((text(&ended, "success"), customers()), ("Successfully terminated", 2));
        for lsid in [C69, da4, "lsid=unknown", "lsid="] {
            let rests = [
                "join_session&rep_id=1",
                "transfer_session&queue_id=rep:1",
                "terminate_session",
                "leave_session&rep_id=1",
                "get_session_attributes",
                "set_session_attributes",
                "send_chat_message&body=a",
            ];
            for rest in rests {
                assert!(is_error(&lab.get(&format!("action={rest}&{lsid}"))), "{rest} {lsid}");
            }
        }
    }

    #[test]
    fn somebody_must_be_named_and_be_there() {
        let lab = Lab::new();
        for rest in ["", "&rep_id=77", "&rep_id=12", "&rep_username=nobody", "&rep_id=1&rep_username=admin"] {
            assert!(is_error(&lab.get(&format!("action=join_session&{C69}{rest}"))), "join {rest}");
        }
        for rest in ["", "&rep_id=5", "&rep_id=77", "&rep_username=nobody", "&customer=0", "&customer=1&rep_id=1"] {
            assert!(is_error(&lab.get(&format!("action=leave_session&{C69}{rest}"))), "leave {rest}");
        }
    }

    fn broken(what: &str) -> Lab {
        Lab::with(super::super::super::find_defect(&format!("behaviour:command/{what}")).expect("a defect"))
    }

    #[test]
    fn with_a_defect_a_transferred_session_counts_in_two_teams_or_moves_only_twice() {
        let wt = "lsid=0b7e9a64c3f24d18a5e6f70819b2c3d4";
        let lab = broken("transfer_session:counted-in-both");
        let to = |lab: &Lab, queue: &str| is_error(&lab.get(&format!("action=transfer_session&{wt}&queue_id={queue}")));
        assert!(!to(&lab, "team:2"));
        assert_eq!(texts(&lab.get("action=get_support_teams"), "support_session_count"), ["1", "1", "0"]);
        let lab = broken("transfer_session:only-once");
        assert!(!to(&lab, "team:2") && to(&lab, "team:1") && !to(&lab, "rep:1") && to(&lab, "team:3"));
    }

    #[test]
    fn with_a_defect_any_value_of_customer_removes_the_customer() {
        let lab = broken("leave_session:customer/any-value-counts");
        assert!(!is_error(&lab.get(&format!("action=leave_session&{C69}&rep_id=1&customer=0"))));
        assert!(is_error(&lab.get(&format!("action=get_session_attributes&{C69}"))));
    }
}
