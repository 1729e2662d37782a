//! `touchmark snapshot` and `judge --against` as a person types them, with files that are torn, foreign, or hold a secret.

use touchmark::emulator::Config;

use crate::support::{Cli, there};

const PART: &str = "command/get_";

#[test]
fn record_check_review_and_scrub_on_the_command_line() {
    let cli = Cli::new();
    let recorded = cli.run(&["snapshot", "record", "--only", PART]);
    assert_eq!(recorded.code, 0, "{recorded:?}");
    let checked = cli.run(&["snapshot", "check", "--only", PART, "--fail-on", "note"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(checked.stdout.contains("0 gaps, 0 changes, 0 notes"), "{checked:?}");
    // No secret of any account is in a file.
    let secrets: Vec<String> = Config::demo().accounts.into_iter().map(|account| account.client_secret).collect();
    for entry in std::fs::read_dir(cli.path("touchmark-snapshots")).expect("a folder") {
        let text = std::fs::read_to_string(entry.expect("a file").path()).expect("a text");
        assert!(!secrets.iter().any(|secret| text.contains(secret.as_str())), "{text}");
    }
    let report = cli.run(&["snapshot", "check", "--report", "html"]);
    assert!(report.code == 2 && report.stderr.contains("--report: it is for certify"), "{report:?}");
    // A folder that has snapshots is not written over.
    let again = cli.run(&["snapshot", "record", "--only", PART]);
    assert!(again.code == 2 && again.stderr.contains("--replace"), "{again:?}");
    let info = "touchmark-snapshots/command__get_api_info__smallest.snap";
    let whole = cli.read(info);
    // A drift: the exit code, what waits, and what becomes of it.
    cli.write(info, &whole.replace("\"Example\"", "\"Earlier\""));
    let journal = ["snapshot", "check", "--only", "command/get_api_info/", "--report-dir", "r"];
    assert_eq!(cli.run(&journal).code, 0, "a note is less than a change");
    let check = ["snapshot", "check", "--only", "command/get_api_info/", "--from", "r", "--fail-on", "note", "--json"];
    let checked = cli.run(&check);
    assert_eq!(checked.code, 1, "{checked:?}");
    let found: serde_json::Value = serde_json::from_str(&checked.stdout).expect("JSON");
    assert_eq!(found["differences"][0]["kind"], "value");
    let fingerprint = found["differences"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    let listed = cli.run(&["snapshot", "review"]);
    assert!(listed.code == 1 && listed.stdout.contains(&fingerprint), "{listed:?}");
    let unknown = cli.run(&["snapshot", "review", "--accept", "command/none"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("nothing was changed"), "{unknown:?}");
    let accepted = cli.run(&["snapshot", "review", "--accept", &fingerprint]);
    assert!(accepted.code == 0 && accepted.stdout.contains("1 answer taken over"), "{accepted:?}");
    assert_eq!(cli.read(info), whole);
    assert_eq!(cli.run(&check).code, 0);
    // A file that is cut off, and one of another edition.
    cli.write(info, &whole[..whole.len() / 2]);
    let torn = cli.run(&check);
    assert!(torn.code == 2 && torn.stderr.contains("command__get_api_info__smallest.snap: line"), "{torn:?}");
    cli.write(
        info,
        &whole.replace("guide: \"23.2\"", "guide: \"24.1\"").replace("guide: \"23.2.1\"", "guide: \"24.1\""),
    );
    let other = cli.run(&check);
    assert!(other.code == 2 && other.stderr.contains("edition 24.1"), "{other:?}");
    // A secret that came into a file, and a request that nobody sends any more.
    let secret = Config::demo().accounts[0].client_secret.clone();
    cli.write(info, &whole.replace("\"Example\"", &format!("\"Example {secret}\"")));
    cli.write("touchmark-snapshots/old.snap", &whole.replace("get_api_info/smallest", "get_api_info/older"));
    let scrubbed = cli.run(&["snapshot", "scrub"]);
    assert!(scrubbed.code == 0 && scrubbed.stdout.contains("1 cleaned, 1 removed"), "{scrubbed:?}");
    assert!(!cli.read(info).contains(&secret));
    assert!(!cli.path("touchmark-snapshots/old.snap").exists());
}

#[test]
fn a_report_against_an_earlier_one_says_what_is_fixed_new_and_the_same() {
    let cli = Cli::new();
    let rep = "drop:command/get_logged_in_reps:logged_in_reps/rep";
    let certify = |folder: &str, gone: &[&str]| {
        let defects: Vec<String> = gone.iter().map(|name| format!("{rep}/{name}")).collect();
        let mut line = vec!["certify", "--only", "command/get_logged_in_reps/response/", "--report-dir", folder];
        defects.iter().for_each(|defect| line.extend(["--defect", defect.as_str()]));
        cli.run(&line);
    };
    certify("one", &["type", "display_name"]);
    certify("two", &["type", "presentation_count"]);
    let judge = |now: &str| cli.run(&["judge", now, "--against", "one/report.json"]);
    let ran = judge("two/report.json");
    assert_eq!(ran.code, 1, "{ran:?}");
    for word in [
        "fixed    must      command/get_logged_in_reps/response/logged_in_reps/rep/display_name",
        "1 fixed, 1 new, 1 the same",
    ] {
        assert!(ran.stdout.contains(word), "{ran:?}");
    }
    assert_eq!(judge("two/journal.jsonl.gz").stdout, ran.stdout, "a journal is judged first");
    assert_eq!(judge("one/report.json").code, 0, "nothing is new");
    let none = cli.run(&["judge", "two/report.json", "--against", "two/journal.jsonl.gz"]);
    assert!(none.code == 2 && none.stderr.contains("--against two/journal.jsonl.gz"), "{none:?}");
}

/// At a terminal, which `script` makes: each key, what is none, and the end of input. `.ci/snapshots` also tries signals there.
#[test]
fn a_review_at_a_terminal_takes_each_key() {
    let cli = Cli::new();
    if !there(cli.shell("command -v script").code == 0, "script is not installed") {
        return;
    }
    let only = ["command/get_api_info/", "command/check_health/", "command/get_appliances/"];
    cli.run(&[&["snapshot", "record"][..], &only.map(|id| ["--only", id]).concat()].concat()).exits(0);
    let files = std::fs::read_dir(cli.path("touchmark-snapshots")).expect("a folder");
    let mut names: Vec<String> =
        files.map(|entry| format!("touchmark-snapshots/{}", entry.expect("a file").file_name().display())).collect();
    names.sort();
    names.truncate(3);
    let whole: Vec<String> = names.iter().map(|name| cli.read(name)).collect();
    for (typed, code, taken, left, says) in [
        (r"a\nR\ns\n", 1, &[0][..], &[2][..], "1 answer left to review"),
        (r"yes\n\nquit\n", 1, &[], &[0, 1, 2], "write a, r, s or q"),
        (r"a\n", 1, &[0], &[1, 2], "2 answers left to review"),
        (r"a\naccept\na\n", 0, &[0, 1, 2], &[], "0 answers left to review"),
    ] {
        for (name, text) in names.iter().zip(&whole) {
            cli.write(name, &text.replace("status = 200", "status = 202")).write(&format!("{name}.new"), text);
        }
        let line = "stty cols 20; touchmark snapshot review";
        let ran = cli.shell(&format!("printf '{typed}' | script -qec '{line}' /dev/null"));
        assert_eq!(ran.code, code, "{typed}: {ran:?}");
        assert!(ran.stdout.contains(says), "{typed}: {}", ran.stdout);
        let those = |is: &dyn Fn(usize) -> bool| (0..3).filter(|at| is(*at)).collect::<Vec<_>>();
        assert_eq!(those(&|at| cli.read(&names[at]) == whole[at]), taken, "{typed}");
        assert_eq!(those(&|at| cli.path(&format!("{}.new", names[at])).exists()), left, "{typed}");
    }
}
