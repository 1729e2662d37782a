//! What a case changed is put back, whatever became of the case.

use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering};

use touchmark::{
    commands::InMemory,
    emulator::{Request, Response},
    model::verdict::Verdict,
    spec::{self, Capture, Demand, Input, Query, Requirement, Spec},
};

use crate::{
    memory::{Gone, travel},
    support::with_defect,
};

/// What happens to the answers that are struck.
#[derive(Clone, Copy)]
enum Blow {
    /// None of them is an accepted one.
    Refused,
    /// None of them arrives.
    NoAnswer,
    /// They arrive, and the run is stopped.
    Stop,
    /// Nothing happens.
    None,
}

/// Makes the primary of a failover pair the backup and the primary again, and looks each time.
const THERE_AND_BACK: &str = "command/set_failover_role/effect/check-health";

/// Makes it the backup, and nothing else.
const THERE: &str = "command/set_failover_role/message/without-data-sync";

/// Plays one requirement, strikes the answers to requests that hold a text, and says which calls with one of some texts went out.
fn calls(spec: &Spec, id: &str, struck: &'static str, blow: Blow, of: &[&str]) -> Vec<String> {
    let stop = Arc::new(AtomicBool::new(false));
    let seen = stop.clone();
    let on_the_way = Box::new(move |_, request: &Request, response: &mut Response| {
        if request.target.contains(struck) {
            match blow {
                Blow::Refused => (response.status, response.body) = (500, Vec::new()),
                Blow::NoAnswer => response.status = 0,
                Blow::Stop => seen.store(true, Ordering::Relaxed),
                Blow::None => {}
            }
        }
    });
    let gone = travel(spec, InMemory { only: vec![format!("={id}")], on_the_way, stop, ..InMemory::default() });
    let word = |one: &Gone| of.iter().find(|text| one.target.contains(*text)).map(|text| (*text).to_owned());
    gone.iter().filter_map(word).collect()
}

#[track_caller]
fn check(id: &str, struck: &'static str, blow: Blow, expected: &[&str]) {
    let spec = spec::embedded().expect("sound data");
    assert_eq!(calls(&spec, id, struck, blow, &["check_health", "role=backup", "role=primary"]), expected);
}

#[test]
fn what_a_case_changed_is_put_back_whatever_became_of_its_steps() {
    let there = ["check_health", "role=backup", "role=primary", "check_health"];
    check(THERE, "role=backup", Blow::None, &there);
    // A case that fails is played three times, and one whose answers are lost five times.
    check(THERE, "role=backup", Blow::Refused, &there.repeat(3));
    check(THERE, "role=backup", Blow::NoAnswer, &there.repeat(5));
    check(THERE, "role=backup", Blow::Stop, &there);
}

#[test]
fn a_stop_leaves_out_the_steps_and_not_the_teardown() {
    let look = ["check_health", "role=backup", "check_health", "role=primary", "check_health"];
    let whole = [&look[..], &["role=primary", "check_health"]].concat();
    check(THERE_AND_BACK, "role=backup", Blow::None, &whole);
    check(THERE_AND_BACK, "role=backup", Blow::Stop, &["check_health", "role=backup", "role=primary", "check_health"]);
}

#[test]
fn where_only_reads_went_out_nothing_is_put_back() {
    check(THERE, "check_health", Blow::Refused, &["check_health"]);
    // Each of five times it is asked for, and asked for again three times.
    check(THERE, "check_health", Blow::NoAnswer, &["check_health"; 20]);
    check(THERE, "check_health", Blow::Stop, &["check_health"]);
}

#[test]
fn a_capture_that_finds_nothing_ends_the_case_and_leaves_out_what_needs_it() {
    let mut spec = spec::embedded().expect("sound data");
    let requirement = spec.requirements.get_mut(THERE_AND_BACK).expect("a requirement");
    let requirement: &mut Requirement = Arc::make_mut(requirement);
    let Demand::Steps(steps) = &mut requirement.demand else { panic!("steps are sent for it") };
    let nothing = Query::parse("//nothing").expect("a query");
    steps[1].capture.push(Capture::plain("nothing", nothing));
    let mut unknown = requirement.teardown[0].clone();
    unknown.parameters.push(("force".to_owned(), Input::Text("${nothing}".to_owned())));
    requirement.teardown.insert(0, unknown);
    let calls = calls(&spec, THERE_AND_BACK, "-", Blow::None, &["check_health", "role=backup", "role=primary"]);
    assert_eq!(calls, ["check_health", "role=backup", "role=primary", "check_health"]);
}

#[test]
fn a_session_that_was_made_for_a_case_ends_when_the_run_is_stopped() {
    let spec = spec::embedded().expect("sound data");
    let of = ["create_virtual_customer", "join_session", "terminate_session"];
    let calls = calls(&spec, "command/join_session/effect/member", "join_session", Blow::Stop, &of);
    assert!(calls.starts_with(&of.map(str::to_owned)), "{calls:?}");
}

#[test]
fn what_was_not_put_back_is_told_and_makes_no_verdict() {
    let spec = spec::embedded().expect("sound data");
    let stuck = with_defect("behaviour:command/set_failover_role:role/primary-refused");
    let run = InMemory { config: stuck, only: vec![format!("={THERE}")], ..InMemory::default() };
    let run = run.run(&spec).expect("a target that can be certified");
    assert_eq!(run.judged.findings[THERE].verdict, Verdict::Pass);
    let left: Vec<&str> = run.judged.observations.iter().map(|seen| seen.requirement.as_str()).collect();
    assert_eq!(left, [THERE]);
}

/// A target that refuses everything for a while once a data sync was started, as p. 40 has it, and that is the primary again only if it
/// is asked to be one after that.
#[test]
fn a_role_is_put_back_once_a_data_sync_is_over() {
    let spec = spec::embedded().expect("sound data");
    for (busy_ms, is_left) in [(120_000, false), (900_000, true)] {
        let until = std::cell::Cell::new(0_i64);
        let on_the_way = Box::new(move |now_ms: i64, request: &Request, response: &mut Response| {
            if now_ms < until.get() && request.target.starts_with("/api/") {
                (response.status, response.body) = (503, b"a data sync is under way".to_vec());
            } else if request.target.contains("data_sync_first=1") {
                until.set(now_ms + busy_ms);
            }
        });
        let only = vec!["=command/set_failover_role/sync/message".to_owned()];
        let run = InMemory { only, on_the_way, ..InMemory::default() }.run(&spec).expect("a run");
        let left = run.judged.observations.iter().any(|seen| seen.what.starts_with("what it changed was not put back"));
        assert_eq!(left, is_left, "{busy_ms}: {:?}", run.judged.observations);
        assert_eq!(run.judged.left.iter().any(|left| left.ends.is_some()), is_left, "{:?}", run.judged.left);
    }
}
