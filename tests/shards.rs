//! Shards of one run: their journals are joined into one report, which says what a run says that is not dealt.

use serde_json::Value;

use crate::{
    replays::timeless,
    support::{Cli, Ran},
};

/// A fault that answers show, and one that a requirement of its own shows.
const DEFECTS: [&str; 4] = [
    "--defect",
    "drop:command/get_appliances:appliances/appliance/name",
    "--defect",
    "behaviour:auth/errors:token-tail-not-compared",
];

/// What is asked for. Lists of who is there are not: they have the sessions of whoever else is tested.
const AREA: [&str; 12] = [
    "--only",
    "command/get_a",
    "--only",
    "command/get_s",
    "--only",
    "command/join_session",
    "--only",
    "auth/errors",
    "--only",
    "configuration/skill",
    "--seed",
    "5",
];

fn certify(cli: &Cli, folder: &str, more: &[&str]) -> Ran {
    cli.run(&[&["certify", "--report-dir", folder], &AREA[..], more].concat())
}

/// A report without times, the counts of requests and answers, and where it stands. Each shard asks for what it needs to know itself, and
/// a case shares answers with those that are played beside it.
fn said(cli: &Cli, folder: &str) -> Value {
    let text = timeless(&cli.read(&format!("{folder}/report.json"))).replace(folder, "[FOLDER]");
    let mut report: Value = serde_json::from_str(&text).expect("JSON");
    report["run"]["requests"] = Value::Null;
    for requirement in report["requirements"].as_array_mut().expect("a list") {
        requirement["observations"] = Value::Null;
    }
    report
}

#[test]
fn the_joined_report_of_all_shards_is_that_of_a_run_that_is_not_dealt() {
    let cli = Cli::new();
    certify(&cli, "report-of-all", &DEFECTS).exits(1);
    for number in 1..=3 {
        let shard = format!("{number}/3");
        certify(&cli, &format!("part-{number}"), &[&["--shard", &shard], &DEFECTS[..]].concat());
    }
    // In any order, as folders or as journals.
    let ran = cli.run(&["judge", "part-3", "part-1/journal.jsonl.gz", "part-2", "--report-dir", "report-of-parts"]);
    ran.exits(1);
    let (whole, joined) = (said(&cli, "report-of-all"), said(&cli, "report-of-parts"));
    for list in ["requirements", "gaps"] {
        let (whole, joined) = (whole[list].as_array().expect("a list"), joined[list].as_array().expect("a list"));
        let differ = whole.iter().zip(joined).find(|(whole, joined)| whole != joined);
        assert!(differ.is_none(), "{list}: {differ:?}");
    }
    assert_eq!(whole, joined);
    assert!(whole["gaps"].as_array().is_some_and(|gaps| gaps.len() > 1), "{}", whole["gaps"]);
    // What was joined is judged as any other.
    let again = cli.run(&["judge", "report-of-parts"]);
    let verdict = |ran: &Ran| ran.stdout.lines().rfind(|line| line.contains(" pass, ")).map(str::to_owned);
    assert_eq!(verdict(again.exits(1)), verdict(&ran));
}

#[test]
fn what_is_no_run_together_is_not_joined() {
    let cli = Cli::new();
    let small = ["certify", "--only", "command/get_api_info", "--only", "command/get_appliances", "--report-dir"];
    let run = |folder: &str, more: &[&str]| cli.run(&[&small[..], &[folder], more].concat());
    run("one", &["--shard", "1/2"]);
    run("two", &["--shard", "2/2"]);
    run("seed", &["--shard", "2/2", "--seed", "1"]);
    run("broken", &["--shard", "2/2", "--defect", DEFECTS[1]]);
    run("three", &["--shard", "2/3"]);
    run("whole", &[]);
    run("again", &["--shard", "1/2"]);
    let check = |folders: &[&str], says: &str| {
        let ran = cli.run(&[&["judge"], folders].concat());
        ran.exits(2);
        assert!(ran.stderr.contains(says), "{folders:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{folders:?}");
    };
    check(&["one", "again"], "it is shard 1 of 2, and so is one/journal.jsonl.gz\n  give each shard once");
    check(&["one", "seed"], "the seed is 0 there, and 1 here");
    check(&["one", "broken"], "defects and readings are none there");
    check(&["one", "three"], "the count of shards is 2 there, and 3 here");
    check(&["one", "whole"], "it is of a whole run");
    check(&["three", "three"], "and so is three/");
    // Another program, other data and another target, as if they had been.
    let head = |folder: &str, from: &str, to: &str| {
        let text = cli.journal("two/journal.jsonl.gz");
        let changed = text.replacen(from, to, 1);
        assert_ne!(text, changed, "{from}");
        cli.write(&format!("{folder}/journal.jsonl"), &changed);
    };
    head("program", "\"program\":\"", "\"program\":\"9");
    head("data", "\"digest\":\"", "\"digest\":\"9");
    head("target", "\"target\":\"", "\"target\":\"http://127.0.0.1:9/");
    check(&["one", "program"], "the program is ");
    check(&["one", "data"], "the spec data is ");
    check(&["one", "target"], "the target is embedded there, and http://127.0.0.1:9/embedded here");
    // A journal that was cut off, and a folder in which a run did not come to its end.
    let text = cli.journal("two/journal.jsonl.gz");
    let cut = text.lines().take(9).fold(String::new(), |all, line| all + line + "\n");
    cli.write("cut/journal.jsonl", &cut).write("part/journal.jsonl.gz.part", &cut);
    check(&["one", "cut"], "cut/journal.jsonl: the run was broken off\n  go on with it by certify --resume");
    check(&["one", "part"], "part: the run was broken off");
    check(&["one", "nothing"], "nothing: ");
    let three: Vec<String> = (1..=2).map(|number| format!("{number}/3")).collect();
    three.iter().for_each(|shard| _ = run(&shard.replace('/', "-of-"), &["--shard", shard]));
    check(&["1-of-3", "2-of-3"], "shard 3 of 3 is missing\n  give the journals of all 3 shards, or judge one alone");
    let ran = cli.run(&["judge", "one", "two", "--report-dir", "one"]);
    assert!(ran.exits(2).stderr.contains("this file is read"), "{}", ran.stderr);
    cli.run(&["judge", "one", "two"]).exits(0);
}

/// The lines of the document, as a person pastes them into a shell, and as the matrix runs them.
#[test]
fn the_recipes_for_several_machines_do_what_they_say() {
    let document =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/usage.md")).expect("the document");
    let (_, section) = document.split_once("## Several machines\n").expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let block = |kind: &str| {
        let (_, block) = section.split_once(&format!("```{kind}\n")).expect("a block");
        block.split("```").next().unwrap_or_default().to_owned()
    };
    // What is asked for is small here.
    let only = "only = ['command/get_api_info', 'command/get_appliances']\n";
    let check = |lines: &[String]| {
        let cli = Cli::new();
        cli.write("touchmark.toml", only);
        for line in lines {
            let ran = cli.shell(line);
            ran.exits(0);
        }
        let whole = Cli::new();
        whole.write("touchmark.toml", only);
        whole.run(&["certify"]).exits(0);
        assert_eq!(said(&cli, "touchmark-report"), said(&whole, "touchmark-report"));
    };
    check(&[block("sh")]);
    let matrix = block("yaml");
    let runs: Vec<&str> = matrix.lines().filter_map(|line| line.trim().strip_prefix("- run: ")).collect();
    let [install, part, again, join] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!((install, *install), (again, "cargo install --path . --locked"));
    let part = |number: u32| part.replace("${{ matrix.part }}", &number.to_string());
    check(&[part(1), part(2), part(3), (*join).to_owned()]);
    assert!(matrix.contains("part: [1, 2, 3]\n"));
    let uses = matrix.lines().filter_map(|line| line.trim().strip_prefix("- uses: "));
    let pinned = regex::Regex::new("^actions/[a-z-]+@[0-9a-f]{40} # v[0-9.]+$").expect("a pattern");
    uses.for_each(|action| assert!(pinned.is_match(action), "{action}"));
}
