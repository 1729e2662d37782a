//! Failover where there is no peer: what needs one steps aside, and says by whose word.

use std::{cell::Cell, rc::Rc};

use touchmark::{
    commands::InMemory,
    emulator::Config,
    model::verdict::Verdict::{self, NotApplicable, Pass},
    spec,
};

use crate::support::Cli;

/// Runs what is asked of the failover role and of the health. Gives verdicts by id, and the count of changes of the role that were asked for.
fn run(config: Config) -> (Vec<(String, Verdict, String)>, u32) {
    let asked = Rc::new(Cell::new(0));
    let counted = Rc::clone(&asked);
    let run = InMemory {
        config,
        only: vec!["command/set_failover_role/".to_owned(), "command/check_health/".to_owned()],
        on_the_way: Box::new(move |_, request, _| {
            let query = request.target.clone() + &String::from_utf8_lossy(&request.body);
            counted.set(counted.get() + u32::from(query.contains("set_failover_role")));
        }),
        ..InMemory::default()
    };
    let run = run.run(&spec::embedded().expect("sound data")).expect("a run");
    let findings = run.judged.findings.iter();
    let findings = findings.map(|(id, f)| (id.to_string(), f.verdict, f.reason.clone().unwrap_or_default()));
    (findings.collect(), asked.get())
}

/// Those of a beginning have the verdict, all others of the endpoint step aside for the fixture.
fn check(findings: &[(String, Verdict, String)], prefix: &str, fixture: &str) {
    for (id, verdict, reason) in findings.iter().filter(|(id, ..)| id.starts_with("command/set_failover_role/")) {
        if id.starts_with(prefix) {
            assert_eq!(*verdict, Pass, "{id}: {reason}");
        } else {
            assert_eq!(*verdict, NotApplicable, "{id}: {reason}");
            assert!(reason.contains(fixture) || id.contains("/unreachable-peer/"), "{id}: {reason}");
        }
    }
}

#[test]
fn where_the_peer_cannot_be_reached_only_that_is_tested() {
    let mut config = Config::demo();
    config.site.health.peer_unreachable = true;
    let (findings, _) = run(config);
    let tested = findings.iter().filter(|(id, ..)| id.contains("/unreachable-peer/")).count();
    assert_eq!(tested, 3);
    check(&findings, "command/set_failover_role/unreachable-peer/", "the operator says known_unreachable_peer = ");
    let known = findings.iter().find(|(id, ..)| id == "command/check_health/role-as-the-operator-knows-it");
    assert_eq!(known.expect("a verdict").1, Pass);
}

#[test]
fn where_there_is_no_failover_no_role_is_ever_set() {
    let mut config = Config::demo();
    config.site.appliances.iter_mut().for_each(|one| one.failover_role = "none".to_owned());
    let (findings, asked) = run(config);
    check(&findings, "none passes", "the operator says known_failover_role = none");
    assert_eq!(asked, 0);
    let known = findings.iter().find(|(id, ..)| id == "command/check_health/role-as-the-operator-knows-it");
    assert_eq!(known.expect("a verdict").1, Pass);
}

#[test]
fn a_role_that_is_none_is_no_fact_of_a_target() {
    let cli = Cli::new();
    cli.write("touchmark.toml", "[fixtures]\nknown_failover_role = \"main\"\n");
    let says = "touchmark.toml: [fixtures] known_failover_role: `main` is none of none, primary, backup";
    let ran = cli.run(&["certify", "--target", "http://127.0.0.1:9", "--account", "id:secret"]);
    assert!(ran.exits(2).stderr.contains(says), "{}", ran.stderr);
}
