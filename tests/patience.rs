//! What waits for something to run out is tested where the run may wait that long, and is not applicable elsewhere.

use touchmark::{
    commands::InMemory,
    emulator::{self, Config},
    model::verdict::Verdict::{self, Fail, NotApplicable, Pass},
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

#[test]
fn what_a_feed_says_of_a_session_is_in_the_archive_of_that_time_where_somebody_waits_for_it() {
    let spec = spec::embedded().expect("sound data");
    let lost = "behaviour:archive/archive:sessions-of-today-lost";
    for (defect, patience_s, expected) in [(None, 2_399, NotApplicable), (None, 2_400, Pass), (Some(lost), 2_400, Fail)]
    {
        let defects = defect.map(|id| emulator::find_defect(id).expect("a defect"));
        let config = Config { defects: defects.into_iter().collect(), ..Config::demo() };
        let only = ["archive/archive/set/own", "archive/archive/as-the-feed"].map(|id| format!("={id}")).to_vec();
        let run = InMemory { config, only, patience_s, ..InMemory::default() }.run(&spec).expect("a run");
        let finding = &run.judged.findings["archive/archive/as-the-feed"];
        assert_eq!(finding.verdict, expected, "{defect:?} with {patience_s} s: {:?}", finding.reason);
    }
}
