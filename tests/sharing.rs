//! Cases of a group share answers to equal requests: requests are what a run costs on a real appliance, and no verdict rests on fewer facts.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    rc::Rc,
};

use touchmark::{
    commands::InMemory,
    emulator::{Config, Request, Response},
    judge,
    model::{
        case::{CONTROL, Purpose, Role},
        exchange::Exchange,
        record::Record,
        verdict::Verdict,
    },
    run::Run,
    spec::{self, TAKEN_AWAY},
};

use crate::support::with_defect;

const GROUP: &str = "reporting/license_usage/";

fn run(only: &str, config: Config, on_the_way: impl Fn(&Request, &mut Response) + 'static) -> Run {
    let spec = spec::embedded().expect("sound data");
    let on_the_way = Box::new(move |_, request: &Request, response: &mut Response| on_the_way(request, response));
    InMemory { config, only: vec![only.to_owned()], on_the_way, ..InMemory::default() }.run(&spec).expect("a run")
}

fn shared(record: &Record) -> impl Iterator<Item = &Exchange> {
    record.exchanges.iter().filter(|exchange| exchange.shared.is_some())
}

#[test]
fn what_is_shared_was_sent_once_by_an_earlier_case() {
    let wire: Rc<RefCell<Vec<String>>> = Rc::default();
    let seen = Rc::clone(&wire);
    let run = run(GROUP, Config::demo(), move |request, _| {
        seen.borrow_mut().push(format!("{} {}", request.target, String::from_utf8_lossy(&request.body)))
    });
    let all: Vec<&Exchange> = run.records.iter().flat_map(shared).collect();
    assert!(all.len() > 30, "{}", all.len());
    for exchange in all {
        let of = |one: &Exchange| (one.at_ms, one.sent.clone(), one.outcome.clone());
        let sent = run.records.iter().flat_map(Record::sent).any(|(_, one)| of(one) == of(exchange));
        assert!(sent, "{exchange:?}");
    }
    let asked = wire.borrow().iter().filter(|target| target.contains("LicenseUsage")).count();
    let of_group = |one: &&Exchange| one.endpoint == "reporting/license_usage";
    let recorded = run.records.iter().flat_map(Record::sent).map(|(_, one)| one).filter(of_group).count();
    assert_eq!(asked, recorded);
    let whole = run.records.iter().flat_map(|record| &record.exchanges).filter(of_group).count();
    assert!(4 * asked < 3 * whole, "{asked} of {whole}");
    assert!(run.judged.findings.values().all(|one| one.verdict != Verdict::Fail));
}

/// As where an account loses its permission while the run goes on: from then on every refusal is for another reason.
#[test]
fn a_control_that_is_refused_behind_its_refusals_speaks_for_none_of_them() {
    let tried = |from: usize| {
        let count = Cell::new(0);
        let run = run(GROUP, Config::demo(), move |request, response| {
            if request.target.contains("LicenseUsage") {
                count.set(count.get() + 1);
                if count.get() > from {
                    (response.status, response.body) = (403, b"{\"message\":\"no\"}".to_vec());
                }
            }
        });
        // What was accepted rests on nothing but itself.
        let spec = spec::embedded().expect("sound data");
        let is_refused = |one: &Exchange| one.role == Role::Probe && !judge::accepted(&spec, one);
        let rests = |record: &&Record| {
            shared(record).any(|one| one.role == Role::Control) && record.exchanges.iter().any(is_refused)
        };
        let of = |record: &Record| record.case.purpose.requirement().cloned();
        let resting: BTreeSet<_> = run.records.iter().filter(rests).filter_map(of).collect();
        let passes = |id: &&_| run.judged.findings[*id].verdict == Verdict::Pass;
        (resting.len(), resting.iter().filter(passes).count())
    };
    let (resting, passing) = tried(usize::MAX);
    assert!(resting > 10 && passing > 10, "{passing} of {resting}");
    for from in [10, 25, 40] {
        let (resting, passing) = tried(from);
        assert!(resting > 0 && passing == 0, "after {from}: {passing} of {resting}");
    }
}

#[test]
fn a_fail_is_confirmed_by_requests_of_its_own() {
    let run = run(GROUP, with_defect("behaviour:reporting/license_usage:times-not-those-asked-for"), |_, _| {});
    let failing = run.judged.findings.values().filter(|one| matches!(one.verdict, Verdict::Fail | Verdict::Warn));
    let evidence: Vec<_> = failing.filter_map(|one| one.evidence.as_ref()).collect();
    assert!(!evidence.is_empty(), "{:?}", run.judged.findings);
    for one in evidence {
        assert!(shared(&run.records[one.record]).next().is_none(), "{one:?}");
    }
}

/// The requests that a group sends, and what else is asked of them, by the uses of a flow.
fn uses<'r>(run: &'r Run, flow: &'r str) -> impl Iterator<Item = &'r Exchange> {
    let is_of = move |record: &&Record| matches!(&record.case.purpose, Purpose::Flow { name, .. } if name == flow);
    run.records.iter().filter(is_of).flat_map(|record| &record.exchanges)
}

#[test]
fn a_group_asks_one_control_of_each_account_again() {
    let run = run(GROUP, Config::demo(), |_, _| {});
    let again: Vec<_> = uses(&run, CONTROL).filter_map(Exchange::request).collect();
    let accounts: BTreeSet<String> =
        again.iter().map(|one| format!("{:?} {:?}", one.account, one.credential)).collect();
    assert!(!again.is_empty() && again.len() == accounts.len(), "{again:?}");
}

#[test]
fn a_conversation_that_others_rest_on_is_held_once() {
    let run = run("realtime/websocket_close/", Config::demo(), |_, _| {});
    let controls = || run.records.iter().flat_map(|record| &record.exchanges).filter(|one| one.role == Role::Control);
    let sent = controls().filter(|one| one.shared.is_none()).count();
    assert!(4 * sent < controls().count(), "{sent} of {}", controls().count());
}

#[test]
fn what_changes_something_is_sent_once_for_all_that_ask_only_whether_it_is_taken() {
    let run = run("command/import_jump_shortcut/vpro/", Config::demo(), |_, _| {});
    let made = run.records.iter().flat_map(shared).filter(|one| one.role == Role::Probe).count();
    assert!(made > 4, "{made}");
    assert!(run.judged.findings.values().all(|one| one.verdict != Verdict::Fail));
}

#[test]
fn things_that_a_group_made_are_found_in_their_list_and_not_read_one_by_one() {
    let run = run("configuration/skill/", Config::demo(), |_, _| {});
    let count = |method: &str| {
        uses(&run, TAKEN_AWAY).filter_map(Exchange::request).filter(|request| request.method == method).count()
    };
    assert!(count("DELETE") > 20 && 4 * count("GET") < count("DELETE"), "{} {}", count("GET"), count("DELETE"));
    assert!(judge::left(run.extended.as_ref().expect("a document"), &run.records).is_empty());
}

#[test]
fn the_first_values_of_a_parameter_are_the_bounds_that_its_schema_names() {
    let run = run("configuration/skill/get/param/per_page/valid", Config::demo(), |_, _| {});
    let sent = run.records.iter().filter(|record| record.case.purpose.requirement().is_some());
    let sent: Vec<_> = sent.flat_map(|record| &record.exchanges).filter_map(|one| one.parameter("per_page")).collect();
    assert_eq!(sent.len(), 3, "half of the cases of a property");
    assert_eq!(sent[..2], ["100", "5"]);
}
