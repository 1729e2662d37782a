//! Requests that show the defects of the Configuration API. Only tests use it.
//!
//! In: a kind of request. Out: scripts as in `noticed`.

/// The scripts of a kind.
pub(super) fn scripts(kind: &str) -> Vec<Vec<String>> {
    match kind {
        "configuration/general" => resources(),
        "configuration/openapi" => vec![line("touchmark", "GET openapi.yaml")],
        _ => Vec::new(),
    }
}

fn line(account: &str, rest: &str) -> Vec<String> {
    let (method, rest) = rest.split_once(' ').expect("a method and a path");
    vec![format!("config {account} {method} /api/config/v1/{rest}")]
}

const USER: &str = "\"username\":\"new\",\"public_display_name\":\"New\",\"password\":\"long enough\"";

fn resources() -> Vec<Vec<String>> {
    let gets = [
        "user",
        "user/1",
        "user/77",
        "vault/account",
        "jump-client?per_page=5&current_page=2",
        "jump-client?per_page=5&current_page=2&tag=office",
        "jump-client?per_page=100",
        "jump-client?per_page=101",
        "jump-client/2",
        "group-policy/77/member",
    ];
    let mut scripts: Vec<Vec<String>> = gets.iter().map(|path| line("touchmark", &format!("GET {path}"))).collect();
    scripts.push(line("touchmark-deny", "GET user"));
    scripts.push(vec!["path GET /api/config/v1/user".to_owned()]);
    scripts.push(vec!["path GET /api/config/v1/nothing".to_owned()]);
    scripts.push(vec!["bad-config /api/config/v1/user".to_owned()]);
    let wide = "x".repeat(64);
    let bodies = [
        format!("{{{USER}}}"),
        format!("{{{USER},\"enabled\":null}}"),
        format!("{{{USER},\"enabled\":1}}"),
        format!("{{{USER},\"two_factor_authentication\":\"other\"}}"),
        "{\"username\":\"new\",\"public_display_name\":\"New\"}".to_owned(),
        "{\"username\":\"a b\",\"public_display_name\":\"New\",\"password\":\"long enough\"}".to_owned(),
        "{\"username\":\"\",\"public_display_name\":\"New\",\"password\":\"long enough\"}".to_owned(),
        format!("{{\"username\":\"{wide}\",\"public_display_name\":\"New\",\"password\":\"long enough\"}}"),
        format!("{{\"username\":\"{wide}y\",\"public_display_name\":\"New\",\"password\":\"long enough\"}}"),
    ];
    for body in bodies {
        scripts.push([line("touchmark", &format!("POST user {body}")), line("touchmark", "GET user")].concat());
    }
    for minutes in ["-1", "1440", "1441"] {
        let body = format!("{{\"name\":\"P\",\"session_timeout_minutes\":{minutes}}}");
        scripts.push(line("touchmark", &format!("POST group-policy {body}")));
    }
    let changes = ["{\"public_display_name\":\"Other\"}", "{\"failed_logins\":7}", "{\"enabled\":\"x\"}"];
    for change in changes {
        scripts.push([line("touchmark", &format!("PATCH user/5 {change}")), line("touchmark", "GET user/5")].concat());
    }
    scripts.push([line("touchmark", "DELETE user/5"), line("touchmark", "GET user/5")].concat());
    scripts
}
