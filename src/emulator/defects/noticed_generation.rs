//! Requests that show the defects of scripts, of sessions from web pages and of backups. Only tests use it.
//!
//! In: a kind of request. Out: scripts as in `noticed`.

use super::super::client_script::{ACTIONS, ScriptAction};
use super::super::command::parameters::{Parameter, Shape};
use super::super::session;
use super::noticed::without;

/// The scripts of a kind.
pub(super) fn scripts(kind: &str) -> Vec<Vec<String>> {
    match kind {
        "client_script/general" => general(),
        "session/start_session" => start(),
        "session/start_session_js" => vec![vec!["path GET /api/start_session.js".to_owned()]],
        "backup/backup" => backup(),
        _ => ACTIONS.iter().find(|action| action.kind == kind).map(of_action).unwrap_or_default(),
    }
}

fn script(query: &str) -> Vec<String> {
    vec![format!("path GET /api/client_script?{query}")]
}

fn general() -> Vec<Vec<String>> {
    let queries = [
        "type=rep&operation=generate&action=generate_session_key&session.custom.custom_field1=A%2Bb%20%C3%A9&session.custom.custom_field2=2",
        "type=rep&operation=generate&action=login&action=generate_session_key",
        "type=web_console&operation=execute&action=generate_session_key",
        "type=web_console&operation=execute&action=push_and_start_local&hostname=a",
        "type=other&operation=generate&action=generate_session_key",
        "type=rep&operation=other&action=generate_session_key",
        "operation=generate&action=generate_session_key",
        "type=rep&action=generate_session_key",
        "type=rep&operation=generate",
        "type=rep&operation=generate&action=nothing",
        "type=rep&operation=generate&action=generate_session_key&session.custom.custom_field1=a%0D%0Ab%26c%3Dd",
    ];
    queries.iter().map(|query| script(query)).collect()
}

fn of_action(action: &ScriptAction) -> Vec<Vec<String>> {
    let base = match action.name {
        "start_jump_item_session" => "&client.hostname=h".to_owned(),
        "login" => "&mechanism=username_password&username=u&password=p".to_owned(),
        _ => required(action.parameters),
    };
    let mut queries = around(&base, action.parameters);
    queries.push(String::new());
    queries.push("&client.tag=t".to_owned());
    if action.custom_fields {
        queries.extend(super::noticed_scripts::fields(&base));
    }
    let head = format!("type=rep&operation=generate&action={}", action.name);
    let mut scripts: Vec<Vec<String>> = queries.iter().map(|query| script(&format!("{head}{query}"))).collect();
    scripts.push(script(&format!("type=web_console&operation=execute&action={}{base}", action.name)));
    scripts
}

fn required(parameters: &[Parameter]) -> String {
    parameters.iter().filter(|one| one.required).map(|one| format!("&{}=x", one.name)).collect()
}

/// A request with and without each parameter, and with each of its samples.
fn around(base: &str, parameters: &[Parameter]) -> Vec<String> {
    let mut queries = vec![base.to_owned()];
    for parameter in parameters {
        let alone = without(base, parameter.name);
        queries.push(alone.clone());
        queries.extend(samples(parameter).iter().map(|value| format!("{alone}&{}={value}", parameter.name)));
    }
    queries
}

fn samples(parameter: &Parameter) -> Vec<String> {
    match parameter.shape {
        Shape::Between(low, high) => vec![low.to_string(), (low + 1).to_string(), high.to_string()],
        Shape::UpTo(maximum) | Shape::UpToBytes(maximum) => {
            let (wide, long) = ("%C3%A9".repeat(maximum), "x".repeat(maximum));
            vec!["x".to_owned(), format!("{long}y"), long, wide]
        }
        Shape::Display => ["primary_display", "all_displays", "640x480"].map(str::to_owned).to_vec(),
        Shape::Integer => vec!["1".to_owned(), "2".to_owned()],
        shape if !shape.values().is_empty() => shape.values().iter().map(|value| (*value).to_owned()).collect(),
        _ => match parameter.name {
            "session.skills" => vec!["codename1".to_owned(), "codename1,codename2".to_owned()],
            "locale" => vec!["de".to_owned()],
            "target" => ["x", "10.10.24.7", "x.example.com"].map(str::to_owned).to_vec(),
            "codeName" => vec!["other".to_owned(), "nothing".to_owned()],
            "name" => vec!["Alex%20Admin".to_owned()],
            "short_key" => vec!["{key}".to_owned(), "1234567".to_owned(), "4829375".to_owned()],
            _ => vec!["x".to_owned()],
        },
    }
}

const KEY: &str = "touchmark GET action=generate_session_key&type=support&queue_id=team:1&ttl=60\
    &session.custom.external_key=E&session.custom.custom_field1=F";

/// What shows a session that was started.
const LOOKS: &[&str] = &[
    "touchmark GET action=get_support_teams",
    "touchmark GET action=get_connected_clients&type=support_customer",
    "touchmark GET action=get_session_attributes&lsid={lsid}",
    "report touchmark GET generate_report=SupportSession&lsid={lsid}",
];

fn start() -> Vec<Vec<String>> {
    let mut queries = Vec::new();
    for base in ["&short_key={key}", "&id=1&name=Alex%20Admin", "&issue_menu=1&codeName=other", "&issue_menu=1&id=2"] {
        queries.extend(around(base, session::PARAMETERS));
    }
    queries.extend(super::noticed_scripts::fields("&id=1&name=Alex%20Admin"));
    queries.extend(
        [
            "&issue_menu=1&id=2&touchmark=1",
            "&id=77&name=Alex%20Admin",
            "&issue_menu=1&id=77",
            "&issue_menu=1&codeName=nothing",
        ]
        .map(str::to_owned),
    );
    let mut scripts: Vec<Vec<String>> = queries
        .iter()
        .map(|query| shown(format!("path GET /api/start_session?{}", &query[usize::from(!query.is_empty())..])))
        .collect();
    scripts.push(shown("form /api/start_session short_key={key}".to_owned()));
    scripts.push(shown("host remote.example.com /api/start_session?short_key={key}".to_owned()));
    let late = ["touchmark GET action=check_health", "wait 61000", "path GET /api/start_session?short_key={key}"];
    scripts.push([KEY].iter().chain(&late).map(|line| (*line).to_owned()).collect());
    scripts
}

fn shown(line: String) -> Vec<String> {
    let looks = LOOKS.iter().map(|look| (*look).to_owned());
    [KEY.to_owned(), line].into_iter().chain(looks).collect()
}

fn backup() -> Vec<Vec<String>> {
    ["touchmark GET", "touchmark POST", "touchmark-deny GET"]
        .map(|line| vec![format!("config {line} /api/backup")])
        .to_vec()
}
