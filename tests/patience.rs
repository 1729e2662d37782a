//! What waits for something to run out is tested where the run may wait that long, and is not applicable elsewhere.

use touchmark::{
    commands::InMemory,
    model::verdict::Verdict::{self, NotApplicable, Pass},
    spec,
};

#[track_caller]
fn check(only: &str, patience_s: u32, expected: Verdict) {
    let spec = spec::embedded().expect("sound data");
    let run = InMemory { only: vec![format!("={only}")], patience_s, ..InMemory::default() }.run(&spec).expect("a run");
    let finding = &run.judged.findings[only];
    assert_eq!(finding.verdict, expected, "{only} with {patience_s} s: {:?}", finding.reason);
}

#[test]
fn a_session_key_runs_out_where_somebody_waits_for_it() {
    let id = "command/generate_session_key/ttl/runs-out";
    check(id, 0, NotApplicable);
    check(id, 81, NotApplicable);
    check(id, 82, Pass);
}

#[test]
fn the_hour_of_an_account_is_over_where_somebody_waits_for_it() {
    let id = "auth/rate_limit/per-hour/served-again";
    check(id, 3_600, NotApplicable);
    check(id, 3_660, Pass);
}
