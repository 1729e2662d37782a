//! What comes from outside has a bound in bytes, in memory and on disk, and what is beyond it is said.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicUsize, Ordering},
};

use touchmark::{commands::InMemory, emulator::Config, model::verdict::Verdict, spec};

use crate::{
    peers::{Act, Reply, TOKEN, peer, tokens_and},
    support::{Cli, certify_at, serve, text},
};

#[test]
fn a_token_that_fits_into_no_header_is_a_gap_and_is_asked_for_once() {
    let token = "A".repeat(17 * 1024);
    let body = TOKEN.replace("a-token-of-this-peer", &token);
    let target = peer(move |asked| match asked.path() {
        "/oauth2/token" => Act::Reply(Reply::new(200, "application/json", &body)),
        _ => Act::Reply(Reply::new(200, "text/xml", "<a/>")),
    });
    let only = ["--allow", "write", "--only", "auth/token/json-schema", "--only", "command/get_api_info"];
    let (cli, ran) = certify_at(&target.base, &only);
    ran.exits(1);
    assert_eq!(cli.report().gaps(), ["auth/token/json-schema"]);
    let asked = target.asked();
    assert!(asked.iter().all(|asked| asked.path() == "/oauth2/token"), "{asked:?}");
    // The first contact, and what the requirement asks for itself.
    assert!(asked.len() < 8, "{}", asked.len());
}

/// By the clock of the run, which waiting moves.
#[test]
fn who_says_429_to_everything_is_not_waited_for_each_time() {
    let spec = spec::embedded().expect("sound data");
    let (counted, since_ms, now_ms) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let (count, since, now) = (Arc::clone(&counted), Arc::clone(&since_ms), Arc::clone(&now_ms));
    let run = InMemory {
        only: vec!["command/get_".to_owned()],
        on_the_way: Box::new(move |at_ms, request, response| {
            now.store(at_ms, Ordering::Relaxed);
            if request.target.starts_with("/oauth2/token") {
                return;
            }
            if count.fetch_add(1, Ordering::Relaxed) < 40 {
                since.store(at_ms, Ordering::Relaxed);
            } else {
                response.status = 429;
            }
        }),
        ..InMemory::default()
    };
    let run = run.run(&spec).expect("a run");
    let took_ms = now_ms.load(Ordering::Relaxed) - since_ms.load(Ordering::Relaxed);
    assert!(counted.load(Ordering::Relaxed) > 200, "{counted:?}");
    // In memory each of those that wait side by side moves the clock. Waiting each time would take a quarter of an hour.
    assert!(took_ms < 120_000, "{took_ms} ms");
    let passes = |id: &str| run.judged.findings[id].verdict == Verdict::Pass;
    assert!(!passes("command/get_support_teams/auth/none"), "what is said of the rate refuses nobody");
}

#[test]
fn answers_beyond_what_is_kept_show_nothing() {
    let filler = "<!-- -->".repeat(100_000);
    let target =
        tokens_and(move |asked| Act::Reply(Reply::new(200, "text/xml", &format!("<a>{}{filler}</a>", asked.target))));
    let (cli, ran) = certify_at(&target.base, &["--only", "command/get_support_teams", "--answers-max", "1"]);
    assert!(matches!(ran.code, 1 | 3), "{ran:?}");
    let report = cli.report();
    let beyond = "the run keeps 1048576 bytes of answers";
    let said = report.rows("requirements").filter(|row| row["reason"].as_str().is_some_and(|why| why.contains(beyond)));
    assert!(said.count() > 5, "{:?}", report.verdicts());
    assert!(report.of("pass").is_empty(), "{:?}", report.of("pass"));
}

#[test]
fn a_journal_that_reaches_its_bound_ends_the_run_with_what_it_has() {
    // What cannot be compressed fills it fast.
    let filler: String = (0..60_000_u64).map(|n| format!("{:x}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
    let target = tokens_and(move |asked| {
        let turn = asked.target.len() * 1_000 % filler.len();
        Act::Reply(Reply::new(200, "text/xml", &format!("<a>{}{}</a>", &filler[turn..], &filler[..turn])))
    });
    let (cli, ran) = certify_at(&target.base, &["--only", "command", "--journal-max", "1"]);
    assert!(matches!(ran.code, 1 | 3), "{ran:?}");
    assert!(ran.stderr.contains("the journal has reached its bound"), "{}", ran.stderr);
    let report = cli.report();
    let stopped =
        report.rows("requirements").filter(|row| row["reason"].as_str() == Some("the run was stopped before it"));
    assert!(stopped.count() > 100, "{}", ran.stdout);
    assert!(text(report.rows("requirements").next().expect("a row"), "id").starts_with("command/"));
}

#[test]
fn where_the_disk_is_full_the_verdict_is_said_and_the_journal_stays() {
    let behind = serve(Config::demo());
    let cli = Cli::new();
    cli.aim(&behind.base, &behind.emulator);
    // A file may have 512 bytes, which the head of a journal fits into.
    let ran = cli.shell("trap '' XFSZ; ulimit -f 1; exec touchmark certify --only command/get_api_info");
    ran.exits(2);
    assert!(ran.stdout.contains("conformant in the"), "{}", ran.stdout);
    assert!(ran.stderr.contains("go on with --resume"), "{}", ran.stderr);
    assert!(cli.path("touchmark-report/journal.jsonl.gz.part").exists());
    assert!(!cli.path("touchmark-report/report.json").exists());
    cli.run(&["certify", "--only", "command/get_api_info", "--resume", "touchmark-report"]).exits(0);
}
