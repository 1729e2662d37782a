//! get_support_teams (p. 15).
//!
//! In: the teams and the sessions that wait for them. Out: each team with its issues, and with its members
//! if they are asked for.

use super::super::site::{Issue, Representative, Team};
use super::super::state::State;
use super::super::xml::{Element, Kind, leaf, node};
use super::parameters::{Shape, optional};
use super::{Action, Call, Needs, Outcome, hollow_list, reps};

pub(crate) const GET_SUPPORT_TEAMS: Action = Action {
    name: "get_support_teams",
    needs: Needs::Read,
    parameters: &[optional("showmembers", Shape::Flag(&["1"]))],
    custom_fields: false,
    list_root: Some("support_teams"),
    message: None,
    error_named: true,
    run: get_support_teams,
    hollow: hollow_list,
};

fn get_support_teams(state: &mut State, call: &Call<'_>) -> Outcome {
    let teams = state.site.teams.iter().map(|team| entry(state, call, team));
    Ok(Some(node("support_teams").children(teams)))
}

fn entry(state: &State, call: &Call<'_>, team: &Team) -> Element {
    let id = if call.broken("ids-not-unique") { 1 } else { team.id };
    let count = match () {
        () if call.broken("session-count-stale") => {
            let queue = format!("team:{}", team.id);
            state.site.sessions.iter().filter(|one| one.queue == queue && one.representatives.is_empty()).count()
        }
        () if call.broken("session-count-of-running") => {
            let active = |session: &&super::super::state::Session| {
                session.representatives.iter().any(|rep| team.members.contains(rep))
            };
            state.running().filter(active).count()
        }
        () if call.broken("ended-still-counted") => state.waiting_or_over(team.id),
        () if call.broken("taken-still-counted") => state.queued_in(team.id),
        () => {
            let both = call.defects.has("command/transfer_session", "counted-in-both");
            state.waiting_in(team.id) + if both { state.gone_from(team.id) } else { 0 }
        }
    };
    let count = count + usize::from(call.broken("session-count-one-too-many"));
    let node = node("support_team").many().attribute("id", id, Kind::Id);
    let node = node.child(leaf("name", &team.name, Kind::Text)).child(issues(call, team));
    let node = node.child(leaf("support_session_count", count, Kind::Integer));
    let shown = call.given.flag("showmembers") || call.broken("members-always-shown");
    let left_out = team.members.is_empty() && call.broken("members-of-empty-teams-left-out");
    if shown && !left_out { node.child(members(state, call, team)) } else { node }
}

fn issues(call: &Call<'_>, team: &Team) -> Element {
    if team.issues.is_empty() && call.reads("issues-blank", "issue_empty") {
        return node("issues").child(node("issue").many());
    }
    let same = call.broken("issue-ids-not-unique");
    let one = |issue: &Issue| {
        let id = if same { 1 } else { issue.id };
        let node = node("issue").many().attribute("id", id, Kind::Name);
        node.child(leaf("title", &issue.title, Kind::Text))
    };
    node("issues").children(team.issues.iter().map(one))
}

fn members(state: &State, call: &Call<'_>, team: &Team) -> Element {
    let everybody = team.members.is_empty() && call.broken("members-of-empty-teams-shown");
    let chosen = |rep: &&Representative| !rep.gone && (everybody || team.members.contains(&rep.id));
    let members = state.site.representatives.iter().filter(chosen).map(|rep| {
        // Who should be a member is known to nobody outside.
        let node = node("representative").many().dispensable().attribute("id", rep.id, Kind::Id);
        reps::names(node.child(leaf("username", &rep.username, Kind::Name)), call, rep)
    });
    node("members").children(members)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, texts};

    #[test]
    fn teams_have_issues_and_on_request_members() {
        let lab = Lab::new();
        let plain = lab.get("action=get_support_teams");
        assert_eq!(texts(&plain, "name"), ["Help Desk", "Night Watch", "Escalations"]);
        assert!(plain.contains("<issue id=\"1\"><title>Something else</title></issue>"));
        assert!(plain.contains("<issues/>") && !plain.contains("members"));
        let shown = lab.get("action=get_support_teams&showmembers=1");
        assert_eq!(texts(&shown, "username"), ["admin", "jsmith", "zoe.no\u{eb}l", "nightshift", "shared", "shared"]);
        assert!(shown.contains("<members/>"));
    }

    #[test]
    fn the_count_is_of_sessions_that_wait() {
        let lab = Lab::new();
        let count = || texts(&lab.get("action=get_support_teams"), "support_session_count").join(" ");
        assert_eq!(count(), "1 0 0");
        lab.get("action=transfer_session&lsid=c69a8e10bea9428f816cfababe9815fe&queue_id=team:1");
        assert_eq!(count(), "2 0 0");
        lab.get("action=join_session&lsid=c69a8e10bea9428f816cfababe9815fe&rep_id=151");
        assert_eq!(count(), "1 0 0");
    }
}
