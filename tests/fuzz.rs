//! Fuzzing of targets: what goes out as bytes, what is kept back, and what becomes of what is found.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use touchmark::{
    commands::InMemory,
    emulator::{Clock, Config, TlsIdentity},
    model::{case::Class, verdict::Verdict, written::pieces},
    spec::{self, Demand, Spec, fuzz},
};

use crate::support::{Cli, Served, serve, serve_with, text, there, with_defect};

fn extended() -> Spec {
    fuzz::extend(&spec::embedded().expect("sound data"))
}

/// The texts of attacks of some classes, with the target and a token put in.
fn texts(spec: &Spec, classes: &[Class], base: &str, token: &str) -> Vec<Vec<u8>> {
    let steps = spec.requirements.values().filter_map(|one| match &one.demand {
        Demand::Steps(steps) if one.id.starts_with("http/") => Some(&steps[1]),
        _ => None,
    });
    let texts =
        steps.filter(|step| classes.contains(&step.class)).filter_map(|step| step.written.as_ref()?.text.as_ref());
    let bytes =
        |text: &String| pieces(text).expect("pieces").into_iter().flat_map(|one| one.bytes(base, token)).collect();
    texts.map(bytes).collect()
}

/// A port before a target that notes what each connection sent.
fn noting(behind: &Served) -> (String, Arc<Mutex<Vec<Vec<u8>>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let target = behind.base.trim_start_matches("http://").to_owned();
    let noted: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
    let all = Arc::clone(&noted);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (target, all) = (target.clone(), Arc::clone(&all));
            thread::spawn(move || carry(client, &target, &all));
        }
    });
    (format!("http://{address}"), noted)
}

fn carry(mut client: TcpStream, target: &str, all: &Mutex<Vec<Vec<u8>>>) {
    let Ok(mut server) = TcpStream::connect(target) else { return };
    let (Ok(mut from), Ok(mut to)) = (server.try_clone(), client.try_clone()) else { return };
    let back = thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
    let mut sent = Vec::new();
    let mut piece = [0; 16 << 10];
    while let Ok(length @ 1..) = client.read(&mut piece) {
        sent.extend_from_slice(&piece[..length]);
        if server.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
    let _ = back.join();
    all.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
}

/// The token that a request had.
fn token_in(sent: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(sent).into_owned();
    let (_, rest) = text.split_once("Authorization: Bearer ")?;
    Some(rest.split("\r\n").next()?.to_owned())
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn nothing_that_can_leave_bytes_behind_goes_out_unless_it_may() {
    let behind = serve(Config::demo());
    let (base, noted) = noting(&behind);
    let cli = Cli::new();
    cli.aim(&base, &behind.emulator);
    let spec = extended();
    let sent_with = |allow: &[&str]| -> (usize, usize) {
        noted.lock().unwrap_or_else(PoisonError::into_inner).clear();
        cli.run(&[&["fuzz", "--only", "http/"], allow].concat()).exits(if allow.is_empty() { 3 } else { 0 });
        let noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
        let tokens: BTreeSet<String> = noted.iter().filter_map(|sent| token_in(sent)).collect();
        let count = |classes: &[Class]| {
            let all: Vec<_> = tokens.iter().flat_map(|token| texts(&spec, classes, &base, token)).collect();
            all.iter().filter(|text| noted.contains(text)).count()
        };
        (count(&[Class::Read]), count(&[Class::Disrupt]))
    };
    let (reads, disrupts) = sent_with(&[]);
    assert!(reads > 50, "{reads} reads");
    assert_eq!(disrupts, 0, "what is more than a read went out");
    // The same count sees them where they may go out.
    assert!(sent_with(&["--allow", "disrupt"]).1 > 30);
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn the_emulator_is_sound_at_every_seed() {
    let spec = extended();
    // Only mutants are of the seed.
    let everything = ["http/", "fuzz/"].map(str::to_owned);
    for (seed, only) in [(0, &everything[..]), (1, &["fuzz/*/guided".to_owned()]), (2, &["fuzz/*/guided".to_owned()])] {
        let run = InMemory { seed, only: only.to_vec(), ..InMemory::default() }.run(&spec).expect("a run");
        let accused: Vec<_> = run
            .judged
            .findings
            .iter()
            .filter(|(id, finding)| match finding.verdict {
                // In memory there is no TLS, and the site has none of one kind of Jump Items.
                Verdict::NotApplicable => !id.starts_with("http/tls/") && !id.contains("/shell-jump/{id}/"),
                verdict => verdict != Verdict::Pass,
            })
            .collect();
        assert!(accused.is_empty(), "seed {seed}: {accused:?}");
        assert!(run.judged.findings.len() > if seed == 0 { 1_000 } else { 20 });
    }
}

/// A port before a target with TLS: what begins as our own library does goes there, and anything else is answered with some bytes.
fn taking_anything(behind: &Served, answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let target = behind.base.trim_start_matches("https://").to_owned();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let target = target.clone();
            thread::spawn(move || {
                let mut first = [0; 4096];
                let Ok(length @ 1..) = client.peek(&mut first) else { return };
                if length > 160 && length < 2_000 && first.starts_with(&[22, 3, 1]) && first[5] == 1 {
                    carry(client, &target, &Mutex::default());
                } else {
                    let _ = client.write_all(answer);
                }
            });
        }
    });
    format!("https://{address}")
}

#[test]
fn what_is_no_tls_is_refused_by_the_emulator_and_noticed_where_it_is_taken() {
    let (identity, _) = TlsIdentity::self_signed("127.0.0.1").expect("a certificate");
    let served = serve_with(Config::demo(), Clock::System, Some(identity));
    let fuzz = |base: &str| {
        let cli = Cli::new();
        cli.aim(base, &served.emulator);
        cli.run(&["fuzz", "--insecure", "--only", "http/tls/"]);
        let report = cli.report();
        (report.verdicts().len(), report.of("pass").len(), report.of("fail").len())
    };
    let (all, passed, failed) = fuzz(&served.base);
    assert_eq!((passed, failed), (all, 0));
    assert!(all > 20, "{all}");
    // A lone hello of a server, and success over what is no TLS.
    let hello: &[u8] = &[22, 3, 3, 0, 4, 2, 0, 0, 0];
    let success: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    for answer in [hello, success] {
        let (_, passed, failed) = fuzz(&taking_anything(&served, answer));
        assert_eq!((passed, failed > 0), (1, true), "{answer:?}");
    }
}

/// What changes something is fuzzed where it may be, and what it makes is taken away again.
#[test]
fn what_acts_on_something_is_fuzzed_with_what_the_run_made() {
    let spec = extended();
    let played = |allow, only: &str| {
        let run = InMemory { allow, only: vec![only.to_owned()], ..InMemory::default() }.run(&spec).expect("a run");
        let of = |verdict| run.judged.findings.values().filter(|finding| finding.verdict == verdict).count();
        (of(Verdict::Pass), of(Verdict::Fail), of(Verdict::Inconclusive), run.judged.left.len())
    };
    for (only, writes) in [("fuzz/command/create_virtual_customer/", 14), ("fuzz/configuration/skill/post/", 11)] {
        let (passed, failed, untested, left) = played(Class::Read, only);
        assert_eq!((passed, failed, untested, left), (1, 0, writes, 0), "{only}");
        let (passed, failed, untested, left) = played(Class::Disrupt, only);
        assert_eq!((passed, failed, untested, left), (writes + 1, 0, 0, 0), "{only}");
    }
}

/// The gaps that fuzzing finds in the emulator with a defect.
#[track_caller]
fn check(defect: &str, gaps: &[&str]) {
    let config = with_defect(defect);
    let only = vec!["http/".to_owned(), "fuzz/command/get_support_teams/".to_owned()];
    let run = InMemory { config, only, ..InMemory::default() }.run(&extended()).expect("a run");
    let fails = |verdict| matches!(verdict, Verdict::Fail | Verdict::Warn);
    let found: Vec<&str> =
        run.judged.findings.iter().filter(|(_, one)| fails(one.verdict)).map(|(id, _)| id.as_str()).collect();
    assert_eq!(found, gaps, "{defect}");
}

#[test]
fn one_cause_is_one_finding() {
    check("behaviour:http/head:host-missing-taken", &["http/head/host/missing"]);
    check(
        "behaviour:http/answers:bad-escape-in-query-answered-with-500",
        &["fuzz/command/get_support_teams/bad-escape", "http/query/bad-escape"],
    );
    check(
        "behaviour:http/answers:refusals-show-a-stack-trace",
        &[
            "http/framing/both/coding-in-capitals",
            "http/head/cookie/65536-bytes",
            "http/query/escapes-of-html",
            "http/tcp/100000-bytes-without-a-line-end",
            "http/websocket/key/blank-before-colon",
        ],
    );
}

#[test]
fn a_finding_is_shown_by_a_line_and_by_a_replay_and_stands_in_the_journal() {
    let behind = serve(with_defect("behaviour:http/head:host-missing-taken"));
    let mut cli = Cli::new();
    cli.aim(&behind.base, &behind.emulator);
    let ran = cli.run(&["fuzz", "--only", "http/head/host/"]);
    ran.exits(1);
    assert!(ran.stdout.contains("  standard  RFC 9112, 3.2 (must)\n"), "{}", ran.stdout);
    let report = cli.report();
    assert_eq!(report.gaps(), ["http/head/host/missing"]);
    let gap = report.rows("gaps").next().expect("a gap").clone();
    cli.run(&["replay", "touchmark-report/report.json", "http/head/host/missing"]).exits(1);
    cli.run(&["judge", "touchmark-report/journal.jsonl.gz"]).exits(1);
    if there(cli.shell("command -v nc curl sed").code == 0, "nc, curl or sed is not installed") {
        cli.set("BT_CLIENT_ID", "touchmark").set("BT_CLIENT_SECRET", "touchmark-demo-secret");
        let shown = cli.shell(text(&gap, "curl"));
        assert!(shown.stdout.starts_with("HTTP/1.1 200 OK"), "{shown:?}");
    }
}

/// The sequence of which an emulator with a defect dies.
#[track_caller]
fn dies_of(defect: &str, sequence: &str) {
    let config = with_defect(&format!("behaviour:http/answers:{defect}"));
    let only = vec!["http/query/".to_owned(), "fuzz/command/get_support_teams/".to_owned()];
    let run = InMemory { config, only, ..InMemory::default() }.run(&extended()).expect("a run");
    let finding = &run.judged.findings["fuzz/alive"];
    let got = finding.evidence.as_ref().map(|evidence| evidence.got.as_str()).unwrap_or_default();
    assert!(finding.verdict == Verdict::Fail && got.contains(sequence), "{defect}: {finding:?}");
    // All else went on.
    assert!(run.judged.findings.values().filter(|one| one.verdict == Verdict::Pass).count() > 40);
}

#[test]
fn it_is_found_of_what_a_target_dies() {
    dies_of("dies-of-one", "after `http/query/action-as-a-list`: ");
    dies_of("dies-of-three", ", then `");
    dies_of("dies-of-a-pair", ", then `");
    dies_of("dies-fifty-later", "`, then ");
}

#[test]
fn whoever_starts_nothing_anew_gets_the_suspects_and_goes_on_without_them() {
    let behind = serve(with_defect("behaviour:http/answers:dies-of-one"));
    let cli = Cli::new();
    cli.aim(&behind.base, &behind.emulator);
    let asked = ["fuzz", "--only", "http/query/", "--only", "fuzz/command/get_support_teams/"];
    let mut ran = cli.run(&asked);
    ran.exits(4);
    assert!(ran.stderr.contains("\n    ") && ran.stderr.contains("--on-dead CMD"), "{}", ran.stderr);
    let mut times = 0;
    while ran.code == 4 && times < 5 {
        assert!(behind.emulator.is_dead());
        behind.emulator.start_anew();
        ran = cli.run(&[&asked[..], &["--resume", "touchmark-report"]].concat());
        times += 1;
    }
    ran.exits(3);
    assert!(!behind.emulator.is_dead() && ran.stdout.contains("it is left out"), "{}", ran.stdout);
}

#[test]
fn a_command_starts_the_target_anew() {
    let behind = serve(with_defect("behaviour:http/answers:dies-of-one"));
    let cli = Cli::new();
    cli.aim(&behind.base, &behind.emulator);
    if !there(cli.shell("mkfifo ask answer").code == 0, "mkfifo is not installed") {
        return;
    }
    let (ask, answer) = (cli.path("ask"), cli.path("answer"));
    let emulator = Arc::clone(&behind.emulator);
    thread::spawn(move || {
        while fs::read(&ask).is_ok() {
            emulator.start_anew();
            let _ = fs::write(&answer, "x");
        }
    });
    let only = ["fuzz", "--only", "fuzz/command/get_support_teams/"];
    let ran = cli.run(&[&only[..], &["--on-dead", "echo > ask; cat answer > /dev/null"]].concat());
    ran.exits(1);
    assert_eq!(cli.report().gaps(), ["fuzz/alive"]);
    assert!(ran.stdout.contains("after `fuzz/command/get_support_teams/list`"), "{}", ran.stdout);
}

#[test]
fn what_hangs_and_what_has_an_effect_is_found() {
    let finds = |defect: &str, only: &str, got: &str| {
        let config = with_defect(&format!("behaviour:http/answers:{defect}"));
        let only = vec![only.to_owned(), "http/head/host/".to_owned()];
        let run = InMemory { config, only, ..InMemory::default() }.run(&extended()).expect("a run");
        let evidence = run.judged.findings.values().filter(|one| one.verdict == Verdict::Fail);
        let found: Vec<_> = evidence.filter_map(|one| one.evidence.as_ref().map(|evidence| &evidence.got)).collect();
        assert!(found.iter().any(|found| found.contains(got)), "{defect}: {found:?}");
    };
    finds("long-queries-are-slow", "http/query/", "nothing came for 2000 ms");
    finds("formats-are-never-answered", "http/query/format", "nothing came for");
    finds("refusals-change-the-site", "http/query/format", "in the answer to the lawful request");
}

#[test]
fn mutants_are_of_the_seed_and_go_on_until_a_bound() {
    let run = |seed, requests_max| {
        let only = vec!["=fuzz/command/get_support_teams/guided".to_owned()];
        let run = InMemory { seed, only, requests_max, ..InMemory::default() }.run(&extended()).expect("a run");
        let sent = run.records.iter().flat_map(|record| &record.exchanges).filter_map(|exchange| exchange.request());
        let sent: Vec<String> = sent.map(|request| request.target()).collect();
        (sent, run.requests, run.judged.skeletons)
    };
    let (sent, requests, skeletons) = run(0, Some(600));
    assert_eq!(run(0, Some(600)), (sent.clone(), requests, skeletons));
    assert_ne!(run(1, Some(600)).0, sent);
    assert!((600..610).contains(&requests) && skeletons > Some(1), "{requests} requests, {skeletons:?}");
    assert!(run(0, None).1 < 200);
}
