//! set_session_attributes (p. 27) and get_session_attributes (p. 28).
//!
//! In: a running session and values for its attributes. Out: what it holds; one that is not listed keeps
//! its value, an empty one is cleared.

use super::super::state::State;
use super::super::xml::{Kind, leaf, node};
use super::parameters::{Shape, required};
use super::sessions::session;
use super::{Action, Call, Needs, Outcome, custom, hollow_list, hollow_message};

pub(crate) const SET_SESSION_ATTRIBUTES: Action = Action {
    name: "set_session_attributes",
    needs: Needs::Full,
    parameters: &[required("lsid", Shape::Text)],
    custom_fields: true,
    list_root: None,
    message: Some("Session attributes were set"),
    error_named: true,
    run: set_session_attributes,
    hollow: hollow_message,
};

pub(crate) const GET_SESSION_ATTRIBUTES: Action = Action {
    name: "get_session_attributes",
    needs: Needs::Read,
    parameters: &[required("lsid", Shape::Text)],
    custom_fields: false,
    list_root: Some("custom_attributes"),
    message: None,
    error_named: true,
    run: get_session_attributes,
    hollow: hollow_list,
};

fn set_session_attributes(state: &mut State, call: &Call<'_>) -> Outcome {
    let present = session(state, call)?.attributes.clone();
    let values = custom::read(&call.reader(), &state.site, &present)?;
    let forgets = call.broken("unlisted-cleared");
    let first_only = call.broken("only-first-set");
    let everywhere = call.broken("sets-every-session");
    let lsid = call.given.must("lsid").to_owned();
    for session in state.sessions.iter_mut().filter(|one| (one.lsid == lsid || everywhere) && !one.ended) {
        if forgets {
            session.attributes.clear();
        }
        session.attributes.extend(values.iter().take(if first_only { 1 } else { usize::MAX }).cloned());
    }
    Ok(Some(call.success("Session attributes were set")))
}

fn get_session_attributes(state: &mut State, call: &Call<'_>) -> Outcome {
    let attributes = session(state, call)?.attributes.clone();
    let listed = |code: &str, value: &str| {
        (code != "external_key" || call.reads("attributes-external-key", "listed"))
            && (!value.is_empty() || call.reads("cleared-attribute", "empty"))
    };
    let external = ("external_key", "External Key");
    let fields = state.site.custom_fields.iter().map(|field| (field.code_name.as_str(), field.name.as_str()));
    let mut root = node("custom_attributes");
    for (code, name) in std::iter::once(external).chain(fields) {
        let Some(value) = attributes.get(code).filter(|value| listed(code, value)) else { continue };
        let value = if call.broken("values-left-out") { "" } else { value };
        let shown = if call.broken("code-and-name-swapped") { (name, code) } else { (code, name) };
        let entry = leaf("custom_attribute", value, Kind::Text).many();
        let entry = entry.attribute("display_name", shown.1, Kind::Text).attribute("code_name", shown.0, Kind::Text);
        root = root.child(entry);
    }
    Ok(Some(root))
}
