//! get_logged_in_reps (p. 12) and set_rep_status (p. 14).
//!
//! In: the representatives of the site. Out: the ones logged in; or another status for one of them.

use super::super::clock::in_notation;
use super::super::site::Representative;
use super::super::state::{Client, State};
use super::super::xml::{Element, Kind, flag, leaf, node};
use super::parameters::{Shape, required};
use super::{Action, Call, Needs, Outcome, Refusal, hollow_list, hollow_message};

pub(crate) const GET_LOGGED_IN_REPS: Action = Action {
    name: "get_logged_in_reps",
    needs: Needs::Read,
    parameters: &[],
    custom_fields: false,
    list_root: Some("logged_in_reps"),
    message: None,
    error_named: true,
    run: get_logged_in_reps,
    hollow: hollow_list,
};

pub(crate) const SET_REP_STATUS: Action = Action {
    name: "set_rep_status",
    needs: Needs::ReadToChange,
    parameters: &[required("rep_id", Shape::Integer), required("code_name", Shape::Text)],
    custom_fields: false,
    list_root: None,
    message: None,
    error_named: true,
    run: set_rep_status,
    hollow: hollow_message,
};

fn get_logged_in_reps(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut listed: Vec<(&Representative, &Client)> = Vec::new();
    for rep in &state.site.representatives {
        if let Some(client) = state.consoles.get(&rep.id) {
            listed.push((rep, client));
        }
    }
    if call.broken("one-left-out") {
        listed.pop();
    }
    let mut root = node("logged_in_reps").children(listed.iter().map(|(rep, client)| entry(state, call, rep, client)));
    if call.broken("logged-out-listed") {
        let any = listed.first().map(|(_, client)| *client);
        let out = state.site.representatives.iter().find(|rep| !rep.gone && !state.logged_in(rep.id));
        root = root.children(out.zip(any).map(|(rep, client)| entry(state, call, rep, client)));
    }
    Ok(Some(root))
}

fn entry(state: &State, call: &Call<'_>, rep: &Representative, client: &Client) -> Element {
    let id = if call.broken("ids-not-unique") { 1 } else { rep.id };
    let sessions = state.sessions_of(rep.id).count();
    let sessions = match () {
        () if call.broken("session-count-stale") => stale_count(state, rep.id),
        () if call.broken("left-still-counted") => state.ever_in(rep.id),
        () => sessions,
    };
    let presenting = rep.presenting && !call.broken("presentations-not-counted");
    let since = if call.broken("logged-in-since-later") { call.now_s.saturating_add(86_400) } else { client.since_s };
    let since = in_notation(since, call.readings.of("logged-in-since-format"));
    let node = node("rep").many().attribute("id", id, Kind::Id);
    let node = names(node, call, rep).child(rep_type(rep, Kind::Name)).child(direct_link(state, call, rep));
    node.child(leaf("logged_in_since", since, Kind::Time))
        .child(leaf("presentation_count", u8::from(presenting), Kind::Integer))
        .child(leaf("support_session_count", sessions, Kind::Integer))
        .child(flag("showing_on_rep_list", rep.showing_on_rep_list))
}

/// The count as it was when the emulator started.
fn stale_count(state: &State, rep: i64) -> usize {
    state.site.sessions.iter().filter(|session| session.representatives.contains(&rep)).count()
}

/// The three display names; the deprecated one repeats the public one (p. 12, p. 16).
pub(super) fn names(node: Element, call: &Call<'_>, rep: &Representative) -> Element {
    let differs = call.broken("display-name-differs");
    let display = if differs { &rep.private_display_name } else { &rep.public_display_name };
    let swapped = call.broken("names-swapped");
    let (public, private) = if swapped {
        (&rep.private_display_name, &rep.public_display_name)
    } else {
        (&rep.public_display_name, &rep.private_display_name)
    };
    let display = if swapped { public } else { display };
    node.child(leaf("display_name", display, Kind::Text))
        .child(leaf("public_display_name", public, Kind::Text))
        .child(leaf("private_display_name", private, Kind::Text))
}

/// Any word where the guide lists types as examples (p. 12), a choice where it closes the list (p. 34).
pub(super) fn rep_type(rep: &Representative, kind: Kind) -> Element {
    leaf("type", if rep.invited { "Invited" } else { "Normal" }, kind)
}

/// The address at which a customer reaches a representative.
pub(super) fn start_url(state: &State, rep: i64) -> String {
    format!("https://{}/?rep_id={rep}", state.site.hostname)
}

fn direct_link(state: &State, call: &Call<'_>, rep: &Representative) -> Element {
    let url = start_url(state, if call.broken("direct-links-the-same") { 1 } else { rep.id });
    let url = if call.broken("direct-link-relative") { format!("/?rep_id={}", rep.id) } else { url };
    let words = "Start a support session";
    if call.broken("direct-link-without-anchor") {
        return leaf("direct_link", url, Kind::Link);
    }
    if call.reads("direct-link", "child_element") {
        let anchor = leaf("a", words, Kind::Text).attribute("href", url, Kind::Url);
        return node("direct_link").child(anchor);
    }
    leaf("direct_link", format!("<a href=\"{url}\">{words}</a>"), Kind::Link)
}

/// Guide: present if the status was set. A representative who is not logged in has no status to set.
fn set_rep_status(state: &mut State, call: &Call<'_>) -> Outcome {
    let code = call.given.must("code_name");
    if !state.site.statuses.iter().any(|status| status.code_name == code) {
        let accepted = call.broken("code_name/unknown-accepted");
        return Err(if accepted { Refusal::Hollow } else { Refusal::error(format!("There is no status {code}")) });
    }
    let id = call.given.integer("rep_id").unwrap_or_default();
    if !state.logged_in(id) {
        let accepted = state.rep(id).is_none() && call.broken("rep_id/unknown-accepted");
        return Err(if accepted { Refusal::Hollow } else { Refusal::error("The representative is not logged in") });
    }
    let everybody = call.broken("sets-everybody");
    for rep in &mut state.site.representatives {
        if rep.id == id || everybody {
            code.clone_into(&mut rep.status);
        }
    }
    Ok(Some(call.success("Status successfully set")))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, is_error, texts};

    #[test]
    fn everybody_logged_in_is_listed_with_what_the_guide_names() {
        let lab = Lab::new();
        let xml = lab.get("action=get_logged_in_reps");
        assert_eq!(xml.matches("<rep id=").count(), 4);
        assert!(xml.contains("<rep id=\"151\">") && !xml.contains("<rep id=\"12\">"));
        assert_eq!(texts(&xml, "display_name"), texts(&xml, "public_display_name"));
        assert_eq!(texts(&xml, "type"), ["Normal", "Normal", "Normal", "Invited"]);
        assert_eq!(texts(&xml, "support_session_count"), ["2", "1", "0", "1"]);
        assert_eq!(texts(&xml, "presentation_count"), ["0", "1", "0", "0"]);
        assert_eq!(texts(&xml, "showing_on_rep_list"), ["1", "1", "0", "0"]);
        assert!(texts(&xml, "direct_link")[0].starts_with("&lt;a href=\"https://support.example.com/"));
    }

    #[test]
    fn a_status_changes_how_sessions_are_routed() {
        let lab = Lab::new();
        let routing = || {
            let xml = lab.get("action=get_connected_clients&id=104");
            ["routing_idle", "routing_busy", "routing_available"].map(|name| texts(&xml, name)[0].to_owned())
        };
        assert_eq!(routing(), ["0", "0", "1"]);
        let xml = lab.get("action=set_rep_status&rep_id=5&code_name=busy");
        assert_eq!(texts(&xml, "success").len(), 1);
        assert_eq!(routing(), ["0", "1", "0"]);
        lab.get("action=set_rep_status&rep_id=5&code_name=idle");
        assert_eq!(routing(), ["1", "0", "0"]);
        for bad in [
            "rep_id=5",
            "code_name=busy",
            "rep_id=5&code_name=x",
            "rep_id=12&code_name=busy",
            "rep_id=a&code_name=busy",
        ] {
            assert!(is_error(&lab.get(&format!("action=set_rep_status&{bad}"))), "{bad}");
        }
        assert_eq!(routing(), ["1", "0", "0"]);
    }
}
