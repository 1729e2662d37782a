//! Signals, and what else ends a run before its end.

use std::{
    fs,
    process::Child,
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use touchmark::emulator::Config;

use crate::{
    peers::{Act, Peer, proxy_that},
    support::{self, Cli, Served, serve},
};

/// Starts a run in a folder, and waits until its target was asked for something.
fn started(cli: &Cli, asked: &mpsc::Receiver<()>) -> Child {
    let child = cli.start(&["certify", "--only", "command/get_appliances"]);
    asked.recv_timeout(Duration::from_secs(60)).expect("the target is asked");
    child
}

/// Starts a run, sends it signals once the target was asked for something, and gives its exit code and what it said.
fn stopped(target: &Peer, behind: &Served, asked: &mpsc::Receiver<()>, signals: &[&str]) -> (Option<i32>, String) {
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    let mut child = started(&cli, asked);
    for signal in signals {
        support::signal(signal, child.id());
    }
    (child.wait().unwrap().code(), fs::read_to_string(cli.path("stderr")).unwrap())
}

/// A target that hangs at one endpoint, with word of each hang.
fn hanging(behind: &Served, at: &'static str) -> (Peer, mpsc::Receiver<()>) {
    let (word, asked) = mpsc::channel();
    let word = std::sync::Mutex::new(word);
    let target = proxy_that(behind, move |asked, reply| match asked.target.contains(at) {
        true => {
            let _ = word.lock().unwrap().send(());
            Act::Stall(Vec::new())
        }
        false => Act::Reply(reply),
    });
    (target, asked)
}

#[test]
fn a_signal_is_heard_while_an_answer_is_waited_for() {
    for signal in ["INT", "TERM", "HUP"] {
        let behind = serve(Config::demo());
        let (target, asked) = hanging(&behind, "action=get_appliances");
        let (code, says) = stopped(&target, &behind, &asked, &[signal]);
        assert_eq!(code, Some(3), "{signal}: {says}");
        assert!(says.contains("stopping"), "{signal}: {says}");
    }
}

/// Says that it was stopped, blames nobody, and writes the report that any stopped run writes.
#[test]
fn a_signal_at_the_first_contact_ends_the_run_with_a_report() {
    for (signal, only) in [("INT", "command/get_appliances"), ("TERM", "configuration/user")] {
        let behind = serve(Config::demo());
        let (target, asked) = hanging(&behind, "/oauth2/token");
        let cli = Cli::new();
        cli.aim(&target.base, &behind.emulator);
        let mut child = cli.start(&["certify", "--only", only]);
        asked.recv_timeout(Duration::from_secs(60)).expect("the target is asked");
        support::signal(signal, child.id());
        let code = child.wait().unwrap().code();
        let (says, shown) = (cli.read("stderr"), cli.read("stdout"));
        assert_eq!(code, Some(3), "{signal}: {says}");
        assert!(says.contains("stopping") && !says.contains("check the address"), "{signal}: {says}");
        assert!(shown.contains("report in touchmark-report"), "{signal}: {shown}");
        let report: serde_json::Value = serde_json::from_str(&cli.read("touchmark-report/report.json")).unwrap();
        assert_eq!((&report["summary"]["pass"], &report["summary"]["fail"]), (&0.into(), &0.into()), "{signal}");
        if only.starts_with("command") {
            assert!(shown.contains("the run was stopped before it"), "{signal}: {shown}");
        }
    }
}

/// What the earlier run had tested is in the journal of the one that takes it up and is stopped at once.
#[test]
fn a_resumed_run_that_is_stopped_at_once_loses_nothing() {
    let behind = serve(Config::demo());
    let (word, asked) = mpsc::channel();
    let (word, hangs_at) = (Mutex::new(word), Arc::new(Mutex::new("action=get_appliances")));
    let at = Arc::clone(&hangs_at);
    let target = proxy_that(&behind, move |asked, reply| match asked.target.contains(*at.lock().unwrap()) {
        true => {
            let _ = word.lock().unwrap().send(());
            Act::Stall(Vec::new())
        }
        false => Act::Reply(reply),
    });
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    let passed = |line: &[&str]| {
        let only = ["--only", "command/get_api_info", "--only", "command/get_appliances", "--workers", "1"];
        let mut child = cli.start(&[line, &only].concat());
        asked.recv_timeout(Duration::from_secs(60)).expect("the target is asked");
        support::signal("INT", child.id());
        assert_eq!(child.wait().unwrap().code(), Some(3), "{}", cli.read("stderr"));
        let report: serde_json::Value = serde_json::from_str(&cli.read("touchmark-report/report.json")).unwrap();
        report["summary"]["pass"].as_u64().unwrap()
    };
    let first = passed(&["certify"]);
    *hangs_at.lock().unwrap() = "/oauth2/token";
    let again = passed(&["certify", "--resume", "touchmark-report"]);
    assert!(first > 50 && again == first, "{first} passed, and {again} of them are left");
}

/// A part of the answers is no recording, and a second recording is not begun.
#[test]
fn a_recording_of_snapshots_that_is_stopped_keeps_nothing() {
    let behind = serve(Config::demo());
    let (target, asked) = hanging(&behind, "action=get_appliances");
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    let mut child = cli.start(&["snapshot", "record", "--only", "command/get_appliances"]);
    asked.recv_timeout(Duration::from_secs(60)).expect("the target is asked");
    support::signal("INT", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(3), "{}", cli.read("stderr"));
    assert!(cli.read("stderr").contains("nothing was kept or compared"), "{}", cli.read("stderr"));
    assert!(!cli.path("touchmark-snapshots").exists());
}

#[test]
fn standard_output_that_is_full_is_an_error() {
    let cli = Cli::new();
    for line in [
        "spec list",
        "certify --only command/get_api_info",
        "plan --only command/get_api_info",
        "--help",
        "certify --help",
        "--version",
    ] {
        let ran = cli.shell(&format!("touchmark {line} > /dev/full"));
        ran.exits(2);
        assert!(ran.stderr.contains("standard output cannot be written"), "{line}: {}", ran.stderr);
    }
}

#[test]
fn two_runs_do_not_write_into_one_folder() {
    let behind = serve(Config::demo());
    let (target, asked) = hanging(&behind, "action=get_appliances");
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    let mut first = started(&cli, &asked);
    let second = cli.run(&["certify", "--only", "command/get_appliances"]);
    second.exits(2);
    assert!(second.stderr.contains("another run writes its report here"), "{}", second.stderr);
    first.kill().unwrap();
    first.wait().unwrap();
}
