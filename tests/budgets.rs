//! Runs within a budget, and runs that begin with what failed last time: no verdict is otherwise, but that something was not tested.

use std::{cell::Cell, collections::BTreeSet, rc::Rc};

use touchmark::{
    commands::InMemory,
    emulator::Config,
    model::{
        case::Class,
        exchange::Exchange,
        id::RequirementId,
        verdict::{Finding, Verdict},
    },
    run::{Budget, Run},
    send::Rate,
    spec,
};

use crate::support::{Cli, with_defect};

const NAME: &str = "command/get_logged_in_reps/response/logged_in_reps/rep/public_display_name";
const NO_NAME: &str = "drop:command/get_logged_in_reps:logged_in_reps/rep/public_display_name";

/// A run in memory: what is asked for, what the target does wrong, and what may be touched.
fn run(only: &[&str], defect: Option<&str>, allow: Class, more: InMemory) -> Run {
    let spec = spec::embedded().expect("sound data");
    let config = defect.map_or_else(Config::demo, with_defect);
    let only = only.iter().map(|prefix| (*prefix).to_owned()).collect();
    InMemory { config, only, allow, patience_s: 0, ..more }.run(&spec).expect("a run")
}

fn within(budget: &str) -> InMemory {
    InMemory { budget: Some(budget.parse::<Budget>().expect("a budget")), ..InMemory::default() }
}

/// What a finding says, apart from where it is seen and how often.
fn said(finding: &Finding) -> (Verdict, Option<&str>, Option<(&str, &str)>) {
    let shown = finding.evidence.as_ref().map(|one| (one.expected.as_str(), one.got.as_str()));
    (finding.verdict, finding.reading.as_deref(), shown)
}

/// What went out, in its order, with the requirement that it was for.
fn in_order(run: &Run) -> Vec<(Option<&RequirementId>, &Exchange)> {
    let mut all = Vec::new();
    for record in &run.records {
        all.extend(record.sent().map(|(_, exchange)| (record.case.purpose.requirement(), exchange)));
    }
    all.sort_by_key(|(_, exchange)| exchange.at_ms);
    all
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn within_any_budget_no_verdict_is_otherwise_but_that_something_was_not_tested() {
    let check = |only: &[&str], defect: Option<&str>, allow: Class, budgets: [u64; 3]| {
        let whole = run(only, defect, allow, InMemory::default());
        let mut tested = Vec::new();
        for most in [1].into_iter().chain(budgets) {
            let count: Rc<Cell<u64>> = Rc::default();
            let seen = Rc::clone(&count);
            let on_the_way = Box::new(move |_, _: &_, _: &mut _| seen.set(seen.get() + 1));
            let part = run(only, defect, allow, InMemory { on_the_way, ..within(&most.to_string()) });
            let name = format!("{only:?} with {defect:?} within {most}");
            // A handshake for a WebSocket is seen elsewhere.
            assert!((count.get()..count.get() + 3).contains(&part.requests), "{name}: {} and {count:?}", part.requests);
            // Where something is made it is put back, whatever was sent before.
            assert!(allow > Class::Read || part.requests <= most, "{name}: {}", part.requests);
            for (id, finding) in &part.judged.findings {
                let full = &whole.judged.findings[id];
                let not_tested = finding.verdict == Verdict::Inconclusive;
                assert!(not_tested || said(finding) == said(full), "{name}: {id}: {finding:?} and not {full:?}");
            }
            tested.push(part.judged.findings.values().filter(|finding| !finding.left_out).count());
        }
        assert_eq!(tested[3], whole.judged.findings.len(), "{only:?}: what fits is an ordinary run");
        assert!(tested[0] == 0 && tested[1] > 0 && tested[1] < tested[2], "{only:?}: {tested:?}");
    };
    check(&["command/get_logged_in_reps", "command/get_support_teams"], Some(NO_NAME), Class::Read, [20, 120, 9_000]);
    check(&["reporting/license_usage", "auth/token"], None, Class::Read, [15, 60, 9_000]);
    check(
        &["command/join_session"],
        Some("behaviour:command/join_session:lsid/unknown-accepted"),
        Class::Write,
        [30, 90, 9_000],
    );
    check(
        &["command/set_failover_role", "command/get_appliances", "command/check_health"],
        None,
        Class::Disrupt,
        [20, 60, 9_000],
    );
}

#[test]
fn a_budget_of_time_is_used_and_kept_to_at_the_pace_of_the_run() {
    let only = ["command/get_logged_in_reps", "command/get_support_teams", "command/get_connected_clients"];
    let rate = Rate::PerSecond(20);
    // Whatever the clock of the target says.
    for (budget, seconds, ahead_ms) in [("5s", 5, 0), ("8s", 8, 0), ("5s", 5, 3_600_000)] {
        let run = run(&only, None, Class::Read, InMemory { rate, ahead_ms, ..within(budget) });
        let all = in_order(&run);
        let took_ms = all.last().expect("a request").1.at_ms - all[0].1.at_ms;
        assert!(ahead_ms > 0 || took_ms <= seconds * 1_000, "{budget}: {took_ms} ms");
        // Twenty a second, besides a token for each account.
        let expected = seconds.unsigned_abs() * 20;
        assert!((expected / 2..expected + 10).contains(&run.requests), "{budget}: {}", run.requests);
        assert!(run.judged.findings.values().any(|finding| finding.left_out), "{budget}");
    }
}

#[test]
fn what_failed_last_time_goes_out_first_and_no_verdict_is_otherwise() {
    let check = |only: &[&str], defect: &str, failed: &str, first: &str| {
        let usual = run(only, Some(defect), Class::Disrupt, InMemory::default());
        let is_of = |run: &Run| {
            let tested: Vec<String> = in_order(run).iter().filter_map(|(id, _)| Some((*id)?.to_string())).collect();
            tested.first().is_some_and(|id| id.starts_with(first))
        };
        assert!(!is_of(&usual), "{failed}: it goes out first without being asked to");
        assert!(matches!(usual.judged.findings[failed].verdict, Verdict::Fail | Verdict::Warn), "{failed}");
        let more = InMemory { first: BTreeSet::from([failed.into()]), ..InMemory::default() };
        let asked = run(only, Some(defect), Class::Disrupt, more);
        assert!(is_of(&asked), "{failed}");
        for (id, finding) in &asked.judged.findings {
            let before = &usual.judged.findings[id];
            assert_eq!((said(finding), &finding.reason), (said(before), &before.reason), "{failed}: {id}");
        }
    };
    let reps = ["command/get_logged_in_reps", "command/get_connected_clients", "command/get_api_info"];
    // What looks at all answers is shown by plain requests.
    check(&reps, NO_NAME, NAME, "command/get_logged_in_reps/");
    let lsid = "command/join_session/param/lsid/unknown";
    check(&["command/join_session"], "behaviour:command/join_session:lsid/unknown-accepted", lsid, lsid);
}

#[test]
fn what_failed_last_time_is_found_by_a_few_requests_of_thousands() {
    let cli = Cli::new();
    let said = cli.run(&["certify", "--only", "command/get_logged_in_reps", "--failed-first", "--defect", NO_NAME]);
    assert!(said.exits(1).stderr.contains("there is no touchmark-report/report.json yet"), "{}", said.stderr);
    assert_eq!(cli.report().gaps(), [NAME]);
    let few = ["certify", "--budget", "10", "--defect", NO_NAME];
    cli.run(&[&few[..], &["--report-dir", "other"]].concat()).exits(3);
    let ran = cli.run(&[&few[..], &["--failed-first"]].concat());
    assert!(ran.exits(1).stderr.contains("first goes what failed by touchmark-report/report.json: 1 requirement"));
    assert_eq!(cli.report().gaps(), [NAME]);
    assert!(ran.stdout.contains("not conformant: 1 gap, and the budget of 10 requests left out"), "{}", ran.stdout);
    // A budget in which it does not fit forgets nothing.
    cli.run(&["certify", "--failed-first", "--budget", "1"]).exits(3);
    let ran = cli.run(&["certify", "--failed-first=touchmark-report", "--budget", "1", "--shard", "1/2"]);
    assert!(ran.exits(3).stderr.contains("1 requirement"), "{}", ran.stderr);
}

#[test]
fn a_run_that_left_something_out_is_never_conformant_and_the_rest_can_follow() {
    let cli = Cli::new();
    let only = ["--only", "command/get_logged_in_reps", "--only", "command/get_support_teams"];
    let ran = cli.run(&[&["certify", "--budget", "40", "--report", "html", "--report", "junit"], &only[..]].concat());
    ran.exits(3);
    let report = cli.report();
    let left_out = report.0["left_out"].as_array().expect("a list").clone();
    let (all, passed) = (report.verdicts().len(), report.of("pass").len());
    assert!(passed > 0 && left_out.len() + passed == all, "{} and {passed} of {all}", left_out.len());
    let verdicts = report.verdicts();
    assert!(left_out.iter().all(|id| verdicts[id.as_str().expect("an id")] == "inconclusive"));
    let says =
        format!("nothing failed in what was tested, but the budget of 40 requests left out {} of", left_out.len());
    for text in [&ran.stdout, &cli.read("touchmark-report/report.html")] {
        assert!(text.contains(&says), "{text}");
    }
    assert!(!ran.stdout.contains("conformant"), "{}", ran.stdout);
    // Offline it is the same.
    let judged = cli.run(&["judge", "touchmark-report"]);
    assert!(judged.exits(3).stdout.contains(&says), "{}", judged.stdout);
    // What a budget left out may be in a file of known gaps.
    cli.write("known.toml", &format!("[[gap]]\nid = {}\nreason = 'x'\nexpires = '2999-01-01'\n", left_out[0]));
    cli.run(&[&["certify", "--budget", "40", "--known-gaps", "known.toml"], &only[..]].concat()).exits(3);
    let rest = cli.run(&[&["certify", "--resume", "touchmark-report"], &only[..]].concat());
    assert!(rest.exits(0).stdout.contains("conformant in the"), "{}", rest.stdout);
    let sent = |report: &crate::support::Report| report.0["run"]["requests"].as_u64().expect("a number");
    cli.run(&[&["certify", "--budget", "5000"], &only[..]].concat()).exits(0);
    let whole = cli.report();
    assert!(sent(&whole) > 40 && whole.0.get("left_out").is_none() && whole.verdicts().len() == all);
}

#[test]
fn a_budget_of_nothing_and_a_last_report_that_is_none_are_refused_with_what_to_do() {
    let cli = Cli::new();
    let check = |options: &[&str], says: &[&str]| {
        let ran = cli.run(&[&["certify", "--only", "command/get_api_info"], options].concat());
        ran.exits(2);
        says.iter().for_each(|part| assert!(ran.stderr.contains(part), "{options:?}: {}", ran.stderr));
        assert!(!cli.path("touchmark-report/report.json").exists(), "{options:?}: nothing was sent");
    };
    for budget in ["0", "0s", "", "-3", "soon", "99999999999", "5 m", "721h"] {
        check(&["--budget", budget], &["'--budget <N|TIME>'"]);
    }
    cli.write("touchmark.toml", "suites = [\"fuzz\"]\n");
    check(&["--budget", "60s"], &["touchmark fuzz has --requests and --time"]);
    cli.write("touchmark.toml", "");
    let rest = "name the report.json of an earlier run, or leave it out; nothing was sent";
    check(&["--failed-first=none.json"], &["--failed-first none.json: No such file", rest]);
    cli.write("broken.json", "{\"schema_version\": 1");
    check(&["--failed-first=broken.json"], &["--failed-first broken.json: not a report", rest]);
    cli.write("foreign.json", "<testsuites/>");
    check(&["--failed-first=foreign.json"], &["it does not begin with `{`", rest]);
    check(&["--failed-first=."], &["./report.json: No such file", rest]);
    let ran = cli.run(&["certify", "--only", "command/get_api_info/smallest", "--failed-first"]);
    assert!(ran.exits(0).stderr.contains("so nothing goes before the rest"), "{}", ran.stderr);
    cli.write("touchmark-report/report.json", "[]");
    let ran = cli.run(&["certify", "--only", "command/get_api_info/smallest", "--failed-first"]);
    assert!(ran.exits(2).stderr.contains("touchmark-report/report.json: not a report"), "{}", ran.stderr);
}
