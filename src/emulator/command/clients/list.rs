//! get_connected_client_list (p. 31).
//!
//! In: everybody who is connected, by type. Out: a summary by appliance and type, and the ids unless only
//! the summary is asked for. The two agree.

use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::parameters::{CLIENT_TYPES, Shape, optional};
use super::super::{Action, Call, Needs, Outcome, hollow_list};
use super::{asked_for, connected};

pub(crate) const GET_CONNECTED_CLIENT_LIST: Action = Action {
    name: "get_connected_client_list",
    needs: Needs::Read,
    parameters: &[optional("type", Shape::ClientTypes), optional("summary_only", Shape::Flag(&["1"]))],
    custom_fields: false,
    list_root: Some("connected_client_list"),
    message: None,
    error_named: true,
    run: get_connected_client_list,
    hollow: hollow_list,
};

fn get_connected_client_list(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut root = node("connected_client_list").child(summary(state, call));
    let summary_only = call.given.flag("summary_only") || call.broken("summary-always-alone");
    if summary_only {
        return Ok(Some(root));
    }
    let same = call.broken("ids-not-unique");
    for (who, client) in connected(state, call) {
        if asked_for(call, who.kind()) {
            let id = if same { "101" } else { client.id.as_str() };
            let kind = if call.broken("types-wrong") { "representative" } else { who.kind() };
            let entry = node("connected_client").many().attribute("type", kind, Kind::Choice);
            root = root.child(entry.attribute("id", id, Kind::Name));
        }
    }
    Ok(Some(root))
}

fn summary(state: &State, call: &Call<'_>) -> Element {
    let told = if call.broken("summary-of-one-appliance") { 1 } else { usize::MAX };
    let entries = state.site.appliances.iter().take(told).enumerate().map(|(at, appliance)| {
        let pinned = appliance.pinned_clients;
        let entry = node("appliance_summary").many().attribute("id", &appliance.id, Kind::Guid);
        // Everybody is connected to the appliance that answers, which is the first.
        entry.children(counts(state, call, at == 0, pinned))
    });
    node("connected_client_summary").children(entries)
}

/// Counts of the types asked for; pinned clients count only among all (p. 31).
fn counts(state: &State, call: &Call<'_>, here: bool, pinned: usize) -> Vec<Element> {
    let all = call.given.text("type").is_none_or(|types| types.split(',').any(|one| one == "all"));
    let wrong = usize::from(call.broken("summary-counts-wrong") && here);
    let zeros = call.reads("summary-other-types", "zero");
    let parts = call.broken("counted-in-parts");
    let everybody = connected(state, call);
    let mut counts = Vec::new();
    for kind in CLIENT_TYPES.iter().filter(|kind| **kind != "all") {
        let found = everybody.iter().filter(|(who, _)| here && who.kind() == *kind).count() + wrong;
        let unfiltered = call.broken("summary-not-filtered");
        match asked_for(call, kind) || unfiltered {
            true if parts => counts.extend([count(kind, found / 2), count(kind, found - found / 2)]),
            true => counts.push(count(kind, found)),
            false if zeros => counts.push(count(kind, 0)),
            false => {}
        }
    }
    if all && !call.broken("pinned-clients-not-counted") {
        counts.push(count("pinned_client", pinned));
    } else if zeros {
        counts.push(count("pinned_client", 0));
    }
    counts
}

fn count(kind: &str, number: usize) -> Element {
    leaf("count", number, Kind::Integer).many().attribute("type", kind, Kind::Choice)
}

#[cfg(test)]
mod tests {
    use super::super::super::super::testing::{Lab, is_error, texts};

    #[test]
    fn the_summary_agrees_with_the_list() {
        let lab = Lab::new();
        let counts = |query: &str| {
            let xml = lab.get(&format!("action=get_connected_client_list{query}"));
            (texts(&xml, "count").join(" "), xml.matches("<connected_client ").count())
        };
        assert_eq!(counts(""), ("4 4 1 2 17 0 0 0 0 0".into(), 11));
        assert_eq!(counts("&type=representative"), ("4 0".into(), 4));
        assert_eq!(counts("&type=representative,push_agent&summary_only=1"), ("4 2 0 0".into(), 0));
        assert_eq!(counts("&summary_only=1"), ("4 4 1 2 17 0 0 0 0 0".into(), 0));
        assert!(is_error(&lab.get("action=get_connected_client_list&type=pinned_client")));
        assert!(is_error(&lab.get("action=get_connected_client_list&summary_only=yes")));
    }
}
