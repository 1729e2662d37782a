//! Runs that are killed, and taken up again: no verdict is another, nor its reason, and nothing of what either run made is left at the target.

use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::process::ExitStatusExt,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

use touchmark::emulator::{Config, Readings};

use crate::{
    peers::{Act, Asked, Reply, forward, peer},
    replays::timeless,
    support::{self, Cli, Served, drawn, first_seed, installed, serve, text, variable},
};

/// What a run with a report says: each requirement with its row but for counts and times, and the count of requests.
type Said = (BTreeMap<String, String>, u64);

/// Runs in a folder until the end.
fn whole(cli: &Cli, only: &str, more: &[&str]) -> Said {
    let ran = cli.run(&[&["certify", "--only", only, "--seed", "1", "--allow", "disrupt"], more].concat());
    assert!(matches!(ran.code, 0 | 3), "{ran:?}");
    let report = cli.report();
    let left = report.0.get("left").cloned();
    assert_eq!(left, None, "{only} {more:?}");
    let row = |row: &serde_json::Value| {
        let mut row = row.clone();
        row["observations"] = serde_json::Value::Null;
        (text(&row, "id").to_owned(), nameless(&timeless(&row.to_string())))
    };
    let rows = report.rows("requirements").map(row).collect();
    (rows, report.0["run"]["requests"].as_u64().expect("a count"))
}

/// The names of what a run makes hold its word, and a reason may name what was made.
fn nameless(row: &str) -> String {
    let name = regex::Regex::new("touchmark-?(?:[0-9a-z]+-?)?[0-9a-f]{12}").expect("a pattern");
    name.replace_all(row, "[NAME]").into_owned()
}

/// When a run is killed: before or after the target has answered a request, or once it has made what the request asks for.
#[derive(PartialEq)]
enum Killed {
    Before,
    After,
    Made,
}

/// Runs in a folder and is killed at the request that is told so, by what it asks and by its number.
fn killed(cli: &Cli, behind: &Served, only: &str, at: impl Fn(&Asked, u64) -> Option<Killed> + Send + Sync + 'static) {
    let upstream = behind.base.trim_start_matches("http://").to_owned();
    let (count, process) = (AtomicU64::new(0), Arc::new(AtomicU32::new(0)));
    let victim = Arc::clone(&process);
    let network = peer(move |asked| {
        let kill = at(asked, count.fetch_add(1, Ordering::SeqCst));
        if kill == Some(Killed::Before) {
            end(&victim);
        }
        let reply = forward(&upstream, asked);
        if kill == Some(Killed::After) || kill == Some(Killed::Made) && reply.status == 201 {
            end(&victim);
        }
        Act::Reply(reply)
    });
    // The run after it goes on at the same target, which has another address now.
    cli.aim(&network.base, &behind.emulator);
    let mut child = cli.start(&["certify", "--only", only, "--seed", "1", "--allow", "disrupt"]);
    process.store(child.id(), Ordering::SeqCst);
    let ended = child.wait().unwrap();
    assert_eq!(ended.signal(), Some(9), "{only}: it came to its end ({ended}), and was to be killed before");
    let journal = "touchmark-report/journal.jsonl.gz.part";
    if cli.path(journal).exists() {
        // The head names the target, which is the same one at another address.
        let text = cli.journal(journal).replace(&network.base, &behind.base);
        cli.write(journal, &text);
    }
    cli.aim(&behind.base, &behind.emulator);
}

/// Ends a process as nothing can prevent.
fn end(process: &AtomicU32) {
    while process.load(Ordering::SeqCst) == 0 {
        std::thread::yield_now();
    }
    support::signal("KILL", process.load(Ordering::SeqCst));
}

/// Ids of the sessions in which a customer is.
pub(crate) fn sessions(behind: &Served) -> BTreeSet<String> {
    let text = read(behind, "/api/command?action=get_connected_clients&type=support_customer,representative");
    let lsid = regex::Regex::new("<lsid>([^<]*)</lsid>").expect("a pattern");
    lsid.captures_iter(&text).map(|found| found[1].to_owned()).collect()
}

/// What the target answers the main account, past everything that kills.
pub(crate) fn read(behind: &Served, target: &str) -> String {
    let upstream = behind.base.trim_start_matches("http://");
    let account = &Config::demo().accounts[0];
    let asked = |method: &str, target: &str, body: &str, authorization: String| Asked {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: vec![
            ("host".to_owned(), "localhost".to_owned()),
            ("authorization".to_owned(), authorization),
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
            ("content-length".to_owned(), body.len().to_string()),
        ],
        body: body.as_bytes().to_vec(),
    };
    let basic = format!("Basic {}", base64(&format!("{}:{}", account.client_id, account.client_secret)));
    let answer = forward(upstream, &asked("POST", "/oauth2/token", "grant_type=client_credentials", basic));
    let answer: serde_json::Value = serde_json::from_slice(&answer.body).expect("a token");
    let token = answer["access_token"].as_str().expect("a token").to_owned();
    let answer = forward(upstream, &asked("GET", target, "", format!("Bearer {token}")));
    String::from_utf8(answer.body).expect("text")
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Kills a run at a drawn request, takes it up again, and gives what differs from a run that nothing ended.
fn check(only: &str, seed: u64, expected: &Said) {
    let behind = serve(Config::demo());
    let before = sessions(&behind);
    let cli = Cli::new();
    // The number of requests is not quite the same each time.
    let at = drawn(seed + 1, 0) % (expected.1 * 9 / 10).max(1);
    let when = move || if seed % 2 == 1 { Killed::After } else { Killed::Before };
    killed(&cli, &behind, only, move |_, number| (number == at).then(when));
    let more: &[&str] = match cli.path("touchmark-report/journal.jsonl.gz.part").exists() {
        true => &["--resume", "touchmark-report"],
        false => &[],
    };
    let (rows, _) = whole(&cli, only, more);
    let differ: Vec<_> = rows.iter().filter(|(id, row)| expected.0.get(*id) != Some(row)).collect();
    assert!(differ.is_empty(), "{only}, seed {seed}, killed at request {at}: {differ:?}");
    let left: Vec<_> = sessions(&behind).difference(&before).cloned().collect();
    assert_eq!(left, Vec::<String>::new(), "{only}, seed {seed}, killed at request {at}: sessions are left");
}

/// With `TOUCHMARK_KILLS` set to a number, that number of kills over a chapter and more: the figure of docs/safety.md, by `.ci/kills`.
#[test]
#[expect(clippy::print_stderr, reason = "a figure is printed as it grows")]
fn a_run_that_was_killed_and_taken_up_says_the_same_and_leaves_nothing() {
    let wanted = variable("TOUCHMARK_KILLS").and_then(|text| text.parse::<u64>().ok());
    let areas: &[&str] = match wanted {
        Some(_) => &["command", "client_script", "session", "configuration"],
        None => &["command/create_virtual_customer", "command/join_session"],
    };
    let expected = |only: &str| {
        let behind = serve(Config::demo());
        let cli = Cli::new();
        cli.aim(&behind.base, &behind.emulator);
        whole(&cli, only, &[])
    };
    let mut of_areas: BTreeMap<&str, Said> = BTreeMap::new();
    let kills = wanted.unwrap_or(6);
    for seed in first_seed()..kills {
        let area = areas[usize::try_from(seed).unwrap_or(0) % areas.len()];
        check(area, seed, of_areas.entry(area).or_insert_with(|| expected(area)));
        if wanted.is_some() {
            eprintln!("{} of {kills}", seed + 1);
        }
    }
}

/// What they made is ended by its names, and all are played anew: each would be judged by two plays otherwise.
#[test]
#[ignore = "long: sh .ci/run plays it"]
fn sequences_that_a_killed_run_played_are_played_anew_and_judged_once() {
    let only = "command/sequences";
    let run = || {
        let behind = serve(Config::demo());
        let cli = Cli::new();
        cli.aim(&behind.base, &behind.emulator);
        (behind, cli)
    };
    let (_behind, cli) = run();
    let (rows, requests) = whole(&cli, only, &[]);
    let (behind, cli) = run();
    let before = sessions(&behind);
    // Races come last, and the records of sequences are there by then.
    killed(&cli, &behind, only, move |_, number| (number == requests * 9 / 10).then_some(Killed::After));
    let sequences = |journal: &str| journal.matches(r#""flow":{"name":"sequence","tag":"00"}"#).count();
    assert!(sequences(&cli.journal("touchmark-report/journal.jsonl.gz.part")) > 0, "one was played");
    assert_eq!(whole(&cli, only, &["--resume", "touchmark-report"]).0, rows);
    assert_eq!(sequences(&cli.journal("touchmark-report/journal.jsonl.gz")), 1);
    assert_eq!(sessions(&behind), before);
}

#[test]
fn what_a_killed_run_made_without_seeing_the_answer_is_taken_away_by_the_next() {
    const LIST: &str = "/api/config/v1/jump-group?per_page=100";
    let behind = serve(Config::demo());
    let before = read(&behind, LIST);
    let cli = Cli::new();
    let only = "configuration/jump-group/post";
    killed(&cli, &behind, only, |asked, _| {
        (asked.method == "POST" && asked.path() == "/api/config/v1/jump-group").then_some(Killed::Made)
    });
    assert_ne!(read(&behind, LIST), before, "it made one");
    whole(&cli, only, &["--resume", "touchmark-report"]);
    assert_eq!(read(&behind, LIST), before);
}

/// Where a page begins a session with its answer, no answer names it: its customer does.
#[test]
fn a_session_that_a_page_began_is_ended_by_the_name_of_its_customer() {
    let mut config = Config::demo();
    config.readings.set(Readings::parse("start-session-begins=at_once").expect("a reading"));
    let behind = serve(config);
    let before = sessions(&behind);
    let cli = Cli::new();
    let only = "session/start_session/effect/issue";
    killed(&cli, &behind, only, |asked, _| asked.target.contains("issue_menu=1").then_some(Killed::After));
    assert_ne!(sessions(&behind), before, "it made one");
    whole(&cli, only, &["--resume", "touchmark-report"]);
    assert_eq!(sessions(&behind), before);
}

/// Nothing shows whose a session of a customer without a name is, so it is listed and not ended. Those of others began before.
#[test]
fn a_session_that_a_page_began_for_nobody_is_listed_with_the_line_that_ends_it() {
    let served = |reading: &str| {
        let mut config = Config::demo();
        config.readings.set(Readings::parse(&format!("start-session-begins={reading}")).expect("a reading"));
        serve(config)
    };
    let only = [
        "certify",
        "--allow",
        "write",
        "--only",
        "session/start_session/effect/issue",
        "--only",
        "session/start_session/smallest",
    ];
    let run = |behind: &Served| {
        let mut cli = Cli::new();
        cli.aim(&behind.base, &behind.emulator);
        cli.run(&only).exits(0);
        cli.set("BT_CLIENT_ID", "touchmark").set("BT_CLIENT_SECRET", "touchmark-demo-secret");
        cli
    };
    let behind = served("at_once");
    let before = sessions(&behind);
    let cli = run(&behind);
    let left: BTreeSet<String> = sessions(&behind).difference(&before).cloned().collect();
    assert!(!left.is_empty(), "a page began one");
    let report = cli.report();
    assert_eq!(report.rows("left").count(), left.len());
    for id in &left {
        let row = report.rows("left").find(|row| text(row, "what").contains(id.as_str())).expect("it is listed");
        assert!(text(row, "what").starts_with("perhaps the session"), "{row}");
        if installed("curl") {
            cli.shell(text(row, "curl")).exits(0);
        }
    }
    if installed("curl") {
        assert_eq!(sessions(&behind), before, "the lines end them");
    }
    let report = run(&served("with_the_client")).report();
    assert_eq!(report.0.get("left"), None, "nothing began, so nothing is left");
}

#[test]
fn what_an_accepted_request_did_not_take_away_is_listed() {
    let cli = Cli::new();
    let defect = "behaviour:configuration/general:delete-without-effect";
    cli.run(&["certify", "--allow", "disrupt", "--only", "configuration/group-policy", "--defect", defect]).exits(1);
    let report = cli.report();
    let left: Vec<(&str, &str)> = report.rows("left").map(|row| (text(row, "what"), text(row, "curl"))).collect();
    assert!(!left.is_empty(), "what was read after it was taken away is there still");
    for (what, line) in left {
        assert!(what.starts_with("/api/config/v1/group-policy/") && line.contains("-X DELETE"), "{what}: {line}");
    }
}

#[test]
fn what_could_not_be_taken_away_is_listed_with_the_line_that_does() {
    let behind = serve(Config::demo());
    let before = sessions(&behind);
    let upstream = behind.base.trim_start_matches("http://").to_owned();
    let deaf = peer(move |asked| {
        let ends =
            asked.actions().iter().any(|action| ["leave_session", "terminate_session"].contains(&action.as_str()));
        match ends {
            true => Act::Reply(Reply::new(403, "text/xml", "<error>not now</error>")),
            false => Act::Reply(forward(&upstream, asked)),
        }
    });
    let mut cli = Cli::new();
    cli.aim(&deaf.base, &behind.emulator);
    let ran = cli.run(&["certify", "--allow", "write", "--only", "command/get_session_attributes"]);
    let report = cli.report();
    let left: BTreeSet<String> = sessions(&behind).difference(&before).cloned().collect();
    assert!(!left.is_empty());
    for id in &left {
        assert!(ran.stdout.contains(&format!("still at the target: the session {id}")), "{}", ran.stdout);
    }
    assert_eq!(report.rows("left").count(), left.len());
    if !installed("curl") {
        return;
    }
    cli.set("BT_CLIENT_ID", "touchmark").set("BT_CLIENT_SECRET", "touchmark-demo-secret");
    for row in report.rows("left") {
        cli.shell(&text(row, "curl").replace(&deaf.base, &behind.base)).exits(0);
    }
    assert_eq!(sessions(&behind), before, "the lines take them away");
}
