//! Whatever is found can be shown again: by the replay line, by the curl line, by judging the journal, and by the same seed.

use touchmark::emulator::Config;

use crate::support::{Cli, Report, installed, serve, text, with_defect};

/// A fault that every answer of one endpoint shows, and the requirement that is about it.
const DEFECT: &str = "drop:command/get_appliances:appliances/appliance/name";
const GAP: &str = "command/get_appliances/response/appliances/appliance/name";
const AREA: &str = "command/get_appliances";

#[test]
fn the_replay_line_shows_the_gap_again() {
    let cli = Cli::new();
    cli.run(&["certify", "--only", AREA, "--seed", "7", "--defect", DEFECT]).exits(1);
    let report = cli.report();
    let replay = text(gap(&report), "replay").to_owned();
    let ran = cli.shell(&replay);
    ran.exits(1);
    assert!(ran.stdout.contains(&format!("FAIL {GAP}\n")), "{}", ran.stdout);
    assert!(cli.report().0 == report.0, "a replay leaves the report as it is");
}

#[test]
fn the_replay_line_finds_a_named_target_again_and_sees_that_it_was_mended() {
    let broken = serve(with_defect(DEFECT));
    let mended = serve(Config::demo());
    let cli = Cli::new();
    cli.aim(&broken.base, &broken.emulator);
    cli.run(&["certify", "--only", AREA]).exits(1);
    let replay = text(gap(&cli.report()), "replay").to_owned();
    assert!(cli.shell(&replay).exits(1).stdout.contains(&format!("FAIL {GAP}\n")));
    let ran = cli.shell(&format!("{replay} --target {}", mended.base));
    ran.exits(0);
}

#[test]
fn the_curl_line_shows_the_gap_and_holds_no_secret() {
    let target = serve(with_defect(DEFECT));
    let mut cli = Cli::new();
    cli.aim(&target.base, &target.emulator);
    cli.run(&["certify", "--only", AREA]).exits(1);
    let curl = text(gap(&cli.report()), "curl").to_owned();
    assert!(curl.contains("$BT_CLIENT_SECRET") && !curl.contains("touchmark-demo-secret"), "{curl}");
    if !installed("curl") {
        return;
    }
    cli.set("BT_CLIENT_ID", "touchmark").set("BT_CLIENT_SECRET", "touchmark-demo-secret");
    let answer = cli.shell(&curl).exits(0).stdout.clone();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("<appliance "), "{curl}\n{answer}");
    assert!(!answer.contains("<name>"), "{answer}");
    assert!(cli.shell(&curl.replace("$BT_CLIENT_SECRET", "wrong")).stdout.contains(" 401 "));
}

#[test]
fn a_journal_judged_again_says_the_same() {
    let cli = Cli::new();
    let ran = cli.run(&["certify", "--only", "command/get_", "--seed", "3", "--defect", DEFECT]);
    ran.exits(1);
    let again = cli.run(&["judge", "touchmark-report/journal.jsonl.gz", "--only", "command/get_"]);
    again.exits(1);
    let (first, second) = (told(&ran.stdout), told(&again.stdout));
    let differ = first.iter().zip(&second).find(|(a, b)| a != b);
    assert!(first == second, "{differ:?}");
    assert!(told(&ran.stdout).iter().any(|line| line == &format!("FAIL {GAP}")));
}

/// What was not tested is in the journal with its reason: whatever could not be sent, was not allowed, or lies in another part.
#[test]
#[ignore = "long: sh .ci/run plays it"]
fn the_journal_of_a_whole_run_judged_again_says_the_same() {
    for more in [&[][..], &["--shard", "2/3", "--suite", "stateful", "--suite", "access"]] {
        let cli = Cli::new();
        let ran = cli.run(&[&["certify"][..], more].concat());
        let again = cli.run(&["judge", "touchmark-report/journal.jsonl.gz"]);
        let all = |stdout: &str| -> Vec<String> {
            let lines = stdout.lines().filter(|line| !line.contains(" requests in "));
            lines.map(str::to_owned).collect()
        };
        let (first, second) = (all(&ran.stdout), all(&again.stdout));
        let differ = first.iter().zip(&second).find(|(a, b)| a != b);
        assert!(first == second, "{more:?}: {differ:?}");
        assert_eq!(ran.code, again.code, "{more:?}");
    }
}

/// What a report says of requirements: gaps, readings, counts and the verdict, but not where the target and the report were.
fn told(stdout: &str) -> Vec<String> {
    let of_the_run = ["  curl ", "  replay ", "  such as "];
    stdout
        .lines()
        .filter(|line| !of_the_run.iter().any(|start| line.starts_with(start)))
        .filter(|line| !line.contains(" requests in ") && !line.contains("could not be tested"))
        .map(str::to_owned)
        .collect()
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn the_number_of_workers_changes_nothing_in_the_report() {
    let one = |workers: &str| {
        let cli = Cli::new();
        let defects =
            ["--defect", DEFECT, "--defect", "drop:command/get_support_teams:support_teams/support_team/name"];
        let line = ["certify", "--seed", "5", "--only", "command/", "--workers", workers];
        cli.run(&[&line[..], &defects].concat()).exits(1);
        cli.clean(&timeless(&cli.read("touchmark-report/report.json")))
    };
    let (alone, crowd) = (one("1"), one("8"));
    let differ = alone.lines().zip(crowd.lines()).find(|(a, b)| a != b);
    assert!(alone == crowd, "{differ:?}");
}

#[test]
fn the_same_seed_sends_the_same_and_another_seed_something_else() {
    let plan = |seed: &str| Cli::new().run(&["plan", "--cases-in-full", "--seed", seed]).exits(0).stdout.clone();
    let one = plan("11");
    assert!(one == plan("11") && one != plan("12"));
}

/// A report without times: `at_ms`, `duration_ms`, how long the feed took, and whatever in an answer looks like an instant.
pub(crate) fn timeless(report: &str) -> String {
    let patterns = [
        (r#"(?s),\s+"timeline": \{.*?\]\s+\}"#, ""),
        (r#""(at_ms|duration_ms|took_ms|p50_ms|p99_ms|max_ms)": \d+"#, "\"$1\": 0"),
        (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", "[DATE]"),
        (r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT", "[DATE]"),
        // What the target counts is its own, and depends on who asked first and whose sessions were there meanwhile.
        (r#""x-ratelimit-remaining",\s+"\d+""#, "\"x-ratelimit-remaining\", \"[N]\""),
        (r"_count>\d+<", "_count>[N]<"),
        // Two clients who are as fast as they can do not meet in the same way twice.
        (r#"("id": "command/sequences/[^"]*",[^{}]*?"observations": )\d+"#, "$1[N]"),
        // So there are more or fewer answers in which something is seen, and commands whose effect was waited for.
        (r#""count": \d+(,\s+"p50_ms")"#, "\"count\": [N]$1"),
        (r#"("where": "[^"]*",\s+"count": )\d+"#, "$1[N]"),
        (r"\b1[789]\d{8}\b", "[EPOCH]"),
        // Ids that the target gives away in the order in which it is asked.
        (r"\b[0-9a-f]{32}\b", "[ID]"),
    ];
    patterns.iter().fold(report.to_owned(), |text, (pattern, with)| {
        regex::Regex::new(pattern).expect("a pattern").replace_all(&text, *with).into_owned()
    })
}

#[track_caller]
fn gap(report: &Report) -> &serde_json::Value {
    report
        .rows("gaps")
        .find(|gap| gap["requirement"] == GAP)
        .unwrap_or_else(|| panic!("no {GAP} in {:?}", report.gaps()))
}

#[test]
fn a_run_that_cannot_be_taken_up_again_keeps_what_there_was() {
    let target = serve(Config::demo());
    let cli = Cli::new();
    cli.aim(&target.base, &target.emulator);
    cli.run(&["certify", "--only", AREA]).exits(0);
    // As if the run had been broken off before its end.
    let journal = cli.journal("touchmark-report/journal.jsonl.gz");
    cli.write("touchmark-report/journal.jsonl.gz.part", &journal);
    drop(target);
    cli.run(&["certify", "--only", AREA, "--resume", "touchmark-report"]).exits(4);
    let left = cli.read("touchmark-report/journal.jsonl.gz.part");
    assert!(left == journal, "{} of {} bytes are left", left.len(), journal.len());
    // One that does not take it up keeps it, too, and says so.
    let target = serve(Config::demo());
    cli.aim(&target.base, &target.emulator);
    let ran = cli.run(&["certify", "--only", AREA]);
    ran.exits(0);
    let kept = "touchmark-report/journal.jsonl.gz.broken-off";
    assert!(ran.stderr.contains(kept), "{}", ran.stderr);
    assert!(cli.read(kept) == journal);
}
