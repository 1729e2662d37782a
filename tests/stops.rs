//! Runs that are stopped while the answer to a request is awaited that changes something: what it may have done is put back all the same.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering},
    },
};

use touchmark::{
    commands::InMemory,
    emulator::Config,
    judge,
    model::verdict::Verdict,
    run::{self, Plan},
    spec,
};

use crate::{
    kills::{read, sessions},
    peers::{Act, Asked, Peer, proxy_that},
    support::{self, Cli, Served, serve},
};

/// What a target looks like, but for what changes by itself.
type State = fn(&Served) -> Vec<String>;

fn customers(behind: &Served) -> Vec<String> {
    sessions(behind).into_iter().collect()
}

fn role(behind: &Served) -> Vec<String> {
    let health = read(behind, "/api/command?action=check_health");
    let role = regex::Regex::new("failover_role>([^<]*)<").expect("a pattern");
    role.captures_iter(&health).map(|found| found[1].to_owned()).collect()
}

fn jump_groups(behind: &Served) -> Vec<String> {
    let name = regex::Regex::new("\"name\": ?\"([^\"]*)\"").expect("a pattern");
    let list = read(behind, "/api/config/v1/jump-group?per_page=100");
    name.captures_iter(&list).map(|found| found[1].to_owned()).collect()
}

/// What becomes of the answer at which a run is stopped.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    /// It never comes.
    Held,
    /// It comes.
    Given,
}

/// A target that has done what the n-th of some requests asks for, and stops the run before it answers. From then on it is deaf as long as
/// that is so.
struct Stopping {
    target: Peer,
    run: Arc<AtomicU32>,
    deaf: Arc<AtomicBool>,
}

fn stopping(
    behind: &Served,
    signal: &'static str,
    struck: impl Fn(&Asked) -> bool + Send + Sync + 'static,
    n: u64,
    answer: Answer,
) -> Stopping {
    let (run, deaf) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
    let (victim, hears) = (Arc::clone(&run), Arc::clone(&deaf));
    let (count, stopped) = (AtomicU64::new(0), AtomicBool::new(false));
    let one_at_a_time = Mutex::new(());
    let target = proxy_that(behind, move |asked, reply| {
        let _turn = one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        if struck(asked) && count.fetch_add(1, Ordering::SeqCst) + 1 == n {
            while victim.load(Ordering::SeqCst) == 0 {
                std::thread::yield_now();
            }
            support::signal(signal, victim.load(Ordering::SeqCst));
            stopped.store(true, Ordering::SeqCst);
            return match answer {
                Answer::Held => Act::Stall(Vec::new()),
                Answer::Given => Act::Reply(reply),
            };
        }
        match stopped.load(Ordering::SeqCst) && hears.load(Ordering::SeqCst) {
            true => Act::Bytes(Vec::new()),
            false => Act::Reply(reply),
        }
    });
    Stopping { target, run, deaf }
}

/// Starts a run that is stopped on its way, and waits for its end.
fn run(cli: &Cli, behind: &Served, stopping: &Stopping, options: &[&str]) {
    cli.aim(&stopping.target.base, &behind.emulator);
    let mut child = cli.start(&[&["certify"], options].concat());
    stopping.run.store(child.id(), Ordering::SeqCst);
    let code = child.wait().expect("an end").code();
    assert!(matches!(code, Some(0 | 3)), "{options:?}: {code:?} {}", cli.read("stderr"));
    assert!(cli.read("stderr").contains("stopping"), "{options:?}: it was not stopped");
}

fn check(
    only: &str,
    signal: &'static str,
    struck: impl Fn(&Asked) -> bool + Copy + Send + Sync + 'static,
    n: u64,
    state: State,
) {
    for answer in [Answer::Held, Answer::Given] {
        let behind = serve(Config::demo());
        let before = state(&behind);
        assert_ne!(before, Vec::<String>::new(), "{only}: it can be seen");
        let cli = Cli::new();
        let stopping = stopping(&behind, signal, struck, n, answer);
        run(&cli, &behind, &stopping, &["--only", only, "--allow", "disrupt"]);
        assert_eq!(state(&behind), before, "{only} {signal} at {n}, {answer:?}");
        assert_eq!(cli.report().0.get("left"), None, "{only} {signal} at {n}, {answer:?}");
    }
}

fn asks(action: &'static str) -> impl Fn(&Asked) -> bool + Copy + Send + Sync + 'static {
    move |asked| asked.actions().iter().any(|known| known == action)
}

fn makes_a_jump_group(asked: &Asked) -> bool {
    asked.method == "POST" && asked.path() == "/api/config/v1/jump-group"
}

#[test]
fn what_a_request_did_whose_answer_was_awaited_is_put_back() {
    check("=command/set_failover_role/message/without-data-sync", "INT", asks("set_failover_role"), 1, role);
    check("command/set_failover_role/effect", "TERM", asks("set_failover_role"), 1, role);
    check("command/join_session/effect/member", "HUP", asks("create_virtual_customer"), 1, customers);
    check("command/create_virtual_customer", "INT", asks("create_virtual_customer"), 1, customers);
    check("command/create_virtual_customer", "INT", asks("create_virtual_customer"), 3, customers);
    check("configuration/jump-group/post", "INT", makes_a_jump_group, 1, jump_groups);
    check("configuration/jump-group/post", "TERM", makes_a_jump_group, 2, jump_groups);
}

#[test]
fn what_could_not_be_taken_away_is_listed_and_taken_away_by_a_run_that_takes_up() {
    let behind = serve(Config::demo());
    let before = jump_groups(&behind);
    let cli = Cli::new();
    let stopping = stopping(&behind, "INT", makes_a_jump_group, 1, Answer::Held);
    stopping.deaf.store(true, Ordering::SeqCst);
    let options = ["--only", "configuration/jump-group/post", "--allow", "write"];
    run(&cli, &behind, &stopping, &options);
    assert_ne!(jump_groups(&behind), before, "it made one");
    let left: Vec<String> = cli.report().rows("left").map(|row| row["what"].to_string()).collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].contains("/api/config/v1/jump-group"), "{left:?}");
    stopping.deaf.store(false, Ordering::SeqCst);
    cli.run(&[&["certify", "--resume", "touchmark-report"], &options[..]].concat());
    assert_eq!(jump_groups(&behind), before);
    assert_eq!(cli.report().0.get("left"), None);
}

#[test]
fn judging_that_is_stopped_keeps_what_was_judged() {
    let spec = spec::embedded().expect("sound data");
    let only = vec!["command/get_".to_owned()];
    let run = InMemory { only: only.clone(), ..InMemory::default() }.run(&spec).expect("a target");
    let plan = Plan { only, ..Plan::default() };
    let selected = run::selected(&spec, &plan);
    let whole = judge::judge(&spec, &selected, &run.records, &BTreeMap::new()).findings;
    let judged_after = |asked: usize| {
        let count = AtomicUsize::new(0);
        let stop = || count.fetch_add(1, Ordering::SeqCst) >= asked;
        let judged = judge::judge_until(&stop, &spec, &selected, &run.records, &BTreeMap::new()).findings;
        assert!(judged.keys().eq(whole.keys()));
        let kept = judged.iter().filter(|(id, finding)| {
            let stopped = finding.reason.as_ref().is_some_and(|reason| reason.contains("the run was stopped"));
            assert!(
                stopped && finding.verdict == Verdict::Inconclusive || whole[*id] == **finding,
                "{id}: {finding:?}"
            );
            !stopped
        });
        kept.count()
    };
    assert_eq!(judged_after(0), 0);
    let some = judged_after(60);
    assert!(0 < some && some < whole.len(), "{some} of {}", whole.len());
    assert_eq!(judged_after(usize::MAX), whole.len());
}
