//! Every defect can be noticed: for each there is a script whose answers differ from those of a sound emulator.
//!
//! In: the catalogue. Out: a failure that names the defects nobody could notice, which have lost their hook.
//! Only tests use it.

use rayon::iter::ParallelIterator as _;
use rayon::slice::ParallelSlice as _;

use super::super::Config;
use super::super::command::parameters::{Parameter, Shape};
use super::super::command::{ACTIONS, Action, jump::VARIANTS};
use super::super::testing::{Lab, body, request, texts, token_request};
use super::super::{Defect, Response};
use super::all;

const C69: &str = "c69a8e10bea9428f816cfababe9815fe";

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn every_defect_changes_an_answer() {
    let defects = in_order_of_kind();
    let kinds = defects.par_chunk_by(|one, next| one.touches == next.touches);
    let unnoticed: Vec<&str> = kinds.flat_map_iter(unnoticed).collect();
    assert!(unnoticed.is_empty(), "{} unnoticed: {unnoticed:#?}", unnoticed.len());
}

/// Those of one kind with which no script has other answers.
fn unnoticed(defects: &[Defect]) -> Vec<&str> {
    let scripts = scripts(&defects[0].touches);
    let mut unnoticed = Vec::new();
    let alike =
        |one: &Defect, next: &Defect| one.readings == next.readings && one.without_peer() == next.without_peer();
    for same in defects.chunk_by(alike) {
        let reading = || {
            let mut config = Config::demo();
            same[0].readings.iter().for_each(|reading| config.readings.set(*reading));
            config.site.health.peer_unreachable = same[0].without_peer();
            Lab::of(config)
        };
        let sound: Vec<Vec<Response>> = scripts.iter().map(|script| play(&reading(), script)).collect();
        let noticed = |defect: &&Defect| {
            scripts.iter().zip(&sound).any(|(script, sound)| play(&Lab::with((*defect).clone()), script) != *sound)
        };
        unnoticed.extend(same.iter().filter(|defect| !noticed(defect)).map(|defect| defect.id.as_str()));
    }
    unnoticed
}

fn in_order_of_kind() -> Vec<Defect> {
    let mut defects = all().to_vec();
    defects.sort_by(|one, other| one.touches.cmp(&other.touches));
    defects
}

/// Lines of a script: `ACCOUNT METHOD QUERY`, or one of the words below.
pub(super) type Script = Vec<String>;

fn play(lab: &Lab, script: &Script) -> Vec<Response> {
    let (mut answers, mut key, mut lsid): (Vec<Response>, _, _) = (Vec::new(), String::new(), String::new());
    let mut tokens: Vec<String> = Vec::new();
    for line in script {
        let line = line.replace("{key}", &key).replace("{lsid}", &lsid);
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let answer = match words.as_slice() {
            ["wait", ms] => {
                lab.clock.advance(ms.parse().expect("milliseconds"));
                continue;
            }
            ["new", account] => {
                tokens.push(lab.token(account));
                continue;
            }
            ["expired", account] => {
                tokens.push(lab.emulator.expired_token(account).expect("an expired token"));
                continue;
            }
            ["ended", account] => {
                tokens.push(lab.emulator.ended_token(account).expect("an ended token"));
                continue;
            }
            ["overtaken", by, query] => lab.overtaken(by, query),
            ["feed", ..] => super::noticed_feed::converse(lab, line.trim_start_matches("feed ")),
            ["raw", ..] => super::noticed_http::answered(lab, line.trim_start_matches("raw ")),
            ["credentials", id, secret] => lab.emulator.handle(&token_request(id, secret)),
            ["path", method, target] => lab.emulator.handle(&request(method, target, &[], "")),
            ["form", path, form] => {
                let head = [("content-type", "application/x-www-form-urlencoded")];
                lab.emulator.handle(&request("POST", path, &head, form))
            }
            ["bad-config", target] => {
                lab.emulator.handle(&request("GET", target, &[("authorization", "Bearer bad")], ""))
            }
            ["host", host, target] => lab.emulator.handle(&request("GET", target, &[("host", host)], "")),
            ["config", account, rest] => {
                let mut rest = rest.splitn(3, ' ');
                let (method, target) = (rest.next().expect("a method"), rest.next().expect("a target"));
                lab.config(account, method, target, rest.next().unwrap_or_default())
            }
            ["report", account, rest] => {
                let (method, query) = rest.split_once(' ').expect("a method and a query");
                lab.ask(account, method, query)
            }
            ["use", at, query] => {
                let token = at.parse::<usize>().ok().and_then(|at| tokens.get(at).cloned());
                lab.bearing(&token.unwrap_or_else(|| (*at).to_owned()), "GET", query)
            }
            ["use-other-case", at, query] => {
                let token: String = tokens[at.parse::<usize>().expect("a token")].chars().map(swap_case).collect();
                lab.bearing(&token, "GET", query)
            }
            ["use-other-end", at, query] => {
                let token = &tokens[at.parse::<usize>().expect("a token")];
                lab.bearing(&format!("{}!", &token[..token.len() - 1]), "GET", query)
            }
            [account, method, query] => lab.send(account, method, query),
            _ => panic!("no such line: {line}"),
        };
        let text = body(&answer);
        key = texts(&text, "short_key").first().map_or(key, |key| (*key).to_owned());
        lsid = texts(&text, "lsid").last().map_or(lsid, |lsid| (*lsid).to_owned());
        answers.push(answer);
    }
    answers
}

fn swap_case(letter: char) -> char {
    if letter.is_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
}

fn scripts(kind: &str) -> Vec<Script> {
    let by_hand: &[&[&str]] = match kind {
        "auth/token" => super::noticed_scripts::TOKEN,
        "auth/errors" => super::noticed_scripts::ERRORS,
        "auth/rate_limit" => super::noticed_scripts::RATE,
        "command/general" => super::noticed_scripts::GENERAL,
        "command/schema" => &[&["path GET /api/command.xsd"]],
        "command/generate_session_key" => super::noticed_scripts::KEYS,
        "command/create_virtual_customer" => super::noticed_scripts::CUSTOMERS,
        "command/transfer_session" => super::noticed_scripts::TRANSFERS,
        "command/get_logged_in_reps" => super::noticed_scripts::LEFT,
        "command/get_connected_clients" => super::noticed_scripts::BUSY,
        "command/get_support_teams" => super::noticed_scripts::QUEUES,
        "command/send_chat_message" => super::noticed_scripts::CHATS,
        "command/get_api_info" => &[&["touchmark-support-reports GET action=get_api_info"]],
        "command/check_health_http" => &[&["path GET /check_health"], &["touchmark GET action=check_health"]],
        _ => &[],
    };
    let mut scripts: Vec<Script> =
        by_hand.iter().map(|lines| lines.iter().copied().map(str::to_owned).collect()).collect();
    match kind {
        "auth/token" => scripts.push(many_tokens()),
        "auth/rate_limit" => scripts.extend(many_requests()),
        _ => {}
    }
    scripts.extend(super::noticed_reports::scripts(kind));
    scripts.extend(super::noticed_generation::scripts(kind));
    scripts.extend(super::noticed_configuring::scripts(kind));
    scripts.extend(super::noticed_feed::scripts(kind));
    scripts.extend(super::noticed_http::scripts(kind));
    scripts.extend(super::noticed_sequences::scripts(kind));
    let name = kind.strip_prefix("command/").unwrap_or_default();
    if let Some(action) = ACTIONS.iter().find(|action| action.name == name) {
        scripts.extend(of_action(action));
    }
    scripts
}

/// Forty tokens of one account, then each is tried.
fn many_tokens() -> Script {
    let mut script: Script = vec!["new touchmark-read".to_owned()];
    script.extend((0..32).map(|_| "new touchmark".to_owned()));
    script.extend((0..33).map(|at| format!("use {at} action=check_health")));
    script
}

fn many_requests() -> Vec<Script> {
    let fast: Script = (0..25).map(|_| "touchmark-spare GET action=check_health".to_owned()).collect();
    let mut slow = Script::new();
    for _ in 0..410 {
        slow.push("touchmark-spare GET action=check_health".to_owned());
        slow.push("wait 100".to_owned());
    }
    // An account whose hour is nearly used up, and the same an hour later.
    let mut anew = Script::new();
    for _ in 0..110 {
        anew.push("touchmark-spent GET action=check_health".to_owned());
        anew.push("wait 100".to_owned());
    }
    anew.extend(["wait 3600000", "new touchmark-spent", "use 0 action=check_health"].map(str::to_owned));
    vec![fast, slow, anew]
}

/// What shows the state after a change.
const LOOKS: &[&str] = &[
    "touchmark GET action=get_logged_in_reps",
    "touchmark GET action=get_support_teams&showmembers=1",
    "touchmark GET action=get_connected_client_list",
    "touchmark GET action=get_connected_clients",
    "touchmark GET action=get_appliances",
    "touchmark GET action=check_health",
    "touchmark GET action=get_session_attributes&lsid=c69a8e10bea9428f816cfababe9815fe",
];

fn of_action(action: &Action) -> Vec<Script> {
    let mut queries: Vec<String> = Vec::new();
    let bases: Vec<(String, &[Parameter])> = match action.name {
        "import_jump_shortcut" => VARIANTS.iter().map(|one| (sample_all(one.parameters), one.parameters)).collect(),
        name => vec![(base(name).to_owned(), action.parameters)],
    };
    for (base, parameters) in &bases {
        queries.push(base.clone());
        for parameter in *parameters {
            queries.push(without(base, parameter.name));
            let alone = without(base, parameter.name);
            queries.extend(samples(parameter).iter().map(|value| format!("{alone}&{}={value}", parameter.name)));
            queries.push(format!("{alone}&{}=unknown", parameter.name));
        }
    }
    queries.extend(super::noticed_scripts::more(action.name));
    let mut scripts: Vec<Script> = queries.iter().map(|query| script(action.name, query)).collect();
    for account in ["touchmark-read", "touchmark-deny"] {
        scripts.push(vec![format!("{account} GET action={}{}", action.name, bases[0].0)]);
    }
    scripts.push(vec![format!("touchmark POST action={}{}", action.name, bases[0].0)]);
    scripts
}

const KEY: &str = "touchmark GET action=generate_session_key&type=support&queue_id=team:1&ttl=60\
    &session.custom.external_key=E&session.custom.custom_field1=F";
const CUSTOMER: &str = "touchmark GET action=create_virtual_customer&short_key={key}\
    &name=N&ip_address=192.0.2.1&operating_system=O&computer_name=C";

/// A query with what must come before it, by the words it holds, and what shows its effect.
fn script(action: &str, query: &str) -> Script {
    let mut script = Script::new();
    let mut line = |line: &str| script.push(line.to_owned());
    if query.contains("{key}") {
        line(KEY);
    }
    if query.contains("EXPIRED") {
        line("wait 61000");
    }
    if query.contains("ENDED") {
        line(&format!("touchmark GET action=terminate_session&lsid={C69}"));
    }
    if query.contains("GONE") {
        line(&format!("touchmark GET action=leave_session&lsid={C69}&customer=1"));
    }
    if query.contains("CHANGED") {
        line(&format!("touchmark GET action=join_session&lsid={C69}&rep_id=5"));
        line("touchmark GET action=transfer_session&lsid=0b7e9a64c3f24d18a5e6f70819b2c3d4&queue_id=rep:5");
        line("touchmark GET action=set_failover_role&role=backup");
    }
    line(&format!("touchmark GET action={action}{query}"));
    match action {
        "generate_session_key" => {
            line(CUSTOMER);
            line("touchmark GET action=get_connected_clients");
            line("touchmark GET action=set_session_attributes&lsid={lsid}&session.custom.custom_field1=changed");
            line("touchmark GET action=get_session_attributes&lsid={lsid}");
        }
        "create_virtual_customer" => {
            line(KEY);
            line(CUSTOMER);
        }
        _ => {}
    }
    // Reading changes nothing, and what these two change is shown by no command.
    let unseen = action.starts_with("get_") || ["send_chat_message", "import_jump_shortcut"].contains(&action);
    if !unseen {
        LOOKS.iter().for_each(|look| line(look));
    }
    if action == "create_virtual_customer" {
        line("touchmark GET action=get_connected_clients");
        line("touchmark GET action=get_session_attributes&lsid={lsid}");
    }
    script
}

fn base(action: &str) -> &'static str {
    match action {
        "set_rep_status" => "&rep_id=5&code_name=busy",
        "generate_session_key" => "&type=support&queue_id=team:1",
        "join_session" => "&lsid=c69a8e10bea9428f816cfababe9815fe&rep_id=151",
        "transfer_session" => "&lsid=c69a8e10bea9428f816cfababe9815fe&queue_id=team:1",
        "send_chat_message" => "&lsid=c69a8e10bea9428f816cfababe9815fe&body=hello",
        "create_virtual_customer" => "&short_key={key}&name=N&ip_address=192.0.2.1&operating_system=O&computer_name=C",
        "leave_session" => "&lsid=5f1d3c27ab904e6c8d7b0a1f2e3d4c5b&rep_id=1",
        "set_session_attributes" => "&lsid=c69a8e10bea9428f816cfababe9815fe&session.custom.custom_field2=a",
        "get_session_attributes" | "terminate_session" => "&lsid=c69a8e10bea9428f816cfababe9815fe",
        "set_failover_role" => "&role=backup",
        _ => "",
    }
}

fn sample_all(parameters: &[Parameter]) -> String {
    let required = parameters.iter().filter(|parameter| parameter.required);
    required.map(|parameter| format!("&{}={}", parameter.name, samples(parameter)[0])).collect()
}

fn samples(parameter: &Parameter) -> Vec<String> {
    let sample = match parameter.name {
        "group" => "remote_access",
        "jumpoint" => "London",
        "jump_policy" => "Notify",
        "session_policy" => "Servers",
        "public_portal" => "support.example.com",
        "short_key" => "{key}",
        "lsid" => C69,
        "rep_id" => "1",
        "customer" | "team_id" => "1",
        "rep_username" => "admin",
        "session.skills" => "codename1",
        "locale" => "de",
        "ip_address" => "192.0.2.1",
        "url_hostname" => "remote.example.com",
        "ttl" => "600",
        "id" => "101,102",
        "timestamp" => "1600000000",
        "code_name" => "idle",
        _ => "x",
    };
    match parameter.shape {
        Shape::Form(_) => {
            ["general", "rep:1", "team:1", "rep_username:admin", "issue:other", "customer"].map(str::to_owned).to_vec()
        }
        Shape::Size => ["primary", "all", "640x480"].map(str::to_owned).to_vec(),
        Shape::Between(low, high) => vec![low.to_string(), high.to_string()],
        Shape::VncPort => vec!["100".to_owned(), "65535".to_owned()],
        Shape::UpTo(maximum) => vec!["x".to_owned(), "x".repeat(maximum), "%C3%A9".repeat(maximum)],
        shape if !shape.values().is_empty() => shape.values().iter().map(|value| (*value).to_owned()).collect(),
        _ => vec![sample.to_owned()],
    }
}

pub(super) fn without(query: &str, name: &str) -> String {
    let kept = query.split('&').filter(|part| !part.is_empty() && !part.starts_with(&format!("{name}=")));
    kept.map(|part| format!("&{part}")).collect()
}
