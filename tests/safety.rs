//! What the program never does to a target: touch more than it may, hurry, keep a connection, or tell a secret.

use std::{collections::BTreeMap, fs, path::Path};

use touchmark::{
    commands::{InMemory, OnTheWay},
    emulator::Config,
    model::{case::Class, exchange::Exchange},
    report::read_journal,
    send::Rate,
    spec,
};

use crate::{
    memory::{Gone, travel},
    peers::{Act, Asked, Reply, peer, proxy},
    support::{Cli, Ran, serve},
};

/// What an account may send in a second (p. 7).
const PER_SECOND: usize = 20;

// --- what may be touched ---

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn without_more_permission_a_named_target_gets_only_requests_that_read() {
    let behind = serve(Config::demo());
    let target = proxy(&behind, |_, _| {});
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    // The proxy carries whole requests, so no WebSocket opens through it.
    let chapters = ["auth", "command", "client_script", "session", "reporting", "archive", "backup", "configuration"];
    let only = chapters.iter().flat_map(|chapter| ["--only", chapter]);
    let ran = cli.run(&["certify"].into_iter().chain(only).collect::<Vec<_>>());
    assert!(matches!(ran.code, 0 | 3), "{ran:?}");
    let asked = target.asked();
    let written: Vec<&Asked> = asked.iter().filter(|asked| writes(asked)).collect();
    assert!(written.is_empty(), "{} of {}, such as {:?}", written.len(), asked.len(), written.first());
    assert!(asked.iter().filter(|asked| !asked.actions().is_empty()).count() > 300, "only {} requests", asked.len());
    // The same plan with permission writes, so the count above can see writing.
    let permitted = ["certify", "--allow", "write", "--only", "command/set_session_attributes"];
    cli.run(&permitted);
    assert!(target.asked().iter().any(writes));
    cli.run(&["certify", "--allow", "write", "--only", "configuration/"]);
    assert!(target.asked().iter().any(|asked| asked.path().starts_with("/api/config/") && writes(asked)));
}

/// Whether a request may change something: an action of the command API, or a method of the Configuration API.
fn writes(asked: &Asked) -> bool {
    let by_method = asked.path().starts_with("/api/config/") && !matches!(asked.method.as_str(), "GET" | "HEAD");
    by_method || asked.actions().iter().any(|action| !reads(action))
}

/// Whether an action changes nothing. What does not exist does nothing either.
fn reads(action: &str) -> bool {
    const WRITERS: [&str; 12] = [
        "generate_session_key",
        "join_session",
        "leave_session",
        "transfer_session",
        "terminate_session",
        "set_rep_status",
        "set_session_attributes",
        "set_failover_role",
        "send_chat_message",
        "create_virtual_customer",
        "import_jump_shortcut",
        "import_jump_shortcuts",
    ];
    !WRITERS.contains(&action)
}

#[test]
fn every_command_is_known_to_read_or_to_write() {
    let spec = spec::embedded().expect("sound data");
    for endpoint in spec.endpoints.values().filter(|endpoint| endpoint.id.starts_with("command/")) {
        let Some(action) = endpoint.request.as_ref().and_then(|request| request.fixed.get("action")) else { continue };
        assert_eq!(reads(action), endpoint.class == Class::Read, "{}", endpoint.id);
    }
}

#[test]
fn a_plan_sends_nothing() {
    let target = peer(|_| Act::Reply(Reply::new(500, "text/plain", "")));
    let cli = Cli::new();
    for more in [&[][..], &["--allow", "disrupt"], &["--cases-in-full", "--only", "command/join_session"]] {
        let plan = [&["plan", "--target", &target.base, "--account", "a:b"], more].concat();
        assert!(!cli.run(&plan).exits(0).stdout.is_empty());
    }
    assert_eq!(target.connections(), 0);
    assert!(fs::read_dir(cli.path("")).expect("a folder").next().is_none(), "a plan writes nothing");
}

#[test]
fn a_plan_says_at_least_what_is_sent() {
    let behind = serve(Config::demo());
    let target = proxy(&behind, |_, _| {});
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    let only = ["--only", "command/get_support_teams", "--allow", "disrupt"];
    let plan = cli.run(&[&["plan"], &only[..]].concat()).stdout;
    let planned: usize =
        plan.lines().filter_map(|line| line.split_once("at most ")?.1.split(' ').next()?.parse::<usize>().ok()).sum();
    cli.run(&[&["certify"], &only[..]].concat()).exits(0);
    let sent = target.asked().iter().filter(|asked| asked.actions() == ["get_support_teams"]).count();
    assert!(sent > 20 && sent <= planned, "{sent} sent, {planned} planned\n{plan}");
}

// --- how fast, and over what ---

#[test]
fn no_account_sends_more_in_a_second_than_it_may() {
    let behind = serve(Config::demo());
    let cli = Cli::new();
    cli.aim(&behind.base, &behind.emulator);
    let paced = ["certify", "--rate", "20/s", "--workers", "8", "--allow", "write"];
    cli.run(&[&paced[..], &["--only", "command/get_logged_in_reps"]].concat()).exits(0);
    let (_, records) = read_journal(&cli.journal("touchmark-report/journal.jsonl.gz")).expect("a journal");
    let exchanges: Vec<&Exchange> =
        records.iter().flat_map(touchmark::model::record::Record::sent).map(|(_, exchange)| exchange).collect();
    let mut times: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for exchange in &exchanges {
        let request = exchange.request().expect("an HTTP request");
        times.entry(request.account).or_default().push(exchange.at_ms);
    }
    assert!(times.values().any(|times| times.len() > 2 * PER_SECOND), "too few requests to tell");
    times.into_values().for_each(never_hurries);
}

#[test]
fn a_whole_run_keeps_the_pace_of_each_account_and_its_tokens_count() {
    let spec = spec::embedded().expect("sound data");
    let only = vec!["command/".to_owned(), "auth/errors".to_owned()];
    let gone = travel(&spec, InMemory { rate: Rate::PerSecond(20), only, ..InMemory::default() });
    let owners = owners(&gone);
    let mut times: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for one in &gone {
        let words = one.authorization.split(' ').nth(1).unwrap_or_default();
        let owner = owners.get(words).map_or(words, String::as_str);
        times.entry(owner).or_default().push(one.at_ms);
    }
    assert!(times.values().any(|times| times.len() > 1_000), "too few requests to tell");
    times.into_values().for_each(never_hurries);
}

/// Whose tokens they are: what was issued, by the credentials that it was issued for.
fn owners(gone: &[Gone]) -> BTreeMap<String, String> {
    let issued = gone.iter().filter(|one| one.asks_for_a_token());
    issued
        .filter_map(|one| {
            let json: serde_json::Value = serde_json::from_str(&one.answer).ok()?;
            let owner = one.authorization.split(' ').nth(1)?;
            Some((json["access_token"].as_str()?.to_owned(), owner.to_owned()))
        })
        .collect()
}

#[track_caller]
fn never_hurries(mut times: Vec<i64>) {
    times.sort_unstable();
    let fastest = times.windows(PER_SECOND + 1).map(|window| window[PER_SECOND] - window[0]).min();
    assert!(fastest.is_none_or(|ms| ms >= 1_000), "{} requests in {fastest:?} ms", PER_SECOND + 1);
}

#[test]
fn every_request_closes_its_connection() {
    let behind = serve(Config::demo());
    let target = proxy(&behind, |_, _| {});
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    cli.run(&["certify", "--allow", "disrupt", "--only", "auth/token", "--only", "command/get_appliances"]).exits(0);
    let asked = target.asked();
    assert!(asked.len() > 40, "{}", asked.len());
    let kept = asked.iter().find(|asked| asked.header("connection") != Some("close"));
    assert!(kept.is_none(), "{kept:?}");
    assert_eq!(asked.len(), target.connections(), "one connection for each request");
}

// --- tokens ---

#[test]
fn tokens_are_renewed_before_they_expire() {
    let spec = spec::embedded().expect("sound data");
    let only = vec!["command/get_connected_clients".to_owned()];
    // The token lives for 301 seconds and is renewed 300 seconds before its end: after one second.
    let on_the_way: OnTheWay = Box::new(|_, request, response| {
        if request.target == "/oauth2/token" {
            let text = String::from_utf8_lossy(&response.body).replace("3600", "301");
            response.body = text.into_bytes();
        }
    });
    let gone = travel(&spec, InMemory { rate: Rate::PerSecond(20), only, on_the_way, ..InMemory::default() });
    let issued: BTreeMap<String, i64> = owners(&gone)
        .into_keys()
        .filter_map(|token| {
            let answer = gone.iter().find(|one| one.asks_for_a_token() && one.answer.contains(&token))?;
            Some((format!("Bearer {token}"), answer.at_ms))
        })
        .collect();
    let used: Vec<i64> = gone.iter().filter_map(|one| Some(one.at_ms - issued.get(&one.authorization)?)).collect();
    let seconds = (gone.last().map_or(0, |one| one.at_ms) - gone[0].at_ms) / 1_000;
    assert!(seconds > 5 && used.len() > 100, "{} requests in {seconds} s", used.len());
    assert!(used.iter().all(|age| *age <= 2_000), "a token of {:?} ms was used", used.iter().max());
    assert!(
        i64::try_from(issued.len()).is_ok_and(|count| count >= seconds / 3 && count <= seconds + 5),
        "{}",
        issued.len()
    );
}

#[test]
fn a_token_that_lives_for_an_hour_is_made_once_for_each_account() {
    let spec = spec::embedded().expect("sound data");
    let only = vec!["command/get_connected_clients".to_owned()];
    let gone = travel(&spec, InMemory { rate: Rate::PerSecond(20), only, ..InMemory::default() });
    let count = gone.iter().filter(|one| one.asks_for_a_token()).count();
    let callers: std::collections::BTreeSet<_> = owners(&gone).into_values().collect();
    // The first contact asks for one of its own.
    assert!(count <= callers.len() + 1, "{count} tokens for {callers:?}");
}

// --- secrets ---

#[test]
fn no_secret_is_in_any_artefact_even_when_the_target_echoes_them() {
    let behind = serve(Config::demo());
    let target = proxy(&behind, |asked, reply| {
        let Some(secret) = asked.header("authorization") else { return };
        let bare = secret.split(' ').nth(1).unwrap_or_default();
        reply.headers.push(("x-echo".to_owned(), secret.to_owned()));
        reply.headers.push(("location".to_owned(), format!("/next?token={bare}")));
        // In a comment it is lawful XML, so that the runs go on; in JSON it is one more member.
        match reply.body.first() {
            Some(b'{') => reply.replace("{", &format!("{{\"echo\":\"{secret}\",")),
            _ => reply.body.extend_from_slice(format!("<!-- {bare} -->").as_bytes()),
        }
    });
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    let ran = cli.run(&["certify", "--allow", "disrupt", "--only", "auth/", "--only", "command/get_api_info"]);
    assert!(matches!(ran.code, 0 | 1 | 3), "{ran:?}");
    let secrets = secrets(&target.asked());
    assert!(secrets.len() > 25, "{}", secrets.len());
    tells_no(&secrets, &cli, &ran);

    let ran = cli.run(&["judge", "touchmark-report/journal.jsonl.gz"]);
    tells_no(&secrets, &cli, &ran);
    for gap in cli.report().gaps().into_iter().take(3) {
        let ran = cli.run(&["replay", "touchmark-report/report.json", gap]);
        tells_no(&secrets, &cli, &ran);
    }
}

#[test]
fn no_secret_is_in_what_is_said_of_a_target_that_refuses_it() {
    for status in [400, 401, 403, 500] {
        let target = peer(move |asked| {
            let secret = asked.header("authorization").unwrap_or_default();
            Act::Reply(Reply::new(status, "application/json", &format!("{{\"error\":\"{secret}\"}}")))
        });
        let cli = Cli::new();
        let account = "an-id:a-secret-that-nobody-may-see";
        let ran = cli.run(&["certify", "--target", &target.base, "--account", account, "--only", "auth/token"]);
        assert_ne!(ran.code, 0);
        let mut secrets = secrets(&target.asked());
        secrets.push("a-secret-that-nobody-may-see".to_owned());
        tells_no(&secrets, &cli, &ran);
    }
}

/// The secrets of the demo accounts, and what was sent in their name: credentials and tokens.
fn secrets(asked: &[Asked]) -> Vec<String> {
    let mut secrets: Vec<String> = Config::demo().accounts.into_iter().map(|account| account.client_secret).collect();
    for asked in asked {
        let sent = asked.header("authorization").and_then(|text| text.split(' ').nth(1)).unwrap_or_default();
        // What the program makes up itself, a token that was never issued or a client that is unknown, is no secret.
        if sent.len() >= 20 && !sent.contains("touchmark") && !made_up(sent) {
            secrets.push(sent.to_owned());
        }
    }
    secrets.sort();
    secrets.dedup();
    secrets
}

fn made_up(sent: &str) -> bool {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let text = STANDARD.decode(sent).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    text.contains("wrong-secret") || text.contains("unknown-client")
}

#[track_caller]
fn tells_no(secrets: &[String], cli: &Cli, ran: &Ran) {
    let mut texts = vec![("stdout".to_owned(), ran.stdout.clone()), ("stderr".to_owned(), ran.stderr.clone())];
    let folder = cli.path("touchmark-report");
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let path = entry.path();
        texts.push((path.display().to_string(), read(&path)));
    }
    for (place, text) in &texts {
        let told = secrets.iter().find(|secret| text.contains(secret.as_str()));
        let around = told.and_then(|secret| text.split(secret.as_str()).next()).unwrap_or_default();
        let before: String = around.chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
        assert!(told.is_none(), "{place} tells {told:?} after {before:?}");
    }
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned()
}
