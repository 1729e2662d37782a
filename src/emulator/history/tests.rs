//! The history of the demo site holds together. Only tests use it.

use super::super::configuration::{Beginning, Edition};
use super::super::site::Site;
use super::super::state::State;
use super::{End, Record, Who};

const NOW_S: i64 = 1_700_000_000;

fn demo() -> State {
    let configuration = Beginning::new(Edition::short(), &Site::demo(), &[], NOW_S);
    State::new(Site::demo(), configuration, NOW_S)
}

fn kinds(records: &[&Record]) -> Vec<String> {
    let mut kinds: Vec<String> =
        records.iter().flat_map(|record| &record.events).map(|event| event.kind.clone()).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

#[test]
fn there_is_every_kind_of_session_and_event() {
    let state = demo();
    let all = state.history.sessions();
    let kinds = kinds(&all);
    assert_eq!(kinds.len(), 34, "{kinds:?}");
    let some = |what: &dyn Fn(&Record) -> bool| assert!(all.iter().any(|record| what(record)));
    some(&|record| record.members.is_empty() && record.end_s().is_some());
    some(&|record| record.teams.is_empty() && record.primary.is_none());
    some(&|record| record.teams.len() > 1 && record.members.iter().filter(|member| member.owner).count() > 1);
    some(&|record| matches!(record.end, End::Lost(_)));
    some(&|record| record.seconds(NOW_S) > 86_400);
    some(&|record| record.shells > 1 && record.shown > 1);
    some(&|record| record.portal == 1);
    assert_eq!(all.iter().filter(|record| record.end == End::Running).count(), 4);
}

#[test]
fn nobody_is_in_a_session_without_being_logged_in() {
    let state = demo();
    for record in state.history.sessions() {
        for member in &record.members {
            let login = state.history.logins.iter().find(|one| one.connection.gsnumber == member.connection.gsnumber);
            let login = login.expect("a login");
            for (from, until) in &member.spans {
                assert!(login.rep == member.rep && login.holds(*from), "{} {}", record.lsid, member.rep);
                assert!(until.is_none_or(|until| login.holds(until)), "{} {}", record.lsid, member.rep);
            }
            assert!(record.seconds_of(member, NOW_S) <= record.seconds(NOW_S));
        }
        for event in &record.events {
            let members = |who: Who| !matches!(who, Who::Member(index) if index >= record.members.len());
            assert!(members(event.by) && event.to.is_none_or(members));
            assert!(event.at_s >= record.start_s && event.at_s <= NOW_S);
        }
        assert!(record.primary_rep().is_none_or(|member| member.owner));
    }
}

#[test]
fn whoever_does_something_in_a_team_is_logged_in() {
    let state = demo();
    for told in &state.history.team_events {
        if let super::Person::Rep(rep) = told.line.who {
            assert!(state.history.login(rep, told.at_s).is_some_and(|login| login.holds(told.at_s)), "{told:?}");
        }
    }
}
